"""What is selected in a network, by fields or by a click, and what can be done with it: a new value, off and on."""

from collections.abc import Callable
from html import escape
from typing import Any

from bokeh.layouts import column, row
from bokeh.models import Button, Div

from minnet.errors import SettingError
from minnet.playground.diagram import Part, layer_name, short_name, unit_name
from minnet.playground.network_state import NetworkState
from minnet.playground.numbers import Number
from minnet.playground.problem import RaceProblem
from minnet.playground.theme import WRAP, alert, choice, text_field

WIDTH = 120  # pixels of a field
VALUE = Number("New value", -100_000, 100_000)
BIAS, NO_BIAS = "bias", "none: an input"


class UnitFields:
    """Fields for the layer, the unit and its bias or one of its weights.

    Parameters
    ----------
    on_selection : function
        Called when something else is selected.
    set_parameter : function of a place in theta and a value
    switch : function of a unit and of whether it is to be on
    """

    def __init__(
        self,
        on_selection: Callable[[], None],
        set_parameter: Callable[[int, float], None],
        switch: Callable[[tuple[int, int], bool], None],
    ) -> None:
        self._on_selection, self._set_parameter, self._switch = on_selection, set_parameter, switch
        self._quiet = False
        self.part = Part(0, 0)
        self.state: NetworkState | None = None
        self.layer = choice("Layer", ["inputs"], "inputs", WIDTH)
        self.unit = choice("Unit", [("0", "0")], "0", WIDTH)
        self.parameter = choice("Bias or weight", [(BIAS, BIAS)], BIAS, WIDTH + 30)
        self.value = text_field(VALUE.title, "", WIDTH)
        self.switch_button = Button(label="Switch off", width=WIDTH)
        self.text, self.fault = Div(text="", sizing_mode="stretch_width"), alert()
        self.layer.on_change("value", lambda attribute, old, new: self._on_layer())
        self.unit.on_change("value", lambda attribute, old, new: self._on_unit())
        self.parameter.on_change("value", lambda attribute, old, new: self._on_parameter())
        self.value.on_change("value", lambda attribute, old, new: self._on_value())
        self.switch_button.on_click(self._on_switch)
        fields: tuple[Any, ...] = (self.layer, self.unit, self.parameter, self.value, self.switch_button)
        self.switch_button.styles = {"align-self": "end"}
        self.layout = column(row(*fields, stylesheets=[WRAP]), self.text, self.fault, sizing_mode="stretch_width")

    def begin(self, sizes: list[int], problem: RaceProblem) -> None:
        """Another race's network: what was selected, if there is such a thing, or else the first output."""
        self.sizes, self.problem, self.state = sizes, problem, None
        layer, unit, source = self.part
        known = 0 < layer < len(sizes) and unit < sizes[layer] and (source or 0) < sizes[layer - 1]
        self.select(self.part if known else Part(len(sizes) - 1, 0))

    def select(self, part: Part) -> None:
        """A unit, or a weight."""
        self.part, self._quiet, self.fault.text = part, True, ""
        try:
            layers = len(self.sizes)
            self.layer.options = [(str(layer), layer_name(layer, layers)) for layer in range(layers)]
            self.layer.value = str(part.layer)
            self.unit.options = self._options(part.layer, "")
            self.unit.value = str(part.unit)
            has_bias = part.layer > 0
            weights = self._options(part.layer - 1, "weight from ") if has_bias else []
            self.parameter.options = [(BIAS, BIAS if has_bias else NO_BIAS), *weights]
            self.parameter.value = BIAS if part.source is None else str(part.source)
        finally:
            self._quiet = False
        self.parameter.disabled = not has_bias
        self._describe()
        self._on_selection()

    def _options(self, layer: int, before: str) -> list[tuple[str, str]]:
        units = [Part(layer, unit) for unit in range(self.sizes[layer])]
        return [(str(part.unit), before + short_name(part, self.sizes, self.problem)) for part in units]

    def _name(self, layer: int, unit: int) -> str:
        return unit_name(Part(layer, unit), self.sizes, self.problem)

    def _on_layer(self) -> None:
        if not self._quiet:
            self.select(Part(int(str(self.layer.value)), 0))

    def _on_unit(self) -> None:
        if not self._quiet:
            self.select(Part(self.part.layer, int(str(self.unit.value))))

    def _on_parameter(self) -> None:
        if not self._quiet:
            chosen = str(self.parameter.value)
            self.select(Part(self.part.layer, self.part.unit, None if chosen == BIAS else int(chosen)))

    def show(self, state: NetworkState) -> None:
        """The network as it is now."""
        self.state = state
        self._describe()

    def _describe(self) -> None:
        """What is selected, in words."""
        layer, unit, source = self.part
        state = self.state
        is_off = state is not None and (layer, unit) in state.off
        is_held = state is not None and source is not None and (layer - 1, source) in state.off
        self.value.disabled = layer == 0 or is_held
        self.switch_button.label = "Switch on" if is_off else "Switch off"
        self.switch_button.disabled = state is None or layer == len(self.sizes) - 1
        if state is None:
            self.text.text = ""
            return
        words = f"<b>{escape(self._name(layer, unit))}</b>"
        if layer:
            weights, biases = state.weights[layer - 1], state.biases[layer - 1]
            value = biases[unit] if source is None else weights[source, unit]
            which = BIAS if source is None else f"weight from {self._name(layer - 1, source)}"
            words += f": {escape(which)} <b>{value:.4g}</b>"
        if is_off:
            words += "; it is switched off: its outgoing weights are held at 0, its own are left as they are"
        elif is_held:
            words += "; held at 0, because the unit that it comes from is switched off"
        self.text.text = words

    def _on_value(self) -> None:
        text = str(self.value.value).strip()
        if not text or self.state is None:
            return
        try:
            value = VALUE.read(text)
        except SettingError as error:
            self.fault.text = escape(str(error))
            return
        self.fault.text = ""
        layer, unit, source = self.part
        weights, biases = self.state.places[layer - 1]
        self.value.value = ""  # the next value, even the same, is a change again
        self._set_parameter(int(biases[unit] if source is None else weights[source, unit]), value)

    def _on_switch(self) -> None:
        if self.state is not None:
            unit = self.part.layer, self.part.unit
            self._switch(unit, unit in self.state.off)
