"""A network as a drawing: units in columns, weights as lines between them, their signs and sizes to be seen."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from minnet.layers import Dense
from minnet.network import Network
from minnet.plotting.parts import axes, check_network, styled
from minnet.summary import axes_text
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 16  # units of a layer that are drawn
THICKEST, THINNEST = 3.5, 0.15  # points
POSITIVE, NEGATIVE = "#B2182B", "#2166AC"
WIDE = 5  # columns, from which on names stand alternately higher and lower, or they would overlap
BOX = 0.09  # width of what is drawn as a box, of the distance between columns


@dataclass(frozen=True)
class Column:
    """What samples are after a layer: units one by one, or a box where they have other shapes than features.

    `weights` (i, o) lead here from the column before, if they are those of a dense layer; `names` are layers on the
    way, first to last.
    """

    shape: tuple[int | None, ...]
    names: tuple[str, ...] = ()
    weights: Array | None = None

    @property
    def units(self) -> int:
        """How many are drawn; 0 of a box."""
        return min(MOST, self.shape[0] or 0) if len(self.shape) == 1 else 0

    def heights(self) -> Array:
        """Of the units, from the top, in [0, 1]."""
        return 1 - (np.arange(self.units) + 0.5) / max(1, self.units)

    def reach(self) -> tuple[float, float]:
        """From the lowest of the heights to the highest, or of the box."""
        edge = min(0.45, 0.5 / self.units) if self.units else 0.05
        return edge, 1 - edge

    def title(self) -> str:
        if len(self.shape) != 1:
            return axes_text(self.shape)
        limit = f"{self.units} of " if self.units < (self.shape[0] or 0) else ""
        return f"{limit}{self.shape[0]}"


@styled
def plot_network(net: Network, ax: "Axes | None" = None) -> "Axes":
    """Units as circles, weights of dense layers as lines: red are positive, blue negative, thick the large ones.

    Widths are relative to the largest weight of all, which the legend names. Samples that are no features (images,
    series) are boxes with their shape; between them, and where other layers lead, is a band. Of more than 16 units,
    the first 16 are drawn.

    Parameters
    ----------
    net : Network
    ax : Axes, optional

    Raises
    ------
    SettingError
        It is given something else.

    Examples
    --------
    >>> import minnet as mn
    >>> ax = mn.plotting.plot_network(mn.mlp([2, 40, 1], "tanh", rng=0))
    >>> [text.get_text() for text in ax.texts]
    ['input\\n2', 'Dense\\nTanh\\n16 of 40', 'Dense\\n1']
    """
    check_network(net, "plot_network")
    ax = axes(ax, "plot_network")
    columns = _columns(net)
    weights = [column.weights for column in columns if column.weights is not None]
    largest = max((float(np.abs(each).max()) for each in weights), default=0.0)
    for number, column in enumerate(columns):
        if number:
            _connect(ax, number, columns[number - 1], column, largest)
    crowded = len(columns) > WIDE
    for number, column in enumerate(columns):
        _draw(ax, number, column)
        height = -0.03 - 0.18 * (crowded and number % 2)
        words = "\n".join([*(column.names or ("input",)), column.title()])
        ax.text(number, height, words, ha="center", va="top", fontsize=9 - 2 * crowded)
    if largest:
        for sign, colour, words in ((1, POSITIVE, "positive, up to "), (-1, NEGATIVE, "negative, down to −")):
            extreme = max(0.0, *(float((sign * each).max()) for each in weights))
            ax.plot([], [], color=colour, linewidth=2.5, label=f"{words}{extreme:.3g}")
        ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    ax.set(xlim=(-0.5, len(columns) - 0.5), ylim=(-0.4 if crowded else -0.25, 1.03))
    ax.set_axis_off()
    return ax


def _columns(net: Network) -> list[Column]:
    """One for the input, and one for each layer that changes what samples are; the others are named beside it."""
    columns = [Column(net.sample_shapes[0])]
    for layer, before, after in zip(net.layers, net.sample_shapes, net.sample_shapes[1:], strict=False):
        name = type(layer).__name__
        if isinstance(layer, Dense) or before != after or len(columns) == 1:
            columns.append(Column(after, (name,), layer.W if isinstance(layer, Dense) else None))
        else:
            last = columns[-1]
            columns[-1] = Column(last.shape, (*last.names, name), last.weights)
    return columns


def _connect(ax: "Axes", number: int, before: Column, column: Column, largest: float) -> None:
    """Lines of weights, the thick ones on top; or a pale band."""
    from matplotlib.collections import LineCollection

    if column.weights is None or not before.units or not column.units:
        low, high = zip(before.reach(), column.reach(), strict=True)
        ax.fill_between([number - 1, number], low, high, color="0.9", linewidth=0, zorder=1)
        return
    weights = column.weights[: before.units, : column.units].astype(float)
    order = np.argsort(np.abs(weights), axis=None)
    i, o = np.unravel_index(order, weights.shape)
    sizes = weights[i, o]
    starts = np.column_stack([np.full(len(i), number - 1.0), before.heights()[i]])
    ends_at = np.column_stack([np.full(len(o), float(number)), column.heights()[o]])
    widths = THINNEST + (THICKEST - THINNEST) * np.abs(sizes) / (largest or 1.0)
    colours = np.where(sizes > 0, POSITIVE, NEGATIVE)
    lines = np.stack([starts, ends_at], axis=1)
    ax.add_collection(LineCollection(list(lines), linewidths=widths, colors=colours.tolist(), alpha=0.75, zorder=1))


def _draw(ax: "Axes", number: int, column: Column) -> None:
    if column.units:
        at = np.full(column.units, float(number))
        size = 90 if column.units <= 8 else 45
        ax.scatter(at, column.heights(), s=size, color="w", edgecolor="0.2", linewidth=1, zorder=2)
    else:
        ax.fill_between([number - BOX, number + BOX], *column.reach(), facecolor="w", edgecolor="0.2", zorder=2)
