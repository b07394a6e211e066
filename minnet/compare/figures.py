"""The answer as figures: curves with bands, sensitivity to the learning rate, and every single run."""

from typing import TYPE_CHECKING, Any

import numpy as np

from minnet import plotting
from minnet.compare.ranking import Contender, is_lost, quartiles, values
from minnet.compare.results import Results
from minnet.presentation import Drawing
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINES = ("-", "--", ":")
ROW = 11  # points between rows of crosses


def figures(results: Results) -> list[Drawing]:
    """All of them; every optimizer has the same colour everywhere."""
    rates = ", ".join(f"{contender.label} at {contender.learning_rate:g}" for contender in results.ranked)
    band = "medians and quartiles over the seeds, runs that failed left out"
    name = {"R²": "R²", "accuracy": "Accuracy"}[results.score_name]
    return [
        Drawing("losses", f"Losses at the best learning rates ({rates}): {band}.", _losses(results)),
        Drawing("scores", f"{name} on held-out samples: {band}.", _scores(results)),
        Drawing(
            "sensitivity",
            "Loss after the last epoch against the learning rate: every run a dot, medians and quartiles, a ring at "
            "the best learning rate. Crosses at the top: runs that diverged or failed, and how many; where a line "
            "leaves, most did.",
            _sensitivity(results),
        ),
        Drawing(
            "runs",
            "Every run at the best learning rates; a grey line joins the runs of one seed. Crosses diverged or failed.",
            _runs(results),
        ),
        Drawing("time", f"Training loss against seconds of training: {band}.", _time(results)),
    ]


def _losses(results: Results) -> "Figure":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(10, 4))
    for ax, name, label in zip(axes, ("losses", "held_out"), ("training loss", "held-out loss"), strict=True):
        for place, contender in enumerate(results.ranked):
            _curve(ax, place, contender, "epochs", name)
        ax.set(xlabel="epoch", ylabel=label, title=label.capitalize())
        plotting.whole_numbers(ax.xaxis)
        _logarithmic(ax)
    _legend(axes[0])
    return figure


def _scores(results: Results) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    for place, contender in enumerate(results.ranked):
        _curve(ax, place, contender, "epochs", "scores")
    name = results.score_name
    ax.set(xlabel="epoch", ylabel=name, title=f"Held-out {name}")
    plotting.whole_numbers(ax.xaxis)
    if name == "R²" and ax.get_ylim()[0] < -0.1:  # below 0 it is worse than the mean, however much
        ax.set_ylim(-0.1, 1.05)
    _legend(ax)
    return figure


def _time(results: Results) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    for place, contender in enumerate(results.ranked):
        _curve(ax, place, contender, "times", "losses")
    ax.set(xlabel="training time (s)", ylabel="training loss", title="Training loss against time")
    _logarithmic(ax)
    if np.isfinite(results.target_loss):
        ax.axhline(results.target_loss, color="0.5", linewidth=0.8, linestyle="--")
        ax.annotate(
            "target",
            (1, results.target_loss),
            xycoords=ax.get_yaxis_transform(),
            ha="right",
            va="bottom",
            fontsize=8,
            color="0.4",
        )
    _legend(ax)
    return figure


def _sensitivity(results: Results) -> "Figure":
    import matplotlib.pyplot as plt

    ranked, name = results.ranked, results.ranking_metric
    first_loss = max((row.metrics["first_loss"] for row in results.rows if row.error is None), default=1.0)
    losing = [contender for contender in ranked if contender.lost()[1]]  # each has a row of crosses
    figure, ax = plt.subplots(figsize=(8, 5 + ROW / 72 * len(losing)))
    for place, contender in enumerate(ranked):
        style, rates = _style(place), np.array(contender.learning_rates)
        samples = _raised(np.array([values(runs, name) for runs in contender.runs]), 3 * first_loss)  # (rates, seeds)
        dots = np.where([[is_lost(row) for row in runs] for runs in contender.runs], np.nan, samples)
        lower, median, upper = (np.minimum(part, 1e9 * first_loss) for part in quartiles(samples, axis=1))
        shifted = rates * 1.04 ** (
            place - (len(ranked) - 1) / 2
        )  # so that dots of several optimizers stand side by side
        ax.plot(shifted, dots, ".", color=style["color"], alpha=0.35, markersize=4)
        ax.fill_between(rates, lower, upper, alpha=0.15, linewidth=0, color=style["color"])
        ax.plot(rates, median, label=contender.label, **style)
        ax.plot(
            rates[contender.best_index],
            median[contender.best_index],
            "o",
            markersize=9,
            fillstyle="none",
            color=style["color"],
        )
        for rate, runs in zip(shifted, contender.runs, strict=True):
            if lost := sum(map(is_lost, runs)):
                _cross(ax, rate, lost, style["color"], losing.index(contender))
    ax.set(xscale="log", yscale="log", xlabel="learning rate", ylabel=_measure(results))
    ax.set_ylim(min(ax.get_ylim()[0], 0.1 * first_loss), 3 * first_loss)
    ax.set_title("Sensitivity to the learning rate; crosses: runs that diverged or failed", pad=8 + ROW * len(losing))
    _legend(ax)
    return figure


def _runs(results: Results) -> "Figure":
    import matplotlib.pyplot as plt

    ranked = results.ranked
    figure, ax = plt.subplots(figsize=(max(6.4, 1.3 * len(ranked)), 4.8))
    samples = np.array([values(contender.best, results.ranking_metric) for contender in ranked])  # (optimizers, seeds)
    samples = _raised(samples, float(np.max(samples, initial=0, where=np.isfinite(samples))) or 1.0)
    places = np.arange(len(ranked))
    ax.plot(places, _finite(samples), color="0.8", linewidth=0.7, zorder=1)
    for place, contender in enumerate(ranked):
        color = _style(place)["color"]
        ax.plot(np.full(samples.shape[1], place), _finite(samples[place]), "o", color=color, alpha=0.6, markersize=5)
        lower, median, upper = _finite(quartiles(samples[place]))
        ax.plot([place - 0.2] * 2, [lower, upper], color=color, linewidth=3, alpha=0.5)
        ax.plot([place - 0.26, place - 0.14], [median] * 2, color=color, linewidth=2.5)
        if lost := contender.lost()[0]:
            _cross(ax, place, lost, color, 0)
    ax.set_xticks(places, [contender.label.replace("(", "\n(", 1).replace(", ", ",\n") for contender in ranked])
    ax.set(xlim=(-0.5, len(ranked) - 0.5), ylabel=_measure(results))
    _logarithmic(ax)
    ax.set_title(
        "Every seed; bars: median and quartiles", pad=8 + ROW * any(contender.lost()[0] for contender in ranked)
    )
    return figure


def _curve(ax: "Axes", place: int, contender: Contender, over: str, name: str) -> None:
    """Median and quartiles of a curve, over the epochs or over the median of the times."""
    if len(curves := contender.curves(name)):
        x = np.median(contender.curves(over), axis=0)
        if name != "scores":
            curves = _raised(curves, float(np.max(curves, initial=0, where=np.isfinite(curves))) or 1.0)
        lower, median, upper = _finite(quartiles(curves))
        style = _style(place)
        ax.fill_between(x, lower, upper, alpha=0.2, linewidth=0, color=style["color"])
        ax.plot(x, median, label=contender.label, **style)


def _cross(ax: "Axes", x: float, count: int, color: str, row: int) -> None:
    """A cross above the axes for the runs that diverged or failed, and how many they are."""
    where: dict[str, Any] = {"xycoords": ax.get_xaxis_transform(), "textcoords": "offset points"}
    where["xytext"] = (0, 3 + ROW * row)
    ax.annotate(f"× {count}", (x, 1), ha="center", fontsize=8, color=color, annotation_clip=False, **where)


def _logarithmic(ax: "Axes") -> None:
    """A logarithmic loss, if there is any to be seen."""
    if any(np.isfinite(np.asarray(line.get_ydata(), float)).any() for line in ax.lines):
        ax.set_yscale("log")


def _legend(ax: "Axes") -> None:
    """Below, where it hides nothing."""
    labels = ax.get_legend_handles_labels()[1]
    if labels:
        lines = -(-len(labels) // 3)
        plotting.legend_below(ax, ncols=-(-len(labels) // lines))


def _raised(samples: Array, largest: float) -> Array:
    """Losses, raised to twelve powers of ten below the largest: on a logarithmic scale 0 could not be seen."""
    return np.maximum(samples, 1e-12 * largest)


def _measure(results: Results) -> str:
    return f"{results.ranking_loss} after the last epoch"


def _finite(samples: Array) -> Array:
    """Gaps where samples are infinite."""
    return np.where(np.isfinite(samples), samples, np.nan)


def _style(place: int) -> dict[str, Any]:
    """Colour and line of an optimizer: seven colours, then the same dashed."""
    return {"color": f"C{place % 7}", "linestyle": LINES[place // 7 % len(LINES)]}
