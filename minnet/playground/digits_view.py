"""The picture of a racer that reads digits: some images with what it says, and matrices of all its confusions."""

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, Div, FixedTicker, LinearColorMapper

from minnet.playground.digits import CLASSES, PIXELS, Digits, confusion
from minnet.playground.picture import PANEL, Picture, fitted
from minnet.playground.theme import COMPACT
from minnet.types import Array

PER_ROW, ROWS = 8, 2  # images
IMAGES = PER_ROW * ROWS
CELL = np.array([1.0, 1.5])  # width and height that an image has with its answer below
RIGHT, WRONG = np.array([0, 114, 178]), np.array([213, 94, 0])
WRONG_TEXT, RIGHT_TEXT = "#B00020", "#222222"
PALEST = 0.25  # of an answer that is a mere guess


class DigitsPicture(Picture):
    """Images above, and below one matrix of the training samples and one of the test."""

    options = ("classes",)
    slow = ("training colours", "training counts", "test colours", "test counts")
    width = PANEL

    def draw(self) -> None:
        self.problem: Digits | None = None
        self.chosen = np.arange(0)
        self.strip = self.figure(PANEL, int(PANEL * ROWS * CELL[1] / PER_ROW), "images, and what it says of them")
        self.strip.x_range.update(start=0, end=PER_ROW)
        self.strip.y_range.update(start=-ROWS * CELL[1], end=0)
        self.images = ColumnDataSource({"image": [], "x": [], "y": []})
        greys = LinearColorMapper(palette="Greys256", low=1, high=0)
        self.strip.image("image", x="x", y="y", dw=0.92, dh=0.92, source=self.images, color_mapper=greys)
        self.sources["answers"] = ColumnDataSource({"x": [], "y": [], "text": [], "colour": [], "alpha": [], "box": []})
        self.strip.rect(
            x="x", y="y", width=0.92, height=0.48, fill_color="#FFD9D0", line_color=None, fill_alpha="box",
            source=self.sources["answers"],
        )  # fmt: skip
        self.strip.text(
            x="x", y="y", text="text", text_color="colour", text_alpha="alpha", text_align="center",
            text_baseline="middle", text_font_size="12px", text_font_style="bold", source=self.sources["answers"],
        )  # fmt: skip
        self.put_note(self.strip)
        self.titles, self.matrices = {}, {}
        for name in ("training", "test"):
            self.titles[name] = Div(text="", stylesheets=[COMPACT, fitted(PANEL)], margin=(4, 5, 0, 5))
            self.matrices[name] = self._matrix(name)
        parts = (part for name in self.matrices for part in (self.titles[name], self.matrices[name]))
        self.layout = column(self.strip, *parts)

    def _matrix(self, name: str) -> Any:
        figure = self.figure(PANEL, PANEL, f"how it confuses digits of {name} samples", named=True)
        figure.x_range.update(start=-0.5, end=CLASSES - 0.5)
        figure.y_range.update(start=0.5 - CLASSES, end=0.5)
        figure.xaxis.ticker = FixedTicker(ticks=list(range(CLASSES)))
        figure.yaxis.ticker = FixedTicker(ticks=[-row for row in range(CLASSES)])  # row 0 is above
        figure.yaxis.major_label_overrides = {-row: str(row) for row in range(CLASSES)}
        figure.axis.major_label_text_font_size = "10px"
        figure.axis.major_tick_line_color = figure.axis.minor_tick_line_color = figure.axis.axis_line_color = None
        figure.axis.major_label_standoff = 0
        self.sources[f"{name} colours"] = ColumnDataSource({"image": []})
        figure.image_rgba(
            "image", x=-0.5, y=0.5 - CLASSES, dw=CLASSES, dh=CLASSES, source=self.sources[f"{name} colours"]
        )
        self.sources[f"{name} counts"] = ColumnDataSource({"x": [], "y": [], "text": [], "colour": []})
        figure.text(
            x="x", y="y", text="text", text_color="colour", text_align="center", text_baseline="middle",
            text_font_size="10px", source=self.sources[f"{name} counts"],
        )  # fmt: skip
        return figure

    def begin(self, problem: Digits, shown: Sequence[str]) -> None:
        self.problem = problem
        x, y = problem.test or (problem.x, problem.y)
        self.chosen = np.arange(min(IMAGES, len(y))) + (len(problem.y) if problem.test else 0)
        across, down = np.arange(len(self.chosen)) % PER_ROW, np.arange(len(self.chosen)) // PER_ROW * CELL[1]
        images = [image.reshape(PIXELS, PIXELS)[::-1] for image in x[: len(self.chosen)]]
        self.images.data = {"image": images, "x": across + 0.04, "y": -down - 0.96}
        for name, count in (("training", len(problem.y)), ("test", 0 if problem.test is None else len(y))):
            self.titles[name].visible = self.matrices[name].visible = count > 0
            self.titles[name].text = f"{count} {name} samples"

    def columns(self, numbers: Array | None, shown: Sequence[str]) -> dict[str, dict[str, Any]]:
        assert self.problem is not None
        true = self.problem.everything()[1]
        if numbers is None:
            numbers = np.full((0, 2), np.nan)
        said, learned = numbers[:, 0], len(self.problem.y)
        columns = {"answers": self._answers(numbers, true, alone="classes" in shown)}
        for name, part in (("training", slice(0, learned)), ("test", slice(learned, None))):
            known = said[part]
            counts = confusion(known, true[part][: len(known)])
            columns[f"{name} colours"] = {"image": [coloured(counts)]}
            columns[f"{name} counts"] = _counts(counts)
        return columns

    def _answers(self, numbers: Array, true: Array, *, alone: bool) -> dict[str, Any]:
        """What is said of the images: wrong answers on red, all paler where they are less sure."""
        chosen = self.chosen[self.chosen < len(numbers)]
        places = np.arange(len(chosen))
        said, sure = numbers[chosen].T
        wrong = said != true[chosen]
        return {
            "x": places % PER_ROW + 0.5,
            "y": -(places // PER_ROW) * CELL[1] - 1.23,
            "text": [str(int(each)) for each in said],
            "colour": np.where(wrong, WRONG_TEXT, RIGHT_TEXT).tolist(),
            "alpha": np.ones(len(chosen)) if alone else PALEST + (1 - PALEST) * sure,
            "box": wrong.astype(float),
        }

    @staticmethod
    def legend(problem: Digits, shown: Sequence[str]) -> str:
        whose = "of the test" if problem.test else "that are learned from"
        paler = "" if "classes" in shown else ", paler where it is less sure"
        return escape(
            f"Images: the first samples {whose}, with what the network says of each below it, red where that is "
            f"wrong{paler}. Matrices: how many samples of each digit (rows) are said to be each digit (columns); blue "
            "is right, orange is wrong."
        )


def coloured(counts: Array) -> Array:
    """A matrix of confusions (10, 10) as packed colours: the larger its share of the row, the darker.

    Of wrong ones, the root of the share, so that a single one among many is seen.
    """
    share = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    right = np.eye(CLASSES, dtype=bool)
    strength = np.where(right, 0.8 * share, np.sqrt(share))[..., np.newaxis]
    mixed = 255 - strength * (255 - np.where(right[..., np.newaxis], RIGHT, WRONG))
    packed = np.full((CLASSES, CLASSES, 4), 255, np.uint8)
    packed[..., :3] = mixed
    return packed.view(np.uint32)[..., 0][::-1].copy()


def _counts(counts: Array) -> dict[str, Any]:
    """The numbers of a matrix that are not 0, at their cells."""
    rows, columns = np.nonzero(counts)
    share = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    dark = share[rows, columns] > np.where(rows == columns, 0.45, 0.6)
    return {
        "x": columns.astype(float),
        "y": -rows.astype(float),
        "text": [str(count) for count in counts[rows, columns]],
        "colour": np.where(dark, "#FFFFFF", "#000000").tolist(),
    }
