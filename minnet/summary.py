"""A network as a table: its layers, the shapes of their outputs, and how many parameters they have."""

from collections.abc import Sequence
from typing import Any

from minnet.layers import Layer
from minnet.notebook import output
from minnet.tables import Table
from minnet.types import Shape

HEADERS = ("layer", "output", "parameters", "count")
Rows = list[tuple[str, str, str, str]]


def text(layers: Sequence[Layer], shapes: Sequence[Shape], dtype: Any) -> str:
    """The table for a terminal.

    Parameters
    ----------
    layers : sequence of Layer
    shapes : sequence of tuple
        Of a sample before the first layer, and after each.
    dtype : numpy.dtype
    """
    rows, last = [HEADERS, *_rows(layers, shapes)], _totals(layers, dtype)
    widths = [max(len(row[column]) for row in [*rows, *last]) for column in range(4)]
    lines = [
        "  ".join(cell.ljust(w) for cell, w in zip(row[:3], widths, strict=False)) + "  " + row[3].rjust(widths[3])
        for row in [*rows, *last]
    ]
    rule = "-" * max(map(len, lines))
    return "\n".join([lines[0], rule, *lines[1 : len(rows)], rule, *lines[len(rows) :]])


def html(layers: Sequence[Layer], shapes: Sequence[Shape], dtype: Any) -> str:
    """The same for a notebook, which begins with the input."""
    rows = [("input", axes_text(shapes[0]), "-", ""), *_rows(layers, shapes), *_totals(layers, dtype)]
    return output("Network", Table(HEADERS, tuple(rows)).html())


def axes_text(shape: Shape) -> str:
    """The shape of an array of samples, as messages and tables give it.

    >>> axes_text((None, 3))
    '(n, any, 3)'
    """
    return f"({', '.join(['n', *('any' if axis is None else str(axis) for axis in shape)])})"


def _rows(layers: Sequence[Layer], shapes: Sequence[Shape]) -> Rows:
    rows = []
    for layer, shape in zip(layers, shapes[1:], strict=True):
        parameters = ", ".join(f"{name} {axes}" for name, axes in layer.shapes.items())
        rows.append((repr(layer), axes_text(shape), parameters or "-", f"{layer.n_parameters:,}"))
    return rows


def _totals(layers: Sequence[Layer], dtype: Any) -> Rows:
    totals = [("total", "", str(dtype), f"{sum(layer.n_parameters for layer in layers):,}")]
    if any(layer.n_buffers for layer in layers):
        totals.append(("buffers", "", "not learned", f"{sum(layer.n_buffers for layer in layers):,}"))
    return totals
