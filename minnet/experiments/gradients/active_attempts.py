"""Choosing points by how a network changes: three published attempts on a surface with a kink.

A notebook on active learning (its experiment 6) learns f(x, y) = 1 / (|1/2 - x^4 - y^4| + 1/10) on the unit square with
as few evaluations as it can. It wants a mean error below 1e-6 and reports 0.0013, of its third attempt. Here the three
are run as its code runs, and both numbers are told: how much the model *changed*, which is what the notebook plots and
reports of the third attempt, and how far it is from the function, on a grid.

With one seed at full length, the third attempt ends with a change of 0.0010, close to the number published, and a mean
error of 0.038. The second ends with 0.00016 and 0.078, the first, whose model changes as much as it is wrong, with
0.068 and 0.073. It trains on 10 490 points, but its code evaluates the function at all candidates: a million times.

The experiment `active-learning` goes on from there.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from minnet import datasets, study
from minnet.errors import check_range
from minnet.experiments.gradients.attempt_drawings import draw_curves, draw_scatter, draw_surfaces
from minnet.experiments.gradients.attempts import add_five_drop_one, add_one_drop_one, replace_all
from minnet.experiments.parts import make_runs, seed_of, setting
from minnet.presentation import Drawing, Table
from minnet.types import Array

if TYPE_CHECKING:
    from minnet.study import Row

ATTEMPTS = {1: replace_all, 2: add_one_drop_one, 3: add_five_drop_one}
PUBLISHED = {"wanted": 1e-6, "third_attempt": 0.0013, "points": 500}


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
        least = {"rounds": 1, "epochs": 1, "first": 0}
        for name, bound in least.items():
            for value in getattr(self, name):
                check_range("active-attempts", **{name: (value, lambda n, b=bound: n >= b, f"at least {bound}")})
        check_range("active-attempts", seeds=(self.seeds, lambda n: n >= 1, "at least 1"))


@dataclass(frozen=True)
class Result:
    """The runs of each attempt, one per seed.

    Attributes
    ----------
    runs : dict of int to list of Row
        Their metrics are what `minnet.experiments.gradients.attempts.Log` keeps.
    """

    config: Config
    runs: "dict[int, list[Row]]"

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


def run(
    config: Config,
    *,
    rng: int | np.random.Generator | None = None,
    progress: bool = False,
    checkpoints: Path | None = None,
) -> Result:
    """Make every attempt, with several seeds.

    Parameters
    ----------
    config : Config
    rng : int, numpy.random.Generator or None
    progress : bool
    checkpoints : Path, optional
        A folder for the runs that are done; what is found there is not done again.
    """
    made = partial(make_runs, seed=seed_of(rng), checkpoints=checkpoints, progress=progress)
    runs = {}
    for number, function in ATTEMPTS.items():
        settings = {name: getattr(config, name)[number - 1] for name in ("rounds", "epochs", "first")}
        runs[number] = made(function, study.grid(repeats=config.seeds, **settings), name=f"attempt {number}")
    return Result(config, runs)


def table(result: Result) -> Table:
    """What each attempt plots as its error, and what its error is; medians over the seeds."""
    rows = []
    for record in result.metrics():
        name = f"attempt {record['attempt']}"
        counts = f"{record['trained_on']:,}", f"{record['evaluated']:,}"
        errors = (f"{record[key]:.2g}" for key in ("mean_change", "mean_error", "best_mean_error"))
        rows.append((name, *counts, *errors))
    rows.append(("published, of the third", "-", "-", f"{PUBLISHED['third_attempt']:.2g}", "-", "-"))
    headers = ("", "trained on", "evaluated", "last change of the model", "mean error", "the least on the way")
    return Table(headers, tuple(rows))


def figures(result: Result) -> list[Drawing]:
    """The document's figures, of the first seed."""
    first, second, third = (result.runs[number][0].metrics for number in (1, 2, 3))
    truth = datasets.kinked_ridge
    return [
        Drawing(
            "attempt-1",
            "First attempt: the function at 500 random points, the mean loss of every round, and at 1 000 others "
            "what the network predicts, what is true, and the difference.",
            draw_scatter(first, truth),
        ),
        Drawing(
            "attempt-2-first",
            "Second attempt, before the first point is exchanged: the points, the prediction, and what it lacks.",
            draw_surfaces(second["first_surface"], second["first_points"], truth),
        ),
        Drawing(
            "attempt-2",
            "Second attempt, at the end: the points, the prediction, and what it lacks.",
            draw_surfaces(second["surface"], second["points"], truth),
        ),
        Drawing(
            "attempt-3",
            "Third attempt, at the end: the points (at most the last thousand), the prediction, and what it lacks.",
            draw_surfaces(third["surface"], third["points"], truth),
        ),
        Drawing(
            "change-and-error",
            "Loss, error, and the change of the model that stands in for the error, over epochs, for all three.",
            draw_curves(
                {number: rows[0].metrics for number, rows in result.runs.items()}, result.config.first, PUBLISHED
            ),
        ),
    ]
