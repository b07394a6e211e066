"""Which factor a result has too many: a number, or a length of the arguments."""

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import numpy as np

from minnet.exercises.difference import difference
from minnet.exercises.reasons.attempt import Pair
from minnet.types import Array

NEAR = 1e-6  # relative: so near is the same
SURE = 3  # pieces of evidence, see `evidence`
WORDS = {
    -1.0: "has the wrong sign",
    2.0: "is twice the right one",
    0.5: "is half the right one",
    -2.0: "is twice the right one, with the wrong sign",
    -0.5: "is half the right one, with the wrong sign",
}
MULTIPLES = {1.0: "", -1.0: "-", 2.0: "2", 0.5: "1/2", -2.0: "-2", -0.5: "-1/2"}
POWERS: dict[str, Callable[[Array], Array]] = {
    "n": lambda n: n,
    "1 / n": lambda n: 1 / n,
    "n / (n - 1)": lambda n: n / (n - 1),
    "(n - 1) / n": lambda n: (n - 1) / n,
    "sqrt(n)": np.sqrt,
    "1 / sqrt(n)": lambda n: 1 / np.sqrt(n),
    "sqrt(n / (n - 1))": lambda n: np.sqrt(n / (n - 1)),
    "sqrt((n - 1) / n)": lambda n: np.sqrt((n - 1) / n),
    "n^2": np.square,
    "1 / n^2": lambda n: 1 / n**2,
}
MEANINGS = {
    "n": "a sum stands where a mean is due",
    "1 / n": "a mean stands where a sum is due",
    "n / (n - 1)": "it is divided by n - 1 where n is due",
    "(n - 1) / n": "it is divided by n where n - 1 is due",
}
PRODUCTS: dict[str, Callable[[Array, Array], Array]] = {
    "n m": lambda n, m: n * m,
    "1 / (n m)": lambda n, m: 1 / (n * m),
    "n / m": lambda n, m: n / m,
    "m / n": lambda n, m: m / n,
}


def same(a: Any, b: Any) -> bool:
    return difference(a, b, NEAR) is None


def evidence(pairs: list[Pair]) -> int:
    """How much it says that the right numbers are met, see `weight`."""
    return sum(weight(pair.right) for pair in pairs)


def weight(numbers: Array) -> int:
    """A fraction counts three, a whole number other than 0, 1, -1 counts one."""
    numbers = numbers[np.isfinite(numbers)]
    whole = numbers == np.rint(numbers)
    return int(3 * np.sum(~whole) + np.sum(np.abs(numbers[whole]) > 1))


def factor(pairs: list[Pair]) -> str | None:
    """Predicate of results that are right up to a factor."""
    found = [_ratio(pair) for pair in pairs]
    ratios = np.array([ratio for ratio in found if ratio is not None and not np.isnan(ratio)])
    used = [pair for pair in pairs if pair.right.any()]
    if None in found or not used or evidence(used) < SURE:
        return None
    if same(ratios, np.full(len(ratios), ratios[0])):
        return _constant(float(ratios[0]), used)
    return next(_by_lengths(ratios, lengths(used)), None)


def _ratio(pair: Pair) -> float | None:
    """Yours by the right one; nan if both are 0, None if there is no such number."""
    if pair.yours.shape != pair.right.shape or not np.isfinite(pair.yours).all() or not np.isfinite(pair.right).all():
        return None
    if not pair.right.any():
        return None if pair.yours.any() else np.nan
    scaled = pair.right / np.abs(pair.right).max()  # its square neither overflows nor vanishes
    ratio = float(np.vdot(scaled, pair.yours) / np.vdot(scaled, pair.right))
    return ratio if ratio and same(pair.yours, ratio * pair.right) else None


def _constant(ratio: float, pairs: list[Pair]) -> str | None:
    for known, words in WORDS.items():
        if same(ratio, known):
            return words
    if same(ratio, 1.0) or evidence(pairs) < 2 * SURE:
        return None
    words = f"is {ratio:.6g} times the right one, everywhere"
    for name, values in lengths(pairs).items():
        for number, due in ((values[0], "a sum stands where a mean"), (1 / values[0], "a mean stands where a sum")):
            if same(ratio, float(number)):
                return f"{words}: perhaps {due} is due, since {values[0]:g} is {name}"
    return words if len(pairs) > 1 else None  # one case's factor may be any number


def _by_lengths(ratios: Array, found: dict[str, Array]) -> Iterator[str]:
    """Predicates of ratios that vary as lengths do."""

    def fits(prediction: Array) -> bool:
        return bool(np.isfinite(prediction).all()) and same(ratios, prediction)

    for multiple in MULTIPLES:
        for form, power in POWERS.items():
            for name, n in found.items():
                if fits(multiple * power(n)):
                    meaning = f": {MEANINGS[form]}" if form in MEANINGS and multiple == 1 else ""
                    yield f"is the right one times {_product(multiple, form)}, n being {name}{meaning}"
        for form, product in PRODUCTS.items():
            for (name, n), (other, m) in combinations(found.items(), 2):
                if fits(multiple * product(n, m)):
                    yield f"is the right one times {_product(multiple, form)}, n being {name} and m {other}"


def _product(multiple: float, form: str) -> str:
    """2 and 1 / n make 2 / n."""
    times = MULTIPLES[multiple]
    if abs(multiple) == 1:
        return times + form
    return times + form[1:] if form.startswith("1 /") else f"{times} {form}"


def lengths(pairs: list[Pair]) -> dict[str, Array]:
    """Lengths of the arguments' axes, and whole numbers among them, in words: one value a pair.

    Those that are the same in all pairs (the rows of x and of dy) are one, named as the first.
    """
    found: dict[str, Array] = {}
    every = [_named_lengths(pair.arguments) for pair in pairs]
    for name in every[0]:
        if all(name in each for each in every):
            values = np.array([each[name] for each in every], float)
            if not any(np.array_equal(values, other) for other in found.values()):
                found[name] = values
    return found


def _named_lengths(arguments: dict[str, Any]) -> dict[str, int]:
    found = {}
    for name, value in arguments.items():
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            found[f"the argument {name}"] = value
        for axis, length in enumerate(shape_of(value)):
            if length:
                found[f"the number of {axis_name(axis, len(shape_of(value)))} of {name}"] = length
    return found


def shape_of(value: Any) -> tuple[int, ...]:
    """Of arrays, and of lists that could be arrays."""
    try:
        return np.shape(value) if isinstance(value, np.ndarray | list | tuple) else ()
    except ValueError:
        return ()


def axis_name(axis: int, axes: int) -> str:
    """entries, rows, columns, or the axis by its number"""
    names = {1: ("entries",), 2: ("rows", "columns")}.get(axes)
    return names[axis] if names else f"entries along axis {axis}"
