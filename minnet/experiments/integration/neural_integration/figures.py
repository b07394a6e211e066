"""The table and the figures: losses, ten integrals, exponents, and how many units it takes."""

from typing import TYPE_CHECKING

import numpy as np

from minnet import plotting
from minnet.experiments.integration.neural_integration.published import (
    HIGHEST,
    INTERVALS,
    PUBLISHED,
    largest_exponent,
    published_bias,
)
from minnet.experiments.integration.neural_integration.result import Result
from minnet.experiments.parts import Beside
from minnet.presentation import Drawing
from minnet.tables import Table, two_digits
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OVERFLOW = 88.72  # ln of the largest float32


def table(result: Result) -> Table:
    """The ten intervals, and the best of the other fits."""
    rows = []
    for i, (low, high) in enumerate(INTERVALS):
        numbers = (
            PUBLISHED["network"][i] - result.exact[i],
            result.as_written[i] - result.exact[i],
            result.finite[i] - result.exact[i],
            result.drift[i],
            result.whole[i] - result.exact[i],
            result.simpson[i] - result.exact[i],
        )
        cells = f"{result.exact[i]:.4f}", *(f"{number:.2g}" for number in numbers), "-", "-"
        rows.append((f"{low} to {high}", *cells))
    worst = result.worst()
    for i, width in enumerate(result.config.widths):
        if np.isnan(worst[i]).all():
            continue
        j = int(np.nanargmin(worst[i]))
        cost = f"{result.config.evaluations[j]}", two_digits(result.times[i, j])
        rows.append((f"{width} units in log scales", *5 * ["-"], f"{worst[i, j]:.1e}", "-", *cost))
    network = "error: published", "ours, as written", "without overflow", "(1 - L) b_2", "without slips"
    headers = ("interval", "exact", *network, "Simpson", "evaluations", "time (s)")
    return Table(headers, tuple(rows))


def beside(result: Result) -> list[Beside]:
    """The network's first two integrals, Simpson's of the same length, and the last error of validation."""
    rows = []
    for name, values, i in (
        ("network", result.as_written, 0),
        ("network", result.as_written, 1),
        ("simpson", result.simpson, 1),
    ):
        low, high = INTERVALS[i]
        quantity = f"integral from {low} to {high} by {name.replace('simpson', 'Simpson')}"
        rows.append(Beside(quantity, f"{PUBLISHED[name][i]}", f"{values[i]:.10g}"))
    quantity = "mean squared error of validation, last epoch"
    return [*rows, Beside(quantity, f"{PUBLISHED['val_loss'][-1]:.4e}", f"{result.val_loss[-1]:.4e}")]


def figures(result: Result) -> list[Drawing]:
    """The losses, the deviations of the ten integrals, where exp overflows, and error against width and samples."""
    x = np.linspace(0, 140, 281)
    exponents = largest_exponent(result.net, x)
    reach = f"{exponents.max():.0f} at x = {x[exponents.argmax()]:.0f}"
    return [
        Drawing("losses", "Mean squared error after each epoch, published and ours.", _draw_losses(result)),
        Drawing(
            "deviations",
            "What is printed minus the exact integral. Crosses at the upper edge: infinite or no number. The line is "
            "what the bias that enters once predicts.",
            _draw_deviations(result),
        ),
        Drawing(
            "exponents",
            f"The largest of the exponents -b - w x that the document's expressions raise e to: {reach}.",
            _draw_exponents(x, exponents),
        ),
        Drawing(
            "widths",
            "Largest error of the ten integrals against the number of units, for several numbers of evaluations.",
            _draw_widths(result),
        ),
    ]


def _draw_losses(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    for name, label, style in (("loss", "training", "o-"), ("val_loss", "validation", "s--")):
        values = getattr(result, name)
        ax.semilogy(np.arange(1, len(values) + 1), values, style, markersize=4, label=f"{label}, ours")
        ax.semilogy(np.arange(1, 11), PUBLISHED[name], style, color="0.6", markersize=4, label=f"{label}, published")
    plotting.whole_numbers(ax.xaxis)
    ax.set(xlabel="epoch", ylabel="mean squared error", title=f"ln x by {result.config.hidden} sigmoids, Adam")
    ax.legend()
    return figure


def _draw_deviations(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(7.5, 5.4))
    position, length = np.arange(len(INTERVALS)), np.diff(INTERVALS)[:, 0]
    shown = (
        ("published", np.array(PUBLISHED["network"]) - result.exact, "s", "0.5"),
        ("ours, as written", result.as_written - result.exact, "o", "C1"),
        ("the same without overflow", result.finite - result.exact, "v", "C3"),
        ("ours, without slips", result.whole - result.exact, "^", "C2"),
        ("Simpson, 100 points", result.simpson - result.exact, "D", "C0"),
    )
    values = np.concatenate([deviation[np.isfinite(deviation)] for _, deviation, *_ in shown])
    top = 10 * np.abs(values).max()
    for (name, deviation, marker, color), shift in zip(shown, (-0.3, -0.15, 0.0, 0.15, 0.3), strict=True):
        finite = np.isfinite(deviation)
        ax.plot(position[finite] + shift, deviation[finite], marker, color=color, label=name, markersize=5)
        lost = position[~finite] + shift
        ax.plot(lost, np.full(len(lost), top), "x", color=color, markersize=6)
    ax.plot([], [], "x", color="0.3", markersize=6, label="infinite, or no number")
    predictions = (
        ("(1 - L) $b_2$, $b_2$ from 5 to 20", (1 - length) * published_bias(), "0.5"),
        ("(1 - L) $b_2$, ours", result.drift, "C3"),
    )
    for label, predicted, color in predictions:
        ax.plot(position, predicted, color=color, linewidth=1, label=label)
    ax.axvspan(6.5, 9.5, color="0.93", zorder=0)
    ax.text(8, -top / 3, "past the samples", ha="center", fontsize="small")
    ax.set_yscale("symlog", linthresh=1e-3)
    ax.set(ylim=(-top, 4 * top), ylabel="integral - exact integral", xlabel="interval", title="Ten integrals of ln x")
    ax.set_xticks(position, [f"{low}\nto {high}" for low, high in INTERVALS], fontsize="small")
    ax.legend(fontsize="small", loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=3)
    return figure


def _draw_exponents(x: Array, exponents: Array) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    ax.plot(x, exponents, label="largest of all units")
    ax.axhline(OVERFLOW, color="C1", linestyle="--", label="float32 overflows: 88.7")
    ax.axvline(HIGHEST, color="0.6", linewidth=1, label="end of the samples")
    ax.set(xlabel="x", ylabel="exponent -b - w x", title="What e is raised to")
    ax.legend()
    return figure


def _draw_widths(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    worst = result.worst()
    for j, (count, marker) in enumerate(zip(result.config.evaluations, "osD^vPX*" * 9, strict=False)):
        ax.semilogy(result.config.widths, worst[:, j], marker=marker, markersize=4, label=f"{count} evaluations")
    ax.axhline(1e-8, color="0.6", linewidth=1, label="nine digits")
    plotting.whole_numbers(ax.xaxis)
    ax.set(xlabel="units, in logarithmic scales", ylabel="largest error of ten integrals", title="How wide?")
    ax.legend()
    return figure
