"""Trajectories of the optimizers on functions of two variables, and on a plane through the race's own weights."""

from collections.abc import Callable
from html import escape
from textwrap import fill
from typing import Any

import numpy as np
from bokeh.events import Tap
from bokeh.layouts import column, row
from bokeh.models import Button, ColorBar, ColumnDataSource, Div, LinearColorMapper

from minnet.errors import SettingError
from minnet.numerics.descent.landscapes import LANDSCAPES, Landscape
from minnet.playground.numbers import Number
from minnet.playground.settings import RACERS
from minnet.playground.slices import Slice
from minnet.playground.theme import (
    COLOURS,
    WRAP,
    alert,
    choice,
    entitle,
    fixed_range,
    line_of,
    plot,
    swatch,
    text_field,
)
from minnet.types import Array

THROUGH_WEIGHTS = "through the race's weights"
SIDE = 120
UPDATES = Number("Updates", 1, 5000, whole=True)
START = tuple(Number(f"Start {axis}", -1000, 1000) for axis in "xy")
TITLE_WIDTH = 44  # characters, on a phone
SHOWN = 1000  # points of a trajectory that are drawn


class LandscapeView:
    """A map with trajectories on it.

    Parameters
    ----------
    request_paths : function of a name, a start, a number of steps, a factor of learning rates, and a callback
        Asks for the trajectories of the race's optimizers on one of `LANDSCAPES`.
    request_slice : function of a callback
        Asks for the plane through the weights of the race; the callback gets None where there is no race.
    """

    def __init__(
        self,
        request_paths: Callable[[str, tuple[float, float], int, float, Callable[[list[Array]], None]], None],
        request_slice: Callable[[Callable[[Slice | None], None]], None],
    ) -> None:
        self._request_paths, self._request_slice = request_paths, request_slice
        self.labels: list[str] = []
        self.kind = choice("Landscape", [*LANDSCAPES, THROUGH_WEIGHTS], "himmelblau", 220)
        self.steps = text_field(UPDATES.title, "500", 110)
        self.factor = choice("Part of learning rates", ["1", "0.1", "0.01", "0.001", "0.0001"], "0.1", 140)
        self.factor.on_change("value", lambda attribute, old, new: self.update())
        self.places = [text_field(number.title, "", 80) for number in START]
        for place in self.places:
            place.on_change("value", lambda attribute, old, new: self._on_place())
        self._quiet = False
        self.draw = Button(label="Draw again", width=110, margin=(20, 5, 5, 5))
        self.kind.on_change("value", lambda attribute, old, new: self._on_kind())
        self.steps.on_change("value", lambda attribute, old, new: self.update())
        self.draw.on_click(lambda event: self.update())
        self.mapper = LinearColorMapper(palette="Cividis256", low=-2, high=4)
        self.image = ColumnDataSource({"image": [], "x": [], "y": [], "w": [], "h": []})
        self.paths = [ColumnDataSource({"x": [], "y": []}) for _ in range(RACERS)]
        self.end_points = ColumnDataSource({"x": [], "y": [], "colour": []})
        self.markers = ColumnDataSource({"x": [], "y": [], "marker": []})
        self.map = self._map()
        self.text, self.fault = Div(text="", sizing_mode="stretch_width"), alert()
        self._move(LANDSCAPES["himmelblau"].start)
        self.layout = column(
            row(self.kind, *self.places, self.steps, self.factor, self.draw, stylesheets=[WRAP]),
            self.fault,
            self.map,
            self.text,
            sizing_mode="stretch_width",
        )

    def _map(self) -> Any:
        figure = plot("Landscape", 640, 480, x_range=fixed_range(-2, 2), y_range=fixed_range(-1, 3), x_axis_label="x",
                      y_axis_label="y", sizing_mode="stretch_width")  # fmt: skip
        figure.image(
            image="image", x="x", y="y", dw="w", dh="h", source=self.image, color_mapper=self.mapper, alpha=0.75
        )
        for i, source in enumerate(self.paths):
            figure.line("x", "y", source=source, line_alpha=0.4, line_color="white", line_width=4)
            figure.line("x", "y", source=source, **line_of(i))
        figure.scatter("x", "y", color="colour", line_color="white", size=11, source=self.end_points)
        figure.scatter("x", "y", marker="marker", color="black", fill_color="white", size=12, source=self.markers)
        figure.add_layout(ColorBar(color_mapper=self.mapper, title="log10 (value - least)", width=12), "right")
        figure.on_event(Tap, self._on_tap)
        return figure

    def _move(self, start: tuple[float, float]) -> None:
        """Another start, shown in its fields."""
        self.start, self._quiet = start, True
        for place, value in zip(self.places, start, strict=True):
            place.value = f"{value:.4g}"
        self._quiet = False

    def _on_place(self) -> None:
        """Start where the fields say."""
        if self._quiet:
            return
        try:
            x, y = (number.read(str(place.value)) for number, place in zip(START, self.places, strict=True))
        except SettingError as error:
            self.fault.text = escape(str(error))
            return
        self.start = x, y
        self.update()

    def _on_kind(self) -> None:
        on_function = self.kind.value in LANDSCAPES
        for place in self.places:
            place.disabled = not on_function
        if on_function:
            self._move(LANDSCAPES[str(self.kind.value)].start)
        self.update()

    def _on_tap(self, event: Any) -> None:
        """Start where the map was clicked."""
        if self.kind.value in LANDSCAPES:
            self._move((float(event.x), float(event.y)))
            self.update()

    def begin(self, labels: list[str]) -> None:
        """Other optimizers."""
        self.labels = labels

    def update(self) -> None:
        """Ask for what is chosen."""
        name, self.fault.text = str(self.kind.value), ""
        if name == THROUGH_WEIGHTS:
            self.text.text = "Measuring losses ..."
            self._request_slice(self._show_slice_of_race)
        else:
            try:
                steps = int(UPDATES.read(str(self.steps.value)))
            except SettingError as error:
                self.fault.text = escape(str(error))
                return
            factor = float(str(self.factor.value))
            self._request_paths(
                name, self.start, steps, factor, lambda paths: self._show_paths(LANDSCAPES[name], paths)
            )

    def _show_paths(self, landscape: Landscape, paths: list[Array]) -> None:
        x, y = (np.linspace(landscape.low[i], landscape.high[i], SIDE) for i in range(2))
        values = landscape.value(*np.meshgrid(x, y))
        above = values - (landscape.least if np.isfinite(landscape.least) else values.min())
        entitle(self.map, fill(f"{landscape.name}: click to start elsewhere; stars are minima", TITLE_WIDTH))
        self.map.xaxis.axis_label, self.map.yaxis.axis_label = "x", "y"
        self._draw(x, y, above, paths)
        starts = [self.start, *landscape.minima]
        markers = ["circle"] + ["star"] * len(landscape.minima)
        self.markers.data = {"x": [p[0] for p in starts], "y": [p[1] for p in starts], "marker": markers}
        times = "" if self.factor.value == "1" else f", with {self.factor.value} of its learning rate,"
        self._describe(
            paths, lambda end: f"{times} ends at ({end[0]:.3g}, {end[1]:.3g}), value {landscape.value(*end):.3g}"
        )

    def _show_slice_of_race(self, plane: Slice | None) -> None:
        if plane is None:
            self.text.text = "There is no race."
        else:
            self._show_slice(plane)

    def _show_slice(self, plane: Slice) -> None:
        if any(plane.explained):
            title = f"Loss of {plane.samples} samples on the plane in which the race has moved most"
            axes = [f"component {k}: {part:.0%} of the movement" for k, part in enumerate(plane.explained, 1)]
        else:
            lost = np.isnan(plane.paths).any()
            why = "All that moved has diverged" if lost else "Nothing has moved yet"
            title = f"{why}: loss of {plane.samples} samples around the first weights"
            axes = ["change of the first weight", "change of the second weight"]
        entitle(self.map, fill(title, TITLE_WIDTH))
        self.map.xaxis.axis_label, self.map.yaxis.axis_label = axes
        self._draw(plane.x, plane.y, plane.losses, list(plane.paths))
        self.markers.data = {"x": [plane.paths[0, 0, 0]], "y": [plane.paths[0, 0, 1]], "marker": ["circle"]}
        self._describe(list(plane.paths), lambda end: "")

    def _draw(self, x: Array, y: Array, values: Array, paths: list[Array]) -> None:
        with np.errstate(divide="ignore", invalid="ignore"):
            logarithms = np.log10(np.maximum(values, 1e-3 * np.nanmedian(values) + 1e-12))
        finite = logarithms[np.isfinite(logarithms)] if np.isfinite(logarithms).any() else np.zeros(1)
        self.mapper.update(low=float(finite.min()), high=float(finite.max()))
        across, up = x[1] - x[0], y[1] - y[0]  # values are in the middle of pixels
        box = {"x": [x[0] - across / 2], "y": [y[0] - up / 2], "w": [len(x) * across], "h": [len(y) * up]}
        self.image.data = {"image": [logarithms]} | box
        self.map.x_range.update(start=float(x[0]), end=float(x[-1]))
        self.map.y_range.update(start=float(y[0]), end=float(y[-1]))
        for i, source in enumerate(self.paths):
            path = paths[i] if i < len(paths) else np.empty((0, 2))
            path = path[:: max(1, len(path) // SHOWN)]
            source.data = {"x": path[:, 0], "y": path[:, 1]}
        ends = [_end(path) for path in paths]
        colours = list(COLOURS[: len(ends)])
        self.end_points.data = {"x": [end[0] for end in ends], "y": [end[1] for end in ends], "colour": colours}

    def _describe(self, paths: list[Array], describe_end: Callable[[Array], str]) -> None:
        lines = []
        for i, path in enumerate(paths[: len(self.labels)]):
            outcome = " diverges" if np.isnan(path).any() else describe_end(_end(path))
            lines.append(f"{swatch(i)} {escape(self.labels[i])}{outcome}")
        self.text.text = "<br>".join(lines)


def _end(path: Array) -> Array:
    """The last point with finite coordinates."""
    return path[np.flatnonzero(np.isfinite(path).all(axis=1))[-1]]
