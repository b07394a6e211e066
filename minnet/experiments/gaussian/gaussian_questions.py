"""The questions that the study of fitted gaussians leaves open, answered.

C. Lotteau, "Fits d'une gaussienne par réseaux de neurones" (2020), end of section 3. Is it quicker to train fast and
discard failures, or to train well once? For a wanted precision, a setting that reaches it with probability p takes
(mean time) / p seconds on average, failures included, so the question is a comparison of numbers. Do the best settings
move with the number of points and with the standard deviation? And how is a gaussian best fitted near zero?

Discarding is quicker, and beyond an error of about 1e-5 there is no setting that succeeds nearly always; but what to
train fast with are small batches and few epochs, not large batches. The best batch grows with the number of points,
because an epoch then makes more updates; the best width hardly moves. Near zero, neither more points nor a greater
weight helps by much, and the tails pay for it; a falling learning rate helps both, and variable projection by eleven
orders of magnitude.
"""

from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from minnet import datasets, study
from minnet.activations import Tanh
from minnet.errors import check_range
from minnet.experiments.gaussian.fits import HIGH, LOW, POINTS, compile_kernels, fit_gaussian, measures, relu_network
from minnet.experiments.gaussian.sweeps import LABELS
from minnet.experiments.parts import check_values, make_runs, seed_of, setting
from minnet.layers import Dense, Rescale
from minnet.losses import MeanSquaredError
from minnet.network import Network
from minnet.optimizers import Adam
from minnet.presentation import Drawing, Table
from minnet.schedules import Cosine
from minnet.solvers import VariableProjection
from minnet.training import fit
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SURE = 0.95  # a setting that succeeds so often is "training well once"
WAYS = {
    "as recommended": "as the document recommends",
    "more points": "half of the points in |x| < 0.5",
    "weights": "errors in |x| < 0.5 count tenfold",
    "small batches": "batches of 20",
    "decay": "batches of 20, learning rate falling to 0",
    "projection": "30 tanh, variable projection: 300 Chebyshev points, then all",
}
PUBLISHED = {"questions": ("train fast and discard, or well once?", "do settings move?", "how to fit near zero?")}


@dataclass(frozen=True)
class Config:
    """What is tried for each question."""

    runs: int = setting(100, "runs of each setting, for the chance of success")
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
        check_values("gaussian-questions", self, "epochs", "batch_sizes", "outputs")
        for name, least in (("runs", 1), ("seeds", 1)):
            at_least = (lambda n, least=least: n >= least), f"at least {least}"
            check_range("gaussian-questions", **{name: (getattr(self, name), *at_least)})
        for std in self.stds:
            check_range("gaussian-questions", stds=(std, lambda s: s > 0, "positive"))
        for points in self.points:
            check_range("gaussian-questions", points=(points, lambda n: n >= 101, "at least 101"))


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
        One per way.
    """

    config: Config
    retried: list[study.Group]
    moved: dict[str, list[study.Group]]
    near_zero: list[study.Group]

    def targets(self) -> Array:
        """Mean squared differences to ask for: from what three quarters of the fits reach to what few do."""
        errors = np.concatenate([study.metric(made.rows, "mean_squared_difference") for made in self.retried])
        return np.geomspace(np.quantile(errors, 0.75), np.quantile(errors, 0.01), 8)

    def strategies(self) -> list[dict[str, Any]]:
        """For each target the best setting with discarding, and the fastest that succeeds nearly always, if any."""
        records = []
        for target in self.targets():
            chances = [(made, *chance(made, target)) for made in self.retried]
            made, probability, seconds = min(chances, key=lambda entry: entry[2])
            sure = [entry for entry in chances if entry[1] >= SURE]
            best = min(sure, key=lambda entry: entry[2]) if sure else None
            records.append(
                {
                    "target": float(target),
                    "discarding": made.settings,
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
        for value in dict.fromkeys(made.settings[varied] for made in self.moved[varied]):
            tried = [made for made in self.moved[varied] if made.settings[varied] == value]
            medians = [float(made.quartiles("mean_squared_difference")[1]) for made in tried]
            settings = tried[int(np.argmin(medians))].settings
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
        """One record per target, per gaussian, per way to fit near zero."""
        records = [*self.strategies(), *self.best("points"), *self.best("std")]
        for made in self.near_zero:
            medians = {name: float(made.quartiles(name)[1]) for name in ("centre", "tail", "max_error", "seconds")}
            records.append({"way": made.settings["way"], **medians})
        return records

    def arrays(self) -> dict[str, Array]:
        """Errors and seconds (settings, runs) of the first question; quartiles, and errors, of the others."""
        named = {
            f"retried.{name}": np.array([study.metric(made.rows, name) for made in self.retried])
            for name in ("mean_squared_difference", "seconds")
        }
        for varied, groups in self.moved.items():
            named[varied] = np.array([made.quartiles("mean_squared_difference") for made in groups])
        for name in ("centre", "tail"):
            named[f"near_zero.{name}"] = np.array([study.metric(made.rows, name) for made in self.near_zero])
        return named


def chance(made: study.Group, target: float) -> tuple[float, float]:
    """Share of runs with an error of at most `target`, and the mean time until one succeeds, failures included.

    The number of trials until the first success is geometric with mean 1/p, and each takes the mean time.
    """
    probability = float(np.mean(study.metric(made.rows, "mean_squared_difference") <= target))
    seconds = float(study.metric(made.rows, "seconds").mean())
    return probability, seconds / probability if probability else np.inf


def run(
    config: Config,
    *,
    rng: int | np.random.Generator | None = None,
    progress: bool = False,
    checkpoints: Path | None = None,
) -> Result:
    """Make every fit; those of the first question one by one, because they are timed.

    Parameters
    ----------
    config : Config
    rng : int, numpy.random.Generator or None
    progress : bool
    checkpoints : Path, optional
        A folder for the runs that are done; what is found there is not done again.
    """
    runs = partial(make_runs, seed=seed_of(rng), checkpoints=checkpoints, progress=progress)
    compile_kernels()
    tried = study.grid(hidden=[[30, 30]], epochs=config.epochs, batch_size=config.batch_sizes, repeats=config.runs)
    retried = runs(fit_gaussian, tried, name="gaussian-questions, discarding", alone=True)
    moved = {}
    for varied, values in (("points", config.points), ("std", config.stds)):
        settings = [
            {varied: value, "hidden": [units, units], "epochs": 15, "batch_size": size}
            for value, units, size in product(values, config.outputs, config.batch_sizes)
            if varied != "points" or size <= value
        ]
        rows = runs(fit_gaussian, study.repeat(settings, config.seeds), name=f"gaussian-questions, {varied}")
        moved[varied] = study.group(rows)
    ways = runs(near_zero, study.grid(way=list(WAYS), repeats=config.seeds), name="gaussian-questions, near zero")
    return Result(config, study.group(retried), moved, study.group(ways))


def near_zero(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
    """Errors of a fit to 10 001 points, made in one of the `WAYS`."""
    way, x = settings["way"], np.linspace(LOW, HIGH, POINTS)
    everywhere = x
    if way == "projection":
        return _by_projection(x, rng)
    if way == "more points":
        x = np.concatenate([np.linspace(LOW, HIGH, POINTS // 2), np.linspace(-0.5, 0.5, POINTS - POINTS // 2)])
    size = 20 if way in ("small batches", "decay") else 100
    rate = Cosine(0.001, steps=15 * -(-POINTS // size)) if way == "decay" else 0.001
    weight = np.where(np.abs(x) < 0.5, 10.0, 1.0) if way == "weights" else None
    net, target, loss = relu_network((30, 30), rng), datasets.gaussian(x), MeanSquaredError()
    history = fit(
        net, x, target, loss=loss, optimizer=Adam(rate), epochs=15, batch_size=size, sample_weight=weight, rng=rng
    )
    error = net(everywhere)[:, 0].astype(float) - datasets.gaussian(everywhere)
    return measures(everywhere, error) | {"seconds": history.seconds}


def _by_projection(x: Array, rng: np.random.Generator) -> dict[str, float]:
    """A few points find the network, and all of them polish it."""
    nodes = HIGH * np.cos(np.pi * (np.arange(300) + 0.5) / 300)
    net = Network([Rescale(LOW, HIGH), Dense(1, 30, weights="steep", bias="spread"), Tanh(), Dense(30, 1)], rng=rng)
    seconds = 0.0
    for samples, epochs in ((nodes, 100), (x, 5)):
        target, loss = datasets.gaussian(samples), MeanSquaredError()
        seconds += fit(net, samples, target, loss=loss, optimizer=VariableProjection(), epochs=epochs).seconds
    return measures(x, net(x)[:, 0] - datasets.gaussian(x)) | {"seconds": seconds}


def table(result: Result) -> Table:
    """The answer to each question, line by line."""
    rows = []
    for record in result.strategies():
        chosen = f"{_named(record['discarding'])}: succeeds in {record['probability']:.0%}"
        once = f"{_named(record['once'])}: {record['once_seconds']:.3f} s" if record["once"] else "none succeeds always"
        rows.append((f"discard failures, error <= {record['target']:.1e}", chosen, f"{record['seconds']:.3f} s", once))
    for varied in result.moved:
        for record in result.best(varied):
            setting = f"{record['outputs']} units, batch {record['batch_size']}"
            rows.append(
                (
                    f"{LABELS[varied]}: {record['value']}",
                    setting,
                    f"{record['median']:.1e}",
                    f"worst setting {record['worst_setting']:.1e}",
                )
            )
    for made in result.near_zero:
        centre, tail, seconds = (made.quartiles(name)[1] for name in ("centre", "tail", "seconds"))
        way = WAYS[made.settings["way"]]
        rows.append((f"near zero: {way}", f"|x| < 0.5: {centre:.1e}", f"|x| > 3: {tail:.1e}", f"{seconds:.2f} s"))
    return Table(("question", "best setting, or error", "time, or median error", "beside it"), tuple(rows))


def _named(settings: dict[str, Any]) -> str:
    return f"{settings['epochs']} epochs, batch {settings['batch_size']}"


def figures(result: Result) -> list[Drawing]:
    """One figure per question."""
    discard = (
        "Mean time until a fit has the wanted precision, failures discarded, for each setting of a 30-30 network. "
        f"Where a line is dashed, fewer than {SURE:.0%} of its fits succeed at the first trial."
    )
    moved = "Median error of each setting (15 epochs) against the number of points, and the standard deviation."
    near = "Largest errors in the middle, |x| < 0.5, and in the tails, |x| > 3, of every run, by way of fitting."
    return [
        Drawing("discard-or-once", discard, _draw_retried(result)),
        Drawing("other-gaussians", moved, _draw_moved(result)),
        Drawing("near-zero", near, _draw_near_zero(result)),
    ]


def _draw_retried(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    targets = np.geomspace(result.targets()[0], result.targets()[-1], 200)
    figure, ax = plt.subplots()
    for index, made in enumerate(result.retried):
        probability, seconds = np.array([chance(made, target) for target in targets]).T
        color = plt.get_cmap("tab10")(index % 10)
        ax.plot(targets, seconds, "--", color=color, linewidth=1)
        ax.plot(targets, np.where(probability >= SURE, seconds, np.nan), color=color, label=_named(made.settings))
    ax.set(xscale="log", yscale="log", xlabel=f"wanted {LABELS['mean_squared_difference']}")
    ax.set(ylabel="mean time until it is reached (s)", title="Train fast and discard, or train well once?")
    ax.invert_xaxis()
    ax.legend(fontsize="small")
    return figure


def _draw_moved(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(10, 4), sharey=True)
    styles = dict(zip(result.config.batch_sizes, ("-", "--", ":", "-.") * len(result.config.batch_sizes), strict=False))
    for ax, (varied, groups) in zip(axes, result.moved.items(), strict=True):
        lines: dict[tuple[int, int], list[tuple[float, float]]] = {}
        for made in groups:
            key = made.settings["hidden"][0], made.settings["batch_size"]
            lines.setdefault(key, []).append((made.settings[varied], made.quartiles("mean_squared_difference")[1]))
        for (units, size), line in lines.items():
            color = f"C{result.config.outputs.index(units)}"
            label = f"{units} units, batch {size}"
            ax.loglog(*zip(*line, strict=True), linestyle=styles[size], color=color, label=label)
        ax.set(xlabel=LABELS[varied])
    stds = [std for std in (0.25, 0.5, 1, 2, 4) if min(result.config.stds) <= std <= max(result.config.stds)]
    axes[1].set_xticks(stds, map(str, stds))
    axes[1].minorticks_off()
    axes[0].set(ylabel="median " + LABELS["mean_squared_difference"])
    axes[1].legend(fontsize="x-small")
    figure.suptitle("Do the best settings move?", x=0.02, ha="left")
    return figure


def _draw_near_zero(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(9, 4))
    for row, made in enumerate(result.near_zero):
        for name, color, label in (("centre", "C0", "|x| < 0.5"), ("tail", "C1", "|x| > 3")):
            errors = study.metric(made.rows, name)
            ax.plot(errors, np.full(len(errors), row), "o", color=color, alpha=0.5, label=None if row else label)
    ax.set_yticks(range(len(result.near_zero)), [WAYS[made.settings["way"]] for made in result.near_zero])
    ax.set(xscale="log", xlabel="largest error", title="How to fit near zero")
    ax.invert_yaxis()
    figure.legend(loc="outside upper right", ncols=2)  # in the middle, its dots are taken for data
    return figure
