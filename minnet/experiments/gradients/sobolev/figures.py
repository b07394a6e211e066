"""The table of the experiment `sobolev`, and its figures: loss curves, fits up to 20, and pairs of errors."""

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from minnet import plotting
from minnet.experiments.gradients.sobolev.result import (
    AS_PUBLISHED,
    CURVE_END,
    CURVE_POINTS,
    LONGER_STEPS,
    MEASURES,
    PUBLISHED,
    Result,
    measured_epochs,
)
from minnet.experiments.gradients.waves import FUNCTIONS, HIGH, LEARNT_FROM, LOW, wave
from minnet.experiments.parts import Beside
from minnet.presentation import Drawing
from minnet.tables import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLORS = ("C0", "C1", "C2")  # by order of the derivatives learnt from
DASHES = ("-", "--", ":")
MARKERS = ("", "o", "^")
MEASURED = {"value": "error of the values", "loss": "loss"}


def table(result: Result) -> Table:
    """Errors with and without derivatives, and whether they differ by more than chance."""
    rows = tuple(
        (
            pair.function, pair.optimizer + ("" if pair.against == pair.optimizer else f" (values: {pair.against})"),
            "+".join(("first", "second")[: pair.order]), MEASURES[pair.measure],
            f"{np.sqrt(pair.without):.1e}", f"{np.sqrt(pair.given):.1e}", f"{pair.ratio**0.5:.2g}",
            f"{pair.smaller_in} of {pair.seeds}", f"{pair.p:.2g}",
        )
        for pair in result.pairs()
    )  # fmt: skip
    headers = ("function", "optimizer", "derivatives", "root mean square error of", "without", "with", "ratio")
    return Table((*headers, "smaller in", "p (Wilcoxon)"), rows)


def beside(result: Result) -> list[Beside]:
    """What the document reads from its curves: with slopes, the error of the values and the loss are smaller."""
    claims, rows = PUBLISHED["smaller with slopes"], []
    for function in FUNCTIONS:
        runs = [(function, AS_PUBLISHED, order) for order in (0, 1)]
        for measure, errors in (("value", partial(result.metric, name="value")), ("loss", result.losses)):
            found = "-"
            if all(run in result.rows for run in runs):
                without, given = (errors(*run)[:, -1] for run in runs)
                found = f"{(given < without).sum()} of {len(given)}"
            quantity = f"runs with a smaller {MEASURED[measure]} with slopes, {function}, SGD, E14.X01"
            rows.append(Beside(quantity, f"{int(claims[measure])} of 1", found))
    return rows


def figures(result: Result) -> list[Drawing]:
    """The document's loss curves with those of the same quantity beside them, its fits up to 20, and all pairs."""
    drawings = []
    for optimizer in dict.fromkeys(result.config.optimizers):
        curves = (
            f"{optimizer}. Left, as in the document: what each network minimises, which is another quantity for each. "
            "Right: the same quantity for all, the error of the values alone. Lines are medians over the seeds, bands "
            "reach from the best to the worst."
        )
        fits = (
            f"{optimizer}. As in the document: the fits up to x = 20, twice as far as the samples reach (grey). Thick: "
            "the first seed; thin: the others."
        )
        name = optimizer.lower()
        drawings += [
            Drawing(f"curves-{name}", curves, _draw_curves(result, optimizer)),
            Drawing(f"extrapolation-{name}", fits, _draw_fits(result, optimizer)),
        ]
    pairs = (
        "Every seed a mark: root mean square errors in the end, with derivatives against without, from the same first "
        "weights. Below the line, derivatives have helped."
    )
    return [*drawings, Drawing("pairs", pairs, _draw_pairs(result))]


def _draw_curves(result: Result, optimizer: str) -> "Figure":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(2, 2, figsize=(9.5, 6.4), sharex=True)
    epochs = measured_epochs(result.config.epochs)
    for function, (left, right) in zip(FUNCTIONS, axes, strict=True):
        for k in result.config.orders:
            _band(left, epochs, result.losses(function, optimizer, k), k)
            _band(right, epochs, result.metric(function, optimizer, k, "value"), k)
        if optimizer == AS_PUBLISHED:
            rival = np.median(result.metric(function, LONGER_STEPS, 0, "value"), axis=0)
            right.semilogy(epochs, rival, "-.", color="black", linewidth=1, label=f"values alone, {LONGER_STEPS}")
        left.set(title=f"{function}: what is minimised", ylabel="loss")
        right.set(title=f"{function}: the same for all", ylabel="mean squared error of values")
    for ax in axes[1]:
        ax.set_xlabel("epoch")
    plotting.legend_below(axes[0, 1], ncols=4, fontsize="small")
    return figure


def _band(ax: "Axes", epochs: Any, curves: Any, order: int) -> None:
    ax.fill_between(epochs, curves.min(axis=0), curves.max(axis=0), color=COLORS[order], alpha=0.2, linewidth=0)
    ax.semilogy(epochs, np.median(curves, axis=0), DASHES[order], color=COLORS[order], label=LEARNT_FROM[order])


def _draw_fits(result: Result, optimizer: str) -> "Figure":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(2, 1, figsize=(8.5, 6.4), sharex=True)
    x = np.linspace(LOW, CURVE_END, CURVE_POINTS)
    for function, ax in zip(FUNCTIONS, axes, strict=True):
        ax.axvspan(LOW, HIGH, color="0.93")
        truth = wave(function, x, 0).value[:, 0]
        ax.plot(x, truth, color="black", linewidth=1, label=function)
        for k in result.config.orders:
            first, *others = result.metric(function, optimizer, k, "curve")
            for other in others:
                ax.plot(x, other, color=COLORS[k], linewidth=0.5, alpha=0.5)
            ax.plot(x, first, DASHES[k], color=COLORS[k], label=LEARNT_FROM[k])
        height = np.ptp(truth)
        ax.set(ylabel="f(x)", ylim=(truth.min() - height, truth.max() + height), title=function)
    axes[1].set_xlabel("x")
    handles, labels = axes[1].get_legend_handles_labels()
    figure.legend(handles, ["function", *labels[1:]], loc="outside lower center", ncols=4, fontsize="small")
    return figure


def _draw_pairs(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(2, 2, figsize=(9.5, 9.5))
    for (measure, title), ax in zip(MEASURES.items(), axes.flat, strict=True):
        pairs = [kind for kind in result.rows if kind[-1] > 0]
        colors = {kind[:2]: f"C{number}" for number, kind in enumerate(dict.fromkeys(pair[:2] for pair in pairs))}
        for function, optimizer, k in pairs:
            without, given = (np.sqrt(result.final(function, optimizer, order, measure)) for order in (0, k))
            label = f"{function}, {optimizer}, + {'first' if k == 1 else 'first, second'}"
            ax.loglog(without, given, MARKERS[k], color=colors[function, optimizer], alpha=0.7, label=label)
        low, high = min(ax.get_xlim()[0], ax.get_ylim()[0]), max(ax.get_xlim()[1], ax.get_ylim()[1])
        ax.plot([low, high], [low, high], color="black", linewidth=1)
        ax.set(xlim=(low, high), ylim=(low, high), title=title)
        ax.set(xlabel="rms error, values only", ylabel="rms error, with derivatives")
    plotting.legend_below(axes[0, 0], ncols=3, fontsize="small")
    return figure
