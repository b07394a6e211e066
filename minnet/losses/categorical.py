"""The loss of one class out of several."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet.checks import OUTSIDE, as_real
from minnet.errors import DataError, SettingError, ShapeError
from minnet.jet import Jet
from minnet.losses.base import Classification
from minnet.losses.targets import Target, known_places, mean_of_known, share, target_values
from minnet.mapped import pieces, transformed
from minnet.types import Array, Shape


@dataclass(frozen=True)
class CategoricalCrossEntropy(Classification):
    """``-sum_o t[n,o] log p[n,o]`` with ``p = softmax(y)``, averaged over samples (and times).

    Targets are probabilities (n, o) that sum to 1 for each sample (one-hot rows, say), or class labels (n,):
    integers from 0 to o - 1. Of series, (n, time, o) or (n, time). The slope is ``p - t``.
    """

    def prepare(self, target: Any, n: int, output_shape: Shape, dtype: Any, name: str) -> Target:
        classes = output_shape[-1] or 0
        array = target if isinstance(target, Jet) else as_real(target, name)
        if not isinstance(array, Jet) and array.ndim == len(output_shape) and classes > 1:
            if not all(np.isin(part, np.arange(classes)).all() for part in pieces(array)):
                way_out = _renumbered(array, classes, name)
                raise DataError(f"{name}: class labels must be integers from 0 to {classes - 1}{way_out}")
            rows = np.eye(classes, dtype=dtype)
            target = transformed(array, lambda part: rows[part.astype(int)], dtype, name, (*array.shape[1:], classes))
        if not isinstance(array, Jet) and array.ndim == len(output_shape) + 1 and array.shape[-1] == 1 < classes:
            raise ShapeError(f"{name} has shape {array.shape}; class labels have no axis of their own: {name}[..., 0]")
        prepared = super().prepare(target, n, output_shape, dtype, name)
        sums = (part.sum(axis=-1) for part in pieces(prepared.values[0]) if part.size)
        bounds = np.array([(some.min(), some.max()) for some in sums])
        if prepared.values.min(initial=0) < -OUTSIDE or not np.allclose(bounds, 1, atol=1e-3):
            if classes == 1:
                raise SettingError(
                    "fit: CategoricalCrossEntropy needs an output for each class, and the network has one; use "
                    "BinaryCrossEntropy() for two classes, 0 and 1"
                )
            raise DataError(
                f"{name}: CategoricalCrossEntropy needs probabilities that sum to 1 for every sample "
                f"(or class labels of shape ({n},)); sums run from {bounds.min():g} to {bounds.max():g}"
            )
        return prepared

    def accuracy(self, y: Array, target: Any) -> float:
        """Share of the samples whose largest output is at the largest target; the first of equal ones counts."""
        right = y.argmax(axis=-1) == target_values(target, y).argmax(axis=-1)
        known = known_places(target, y)
        return share(right, None if known is None else known[..., 0])

    def __call__(self, y: Array, target: Any, weight: Any = None) -> tuple[float, Array]:
        values = target_values(target, y)
        shifted = y - y.max(axis=-1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
        # softmax and the sum over o give p * sum(t) - t; targets sum to 1
        slopes = np.exp(log_p) * values.sum(axis=-1, keepdims=True) - values
        return mean_of_known(-values * log_p, slopes, target, weight, whole_rows=True)


def _renumbered(labels: Array, classes: int, name: str) -> str:
    """How labels of another kind become those that are asked for."""
    different = np.unique(labels)
    if not np.isfinite(labels).all() or len(different) > len(labels) // 2:
        return ""  # values, and not classes
    if len(different) > classes:
        return f"; these are {len(different)} classes, and the network has {classes} outputs"
    first = f", not {different[0]:g} to {different[-1]:g}"
    if (np.diff(different) == 1).all() and different[0] == 1:
        return f"{first}; {name} - 1 are"
    return f"{first}; {name} = numpy.unique({name}, return_inverse=True)[1] numbers the {len(different)} classes from 0"
