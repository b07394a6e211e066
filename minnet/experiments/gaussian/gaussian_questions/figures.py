"""Table and figures of `gaussian-questions`."""

from typing import TYPE_CHECKING, Any

import numpy as np

from minnet import plotting, study
from minnet.experiments.gaussian.gaussian_questions.result import METHODS, PUBLISHED, RELIABLE, Result, time_to_success
from minnet.experiments.gaussian.sweeps import LABELS
from minnet.experiments.parts import Beside
from minnet.presentation import Drawing
from minnet.tables import Table, two_digits

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def table(result: Result) -> Table:
    """The answer to each question, line by line."""
    rows = []
    for record in result.strategies():
        discarding = f"{_label(record['discarding'])}: succeeds in {record['probability']:.0%}"
        once = (
            f"{_label(record['once'])}: {two_digits(record['once_seconds'])} s"
            if record["once"]
            else "none succeeds always"
        )
        question = f"discard failures, error <= {record['target']:.1e}"
        rows.append((question, discarding, two_digits(record["seconds"]), "-", once))
    for varied in result.moved:
        for record in result.best(varied):
            setting, worst = (
                f"{record['outputs']} units, batch {record['batch_size']}",
                f"{record['worst_setting']:.1e}",
            )
            question = f"{LABELS[varied]}: {record['value']}"
            rows.append((question, setting, "-", f"{record['median']:.1e}", f"worst setting {worst}"))
    for group in result.near_zero:
        centre, tail, seconds = (group.quartiles(name)[1] for name in ("centre", "tail", "seconds"))
        method = METHODS[group.settings["way"]]
        rows.append((f"near zero: {method}", "|x| < 0.5", two_digits(seconds), f"{centre:.1e}", f"|x| > 3: {tail:.1e}"))
    return Table(("question", "answer", "time (s)", "median error", "beside it"), tuple(rows))


def _label(settings: dict[str, Any]) -> str:
    return f"{settings['epochs']} epochs, batch {settings['batch_size']}"


def beside(result: Result) -> list[Beside]:
    """Section 3's recommendation, and what is best here for its gaussian."""
    best = {record["value"]: record for record in result.best("std")}.get(1.0)
    words = "{outputs} units, batch {batch_size}"
    found = words.format(**best) if best else "-"
    return [Beside("best units and batch size for 15 epochs, section 3", words.format(**PUBLISHED["best"]), found)]


def figures(result: Result) -> list[Drawing]:
    """One figure per question."""
    discard = (
        "Mean time until a fit has the wanted precision, failures discarded, for each setting of a 30-30 network. "
        f"Where a line is dashed, fewer than {RELIABLE:.0%} of its fits succeed at the first trial."
    )
    moved = "Median error of each setting (15 epochs) against the number of points, and the standard deviation."
    near = "Largest errors in the middle, |x| < 0.5, and in the tails, |x| > 3, of every run, by method of fitting."
    return [
        Drawing("discard-or-once", discard, _draw_retried(result)),
        Drawing("other-gaussians", moved, _draw_moved(result)),
        Drawing("near-zero", near, _draw_near_zero(result)),
    ]


def _draw_retried(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    targets = np.geomspace(result.targets()[0], result.targets()[-1], 200)
    figure, ax = plt.subplots(figsize=(6.4, 5.6))
    for group in result.retried:
        probability, seconds = np.array([time_to_success(group, target) for target in targets]).T
        reliable = np.where(probability >= RELIABLE, seconds, np.nan)
        color = f"C{result.config.epochs.index(group.settings['epochs']) % 7}"
        (line,) = ax.plot(targets, seconds, "--", color=color, linewidth=1, label=_label(group.settings))
        plotting.mark_apart(line, result.config.batch_sizes.index(group.settings["batch_size"]))
        ax.plot(targets, reliable, color=color)
    ax.set(xscale="log", yscale="log", xlabel=f"wanted {LABELS['mean_squared_difference']}")
    ax.set(ylabel="mean time until it is reached (s)", title="Train fast and discard, or train well once?")
    ax.invert_xaxis()
    plotting.legend_below(ax, ncols=3, fontsize="small")
    return figure


def _draw_moved(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(10, 4), sharey=True)
    styles = dict(zip(result.config.batch_sizes, ("-", "--", ":", "-.") * len(result.config.batch_sizes), strict=False))
    for ax, (varied, groups) in zip(axes, result.moved.items(), strict=True):
        lines: dict[tuple[int, int], list[tuple[float, float]]] = {}
        for group in groups:
            key = group.settings["hidden"][0], group.settings["batch_size"]
            lines.setdefault(key, []).append((group.settings[varied], group.quartiles("mean_squared_difference")[1]))
        for (units, size), line in lines.items():
            color = f"C{result.config.outputs.index(units)}"
            label = f"{units} units, batch {size}"
            ax.loglog(*zip(*line, strict=True), linestyle=styles[size], color=color, label=label)
        ax.set(xlabel=LABELS[varied])
    axes[0].set(ylabel="median " + LABELS["mean_squared_difference"])
    plotting.legend_below(axes[1], ncols=5, fontsize="small")
    figure.suptitle("Do the best settings move?", x=0.02, ha="left")
    return figure


def _draw_near_zero(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(9, 4))
    for row, group in enumerate(result.near_zero):
        for name, color, label in (("centre", "C0", "|x| < 0.5"), ("tail", "C1", "|x| > 3")):
            errors = study.metric(group.rows, name)
            ax.plot(errors, np.full(len(errors), row), "o", color=color, alpha=0.5, label=None if row else label)
    ax.set_yticks(range(len(result.near_zero)), [METHODS[group.settings["way"]] for group in result.near_zero])
    ax.set(xscale="log", xlabel="largest error", title="How to fit near zero")
    ax.invert_yaxis()
    figure.legend(loc="outside upper right", ncols=2)  # in the middle, its dots are taken for data
    return figure
