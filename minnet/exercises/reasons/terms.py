"""Which argument, or product of two, a result has too much or lacks, as a term or as a factor."""

from collections.abc import Callable, Iterator
from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from minnet.exercises.reasons.attempt import Pair
from minnet.exercises.reasons.factors import SURE, evidence, same, weight
from minnet.types import Array

DIFFERENCES = {
    1.0: "is the right one plus {term}",
    -1.0: "is the right one minus {term}",
    2.0: "is the right one plus 2 {term}: perhaps {term} has the wrong sign",
    -2.0: "is the right one minus 2 {term}: perhaps {term} has the wrong sign",
    0.5: "is the right one plus {term} / 2",
    -0.5: "is the right one minus {term} / 2",
}
QUOTIENTS: dict[str, Callable[[Array, Array], Array]] = {
    "is the right one times {term}: that factor is one too many": np.multiply,
    "is the right one divided by {term}: that factor is missing": np.divide,
}

REDUCTIONS: dict[str, Callable[..., Array]] = {
    "is the largest number of {of}: np.max(a, 0) goes along axis 0, np.maximum(a, 0) compares each with 0": np.max,
    "is the smallest number of {of}: np.min(a, 0) goes along axis 0, np.minimum(a, 0) compares each with 0": np.min,
    "is the sum of {of}: np.sum(a, 1) goes along axis 1, a + 1 adds to each number": np.sum,
}


def reduced_argument(pairs: list[Pair]) -> str | None:
    """Predicate of a result that is an argument reduced over an axis, where one of the argument's own shape is due."""
    if sum(weight(pair.yours) for pair in pairs) < SURE:
        return None
    for name in pairs[0].arguments:
        values = [_numbers(pair.arguments.get(name)) for pair in pairs]
        found = [value for value in values if value is not None and value.ndim and value.size]
        if len(found) < len(pairs) or any(p.right.shape != v.shape for p, v in zip(pairs, found, strict=True)):
            continue
        for axis in (None, *range(min(value.ndim for value in found))):
            for words, f in REDUCTIONS.items():
                if all(_equal(pair.yours, f(value, axis)) for pair, value in zip(pairs, found, strict=True)):
                    return words.format(of=f"all {name}" if axis is None else f"{name} along axis {axis}")
    return None


def _equal(yours: Array, other: Array) -> bool:
    return yours.shape == np.shape(other) and same(yours, other)


def argument(pairs: list[Pair]) -> str | None:
    """Predicate of a result that is an argument, as it was given."""
    for name in pairs[0].arguments:
        values = [_numbers(pair.arguments.get(name)) for pair in pairs]
        if evidence(pairs) >= SURE and all(
            value is not None and pair.yours.shape == value.shape and same(pair.yours, value)
            for pair, value in zip(pairs, values, strict=True)
        ):
            return f"is {name}, as it was given"
    return None


def term(pairs: list[Pair]) -> str | None:
    """Predicate of results that differ from the right ones by a product of arguments."""
    if any(pair.yours.shape != pair.right.shape or not np.isfinite(pair.yours).all() for pair in pairs):
        return None
    if evidence(pairs) < SURE:
        return None
    common: dict[str, list[Array]] | None = None
    for pair in pairs:
        fitting = dict(_fitting(pair))
        seen = {words: [value] for words, value in fitting.items()} if common is None else common
        common = {words: [*values, fitting[words]] for words, values in seen.items() if words in fitting}
    return next((words for words, values in (common or {}).items() if _varies(values)), None)


def _varies(values: list[Array]) -> bool:
    """One number is no argument: it may be anything that has this value."""
    return len(np.unique(np.concatenate([value.ravel() for value in values]))) > 1


def _fitting(pair: Pair) -> Iterator[tuple[str, Array]]:
    for name, value in _terms(pair.arguments, pair.right.shape):
        for multiple, words in DIFFERENCES.items():
            if same(pair.yours, pair.right + multiple * value):
                yield words.format(term=name), value
        for words, f in QUOTIENTS.items():
            changed = f(pair.right, value)
            if np.isfinite(changed).all() and same(pair.yours, changed):
                yield words.format(term=name), value


def _terms(arguments: dict[str, Any], shape: tuple[int, ...]) -> Iterator[tuple[str, Array]]:
    """Arguments that fit to a result's shape, one minus those between 0 and 1, and products of two."""
    single: dict[str, Array] = {}
    for name, value in arguments.items():
        numbers = _numbers(value)
        if numbers is not None and _fits(numbers.shape, shape):
            single[name] = numbers
            if not numbers.ndim and 0 < numbers < 1:
                single[f"(1 - {name})"] = 1 - numbers
    yield from single.items()
    for (one, a), (other, b) in combinations_with_replacement(single.items(), 2):
        yield (f"{one}^2" if one == other else f"{one} {other}"), a * b


def _fits(inner: tuple[int, ...], outer: tuple[int, ...]) -> bool:
    try:
        return np.broadcast_shapes(inner, outer) == outer
    except ValueError:
        return False


def _numbers(value: Any) -> Array | None:
    if isinstance(value, bool) or not isinstance(value, np.ndarray | list | float | int):
        return None
    try:
        return np.asarray(value, float)
    except (TypeError, ValueError):
        return None
