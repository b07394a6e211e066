"""Rows as text: a table of medians to read, and CSV with every digit for other programs."""

import csv
import io
import json
import os
from collections.abc import Iterable
from typing import Any

import numpy as np

from minnet import storage
from minnet.study.store import Row
from minnet.study.summary import group


def table(rows: Iterable[Row]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Headers, and for each different settings: runs done and failed, and the medians of seconds and of metrics."""
    rows = list(rows)
    settings = _names(row.settings for row in rows)
    metrics = [name for name in _names(row.metrics for row in rows) if not _any_list(rows, name)]
    lines = []
    for members in group(rows):
        done = [row for row in members.rows if row.error is None]
        medians = [float(np.median([row.seconds for row in done])) if done else None]
        for name in metrics:
            values = [row.metrics[name] for row in done if name in row.metrics]
            medians.append(float(np.median(values)) if values else None)
        cells = [_cell(members.settings.get(name, "")) for name in settings]
        counts = [str(len(done)), str(len(members.failed))]
        lines.append((*cells, *counts, *("-" if value is None else f"{value:.4g}" for value in medians)))
    return (*settings, "done", "failed", "seconds", *metrics), tuple(lines)


def write_csv(path: str | os.PathLike[str], rows: Iterable[Row]) -> None:
    """One line per run. Settings and metrics are columns of their own, ``setting.NAME`` and ``metric.NAME``.

    Numbers are written with all their digits, lists as JSON; what a run has not is left empty.
    """
    rows = list(rows)
    first, last = ("study", "key", "seed", "repeat"), ("error", "started", "seconds", "host")
    columns: dict[str, list[Any]] = {name: [getattr(row, name) for row in rows] for name in first}
    for prefix, attribute in (("setting", "settings"), ("metric", "metrics"), ("version", "versions")):
        values = [getattr(row, attribute) for row in rows]
        columns |= {
            f"{prefix}.{name}": [_cell(run_values.get(name, "")) for run_values in values] for name in _names(values)
        }
    columns |= {name: [getattr(row, name) for row in rows] for name in last}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    storage.write_text(path, text.getvalue())


def _names(dictionaries: Iterable[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for values in dictionaries for name in values))


def _any_list(rows: list[Row], name: str) -> bool:
    return any(isinstance(row.metrics.get(name), list) for row in rows)


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
