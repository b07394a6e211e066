"""The table of the experiment `active-attempts`, and its figures: surfaces, points, and curves of change and error."""

from typing import TYPE_CHECKING, Any

import numpy as np

from minnet import datasets, plotting
from minnet.experiments.gradients.active_attempts.result import PUBLISHED, SIDE, Result
from minnet.experiments.gradients.unit_square import HIGHEST, square
from minnet.experiments.parts import Beside
from minnet.presentation import Drawing
from minnet.tables import Table
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def table(result: Result) -> Table:
    """What each attempt plots as its error, and what its error is; medians over the seeds."""
    rows = []
    for record in result.metrics():
        name = f"attempt {record['attempt']}"
        counts = f"{record['trained_on']:,}", f"{record['evaluated']:,}"
        errors = (f"{record[key]:.2g}" for key in ("mean_change", "mean_error", "best_mean_error"))
        rows.append((name, *counts, *errors))
    rows.append(("published, of the third", "-", "-", f"{PUBLISHED['third_attempt']:.2g}", "-", "-"))
    headers = ("", "trained on", "evaluated", "last change of the model", "mean error", "the least on the way")
    return Table(headers, tuple(rows))


def beside(result: Result) -> list[Beside]:
    """The third attempt's error, which is how much its model changed, and its true one; and the document's aim."""
    records = {record["attempt"]: record for record in result.metrics()}
    published = f"{PUBLISHED['third_attempt']}"
    least = min(record["mean_error"] for record in records.values())
    return [
        Beside("mean error of attempt 3, by its own measure, E14.X06", published, f"{records[3]['mean_change']:.2g}"),
        Beside("mean error of attempt 3, on a grid, E14.X06", published, f"{records[3]['mean_error']:.2g}"),
        Beside("mean error aimed at; least of the three, E14.X06", f"{PUBLISHED['target']:.0e}", f"{least:.2g}"),
    ]


def figures(result: Result) -> list[Drawing]:
    """The document's figures, of the first seed."""
    first, second, third = (result.runs[number][0].metrics for number in (1, 2, 3))
    before, after, last = second["first_surface"], second["surface"], third["surface"]
    true = datasets.kinked_ridge(square(SIDE))
    largest = np.ceil(np.abs([true - np.ravel(surface) for surface in (before, after, last)]).max())
    return [
        Drawing(
            "attempt-1",
            "First attempt: the function at 500 random points, the mean loss of every round, and at 1 000 others "
            "what the network predicts, what is true, and the difference.",
            _draw_scatter(first),
        ),
        Drawing(
            "attempt-2-first",
            "Second attempt, before the first point is exchanged: the points, the prediction, and its error.",
            _draw_surfaces(before, second["first_points"], largest),
        ),
        Drawing(
            "attempt-2",
            "Second attempt, at the end: the points, the prediction, and its error.",
            _draw_surfaces(after, second["points"], largest),
        ),
        Drawing(
            "attempt-3",
            "Third attempt, at the end: the points (at most the last thousand), the prediction, and its error.",
            _draw_surfaces(last, third["points"], largest),
        ),
        Drawing(
            "change-and-error",
            "Loss, error, and the change of the model that stands in for the error, over epochs, for all three. "
            "Vertical line: the first round.",
            _draw_curves(result),
        ),
    ]


def _surface(values: Any) -> Array:
    return np.reshape(values, (SIDE, SIDE))


def _draw_scatter(metrics: dict[str, Any]) -> "Figure":
    """The first attempt's five pictures: points over the surface, loss, predicted, true and difference."""
    import matplotlib.pyplot as plt
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    rng = np.random.default_rng(0)  # of the points to draw at; the document takes random ones
    cells = rng.integers(SIDE, size=(1000, 2))
    x, y = cells.T / (SIDE - 1)
    predicted = _surface(metrics["surface"])[tuple(cells.T)]
    true = datasets.kinked_ridge(np.column_stack([x, y]))
    start = rng.random((500, 2))
    layout = ConstrainedLayoutEngine(w_pad=0.2)  # the labels upwards need more room than Matplotlib gives them
    figure = plt.figure(figsize=(12, 8), layout=layout)
    panels = (
        (1, "at 500 points", *start.T, datasets.kinked_ridge(start)),
        (4, "predicted", x, y, predicted),
        (5, "true", x, y, true),
        (6, "true - predicted", x, y, true - predicted),
    )
    for place, title, first, second, height in panels:
        ax = figure.add_subplot(2, 3, place, projection="3d")
        heights = {"cmap": "cividis", "vmin": 0, "vmax": HIGHEST}
        signed = {"cmap": "PuOr", "vmin": -np.abs(true - predicted).max(), "vmax": np.abs(true - predicted).max()}
        ax.scatter(first, second, height, c=height, s=5, **(signed if place == 6 else heights))
        ax.set(title=title, xlabel="x", ylabel="y", zlabel="difference" if place == 6 else "f(x, y)")
        if place < 6:
            ax.set_zlim(min(0, predicted.min()), max(HIGHEST, predicted.max()))
        ax.zaxis.labelpad = 8 if place == 6 else 4  # its numbers have signs
        ax.set_box_aspect(None, zoom=0.8)
    ax = figure.add_subplot(2, 3, (2, 3))
    ax.semilogy(np.array(metrics["epoch"]), metrics["loss"])
    ax.set(title="mean loss of every round", xlabel="epoch", ylabel="mean squared error")
    plotting.whole_numbers(ax.xaxis)
    return figure


def _draw_surfaces(surface: Any, points: Any, largest: float) -> "Figure":
    """True, predicted, and their difference (on a scale up to the largest of all), with the points trained on."""
    import matplotlib.pyplot as plt

    along = np.linspace(0, 1, SIDE)
    true, predicted = _surface(datasets.kinked_ridge(square(SIDE))), _surface(surface)
    x, y = np.reshape(points, (-1, 2)).T
    figure, axes = plt.subplots(1, 3, figsize=(13, 4.2), sharex=True, sharey=True)
    heights = np.linspace(0, HIGHEST, 22)
    for ax, title, values, levels, colours in (
        (axes[0], "true", true, heights, "cividis"),
        (axes[1], "predicted", predicted, heights, "cividis"),
        (axes[2], "true - predicted", true - predicted, np.linspace(-largest, largest, 21), "PuOr"),
    ):
        filled = ax.contourf(along, along, values.T, levels=levels, cmap=colours, extend="both")
        if ax is axes[1]:
            figure.colorbar(filled, ax=axes[:2], label="f(x, y)", ticks=np.arange(0, HIGHEST, 2))
        elif ax is axes[2]:
            figure.colorbar(filled, ax=ax, label="difference", ticks=np.linspace(-largest, largest, 5))
        ax.set(title=title, xlabel="x", aspect="equal")
        ax.grid(False)
    for ax in axes[:2]:
        ax.plot(x, y, ".", color="C1", markersize=2.5)
    axes[0].set(ylabel="y", title=f"true, and {len(x):,} points")
    return figure


def _draw_curves(result: Result) -> "Figure":
    """Loss, error on the grid and change of the model over epochs, one panel per attempt."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(13, 4.2), sharey=True)
    for ax, (number, rows), first in zip(axes, result.runs.items(), result.config.first, strict=True):
        metrics = rows[0].metrics
        epoch = np.array(metrics["epoch"])
        ax.semilogy(epoch, metrics["loss"], color="0.7", label="loss (mean squared error)", linewidth=1)
        ax.semilogy(epoch, metrics["change"], color="C1", label="mean change of the model", linewidth=1)
        ax.semilogy(epoch, metrics["error"], color="C0", label="mean error on the grid")
        if first:
            ax.axvline(first, color="black", linewidth=0.8)
        ax.set(title=f"attempt {number}", xlabel="epoch")
        plotting.whole_numbers(ax.xaxis)
    axes[2].axhline(PUBLISHED["third_attempt"], color="black", linestyle=":", label='published "error"')
    axes[0].set(ylabel="loss, change, error")
    plotting.legend_below(axes[2])
    return figure
