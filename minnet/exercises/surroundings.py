"""What a file may change for all that runs in one process: NumPy's settings, and functions of modules that all use.

``np.seterr(all="raise")``, ``np.exp = None`` or ``os.chdir("..")`` in one file are that file's own: they hold while its
functions run, and for nobody else.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import numpy as np

MODULES = (
    "builtins", "math", "cmath", "random", "statistics", "itertools", "functools", "operator", "copy", "time",
    "numpy", "numpy.linalg", "numpy.random", "numpy.fft", "scipy", "scipy.linalg", "scipy.special",
)  # fmt: skip


def _keywords(function: Callable[..., Any], values: dict[str, Any]) -> None:
    function(**values)


SETTINGS: tuple[tuple[Callable[[], Any], Callable[[Any], Any]], ...] = (
    (np.geterr, partial(_keywords, np.seterr)),
    (np.get_printoptions, partial(_keywords, np.set_printoptions)),
    (os.getcwd, os.chdir),
    (sys.getrecursionlimit, sys.setrecursionlimit),
)
GONE = object()


class Surroundings:
    """What one file has changed."""

    def __init__(self) -> None:
        self._tables = [vars(sys.modules[name]) for name in MODULES if name in sys.modules]
        self._changed: list[dict[str, Any]] = [{} for _ in self._tables]
        self._settings: list[Any] = []
        self._within = False

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Its changes hold within, those that are made there as well; outside all is as it was."""
        if self._within:
            yield
            return
        tables, settings = [dict(table) for table in self._tables], _settings()
        self._within = True
        try:
            _set(self._settings)
            for table, changed in zip(self._tables, self._changed, strict=True):
                _update(table, changed)
            yield
        finally:
            self._within = False
            for k, (table, before) in enumerate(zip(self._tables, tables, strict=True)):
                after = dict(table)
                self._changed[k] = {
                    name: after.get(name, GONE) for name, value in before.items() if after.get(name, GONE) is not value
                }
                table.update(before)
            self._settings = _settings()
            _set(settings)


def _settings() -> list[Any]:
    return [_value(get) for get, _ in SETTINGS]


def _value(get: Callable[[], Any]) -> Any:
    try:
        return get()
    except OSError:  # a folder that was removed
        return None


def _set(values: list[Any]) -> None:
    for (get, put), value in zip(SETTINGS, values, strict=bool(values)):
        if value is not None and _value(get) != value:
            with suppress(OSError, RecursionError):
                put(value)


def _update(table: dict[str, Any], changed: dict[str, Any]) -> None:
    for name, value in changed.items():
        if value is GONE:
            table.pop(name, None)
        else:
            table[name] = value
