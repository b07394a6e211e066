"""One run of a study: its name, its random stream, and what became of it."""

import hashlib
import json
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import Any

import numpy as np

from minnet.errors import DataError, SettingError, is_number, is_whole
from minnet.kernels import choice, use_kernels, use_threads
from minnet.kernels.blas import one_blas_thread
from minnet.storage import plain
from minnet.study.grid import Point
from minnet.study.store import Row

Function = Callable[[dict[str, Any], np.random.Generator], dict[str, Any]]


def stream(seed: int, settings: dict[str, Any], repeat: int) -> np.random.Generator:
    """The random stream of one run: a child of the study's ``SeedSequence``, spawned by what is run.

    A child of a `SeedSequence` differs from its siblings by its spawn key. NumPy numbers the children in the order
    in which they are made; here the key is the first 128 bits of the SHA-256 of the settings, followed by the repeat.
    So a stream depends on nothing but the seed, the run's own settings and its repeat: more values in a grid, another
    order, other workers change nothing for the runs that were there before.

    With it any row of a store can be run again alone, in a debugger:
    ``function(row.settings, study.stream(row.seed, row.settings, row.repeat))``.

    Examples
    --------
    >>> a, b = stream(0, {"width": 20, "epochs": 3}, 1), stream(0, {"epochs": 3, "width": 20}, 1)
    >>> bool(a.random() == b.random())
    True
    """
    digest = hashlib.sha256(Point(settings, repeat).canonical().encode()).digest()
    words = [int.from_bytes(digest[start : start + 4], "big") for start in range(0, 16, 4)]
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(*words, repeat)))


@dataclass(frozen=True)
class Study:
    """What all runs have in common. Called with a point, it makes that run."""

    function: Function
    label: str
    name: str
    version: str
    seed: int
    kernels: str

    def key(self, point: Point) -> str:
        """The identifier of a run, here and in the store."""
        parts = [self.name, self.label, self.version, point.canonical(), self.seed, point.repeat]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]

    def __call__(self, point: Point) -> Row:
        """Make one run, on one thread; an error of the function is part of the row."""
        rng = stream(self.seed, point.settings, point.repeat)
        # a copy: the row tells what was asked for, whatever the function does with it
        settings = json.loads(json.dumps(point.settings))
        with _single_thread(self.kernels):
            started, clock = datetime.now(UTC), perf_counter()
            try:
                metrics, error = _checked(self.function(settings, rng)), None
            except Exception as caught:
                metrics, error = {}, caught
            seconds = perf_counter() - clock
        return self.row(point, metrics, error, started, seconds)

    def row(
        self, point: Point, metrics: dict[str, Any], error: Exception | None, started: datetime, seconds: float
    ) -> Row:
        """A finished run, with where and when it was made: here and now."""
        return Row(
            study=self.name,
            key=self.key(point),
            settings=point.settings,
            seed=self.seed,
            repeat=point.repeat,
            metrics=metrics,
            error=None if error is None else _message(error),
            started=started.isoformat(timespec="milliseconds"),
            seconds=seconds,
            versions={"study": self.version, **_versions()},
            host=platform.node(),
        )


@cache
def _versions() -> dict[str, str]:
    """Of what makes runs; read once, as each takes as long as a small fit."""
    packages = {package: version(package) for package in ("minnet", "numpy", "numba")}
    return {"python": platform.python_version(), **packages}


def describe(function: Function, name: str | None, version: str, seed: int) -> Study:
    """A `Study` from the arguments of `run`, checked."""
    qualname = getattr(function, "__qualname__", "<")
    if not callable(function) or "<" in qualname:
        raise SettingError(
            f"study: {function!r} cannot be found by its name in another process; define it with def, at the top "
            "level of a module, and put what it varies into the settings"
        )
    if not is_whole(seed) or seed < 0:
        raise SettingError(f"study: seed={seed!r} is out of range; seed must be a whole number >= 0")
    module = function.__module__
    if module == "__main__":  # the same name as when the script is imported
        module = Path(getattr(sys.modules["__main__"], "__file__", None) or module).stem
    label = f"{module.rpartition('.')[2]}.{qualname}"
    return Study(function, label, name or qualname, str(version), int(seed), choice())


def _message(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".encode(errors="replace").decode()  # what a file can hold


_lock = Lock()
_running = 0
_former_choices = ExitStack()


@contextmanager
def _single_thread(kernels: str) -> Iterator[None]:
    """One thread for kernels and BLAS, and the kernels of the process that asked.

    These are choices for a whole process, and several of its threads may make runs at once: the first to begin sets
    them, the last to end puts back what was.
    """
    global _running
    with _lock:
        if _running == 0:
            for chosen in (use_threads(1), use_kernels(kernels), one_blas_thread()):
                _former_choices.enter_context(chosen)
        _running += 1
    try:
        yield
    finally:
        with _lock:
            _running -= 1
            if _running == 0:
                _former_choices.close()


def _checked(metrics: Any) -> dict[str, Any]:
    """Metrics as the store keeps them: Python's numbers and lists of them."""
    if not isinstance(metrics, dict) or not all(isinstance(name, str) for name in metrics):
        raise DataError(f"the function of a study must return a dict of named metrics, not {metrics!r}")
    plain_metrics = {}
    for name, value in metrics.items():
        plain_metrics[name] = plain(value) if isinstance(value, np.generic | np.ndarray) else value
        numbers = plain_metrics[name] if isinstance(plain_metrics[name], list | tuple) else [plain_metrics[name]]
        if not all(is_number(number) or isinstance(number, bool | np.bool_) for number in numbers):
            raise DataError(f"the metric {name!r} must be a number or a list of numbers, not {value!r}")
    return json.loads(json.dumps(plain_metrics, default=plain))
