"""Do two or three hidden layers fit a gaussian better than one, for their width and for their time?

C. Lotteau, "Fits d'une gaussienne par réseaux de neurones" (2020), section 5 (figures 51 to 53): networks of one, two
and three hidden layers, ten runs for each width, 30 epochs, batch 50; the absolute difference and, beside it, the time,
on logarithmic scales. The same errors are also drawn against the number of parameters and against time, the two
costs by which depth can be compared with width.

Found:

- For each width more layers are more precise, most of all when units are few.
- For the same time they are not: what one layer of fifty units reaches in a few hundredths of a second, deeper
  networks need longer for.
- Only below a mean difference of 1e-3, which one layer hardly reaches at any width, are they worth their time.
"""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from minnet.experiments.gaussian.fits import compile_kernels, fit_gaussian
from minnet.experiments.gaussian.sweeps import LABELS, Sweep, quartile_cells, run_sweep
from minnet.experiments.parts import Beside, RunOptions, Studies, check_batches, check_settings, setting
from minnet.presentation import Drawing
from minnet.tables import Table, two_digits
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLORS = {1: "C2", 2: "C0", 3: "C3"}  # the document's green, blue and red
PUBLISHED = {"layers": (1, 2, 3), "runs": 10, "epochs": 30, "batch size": 50}


@dataclass(frozen=True)
class Config:
    """Which networks, and how they are trained."""

    outputs: tuple[int, ...] = setting((5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 400), "units per layer")
    layers: tuple[int, ...] = setting((1, 2, 3), "numbers of hidden layers")
    epochs: int = setting(30, "passes over the data")
    batch_size: int = setting(50, "samples per update")
    points: int = setting(10_001, "number of evenly spaced samples")
    seeds: int = setting(10, "runs of every network")

    @classmethod
    def fast(cls) -> "Config":
        """Four widths, a tenth of the points."""
        return cls(outputs=(5, 10, 20, 50), points=1001, seeds=3)

    def __post_init__(self) -> None:
        check_settings("gaussian-depth", self, outputs=1, layers=1, epochs=1, batch_size=1, points=101, seeds=1)
        check_batches("gaussian-depth", self.points, batch_size=self.batch_size)


@dataclass(frozen=True)
class Result:
    """A sweep over width for each number of hidden layers."""

    config: Config
    sweeps: dict[int, Sweep]

    def parameters(self, layers: int) -> Array:
        """Of the networks of a sweep (widths,)."""
        width = self.sweeps[layers].values
        return 2 * width + (layers - 1) * (width**2 + width) + width + 1

    def metrics(self) -> list[dict[str, Any]]:
        """One record per network."""
        records = []
        for layers, sweep in self.sweeps.items():
            names = ("mean_absolute_difference", "max_error", "seconds")
            medians = {name: np.median(sweep.metric(name), axis=1) for name in names}
            for index, (width, parameters) in enumerate(zip(sweep.values, self.parameters(layers), strict=True)):
                record = {"layers": layers, "outputs": int(width), "parameters": int(parameters)}
                records.append(record | {name: float(values[index]) for name, values in medians.items()})
        return records

    def arrays(self) -> dict[str, Array]:
        """Widths, and for each number of layers differences and seconds (widths, seeds)."""
        arrays: dict[str, Array] = {}
        for layers, sweep in self.sweeps.items():
            arrays |= {f"layers{layers}.{name}": sweep.metric(name) for name in ("mean_absolute_difference", "seconds")}
            arrays["outputs"] = sweep.values
        return arrays


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Train every network, side by side on as many processors as there are."""
    studies = Studies(**options)
    runs = partial(studies.runs, fit_gaussian)
    compile_kernels()
    fixed = {"epochs": config.epochs, "batch_size": config.batch_size, "points": config.points}
    sweeps = {}
    for layers in dict.fromkeys(config.layers):
        name = f"gaussian-depth, {layers} hidden"
        sweeps[layers] = run_sweep(runs, name, "outputs", config.outputs, fixed, seeds=config.seeds, layers=layers)
    return Result(config, sweeps)


def table(result: Result) -> Table:
    """Quartiles of the mean absolute difference of every network, and the time of its training."""
    rows = []
    for layers, sweep in result.sweeps.items():
        errors, seconds = sweep.metric("mean_absolute_difference"), sweep.metric("seconds")
        for index, (width, count) in enumerate(zip(sweep.values, result.parameters(layers), strict=True)):
            sizes = str(layers), str(width), f"{count:,}"
            rows.append((*sizes, *quartile_cells(errors[index]), two_digits(np.median(seconds[index]))))
    spread = ("mean absolute difference: lower quartile", "median", "upper quartile")
    return Table(("hidden layers", "units", "parameters", *spread, "seconds"), tuple(rows))


def beside(result: Result) -> list[Beside]:
    """How often each network is trained; the document's precisions and times are drawn, not printed."""
    sweep = next(iter(result.sweeps.values()))
    return [Beside("runs of each network, figure 51", f"{PUBLISHED['runs']}", f"{len(sweep.rows[0])}")]


def figures(result: Result) -> list[Drawing]:
    """Figures 51 to 53, and the same errors against what they cost."""
    first = next(iter(result.sweeps.values()))
    caption = f"Figures 51 to 53: precision and time of one, two and three hidden layers, {first}; each run a dot."
    cost = "The same runs: median error against the number of parameters, and against the time of training."
    return [Drawing("depth", caption, _draw_depth(result)), Drawing("cost", cost, _draw_cost(result))]


def _draw_depth(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(10, 4))
    for layers, sweep in result.sweeps.items():
        for ax, metric in zip(axes, ("mean_absolute_difference", "seconds"), strict=True):
            sweep.plot(metric, ax, color=COLORS.get(layers, f"C{layers}"), label=_name(layers))
    axes[0].set_title("Precision")
    axes[1].set_title("Time")
    axes[1].legend()
    return figure


def _draw_cost(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(10, 4), sharey=True)
    for layers, sweep in result.sweeps.items():
        error, seconds = (np.median(sweep.metric(name), axis=1) for name in ("mean_absolute_difference", "seconds"))
        for ax, cost in zip(axes, (result.parameters(layers), seconds), strict=True):
            ax.loglog(cost, error, "o-", color=COLORS.get(layers, f"C{layers}"), label=_name(layers))
    axes[0].set(xlabel="parameters", ylabel=LABELS["mean_absolute_difference"], title="Median error against size")
    axes[1].set(xlabel=LABELS["seconds"], title="Median error against time")
    axes[0].legend()
    return figure


def _name(layers: int) -> str:
    return f"{layers} hidden layer{'s' if layers > 1 else ''}"
