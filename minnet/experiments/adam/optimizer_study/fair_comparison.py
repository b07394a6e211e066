"""The fair comparison: all optimizers on the same networks, with the same learning rates to choose from."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet import datasets, study
from minnet.errors import DivergenceError
from minnet.experiments.adam.replay import OPTIMIZERS
from minnet.losses import BinaryCrossEntropy
from minnet.mlp import mlp
from minnet.training import fit
from minnet.types import Array

TARGET = 0.05  # a log loss that every optimizer can reach


def fair_run(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """One run of the fair comparison: circles and network from the seed among the settings, alike for all optimizers.

    Returns the final ``loss`` and ``accuracy`` on new points, ``first_below`` the target (or -1), whether it
    ``diverged``, and ``seconds``. A run that diverged has an infinite loss.
    """
    rng = np.random.default_rng([settings["seed"], settings["hidden"][0]])
    x, labels = datasets.circles(2 * settings["n"], noise=0.1, factor=0.3, rng=rng)
    x, new, labels, new_labels = datasets.split(x, labels, test_size=0.5, rng=rng)
    net = mlp([2, *settings["hidden"], 1], "sigmoid", rng=rng)
    optimizer = OPTIMIZERS[settings["optimizer"]](settings["learning_rate"])
    try:
        history = fit(net, x, labels, loss=BinaryCrossEntropy(), optimizer=optimizer, epochs=settings["steps"])
    except DivergenceError:
        return {"final_loss": np.inf, "accuracy": 0.5, "first_below": -1, "diverged": True, "seconds": 0.0}
    loss = np.array(history.history["loss"])
    below = loss < TARGET
    return {
        "final_loss": float(loss[-1]),
        "accuracy": float(np.mean((net(new)[:, 0] >= 0) == new_labels)),
        "first_below": int(below.argmax()) if below.any() else -1,
        "diverged": False,
        "seconds": history.seconds,
    }


@dataclass(frozen=True)
class Fair:
    """The fair runs, ranked.

    Attributes
    ----------
    rows : list of study.Row
        One run of `fair_run` for every optimizer, width, learning rate and seed.
    widths : tuple of int
        Units of each of the three hidden layers.
    """

    rows: list[study.Row]
    widths: tuple[int, ...]

    def groups(self, name: str, width: int) -> list[study.Group]:
        """The runs of an optimizer and a width, by learning rate."""
        rows = [r for r in self.rows if r.settings["optimizer"] == name and r.settings["hidden"] == 3 * [width]]
        return study.group(rows, "learning_rate")

    def best(self, name: str, width: int) -> study.Group:
        """At the learning rate that suits an optimizer best.

        It is that with the lowest median number of steps to a loss of `TARGET`, then the lowest median loss.
        """
        return min(self.groups(name, width), key=_merit)

    def ranking(self) -> list[dict[str, Any]]:
        """For each width, the optimizers at their best learning rate, the fastest first.

        A learning rate reaches the target if half of its seeds do.
        """
        records = []
        for width in self.widths:
            best = {name: self.best(name, width) for name in OPTIMIZERS}
            for name in sorted(best, key=lambda name: _merit(best[name])):
                group, groups = best[name], self.groups(name, width)
                steps = np.quantile(_steps(group.rows), [0.25, 0.5, 0.75], method="nearest")
                records.append(
                    {
                        "width": width,
                        "optimizer": name,
                        "learning_rate": group.settings["learning_rate"],
                        "steps_to_target": [None if np.isinf(s) else int(s) for s in steps],
                        "final_loss": group.quartiles("final_loss").tolist(),
                        "accuracy": float(group.quartiles("accuracy")[1]),
                        "rates_that_reach": sum(_merit(each)[0] < np.inf for each in groups),
                        "diverged": float(np.mean([study.metric(each.rows, "diverged") for each in groups])),
                    }
                )
        return records

    def profiles(self) -> dict[str, Array]:
        """For each optimizer at its best rates: steps to the target over those of the fastest one, for every width
        and seed, infinite where it is not reached (Dolan and More, Mathematical Programming 91, 2002)."""
        steps = {
            name: np.concatenate([_steps(self.best(name, width).rows) for width in self.widths]) for name in OPTIMIZERS
        }
        least = np.min(list(steps.values()), axis=0)
        solved = np.isfinite(least)
        return {name: count[solved] / least[solved] for name, count in steps.items()}


def _steps(rows: Iterable[study.Row]) -> Array:
    """Updates until the loss is below the target (runs,), in the order of the seeds; infinite where it never is."""
    ordered = sorted(rows, key=lambda row: row.settings["seed"])
    first = study.metric(ordered, "first_below").astype(float)
    return np.where(first < 0, np.inf, first)


def _merit(group: study.Group) -> tuple[float, float]:
    """Median number of steps to the target, then median loss: the least is the best."""
    return float(np.quantile(_steps(group.rows), 0.5, method="nearest")), float(group.quartiles("final_loss")[1])
