"""How long each experiment takes on this machine: durations measured once, scaled by how fast this machine is.

`durations.json` is written by ``python -m benchmarks.durations``. It holds the processor's seconds of each experiment,
fast and at full size, on a reference machine: those of the main thread, and those that threads share. A short
calibration was measured beside them. Full sizes that nobody has measured are estimated there, and marked.
"""

import json
from dataclasses import dataclass
from functools import cache
from math import isnan, nan
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from minnet.kernels.blas import one_blas_thread

FILE = Path(__file__).with_suffix(".json")
TURNS, ROUNDS, SIZE = 7, 60, 64


@dataclass(frozen=True)
class Duration:
    """Seconds on this machine (NaN: nobody knows), and whether the experiment was measured, or only estimated."""

    seconds: float
    measured: bool

    def __str__(self) -> str:
        """Not more digits than one knows.

        >>> str(Duration(8.2, True)), str(Duration(7300, False)), str(Duration(nan, False))
        ('8 s', '2.0 h *', 'no durations yet')
        """
        if isnan(self.seconds):
            return "no durations yet"
        return rounded(self.seconds) + ("" if self.measured else " *")


def rounded(seconds: float) -> str:
    """A time in words.

    >>> rounded(0.2), rounded(100), rounded(7300), rounded(3e5)
    ('1 s', '2 min', '2.0 h', '3.5 days')
    """
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    hours = seconds / 3600
    return f"{hours:.1f} h" if hours < 48 else f"{hours / 24:.1f} days"


def duration(name: str, *, fast: bool, threads: int) -> Duration:
    """Of an experiment with its default settings, or those of `Config.fast`, in so many threads."""
    table = _table()
    entry = table["fast" if fast else "full"].get(name)
    if entry is None:
        return Duration(nan, False)
    scale = calibrate() / table["calibration"]
    return Duration((entry["serial"] + entry["parallel"] / threads) * scale, entry["measured"])


@cache
def calibrate() -> float:
    """Seconds of a short, fixed piece of work, of the kind that experiments do: the least of a few turns.

    It compiles nothing, and takes less than half a second. The least is the one that other programs disturbed least.
    """
    rng = np.random.default_rng(0)
    x, weights = rng.standard_normal((SIZE, SIZE)), rng.standard_normal((SIZE, SIZE)) / SIZE
    turns = []
    with one_blas_thread():
        for _ in range(TURNS):
            began = perf_counter()
            for _ in range(ROUNDS):
                y = np.tanh(x @ weights)
                weights -= 1e-3 * (x.T @ (y * (1 - y * y)))
            turns.append(perf_counter() - began)
    return min(turns)


@cache
def _table() -> dict[str, Any]:
    """The file; an empty one where it was never written."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"fast": {}, "full": {}}
