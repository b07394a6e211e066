"""A network as a drawing: units in columns, weights as lines between them, their sizes and signs to be seen."""

from collections.abc import Sequence
from html import escape

import numpy as np

from minnet.types import Array

WIDTH, HEIGHT = 860, 440  # pixels
MARGIN = 44
RADIUS = 9
MOST = 16  # units of a layer that are drawn
THICKEST, THINNEST = 5.0, 0.2
POSITIVE, NEGATIVE = "#B2182B", "#2166AC"


def positions(sizes: Sequence[int]) -> list[Array]:
    """Where units are: for each layer an array (units drawn, 2) of x and y, columns and gaps of equal widths.

    >>> [column.tolist() for column in positions([1, 2])]
    [[[44.0, 220.0]], [[816.0, 132.0], [816.0, 308.0]]]
    """
    columns = np.linspace(MARGIN, WIDTH - MARGIN, len(sizes))
    drawn = []
    for x, size in zip(columns, sizes, strict=True):
        units = min(size, MOST)
        y = MARGIN + (HEIGHT - 2 * MARGIN) * (np.arange(units) + 0.5) / units
        drawn.append(np.column_stack([np.full(units, x), y]))
    return drawn


def svg(layers: Sequence[tuple[Array, Array]], names: Sequence[str]) -> str:
    """The drawing.

    Parameters
    ----------
    layers : sequence of pairs of arrays
        Weights (i, o) and biases (o,) of each layer, first to last.
    names : sequence of str
        Of the inputs; and of the output, where there is one.

    Returns
    -------
    str
        One ``<svg>``; the numbers are in the ``<title>`` of each line and circle, which browsers show on hovering.
    """
    sizes = [len(layers[0][0]), *(len(bias) for _, bias in layers)]
    places = positions(sizes)
    largest = max(float(np.abs(weights).max()) for weights, _ in layers) or 1.0
    lines, circles, texts = [], [], []
    for number, (weights, _) in enumerate(layers):
        for i, (x1, y1) in enumerate(places[number]):
            for o, (x2, y2) in enumerate(places[number + 1]):
                weight = float(weights[i, o])
                width = THINNEST + (THICKEST - THINNEST) * abs(weight) / largest
                ends = f'x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"'
                colour = POSITIVE if weight > 0 else NEGATIVE
                title = f"{_unit(number, i, sizes, names)} to {_unit(number + 1, o, sizes, names)}: {weight:.4g}"
                lines.append(f'<line {ends} stroke="{colour}" stroke-width="{width:.3g}">{_title(title)}</line>')
    for number, column in enumerate(places):
        for unit, (x, y) in enumerate(column):
            bias = f": bias {layers[number - 1][1][unit]:.4g}" if number else ""
            title = _title(_unit(number, unit, sizes, names) + bias)
            circles.append(f'<circle cx="{x:g}" cy="{y:g}" r="{RADIUS}">{title}</circle>')
        limit = f"{MOST} of {sizes[number]} units drawn" if sizes[number] > MOST else f"{sizes[number]}"
        title = "inputs" if number == 0 else "outputs" if number == len(layers) else f"layer {number}"
        anchor = "start" if number == 0 else "end" if number == len(layers) else "middle"
        x = column[0, 0] + {"start": -RADIUS, "end": RADIUS, "middle": 0}[anchor]
        texts.append(f'<text x="{x:g}" y="18" text-anchor="{anchor}">{title}: {limit}</text>')
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" font-size="12" role="img" '
        'aria-label="Units in columns, weights as lines between them">'
        f'<g stroke-opacity="0.7">{"".join(lines)}</g>'
        f'<g fill="#FFFFFF" stroke="#333333">{"".join(circles)}</g>{"".join(texts)}</svg>'
    )


def _title(text: str) -> str:
    return f"<title>{escape(text)}</title>"


def _unit(layer: int, unit: int, sizes: Sequence[int], names: Sequence[str]) -> str:
    """What a unit is called; units are counted from 0, as in the X-ray."""
    if layer == 0:
        return names[unit]
    if layer == len(sizes) - 1:
        return f"output {unit}" if sizes[-1] > 1 else f"output ({names[-1]})"
    return f"layer {layer}, unit {unit}"
