"""A step of training as a picture: how large everything is, layer by layer."""

from typing import TYPE_CHECKING

import numpy as np

from minnet.tracing.arrays import KINDS, TracedArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARKERS = dict(zip(KINDS, (("o", "#0072B2"), ("^", "#D55E00"), ("s", "#009E73"), ("D", "#CC79A7")), strict=True))
LABEL = 30  # letters


def plot_trace(title: str, arrays: list[TracedArray], ax: "Axes | None" = None) -> "Axes":
    """A row for each layer, from the inputs down, and on it the size (root mean square) of outputs and parameters and
    of the loss's gradients by them, each with a line to the largest magnitude; the scale is logarithmic.

    What is 0 stands at the left edge, what is not finite at the right one. All parameters of a layer are one mark.
    """
    layers = list(dict.fromkeys((array.layer, array.owner) for array in arrays))
    rows = {layer: number for number, (layer, _) in enumerate(layers)}
    if ax is None:
        import matplotlib.pyplot as plt

        ax = plt.subplots(figsize=(8, 1.8 + 0.36 * len(layers)))[1]
    marks = _marks(arrays)
    sizes = [number for _, _, size, largest in marks for number in (size, largest) if 0 < number < np.inf]
    low, high = (min(sizes), max(sizes)) if sizes else (1.0, 1.0)
    margin = max((np.log10(high) - np.log10(low)) * 0.06, 0.5)  # in powers of ten, within what a float can be
    edges = 10 ** max(np.log10(low) - margin, -307.0), 10 ** min(np.log10(high) + margin, 307.0)
    said: set[tuple[int | None, str]] = set()
    for kind, (marker, colour) in MARKERS.items():
        offset = (KINDS.index(kind) - 1.5) * 0.16
        for layer, _, size, largest in (mark for mark in marks if mark[1] == kind):
            y = rows[layer] + offset
            if 0 < size < np.inf:
                ax.plot([size, largest], [y, y], color=colour, linewidth=1, alpha=0.6)
                ax.plot(size, y, marker, color=colour, markersize=5)
            else:
                x, words = (edges[0], "0") if size == 0 else (edges[1], "not finite")
                ax.plot(x, y, marker, color=colour, markersize=5, markerfacecolor="none", clip_on=False)
                if (layer, words) not in said:
                    said.add((layer, words))
                    _beside(ax, x, rows[layer], words)
        ax.plot([], [], marker, color=colour, label=kind)
    names = ["input" if layer is None else f"{layer} {owner}" for layer, owner in layers]
    labels = [name if len(name) <= LABEL else f"{name[: LABEL - 3]}..." for name in names]
    ax.set_yticks(range(len(layers)), labels)
    ax.set(
        xscale="log", xlim=edges, ylim=(len(layers) - 0.4, -0.6), xlabel="root mean square, and the largest magnitude"
    )
    ax.set_title(title, fontsize=9, wrap=True)
    ax.grid(axis="y", visible=False)
    below = -0.5 / (0.36 * len(layers) + 0.2)
    ax.legend(loc="upper center", bbox_to_anchor=(0.45, below), ncols=4, frameon=False, fontsize=8, columnspacing=1.2)
    return ax


def _beside(ax: "Axes", x: float, y: float, words: str) -> None:
    """Words at a mark on the left edge ("0") or on the right one."""
    shift, side = (6, "left") if words == "0" else (-6, "right")
    ax.annotate(words, (x, y), (shift, 0), textcoords="offset points", fontsize=7, va="center", ha=side)


def _marks(arrays: list[TracedArray]) -> list[tuple[int | None, str, float, float]]:
    """Layer, kind, root mean square and largest magnitude."""
    groups: dict[tuple[int | None, str], list[TracedArray]] = {}
    for array in arrays:
        groups.setdefault((array.layer, array.kind), []).append(array)
    return [
        (layer, kind, _size(group), max((array.largest for array in group), key=lambda x: (np.isnan(x), x)))
        for (layer, kind), group in groups.items()
    ]


def _size(group: list[TracedArray]) -> float:
    """The root mean square of several arrays together."""
    counts = np.array([len(array.numbers) for array in group])
    sizes = np.array([array.size for array in group])
    with np.errstate(all="ignore"):
        return float(np.linalg.norm(sizes * np.sqrt(counts / counts.sum())))
