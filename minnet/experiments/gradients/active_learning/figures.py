"""The table of the experiment `active-learning`, and its figures: errors, points, and the learners' own estimates."""

from typing import TYPE_CHECKING

import numpy as np

from minnet import datasets, plotting, study
from minnet.experiments.gradients.active_learning.result import PUBLISHED, Result
from minnet.experiments.gradients.unit_square import HIGHEST, square
from minnet.experiments.parts import Beside
from minnet.presentation import Drawing
from minnet.tables import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = {"Disagreement": "C0", "ModelChange": "C1", "Residual": "C2", "SpaceFilling": "C3"}
LINES = {"kink": "-", "tanh": "--"}


def table(result: Result) -> Table:
    """Errors against evaluations of every model and strategy; medians over the runs."""
    rows = []
    for (model, strategy), runs in result.runs.items():
        errors, estimates = study.metric(runs, "error"), study.metric(runs, "estimate")
        sizes = study.metric(runs, "evaluations")[0].astype(int)
        for column in sorted({len(sizes) // 2, len(sizes) - 1}) if model == "kink" else range(len(sizes)):
            cells = (np.median(errors[:, column]), errors[:, column].max(), np.median(estimates[:, column]))
            rows.append((f"{model}, {strategy}", f"{sizes[column]:,}", str(len(runs)), *(f"{c:.1e}" for c in cells)))
    for name, (sizes, errors) in result.triangles.items():
        for n, error in zip(sizes, errors, strict=True):
            rows.append((f"triangles, {name}", f"{n:,}", "1", f"{error:.1e}", "-", "-"))
    for number, row in result.attempts.items():
        evaluations, error, change = (row.metrics[name][-1] for name in ("distinct", "error", "change"))
        rows.append(
            (f"attempt {number}", f"{int(evaluations):,}", "1", f"{error:.1e}", "-", f"{change:.1e} (its change)")
        )
    rows.append(("the document's target", "-", "-", f"{PUBLISHED['target']:.0e}", "-", "-"))
    return Table(("model, strategy", "evaluations", "runs", "mean error", "worst run", "own estimate"), tuple(rows))


def beside(result: Result) -> list[Beside]:
    """The document's aim and its best error, and what each model has at the end, by the first strategy."""
    strategy, rows = result.config.strategies[0], []
    models = (("kink", "with a kink", "aimed at", "target"), ("tanh", "plain", "of attempt 3", "third_attempt"))
    for model, name, what, key in models:
        evaluations = int(result.final(model, strategy, "evaluations")[0])
        quantity = f"mean error {what}; network {name}, {evaluations:,} evaluations, E14.X06"
        found = f"{np.median(result.final(model, strategy)):.1e}"
        rows.append(Beside(quantity, f"{PUBLISHED[key]:g}", found))
    return rows


def figures(result: Result) -> list[Drawing]:
    """Errors over evaluations, where the points are, and whether estimates can be trusted."""
    errors = (
        "Mean absolute error on a 200 x 200 grid against the number of evaluations: medians over the runs, worst and "
        "best as a band."
    )
    points = (
        "The points of the first strategy over the surface, those of the Sobol sequence in white and those it chose in "
        "orange, and the error that is left (logarithm of its absolute value). The first run."
    )
    trust = "The learner's estimate of its mean error against the error itself; above the line it is on the safe side."
    return [
        Drawing("race", errors, _draw_errors(result)),
        Drawing("look", points, _draw_points(result)),
        Drawing("estimates", trust, _draw_estimates(result)),
    ]


def _draw_errors(result: Result) -> "Figure":
    """Error over evaluations of every model and strategy, of interpolation, and of the three attempts."""
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(8.5, 5.2))
    for (model, strategy), rows in result.runs.items():
        n, errors = study.metric(rows, "evaluations")[0], study.metric(rows, "error")
        colour = COLOURS[strategy]
        ax.plot(n, np.median(errors, axis=0), LINES[model], color=colour, label=f"{model}, {strategy}", marker=".")
        if len(errors) > 1:
            ax.fill_between(n, errors.min(axis=0), errors.max(axis=0), color=colour, alpha=0.15, linewidth=0)
    for (name, (n, errors)), marker in zip(result.triangles.items(), ("s", "^"), strict=True):
        ax.plot(n, errors, ":", marker=marker, color="0.4", markersize=4, label=f"triangles, {name}")
    for (number, row), marker in zip(result.attempts.items(), "*PX", strict=False):  # they may lie side by side
        place = row.metrics["distinct"][-1], row.metrics["error"][-1]
        ax.plot(*place, marker, color="black", alpha=0.7, markersize=9, label=f"attempt {number}")
    ax.axhline(PUBLISHED["target"], color="black", linestyle=":", linewidth=1, label="aimed at")
    ax.set(xscale="log", yscale="log", xlabel="evaluations", ylabel="mean absolute error on the grid")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _draw_points(result: Result) -> "Figure":
    """The points over the surface, and the logarithm of the error."""
    import matplotlib.pyplot as plt
    from matplotlib.ticker import MaxNLocator

    metrics = result.runs["kink", result.config.strategies[0]][0].metrics
    side = int(np.sqrt(len(metrics["surface"])))
    along = np.linspace(0, 1, side)
    true = datasets.kinked_ridge(square(side)).reshape(side, side)
    error = np.abs(np.reshape(metrics["surface"], (side, side)) - true)
    x, y = np.reshape(metrics["points"], (-1, 2)).T
    first = metrics["evaluations"][0]
    figure, (left, right) = plt.subplots(1, 2, figsize=(10.5, 4.5), sharey=True)
    filled = left.contourf(along, along, true.T, levels=np.linspace(0, HIGHEST, 22))
    figure.colorbar(filled, ax=left, label="f(x, y)", ticks=np.arange(0, HIGHEST, 2))
    left.plot(x[:first], y[:first], "o", markersize=3, color="white", markeredgecolor="black", label=f"first {first}")
    left.plot(x[first:], y[first:], "o", markersize=5, color="C1", markeredgecolor="black", label="chosen")
    plotting.legend_below(left)
    shown = right.contourf(along, along, np.log10(error.T + 1e-12), levels=21)
    figure.colorbar(shown, ax=right, label=r"$\log_{10}$ |error|", ticks=MaxNLocator(6, integer=True))
    left.set(title=f"{len(x)} points", xlabel="x", ylabel="y", aspect="equal")
    right.set(title=f"error left, {error.mean():.1e} on average", xlabel="x", aspect="equal")
    for ax in (left, right):
        ax.grid(False)
    return figure


def _draw_estimates(result: Result) -> "Figure":
    """Estimates over errors, one dot per training."""
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(5.2, 5))
    for (model, strategy), rows in result.runs.items():
        errors, estimates = (study.metric(rows, name).ravel() for name in ("error", "estimate"))
        marker = "o" if model == "kink" else "^"
        ax.loglog(errors, estimates, marker, color=COLOURS[strategy], alpha=0.6, label=f"{model}, {strategy}")
    limits = np.array([min(ax.get_xlim()[0], ax.get_ylim()[0]), max(ax.get_xlim()[1], ax.get_ylim()[1])])
    ax.loglog(limits, limits, color="black", linewidth=1)
    ax.set(xlabel="mean error", ylabel="the learner's estimate of it", title="Can the estimate be trusted?")
    ax.legend(fontsize="small", frameon=True)
    return figure
