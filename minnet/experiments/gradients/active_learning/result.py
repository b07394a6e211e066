"""Settings, published numbers and results of the experiment `active-learning`."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet import study
from minnet.errors import SettingError
from minnet.experiments.parts import check_settings, setting
from minnet.numerics.active.strategies import STRATEGIES
from minnet.types import Array

PUBLISHED = {"target": 1e-6, "third_attempt": 0.0013}


@dataclass(frozen=True)
class Config:
    """Budgets, and how often."""

    strategies: tuple[str, ...] = setting(tuple(STRATEGIES), f"strategies: {', '.join(STRATEGIES)}", STRATEGIES)
    budget: int = setting(140, "evaluations for the network with a kink")
    batch: int = setting(12, "points asked for at once, after the first 64")
    seeds: int = setting(10, "runs of the network with a kink whose committee disagrees")
    others: int = setting(3, "runs of it with each other strategy")
    starts: int = setting(24, "new networks of its first training")
    last: int = setting(5000, "iterations of a search at most")
    plain: tuple[int, ...] = setting((125, 250, 500, 1000, 2000, 4000), "evaluations of plain networks and triangles")
    layers: int = setting(3, "hidden layers of a plain network")
    width: int = setting(20, "tanh units of each of them")
    rounds: tuple[int, int, int] = setting((1000, 1000, 500), "rounds of the three published attempts")
    first: tuple[int, int, int] = setting((0, 30_000, 1000), "epochs before the first round of each")

    @classmethod
    def fast(cls) -> "Config":
        """One run with one strategy and little effort; the attempts are over soon."""
        return cls(
            strategies=("Disagreement",), budget=88, batch=24, seeds=1, others=1, starts=10, last=200, plain=(64, 125),
            width=8, rounds=(2, 5, 5), first=(0, 1000, 250),
        )  # fmt: skip

    def __post_init__(self) -> None:
        positive = dict.fromkeys(("batch", "seeds", "others", "last", "layers", "width"), 1)
        check_settings("active-learning", self, budget=64, starts=3, rounds=1, first=0, **positive)
        if not self.plain or list(self.plain) != sorted(set(self.plain)) or self.plain[0] < 25:
            raise SettingError(f"active-learning: plain must be ascending, from 25 on, not {self.plain}")


@dataclass(frozen=True)
class Result:
    """Every run.

    Attributes
    ----------
    runs : dict of (model, strategy) to list of Row
        Metrics: ``evaluations``, ``error`` and ``estimate``, one entry per training, and at the end ``surface``,
        ``points``.
    triangles : dict of str to (evaluations, errors)
        Clough and Tocher's interpolation, on regular and on adaptive points.
    attempts : dict of int to Row
    """

    config: Config
    runs: dict[tuple[str, str], list[study.Row]]
    triangles: dict[str, tuple[Array, Array]]
    attempts: dict[int, study.Row]

    def final(self, model: str, strategy: str, name: str = "error") -> Array:
        """The last entry of a metric (runs,)."""
        return study.metric(self.runs[model, strategy], name)[:, -1]

    def metrics(self) -> list[dict[str, Any]]:
        """One record for every model, strategy and number of evaluations."""
        records: list[dict[str, Any]] = []
        for (model, strategy), rows in self.runs.items():
            errors, estimates = study.metric(rows, "error"), study.metric(rows, "estimate")
            for column, n in enumerate(study.metric(rows, "evaluations")[0]):
                record = {"model": model, "strategy": strategy, "evaluations": int(n), "runs": len(rows)}
                record |= {"median": float(np.median(errors[:, column])), "worst": float(errors[:, column].max())}
                records.append(record | {"estimate": float(np.median(estimates[:, column]))})
        for name, (evaluations, errors) in self.triangles.items():
            for n, error in zip(evaluations, errors, strict=True):
                records.append({"model": "triangles", "strategy": name, "evaluations": int(n), "median": float(error)})
        for number, row in self.attempts.items():
            record = {"model": f"attempt {number}", "evaluations": int(row.metrics["distinct"][-1])}
            record |= {"evaluated_by_its_code": row.metrics["evaluated"], "median": row.metrics["error"][-1]}
            records.append(record | {"mean_change": row.metrics["change"][-1]})
        return records

    def arrays(self) -> dict[str, Array]:
        """Errors and estimates (runs, trainings) of every model and strategy."""
        return {
            f"{model}.{strategy}.{name}": study.metric(rows, name)
            for (model, strategy), rows in self.runs.items()
            for name in ("evaluations", "error", "estimate")
        }
