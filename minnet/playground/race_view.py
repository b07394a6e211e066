"""The race to look at: a picture for each optimizer, losses and accuracies, and the standings."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import numpy as np
from bokeh.layouts import column, row
from bokeh.models import CheckboxGroup, ColumnDataSource, Div

from minnet.playground.browser import live_text
from minnet.playground.picture import OPTIONS, Picture, fitted
from minnet.playground.pictures import PICTURES
from minnet.playground.problem import RaceProblem
from minnet.playground.problems import OWN
from minnet.playground.race import Frame
from minnet.playground.settings import RACERS, RaceSettings
from minnet.playground.theme import BOXES, PALE, WRAP, entitle, line_of, on_log_axis, plot, swatch


class RaceView:
    """Plots that follow a race.

    ``curves`` holds what is drawn of losses and accuracies, in columns step, loss0..., test0..., accuracy0...;
    ``pictures`` are those of the problem's kind, one for each optimizer and some that are not used.

    Parameters
    ----------
    changed : function
        Called when the user has chosen to see something else of the same race.
    """

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self.curves = ColumnDataSource({name: [] for name in _columns()})
        self.options = CheckboxGroup(labels=[], active=[], inline=True, stylesheets=[BOXES],
                                     html_attributes={"role": "group", "aria-label": "What is drawn"})  # fmt: skip
        self.kinds: dict[str, list[Picture]] = {}  # those that were needed so far
        self.pictures: list[Picture] = []
        self.names = [Div(text="", styles={"font-weight": "bold"}) for _ in range(RACERS)]
        self.panels = [column(name, visible=False) for name in self.names]
        self.loss = self._curve("Loss of all samples", "loss", y_axis_type="log")
        self.accuracy = self._curve("Accuracy on all samples", "accuracy", y_range=(-0.02, 1.02))
        self.legend = Div(text="", sizing_mode="stretch_width")
        self.standings = live_text(sizing_mode="stretch_width")
        self.layout = column(
            row(*self.panels, stylesheets=[WRAP], sizing_mode="stretch_width"),
            self.options,
            self.legend,
            row(self.loss, self.accuracy, stylesheets=[WRAP], sizing_mode="stretch_width"),
            self.standings.div,
            sizing_mode="stretch_width",
        )
        self._changed = changed
        self.labels: list[str] = []  # none before the first race
        self._chosen: set[str] = set()  # of `OPTIONS`, also those that the present kind of problem does not offer
        self.options.on_change("active", lambda attribute, old, new: self._on_options())

    @property
    def shown(self) -> tuple[str, ...]:
        """Which of `OPTIONS` are chosen."""
        return tuple(name for name in OPTIONS if name in self._chosen)

    @property
    def _offered(self) -> tuple[str, ...]:
        return self.pictures[0].options if self.pictures else ()

    def choose(self, names: Sequence[str]) -> None:
        """Show these of `OPTIONS`; what is none of them is passed over."""
        self._set({name for name in OPTIONS if name in names})

    def _show_options(self) -> None:
        active = [number for number, name in enumerate(self._offered) if name in self._chosen]
        self.options.update(labels=[OPTIONS[name] for name in self._offered], active=active)

    def _on_options(self) -> None:
        active = {name for number, name in enumerate(self._offered) if number in self.options.active}
        self._set(self._chosen - set(self._offered) | active)

    def _set(self, chosen: set[str]) -> None:
        if chosen != self._chosen:
            self._chosen = chosen
            self._show_options()
            if self.labels:
                self._dress()
            self._changed()

    def _dress(self) -> None:
        """Draw what does not change in a race."""
        for picture in self.pictures[: len(self.labels)]:
            picture.begin(self.problem, self.shown)
        self._show_legend()

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
        entitle(self.loss, loss_title(problem))
        entitle(self.accuracy, f"Accuracy on {trained_on(problem)}")
        self._choose_kind(problem.kind, len(self.labels))
        for panel in self.panels[len(self.labels) :]:
            panel.visible = False
        for number, entry in enumerate(settings.entries):
            self.panels[number].visible = True
            self.names[number].text = f"{swatch(number)} {escape(entry.short)}"
            self.pictures[number].call(entry.short)
        self.accuracy.visible = bool(problem.classes)
        self._own = settings.data == OWN
        self._dress()

    def _choose_kind(self, kind: str, racers: int) -> None:
        """Pictures of a kind in the panels, made when a racer needs one: it takes long in the browser."""
        self.pictures = self.kinds.setdefault(kind, [])
        self.pictures += [PICTURES[kind](number) for number in range(len(self.pictures), racers)]
        for panel, name, picture in zip(self.panels, self.names, self.pictures[:racers], strict=False):
            name.stylesheets = [fitted(picture.width)]
            panel.children = [name, picture.layout]
        self._show_options()

    def _show_legend(self) -> None:
        """What is drawn in the pictures."""
        scaled = " Columns of your file are scaled to mean 0 and variance 1." if self._own else ""
        self.legend.text = self.pictures[0].legend(self.problem, self.shown) + scaled

    def show(self, frame: Frame, *, slow: bool = True) -> None:
        """Draw a moment of the race, with or without what is slow to draw."""
        for picture, numbers, state in zip(self.pictures, frame.pictures, frame.states, strict=False):
            picture.show(numbers, state, self.shown, slow=slow)
        if slow:
            self._show_curves(frame)

    def _show_curves(self, frame: Frame) -> None:
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
        style = (
            "<style>td, th { text-align: left; padding: 1px 14px 1px 0; } td:first-child { overflow-wrap: anywhere; } "
            "td:not(:first-child, :last-child) { white-space: nowrap; }</style>"  # numbers are not broken
        )
        self.standings.text = f"{style}<table>{head}{''.join(rows)}</table>"


def trained_on(problem: RaceProblem) -> str:
    """What losses and accuracies are of."""
    return "all samples" if problem.test is None else "training samples"


def loss_title(problem: RaceProblem) -> str:
    """Of the plot of losses."""
    return f"Loss of {trained_on(problem)}{'' if problem.test is None else '; pale: test'}"


def _columns() -> list[str]:
    return ["step", *(f"{name}{i}" for name in ("loss", "test", "accuracy") for i in range(RACERS))]
