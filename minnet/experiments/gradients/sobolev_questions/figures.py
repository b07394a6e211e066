"""The table of the experiment `sobolev-questions`, and its figures: few points, wrong slopes, and missing ones."""

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from minnet import plotting
from minnet.experiments.gradients.sobolev_questions.result import PUBLISHED, Result
from minnet.experiments.gradients.waves import FUNCTIONS, LEARNT_FROM
from minnet.experiments.parts import Beside
from minnet.presentation import Drawing
from minnet.tables import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

VISIBLE = 0.01  # largest error of a curve of height 1 to 3 that cannot be seen


def table(result: Result) -> Table:
    """Medians and worst of the largest errors, for both functions."""
    few, rows = result.config.few, []

    def add(data: str, question: str, name: str, **settings: Any) -> None:
        results = [result.errors(question, name, function=function, **settings) for function in FUNCTIONS]
        for index, value in enumerate(results[0][0]):
            cells = (f"{summary(errors[index]):.1e}" for _, errors in results for summary in (np.median, np.max))
            rows.append((data.format(value), *cells))

    add("{} points, values", "many", "points")
    for order, kind in enumerate(LEARNT_FROM):
        add(f"{{}} points, {kind}", "points", "points", order=order)
    for width, noise in product(result.config.noise_widths, sorted(result.config.noises)):
        rows += _noise_rows(result, width, noise)
    add(f"{few} points, {{}} slopes", "slopes", "slopes")
    add(f"{few} slopes, values at {{}}", "values", "values")
    headers = (f"{function}: {name}" for function in FUNCTIONS for name in ("largest error, median", "worst seed"))
    return Table(("data", *headers), tuple(rows))


def _noise_rows(result: Result, width: int, noise: float) -> list[tuple[str, ...]]:
    """Without slopes and with the weight 1, where these were tried; and with the best weight, which is shown."""
    results = [result.errors("noise", "weight", function=function, width=width, noise=noise) for function in FUNCTIONS]
    data = f"{result.config.few} points, {width} units, slopes off by {noise:g}, "
    rows, weights = [], results[0][0]
    for weight in (0.0, 1.0):
        if weight in weights:
            index = list(weights).index(weight)
            cells = (f"{summary(errors[index]):.1e}" for _, errors in results for summary in (np.median, np.max))
            rows.append((data + f"weight {weight:g}", *cells))
    best = [int(np.median(errors, axis=1).argmin()) for _, errors in results]
    cells = (
        f"{summary(errors[index]):.1e} ({weights[index]:g})"
        for index, (_, errors) in zip(best, results, strict=True)
        for summary in (np.median, np.max)
    )
    return [*rows, (data + "best (weight)", *cells)]


def beside(result: Result) -> list[Beside]:
    """The document's number of points with slopes, and how few leave an error that its figures would not show."""
    rows = []
    for function in FUNCTIONS:
        points, errors = result.errors("points", "points", function=function, order=1)
        enough = points[np.median(errors, axis=1) < VISIBLE]
        quantity = f"points with slopes for an error below {VISIBLE:g}, {function}, E14.X01"
        rows.append(Beside(quantity, f"{PUBLISHED['points']}", f"{enough.min()}" if len(enough) else "-"))
    return rows


def figures(result: Result) -> list[Drawing]:
    """Error against numbers of points and of data; against the weight, by noise; against what is missing."""
    points = (
        "Largest error of the fit. Above, against the number of points: with derivatives, fewer are needed. Below, the "
        "same against the number of numbers given, where a point with its slope counts twice, with its second "
        "derivative three times. Dots are seeds, lines medians."
    )
    noise = (
        f"Slopes with errors, at {result.config.few} points with exact values: medians against the weight of the "
        "slopes. The broken line is the fit without slopes. A unit has three parameters: where there are fewer than "
        "values, a small weight makes wrong slopes harmless; where there are more, it does not."
    )
    missing = (
        f"Values at all of {result.config.few} points and slopes at some, drawn at random; and the other way round. "
        "Dots are seeds, lines medians."
    )
    return [
        Drawing("points", points, _draw_points(result)),
        Drawing("noise", noise, _draw_noise(result)),
        Drawing("missing", missing, _draw_missing(result)),
    ]


def _draw_points(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(2, 2, figsize=(9.5, 7), sharey=True)
    for row, (column, function) in product((0, 1), enumerate(FUNCTIONS)):
        ax = axes[row, column]
        for k, label in enumerate(LEARNT_FROM):
            points, errors = result.errors("points", "points", function=function, order=k)
            numbers = points * (k + 1) if row else points
            plotting.plot_spread(numbers, errors, ax, label=label, color=f"C{k}")
            plotting.mark_apart(ax.lines[-1], k)
        ax.set(xscale="log", yscale="log", xlabel="numbers given" if row else "points", title=function)
    for ax in axes[:, 0]:
        ax.set_ylabel("largest error")
    plotting.legend_below(axes[0, 0])
    return figure


def _draw_noise(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    widths = result.config.noise_widths
    figure, axes = plt.subplots(
        len(widths), 2, figsize=(9.5, 1 + 3.2 * len(widths)), sharex=True, sharey=True, squeeze=False
    )
    for ax, (width, function) in zip(axes.flat, product(widths, FUNCTIONS), strict=True):
        for number, noise in enumerate(sorted(result.config.noises)):
            weights, errors = result.errors("noise", "weight", function=function, width=width, noise=noise)
            medians, shown = np.median(errors, axis=1), weights > 0
            label = f"{noise:g}" if noise else "exact"
            ax.loglog(weights[shown], medians[shown], "osv^DPX"[number % 7] + "-", markersize=4, label=label)
            if not shown.all() and number == 0:
                ax.axhline(medians[0], color="black", linestyle="--", linewidth=1)
        ax.set_title(f"{function}, {width} units")
    for ax in axes[-1]:
        ax.set_xlabel("weight of the slopes")
    for ax in axes[:, 0]:
        ax.set_ylabel("largest error (median)")
    axes[0, 1].legend(title="noise of slopes", loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


def _draw_missing(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(9.5, 4.6), sharey=True)
    for function, ax in zip(FUNCTIONS, axes, strict=True):
        for number, name in enumerate(("slopes", "values")):
            label = ("all values, some slopes", "all slopes, some values")[number]
            plotting.plot_spread(*result.errors(name, name, function=function), ax, label=label, color=f"C{number}")
        plotting.whole_numbers(ax.xaxis)
        ax.set(yscale="log", xlabel=f"given at so many of {result.config.few} points", title=function)
    axes[0].set_ylabel("largest error")
    plotting.legend_below(axes[0])
    return figure
