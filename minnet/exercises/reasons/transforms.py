"""What a wrong result may be to the right one, whatever the exercise: a factor, a transposition, a shift, a power."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np

from minnet.exercises.difference import close
from minnet.exercises.reasons.attempt import Pair
from minnet.exercises.reasons.factors import SURE, evidence, factor, same, weight
from minnet.exercises.reasons.mixing import mixed
from minnet.exercises.reasons.terms import argument, reduced_argument, term
from minnet.types import Array

Named = Iterator[tuple[str, Array]]
ALMOST = 1e-5  # relative: what is nearer is right up to rounding of some kind
LOST = 1e-15  # what is smaller leaves no trace beside 1

ELEMENTWISE: dict[str, Callable[[Array], Array]] = {
    "is the right one cut to whole numbers: an array of integers is filled, or // divides": np.trunc,
    "is the right one rounded to whole numbers": np.rint,
    "is the square of the right one: a root is missing, or a square is too many": np.square,
    "is the root of the right one: a square is missing, or a root is too many": np.sqrt,
    "is one over the right one: something is divided upside down": np.reciprocal,
    "is the right one without its sign": np.abs,
    "is the logarithm of the right one": np.log,
    "is the exponential of the right one": np.exp,
    "is one minus the right one": lambda right: 1 - right,
    "is the right one cut off below 0": lambda right: np.maximum(right, 0),
    "is the right one cut off at 0 and 1": lambda right: np.clip(right, 0, 1),
}


def elementwise(right: Array) -> Named:
    for words, f in ELEMENTWISE.items():
        yield words, f(right)
    for decimals in range(1, 5):
        yield f"is the right one rounded to {decimals} decimals", np.round(right, decimals)


def rearranged(right: Array) -> Named:
    """The numbers of the right one at other places."""
    if right.ndim >= 2:
        yield "is the right one transposed: rows and columns are confused", right.T
        for one, other in combinations(range(right.ndim), 2):
            yield f"is the right one with axes {one} and {other} swapped", right.swapaxes(one, other)
        for each in mixed(right):
            yield (
                "has the right numbers read along the wrong axis: reshape does not swap axes, .T and swapaxes do",
                each.array,
            )
    for axis in range(right.ndim):
        along = f" along axis {axis}" if right.ndim > 1 else ""
        yield f"is the right one in reverse order{along}", np.flip(right, axis)
        for by in (-1, 1):
            words = "an index begins one too late" if by < 0 else "an index begins one too early"
            yield f"is the right one shifted by one{along}: {words}", np.roll(right, by, axis)


def reduced(right: Array) -> Named:
    """Sums and means of the right one, and what is left where something is cut off."""
    axes: list[tuple[int | None, str]] = [(None, "everything")] if right.ndim > 1 else []
    axes += [(axis, f"axis {axis}") for axis in range(right.ndim)]
    for axis, along in axes:
        yield f"is the sum of the right one over {along}: leave that axis as it is", right.sum(axis)
        yield f"is the mean of the right one over {along}: leave that axis as it is", right.mean(axis)
        yield f"is the sum of the right one over {along}: leave that axis as it is", right.sum(axis, keepdims=True)
        if axis is not None:
            yield f"is the right one summed up step by step along {along}", right.cumsum(axis)
            yield f"is the last part of the right one along {along} alone", right.take(-1, axis)
            yield f"is the first part of the right one along {along} alone", right.take(0, axis)
            yield (
                f"is the right one without its last part along {along}",
                right.take(range(right.shape[axis] - 1), axis),
            )
            yield (
                f"is the right one without its first part along {along}",
                right.take(range(1, right.shape[axis]), axis),
            )
    for axis, along in axes:  # after the last part, which may be the smallest
        yield f"is the largest number of the right one over {along}: leave that axis as it is", right.max(axis)
        yield f"is the smallest number of the right one over {along}: leave that axis as it is", right.min(axis)


def unreduced(yours: Array) -> Named:
    """What would be the right one if the student had gone on."""
    axes: list[tuple[int | None, str]] = [(None, "everything")] if yours.ndim > 1 else []
    for axis, along in [*axes, *((axis, f"axis {axis}") for axis in range(yours.ndim))]:
        yield f"is not summed: its sum over {along} is the right one", yours.sum(axis)
        yield f"is not averaged: its mean over {along} is the right one", yours.mean(axis)
        if axis is not None:
            for part, place in ((0, "first"), (-1, "last")):
                yield f"has the right one in it, as its {place} part along {along}", yours.take(part, axis)
            shorter = yours.take(range(1, yours.shape[axis]), axis), yours.take(range(yours.shape[axis] - 1), axis)
            for place, array in zip(("first", "last"), shorter, strict=True):
                yield f"is the right one with a part too many, its {place} along {along}", array


def exactly(change: Callable[[Array], Named], of_yours: bool = False) -> Callable[[list[Pair]], str | None]:
    """A predicate that holds if the same change makes every wrong result of the right one (or the other way)."""

    def found(pairs: list[Pair]) -> str | None:
        if evidence(pairs) < SURE:
            return None
        fitting: list[str] | None = None
        for pair in pairs:
            begin, end = (pair.yours, pair.right) if of_yours else (pair.right, pair.yours)
            if not begin.size or not (np.isfinite(begin).all() and np.isfinite(end).all()):
                return None
            words = [said for said, array in change(begin) if array.shape == end.shape and same(end, array)]
            fitting = words if fitting is None else [said for said in fitting if said in words]
        return fitting[0] if fitting else None

    return found


def rearranged_and_scaled(pairs: list[Pair]) -> str | None:
    """Two things at once: other places, and a factor."""
    for words, _ in rearranged(pairs[0].right):
        arrays = [dict(rearranged(pair.right)).get(words) for pair in pairs]
        moved = [replace(pair, right=array) for pair, array in zip(pairs, arrays, strict=True) if array is not None]
        if len(moved) == len(pairs) and (scale := factor(moved)):
            return f"{words.partition(':')[0]}, and {scale}"
    return None


def offset(pairs: list[Pair]) -> str | None:
    """Off by a constant, the same everywhere."""
    shifts = []
    for pair in pairs:
        if pair.yours.shape != pair.right.shape or not (np.isfinite(pair.yours) & np.isfinite(pair.right)).all():
            return None
        shift = float(np.mean(pair.yours - pair.right))
        if not same(pair.yours, pair.right + shift) or same(pair.right + shift, np.full(pair.right.shape, shift)):
            return None
        shifts.append(shift)
    known = abs(shifts[0]) == 1
    if not known and len(pairs) == 1:
        return None  # any other number may have this value
    if evidence(pairs) >= (SURE if known else 2 * SURE) and same(np.array(shifts), np.full(len(shifts), shifts[0])):
        return f"is the right one plus {shifts[0]:.6g}, everywhere"
    return None


def zero(pairs: list[Pair]) -> str | None:
    """Nothing but 0, or nothing at all."""
    if all(pair.right.size and not pair.yours.size for pair in pairs):
        return "is empty: look at what a slice leaves, such as a[p:-p] where p is 0"
    if evidence(pairs) >= SURE and not any(pair.yours.any() for pair in pairs):
        return "is 0 everywhere: perhaps nothing is written into it, or into a copy of it alone"
    return None


def flat(pairs: list[Pair]) -> str | None:
    """The same number at every entry."""
    numbers = np.concatenate([pair.yours.ravel() for pair in pairs])
    if len(numbers) < SURE or not np.isfinite(numbers).all() or evidence(pairs) < SURE:
        return None
    if same(numbers, np.full(len(numbers), numbers[0])):
        return f"is {numbers[0]:.6g} at every entry: perhaps it is cut off"
    return None


def lost(pairs: list[Pair]) -> str | None:
    """0 where the right one is so small that it was lost beside a larger number."""
    small = all(pair.yours.size and 0 < np.abs(pair.right).max() < LOST for pair in pairs)
    if small and not any(pair.yours.any() for pair in pairs):
        return "is 0 where the right one is small: beside a 1 all that is smaller than 1e-16 is lost"
    return None


def single(pairs: list[Pair]) -> str | None:
    """Right to some digits only."""
    shapes = all(pair.yours.shape == pair.right.shape for pair in pairs)
    if not shapes or not all(close(pair.yours, pair.right, ALMOST).all() for pair in pairs):
        return None
    wrong = [pair.yours for pair in pairs if pair.wrong]
    if any(weight(yours) < SURE for yours in wrong):
        return None
    if all(np.array_equal(yours, yours.astype(np.float32)) for yours in wrong):
        return "has the seven digits of float32: use float64, which arrays have if no dtype is given"
    return (
        "is right to five digits or more, but not to all: perhaps float32 is used somewhere, a small number is added "
        "against a division by 0, or a derivative is taken by differences"
    )


def broadcast(pairs: list[Pair]) -> str | None:
    """(n, n) where (n,) or (n, 1) is due."""
    if all(
        pair.yours.ndim == 2 and pair.yours.shape == 2 * (pair.right.size,) and pair.right.size > 1 for pair in pairs
    ):
        return "is (n, n): an array (n, 1) met an array (n,), and NumPy made every pair of them; look at both shapes"
    return None


def reshaped(pairs: list[Pair]) -> str | None:
    """The right numbers in another shape, or repeated."""
    if all(pair.yours.shape != pair.right.shape and pair.yours.size == pair.right.size
           and same(pair.yours.ravel(), pair.right.ravel()) for pair in pairs):  # fmt: skip
        return f"has the right numbers, but their shape is {pairs[0].yours.shape} where {pairs[0].right.shape} is due"
    if all(pair.yours.size > pair.right.size and _repeats(pair) for pair in pairs):
        return f"has the right numbers again and again: {pairs[0].yours.shape} where {pairs[0].right.shape} is due"
    return None


def _repeats(pair: Pair) -> bool:
    try:
        return same(pair.yours, np.broadcast_to(pair.right, pair.yours.shape))
    except ValueError:
        return False


def reordered(pairs: list[Pair]) -> str | None:
    if evidence(pairs) >= 2 * SURE and all(
        pair.yours.shape == pair.right.shape and same(np.sort(pair.yours.ravel()), np.sort(pair.right.ravel()))
        for pair in pairs
    ):
        return "has the right numbers, but in another order"
    return None


TRANSFORMS: tuple[Callable[[list[Pair]], str | None], ...] = (
    single,
    factor,
    lost,
    zero,
    flat,
    exactly(rearranged),
    exactly(elementwise),
    argument,
    reduced_argument,
    term,
    offset,
    broadcast,
    reshaped,
    exactly(reduced),
    exactly(unreduced, of_yours=True),
    rearranged_and_scaled,
    reordered,
)
WHOLLY = argument, zero  # say little if they hold in some cases only


def named(pairs: list[Pair]) -> str | None:
    """Predicate of what the results are to the right ones, None if it has no name: of all of them, or else of all that
    are wrong."""
    wrong = [pair for pair in pairs if pair.wrong]
    if not wrong:
        return None
    if said := next(filter(None, (transform(pairs) for transform in TRANSFORMS)), None):
        return said
    said = next(filter(None, (transform(wrong) for transform in TRANSFORMS if transform not in WHOLLY)), None)
    return said and f", in the cases that are wrong, {said}"
