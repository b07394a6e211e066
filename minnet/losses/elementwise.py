"""Losses that compare each output with its target by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, ClassVar

import numpy as np

from minnet.checks import OUTSIDE
from minnet.errors import DataError, check_range
from minnet.kernels.formulas import losses as formulas
from minnet.losses.base import Classification, Loss, SumOfSquares, scale_of_part
from minnet.losses.targets import Target, known_places, mean_of_known, share, target_values
from minnet.mapped import transformed
from minnet.types import Array, Shape


class Elementwise(Loss):
    """A loss that compares each output with its target by itself.

    Attributes
    ----------
    formula : callable
        ``formula(y, t, a)`` gives loss and slope of every element; see `minnet/kernels/formulas/losses.py`.
    parameter : float
        The `a` that the formula is given; 0 if it has none.

    Examples
    --------
    >>> class Fourth(Elementwise):
    ...     formula = staticmethod(lambda y, t, a: ((y - t) ** 4, 4 * (y - t) ** 3))
    >>> Fourth()(np.array([[2.0], [0.0]]), np.array([[0.0], [0.0]]))[0]
    8.0
    """

    formula: ClassVar[Callable[..., tuple[Array, Array]]]
    parameter: ClassVar[Any] = 0.0

    def __call__(self, y: Array, target: Any, weight: Any = None) -> tuple[float, Array]:
        values = target_values(target, y)
        return mean_of_known(*self.formula(y, values, self.parameter), target, weight, whole_rows=False)


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
        return scale_of_part(target, slice(None), 1.0, weight)


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

    parameter = property(attrgetter("delta"))  # whose getter is no function that a debugger steps through


@dataclass(frozen=True)
class BinaryCrossEntropy(Elementwise, Classification):
    """``-t log p - (1 - t) log(1 - p)`` with ``p = sigmoid(y)``, averaged over samples and outputs.

    In terms of the score y this is ``max(y, 0) - t y + log(1 + exp(-|y|))``, exact for scores of +-1000 and more;
    its slope is ``p - t``. Targets lie between 0 and 1.
    """

    formula = staticmethod(formulas.binary_cross_entropy)

    def accuracy(self, y: Array, target: Any) -> float:
        """Share of the outputs whose probability, rounded (1/2 to 1), is the rounded target."""
        return share((y >= 0) == (target_values(target, y) >= 0.5), known_places(target, y))

    def prepare(self, target: Any, n: int, output_shape: Shape, dtype: Any, name: str) -> Target:
        prepared = super().prepare(target, n, output_shape, dtype, name)
        low, high = prepared.values.min(initial=0), prepared.values.max(initial=1)
        if low < -OUTSIDE or high > 1 + OUTSIDE:
            two = np.unique(prepared.values)
            signs = len(two) == 2 and (two == (-1, 1)).all()
            way_out = f"; ({name} + 1) / 2 are" if signs else f"; ({name} == {two[-1]:g}) * 1.0 are"
            raise DataError(
                f"{name}: BinaryCrossEntropy needs targets between 0 and 1, found "
                f"{prepared.values.min()} to {prepared.values.max()}{way_out if len(two) == 2 else ''}"
            )
        if low < 0 or high > 1:
            clipped = transformed(prepared.values[0], lambda part: part.clip(0, 1), dtype, name)
            return Target(clipped[np.newaxis], prepared.mask)
        return prepared
