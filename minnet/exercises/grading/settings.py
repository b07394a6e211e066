"""What a grading counts: points, seeds, deadlines and limits, from a small TOML file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from minnet.errors import SettingError, nearest
from minnet.exercises.running.limits import Limits

NAME = "grading.toml"
VISIBILITIES = "visible", "hidden", "after_due_date", "after_published"
MOST_POINTS = 1e9
LARGEST_SEED = 2**63 - 1
LARGEST = Limits(seconds=86400, memory_mb=2**20, output_kb=2**20, file_mb=2**20, processes=2**20)


@dataclass(frozen=True)
class Settings:
    """Of a grading.

    Attributes
    ----------
    exercises : tuple of str
        Those that count, in this order; all of the course if empty.
    seeds : tuple of int
        Of the drawn arguments: a file must be right with each of them.
    points : dict
        By exercise; `default_points` for all others.
    partial : bool
        Whether a file that is right in some cases gets their share of the points; none if not.
    deadline : datetime or None
        For all exercises that are not in `deadlines`; None for no deadline.
    deadlines : dict
        By exercise.
    late_penalty : float
        Share of the points that is taken off for each day (24 hours) that has begun since the deadline.
    late_days : int or None
        After which nothing counts any more; None for no end.
    time_zone : tzinfo or None
        Of times that say none.
    times : Path or None
        A CSV file with columns ``student`` and ``submitted`` (and ``exercise``, if times differ); the time at which
        the file was last changed counts if there is none.
    visibility : str
        Of the tests on Gradescope.
    limits : Limits
    """

    exercises: tuple[str, ...] = ()
    seeds: tuple[int, ...] = (1, 2, 3)
    points: Mapping[str, float] = field(default_factory=dict)
    default_points: float = 1.0
    partial: bool = False
    deadline: datetime | None = None
    deadlines: Mapping[str, datetime] = field(default_factory=dict)
    late_penalty: float = 0.0
    late_days: int | None = None
    time_zone: tzinfo | None = None
    times: Path | None = None
    visibility: str = "visible"
    limits: Limits = field(default_factory=Limits)

    def most(self, exercise: str) -> float:
        """Points of an exercise."""
        return self.points.get(exercise, self.default_points)

    def due(self, exercise: str) -> datetime | None:
        """Deadline of an exercise."""
        return self.deadlines.get(exercise, self.deadline)


def read(path: Path, known: list[str]) -> Settings:
    """The settings of a file.

    Parameters
    ----------
    path : Path
    known : list of str
        The course's exercises.

    Raises
    ------
    SettingError
        The file cannot be read, is not TOML, has an unknown key or exercise (the message names the nearest), or a value
        that is out of its range or of another type.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise SettingError(f"{path}: {error}") from None
    return _Reader(path, known).settings(content)


class _Reader:
    """Checks each value of a file, and names the file, the key and what is expected."""

    def __init__(self, path: Path, known: list[str]) -> None:
        self._path, self._known = path, known
        self._zone: tzinfo | None = None

    def settings(self, content: dict[str, Any]) -> Settings:
        names = [each.name for each in fields(Settings)]
        self._keys("", content, names)
        if "time_zone" in content:
            self._zone = self._time_zone(content["time_zone"])
        values = {key: getattr(self, f"_{key}")(value) for key, value in content.items() if key != "time_zone"}
        return Settings(**values, time_zone=self._zone)

    def _keys(self, table: str, content: dict[str, Any], known: list[str]) -> None:
        for key in content:
            if key not in known:
                kind = "exercise" if known is self._known else "key"
                self._refuse(f"unknown {kind} {key!r}{table}", nearest(key, known))

    def _refuse(self, what: str, way_out: str) -> None:
        raise SettingError(f"{self._path}: {what}; {way_out}")

    def _is(self, key: str, value: Any, kinds: type | tuple[type, ...], words: str, allowed: bool = True) -> Any:
        if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool) or not allowed:
            raise SettingError(f"{self._path}: {key} = {_short(value)}; it must be {words}")
        return value

    def _number(self, key: str, value: Any) -> float:
        words = f"a number of at least 0 and at most {MOST_POINTS:g}"
        self._is(key, value, (int, float), words)
        return float(self._is(key, value, (int, float), words, 0 <= value <= MOST_POINTS))

    def _table(self, key: str, value: Any) -> dict[str, Any]:
        table: dict[str, Any] = self._is(key, value, dict, f"a table, [{key}]")
        self._keys(f" in [{key}]", table, self._known)
        return table

    def _exercises(self, value: Any) -> tuple[str, ...]:
        for name in self._is("exercises", value, list, "a list of names"):
            self._keys(" in exercises", {self._is("exercises", name, str, "a list of names"): 0}, self._known)
        return tuple(dict.fromkeys(value))

    def _seeds(self, value: Any) -> tuple[int, ...]:
        words = "a list of whole numbers of at least 0 and less than 2**63"
        for seed in self._is("seeds", value, list, words, bool(value)):
            self._is("seeds", seed, int, words)
            self._is("seeds", seed, int, words, 0 <= seed <= LARGEST_SEED)
        return tuple(dict.fromkeys(value))

    def _points(self, value: Any) -> dict[str, float]:
        return {name: self._number(f"points.{name}", each) for name, each in self._table("points", value).items()}

    def _default_points(self, value: Any) -> float:
        return self._number("default_points", value)

    def _partial(self, value: Any) -> bool:
        return bool(self._is("partial", value, bool, "true or false"))

    def _deadline(self, value: Any, key: str = "deadline") -> datetime:
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time(23, 59, 59))
        self._is(key, value, datetime, "a date, or a date and a time, without quotation marks")
        return self._aware(key, value)

    def _deadlines(self, value: Any) -> dict[str, datetime]:
        return {
            name: self._deadline(each, f"deadlines.{name}") for name, each in self._table("deadlines", value).items()
        }

    def _late_penalty(self, value: Any) -> float:
        share = self._number("late_penalty", value)
        return float(self._is("late_penalty", share, float, "a share of the points, from 0 to 1", share <= 1))

    def _late_days(self, value: Any) -> int:
        self._is("late_days", value, int, "a whole number of at least 0")
        return int(self._is("late_days", value, int, "a whole number of at least 0", value >= 0))

    def _time_zone(self, value: Any) -> tzinfo:
        try:
            return ZoneInfo(self._is("time_zone", value, str, 'a name such as "Europe/Berlin"'))
        except (OSError, ValueError, KeyError):
            words = 'a name that this machine knows, such as "Europe/Berlin" or "UTC"'
            raise SettingError(f"{self._path}: time_zone = {value!r}; it must be {words}") from None

    def _times(self, value: Any) -> Path:
        path = self._path.parent / self._is("times", value, str, "the name of a CSV file")
        if not path.is_file():
            self._refuse(f"times = {value!r}", f"there is no file {path}")
        return path

    def _visibility(self, value: Any) -> str:
        self._is("visibility", value, str, f"one of {', '.join(VISIBILITIES)}", value in VISIBILITIES)
        return str(value)

    def _limits(self, value: Any) -> Limits:
        table = self._is("limits", value, dict, "a table, [limits]")
        self._keys(" in [limits]", table, [each.name for each in fields(Limits)])
        for name, limit in table.items():
            largest = getattr(LARGEST, name)
            kinds, kind = (int, "whole number") if name == "processes" else ((int, float), "number")
            words = f"a positive {kind} of at most {largest}"
            self._is(f"limits.{name}", limit, kinds, words)
            self._is(f"limits.{name}", limit, kinds, words, 0 < limit <= largest)
        return Limits(**table)

    def _aware(self, key: str, value: datetime) -> datetime:
        if value.tzinfo is None and self._zone is None:
            way_out = f'write {value.isoformat()}+01:00, or time_zone = "Europe/Berlin"'
            raise SettingError(f"{self._path}: {key} = {value} says no time zone; {way_out}")
        return value if value.tzinfo else value.replace(tzinfo=self._zone, fold=1)


def _short(value: Any) -> str:
    """A value of TOML as text; whole numbers of more than 4000 digits have none."""
    try:
        return f"{value!r:.60}"
    except ValueError:
        return "a number of very many digits"
