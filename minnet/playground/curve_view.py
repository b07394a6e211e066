"""The picture of a racer that fits a curve: the curve so far, and the samples."""

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource

from minnet.playground.curve import Curve
from minnet.playground.picture import PANEL, SHOWN, Dots, Picture, drawn_dots
from minnet.playground.theme import TEST_GREY, label_axes, samples_of
from minnet.playground.values import POINTS
from minnet.types import Array


class CurvePicture(Picture):
    """One line."""

    options = ("test",)
    width = PANEL

    def draw(self) -> None:
        self.layout = self.figure(PANEL, PANEL, "its curve, and the samples")
        self.sources["curve"] = ColumnDataSource({"x": [], "value": []})
        self.dots = Dots(self.layout)
        self.layout.line("x", "value", source=self.sources["curve"], line_width=2.5, line_color=self.colour)

    def begin(self, problem: Curve, shown: Sequence[str]) -> None:
        (left, below), (right, above) = problem.box
        self.layout.x_range.update(start=float(left), end=float(right))
        self.layout.y_range.update(start=float(below), end=float(above))
        label_axes(self.layout, *problem.names)
        self.put_note(self.layout)
        self.sources["curve"].data = {"x": problem.along()[:, 0], "value": np.full(POINTS, np.nan)}
        samples = samples_of(*problem.subset(SHOWN), problem.classes)
        self.dots.begin(samples, samples_of(*problem.test_subset(SHOWN), problem.classes, TEST_GREY), shown)

    def columns(self, numbers: Array | None, shown: Sequence[str]) -> dict[str, dict[str, Any]]:
        return {"curve": {"value": np.full(POINTS, np.nan) if numbers is None else numbers[:, 0]}}

    @staticmethod
    def legend(problem: Curve, shown: Sequence[str]) -> str:
        low, high = problem.box
        across, up = (f"{name} from {a:.3g} to {b:.3g}" for name, a, b in zip(problem.names, low, high, strict=True))
        return escape(f"Across: {across}; up: {up}; {drawn_dots(problem, shown)}; line: the network.")
