"""Settings of the study, the document's numbers, and the runs: as published, from the other start, and fair."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet import study
from minnet.errors import check_range
from minnet.experiments.adam.optimizer_study.fair_comparison import Fair
from minnet.experiments.adam.replay import OPTIMIZERS
from minnet.experiments.parts import check_settings, setting
from minnet.types import Array

# Final "losses" of (16,16,16), by learning rate.
PUBLISHED: dict[str, Any] = {
    "table": {
        0.1: {"gradient descent": 0.57, "momentum": 0.58, "RMSProp": 0.001, "Adam": 13},
        0.01: {"gradient descent": 16, "momentum": 16, "RMSProp": 0.005, "Adam": 0.01},
        0.001: {"gradient descent": 17, "momentum": 17, "RMSProp": 0.008, "Adam": 2.6},
    },
    "seconds": 22 * 60 + 55,
}
# Its single runs: learning rate and steps.
SINGLE = {
    "gradient descent": (0.1, 3000),
    "Adam": (0.01, 1500),
    "momentum": (0.1, 2000),
    "RMSProp": (0.001, 1500),
    "AdaGrad": (0.1, 3000),
}
PLANE = 60  # points along each side of a classified plane
REACHED = 0.99  # an accuracy
STARTS = {False: "normal draws", True: "weights / 100, biases 0"}


@dataclass(frozen=True)
class Config:
    """The published grid, and the fair one."""

    steps: int = setting(3000, "updates of every run, each on all points")
    learning_rates: tuple[float, ...] = setting((0.1, 0.01, 0.001), "published learning rates")
    points: tuple[int, ...] = setting((100, 1_000, 10_000), "published numbers of points")
    widths: tuple[int, ...] = setting((4, 8, 16), "units of each of the three hidden layers")
    fair_points: int = setting(500, "points of the fair comparison")
    fair_rates: tuple[float, ...] = setting(
        (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0),
        "learning rates that every optimizer may choose from",
    )
    seeds: int = setting(10, "initialisations of the fair comparison")

    @classmethod
    def fast(cls) -> "Config":
        """Few steps, one width, two seeds."""
        return cls(300, points=(100,), widths=(4,), fair_points=100, fair_rates=(0.01, 0.1, 1.0), seeds=2)

    def __post_init__(self) -> None:
        check_settings("optimizer-study", self, steps=2, seeds=1, fair_points=10, widths=1, points=2)
        for rate in (*self.learning_rates, *self.fair_rates):
            check_range("optimizer-study", learning_rates=(rate, lambda r: r > 0, "positive"))


@dataclass(frozen=True)
class Result:
    """Runs as published, from the other start, single ones with their classified planes, and fair ones."""

    config: Config
    published: list[study.Row]
    other_start: list[study.Row]
    single: dict[str, study.Row]
    fair: Fair

    def starts(self) -> dict[tuple[str, bool], Array]:
        """By optimizer and start (small or not): which runs end with an accuracy of 99 % (rates, widths, points)."""
        config = self.config
        shape = len(config.learning_rates), len(config.widths), len(config.points)
        reached = {(name, small): np.zeros(shape, dtype=bool) for name in OPTIMIZERS for small in STARTS}
        for row in (*self.published, *self.other_start):
            settings = row.settings
            at = (config.learning_rates.index(settings["learning_rate"]), config.widths.index(settings["hidden"][0]),
                  config.points.index(settings["n"]))  # fmt: skip
            name = settings["optimizer"]
            reached[name, settings.get("small", name == "Adam")][at] = row.metrics["final_accuracy"] >= REACHED
        return reached

    def metrics(self) -> list[dict[str, Any]]:
        """A record per run, first those as published; per optimizer and start; and per optimizer and width of the fair
        ranking."""
        records: list[dict[str, Any]] = []
        for row in (*self.published, *self.other_start):
            names = ("final_loss", "final_accuracy", "swapped", "first_below", "seconds")
            records.append(row.settings | {name: row.metrics[name] for name in names})
        for (name, small), reached in self.starts().items():
            sums = {
                "by_learning_rate": reached.sum(axis=(1, 2)).tolist(),
                "by_width": reached.sum(axis=(0, 2)).tolist(),
            }
            records.append({"optimizer": name, "small_start": small, "reached_99_percent": int(reached.sum()), **sums})
        return records + self.fair.ranking()

    def arrays(self) -> dict[str, Array]:
        """Loss and accuracy (runs, steps) of the published runs, in the order of `metrics`."""
        return {name: study.metric(self.published, name) for name in ("loss", "accuracy")}


def by_rate(rows: list[study.Row], width: int, n: int) -> dict[float, dict[str, study.Row]]:
    """The runs of a width and a number of points, by learning rate and optimizer."""
    rows_by_rate: dict[float, dict[str, study.Row]] = {}
    for row in rows:
        if row.settings["hidden"] == 3 * [width] and row.settings["n"] == n:
            rows_by_rate.setdefault(row.settings["learning_rate"], {})[row.settings["optimizer"]] = row
    return rows_by_rate
