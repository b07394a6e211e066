"""One racer's network as it is now: a drawing with all its weights and biases."""

from collections.abc import Callable, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import Div

from minnet.playground.diagram import MOST, NEGATIVE, POSITIVE, svg
from minnet.playground.shell import region
from minnet.playground.theme import choice
from minnet.types import Array

EXPLAINED = (
    f'Lines are weights, <span style="color:{POSITIVE}">red</span> where they are positive and '
    f'<span style="color:{NEGATIVE}">blue</span> where they are negative, the thicker the larger, compared with the '
    f"largest of the network; circles are units. Point at one to read its weight or its bias. Of layers with more than "
    f"{MOST} units, the first {MOST} are drawn."
)


class NetworkView:
    """The drawing, and which racer's network it is.

    Parameters
    ----------
    request_layers : function of a racer's number and of a callback
        Asks for the weights and biases of all its layers; the callback gets None where there is no race.
    """

    def __init__(self, request_layers: Callable[[int, Callable[[Any], None]], None]) -> None:
        self._request_layers = request_layers
        self.names: Sequence[str] = ()
        self.racer = choice("Optimizer", ["0"], "0", 420)
        self.racer.on_change("value", lambda attribute, old, new: self.update())
        self.drawing = Div(text="", sizing_mode="stretch_width", styles={"overflow-x": "auto"},
                           html_attributes=region("The network"))  # fmt: skip
        explained = Div(text=EXPLAINED, sizing_mode="stretch_width")
        self.layout = column(self.racer, self.drawing, explained, sizing_mode="stretch_width")

    def begin(self, labels: Sequence[str], names: Sequence[str]) -> None:
        """Another race: its racers, and the names of its inputs and of what is predicted."""
        self.names = names
        self.racer.options = [(str(number), f"{number + 1}: {label}") for number, label in enumerate(labels)]
        if int(str(self.racer.value)) >= len(labels):
            self.racer.value = "0"

    def update(self) -> None:
        """Ask for the weights."""
        self._request_layers(int(str(self.racer.value)), self._show)

    def _show(self, layers: list[tuple[Array, Array]] | None) -> None:
        self.drawing.text = "There is no race." if layers is None else svg(layers, self.names)
