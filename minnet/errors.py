"""What minnet says when it is given something it cannot use.

Every message names what was expected, what came, and the way out. All classes derive from `ValueError` or
`TypeError`, so code that already catches those keeps working (Ctrl-C stays a `KeyboardInterrupt`).
"""

from collections.abc import Iterable
from difflib import get_close_matches


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


class FileFormatError(ValueError):
    """A file is truncated, foreign, or does not fit what it is loaded into."""


def nearest(name: str, names: Iterable[str]) -> str:
    """End of a message about an unknown `name`: the nearest known one, and all of them.

    >>> nearest("ReLu", ["ReLU", "Tanh"])
    "did you mean 'ReLU'? Known: ReLU, Tanh"
    """
    names = list(names)
    by_lower = {known.lower(): known for known in names}
    close = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.5)
    guess = f"did you mean {by_lower[close[0]]!r}? " if close else ""
    return f"{guess}Known: {', '.join(names)}"


def check_range(owner: str, **conditions: tuple[object, bool, str]) -> None:
    """Raise `SettingError` for the first setting outside its range.

    Each keyword is a setting's name with `(value, whether it is allowed, the allowed range in words)`.
    """
    for name, (value, allowed, meaning) in conditions.items():
        if not allowed:
            raise SettingError(f"{owner}: {name}={value!r} is out of range; {name} must be {meaning}")
