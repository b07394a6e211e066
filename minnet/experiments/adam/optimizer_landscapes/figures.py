"""The table and the figures: maps of the paths, and how many steps they take."""

from typing import TYPE_CHECKING

import numpy as np

from minnet import plotting
from minnet.experiments.adam.optimizer_landscapes.result import BOWLS, GOALS, STAY, Result
from minnet.numerics.descent.landscapes import LANDSCAPES, Landscape
from minnet.presentation import Drawing
from minnet.tables import Table
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HIGHEST = 1e6  # value that is drawn


def table(result: Result) -> Table:
    """Steps to the goals with the best learning rates; steps off the saddle's ridge."""
    rows: list[tuple[str, ...]] = []
    for best in result.best:
        cells = []
        for steps, rate, excess in zip(best.steps, best.rates, best.excess, strict=True):
            missed = f"not in {result.config.steps} (least {excess:.0e})"
            cells += [missed if steps is None else str(steps), f"{rate:g}"]
        diverged = f"{best.diverged} of {len(result.config.rates)}"
        rows.append((best.landscape, best.optimizer, *cells, diverged, f"({best.end[0]:.2f}, {best.end[1]:.2f})"))
    distances = result.config.distances
    for escape in result.escapes:
        farthest, nearest = (
            "not left" if np.isnan(steps) else f"{steps:.0f}" for steps in (escape.steps[0], escape.steps[-1])
        )
        theory = "" if np.isnan(escape.per_decade) else f"; theory {escape.per_decade:.1f}"
        per_decade = f"{escape.measured(distances):.1f} steps per factor 10{theory}"
        name, h = f"saddle, from {distances[0]:g} and {distances[-1]:g}", f"{result.config.saddle_rate:g}"
        rows.append((name, escape.optimizer, farthest, h, nearest, h, "-", per_decade))
    goals = [text for goal in GOALS for text in (f"steps to {goal:g}", "learning rate")]
    return Table(("landscape", "optimizer", *goals, "diverged", "ends at"), tuple(rows))


def figures(result: Result) -> list[Drawing]:
    """A map of every landscape with the paths on it; values against steps; steps against learning rates; the saddle."""
    drawings = []
    for name in BOWLS:
        landscape = LANDSCAPES[name]
        chosen = [best for best in result.best if best.landscape == landscape.name]
        caption = f"{landscape.name}: six optimizers, each with the learning rate that is soonest within {GOALS[0]:g}."
        paths = {f"{best.optimizer}, h = {best.rates[0]:g}": best.path for best in chosen}
        drawings.append(Drawing(name, caption, _draw_map(landscape, paths)))
    rate = result.config.saddle_rate
    paths = {f"{escape.optimizer}, h = {rate:g}": escape.path for escape in result.escapes}
    beside = result.config.distances[min(1, len(result.config.distances) - 1)]
    saddle = f"The saddle, all optimizers with the same learning rate, from {beside:g} beside the ridge until |y| > 1."
    steps = (
        f"Values above the least against steps, at the maps' learning rates, until {STAY} steps within {GOALS[-1]:g}."
    )
    rates = f"Steps until it stays within {GOALS[0]:g} of the least, by learning rate; missing where it does not."
    leaving = "Steps until |y| > 1 on the saddle, against the first distance from the ridge; theory dashed."
    return [
        *drawings,
        Drawing("saddle", saddle, _draw_map(LANDSCAPES["saddle"], paths)),
        Drawing("values", steps, _draw_values(result)),
        Drawing("learning-rates", rates, _draw_rates(result)),
        Drawing("escape", leaving, _draw_escape(result)),
    ]


def _draw_map(landscape: Landscape, paths: dict[str, Array]) -> "Figure":
    import matplotlib.pyplot as plt
    from matplotlib.colors import LogNorm, SymLogNorm

    figure, ax = plt.subplots(figsize=(8.5, 5.6))
    x, y = np.meshgrid(*(np.linspace(landscape.low[i], landscape.high[i], 300) for i in range(2)))
    values = landscape.value(x, y)
    if landscape.minima:
        levels = np.geomspace(1e-2, values.max(), 13)
        ax.contour(x, y, values - landscape.least, levels=levels, norm=LogNorm(), cmap="cividis", linewidths=0.6)
    else:
        positive = np.geomspace(1e-2, np.abs(values).max(), 8)
        levels, norm = np.concatenate([-positive[::-1], positive]), SymLogNorm(1e-2)
        ax.contour(x, y, values, levels=levels, norm=norm, cmap="cividis", linewidths=0.6)
    diagonal = np.linalg.norm(np.subtract(landscape.high, landscape.low))
    for number, (name, path) in enumerate(paths.items()):
        path = np.where(np.abs(path) < 1e3 * diagonal, path, np.nan)  # what has diverged leaves the map
        length = np.nansum(np.linalg.norm(np.diff(path, axis=0), axis=1))
        _draw_path(ax, path, number, name, restless=bool(length > 10 * diagonal))
    ax.plot(*landscape.start, "o", color="black", fillstyle="none", markersize=9, label="start")
    for number, point in enumerate(landscape.minima):
        ax.plot(*point, "*", color="black", markersize=11, label="_" if number else "minimum")
    ax.set(
        xlabel="x", ylabel="y", title=landscape.name,
        xlim=(landscape.low[0], landscape.high[0]), ylim=(landscape.low[1], landscape.high[1]),
    )  # fmt: skip
    ax.grid(False)
    figure.legend(loc="outside right upper", fontsize="small")
    return figure


def _draw_path(ax: "Axes", path: Array, number: int, name: str, *, restless: bool) -> None:
    """A path, with its marker on a dozen of its points, evenly spread over the logarithm of the steps.

    One that crosses the map again and again is drawn behind the others, which it would hide, thin and pale.
    """
    marked = np.unique(np.geomspace(1, max(1, len(path) - 1), 12).astype(int)).tolist()
    ax.plot(
        *path.T, color=f"C{number}", marker=plotting.MARKERS[number], markersize=4, markevery=marked, label=name,
        linewidth=0.5 if restless else 1.1, alpha=0.3 if restless else 0.85, zorder=1.5 if restless else 2,
    )  # fmt: skip


def _draw_values(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, len(BOWLS), figsize=(13, 4.6), sharey=True)
    for key, ax in zip(BOWLS, axes, strict=True):
        landscape = LANDSCAPES[key]
        for number, best in enumerate(best for best in result.best if best.landscape == landscape.name):
            values = landscape.values(best.path) - landscape.least
            values = np.where(values < HIGHEST, values, np.nan)  # what has diverged leaves the picture
            style = {"color": f"C{number}", "linewidth": 1.1, "label": best.optimizer}
            (line,) = ax.loglog(1 + np.arange(len(values)), values, **style)
            plotting.mark_apart(line, number)
        for goal in GOALS:
            ax.axhline(goal, color="black", linestyle=":", linewidth=1)
        ax.set(xlabel="1 + step", title=landscape.name, ylim=(1e-13, HIGHEST))
    axes[0].set_ylabel("value above the least")
    plotting.legend_below(axes[0], fontsize="small")
    return figure


def _draw_rates(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, len(BOWLS), figsize=(13, 4.6), sharey=True)
    for key, ax in zip(BOWLS, axes, strict=True):
        for number, best in enumerate(best for best in result.best if best.landscape == LANDSCAPES[key].name):
            style = {"color": f"C{number}", "marker": plotting.MARKERS[number], "markersize": 9 - number}
            ax.loglog(result.config.rates, best.by_rate[0], **style, fillstyle="none", label=best.optimizer)
        ax.set(xlabel="learning rate", title=LANDSCAPES[key].name)
    axes[0].set_ylabel(f"steps until it stays within {GOALS[0]:g}")
    plotting.legend_below(axes[0], fontsize="small")
    return figure


def _draw_escape(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(7.5, 4.8))
    distances = np.array(result.config.distances)
    for number, escape in enumerate(result.escapes):
        style = {"color": f"C{number}", "marker": plotting.MARKERS[number], "fillstyle": "none"}
        ax.semilogx(distances, escape.steps, **style, label=escape.optimizer)
        if not np.isnan(escape.per_decade):
            line = escape.steps[0] + escape.per_decade * np.log10(distances[0] / distances)
            ax.semilogx(distances, line, "--", color="black", linewidth=1, label="_" if number else "theory")
    ax.set(xlabel="first distance from the ridge", ylabel="steps until |y| > 1", ylim=(0, None))
    ax.set_title(f"Leaving a saddle, h = {result.config.saddle_rate:g}")
    ax.legend(fontsize="small")
    return figure
