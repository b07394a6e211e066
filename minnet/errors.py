"""What minnet says when it is given something it cannot use.

Every message names what was expected, what came, and the way out. All classes derive from `ValueError` or
`TypeError`, so code that already catches those keeps working (Ctrl-C stays a `KeyboardInterrupt`).

>>> import minnet as mn
>>> net = mn.mlp([1, 3, 1], "tanh", rng=0)
>>> try:
...     net([[1.0, 2.0]])
... except mn.errors.ShapeError as error:
...     print(error)
x has shape (1, 2), but Dense(1, 3), the first layer of the network, takes (samples, 1)
>>> values = (ShapeError, DataError, SettingError, DerivativeError, DivergenceError, FileFormatError)
>>> all(issubclass(kind, ValueError) for kind in values), issubclass(DtypeError, TypeError)
(True, True)
>>> [issubclass(kind, KeyboardInterrupt) for kind in (TrainingInterrupted, StudyInterrupted)]
[True, True]
"""

import sys
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from numbers import Integral, Real
from typing import Any

__all__ = [
    "DataError", "DerivativeError", "DivergenceError", "DtypeError", "FileFormatError", "SettingError",
    "ShapeError", "StudyInterrupted", "TrainingInterrupted",
]  # fmt: skip


class ShapeError(ValueError):
    """An array has the wrong number of axes, samples or features."""


class DataError(ValueError):
    """An array has no samples, or holds values that are not finite, or not what a loss can use."""


class DtypeError(TypeError):
    """An array or a setting has a type that cannot be turned into real numbers."""


class SettingError(ValueError):
    """An option is out of its range, or a name is not known."""


class DerivativeError(ValueError):
    """A derivative was asked for that a layer cannot give."""


class DivergenceError(ValueError):
    """Training met a loss or a gradient that is not finite."""


class TrainingInterrupted(KeyboardInterrupt):
    """Ctrl-C during training; the message says how to resume."""


class StudyInterrupted(KeyboardInterrupt):
    """Ctrl-C during a study; the message says what is kept."""


class FileFormatError(ValueError):
    """A file is truncated, foreign, or does not fit what it is loaded into."""


FOREIGN = {"xavier": "glorot", "kaiming": "he", "swish": "silu", "linear": "identity"}
"""What other libraries call initializers and activations."""


def nearest(name: str, names: Iterable[str]) -> str:
    """End of a message about an unknown `name`: the nearest known one, and all of them.

    >>> nearest("ReLu", ["ReLU", "Tanh"])
    "did you mean 'ReLU'? Known: ReLU, Tanh"
    """
    names = list(names)
    by_lower = {known.lower(): known for known in names}
    wanted = name.lower()
    for foreign, ours in FOREIGN.items():
        wanted = wanted.replace(foreign, ours)
    begun = [known for known in by_lower if wanted and known.startswith(wanted)]
    close = get_close_matches(wanted, by_lower, n=1, cutoff=0.6) or begun
    guess = f"did you mean {by_lower[close[0]]!r}? " if close else ""
    return f"{guess}Known: {', '.join(names)}"


def known_name(owner: str, what: str, name: str, names: Iterable[str]) -> str:
    """The one of the names that is meant, in capitals or not.

    Raises
    ------
    SettingError
        There is none.

    Examples
    --------
    >>> known_name("mlp", "activation", "relu", ["ReLU", "Tanh"])
    'ReLU'
    """
    by_lower = {known.lower(): known for known in names}
    if str(name).lower() not in by_lower:
        raise SettingError(f"{owner}: there is no {what} {name!r}; {nearest(str(name), by_lower.values())}")
    return by_lower[str(name).lower()]


def check_range(owner: str, **conditions: tuple[Any, Callable[[Any], bool], str]) -> None:
    """Raise `SettingError` for the first setting that is not a number in its range.

    Each keyword is a setting's name with `(value, test of a number, the allowed range in words)`.
    """
    for name, (value, allowed, words) in conditions.items():
        if not is_number(value) or not allowed(value):
            raise SettingError(f"{owner}: {name}={value!r} is out of range; {name} must be {words}")


def is_number(value: Any) -> bool:
    """Whether `value` is a single real number that a float can hold, and not a truth value."""
    is_real = isinstance(value, Real) and not isinstance(value, bool)
    return is_real and not (isinstance(value, Integral) and abs(int(value)) > sys.float_info.max)


def is_whole(value: Any) -> bool:
    """Whether `value` is a single whole number, and not a truth value."""
    return isinstance(value, Integral) and not isinstance(value, bool)
