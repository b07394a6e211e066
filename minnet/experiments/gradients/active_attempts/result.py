"""Settings, published numbers and results of the experiment `active-attempts`."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet import study
from minnet.experiments.parts import check_settings, setting
from minnet.types import Array

SIDE = 100  # points along each side of the grid on which surfaces are drawn, and errors measured
PUBLISHED = {"target": 1e-6, "third_attempt": 0.0013, "points": 500}


@dataclass(frozen=True)
class Config:
    """How long the attempts last: what the document's code says, where its text says otherwise."""

    rounds: tuple[int, int, int] = setting((1000, 1000, 500), "rounds of the three attempts")
    epochs: tuple[int, int, int] = setting((1000, 50, 50), "epochs of a round of each")
    first: tuple[int, int, int] = setting((0, 30_000, 1000), "epochs before the first round of each")
    seeds: int = setting(3, "repetitions of each")

    @classmethod
    def fast(cls) -> "Config":
        """One of each, a hundredth as long."""
        return cls(rounds=(10, 20, 20), epochs=(100, 50, 50), first=(0, 1000, 250), seeds=1)

    def __post_init__(self) -> None:
        check_settings("active-attempts", self, rounds=1, epochs=1, first=0, seeds=1)


@dataclass(frozen=True)
class Result:
    """The runs of each attempt, one per seed.

    Attributes
    ----------
    runs : dict of int to list of Row
        Their metrics are the columns of `minnet.experiments.gradients.active_attempts.runs.Log`.
    """

    config: Config
    runs: dict[int, list[study.Row]]

    def last(self, attempt: int, name: str) -> Array:
        """What a column of the log says at the end (seeds,)."""
        return study.metric(self.runs[attempt], name)[:, -1]

    def metrics(self) -> list[dict[str, Any]]:
        """One record per attempt."""
        return [
            {
                "attempt": attempt,
                "trained_on": int(self.last(attempt, "distinct")[0]),
                "evaluated": int(study.metric(rows, "evaluated")[0]),
                "mean_change": float(np.median(self.last(attempt, "change"))),
                "mean_error": float(np.median(self.last(attempt, "error"))),
                "best_mean_error": float(np.median(study.metric(rows, "error").min(axis=1))),
            }
            for attempt, rows in self.runs.items()
        ]

    def arrays(self) -> dict[str, Array]:
        """The columns of the log, (seeds, rounds) each, by attempt."""
        names = ("epoch", "distinct", "loss", "change", "error")
        return {
            f"attempt{number}.{name}": study.metric(rows, name) for number, rows in self.runs.items() for name in names
        }
