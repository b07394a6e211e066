"""What a wrong result may be to the right one, whatever the exercise: a factor, a transposition, a shift."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet.exercises.difference import difference, parts
from minnet.types import Array

NEAR = 1e-6  # relative: so near is the same


@dataclass(frozen=True)
class Pair:
    """A student's number or array, the right one, and the arguments of the call."""

    yours: Array
    right: Array
    arguments: dict[str, Any]

    @property
    def samples(self) -> int | None:
        """Length of the first array among the arguments."""
        arrays = [np.asarray(value) for value in self.arguments.values() if np.ndim(value)]
        return len(arrays[0]) if arrays else None


def same(a: Any, b: Any) -> bool:
    return difference(a, b, NEAR) is None


def factor(pairs: list[Pair]) -> str | None:
    """Right up to a factor: a number, or a length of the arguments."""
    ratios = []
    for pair in pairs:
        if pair.yours.shape != pair.right.shape or not np.isfinite(pair.yours).all() or not pair.right.any():
            return None
        ratio = float(np.vdot(pair.right, pair.yours) / np.vdot(pair.right, pair.right))
        if ratio == 0 or not same(pair.yours, ratio * pair.right):
            return None
        ratios.append(ratio)
    if same(np.array(ratios), np.full(len(ratios), ratios[0])) and not same(ratios[0], 1.0):
        return _constant(ratios[0])
    lengths = np.array([pair.samples or 1 for pair in pairs], float)
    if same(np.array(ratios), lengths):
        return "Your result is n times too large, n being the number of samples: a sum stands where a mean is due."
    if same(np.array(ratios), 1 / lengths):
        return "Your result is n times too small, n being the number of samples: a mean stands where a sum is due."
    return None


def _constant(ratio: float) -> str:
    words = {-1.0: "Your result has the wrong sign.", 2.0: "Your result is twice the right one.",
             0.5: "Your result is half the right one."}  # fmt: skip
    return words.get(round(ratio, 9), f"Your result is {ratio:.6g} times the right one, everywhere.")


def _all(change: Callable[[Array], Iterator[Array]], sentence: str) -> Callable[[list[Pair]], str | None]:
    """A transform that is found if every wrong result is one of the changes of the right one."""

    def found(pairs: list[Pair]) -> str | None:
        return sentence if all(any(same(pair.yours, other) for other in change(pair.right)) for pair in pairs) else None

    return found


def _transposed(right: Array) -> Iterator[Array]:
    if right.ndim >= 2:
        yield right.T
        yield right.swapaxes(-1, -2)


def _shifted(right: Array) -> Iterator[Array]:
    for axis in range(right.ndim):
        for by in (-1, 1):
            yield np.roll(right, by, axis)


def _reversed(right: Array) -> Iterator[Array]:
    for axis in range(right.ndim):
        yield np.flip(right, axis)


def _cut(right: Array) -> Iterator[Array]:
    yield np.trunc(right)
    yield np.rint(right)


def offset(pairs: list[Pair]) -> str | None:
    """Off by a constant, the same everywhere."""
    shifts = []
    for pair in pairs:
        if pair.yours.shape != pair.right.shape or not np.isfinite(pair.yours).all():
            return None
        shift = float(np.mean(pair.yours - pair.right))
        if not same(pair.yours, pair.right + shift):
            return None
        shifts.append(shift)
    if same(np.array(shifts), np.full(len(shifts), shifts[0])):
        return f"Your result is the right one plus {shifts[0]:.6g}, everywhere."
    return None


def broadcast(pairs: list[Pair]) -> str | None:
    """(n, n) where (n,) or (n, 1) is due."""
    if all(
        pair.yours.ndim == 2 and pair.yours.shape == 2 * (pair.right.size,) and pair.right.size > 1 for pair in pairs
    ):
        return (
            "Your result is (n, n): an array (n, 1) met an array (n,), and NumPy made every pair of them. Look at the "
            "shapes on both sides."
        )
    return None


def kept_axis(pairs: list[Pair]) -> str | None:
    """The right numbers in another shape."""
    if all(pair.yours.shape != pair.right.shape and pair.yours.size == pair.right.size
           and same(pair.yours.ravel(), pair.right.ravel()) for pair in pairs):  # fmt: skip
        yours, right = pairs[0].yours.shape, pairs[0].right.shape
        return f"The numbers are right, but their shape is {yours} where {right} is asked for."
    return None


TRANSFORMS: tuple[Callable[[list[Pair]], str | None], ...] = (
    factor,
    _all(_transposed, "Your result is the right one transposed: rows and columns are confused."),
    _all(_shifted, "Your result is the right one shifted by one: an index begins one too early or too late."),
    _all(_reversed, "Your result is the right one in reverse order."),
    _all(_cut, "Your result is the right one cut to whole numbers: an array of integers is filled, or // divides."),
    offset,
    broadcast,
    kept_axis,
)


def named(results: list[tuple[Any, Any, dict[str, Any]]]) -> str | None:
    """What all wrong results (yours, right, arguments) are to the right ones, None if it has no name."""
    pairs = []
    for yours, right, arguments in results:
        for own, expected in zip(parts(yours), parts(right), strict=False):
            try:
                pair = Pair(np.asarray(own, float), np.asarray(expected, float), arguments)
            except (TypeError, ValueError):
                return None
            if difference(pair.yours, pair.right, NEAR):
                pairs.append(pair)
    return next(filter(None, (transform(pairs) for transform in TRANSFORMS)), None) if pairs else None
