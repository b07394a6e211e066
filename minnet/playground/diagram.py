"""A network as a drawing: units in columns with pictures of what they put out, weights as lines between them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from bokeh.models import ColumnDataSource, CustomJS, HoverTool

from minnet.playground.network_state import NetworkState
from minnet.playground.plane import SIDE, OverPlane
from minnet.playground.problem import RaceProblem
from minnet.playground.theme import fixed_range, plot
from minnet.playground.unit_pictures import curve, of_class, signed, smaller
from minnet.plotting.networks import MOST, NEGATIVE, POSITIVE
from minnet.types import Array

NODE = 40  # pixels of a unit's picture
ROW = 46  # pixels from one unit to the next
LEAST_ROWS = 4
REACH = 6  # pixels from a line within which a click means it
THICKEST, THINNEST = 5.0, 0.3
COARSER = 2  # points of the plane along the side of a pixel
MARKED, MARKED_LINE = "#000000", "#F5B800"
LEGEND = (
    f'Lines are weights, <span style="color:{POSITIVE}">red</span> where they are positive and '
    f'<span style="color:{NEGATIVE}">blue</span> where they are negative, the thicker the larger, compared with the '
    "largest of the network. Each square shows what a unit outputs over the same plane or axis as the race's pictures: "
    "its colours or heights are compared with the largest output of its layer. Those of outputs show what the network "
    f"says. Of layers with more than {MOST} units, the first {MOST} are drawn. Where classes are shown alone, so are "
    "signs of units. Point at a unit or a line to read it."
)
BESIDE = "export default ({nodes}) => nodes.inspected.indices.length == 0"
"""Lines end under units, and are not read there."""


class Part(NamedTuple):
    """A unit; or the weight that comes to it from a unit of the layer before.

    Layers are counted from the inputs, which are layer 0; units in a layer from 0, as in the X-ray.
    """

    layer: int
    unit: int
    source: int | None = None


def positions(sizes: Sequence[int]) -> list[Array]:
    """Where units are: for each layer an array (units drawn, 2) of x in columns and y in rows, from below.

    >>> [column.tolist() for column in positions([1, 2])]
    [[[0.5, 2.0]], [[1.5, 2.5], [1.5, 1.5]]]
    """
    middle = rows_of(sizes) / 2
    drawn = []
    for column, size in enumerate(sizes):
        units = min(size, MOST)
        y = middle + (units - 1) / 2 - np.arange(units)
        drawn.append(np.column_stack([np.full(units, column + 0.5), y]))
    return drawn


def rows_of(sizes: Sequence[int]) -> int:
    """Rows of the drawing."""
    return max(LEAST_ROWS, *(min(size, MOST) for size in sizes))


def layer_name(layer: int, layers: int) -> str:
    """What one of so many layers is called, inputs and outputs included."""
    return "inputs" if layer == 0 else "outputs" if layer == layers - 1 else f"layer {layer}"


def unit_name(part: Part, sizes: Sequence[int], problem: RaceProblem) -> str:
    """What a unit is called."""
    is_hidden = 0 < part.layer < len(sizes) - 1
    return f"layer {part.layer}, {short_name(part, sizes, problem)}" if is_hidden else short_name(part, sizes, problem)


def short_name(part: Part, sizes: Sequence[int], problem: RaceProblem) -> str:
    """What a unit is called where its layer is known."""
    layer, unit = part.layer, part.unit
    if layer == 0:
        return problem.input_names[unit]
    if layer < len(sizes) - 1:
        return f"unit {unit}"
    return f"output {unit}" if sizes[-1] > 1 else f"output ({problem.names[-1]})"


class Diagram:
    """The drawing of one network after another.

    Attributes
    ----------
    figure
        Of Bokeh; as wide as there is room, and as high as the largest layer.
    nodes, edges : ColumnDataSource
        Units, layer by layer, and the weights between them that are drawn, target by target within a source.
    images : ColumnDataSource
        The pictures of a layer's units in one image, since each costs the browser time, however small it is.
    """

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.figure = figure = plot("", 600, 200, x_range=fixed_range(0, 1), y_range=fixed_range(0, 1),
                                    name="Diagram of the network's units and weights", sizing_mode="stretch_width",
                                    min_border=0)  # fmt: skip
        figure.title, figure.axis.visible, figure.grid.visible = None, False, False
        self.nodes = _source("x", "y", "name", "bias", "low", "high", "note", "cross")
        self.images = _source("x", "y", "image", "height")
        self.edges = _source("x0", "y0", "x1", "y1", "source", "target", "weight", "width", "colour")
        self.marked_edge, self.marked_node = _source("x0", "y0", "x1", "y1", "width"), _source("x", "y")
        ends: dict[str, Any] = {"x0": "x0", "y0": "y0", "x1": "x1", "y1": "y1"}
        figure.segment(**ends, source=self.marked_edge, line_width="width", line_color=MARKED_LINE)
        edges = figure.segment(**ends, source=self.edges, line_width="width", line_color="colour", line_alpha=0.75)
        pixels = {"dw": NODE, "dh": "height", "dw_units": "screen", "dh_units": "screen"}
        figure.image_rgba(image="image", x="x", y="y", anchor="center", source=self.images, **pixels)
        nodes = figure.scatter("x", "y", marker="square", size=NODE, source=self.nodes,
                               fill_color=None, line_color="#555555")  # fmt: skip
        figure.scatter("x", "y", marker="x", size="cross", source=self.nodes, line_color=MARKED, line_width=2)
        figure.scatter("x", "y", marker="square", size=NODE + 4, source=self.marked_node,
                       fill_color=None, line_color=MARKED, line_width=3)  # fmt: skip
        kept = {"selection_glyph": None, "nonselection_glyph": None}
        edges.update(**kept)
        nodes.update(**kept)
        numbers = {"@weight": "printf", "@low": "printf", "@high": "printf"}
        unit = "<b>@name</b><br>@bias<br>from @low{%.3g} to @high{%.3g} over the picture@note"
        line = "@source to @target:<br>weight <b>@weight{%.4g}</b>"
        self.over_nodes = HoverTool(renderers=[nodes], tooltips=unit, formatters=numbers, limit=1)
        beside = CustomJS(args={"nodes": self.nodes}, code=BESIDE)
        over_edges = HoverTool(renderers=[edges], tooltips=line, formatters=numbers, limit=1)
        over_edges.filters = {"@weight": beside}
        figure.add_tools(self.over_nodes, over_edges)

    def begin(self, sizes: Sequence[int], problem: RaceProblem) -> None:
        """Lay out a network of these sizes, inputs and outputs included."""
        self.sizes, self.problem = list(sizes), problem
        self.at = positions(sizes)
        columns, rows = len(sizes), rows_of(sizes)
        self.figure.update(height=ROW * rows)
        self.figure.x_range.update(start=0, end=columns)
        self.figure.y_range.update(start=0, end=rows)
        places = np.concatenate(self.at)
        shown = [[unit_name(part, sizes, problem) for part in parts] for parts in self._parts()]
        lines = np.concatenate([_pairs(before, after) for before, after in pairwise(self.at)])
        pairs = [(a, b) for before, after in pairwise(shown) for a in before for b in after]
        blank = [0.0] * len(places)
        self.nodes.data = {
            "x": places[:, 0], "y": places[:, 1], "name": [name for names in shown for name in names],
            "bias": [""] * len(places), "low": blank, "high": blank, "note": [""] * len(places), "cross": blank,
        }  # fmt: skip
        self.edges.data = {
            "x0": lines[:, 0], "y0": lines[:, 1], "x1": lines[:, 2], "y1": lines[:, 3],
            "source": [a for a, _ in pairs], "target": [b for _, b in pairs],
            "weight": np.zeros(len(pairs)), "width": np.zeros(len(pairs)), "colour": [POSITIVE] * len(pairs),
        }  # fmt: skip

    def show(self, state: NetworkState, *, alone: bool = False) -> None:
        """Draw the network as it is now; with classes and signs `alone`, however sure or large."""
        drawn = [weights[:MOST, :MOST].ravel() for weights in state.weights]
        weights = np.concatenate(drawn).astype(float)
        largest = max(float(np.abs(each).max()) for each in state.weights) or 1.0
        self.edges.data.update(
            weight=weights,
            width=THINNEST + (THICKEST - THINNEST) * np.abs(weights) / largest,
            colour=np.where(weights > 0, POSITIVE, NEGATIVE).tolist(),
        )
        biases = [bias[:MOST] for bias in state.biases]
        outputs = [self.unit_outputs(state, part.layer)[:, part.unit] for part in self.units()]
        off = [part[:2] in state.off for part in self.units()]
        self.nodes.data.update(
            bias=["no bias: an input"] * len(self.at[0]) + [f"bias {b:.4g}" for bias in biases for b in bias],
            low=[float(values.min()) for values in outputs],
            high=[float(values.max()) for values in outputs],
            note=["; switched off" if each else "" for each in off],
            cross=[NODE - 4.0 if each else 0.0 for each in off],
        )
        columns = [self.pictures(state, layer, slice(len(at)), alone=alone) for layer, at in enumerate(self.at)]
        self.images.data = {
            "x": [float(at[0, 0]) for at in self.at],
            "y": [float(at[:, 1].mean()) for at in self.at],
            "image": [above_each_other(pictures) for pictures in columns],
            "height": [ROW * len(at) - (ROW - NODE) for at in self.at],
        }

    def units(self) -> list[Part]:
        """The units that are drawn, as they are in `nodes`."""
        return [part for parts in self._parts() for part in parts]

    def _parts(self) -> list[list[Part]]:
        return [[Part(layer, unit) for unit in range(len(at))] for layer, at in enumerate(self.at)]

    def unit_outputs(self, state: NetworkState, layer: int) -> Array:
        """Of a layer (points, units drawn); of a single output, the probability of the second class."""
        outputs = state.outputs[layer]
        return outputs[:, 1:] if layer == len(self.sizes) - 1 and self.sizes[-1] < outputs.shape[1] else outputs

    def pictures(
        self, state: NetworkState, layer: int, units: slice, factor: int = COARSER, *, alone: bool = False
    ) -> Array:
        """What units of a layer put out, as images (units, side, side) for `image_rgba`.

        Of a plane, with so many points along the side of a pixel; of a curve, `NODE` pixels high and wide.
        """
        values, scale, side = state.outputs[layer], state.scale(layer), SIDE // factor
        if not isinstance(self.problem, OverPlane):
            return np.stack([curve(column, NODE, scale) for column in values[:, units].T])
        if layer == len(self.sizes) - 1 and self.problem.classes:
            few = smaller(values, SIDE, factor)
            return np.stack([of_class(few, unit, side, alone=alone) for unit in range(self.sizes[layer])[units]])
        return signed(smaller(values[:, units], SIDE, factor), side, scale, alone=alone)

    def mark(self, part: Part) -> None:
        """Show what is selected, if it is drawn."""
        is_drawn = part.unit < MOST and (part.source or 0) < MOST
        x, y = self.at[part.layer][part.unit].tolist() if is_drawn else (0.0, 0.0)
        node = is_drawn and part.source is None
        self.marked_node.data = {"x": [x], "y": [y]} if node else {"x": [], "y": []}
        edge: dict[str, Any] = {name: [] for name in ("x0", "y0", "x1", "y1", "width")}
        if is_drawn and part.source is not None:
            x0, y0 = self.at[part.layer - 1][part.source].tolist()
            edge = {"x0": [x0], "y0": [y0], "x1": [x], "y1": [y], "width": [THICKEST + 4]}
        self.marked_edge.data = edge

    def hit(self, x: float, y: float, width: float) -> Part | None:
        """What is drawn at a place of the figure, which is so many pixels wide: a unit before a weight."""
        pixels = np.array([width / len(self.sizes), ROW])
        point = np.array([x, y]) * pixels
        for part in self.units():
            if np.abs(self.at[part.layer][part.unit] * pixels - point).max() <= NODE / 2 + 2:
                return part
        data = self.edges.data
        starts, ends = (np.column_stack([data[f"x{i}"], data[f"y{i}"]]) * pixels for i in range(2))
        along = ends - starts
        share = np.clip(((point - starts) * along).sum(axis=1) / (along**2).sum(axis=1), 0, 1)
        distances = np.linalg.norm(starts + share[:, np.newaxis] * along - point, axis=1)
        nearest = int(distances.argmin())
        return self._weights()[nearest] if distances[nearest] <= REACH else None

    def _weights(self) -> list[Part]:
        """The weights that are drawn, as they are in `edges`."""
        return [
            Part(layer, unit, source)
            for layer in range(1, len(self.at))
            for source in range(len(self.at[layer - 1]))
            for unit in range(len(self.at[layer]))
        ]


def above_each_other(pictures: Array) -> Array:
    """Pictures (units, side, side) as one image, the first uppermost, with gaps as between the units of a column."""
    units, side, _ = pictures.shape
    gap = side * (ROW - NODE) // NODE
    image = np.zeros((units, side + gap, side), np.uint32)  # transparent
    image[:, gap:] = pictures[::-1]  # row by row from below
    return image.reshape(-1, side)[gap:]


def _source(*columns: str) -> ColumnDataSource:
    return ColumnDataSource({name: [] for name in columns})


def _pairs(before: Array, after: Array) -> Array:
    """Ends of lines from each of some places (m, 2) to each of others (n, 2): (m n, 4)."""
    return np.column_stack([np.repeat(before, len(after), axis=0), np.tile(after, (len(before), 1))])
