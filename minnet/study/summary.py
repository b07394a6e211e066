"""What rows say: arrays of settings and metrics, and groups with medians and quartiles."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet.errors import SettingError, nearest
from minnet.study.store import Row
from minnet.types import Array


def metric(rows: Iterable[Row], name: str) -> Array:
    """A metric of the runs that did not fail, one entry per run; a list of numbers makes a second axis.

    Raises
    ------
    SettingError
        A run has no metric of that name, or lists of other lengths than another run.
    """
    return _array([_get(row.metrics, name, "metric") for row in rows if row.error is None], name)


def setting(rows: Iterable[Row], name: str) -> Array:
    """A setting of the runs that did not fail, in the order of `metric`; errors as there."""
    return _array([_get(row.settings, name, "setting") for row in rows if row.error is None], name)


@dataclass(frozen=True)
class Group:
    """Runs that have some settings in common."""

    settings: dict[str, Any]
    rows: tuple[Row, ...]

    @property
    def failed(self) -> tuple[Row, ...]:
        """The runs that ended with an error."""
        return tuple(row for row in self.rows if row.error is not None)

    def quartiles(self, name: str) -> Array:
        """Lower quartile, median and upper quartile (3,) of a metric, or (3, entries) of a list of numbers.

        Failed runs are left out, and NaN stands where none is left.
        """
        values = metric(self.rows, name)
        if len(values) == 0:
            return np.full(3, np.nan)
        with np.errstate(invalid="ignore"):  # infinite values
            return np.quantile(values.astype(float), [0.25, 0.5, 0.75], axis=0)


def group(rows: Iterable[Row], *names: str) -> list[Group]:
    """Rows by their values of the named settings, or of all settings, in the order of their first appearance.

    Examples
    --------
    >>> rows = [Row("s", "", {"n": n}, 0, r, {"e": n + r}, None, "", 0.0, {}, "") for n in (10, 20) for r in range(3)]
    >>> [(group.settings, group.quartiles("e").tolist()) for group in group(rows, "n")]
    [({'n': 10}, [10.5, 11.0, 11.5]), ({'n': 20}, [20.5, 21.0, 21.5])]
    """
    groups: dict[str, tuple[dict[str, Any], list[Row]]] = {}
    for row in rows:
        shared = {name: _get(row.settings, name, "setting") for name in names or row.settings}
        groups.setdefault(json.dumps(shared, sort_keys=True), (shared, []))[1].append(row)
    return [Group(shared, tuple(members)) for shared, members in groups.values()]


def _array(values: list[Any], name: str) -> Array:
    try:
        return np.array(values)
    except ValueError:
        raise SettingError(
            f"study: lists of {name!r} are of different lengths, and make no array; take them from each row by itself"
        ) from None


def _get(values: dict[str, Any], name: str, what: str) -> Any:
    if name not in values:
        raise SettingError(f"study: a run has no {what} {name!r}; {nearest(name, values)}")
    return values[name]
