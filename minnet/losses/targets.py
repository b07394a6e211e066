"""Targets as training uses them, checked once, before it begins."""

from dataclasses import dataclass
from math import nan
from typing import Any, NoReturn

import numpy as np

from minnet.checks import as_real, check_finite, check_not_masked, convert, without_gaps
from minnet.errors import DataError, DtypeError, ShapeError
from minnet.types import Array, Shape


@dataclass(frozen=True)
class Target:
    """Targets (k, n, *sample), and where they are known: booleans of the same shape, or None for everywhere.

    >>> target = Target(np.zeros((1, 3, 1)), np.array([True, False, True]).reshape(1, 3, 1))
    >>> target[:2].values.shape, target[:2].mask.ravel().tolist()
    ((1, 2, 1), [True, False])
    """

    values: Array
    mask: Array | None

    def __getitem__(self, samples: Any) -> "Target":
        mask = None if self.mask is None else np.ascontiguousarray(self.mask[:, samples])
        return Target(np.ascontiguousarray(self.values[:, samples]), mask)


def as_targets(target: Any, n: int, output_shape: Shape, dtype: Any, name: str) -> Array:
    """Targets (n, *output_shape), all finite. For a single output, (n,) is taken as one column."""
    array = as_real(target, name)
    if array.ndim == 1 and output_shape == (1,):
        array = array[:, np.newaxis]
    check_shape(array, n, output_shape, name)
    check_finite(array, name)
    return convert(array, dtype, name)


def check_shape(array: Array, n: int, output_shape: Shape, name: str) -> None:
    """Raise `ShapeError` unless `array` is (n, *output_shape)."""
    axes = array.shape[1:]
    free = len(axes) == len(output_shape)
    if not free or any(axis not in (None, length) for axis, length in zip(output_shape, axes, strict=True)):
        flat = len(output_shape) == 1
        outputs = f"{output_shape[0]} outputs" if flat else f"outputs of shape {output_shape}"
        expected = ", ".join(["any" if axis is None else str(axis) for axis in output_shape])
        raise ShapeError(
            f"{name} has shape {array.shape}, but the network gives {outputs}: expected ({n}, {expected})"
            + (" (or (n,) for a single output)" if output_shape == (1,) else "")
            + ("; class labels are for CategoricalCrossEntropy()" if _may_be_labels(array, n, output_shape) else "")
        )
    if len(array) != n:
        raise ShapeError(f"{name} has {len(array)} samples, but there are {n} inputs")


def _may_be_labels(array: Array, n: int, output_shape: Shape) -> bool:
    several = len(output_shape) == 1 and output_shape != (1,)
    return several and array.shape in ((n,), (n, 1)) and bool((array == np.rint(array)).all())


def target_values(target: Any, y: Array) -> Array:
    """Targets of the same shape as the outputs `y`, from what `Loss.prepare` gave or from an array, with something
    valid where they are not known."""
    if type(y) is type(target) is np.ndarray and (y.dtype.kind, y.dtype, y.shape) == ("f", target.dtype, target.shape):
        return target if y.ndim and y.size else _no_outputs(y)  # in one line: the shortest way for a debugger
    if isinstance(target, Target):
        array = target.values if y.ndim == target.values.ndim else target.values[0]
    elif not isinstance(y, np.ndarray) or isinstance(y, np.matrix) or y.dtype.kind != "f":
        raise DtypeError(f"loss: outputs must be an array of floats, not {y.dtype if hasattr(y, 'dtype') else y!r:.40}")
    elif not y.ndim or not y.size:
        _no_outputs(y)
    else:
        check_not_masked(y, "loss: the outputs")
        array = as_real(without_gaps(target)[0], "loss: targets")
        check_finite(array, "loss: targets")
        array = convert(array, y.dtype, "loss: targets")
        if array.ndim == 1 and y.shape[-1] == 1:
            array = array[:, np.newaxis]
    if array.shape != y.shape:  # broadcasting (n, 1) with (n,) to (n, n) would be a wrong loss without a word
        raise ShapeError(f"loss: targets {array.shape} do not fit outputs {y.shape}")
    return array


def _no_outputs(y: Array) -> NoReturn:
    raise ShapeError(f"loss: outputs have shape {y.shape}; (samples, outputs) are needed, one of each at least")


def mean_of_known(values: Array, slopes: Array, target: Any, weight: Any, whole_rows: bool) -> tuple[float, Array]:
    """`mean` over all samples and places where the target is known, as it is not after the end of a series that is
    shorter than the others. Of losses of whole rows there is one for each last axis."""
    known = known_places(target, slopes)
    per = slopes.shape[-1] if whole_rows else 1
    if known is None:
        return mean(values, slopes, target, weight, slopes.size // per)
    count = int(known.sum()) // per
    return mean(np.where(known, values, 0), np.where(known, slopes, 0), target, weight, count)


def known_places(target: Any, y: Array) -> Array | None:
    """Where a target, or an array that may be masked (`numpy.ma`), is known, in the shape of outputs y; None if all of
    it is."""
    if not isinstance(target, Target):
        known = without_gaps(target)[1]
        if known is not None and not known.any():
            raise DataError("loss: all targets are masked")
        return None if known is None else known.reshape(y.shape)
    if target.mask is None:
        return None
    return target.mask if y.ndim == target.mask.ndim else target.mask[0]


def share(right: Array, known: Array | None) -> float:
    """How much is right, of what is known; NaN if nothing is."""
    if known is not None and not known.any():
        return nan
    return float(np.mean(right if known is None else right[known]))


def mean(values: Array, slopes: Array, target: Any, weight: Any, count: int) -> tuple[float, Array]:
    """Weighted sum of elementwise losses, divided by `count`, and the slopes scaled alike: loss and cotangents.

    Samples are the second axis of stacked outputs, which are shaped like the values of a `Target`, and the first one of
    others.
    """
    if weight is not None:
        axis = 1 if isinstance(target, Target) and target.values.ndim == slopes.ndim else 0
        check_not_masked(weight, "loss: weight")
        column = np.asarray(weight, slopes.dtype)
        column = column.reshape(-1, *(1,) * (slopes.ndim - 1 - axis))
        values, slopes = values * column, slopes * column
    return float(values.sum(dtype=float)) / max(1, count), slopes / max(1, count)
