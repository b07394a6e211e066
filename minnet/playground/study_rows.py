"""The rows of a study as a table to filter, without any page: settings that vary, numbers, and curves."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from minnet.experiments.adam.replay import OPTIMIZERS
from minnet.study import Row
from minnet.types import Array

LARGEST = 10_000  # points, steps or units of a run that is replayed
HASH = re.compile("(?=.*[0-9])[0-9a-f]{12,}")  # of code or of data: it tells a reader nothing
MOST_VALUES = 40  # values of a setting that can be filtered by


def text(value: Any) -> str:
    """A value of a setting as it is shown: layers as "16 16", what is not set as "none"."""
    if isinstance(value, list) and all(isinstance(entry, int | float) for entry in value):
        return " ".join(map(str, value)) or "none"
    return "none" if value is None else value if isinstance(value, str) else json.dumps(value)


def readable(name: str) -> str:
    """The name of a setting or a metric as it is shown."""
    return name.replace("_", " ")


def varying(rows: Iterable[Row]) -> dict[str, list[str]]:
    """Settings with several values, up to `MOST_VALUES`, and these, in the order of numbers where they are numbers."""
    values: dict[str, dict[str, Any]] = {}
    for row in rows:
        for name, value in row.settings.items():
            if not HASH.fullmatch(text(value)):
                values.setdefault(name, {})[text(value)] = value
    return {name: sorted(texts, key=_order) for name, texts in values.items() if 1 < len(texts) <= MOST_VALUES}


def _order(shown: str) -> tuple[float, str]:
    try:
        return float(shown), ""
    except ValueError:
        return np.inf, shown


def filtered(rows: Iterable[Row], filters: Mapping[str, Iterable[str]]) -> list[Row]:
    """Rows that have one of the given values of every setting; no values of a setting mean all."""
    allowed = {name: set(values) for name, values in filters.items() if values}
    return [
        row for row in rows
        if all(name in row.settings and text(row.settings[name]) in values for name, values in allowed.items())
    ]  # fmt: skip


def differing(rows: Iterable[Row]) -> list[str]:
    """Settings with several values, however many: what a run is told apart by."""
    values: dict[str, set[str]] = {}
    for row in rows:
        for name, value in row.settings.items():
            if not HASH.fullmatch(text(value)):
                values.setdefault(name, set()).add(text(value))
    return [name for name, texts in values.items() if len(texts) > 1]


def label(row: Row, names: Iterable[str]) -> str:
    """What a run is called: by the settings of these names, or by all that it has; and which repeat it is."""
    chosen = [name for name in names if name in row.settings]
    chosen = chosen or [name for name, value in row.settings.items() if not HASH.fullmatch(text(value))]
    words = [f"{readable(name)} {text(row.settings[name])}" for name in chosen]
    return ", ".join([*words, f"repeat {row.repeat + 1}"] if row.repeat or not words else words)


def studies(rows: Iterable[Row]) -> list[str]:
    """Studies in which there is something to see: a number, a curve, or why a run has failed."""
    names = {row.study: None for row in rows if row.error or numbers([row]) or curves([row])}
    return list(names)


def numbers(rows: Iterable[Row]) -> list[str]:
    """Metrics that are single numbers in some row."""
    names: dict[str, None] = {}
    for row in rows:
        names |= {name: None for name, value in row.metrics.items() if isinstance(value, int | float)}
    return list(names)


def curves(rows: Iterable[Row]) -> list[str]:
    """Metrics that are lists of numbers, three at least, in some row; not ``epochs``, the axis of others."""
    names: dict[str, None] = {}
    for row in rows:
        for name, value in row.metrics.items():
            if name != "epochs" and sum(entry is not None for entry in _listed(value)) > 2:
                names[name] = None
    return list(names)


def _listed(value: Any) -> list[Any]:
    """A metric if it is a list of numbers (None for those that are not finite), else nothing."""
    if isinstance(value, list) and all(entry is None or isinstance(entry, int | float) for entry in value):
        return value
    return []


def curve(row: Row, name: str) -> tuple[Array, Array]:
    """A list of numbers against its updates: the row's ``epochs`` where they are as many, else 0, 1, ...

    So losses are recorded before each update, and the first is that of the start; accuracies (of the optimizer study)
    after it.
    """
    first = 1 if name == "accuracy" else 0
    values = np.array(_listed(row.metrics.get(name)), float)
    steps = _listed(row.metrics.get("epochs"))
    return np.array(steps if len(steps) == len(values) else range(len(values)), float) + first, values


def along(rows: Iterable[Row], name: str) -> str:
    """What a curve is drawn against, as the label of its axis."""
    for row in rows:
        values = _listed(row.metrics.get(name))
        if values and len(_listed(row.metrics.get("epochs"))) == len(values):
            return "epochs"
    return "updates" if name in ("loss", "losses", "accuracy") else "place in the list"


def steps_below(row: Row, threshold: float) -> float:
    """The first update at which the loss is below; NaN if it never is, or was not recorded."""
    for name in ("loss", "losses"):
        steps, values = curve(row, name)
        below = np.flatnonzero(values < threshold)
        if len(below):
            return float(steps[below[0]])
    return np.nan


def can_be_replayed(row: Row) -> bool:
    """Whether its settings say everything: those of the optimizer document's own runs do.

    The fair runs of the study have a ``seed`` among theirs, by which they draw other data and first weights.
    """
    required = {"optimizer", "learning_rate", "n", "hidden", "steps"}
    possible = required | {"small", "plane"}
    if not (required <= row.settings.keys() <= possible and row.settings["optimizer"] in list(OPTIMIZERS)):
        return False
    sizes = [row.settings["n"], row.settings["steps"], *np.atleast_1d(row.settings["hidden"])]
    return all(isinstance(size, int | np.integer) and size <= LARGEST for size in sizes)
