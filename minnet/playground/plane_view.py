"""The picture of a racer that tells classes apart in a plane: areas of its classes, and the samples."""

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource

from minnet.playground.picture import PANEL, SHOWN, Dots, Picture, drawn_dots
from minnet.playground.plane import SIDE, Plane
from minnet.playground.theme import CLASS_COLOURS, TEST_GREY, rgba, samples_of
from minnet.types import Array

EMPTY = np.zeros((1, 1), np.uint32)


class PlanePicture(Picture):
    """The plane as an image."""

    options = ("test", "classes")
    width = PANEL

    def draw(self) -> None:
        self.layout = self.figure(PANEL, PANEL, "areas of its classes, and the samples")
        box: dict[str, Any] = {"x": [0], "y": [0], "w": [1], "h": [1]}
        self.sources["image"] = ColumnDataSource({"image": [EMPTY]} | box)
        self.layout.image_rgba("image", x="x", y="y", dw="w", dh="h", source=self.sources["image"])
        self.dots = Dots(self.layout)
        self.layout.add_layout(self.note)

    def begin(self, problem: Plane, shown: Sequence[str]) -> None:
        (left, below), (right, above) = problem.box
        self.layout.x_range.update(start=float(left), end=float(right))
        self.layout.y_range.update(start=float(below), end=float(above))
        self.layout.xaxis.axis_label, self.layout.yaxis.axis_label = problem.names[:2]
        self.put_note(self.layout)
        box = {"x": [left], "y": [below], "w": [right - left], "h": [above - below]}
        self.sources["image"].data = {"image": [EMPTY]} | box
        samples = samples_of(*problem.subset(SHOWN), problem.classes)
        self.dots.begin(samples, samples_of(*problem.test_subset(SHOWN), problem.classes, TEST_GREY), shown)

    def columns(self, numbers: Array | None, shown: Sequence[str]) -> dict[str, dict[str, Any]]:
        image = EMPTY if numbers is None else rgba(numbers, SIDE, alone="classes" in shown)
        return {"image": {"image": [image]}}

    @staticmethod
    def legend(problem: Plane, shown: Sequence[str]) -> str:
        low, high = problem.box
        across, up = (f"{name} from {a:.3g} to {b:.3g}" for name, a, b in zip(problem.names, low, high, strict=False))
        paler = "" if "classes" in shown else ", paler where it is less sure"
        areas = f"areas: the network's classes{paler}"
        drawn = escape(f"Across: {across}; up: {up}; {drawn_dots(problem, shown)}; {areas}. {problem.names[-1]}:")
        pairs = zip(CLASS_COLOURS, problem.labels, strict=False)
        return " ".join(
            [drawn, *(f'<span style="color:{c}">&#9679;</span> {escape(label[:30])}' for c, label in pairs)]
        )
