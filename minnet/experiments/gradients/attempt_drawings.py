"""Figures of the three attempts at choosing points."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from minnet.experiments.gradients.attempts import SIDE
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Function = Callable[[Array], Array]


def _surface(values: Any) -> Array:
    return np.reshape(values, (SIDE, SIDE))


def draw_scatter(metrics: dict[str, Any], truth: Function) -> "Figure":
    """The first attempt's five pictures: points over the surface, loss, predicted, true and difference."""
    import matplotlib.pyplot as plt

    rng = np.random.default_rng(0)  # of the points to draw at; the document takes random ones
    cells = rng.integers(SIDE, size=(1000, 2))
    x, y = cells.T / (SIDE - 1)
    predicted = _surface(metrics["surface"])[tuple(cells.T)]
    true = truth(np.column_stack([x, y]))
    start = rng.random((500, 2))
    figure = plt.figure(figsize=(11, 6.5))
    panels = (
        (1, "f(x, y) at 500 points", *start.T, truth(start)),
        (4, "predicted", x, y, predicted),
        (5, "true", x, y, true),
        (6, "true - predicted", x, y, true - predicted),
    )
    for place, title, first, second, height in panels:
        ax = figure.add_subplot(2, 3, place, projection="3d")
        ax.scatter(first, second, height, c=height, s=5)
        ax.set(title=title, xlabel="x", ylabel="y")
    ax = figure.add_subplot(2, 3, (2, 3))
    ax.semilogy(np.array(metrics["epoch"]), metrics["loss"])
    ax.set(title="mean loss of every round", xlabel="epoch", ylabel="mean squared error")
    return figure


def draw_surfaces(surface: Any, points: Any, truth: Function) -> "Figure":
    """True, predicted, and true minus predicted, with the points that were trained on."""
    import matplotlib.pyplot as plt

    along = np.linspace(0, 1, SIDE)
    grid = np.stack(np.meshgrid(along, along, indexing="ij"), axis=-1).reshape(-1, 2)
    true, predicted = _surface(truth(grid)), _surface(surface)
    x, y = np.reshape(points, (-1, 2)).T
    figure, axes = plt.subplots(1, 3, figsize=(13, 4.2), sharex=True, sharey=True)
    largest = np.abs(true - predicted).max()
    heights = np.linspace(0, 10.5, 22)
    for ax, title, values, levels, colours in (
        (axes[0], "true", true, heights, "cividis"),
        (axes[1], "predicted", predicted, heights, "cividis"),
        (axes[2], "true - predicted", true - predicted, np.linspace(-largest, largest, 21), "PuOr"),
    ):
        filled = ax.contourf(along, along, values.T, levels=levels, cmap=colours, extend="both")
        ax.figure.colorbar(filled, ax=ax)
        ax.set(title=title, xlabel="x", aspect="equal")
        ax.grid(False)
    for ax in axes[:2]:
        ax.plot(x, y, ".", color="C1", markersize=2.5)
    axes[0].set(ylabel="y", title=f"true, and {len(x):,} points")
    return figure


def draw_curves(runs: dict[int, dict[str, Any]], first: tuple[int, ...], published: dict[str, Any]) -> "Figure":
    """Loss, error on the grid and change of the model over epochs, one panel per attempt."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(13, 4.2), sharey=True)
    for ax, (number, metrics) in zip(axes, runs.items(), strict=True):
        epoch = np.array(metrics["epoch"])
        ax.semilogy(epoch, metrics["loss"], color="0.7", label="loss (mean squared error)", linewidth=1)
        ax.semilogy(epoch, metrics["change"], color="C1", label="mean change of the model", linewidth=1)
        ax.semilogy(epoch, metrics["error"], color="C0", label="mean error on the grid")
        if first[number - 1]:
            ax.axvline(first[number - 1], color="black", linewidth=0.8)
        ax.set(title=f"attempt {number}", xlabel="epoch")
    axes[2].axhline(published["third_attempt"], color="black", linestyle=":", label='published "error"')
    axes[0].set(ylabel="loss, change, error")
    axes[2].legend(frameon=True)
    return figure
