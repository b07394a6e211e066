"""The pictures of racers over a plane: areas of classes or the heights of a surface, and the samples."""

from abc import abstractmethod
from collections.abc import Sequence
from html import escape
from typing import Any, ClassVar

import numpy as np
from bokeh.models import ColumnDataSource

from minnet.playground.picture import PANEL, SHOWN, Dots, Picture, drawn_dots
from minnet.playground.plane import SIDE, OverPlane, Plane
from minnet.playground.surface import Surface
from minnet.playground.theme import CLASS_COLOURS, label_axes, rgba, samples_of
from minnet.playground.unit_pictures import colours_of, signed
from minnet.plotting.networks import NEGATIVE, POSITIVE
from minnet.types import Array

EMPTY = np.zeros((1, 1), np.uint32)


class OverPlanePicture(Picture):
    """The plane as an image."""

    width = PANEL
    drawn: ClassVar[str]  # what is to be seen, for screen readers

    @abstractmethod
    def samples(self, problem: Any, x: Array, y: Array, *, of_test: bool) -> dict[str, Any]:
        """Columns of samples x (n, 2) and y (n,)."""

    def draw(self) -> None:
        self.layout = self.figure(PANEL, PANEL, self.drawn)
        box: dict[str, Any] = {"x": [0], "y": [0], "w": [1], "h": [1]}
        self.sources["image"] = ColumnDataSource({"image": [EMPTY]} | box)
        self.layout.image_rgba("image", x="x", y="y", dw="w", dh="h", source=self.sources["image"])
        self.dots = Dots(self.layout)

    def begin(self, problem: OverPlane, shown: Sequence[str]) -> None:
        (left, below), (right, above) = problem.box
        self.layout.x_range.update(start=float(left), end=float(right))
        self.layout.y_range.update(start=float(below), end=float(above))
        label_axes(self.layout, *problem.names[:2])
        self.put_note(self.layout)
        box = {"x": [left], "y": [below], "w": [right - left], "h": [above - below]}
        self.sources["image"].data = {"image": [EMPTY]} | box
        learned = self.samples(problem, *problem.subset(SHOWN), of_test=False)
        self.dots.begin(learned, self.samples(problem, *problem.test_subset(SHOWN), of_test=True), shown)


class PlanePicture(OverPlanePicture):
    """Areas of classes."""

    options = ("test", "classes")
    drawn = "areas of its classes, and the samples"

    def samples(self, problem: Plane, x: Array, y: Array, *, of_test: bool) -> dict[str, Any]:
        return samples_of(x, y, problem.classes)

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


class SurfacePicture(OverPlanePicture):
    """Heights as colours: red above 0, blue below."""

    options = ("test", "classes")
    drawn = "heights of its surface as colours, and the samples"
    scale = 1.0

    def samples(self, problem: Surface, x: Array, y: Array, *, of_test: bool) -> dict[str, Any]:
        self.scale = problem.scale
        edges = ["#000000" if of_test else "#555555"] * len(x)
        return {"x": x[:, 0], "y": x[:, 1], "colour": colours_of(y / problem.scale), "edge": edges}

    def columns(self, numbers: Array | None, shown: Sequence[str]) -> dict[str, dict[str, Any]]:
        image = EMPTY if numbers is None else signed(numbers, SIDE, self.scale, alone="classes" in shown)[0]
        return {"image": {"image": [image]}}

    @staticmethod
    def legend(problem: Surface, shown: Sequence[str]) -> str:
        low, high = problem.box
        across, up = (f"{name} from {a:.3g} to {b:.3g}" for name, a, b in zip(problem.names, low, high, strict=False))
        said = f"Across: {across}; up: {up}; {drawn_dots(problem, shown)}; areas: the network. {problem.names[-1]}:"
        darkest = "" if "classes" in shown else f", darkest where it is {problem.scale:.3g} or more from it"
        above, below = (
            f'<span style="color:{c}">&#9679;</span> {w} 0' for c, w in ((POSITIVE, "above"), (NEGATIVE, "below"))
        )
        return f"{escape(said)} {above}, {below}{darkest}"
