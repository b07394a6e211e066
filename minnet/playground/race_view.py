"""The race to look at: a plane or a curve for each optimizer, losses and accuracies, and the standings."""

from html import escape
from typing import Any

import numpy as np
from bokeh.layouts import column, row
from bokeh.models import ColumnDataSource, Div

from minnet.playground.problems import OWN, RaceProblem
from minnet.playground.race import SIDE, Frame
from minnet.playground.settings import RACERS, RaceSettings
from minnet.playground.theme import (
    CLASS_COLOURS,
    COLOURS,
    WRAP,
    fixed_range,
    line_of,
    markers,
    note,
    plot,
    rgba,
    swatch,
)

SHOWN = 250  # samples that are drawn
PLANE = 226  # pixels


class RaceView:
    """Plots that follow a race.

    The sources hold what is drawn: ``curves`` with columns step, loss0..., accuracy0...; ``planes`` an image for each,
    ``functions`` the values of a curve for each.
    """

    def __init__(self) -> None:
        self.curves = ColumnDataSource({name: [] for name in _columns()})
        self.samples = ColumnDataSource({"x": [], "y": [], "colour": [], "edge": []})
        self.planes = [ColumnDataSource({"image": [], "x": [], "y": [], "w": [], "h": []}) for _ in range(RACERS)]
        self.functions = ColumnDataSource({name: [] for name in ("x", *(f"f{i}" for i in range(RACERS)))})
        self.notes = [note(0, 0) for _ in range(RACERS)]
        self.maps = [self._map(i) for i in range(RACERS)]
        bold = [{"font-weight": "bold", "color": colour} for colour in COLOURS]
        self.names = [Div(text="", width=PLANE, styles=style) for style in bold]
        self.panels = [column(name, figure, visible=False) for name, figure in zip(self.names, self.maps, strict=True)]
        self.loss = self._curve("Loss of all samples", "loss", y_axis_type="log")
        self.accuracy = self._curve("Accuracy on all samples", "accuracy", y_range=(-0.02, 1.02))
        self.legend = Div(text="", sizing_mode="stretch_width")
        self.standings = Div(text="", sizing_mode="stretch_width", min_width=320)
        self.layout = column(
            row(*self.panels, stylesheets=[WRAP], sizing_mode="stretch_width"),
            self.legend,
            row(self.loss, self.accuracy, stylesheets=[WRAP], sizing_mode="stretch_width"),
            self.standings,
            sizing_mode="stretch_width",
        )

    def _map(self, number: int) -> Any:
        figure = plot("", PLANE, PLANE, x_range=fixed_range(-1, 1), y_range=fixed_range(-1, 1))
        figure.title = (
            None  # drawing text is most of what a frame would cost; so `names` and `legend` are beside the plots
        )
        figure.axis.visible = False
        figure.min_border = 4
        figure.image_rgba(image="image", x="x", y="y", dw="w", dh="h", source=self.planes[number])
        figure.scatter("x", "y", color="colour", line_color="edge", line_width=0.6, size=5, source=self.samples)
        figure.line("x", f"f{number}", source=self.functions, line_width=2.5, line_color=COLOURS[number])
        figure.grid.visible = False
        figure.add_layout(self.notes[number])
        return figure

    def _curve(self, title: str, name: str, **options: Any) -> Any:
        figure = plot(title, 356, 250, x_axis_label="updates", y_axis_label=name, **options)
        for number in range(RACERS):
            figure.line("step", f"{name}{number}", source=self.curves, **line_of(number))
        figure.x_range.start = 0
        return figure

    def begin(self, settings: RaceSettings, problem: RaceProblem) -> None:
        """Draw another race's samples and names."""
        self.labels = [entry.label for entry in settings.entries]
        self.problem = problem
        low, high = problem.box
        corners = problem.heights
        x, y = problem.subset(SHOWN)
        if problem.classes:
            self.samples.data = {"x": x[:, 0], "y": x[:, 1]} | markers(y)
        else:
            self.samples.data = {"x": x[:, 0], "y": y, "colour": ["#999999"] * len(x), "edge": ["#FFFFFF"] * len(x)}
        empty = np.full(4 * SIDE, np.nan)
        along = problem.grid(SIDE)[:, 0] if not problem.classes else empty
        self.functions.data = {"x": along} | {f"f{i}": empty for i in range(RACERS)}
        for number, figure in enumerate(self.maps):
            present = self.panels[number].visible = number < len(self.labels)
            self.names[number].text = escape(settings.entries[number].short) if present else ""
            figure.x_range.update(start=float(low[0]), end=float(high[0]))
            figure.y_range.update(start=corners[0], end=corners[1])
            self.notes[number].update(x=float(low[0] + high[0]) / 2, y=sum(corners) / 2)
            self.planes[number].data = {"image": [], "x": [], "y": [], "w": [], "h": []}
        self.accuracy.visible = bool(problem.classes)
        across = f"Across: {problem.names[0]} from {low[0]:.3g} to {high[0]:.3g}"
        up = f"up: {problem.names[1]} from {corners[0]:.3g} to {corners[1]:.3g}"
        if problem.classes:
            drawn = "dots: samples; areas: the network's classes, paler where it is less sure"
        else:
            drawn = "dots: samples; line: the network"
        scaled = ". Columns of your file are scaled to mean 0 and variance 1" if settings.data == OWN else ""
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
                image = {"image": [rgba(frame.planes[number], SIDE)]} | box
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
        for name, values in (("loss", frame.losses), ("accuracy", frame.accuracies)):
            with np.errstate(invalid="ignore"):
                drawn = np.where((values > 0) & (values < 1e30), values, np.nan) if name == "loss" else values
            data |= {f"{name}{i}": drawn[:, i] if i < racers else absent for i in range(RACERS)}
        self.curves.data = data

    def show_standings(self, frame: Frame) -> None:
        """Loss, accuracy (of classes) and state of each, as a table."""
        rows = []
        for number, label in enumerate(self.labels):
            loss, accuracy = frame.losses[-1, number], frame.accuracies[-1, number]
            state = frame.states[number] or "under way"
            accuracy_text = "" if np.isnan(accuracy) else f"{accuracy:.3f}"
            accuracy_cell = f"<td>{accuracy_text}</td>" if self.problem.classes else ""
            rows.append(
                f"<tr><td>{swatch(number)} {escape(label)}</td><td>{'' if np.isnan(loss) else f'{loss:.3g}'}</td>"
                f"{accuracy_cell}<td>{escape(state)}</td></tr>"
            )
        accuracy_head = "<th>accuracy</th>" if self.problem.classes else ""
        head = f"<tr><th>optimizer</th><th>loss</th>{accuracy_head}<th>state</th></tr>"
        style = "<style>td, th { text-align: left; padding: 1px 14px 1px 0; }</style>"
        self.standings.text = f"{style}<table>{head}{''.join(rows)}</table>"


def _columns() -> list[str]:
    return ["step", *(f"{name}{i}" for name in ("loss", "accuracy") for i in range(RACERS))]
