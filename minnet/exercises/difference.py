"""The first thing in which two results differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet.types import Array


@dataclass(frozen=True)
class Difference:
    """Where and how a result differs from the expected one.

    Attributes
    ----------
    kind : str
        "kind", "shape" or "values".
    where : str
        Which of several results, and at which index: ``second result, [0, 2]``; empty for a number.
    yours, expected : str
    """

    kind: str
    where: str
    yours: str
    expected: str

    def __str__(self) -> str:
        place = f" {self.where}" if self.where else ""
        return f"first difference{place}: yours is {self.yours}, expected {self.expected}"


ORDINALS = "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"


def difference(yours: Any, expected: Any, tolerance: float) -> Difference | None:
    """The first difference of two results, None if there is none."""
    return next(_differences(yours, expected, tolerance, ""), None)


def ordinal(k: int) -> str:
    """first, second, ... of 0, 1, ..."""
    return ORDINALS[k] if k < len(ORDINALS) else f"{k + 1}th"


SUPPORTED = "real numbers, truth values, texts, None, arrays of numbers, and tuples and lists of these"


def comparable(result: Any) -> bool:
    """Whether it is made of numbers, words and None: two generators are never equal."""
    return all(part is None or isinstance(part, str) or numbers(part) is not None for part in parts(result))


def finite(result: Any) -> bool:
    """Whether all numbers of which it is made are finite."""
    return all(bool(np.isfinite(array).all()) for part in parts(result) if (array := numbers(part)) is not None)


def parts(result: Any) -> list[Any]:
    """The arrays and numbers of which a result is made."""
    return [part for each in result for part in parts(each)] if isinstance(result, tuple | list) else [result]


def _differences(yours: Any, expected: Any, tolerance: float, which: str) -> Iterator[Difference]:
    if isinstance(expected, tuple | list):
        if not isinstance(yours, tuple | list) or len(yours) != len(expected):
            yield Difference("kind", which, _kind(yours), _kind(expected))
            return
        for k, pair in enumerate(zip(yours, expected, strict=True)):
            yield from _differences(*pair, tolerance, f"{which} in the {ordinal(k)} result".strip())
        return
    if isinstance(expected, str | bool | None):
        if isinstance(yours, list | tuple) or np.ndim(yours) or yours != expected:
            yield Difference("values", which, repr(yours), repr(expected))
        return
    own = numbers(yours)
    right = numbers(expected)
    if right is None:
        yield Difference("kind", which, _kind(yours), f"{_kind(expected)}, which cannot be compared: only {SUPPORTED}")
    elif own is None:
        yield Difference("kind", which, _kind(yours), _kind(expected))
    elif own.shape != right.shape:
        yield Difference("shape", which, f"of shape {own.shape}", f"shape {right.shape}")
    elif not (near := close(own, right, tolerance)).all():
        index = tuple(int(i) for i in np.unravel_index(near.argmin(), near.shape))
        place = f"{which} at {list(index)}".strip() if index else which
        yield Difference("values", place, _number(own[index]), _number(right[index]))


def close(yours: Array, expected: Array, tolerance: float) -> Array:
    """Which numbers are as expected, up to a tolerance relative to the largest expected one; nan is like nan."""
    equal = np.asarray(yours == expected)
    if equal.all():
        return equal  # as for most of the many results and arguments that a check compares
    yours, expected = (each.astype(np.int8) if each.dtype.kind == "b" else each for each in (yours, expected))
    finite = np.abs(expected[np.isfinite(expected)])
    scale = max(float(finite.max(initial=0.0)), np.finfo(float).tiny)
    with np.errstate(invalid="ignore", over="ignore"):
        near = np.abs(yours - expected) <= tolerance * scale
    return np.asarray(near | equal | (np.isnan(yours) & np.isnan(expected)))


def numbers(value: Any) -> Array | None:
    """As an array, if they are real ones."""
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):
        return None
    return array if array.dtype.kind in "fiub" else None


def _number(value: Any) -> str:
    return str(value) if isinstance(value, np.bool_) else f"{value:.10g}"


def _kind(value: Any) -> str:
    if value is None:
        return "None (is a return missing?)"
    if isinstance(value, tuple | list):
        return f"{len(value)} results"
    if (array := numbers(value)) is not None:
        return f"one array of shape {array.shape}"
    return f"an array of {value.dtype}" if isinstance(value, np.ndarray) else f"a {type(value).__name__}"
