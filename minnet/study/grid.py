"""Points of a study: what one run is given, as plain JSON, and which of its repeats it is."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from minnet.errors import SettingError, is_whole
from minnet.storage import plain


@dataclass(frozen=True)
class Point:
    """The settings of a run, and the number of its repeat, from 0.

    Settings are turned into what JSON can hold when a point is made (tuples become lists, NumPy's numbers Python's),
    so that a function is given the same whether its point comes from a script or from a store.

    Raises
    ------
    SettingError
        A name is not a text, a value cannot be written as JSON or is not finite, or the repeat is not a whole
        number >= 0.

    Examples
    --------
    >>> Point({"hidden": (20, 20), "epochs": np.int64(30)})
    Point(settings={'hidden': [20, 20], 'epochs': 30}, repeat=0)
    """

    settings: dict[str, Any]
    repeat: int = 0

    def __post_init__(self) -> None:
        if not is_whole(self.repeat) or self.repeat < 0:
            raise SettingError(f"study: a repeat is numbered by a whole number >= 0, not {self.repeat!r}")
        object.__setattr__(self, "repeat", int(self.repeat))
        object.__setattr__(self, "settings", {name: _json(name, value) for name, value in self.settings.items()})

    def canonical(self) -> str:
        """The settings as one text, the same one in whatever order they were given."""
        return json.dumps(self.settings, sort_keys=True, separators=(",", ":"))


def grid(*, repeats: int = 1, **settings: Any) -> list[Point]:
    """Every combination of the settings, each `repeats` times; the last setting varies fastest.

    Parameters
    ----------
    repeats : int
        How often each combination is run, every time with a random stream of its own.
    **settings
        A list, tuple, range or array holds the values of a setting; anything else is its one value. Where a value
        is itself a sequence, put it in a list: ``hidden=[(20, 20), (200, 200)]``.

    Examples
    --------
    Grids are lists, and are put together with ``+``; what two of them share is run once.

    >>> [point.settings for point in grid(width=[20, 200], epochs=30)]
    [{'width': 20, 'epochs': 30}, {'width': 200, 'epochs': 30}]
    """
    values = [list(_values(name, value)) for name, value in settings.items()]
    return repeat([dict(zip(settings, combination, strict=True)) for combination in product(*values)], repeats)


def repeat(settings: Iterable[dict[str, Any]], repeats: int) -> list[Point]:
    """Each of the settings `repeats` times, where they are not a grid.

    Examples
    --------
    >>> repeat([{"width": 20, "epochs": 300}, {"width": 200, "epochs": 30}], 2)[1]
    Point(settings={'width': 20, 'epochs': 300}, repeat=1)
    """
    if not is_whole(repeats) or repeats < 1:
        raise SettingError(f"study: repeats={repeats!r} is out of range; repeats must be a whole number >= 1")
    return [Point(values, number) for values in settings for number in range(repeats)]


def as_point(point: Any) -> Point:
    """A point from what `run` is given: a `Point`, or a dict of settings for a single repeat."""
    if isinstance(point, Point):
        return point
    if isinstance(point, dict):
        return Point(point)
    raise SettingError(f"study: points are made by grid(...) or are dicts of settings, not {point!r}")


def _values(name: str, value: Any) -> Iterable[Any]:
    if not isinstance(value, list | tuple | range | np.ndarray):
        return [value]
    if len(value) == 0:
        raise SettingError(f"study: the setting {name!r} has no values, so the grid has no points")
    return value


def _json(name: Any, value: Any) -> Any:
    if not isinstance(name, str):
        raise SettingError(f"study: names of settings are text, not {name!r}")
    try:
        return json.loads(json.dumps(value, default=plain, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise SettingError(
            f"study: the setting {name}={value!r} cannot be kept in a file ({error}); settings are finite numbers, "
            "text, truth values, None, and lists and dicts of these: give a class by its name"
        ) from None
