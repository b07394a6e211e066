"""Where a result is wrong: at its ends, on a diagonal, where an argument is negative."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from minnet.exercises.difference import close
from minnet.exercises.reasons.attempt import Pair
from minnet.exercises.reasons.factors import NEAR, axis_name, same
from minnet.types import Array

ENOUGH = 2  # right entries outside, for a place to say something
SIGNS = {"negative": np.less, "positive": np.greater, "0": np.equal}


@dataclass(frozen=True)
class Region:
    """Part of a result.

    Attributes
    ----------
    inside : array of bool
        Of the result's shape.
    axes : tuple of int
        Every line along them that is inside has to have a wrong entry: all axes if one wrong entry is enough, none if
        all that is inside has to be wrong.
    series : int or None
        The axis along which a series runs that begins or ends right.
    """

    inside: Array
    axes: tuple[int, ...]
    series: int | None = None

    def holds(self, wrong: Array) -> bool:
        """Whether wrong entries are in it, and all over it."""
        full = np.any(wrong, axis=self.axes) == np.any(self.inside, axis=self.axes)
        return bool(wrong.any() and not (wrong & ~self.inside).any() and np.all(full))


def located(pairs: list[Pair]) -> str | None:
    """Predicate of the smallest place in which all wrong entries are; None if there is none."""
    wrong = [pair for pair in pairs if pair.wrong]
    if any(pair.yours.shape != pair.right.shape or not pair.right.ndim for pair in wrong):
        return None
    masks = [~close(pair.yours, pair.right, NEAR) for pair in wrong]
    places = [dict(_places(pair)) for pair in wrong]
    sizes = {}
    for words in places[0] if places else ():
        regions = [each[words] for each in places if words in each]
        if len(regions) < len(wrong) or not all(map(Region.holds, regions, masks)):
            continue
        outside = sum(int((~region.inside).sum()) for region in regions)
        if outside >= ENOUGH and _several(regions):
            sizes[words + _meaning(regions, wrong)] = -outside
    return min(sizes, key=lambda words: sizes[words]) if sizes else None


def _several(regions: list[Region]) -> bool:
    """Of a series, one length says little of where it goes wrong."""
    return regions[0].series is None or len({each.inside.shape[each.series or 0] for each in regions}) > 1


def _meaning(regions: list[Region], pairs: list[Pair]) -> str:
    """What a series suffers from that is right at one end alone; nothing of other places."""
    axis, axes = regions[0].series, regions[0].inside.ndim
    if axis is None or (axis, axes) not in ((0, 1), (1, 3)):  # numbers, or samples, times and features
        return ""
    ends = np.concatenate([pair.right[~region.inside] for pair, region in zip(pairs, regions, strict=True)])
    if same(ends, np.full(ends.shape, ends[0])):
        return (
            f", where {ends[0]:.6g} is due in every case: either what goes from one to the next is wrong, or a formula "
            "that is right there by chance"
        )
    return ": perhaps what goes from one to the next is wrong"


def _places(pair: Pair) -> Iterator[tuple[str, Region]]:
    """Parts of a result, in words."""
    right = pair.right
    every = tuple(range(right.ndim))
    for axis, length in enumerate(right.shape):
        kind = axis_name(axis, right.ndim)
        one = {"entries": "entry", "rows": "row", "columns": "column"}.get(kind, f"place along axis {axis}")
        index = np.arange(length).reshape([-1 if k == axis else 1 for k in every])
        for end, place in (("first", 0), ("last", length - 1)):
            here = np.broadcast_to(index == place, right.shape)
            yield f"is wrong in its {end} {one} only", Region(here, every)
            yield f"is right in its {end} {one} only", Region(~here, tuple(k for k in every if k != axis), axis)
    if right.ndim == 2 and right.shape[0] == right.shape[1]:
        diagonal = np.eye(len(right), dtype=bool)
        yield "is wrong on the diagonal only", Region(diagonal, every)
        yield "is right on the diagonal only", Region(~diagonal, ())
    same_shape = {f"{name} is": value for name, value in pair.arguments.items() if np.shape(value) == right.shape}
    for subject, values in {"the right one is": right, **same_shape}.items():
        if np.asarray(values).dtype.kind in "fiu":
            for words, holds in SIGNS.items():
                yield f"is wrong only where {subject} {words}", Region(holds(values, 0), every)
