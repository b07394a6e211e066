"""Where a result is wrong: at its ends, on a diagonal, where an argument is negative."""

from collections.abc import Iterator

import numpy as np

from minnet.exercises.difference import close
from minnet.exercises.reasons.attempt import Attempt, Pair, of_places
from minnet.exercises.reasons.factors import NEAR, axis_name
from minnet.types import Array

ENOUGH = 2  # right entries outside, for a place to say something
SIGNS = {"negative": np.less, "positive": np.greater, "0": np.equal}


def where_wrong(attempt: Attempt) -> str | None:
    """A sentence that says where the wrong entries are, if some rule holds for all of them."""
    return of_places(attempt, located)


def located(pairs: list[Pair]) -> str | None:
    """Predicate of the smallest place in which all wrong entries are; None if there is none."""
    wrong = [pair for pair in pairs if pair.wrong]
    if any(pair.yours.shape != pair.right.shape or not pair.right.ndim for pair in wrong):
        return None
    masks = [~close(pair.yours, pair.right, NEAR) for pair in wrong]
    places = [dict(_places(pair)) for pair in wrong]
    sizes = {}
    for words in places[0] if places else ():
        regions = [each.get(words) for each in places]
        if all(region is not None and not (mask & ~region).any() for mask, region in zip(masks, regions, strict=True)):
            outside = sum(int((~region).sum()) for region in regions if region is not None)
            if outside >= ENOUGH:
                sizes[words] = -outside
    return min(sizes, key=lambda words: sizes[words]) if sizes and all(mask.any() for mask in masks) else None


def _places(pair: Pair) -> Iterator[tuple[str, Array]]:
    """Parts of a result, in words, and which entries are in them."""
    right = pair.right
    for axis, length in enumerate(right.shape):
        kind = axis_name(axis, right.ndim)
        one = {"entries": "entry", "rows": "row", "columns": "column"}.get(kind, f"place along axis {axis}")
        index = np.arange(length).reshape([-1 if k == axis else 1 for k in range(right.ndim)])
        for end, place in (("first", 0), ("last", length - 1)):
            here = np.broadcast_to(index == place, right.shape)
            yield f"is wrong in its {end} {one} only", here
            yield f"is right in its {end} {one} only{_next(axis, right.ndim)}", ~here
    if right.ndim == 2 and right.shape[0] == right.shape[1]:
        diagonal = np.eye(len(right), dtype=bool)
        yield "is wrong on the diagonal only", diagonal
        yield "is right on the diagonal only", ~diagonal
    same_shape = {f"{name} is": value for name, value in pair.arguments.items() if np.shape(value) == right.shape}
    for subject, values in {"the right one is": right, **same_shape}.items():
        if np.asarray(values).dtype.kind in "fiu":
            for words, holds in SIGNS.items():
                yield f"is wrong only where {subject} {words}", holds(values, 0)


def _next(axis: int, axes: int) -> str:
    """Along a series: one of numbers, or the second axis of samples, times and features."""
    return ": look at what goes from one to the next" if (axis, axes) in ((0, 1), (1, 3)) else ""
