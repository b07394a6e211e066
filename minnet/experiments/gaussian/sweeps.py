"""Many fits of a gaussian, against one of their settings or laid over each other: what several experiments draw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from minnet import datasets, plotting, study
from minnet.experiments.gaussian.fits import HIGH, LOW
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Runs = Callable[..., list[study.Row]]  # Studies.runs of one function
LABELS = {
    "outputs": "units per hidden layer",
    "epochs": "epochs",
    "batch_size": "batch size",
    "points": "points of the gaussian",
    "std": "standard deviation of the gaussian",
    "mean_squared_difference": "mean squared difference",
    "mean_absolute_difference": "mean absolute difference",
    "max_error": "largest error",
    "seconds": "training time (s)",
}


@dataclass(frozen=True)
class Sweep:
    """Fits whose settings are all the same but one.

    Attributes
    ----------
    name : str
        The setting that varies; ``outputs`` is the width of every hidden layer.
    fixed : dict
        The others.
    values : array (values,)
    rows : list of list of Row
        One list per value, one row per seed.
    """

    name: str
    fixed: dict[str, Any]
    values: Array
    rows: list[list[study.Row]]

    def metric(self, name: str) -> Array:
        """A metric of every fit (values, seeds)."""
        return np.array([study.metric(rows, name) for rows in self.rows])

    def plot(self, metric: str, ax: "Axes", **style: Any) -> None:
        """Every fit a dot, with median and quartiles, on logarithmic scales."""
        plotting.plot_spread(self.values, self.metric(metric), ax, **style)
        ax.set(xscale="log", yscale="log", xlabel=LABELS[self.name], ylabel=LABELS[metric])

    def __str__(self) -> str:
        texts = {"hidden": "{} units", "epochs": "{} epochs", "batch_size": "batch {}", "points": "{} points"}
        parts = [texts[key].format(_widths(value)) for key, value in self.fixed.items() if key in texts]
        return ", ".join(parts)


def _widths(value: Any) -> str:
    return "-".join(map(str, value)) if isinstance(value, list | tuple) else f"{value:,}"


def run_sweep(
    runs: Runs, study_name: str, name: str, values: Sequence[Any], usual: dict[str, Any], *, seeds: int, layers: int = 2
) -> Sweep:
    """Make the fits of a sweep by ``runs(points, name=study_name)``; the other settings are the usual ones."""
    values = list(dict.fromkeys(values))
    fixed = {key: value for key, value in usual.items() if key != ("hidden" if name == "outputs" else name)}
    varied = [{"hidden": layers * [value]} if name == "outputs" else {name: value} for value in values]
    rows = runs(study.repeat([fixed | each for each in varied], seeds), name=study_name)
    by_value = [rows[start : start + seeds] for start in range(0, len(rows), seeds)]
    return Sweep(name, fixed, np.array(values), by_value)


def plot_overlay(curves: Array, ax: "Axes", std: float = 1.0) -> None:
    """Fits (runs, n) at evenly spaced points of [-5, 5], over the gaussian."""
    x = np.linspace(LOW, HIGH, curves.shape[1])
    ax.plot(x, curves.T, linewidth=0.6, alpha=0.6)
    ax.plot(x, datasets.gaussian(x, 0.0, std), color="black", linewidth=1.5, label="gaussian")
    ax.set(xlabel="x", ylabel="density")
    ax.legend()


def quartile_cells(values: Array) -> list[str]:
    """Lower quartile, median and upper quartile as cells of a table."""
    return [f"{value:.2e}" for value in np.quantile(values, [0.25, 0.5, 0.75])]
