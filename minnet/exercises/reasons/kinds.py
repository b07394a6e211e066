"""What a result is, where numbers are due: nothing, a generator, a function, an array of Python's objects."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from minnet.exercises.difference import numbers
from minnet.exercises.reasons.attempt import Attempt, results, subject
from minnet.types import Array

LAZY = "map", "filter", "zip", "enumerate", "reversed", "range", "dict_values", "dict_keys", "dict_items", "chain"
MEANINGS = {
    "NoneType": "is None: the function comes to its end without a return that gives a value. Is return missing, or "
    "does it stand in a branch that is not taken here? (list.sort, list.append and print give None too.)",
    "generator": "is a generator, because of yield: collect the values in a list, or an array, and return that.",
    "coroutine": "is a coroutine, because of async def: leave async away.",
    "function": "is a function and not what it gives: are parentheses missing, as in x.sum()?",
    "ndarray": "is an array of dtype object, of Python's objects: np.frompyfunc makes such, and so does np.array of "
    "None, or of parts of several lengths. End with .astype(float), or make it by NumPy's functions.",
    "complex": "is complex. Take .real if its imaginary part is 0 by the formula; else see where a root or an fft "
    "makes it complex.",
    "str": "is text: a number is due, without quotes, str or an f-string.",
    "dict": "is a dict: return its values, in the order of the text, without names.",
    "set": "is a set, which has no order: use a list or an array.",
    "list": "is a list whose parts are no numbers or have several lengths, so that no array can be made of it.",
    "ellipsis": "is ..., which stands for what is still to be written.",
    "type": "is a type and not an object of it: are parentheses missing?",
}


def kind(attempt: Attempt) -> str | None:
    """A sentence if what is returned is not numbers, or is packed as one that is not due."""
    first = attempt.first
    if first.own.error is not None or not first.differs:
        return None
    yours, right = first.own.value, first.right.value
    pairs = results(yours, right)
    if pairs is None:
        return _packed(yours, right)
    if isinstance(yours, tuple) and len(yours) == 1 and not isinstance(right, tuple | list):
        return "Your result is a tuple of one: take away the comma behind what is returned."
    for k, (own, due) in enumerate(pairs):
        if said := _meaning(own, due):
            return f"{subject([k]) if isinstance(right, tuple) else 'Your result'} {said}"
    return None


def _packed(yours: Any, right: tuple[Any, ...]) -> str | None:
    """Of what stands in the place of several results."""
    array = None if isinstance(yours, tuple | list) else numbers(yours)
    if array is None:
        return None if isinstance(yours, tuple | list) else f"Your result {_meaning(yours, right) or _other(yours)}"
    if array.ndim and len(array) == len(right) and all(np.shape(part) == array.shape[1:] for part in right):
        return (
            f"Your {len(right)} results are put into one array: return them one beside the other, as in return a, b, "
            "without np.array."
        )
    return None


def _meaning(yours: Any, right: Any) -> str:
    """What is said of one result; empty where it is of a kind that is due."""
    if right is None or isinstance(right, str | bool | dict) or callable(right) or _is_numeric(yours):
        return ""
    if isinstance(right, tuple | list) and isinstance(yours, tuple | list):
        pairs = zip(yours, right, strict=False)
        return next(filter(None, (_meaning(*pair) for pair in pairs)), "")
    return "" if isinstance(yours, tuple) else _known(yours) or _other(yours)


def one_is_due(attempt: Attempt) -> str | None:
    """A sentence if several results are returned where one array or number is due."""
    yours, right = attempt.first.own.value, numbers(attempt.first.right.value)
    if not isinstance(yours, tuple) or right is None or isinstance(attempt.first.right.value, tuple | list):
        return None
    array = numbers(yours)
    is_several = array is None or array.ndim > right.ndim
    return f"{len(yours)} results are returned where one is due." if is_several else None


def _known(value: Any) -> str:
    return next((MEANINGS[name] for name in _names(value) if name in MEANINGS), "")


def _names(value: Any) -> Iterator[str]:
    """What a value may be looked up by: what an array holds, its type's name, or what it can do."""
    name = type(value).__name__
    if (array := _array(value)) is not None and array.dtype.kind in "cSU":
        yield "complex" if array.dtype.kind == "c" else "str"
    yield {"frozenset": "set"}.get(name, name)
    if isinstance(value, type):
        yield "type"
    elif callable(value):
        yield "function"


def _other(value: Any) -> str:
    name = type(value).__name__
    if name in LAZY:
        return f"is a {name}, which has not computed anything yet: put list(...) around it."
    if name.endswith(("_matrix", "_array")):
        return f"is a {name}, which leaves out zeros: end with .toarray()."
    return f"is an object of type {name} where numbers are due: make a NumPy array of it, as by np.asarray(...)."


def _array(value: Any) -> Array | None:
    """An array of what an array can be made of without objects."""
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):
        return None
    return None if array.dtype.kind == "O" else array


def _is_numeric(value: Any) -> bool:
    return numbers(value) is not None
