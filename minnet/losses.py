"""Losses: how far outputs are from targets, and in which direction to move.

A loss returns ``(value, cotangent)`` together: the value, a mean over samples and outputs, and its derivative
with respect to every output. `weight` scales single samples; the mean divides by their number, not by the sum of
weights, so that doubling all weights doubles the loss (as in Keras).

Classification losses take scores (logits), not probabilities: softmax or sigmoid and the logarithm are worked out
together, where nothing overflows and nothing is rounded to 0 before its logarithm is taken.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from minnet.checks import as_real, check_finite, convert
from minnet.errors import DataError, DtypeError, SettingError, ShapeError, check_range, is_number
from minnet.jet import Jet, stack, stack_known
from minnet.kernels.formulas import losses as formulas
from minnet.types import Array


class Loss(ABC):
    """A loss on arrays (n, o), or on stacked jets (k, n, o).

    Attributes
    ----------
    order : int
        Order of the jets it compares: 0 for all losses but `Sobolev`.
    """

    order: int = 0

    @abstractmethod
    def __call__(self, y: Array, target: Any, weight: Any = None) -> tuple[float, Array]:
        """Value, and its derivative by `y` in an array shaped like `y`. `weight` is (n,) or None."""

    def accuracy(self, y: Array, target: Any) -> float:
        """Share of the outputs, or of the samples, that are on the target's side.

        Raises
        ------
        SettingError
            The loss does not classify.
        """
        raise SettingError(f"{self} does not classify, so there is no accuracy")

    def prepare(self, target: Any, n: int, n_outputs: int, dtype: Any, name: str) -> "Target":
        """Targets as training uses them; raises an error that says what is wrong with them."""
        if isinstance(target, Jet):
            raise DataError(f"{name} is a Jet, but {self} compares values only; use Sobolev, or {name}.value")
        return Target(as_targets(target, n, n_outputs, dtype, name)[np.newaxis], None)


class SumOfSquares(Loss):
    """A loss that is ``|r|^2 / 2`` with residuals ``r = scale (y - t)``: solvers can use it."""

    @abstractmethod
    def residual_scale(self, target: "Target", weight: Array | None) -> Array:
        """The scale (k, n, o), such that the Jacobian of r, times r, is the gradient of the loss."""


@dataclass(frozen=True)
class Target:
    """Targets (k, n, o), and where they are known: booleans of the same shape, or None for everywhere."""

    values: Array
    known: Array | None

    def __getitem__(self, samples: Any) -> "Target":
        known = None if self.known is None else np.ascontiguousarray(self.known[:, samples])
        return Target(np.ascontiguousarray(self.values[:, samples]), known)


def as_targets(target: Any, n: int, n_outputs: int, dtype: Any, name: str) -> Array:
    """Targets (n, o), all finite. For a single output, (n,) is taken as one column."""
    array = as_real(target, name)
    if array.ndim == 1 and n_outputs == 1:
        array = array[:, np.newaxis]
    check_shape(array, n, n_outputs, name)
    check_finite(array, name)
    return convert(array, dtype, name)


def check_shape(array: Array, n: int, n_outputs: int, name: str) -> None:
    """Raise `ShapeError` unless `array` is (n, n_outputs)."""
    if array.ndim != 2 or array.shape[1] != n_outputs:
        raise ShapeError(
            f"{name} has shape {array.shape}, but the network gives {n_outputs} outputs: expected ({n}, {n_outputs})"
            + (" (or (n,) for a single output)" if n_outputs == 1 else "")
        )
    if len(array) != n:
        raise ShapeError(f"{name} has {len(array)} samples, but there are {n} inputs")


def _values(target: Any, y: Array) -> Array:
    """Targets of the same shape as `y`, from what `prepare` gave or from an array."""
    if isinstance(target, Target):
        return target.values
    if not np.issubdtype(np.asarray(y).dtype, np.floating):
        raise DtypeError(f"loss: outputs must be floats, not {np.asarray(y).dtype}")
    array = np.asarray(target, y.dtype)
    if array.ndim == 1 and y.shape[-1] == 1:
        array = array[:, np.newaxis]
    if array.shape != y.shape:  # broadcasting (n, 1) with (n,) to (n, n) would be a wrong loss without a word
        raise ShapeError(f"loss: targets {array.shape} do not fit outputs {y.shape}")
    return array


def _mean(values: Array, slopes: Array, weight: Any, count: int) -> tuple[float, Array]:
    """Weighted sum of elementwise losses over `count`, and the slopes scaled alike. Samples are axis -2."""
    if weight is not None:
        column = np.asarray(weight, slopes.dtype)[:, np.newaxis]
        values, slopes = values * column, slopes * column
    return float(values.sum(dtype=float)) / max(1, count), slopes / max(1, count)


def _scale(target: Target, part: slice, factor: float, weight: Array | None) -> Array:
    """``sqrt(2 factor weight / count)`` for some orders of a target, and 0 where it is not known."""
    values = target.values[part]
    known = np.ones(values.shape, bool) if target.known is None else target.known[part]
    squares = np.where(known, 2.0 * factor / max(1, int(known.sum())), 0.0)
    if weight is not None:
        squares *= weight[:, np.newaxis]
    return np.sqrt(squares)


class Elementwise(Loss):
    """A loss that compares each output with its target by itself.

    Attributes
    ----------
    formula : callable
        ``formula(y, t, a)`` gives loss and slope of every element; see `minnet/kernels/formulas/losses.py`.
    parameter : float
        The `a` that the formula is given; 0 if it has none.
    """

    formula: ClassVar[Callable[..., tuple[Array, Array]]]
    parameter: ClassVar[Any] = 0.0

    def __call__(self, y: Array, target: Any, weight: Any = None) -> tuple[float, Array]:
        values = _values(target, y)
        return _mean(*self.formula(y, values, self.parameter), weight, y.size)


@dataclass(frozen=True)
class MeanSquaredError(Elementwise, SumOfSquares):
    """``(y - t)^2``, averaged over samples and outputs.

    >>> import numpy as np
    >>> MeanSquaredError()(np.array([[1.0], [3.0]]), np.array([[0.0], [3.0]]))
    (0.5, array([[1.],
           [0.]]))
    """

    formula = staticmethod(formulas.squared)

    def residual_scale(self, target: Target, weight: Array | None) -> Array:
        return _scale(target, slice(None), 1.0, weight)


@dataclass(frozen=True)
class MeanAbsoluteError(Elementwise):
    """``|y - t|``, averaged over samples and outputs; the slope at 0 is taken as 0."""

    formula = staticmethod(formulas.absolute)


@dataclass(frozen=True)
class Huber(Elementwise):
    """``e^2 / 2`` for errors up to `delta`, ``delta (|e| - delta / 2)`` beyond (Huber, 1964)."""

    delta: float = 1.0
    formula = staticmethod(formulas.huber)

    def __post_init__(self) -> None:
        check_range("Huber", delta=(self.delta, lambda delta: delta > 0, "positive"))
        object.__setattr__(self, "delta", float(self.delta))  # NumPy's own numbers would widen float32 outputs

    @property
    def parameter(self) -> float:
        return self.delta


@dataclass(frozen=True)
class BinaryCrossEntropy(Elementwise):
    """``-t log p - (1 - t) log(1 - p)`` with ``p = sigmoid(y)``, averaged over samples and outputs.

    In terms of the score y this is ``max(y, 0) - t y + log(1 + exp(-|y|))``, exact for scores of +-1000 and more;
    its slope is ``p - t``. Targets lie between 0 and 1.
    """

    formula = staticmethod(formulas.binary_cross_entropy)

    def accuracy(self, y: Array, target: Any) -> float:
        """Share of the outputs whose probability, rounded (1/2 to 1), is the rounded target."""
        return float(np.mean((y >= 0) == (_values(target, y) >= 0.5)))

    def prepare(self, target: Any, n: int, n_outputs: int, dtype: Any, name: str) -> Target:
        prepared = super().prepare(target, n, n_outputs, dtype, name)
        if prepared.values.min(initial=0) < 0 or prepared.values.max(initial=1) > 1:
            raise DataError(
                f"{name}: BinaryCrossEntropy needs targets between 0 and 1, found "
                f"{prepared.values.min()} to {prepared.values.max()}"
            )
        return prepared


@dataclass(frozen=True)
class CategoricalCrossEntropy(Loss):
    """``-sum_o t[n,o] log p[n,o]`` with ``p = softmax(y)``, averaged over samples.

    Targets are probabilities (n, o) that sum to 1 for each sample (one-hot rows, say), or class labels (n,):
    integers from 0 to o - 1. The slope is ``p - t``.
    """

    def prepare(self, target: Any, n: int, n_outputs: int, dtype: Any, name: str) -> Target:
        array = target if isinstance(target, Jet) else as_real(target, name)
        if not isinstance(array, Jet) and array.ndim == 1 and n_outputs > 1:
            if not np.isin(array, np.arange(n_outputs)).all():
                raise DataError(f"{name}: class labels must be integers from 0 to {n_outputs - 1}")
            target = np.eye(n_outputs)[array.astype(int)]
        prepared = super().prepare(target, n, n_outputs, dtype, name)
        sums = prepared.values.sum(axis=-1)
        if prepared.values.min(initial=0) < 0 or not np.allclose(sums, 1, atol=1e-3):
            raise DataError(
                f"{name}: CategoricalCrossEntropy needs probabilities that sum to 1 for every sample "
                f"(or class labels of shape ({n},)); sums run from {sums.min():g} to {sums.max():g}"
            )
        return prepared

    def accuracy(self, y: Array, target: Any) -> float:
        """Share of the samples whose largest output is at the largest target; the first of equal ones counts."""
        return float(np.mean(y.argmax(axis=-1) == _values(target, y).argmax(axis=-1)))

    def __call__(self, y: Array, target: Any, weight: Any = None) -> tuple[float, Array]:
        values = _values(target, y)
        shifted = y - y.max(axis=-1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
        # softmax and the sum over o give p * sum(t) - t; targets sum to 1
        slopes = np.exp(log_p) * values.sum(axis=-1, keepdims=True) - values
        return _mean(-values * log_p, slopes, weight, y.shape[-2])


class Sobolev(SumOfSquares):
    """Squared errors of values and of derivatives, each averaged by itself, then weighted and added:
    ``sum_k weights[k] mean((y_k - t_k)^2)`` (Czarnecki et al., Sobolev training, NeurIPS 2017).

    Each mean runs over samples, outputs and input directions, and, where the target says that only some entries
    are `known`, over those.

    Parameters
    ----------
    weights : sequence of float
        Of values, first and, if there is a third one, second derivatives.
    """

    def __init__(self, weights: Sequence[float] = (1.0, 1.0)) -> None:
        numbers = isinstance(weights, list | tuple) and all(is_number(w) and 0 <= w < np.inf for w in weights)
        if not numbers or len(weights) not in (2, 3):
            raise SettingError(
                f"Sobolev: weights must be two or three numbers >= 0 (values, first, second derivatives), not {weights}"
            )
        self.weights = tuple(map(float, weights))
        self.order = len(self.weights) - 1

    def __repr__(self) -> str:
        return f"Sobolev(weights={self.weights})"

    def prepare(self, target: Any, n: int, n_outputs: int, dtype: Any, name: str) -> Target:
        if not isinstance(target, Jet):
            raise DataError(f"{name} must be a Jet with value and derivatives for {self}, not {type(target).__name__}")
        if target.order < self.order:
            raise DataError(f"{name} has derivatives of order {target.order}, but {self} compares order {self.order}")
        target = target.up_to(self.order)
        check_shape(target.value, n, n_outputs, f"{name}.value")
        values, known = stack(target, float), stack_known(target)
        for part, orders in self._parts(len(values)).items():
            relevant = values[orders] if known is None else np.where(known[orders], values[orders], 0)
            check_finite(relevant if part != "value" else relevant[0], f"{name}.{part}")
        if known is not None:
            values = np.where(known, values, 0)
        return Target(convert(values, dtype, name), known)

    def __call__(self, y: Array, target: Any, weight: Any = None) -> tuple[float, Array]:
        """`y` is a stacked jet (k, n, o) and `target` what `prepare` gave for it."""
        error = y - target.values
        if target.known is not None:
            error = np.where(target.known, error, 0)
        value, slopes = 0.0, np.empty_like(y)
        for factor, part in zip(self.weights, self._parts(len(y)).values(), strict=True):
            e = error[part]
            count = e.size if target.known is None else max(1, int(target.known[part].sum()))
            mean, slope = _mean(e * e, 2.0 * e, weight, count)
            value += factor * mean
            slopes[part] = factor * slope
        return value, slopes

    def residual_scale(self, target: Target, weight: Array | None) -> Array:
        parts = self._parts(len(target.values)).values()
        scales = [_scale(target, part, factor, weight) for factor, part in zip(self.weights, parts, strict=True)]
        return np.concatenate(scales)

    def _parts(self, k: int) -> dict[str, slice]:
        """Which of the k orders of a stacked jet are its value, first and second derivatives."""
        d = (k - 1) // self.order
        parts = {"value": slice(0, 1), "first": slice(1, 1 + d), "second": slice(1 + d, 1 + 2 * d)}
        return dict(list(parts.items())[: len(self.weights)])


LOSSES: dict[str, type[Loss]] = {
    kind.__name__: kind
    for kind in (
        MeanSquaredError,
        MeanAbsoluteError,
        Huber,
        BinaryCrossEntropy,
        CategoricalCrossEntropy,
        Sobolev,
    )
}
