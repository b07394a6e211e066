"""What `gaussian-questions` tries, and what its runs answer."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet import study
from minnet.errors import check_range
from minnet.experiments.gaussian.fits import POINTS
from minnet.experiments.parts import check_batches, check_settings, setting
from minnet.types import Array

RELIABLE = 0.95  # a setting that succeeds so often is "training well once"
METHODS = {
    "as recommended": "as the document recommends",
    "more points": "half of the points in |x| < 0.5",
    "weights": "errors in |x| < 0.5 count tenfold",
    "small batches": "batches of 20",
    "decay": "batches of 20, learning rate falling to 0",
    "projection": "30 tanh, variable projection: 300 Chebyshev points, then all",
}
PUBLISHED: dict[str, Any] = {
    "questions": ("train fast and discard, or well once?", "do settings move?", "how to fit near zero?"),
    "best": {"outputs": 30, "batch_size": 100},
}


@dataclass(frozen=True)
class Config:
    """What is tried for each question."""

    runs: int = setting(100, "runs of each setting, for its probability of success")
    epochs: tuple[int, ...] = setting((5, 15, 50), "passes over the data that are tried")
    batch_sizes: tuple[int, ...] = setting((20, 100, 500), "samples per update that are tried")
    outputs: tuple[int, ...] = setting((10, 30, 100), "units per layer that are tried on other gaussians")
    points: tuple[int, ...] = setting(
        (101, 201, 401, 801, 1_501, 2_501, 5_001, 10_001, 20_001, 40_001, 70_001, 100_001), "numbers of points"
    )
    stds: tuple[float, ...] = setting(
        (0.25, 0.35, 0.5, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0), "standard deviations"
    )
    seeds: int = setting(10, "runs of each setting, for medians")

    @classmethod
    def fast(cls) -> "Config":
        """Two values of everything."""
        return cls(
            runs=10,
            epochs=(2, 5),
            batch_sizes=(100, 500),
            outputs=(10, 20),
            points=(501, 1001),
            stds=(1.0, 2.0),
            seeds=2,
        )

    def __post_init__(self) -> None:
        check_settings("gaussian-questions", self, epochs=1, batch_sizes=1, outputs=1, runs=1, seeds=1, points=101)
        check_batches("gaussian-questions", POINTS, batch_sizes=self.batch_sizes)
        for std in self.stds:
            check_range("gaussian-questions", stds=(std, lambda s: s > 0, "positive"))


@dataclass(frozen=True)
class Result:
    """Runs that answer each question.

    Attributes
    ----------
    retried : list of Group
        One per (epochs, batch size), timed alone.
    moved : dict of str to list of Group
        By ``points`` and by ``std``: one per (value, width, batch size).
    near_zero : list of Group
        One per method of `METHODS`.
    """

    config: Config
    retried: list[study.Group]
    moved: dict[str, list[study.Group]]
    near_zero: list[study.Group]

    def targets(self) -> Array:
        """Mean squared differences to ask for: from what three quarters of the fits reach to what few do."""
        errors = np.concatenate([study.metric(group.rows, "mean_squared_difference") for group in self.retried])
        return np.geomspace(np.quantile(errors, 0.75), np.quantile(errors, 0.01), 8)

    def strategies(self) -> list[dict[str, Any]]:
        """For each target the best setting with discarding, and the fastest that succeeds nearly always, if any."""
        records = []
        for target in self.targets():
            candidates = [(group, *time_to_success(group, target)) for group in self.retried]
            fastest, probability, seconds = min(candidates, key=lambda entry: entry[2])
            reliable = [entry for entry in candidates if entry[1] >= RELIABLE]
            best = min(reliable, key=lambda entry: entry[2]) if reliable else None
            records.append(
                {
                    "target": float(target),
                    "discarding": fastest.settings,
                    "probability": probability,
                    "seconds": seconds,
                    "once": best and best[0].settings,
                    "once_seconds": best and best[2],
                }
            )
        return records

    def best(self, varied: str) -> list[dict[str, Any]]:
        """For each value of ``points`` or ``std``: the setting with the lowest median error."""
        records = []
        for value in dict.fromkeys(group.settings[varied] for group in self.moved[varied]):
            candidates = [group for group in self.moved[varied] if group.settings[varied] == value]
            medians = [float(group.quartiles("mean_squared_difference")[1]) for group in candidates]
            settings = candidates[int(np.argmin(medians))].settings
            records.append(
                {
                    "varied": varied,
                    "value": value,
                    "outputs": settings["hidden"][0],
                    "batch_size": settings["batch_size"],
                    "median": min(medians),
                    "worst_setting": max(medians),
                }
            )
        return records

    def metrics(self) -> list[dict[str, Any]]:
        """One record per target, per gaussian, per method to fit near zero."""
        records = [*self.strategies(), *self.best("points"), *self.best("std")]
        for group in self.near_zero:
            medians = {name: float(group.quartiles(name)[1]) for name in ("centre", "tail", "max_error", "seconds")}
            records.append({"way": group.settings["way"], **medians})
        return records

    def arrays(self) -> dict[str, Array]:
        """Errors and seconds (settings, runs) of the first question; quartiles, and errors, of the others."""
        arrays = {
            f"retried.{name}": np.array([study.metric(group.rows, name) for group in self.retried])
            for name in ("mean_squared_difference", "seconds")
        }
        for varied, groups in self.moved.items():
            arrays[varied] = np.array([group.quartiles("mean_squared_difference") for group in groups])
        for name in ("centre", "tail"):
            arrays[f"near_zero.{name}"] = np.array([study.metric(group.rows, name) for group in self.near_zero])
        return arrays


def time_to_success(group: study.Group, target: float) -> tuple[float, float]:
    """Fraction of runs with an error of at most `target`, and the mean time until one succeeds, failures included.

    The number of trials until the first success is geometric with mean 1/p, and each takes the mean time.
    """
    probability = float(np.mean(study.metric(group.rows, "mean_squared_difference") <= target))
    seconds = float(study.metric(group.rows, "seconds").mean())
    return probability, seconds / probability if probability else np.inf
