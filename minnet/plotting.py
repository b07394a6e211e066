"""Plots: each draws into the axes it is given (or new ones) and returns them. Nothing is shown or saved here.

Draw inside ``with style():`` for minnet's look; no global setting of Matplotlib is touched.
"""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.colors import Colormap
    from matplotlib.lines import Line2D

    from minnet.network import Network
    from minnet.training import History

MARKERS = "os^Dv<>"  # of as many lines as there are colours


def style() -> AbstractContextManager[None]:
    """minnet's style sheet, for the length of a ``with`` block."""
    import matplotlib.style

    return matplotlib.style.context(Path(__file__).with_name("minnet.mplstyle"))


def plot_fit(x: Array, target: Array, prediction: Array, ax: "Axes | None" = None) -> "Axes":
    """A function and its approximation, all (n,), over x."""
    ax = _axes(ax)
    ax.plot(x, target, color="0.6", linewidth=4, label="target")
    ax.plot(x, prediction, label="network")
    ax.set(xlabel="x", ylabel="f(x)")
    ax.legend()
    return ax


def plot_error(x: Array, target: Array, prediction: Array, ax: "Axes | None" = None) -> "Axes":
    """Network minus target, both (n,), over x, on its own scale."""
    ax = _axes(ax)
    ax.axhline(0, color="0.6")
    ax.plot(x, prediction - target, color="C1")
    ax.set(xlabel="x", ylabel="network - target")
    _readable(ax)
    return ax


def plot_history(history: "History", ax: "Axes | None" = None) -> "Axes":
    """Loss (and validation loss) after every epoch, on a logarithmic scale; of a step that measures other numbers,
    all of them, on a linear one."""
    ax = _axes(ax)
    labels = {"loss": "training loss", "val_loss": "validation loss"}
    losses = {label: history.history[name] for name, label in labels.items() if history.history.get(name)}
    curves = losses or {name.replace("_", " "): values for name, values in history.history.items()}
    for label, values in curves.items():
        ax.plot(np.arange(1, len(values) + 1), values, label=label)
    ax.set(xlabel="epoch", ylabel="loss" if losses else "measured", yscale="log" if losses else "linear")
    whole_numbers(ax.xaxis)
    _readable(ax)
    if curves:
        ax.legend()
    return ax


def plot_spread(x: Array, samples: Array, ax: "Axes | None" = None, label: str = "median", color: str = "C0") -> "Axes":
    """Samples (n, runs) over x (n,): each a dot, their median a line, and a band between the quartiles."""
    ax = _axes(ax)
    lower, median, upper = np.quantile(samples, [0.25, 0.5, 0.75], axis=1)
    ax.plot(x, samples, ".", color=color, alpha=0.3, markersize=4)
    ax.fill_between(x, lower, upper, color=color, alpha=0.2, linewidth=0)
    ax.plot(x, median, color=color, label=label)
    return ax


def plot_decision_boundary(net: "Network", x: Array, labels: Array, ax: "Axes | None" = None) -> "Axes":
    """Samples x (n, 2) of two classes (labels 0 and 1) over the probability the network gives to class 1.

    The network's one output is a score (logit); the line is where it is 0.
    """
    ax = _axes(ax)
    margin = 0.1 * np.ptp(x, axis=0)
    low, high = x.min(axis=0) - margin, x.max(axis=0) + margin
    first, second = np.meshgrid(*(np.linspace(low[i], high[i], 200) for i in range(2)))
    score = net(np.column_stack([first.ravel(), second.ravel()])).reshape(first.shape)
    probability = 0.5 * (1 + np.tanh(0.5 * score))
    filled = ax.contourf(first, second, probability, levels=np.linspace(0, 1, 11), cmap=between_classes())
    if score.min() < 0 < score.max():
        ax.contour(first, second, score, levels=[0.0], colors="k")
    for label, (marker, colour) in enumerate((("o", "C0"), ("^", "C1"))):
        members = np.asarray(labels).ravel() == label
        ax.scatter(
            x[members, 0],
            x[members, 1],
            s=14,
            marker=marker,
            color=colour,
            edgecolor="w",
            linewidth=0.3,
            label=f"class {label}",
        )
    ax.figure.colorbar(filled, ax=ax, label="probability of class 1")
    ax.set(xlabel="$x_0$", ylabel="$x_1$")
    ax.grid(False)
    ax.legend(loc="upper right", frameon=True)
    return ax


def whole_numbers(*axes: "Axis") -> None:
    """Ticks at whole numbers only, where something is counted."""
    from minnet import ticks

    for axis in axes:
        ticks.whole_numbers(axis)


def mark_apart(line: "Line2D", number: int) -> None:
    """Markers along a line that others may hide or coincide with: those of each number stand at other places."""
    seen = np.isfinite(np.asarray(line.get_xydata(), float)).all(axis=1).any()
    places = (0.025 * number, 0.17) if seen else None  # as fractions of the panel's diagonal
    line.set(marker=MARKERS[number % len(MARKERS)], markersize=4, markevery=places)


def legend_below(ax: "Axes", ncols: int = 6, **style: Any) -> None:
    """What is labelled in a panel, as a legend below its whole figure, in as many columns as fit."""
    figure = ax.figure
    handles, labels = ax.get_legend_handles_labels()
    for columns in range(min(ncols, len(labels)), 0, -1):
        legend = figure.legend(handles, labels, loc="outside lower center", ncols=columns, **style)
        if columns == 1 or legend.get_window_extent().width < 0.97 * figure.bbox.width:
            return
        legend.remove()


def between_classes() -> "Colormap":
    """Pale versions of the two classes' colours, white where the network cannot tell."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("classes", ["#7FB8D8", "#FFFFFF", "#EAAE7F"])


def _readable(ax: "Axes") -> None:
    from minnet.ticks import readable_ticks

    readable_ticks(ax)


def _axes(ax: Any) -> "Axes":
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots()[1]
