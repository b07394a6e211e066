"""The picture of a racer that fits a curve with its slope: the curve above, and its derivative below."""

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import ColumnDataSource

from minnet.playground.picture import PANEL, SHOWN, Dots, Picture, drawn_dots
from minnet.playground.slopes import CurveWithSlope
from minnet.playground.theme import GREY, TEST_GREY, label_axes, samples_of
from minnet.playground.values import POINTS
from minnet.types import Array

HEIGHT = 150  # pixels
COLUMNS = {"value": "its curve, and the samples", "slope": "the slope of its curve, and those of the samples"}


class SlopePicture(Picture):
    """Two figures, one above the other, with the true curve and the true slope as grey lines."""

    options = ("test",)
    width = PANEL

    def draw(self) -> None:
        self.sources["curve"] = ColumnDataSource({name: [] for name in ("x", *COLUMNS)})
        self.truth = ColumnDataSource({name: [] for name in ("x", *COLUMNS)})
        figures = [self.figure(PANEL, HEIGHT, what) for what in COLUMNS.values()]
        self.dots = []
        for figure, name in zip(figures, COLUMNS, strict=True):
            figure.line("x", name, source=self.truth, line_width=5, line_color=GREY, line_alpha=0.4)
            self.dots.append(Dots(figure, size=4))
            figure.line("x", name, source=self.sources["curve"], line_width=2.5, line_color=self.colour)
        self.layout = column(*figures, spacing=0)

    def begin(self, problem: CurveWithSlope, shown: Sequence[str]) -> None:
        low, high = problem.box
        name, predicted = problem.names
        (x, y), (test_x, test_y) = problem.subset(SHOWN), problem.test_subset(SHOWN)
        for number, (figure, dots) in enumerate(zip(self.figures.values(), self.dots, strict=True)):
            figure.x_range.update(start=float(low[0]), end=float(high[0]))
            figure.y_range.update(start=float(low[1 + number]), end=float(high[1 + number]))
            label_axes(figure, name, (predicted, f"slope of {predicted}")[number])
            dots.begin(samples_of(x, y[:, number], 0), samples_of(test_x, test_y[:, number], 0, TEST_GREY), shown)
        self.put_note(self.figures[COLUMNS["value"]])
        self.truth.data = dict(zip(("x", *COLUMNS), problem.truth.T, strict=True))
        nothing = np.full(POINTS, np.nan)
        self.sources["curve"].data = {"x": problem.along()[:, 0], "value": nothing, "slope": nothing}

    def columns(self, numbers: Array | None, shown: Sequence[str]) -> dict[str, dict[str, Any]]:
        values = np.full((POINTS, 2), np.nan) if numbers is None else numbers
        return {"curve": dict(zip(COLUMNS, values.T, strict=True))}

    @staticmethod
    def legend(problem: CurveWithSlope, shown: Sequence[str]) -> str:
        low, high = problem.box
        x, y = problem.names
        return escape(
            f"Across: {x} from {low[0]:.3g} to {high[0]:.3g}; above: {y} from {low[1]:.3g} to {high[1]:.3g}; below: "
            f"its slope, from {low[2]:.3g} to {high[2]:.3g}; {drawn_dots(problem, shown)}; coloured lines: the network "
            "and its derivative; grey: the truth. With the loss squares, the network is not told the slopes."
        )
