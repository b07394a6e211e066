"""One racer's network as it is now: a diagram with pictures of its units, and fields to change it by."""

from collections.abc import Callable, Sequence
from typing import Any

from bokeh.events import Tap
from bokeh.layouts import column, row
from bokeh.models import CheckboxGroup, CustomJS, Div, TextInput

from minnet.playground.diagram import LEGEND, Diagram, Part
from minnet.playground.digits import Digits
from minnet.playground.layer_buttons import LayerButtons
from minnet.playground.network_state import Drawn, NetworkState
from minnet.playground.problem import RaceProblem
from minnet.playground.settings import RaceSettings
from minnet.playground.theme import WRAP, choice
from minnet.playground.unit_fields import UnitFields
from minnet.playground.unit_plot import UnitPlot
from minnet.playground.weight_pictures import WeightPictures

EXPLAINED = (
    "Click on a unit or on a line, or choose it in the fields, to select it. A new value or a switch changes the "
    "network of this optimizer alone, which races on from there. A unit that is switched off outputs nothing: its "
    "outgoing weights are held at 0, and its own weights and its bias, with what the optimizer remembers of them, stay "
    "as they are until it is switched on again, with its former weights. Meanwhile the race is slower, since they are "
    "put back after each single update. Layers and units that are added or removed begin the race anew."
)
POINTED = """
const hit = cb_data.index.indices
const value = hit.length ? String(hit[0]) : ""
if (pointed.value != value) { pointed.value = value }
"""


class NetworkView:
    """The diagram, which racer's network it is, and what is selected.

    Parameters
    ----------
    request : function of a racer's number and of a callback
        Asks for its network, which the callback gets; None where there is no race.
    edit : function of a name and arguments
        Calls "set_parameter" or "switch" of `minnet.playground.race.Race`.
    resize : function of a tuple of int
        Begins a race with these hidden layers.
    options : CheckboxGroup
        What is to be seen in the pictures; the race has the same.
    """

    def __init__(
        self,
        request: Callable[[int, Callable[[Any], None]], None],
        edit: Callable[..., None],
        resize: Callable[[tuple[int, ...]], None],
        options: CheckboxGroup,
    ) -> None:
        self._request, self._alone = request, False
        self.state: NetworkState | None = None
        self.sizes: list[int] = []
        self.racer = choice("Optimizer", ["0"], "0", 320)
        self.buttons = LayerButtons(resize)
        self.diagram, self.plot = Diagram(), UnitPlot()
        self.fields = UnitFields(
            self._on_selection,
            lambda index, value: edit("set_parameter", self.number, index, value),
            lambda unit, on: edit("switch", self.number, unit, on),
        )
        self.pointed = TextInput(visible=False)  # the number of the unit under the pointer, as text
        self.diagram.over_nodes.callback = CustomJS(args={"pointed": self.pointed}, code=POINTED)
        self.racer.on_change("value", lambda attribute, old, new: self.update())
        self.pointed.on_change("value", lambda attribute, old, new: self._show_unit())
        self.diagram.figure.on_event(Tap, self._on_tap)
        drawing = column(self.buttons.heads, self.diagram.figure, styles={"flex": "1 1 340px", "min-width": "0"})
        self.above = row(self.racer, self.buttons.layout, stylesheets=[WRAP])
        self.weights = WeightPictures()
        self.drawn = column(
            self.fields.layout,
            row(drawing, self.plot.layout, stylesheets=[WRAP], sizing_mode="stretch_width"),
            options, Div(text=f"{LEGEND}<br>{EXPLAINED}", sizing_mode="stretch_width"), self.pointed,
            sizing_mode="stretch_width",
        )  # fmt: skip
        self.undrawn = Div(text="", sizing_mode="stretch_width")
        parts = (self.above, self.drawn, self.weights.figure, self.undrawn)
        self.layout = column(*parts, sizing_mode="stretch_width")

    @property
    def number(self) -> int:
        """Of the racer whose network is shown."""
        return int(str(self.racer.value))

    def begin(self, settings: RaceSettings, problem: RaceProblem, labels: Sequence[str]) -> None:
        """Another race, and what its racers are called; or why their networks are not drawn."""
        self.state = None
        is_drawn = isinstance(problem, Drawn)
        is_digits = isinstance(problem, Digits)
        self.undrawn.text, self.drawn.visible = problem.undrawn, is_drawn
        self.weights.figure.visible, self.above.visible = is_digits, is_drawn or is_digits
        self.sizes = [len(problem.input_names), *settings.hidden, problem.n_outputs]
        self.buttons.begin(self.sizes)
        self.weights.begin(self.sizes[1])
        if isinstance(problem, Drawn):
            self.diagram.begin(self.sizes, problem)
            self.plot.begin(problem)
            self.fields.begin(self.sizes, problem)
        self.racer.options = [(str(number), f"{number + 1}: {label}") for number, label in enumerate(labels)]
        if self.number >= len(labels):
            self.racer.value = "0"

    def update(self) -> None:
        """Ask for the network."""
        self._request(self.number, self._on_state)

    def _on_state(self, state: NetworkState | None) -> None:
        if state is None or state.sizes != self.sizes:  # the second: it has crossed another race's start
            return
        if not state.outputs:
            self.weights.show(state.weights[0])
            return
        self.state = state
        self.fields.show(state)
        self.show(alone=self._alone)

    def show(self, *, alone: bool) -> None:
        """Draw the network that is known; with classes and signs `alone`, however sure or large."""
        self._alone = alone
        if self.state is not None:
            self.diagram.show(self.state, alone=alone)
            self._show_unit()

    def _on_selection(self) -> None:
        self.diagram.mark(self.fields.part)
        self._show_unit()

    def _show_unit(self) -> None:
        """The large picture: of the unit under the pointer, or else of the one that is selected."""
        if self.state is not None:
            parts, pointed = self.diagram.units(), str(self.pointed.value)
            is_known = pointed != "" and int(pointed) < len(parts)
            part = parts[int(pointed)] if is_known else self.fields.part
            self.plot.show(self.state, self.diagram, part, alone=self._alone)

    def _on_tap(self, event: Any) -> None:
        part: Part | None = self.diagram.hit(event.x, event.y, self.diagram.figure.inner_width)
        if part is not None:
            self.fields.select(part)
