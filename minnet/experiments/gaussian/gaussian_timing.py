"""How does the training time of a fitted gaussian depend on epochs, batch size and width, and why?

C. Lotteau, "Fits d'une gaussienne par réseaux de neurones" (2020), section 2 (figures 29 to 33). Fits are made one by
one, on one thread, and nothing else should be running. The document sees a jump near 150 units, a regular pattern
below 100, and now and then a longer run.

Found:

- An epoch of 10 001 samples is ceil(10 001 / batch) updates, and each costs a part of its own (the optimizer passes
  over all parameters once) and a part per sample.
- Against width the work grows with its square. Vectors hold sixteen numbers, so that widths just past a multiple of
  sixteen are the least efficient, and time is a staircase.
- Past some width the parameters, their gradients and Adam's two moments no longer fit a cache.
- The causes of the document's curves can only be guessed. Hypotheses: from some size on, its framework divides a
  product among threads, which costs a jump; vectors make the pattern; other programs on the computer make the long
  runs.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from minnet import plotting
from minnet.experiments.gaussian.fits import compile_kernels, fit_gaussian
from minnet.experiments.gaussian.sweeps import LABELS, Sweep, run_sweep
from minnet.experiments.parts import Beside, RunOptions, Studies, check_batches, check_settings, setting
from minnet.presentation import Drawing
from minnet.tables import Table
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURES = {"epochs": "29", "batch_size": "30", "outputs": "31 to 33"}
PUBLISHED = {"jump near units": 150, "pattern below units": 100}
VECTOR = 16  # float32 numbers in 512 bits
BYTES = 4 * 4  # of a parameter, its gradient and its two moments, in float32


@dataclass(frozen=True)
class Config:
    """What is timed; the text gives no ranges."""

    epochs: tuple[int, ...] = setting((1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100), "passes over the data (figure 29)")
    batch_sizes: tuple[int, ...] = setting(
        (5, 10, 15, 20, 30, 50, 70, 100, 200, 300, 500, 1000), "samples per update (figure 30)"
    )
    outputs: tuple[int, ...] = setting((*range(5, 100, 5), *range(100, 401, 10)), "units per layer (figures 31 to 33)")
    fine: tuple[int, ...] = setting(tuple(range(33, 98)), "widths timed one by one, for the pattern")
    runs: int = setting(10, "runs of every setting")
    points: int = setting(10_001, "number of evenly spaced samples")

    @classmethod
    def fast(cls) -> "Config":
        """Four values of each setting, each four times, with a tenth of the points."""
        return cls(
            (1, 2, 3, 5), (20, 50, 100, 500), outputs=(5, 20, 50, 80), fine=(31, 32, 33, 34), runs=4, points=1001
        )

    def __post_init__(self) -> None:
        check_settings("gaussian-timing", self, epochs=1, batch_sizes=1, outputs=1, fine=1, runs=1, points=101)
        check_batches("gaussian-timing", self.points, batch_sizes=self.batch_sizes)


@dataclass(frozen=True)
class Result:
    """Sweeps over epochs, batch size and width, and over width again, one by one."""

    config: Config
    sweeps: dict[str, Sweep]
    fine: Sweep

    def per_update(self, sweep: Sweep) -> Array:
        """Microseconds of each update (values,): the fastest of the runs, which nothing disturbed."""
        return 1e6 * (sweep.metric("seconds") / sweep.metric("updates")).min(axis=1)

    def per_batch(self) -> Array:
        """Samples of a mean update (values,): an epoch's last batch is smaller, of batches of 500 by one in twenty."""
        sweep = self.sweeps["batch_size"]
        return sweep.fixed["points"] * sweep.fixed["epochs"] / sweep.metric("updates")[:, 0]

    def batch_law(self) -> tuple[float, float]:
        """Microseconds per update and per sample, by least squares of relative errors over the batch sizes."""
        measured = self.per_update(self.sweeps["batch_size"])
        columns = np.column_stack([np.ones(len(measured)), self.per_batch()]) / measured[:, None]
        per_update, per_sample = np.linalg.lstsq(columns, np.ones(len(measured)), rcond=None)[0]
        return float(per_update), float(per_sample)

    def metrics(self) -> list[dict[str, Any]]:
        """One record per setting, and one for the law of the batch size."""
        records: list[dict[str, Any]] = []
        for sweep in (*self.sweeps.values(), self.fine):
            seconds, updates = sweep.metric("seconds"), self.per_update(sweep)
            for value, row, update in zip(sweep.values, seconds, updates, strict=True):
                record = {"varied": sweep.name, "value": int(value), "seconds_median": float(np.median(row))}
                extremes = {"seconds_least": float(row.min()), "seconds_greatest": float(row.max())}
                records.append(record | extremes | {"microseconds_per_update": float(update)})
        per_update, per_sample = self.batch_law()
        return [*records, {"microseconds_per_update": per_update, "microseconds_per_sample": per_sample}]

    def arrays(self) -> dict[str, Array]:
        """Values, and seconds (values, runs), of each sweep."""
        arrays: dict[str, Array] = {}
        for key, sweep in (self.sweeps | {"fine": self.fine}).items():
            arrays |= {f"{key}.values": sweep.values, f"{key}.seconds": sweep.metric("seconds")}
        return arrays


def caches() -> dict[str, int]:
    """Bytes of this processor's data caches, by level; empty where the system does not tell (other than Linux)."""
    sizes = {}
    for folder in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        try:
            level, kind, size = ((folder / name).read_text().strip() for name in ("level", "type", "size"))
        except OSError:  # virtual machines may hide it
            continue
        if kind != "Instruction":
            sizes[f"L{level}"] = int(size.removesuffix("K")) * 1024
    return sizes


def parameters(width: Array) -> Array:
    """Of a 1-width-width-1 network."""
    return width**2 + 4 * width + 1


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Time every fit, one after the other."""
    studies = Studies(**options)
    runs = partial(studies.runs, fit_gaussian, alone=True)
    compile_kernels()
    common = {"points": config.points}
    settings: dict[str, tuple[tuple[int, ...], dict[str, Any]]] = {
        "epochs": (config.epochs, {"hidden": [200, 200], "batch_size": 100}),
        "batch_size": (config.batch_sizes, {"hidden": [200, 200], "epochs": 30}),
        "outputs": (config.outputs, {"epochs": 30, "batch_size": 200}),
    }
    sweeps = {
        name: run_sweep(runs, f"gaussian-timing, {name}", name, values, fixed | common, seeds=config.runs)
        for name, (values, fixed) in settings.items()
    }
    fixed = settings["outputs"][1] | common
    fine = run_sweep(runs, "gaussian-timing, fine", "outputs", config.fine, fixed, seeds=config.runs)
    return Result(config, sweeps, fine)


def table(result: Result) -> Table:
    """Times of every setting, and of each update."""
    rows = []
    for sweep in result.sweeps.values():
        seconds, updates = sweep.metric("seconds"), result.per_update(sweep)
        for value, row, update in zip(sweep.values, seconds, updates, strict=True):
            name = f"{_figures(sweep)}: {LABELS[sweep.name]}"
            spread = f"{row.min():.3f}", f"{np.median(row):.3f}", f"{row.max():.3f}"
            rows.append((name, str(value), *spread, f"{update:.1f}"))
    law = "{:.1f} + {:.2f} n".format(*result.batch_law())
    rows.append(("an update: a part of its own, and a part per sample", "-", "-", "-", "-", law))
    return Table(("varied", "value", "seconds: least", "median", "greatest", "microseconds per update"), tuple(rows))


def beside(result: Result) -> list[Beside]:
    """Where the time jumps: between the two widths with the steepest growth on logarithmic scales."""
    sweep, found = result.sweeps["outputs"], "-"
    order = np.argsort(sweep.values)
    widths, microseconds = sweep.values[order], result.per_update(sweep)[order]
    if len(widths) > 1:
        i = int(np.argmax(np.diff(np.log(microseconds)) / np.diff(np.log(widths))))
        found = f"{widths[i]} to {widths[i + 1]}"
    return [
        Beside("units where the time of training jumps, figures 31 to 33", f"{PUBLISHED['jump near units']}", found)
    ]


def figures(result: Result) -> list[Drawing]:
    """Figures 29 to 33, and what makes the curves."""
    drawings = []
    for sweep in result.sweeps.values():
        caption = f"{_figures(sweep)}: training time against {LABELS[sweep.name]} ({sweep}), every run a dot."
        drawings.append(Drawing(sweep.name.replace("_", "-"), caption, _draw_times(sweep)))
    law = "Time of an update against its batch size: a part for the parameters, and a part per sample."
    pattern = "Time of an update for each width; lines at multiples of sixteen, the length of a vector."
    speed = "Floating-point operations per second against width; lines where the parameters outgrow a cache."
    return [
        *drawings,
        Drawing("updates", law, _draw_law(result)),
        Drawing("pattern", pattern, _draw_pattern(result)),
        Drawing("speed", speed, _draw_speed(result)),
    ]


def _figures(sweep: Sweep) -> str:
    return f"Figure{'s' * (sweep.name == 'outputs')} {FIGURES[sweep.name]}"


def _draw_times(sweep: Sweep) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    seconds = sweep.metric("seconds")
    ax.plot(sweep.values, np.median(seconds, axis=1), color="C0", linewidth=1, label="median")
    ax.plot(np.repeat(sweep.values, seconds.shape[1]), seconds.ravel(), ".", color="C1", alpha=0.5, label="a run")
    ax.set(xlabel=LABELS[sweep.name], ylabel=LABELS["seconds"], ylim=(0, None), title=f"Training time: {sweep}")
    if sweep.name == "batch_size":
        ax.set_xscale("log")
    else:
        plotting.whole_numbers(ax.xaxis)
    ax.legend()
    return figure


def _draw_law(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    measured, (per_update, per_sample) = result.per_update(result.sweeps["batch_size"]), result.batch_law()
    figure, ax = plt.subplots()
    samples = result.per_batch()
    n = np.geomspace(samples.min(), samples.max(), 100)
    label = f"{per_update:.1f} µs + {per_sample:.2f} µs per sample"
    ax.loglog(n, per_update + per_sample * n, color="0.6", label=label)
    ax.loglog(samples, measured, "o", label="measured, fastest run")
    ax.set(xlabel="samples of a mean update", ylabel="time of an update (µs)", title="Why small batches take longer")
    ax.legend()
    return figure


def _draw_pattern(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    widths = result.fine.values
    ax.plot(widths, result.per_update(result.fine), ".-")
    plotting.whole_numbers(ax.xaxis)
    for multiple in range(-(-widths.min() // VECTOR) * VECTOR, widths.max() + 1, VECTOR):
        ax.axvline(multiple, color="0.7", linewidth=1, zorder=0)
    ax.set(
        xlabel=LABELS["outputs"], ylabel="time of an update (µs)", ylim=(0, None), title="The pattern: vectors of 16"
    )
    return figure


def _draw_speed(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    sweep = result.sweeps["outputs"]
    operations = 6 * sweep.fixed["batch_size"] * parameters(sweep.values)  # forward 2, backward 4 for each weight
    figure, ax = plt.subplots()
    ax.plot(sweep.values, operations / result.per_update(sweep) / 1000, ".-")
    plotting.whole_numbers(ax.xaxis)
    for level, size in caches().items():
        width = np.sqrt(size / BYTES)
        if width <= 1.2 * sweep.values.max():
            ax.axvline(width, color="0.6", linestyle="--", linewidth=1)
            ax.annotate(
                f"{level}, {size // 1024} KB", (width, 0), xytext=(3, 4), textcoords="offset points", rotation=90
            )
    ax.set(xlabel=LABELS["outputs"], ylabel="GFLOP/s", ylim=(0, None), title=f"Speed against width: {sweep}")
    return figure
