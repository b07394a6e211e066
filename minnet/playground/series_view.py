"""The picture of a racer that predicts a series: the series, its predictions one by one, and a free run."""

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, Span

from minnet.playground.picture import Dots, Picture
from minnet.playground.series import FUTURE, WINDOW, Series
from minnet.playground.theme import GREY, TEST_GREY, label_axes, samples_of
from minnet.types import Array

WIDTH, HEIGHT = 308, 190  # pixels


class SeriesPicture(Picture):
    """Values against time, around the last one that is learned from."""

    options = ("test",)
    width = WIDTH

    def draw(self) -> None:
        figure = self.layout = self.figure(WIDTH, HEIGHT, "the series, and what it predicts")
        self.truth = ColumnDataSource({"x": [], "value": []})
        self.sources["series"] = ColumnDataSource({"x": [], "next": [], "free": []})
        figure.line("x", "value", source=self.truth, line_width=5, line_color=GREY, line_alpha=0.4)
        self.dots = Dots(figure, size=3)
        figure.line("x", "next", source=self.sources["series"], line_width=1.5, line_color=self.colour)
        figure.line(
            "x", "free", source=self.sources["series"], line_width=2.5, line_color=self.colour, line_dash="dashed"
        )
        self.end = Span(location=0, dimension="height", line_color="black", line_width=1)
        figure.add_layout(self.end)

    def begin(self, problem: Series, shown: Sequence[str]) -> None:
        (left, below), (right, above) = problem.box
        figure, times, known = self.layout, problem.times, problem.known
        figure.x_range.update(start=float(left), end=float(right))
        figure.y_range.update(start=float(below), end=float(above))
        label_axes(figure, "time", problem.names[0])
        self.put_note(figure)
        self.truth.data = {"x": times, "value": problem.truth[times]}
        last = WINDOW + len(problem.y)
        self.end.location = last - 0.5
        learned, tested = times[times < last], times[(times >= last) & (times < len(known))]
        self.dots.begin(
            samples_of(learned[:, np.newaxis], known[learned], 0),
            samples_of(tested[:, np.newaxis], known[tested], 0, TEST_GREY),
            shown,
        )
        nothing = np.full(len(times), np.nan)
        self.sources["series"].data = {"x": times, "next": nothing, "free": nothing}

    def columns(self, numbers: Array | None, shown: Sequence[str]) -> dict[str, dict[str, Any]]:
        if numbers is None:
            numbers = np.full((len(self.sources["series"].data["x"]), 2), np.nan)
        return {"series": {"next": numbers[:, 0], "free": numbers[:, 1]}}

    @staticmethod
    def legend(problem: Series, shown: Sequence[str]) -> str:
        is_known = np.isfinite(problem.truth[-1])
        grey = "grey: the series without noise; " if is_known else ""
        squares = "; squares: values of the test" if problem.test and "test" in shown else ""
        return escape(
            f"Across: time; dots: the last values that are learned from, up to the black line{squares}; {grey}"
            f"thin line: every value as it is predicted from the {WINDOW} true ones before it; "
            f"dashed: a free run, {FUTURE} predictions of which each is made from the ones before it. The networks are "
            "LSTMs."
        )
