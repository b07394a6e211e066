"""The loss of values and derivatives together."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from minnet.checks import check_finite, convert
from minnet.errors import DataError, DtypeError, SettingError, is_number
from minnet.jet import Jet, stack, stack_mask
from minnet.losses.base import SumOfSquares, scale_of_part
from minnet.losses.targets import Target, check_shape, mean, target_values
from minnet.types import Array, Shape


class Sobolev(SumOfSquares):
    """Squared errors of values and of derivatives, each averaged by itself, then weighted and added:
    ``sum_k weights[k] mean((y_k - t_k)^2)`` (Czarnecki et al., Sobolev training, NeurIPS 2017).

    Each mean runs over samples, outputs and input directions, and, where the target says that only some entries
    are known, over those.

    Parameters
    ----------
    weights : sequence of float
        Of values, first and, if there is a third one, second derivatives.

    Examples
    --------
    >>> import minnet as mn
    >>> net = mn.Network([mn.Dense(1, 1, weights=2.0)])  # y = 2 x
    >>> x = np.array([0.0, 1.0])
    >>> loss = Sobolev(weights=(1.0, 3.0))  # values are right, slopes are off by 1: 0 + 3 * 1^2
    >>> target = mn.Jet(2 * x, first=np.array([1.0, 1.0]))
    >>> mn.fit(net, x, target, loss=loss, optimizer=mn.SGD(0.01), epochs=1).history["loss"]
    [3.0]
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

    def prepare(self, target: Any, n: int, output_shape: Shape, dtype: Any, name: str) -> Target:
        if not isinstance(target, Jet):
            raise DataError(f"{name} must be a Jet with value and derivatives for {self}, not {type(target).__name__}")
        if target.order < self.order:
            raise DataError(f"{name} has derivatives of order {target.order}, but {self} compares order {self.order}")
        target = target.up_to(self.order)
        check_shape(target.value, n, output_shape, f"{name}.value")
        values, mask = stack(target, float), stack_mask(target)
        for part, orders in self._parts(len(values)).items():
            relevant = values[orders] if mask is None else np.where(mask[orders], values[orders], 0)
            check_finite(relevant if part != "value" else relevant[0], f"{name}.{part}")
        if mask is not None:
            values = np.where(mask, values, 0)
        return Target(convert(values, dtype, name), mask)

    def __call__(self, y: Array, target: Any, weight: Any = None) -> tuple[float, Array]:
        """`y` is a stacked jet (k, n, o) and `target` what `prepare` gave for it."""
        if not isinstance(target, Target):
            raise DtypeError(
                f"Sobolev: outputs and targets are stacked jets, as training makes them: what is to be compared with a "
                f"Jet is {self}.prepare(jet, n, (outputs,), dtype, name), not {type(target).__name__}"
            )
        error = y - target_values(target, y)
        if target.mask is not None:
            error = np.where(target.mask, error, 0)
        value, slopes = 0.0, np.empty_like(y)
        for factor, part in zip(self.weights, self._parts(len(y)).values(), strict=True):
            e = error[part]
            count = e.size if target.mask is None else max(1, int(target.mask[part].sum()))
            part_value, slope = mean(e * e, 2.0 * e, target, weight, count)
            value += factor * part_value
            slopes[part] = factor * slope
        return value, slopes

    def residual_scale(self, target: Target, weight: Array | None) -> Array:
        parts = self._parts(len(target.values)).values()
        scales = [scale_of_part(target, part, factor, weight) for factor, part in zip(self.weights, parts, strict=True)]
        return np.concatenate(scales)

    def _parts(self, k: int) -> dict[str, slice]:
        """Which of the k orders of a stacked jet are its value, first and second derivatives."""
        d = (k - 1) // self.order
        parts = {"value": slice(0, 1), "first": slice(1, 1 + d), "second": slice(1 + d, 1 + 2 * d)}
        return dict(list(parts.items())[: len(self.weights)])
