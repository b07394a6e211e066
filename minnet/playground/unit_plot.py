"""The picture of one unit, large: over the plane with the samples, or as a curve."""

from html import escape

from bokeh.layouts import column
from bokeh.models import ColumnDataSource, Div

from minnet.playground.diagram import Diagram, Part, unit_name
from minnet.playground.network_state import Drawn, NetworkState, points_of
from minnet.playground.picture import SHOWN
from minnet.playground.plane import OverPlane
from minnet.playground.theme import fixed_range, label_axes, plot, samples_of

PIXELS = 250


class UnitPlot:
    """A plot that follows a unit."""

    def __init__(self) -> None:
        self.image = ColumnDataSource({"image": [], "x": [], "y": [], "w": [], "h": []})
        self.line = ColumnDataSource({"x": [], "y": []})
        self.dots = ColumnDataSource({"x": [], "y": [], "colour": [], "edge": []})
        self.figure = plot(
            "", PIXELS, PIXELS, name="What the unit outputs", x_range=fixed_range(-1, 1), y_range=fixed_range(-1, 1)
        )
        self.figure.title = None
        self.figure.grid.visible = False
        self.figure.image_rgba(image="image", x="x", y="y", dw="w", dh="h", source=self.image)
        self.samples = self.figure.scatter("x", "y", color="colour", line_color="edge", line_width=0.6, size=4,
                                           source=self.dots)  # fmt: skip
        self.figure.line("x", "y", source=self.line, line_width=2.5, line_color="#333333")
        self.title = Div(text="", width=PIXELS, styles={"font-weight": "bold"})
        self.caption = Div(text="", width=PIXELS)
        self.layout = column(self.title, self.figure, self.caption)

    def begin(self, problem: Drawn) -> None:
        """Another race's axes."""
        self.problem = problem
        low, high = problem.box
        self.figure.x_range.update(start=float(low[0]), end=float(high[0]))
        is_plane = isinstance(problem, OverPlane)
        if is_plane:
            self.figure.y_range.update(start=float(low[1]), end=float(high[1]))
        label_axes(self.figure, problem.names[0], problem.names[1] if is_plane else "output of the unit")
        self.image.data = {name: [] for name in ("image", "x", "y", "w", "h")}
        self.line.data = {"x": [], "y": []}
        x, y = problem.subset(SHOWN)
        self.dots.data = samples_of(x, y if y.ndim == 1 else y[:, 0], problem.classes)

    def show(self, state: NetworkState, diagram: Diagram, part: Part, *, alone: bool = False) -> None:
        """The unit that is meant, or to which a weight goes."""
        unit = Part(part.layer, part.unit)
        is_output = unit.layer == len(state.sizes) - 1
        scale = state.scale(unit.layer)
        self.title.text = escape(unit_name(unit, state.sizes, self.problem))
        if isinstance(self.problem, OverPlane):
            corner, opposite = self.problem.box
            w, h = opposite - corner
            (image,) = diagram.pictures(state, unit.layer, slice(unit.unit, unit.unit + 1), factor=1, alone=alone)
            self.image.data = {"image": [image], "x": [corner[0]], "y": [corner[1]], "w": [w], "h": [h]}
            self.caption.text = self._colours(is_output, scale, alone)
            return
        (_, low, *_), (_, high, *_) = self.problem.box if is_output else ((0, -1.1 * scale), (0, 1.1 * scale))
        self.figure.y_range.update(start=float(low), end=float(high))
        self.samples.visible = is_output  # their heights are those of the curve, not of a unit inside
        values = state.outputs[unit.layer][:, unit.unit]
        self.line.data = {"x": points_of(self.problem)[:, 0], "y": values}
        what = "the network's curve, and the samples" if is_output else "what the unit outputs"
        self.caption.text = f"Line: {what}."

    def _colours(self, is_output: bool, scale: float, alone: bool) -> str:
        if is_output and self.problem.classes:
            return "Areas: the likeliest class." if alone else "Areas: classes, paler where they are less probable."
        if alone:
            return "Red: output above 0; blue: below 0."
        return f"Red: output above 0; blue: below 0; darkest: {scale:.3g}, the largest of the layer."
