"""The race to look at: a plane or a curve for each optimizer, losses and accuracies, and the standings."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import numpy as np
from bokeh.layouts import column, row
from bokeh.models import CheckboxGroup, ColumnDataSource, Div

from minnet.playground.problems import OWN, RaceProblem
from minnet.playground.race import SIDE, Frame
from minnet.playground.settings import RACERS, RaceSettings
from minnet.playground.shell import named_image
from minnet.playground.theme import (
    BOXES,
    CLASS_COLOURS,
    COLOURS,
    NARROW,
    PALE,
    TEST_GREY,
    TEST_SIZE,
    WRAP,
    entitle,
    fixed_range,
    line_of,
    note,
    on_log_axis,
    plot,
    rgba,
    samples_of,
    swatch,
)

SHOWN = 250  # samples that are drawn
PLANE = 226  # pixels
HALVED = f":host {{ width: {PLANE}px; }} {NARROW} {{ :host {{ width: calc(50vw - 18px); }} }}"  # two beside each other
SQUARE = f"{HALVED} {NARROW} {{ :host {{ height: calc(50vw - 18px); flex: none; }} }}"
OPTIONS = {"test": "Show test samples, as squares", "classes": "Show classes alone, however sure"}
"""What may be shown in the pictures, by what an address calls it."""


class RaceView:
    """Plots that follow a race.

    The sources hold what is drawn: ``curves`` with columns step, loss0..., accuracy0...; ``planes`` an image for each,
    ``functions`` the values of a curve for each.

    Parameters
    ----------
    changed : function
        Called when the user has chosen to see something else of the same race.
    """

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self.curves = ColumnDataSource({name: [] for name in _columns()})
        self.samples, self.tests = (ColumnDataSource({"x": [], "y": [], "colour": [], "edge": []}) for _ in range(2))
        self.options = CheckboxGroup(labels=list(OPTIONS.values()), active=[], inline=True, stylesheets=[BOXES],
 html_attributes={"role": "group", "aria-label": "What is drawn"})  # fmt: skip
        self.test_markers: list[Any] = []
        self.planes = [ColumnDataSource({"image": [], "x": [], "y": [], "w": [], "h": []}) for _ in range(RACERS)]
        self.functions = ColumnDataSource({name: [] for name in ("x", *(f"f{i}" for i in range(RACERS)))})
        self.notes = [note(0, 0) for _ in range(RACERS)]
        self.maps = [self._map(i) for i in range(RACERS)]
        self.names = [Div(text="", styles={"font-weight": "bold"}, stylesheets=[HALVED]) for _ in range(RACERS)]
        self.panels = [column(name, figure, visible=False) for name, figure in zip(self.names, self.maps, strict=True)]
        self.loss = self._curve("Loss of all samples", "loss", y_axis_type="log")
        self.accuracy = self._curve("Accuracy on all samples", "accuracy", y_range=(-0.02, 1.02))
        self.legend = Div(text="", sizing_mode="stretch_width")
        self.standings = Div(text="", sizing_mode="stretch_width")
        self.layout = column(
            row(*self.panels, stylesheets=[WRAP], sizing_mode="stretch_width"),
            self.options,
            self.legend,
            row(self.loss, self.accuracy, stylesheets=[WRAP], sizing_mode="stretch_width"),
            self.standings,
            sizing_mode="stretch_width",
        )
        self._changed = changed
        self.labels: list[str] = []  # none before the first race
        self.options.on_change("active", lambda attribute, old, new: self._on_options())

    @property
    def shown(self) -> tuple[str, ...]:
        """Which of `OPTIONS` are chosen."""
        return tuple(name for number, name in enumerate(OPTIONS) if number in self.options.active)

    def choose(self, names: Sequence[str]) -> None:
        """Show these of `OPTIONS`; what is none of them is passed over."""
        self.options.active = [number for number, name in enumerate(OPTIONS) if name in names]

    def _on_options(self) -> None:
        for renderer in self.test_markers:
            renderer.visible = "test" in self.shown
        if self.labels:
            self._show_legend()
        self._changed()

    def _map(self, number: int) -> Any:
        figure = plot("", PLANE, PLANE, stylesheet=SQUARE, x_range=fixed_range(-1, 1), y_range=fixed_range(-1, 1))
        figure.title = (
            None  # drawing text is most of what a frame would cost; so `names` and `legend` are beside the plots
        )
        figure.axis.visible = False
        figure.min_border = 4
        figure.image_rgba(image="image", x="x", y="y", dw="w", dh="h", source=self.planes[number])
        figure.scatter("x", "y", color="colour", line_color="edge", line_width=0.6, size=5, source=self.samples)
        colours = {"color": "colour", "line_color": "edge", "line_width": 0.6}
        tests = figure.scatter("x", "y", marker="square", size=TEST_SIZE, source=self.tests, **colours)
        tests.visible = False
        self.test_markers.append(tests)
        figure.line("x", f"f{number}", source=self.functions, line_width=2.5, line_color=COLOURS[number])
        figure.grid.visible = False
        figure.add_layout(self.notes[number])
        return figure

    def _curve(self, title: str, name: str, **options: Any) -> Any:
        figure = plot(title, 356, 250, x_axis_label="updates", y_axis_label=name, **options)
        for number in range(RACERS):
            figure.line("step", f"{name}{number}", source=self.curves, **line_of(number))
            if name == "loss":
                figure.line("step", f"test{number}", source=self.curves, **line_of(number), line_alpha=PALE)
        figure.x_range.start = 0
        return figure

    def begin(self, settings: RaceSettings, problem: RaceProblem) -> None:
        """Draw another race's samples and names."""
        self.labels = [entry.label for entry in settings.entries]
        self.problem = problem
        low, high = problem.box
        corners = problem.heights
        self.samples.data = samples_of(*problem.subset(SHOWN), problem.classes)
        self.tests.data = samples_of(*problem.test_subset(SHOWN), problem.classes, TEST_GREY)
        entitle(self.loss, loss_title(problem))
        entitle(self.accuracy, f"Accuracy on {trained_on(problem)}")
        empty = np.full(4 * SIDE, np.nan)
        along = problem.grid(SIDE)[:, 0] if not problem.classes else empty
        self.functions.data = {"x": along} | {f"f{i}": empty for i in range(RACERS)}
        for number, figure in enumerate(self.maps):
            present = self.panels[number].visible = number < len(self.labels)
            name = settings.entries[number].short if present else ""
            self.names[number].text = f"{swatch(number)} {escape(name)}" if present else ""
            figure.html_attributes = named_image(f"{name}: what the network has learned, as a picture")
            figure.x_range.update(start=float(low[0]), end=float(high[0]))
            figure.y_range.update(start=corners[0], end=corners[1])
            self.notes[number].update(x=float(low[0] + high[0]) / 2, y=sum(corners) / 2)
            self.planes[number].data = {"image": [], "x": [], "y": [], "w": [], "h": []}
        self.accuracy.visible = bool(problem.classes)
        self._own = settings.data == OWN
        self._show_legend()

    def _show_legend(self) -> None:
        """What is drawn in the pictures."""
        problem, (low, high), corners = self.problem, self.problem.box, self.problem.heights
        across = f"Across: {problem.names[0]} from {low[0]:.3g} to {high[0]:.3g}"
        up = f"up: {problem.names[1]} from {corners[0]:.3g} to {corners[1]:.3g}"
        drawn = "dots: samples" + ("; squares: of the test" if problem.test and "test" in self.shown else "")
        paler = "" if "classes" in self.shown else ", paler where it is less sure"
        drawn += f"; areas: the network's classes{paler}" if problem.classes else "; line: the network"
        scaled = ". Columns of your file are scaled to mean 0 and variance 1" if self._own else ""
        pairs = zip(CLASS_COLOURS, problem.labels, strict=False)
        classes = " ".join(f'<span style="color:{c}">&#9679;</span> {escape(label[:30])}' for c, label in pairs)
        class_names = f" {escape(problem.names[-1])}: {classes}" if problem.classes else ""
        self.legend.text = escape(f"{across}; {up}; {drawn}{scaled}.") + class_names

    def show(self, frame: Frame) -> None:
        """Draw a moment of the race."""
        low, high = self.problem.box
        racers = len(frame.states)
        diverged = [state.startswith("diverged") for state in frame.states]
        for text_of_panel, state, is_lost in zip(self.notes, frame.states, diverged, strict=False):
            text_of_panel.update(text=state.replace(" at ", "\nat ") if is_lost else "", visible=is_lost)
        if self.problem.classes:
            box = {"x": [low[0]], "y": [low[1]], "w": [high[0] - low[0]], "h": [high[1] - low[1]]}
            nothing: dict[str, Any] = {name: [] for name in ("image", *box)}
            for number in range(racers):
                image = {"image": [rgba(frame.planes[number], SIDE, alone="classes" in self.shown)]} | box
                self.planes[number].data = nothing if diverged[number] else image
        else:
            missing = np.full(4 * SIDE, np.nan)
            drawn = [frame.planes[i][:, 0] if i < racers and not diverged[i] else missing for i in range(RACERS)]
            self.functions.data = {"x": self.functions.data["x"]} | {f"f{i}": f for i, f in enumerate(drawn)}

    def show_curves(self, frame: Frame) -> None:
        """Draw losses and accuracies so far."""
        racers = len(frame.states)
        absent = np.full(len(frame.steps), np.nan)
        data: dict[str, Any] = {"step": frame.steps}
        for name, values in (("loss", frame.losses), ("test", frame.test_losses), ("accuracy", frame.accuracies)):
            drawn = values if name == "accuracy" else on_log_axis(values)
            data |= {f"{name}{i}": drawn[:, i] if i < racers else absent for i in range(RACERS)}
        self.curves.data = data

    def show_standings(self, frame: Frame) -> None:
        """Loss, accuracy (of classes) and state of each, as a table."""
        rows, tested = [], self.problem.test is not None
        for number, label in enumerate(self.labels):
            accuracy = frame.accuracies[-1, number]
            losses = [frame.losses[-1, number], *([frame.test_losses[-1, number]] if tested else [])]
            loss_cells = "".join(f"<td>{'' if np.isnan(loss) else f'{loss:.3g}'}</td>" for loss in losses)
            state = frame.states[number] or "under way"
            accuracy_text = "" if np.isnan(accuracy) else f"{accuracy:.3f}"
            accuracy_cell = f"<td>{accuracy_text}</td>" if self.problem.classes else ""
            rows.append(
                f"<tr><td>{swatch(number)} {escape(label)}</td>{loss_cells}{accuracy_cell}<td>{escape(state)}</td></tr>"
            )
        accuracy_head = "<th>accuracy</th>" if self.problem.classes else ""
        test_head = "<th>test loss</th>" if tested else ""
        head = f"<tr><th>optimizer</th><th>loss</th>{test_head}{accuracy_head}<th>state</th></tr>"
        style = "<style>td, th { text-align: left; padding: 1px 14px 1px 0; overflow-wrap: anywhere; }</style>"
        self.standings.text = f"{style}<table>{head}{''.join(rows)}</table>"


def trained_on(problem: RaceProblem) -> str:
    """What losses and accuracies are of."""
    return "all samples" if problem.test is None else "training samples"


def loss_title(problem: RaceProblem) -> str:
    """Of the plot of losses."""
    return f"Loss of {trained_on(problem)}{'' if problem.test is None else '; pale: test'}"


def _columns() -> list[str]:
    return ["step", *(f"{name}{i}" for name in ("loss", "test", "accuracy") for i in range(RACERS))]
