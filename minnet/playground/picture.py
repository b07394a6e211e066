"""What is drawn of one racer: a panel of its own, on the page of a race and on an exported one alike."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from bokeh.models import ColumnDataSource

from minnet.playground.problem import RaceProblem
from minnet.playground.shell import named_image
from minnet.playground.theme import COLOURS, fixed_range, note, plot
from minnet.types import Array

SHOWN = 250  # samples that are drawn
PANEL, AXES = 226, 30  # pixels
OPTIONS = {"test": "Show test samples, as squares", "classes": "Show classes, or signs, alone, however sure"}
"""What may be shown in the pictures, by what an address calls it."""


class Picture(ABC):
    """Figures of one racer, and how its numbers become what is seen.

    Parameters
    ----------
    number : int
        Of the racer, which has its colour.
    axes : bool
        Whether axes are drawn. Drawing their texts is most of what a frame would cost, so they are for pages that do
        not race.

    Attributes
    ----------
    options : tuple of str
        Of `OPTIONS`: those that change something.
    slow : tuple of str
        Those of `sources` that cost much to draw: while a race runs, they are drawn as seldom as its curves.
    width : int
        Of the panel, in pixels.
    layout : Bokeh model
        What stands in the panel.
    note : Label
        How the racer has ended; visible when it has diverged.
    sources : dict of ColumnDataSource
        What changes from frame to frame, by name.
    figures : dict of figures
        All that are in the panel, by what they show.
    """

    options: ClassVar[tuple[str, ...]]
    slow: ClassVar[tuple[str, ...]] = ()
    width: ClassVar[int]
    layout: Any

    def __init__(self, number: int, *, axes: bool = False) -> None:
        self.colour, self.axes = COLOURS[number], axes
        self.note = note(0, 0)
        self.sources: dict[str, ColumnDataSource] = {}
        self.figures: dict[str, Any] = {}
        self.draw()

    @abstractmethod
    def draw(self) -> None:
        """Make `layout` and `sources`."""

    @abstractmethod
    def begin(self, problem: Any, shown: Sequence[str]) -> None:
        """Draw what does not change in a race about this problem, and what is `shown` of `OPTIONS`."""

    @abstractmethod
    def columns(self, numbers: Array | None, shown: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The columns of each source that change, for what `RaceProblem.picture` gave; or for nothing."""

    @staticmethod
    @abstractmethod
    def legend(problem: Any, shown: Sequence[str]) -> str:
        """What is to be seen in the pictures of a problem, as HTML."""

    def show(self, numbers: Array | None, state: str, shown: Sequence[str], *, slow: bool = True) -> None:
        """Draw one frame, with or without what is slow; nothing of a racer that has diverged, but that it has."""
        lost = state.startswith("diverged")
        self.note.update(text=state.replace(" at ", "\nat ") if lost else "", visible=lost)
        if lost != (self.note in self._noted.center):  # the browser measures it at every frame, seen or not
            self._noted.center = [*self._noted.center, self.note] if lost else self._others
        for name, columns in self.columns(None if lost else numbers, shown).items():
            before = dict(self.sources[name].data)
            changed = not all(np.array_equal(before[key], column) for key, column in columns.items())
            if changed and (slow or name not in self.slow):
                self.sources[name].data = before | columns  # and its figure is painted again

    def call(self, racer: str) -> None:
        """What screen readers call the figures: by the racer, and by what each of them shows."""
        for what, figure in self.figures.items():
            figure.html_attributes = named_image(f"{racer}: {what}")

    def figure(self, width: int, height: int, what: str, *, named: bool = False) -> Any:
        """An empty figure of the panel, and what it shows; with room for axes where they are drawn.

        Where rows and columns have names (`named`), there are axes for them in any case.
        """
        room = AXES if self.axes else 0
        narrow = "" if self.axes else fitted(width, height)
        # the browser measures axes at every frame, seen or not
        none: dict[str, Any] = {} if self.axes or named else {"x_axis_location": None, "y_axis_location": None}
        figure = self.figures[what] = plot(
            "", width + room, height + room, name=what, stylesheet=narrow,
            x_range=fixed_range(-1, 1), y_range=fixed_range(-1, 1), **none,
        )  # fmt: skip
        figure.title = None  # a text again: the racer's name is beside the figure
        figure.grid.visible = False
        if not self.axes:
            figure.min_border = 4
        return figure

    def put_note(self, figure: Any) -> None:
        """The note will be in the middle of a figure."""
        self._noted, self._others = figure, [part for part in figure.center if part is not self.note]
        x, y = figure.x_range, figure.y_range
        self.note.update(x=(x.start + x.end) / 2, y=(y.start + y.end) / 2)


def fitted(width: int, height: int | None = None) -> str:
    """A stylesheet: of this width and height in pixels, or smaller in proportion where the window is narrow.

    On a phone, two panels lie beside each other, or one that is wider.
    """
    across = f"min({width}px, {50 if width <= PANEL else 100}vw - 18px)"
    high = "" if height is None else f" height: calc({height / width:.4f} * {across}); flex: none;"
    return f":host {{ width: {across};{high} }}"


class Dots:
    """Samples on a figure: circles, and squares for those of the test, which can be hidden."""

    def __init__(self, figure: Any, size: int = 5) -> None:
        self.samples, self.tests = (ColumnDataSource({"x": [], "y": [], "colour": [], "edge": []}) for _ in range(2))
        colours = {"color": "colour", "line_color": "edge", "line_width": 0.6}
        figure.scatter("x", "y", size=size, source=self.samples, **colours)
        self.squares = figure.scatter("x", "y", marker="square", size=size + 2, source=self.tests, **colours)

    def begin(self, samples: dict[str, Any], tests: dict[str, Any], shown: Sequence[str]) -> None:
        """Columns of other samples."""
        self.samples.data, self.tests.data = samples, tests
        self.squares.visible = "test" in shown


def drawn_dots(problem: RaceProblem, shown: Sequence[str]) -> str:
    """What circles and squares are."""
    return "dots: samples" + ("; squares: of the test" if problem.test and "test" in shown else "")
