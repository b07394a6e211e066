"""Buttons that add and remove hidden layers, and units above the columns of the diagram."""

from collections.abc import Callable

from bokeh.layouts import column, row
from bokeh.models import Button, Div

from minnet.playground.diagram import layer_name
from minnet.playground.settings import LAYERS, WIDTH
from minnet.playground.shell import BUTTONS
from minnet.playground.theme import WRAP
from minnet.plotting.networks import MOST

FIRST = 4  # units of a layer that is added where there is none
BUTTON = 28  # pixels
SIGN = f"""
.bk-btn {{
    width: {BUTTON}px; height: {BUTTON}px; padding: 0 0 0 9px; overflow: hidden;
    text-align: left; white-space: nowrap; font-size: 16px; line-height: 1; letter-spacing: {BUTTON}px;
}}
"""
"""Only the sign of a label is seen; the words after it are for who hears it."""
EQUAL = {"flex": "1 1 0", "min-width": "0"}
PAIR = {"width": "100%", "justify-content": "center"}  # one above the other where columns are narrow
CENTRED = {"text-align": "center", "width": "100%", "font-size": "12px"}


class LayerButtons:
    """The buttons.

    Parameters
    ----------
    resize : function of a tuple of int
        Called with the units of the hidden layers that there are to be.
    """

    def __init__(self, resize: Callable[[tuple[int, ...]], None]) -> None:
        self._resize = resize
        self.hidden: tuple[int, ...] = ()
        self.remove_layer = _button("− remove the last layer", self._on_remove_layer)
        self.add_layer = _button("+ add a layer", self._on_add_layer)
        self.layers = Div(text="", styles={"align-self": "center", "font-weight": "bold"})
        self.titles = [Div(text="", margin=0, styles=CENTRED) for _ in range(LAYERS + 2)]
        self.fewer = [_button(f"− a unit less in layer {layer}", self._on_units(layer, -1)) for layer in _hidden()]
        self.more = [_button(f"+ a unit more in layer {layer}", self._on_units(layer, 1)) for layer in _hidden()]
        pairs = [row(*pair, stylesheets=[WRAP], styles=PAIR) for pair in zip(self.fewer, self.more, strict=True)]
        inner = [column(title, pair, styles=EQUAL) for title, pair in zip(self.titles[1:-1], pairs, strict=True)]
        ends = [column(title, styles=EQUAL) for title in (self.titles[0], self.titles[-1])]
        self.columns = [ends[0], *inner, ends[1]]
        self.layout = row(self.remove_layer, self.add_layer, self.layers)
        self.heads = row(*self.columns, spacing=0, sizing_mode="stretch_width")

    def begin(self, sizes: list[int]) -> None:
        """A network of these sizes, inputs and outputs included."""
        self.hidden = tuple(sizes[1:-1])
        count = len(self.hidden)
        self.layers.text = f"{count} hidden layer{'' if count == 1 else 's'}"
        self.remove_layer.disabled, self.add_layer.disabled = count == 0, count == LAYERS
        for layer, head in enumerate(self.columns[1:-1]):
            head.visible = layer < count
            if head.visible:
                self.fewer[layer].disabled = self.hidden[layer] == 1
                self.more[layer].disabled = self.hidden[layer] == WIDTH
        titles = [*self.titles[: count + 1], self.titles[-1]]
        for layer, (title, size) in enumerate(zip(titles, sizes, strict=True)):
            drawn = f"{MOST} of " if size > MOST else ""
            units = f" unit{'' if size == 1 else 's'}" if 0 < layer < len(sizes) - 1 else ""
            title.text = f"<b>{layer_name(layer, len(sizes))}</b><br>{drawn}{size}{units}"

    def _on_add_layer(self) -> None:
        self._resize((*self.hidden, self.hidden[-1] if self.hidden else FIRST))

    def _on_remove_layer(self) -> None:
        self._resize(self.hidden[:-1])

    def _on_units(self, layer: int, change: int) -> Callable[[], None]:
        def resize() -> None:
            units = list(self.hidden)
            units[layer - 1] += change
            self._resize(tuple(units))

        return resize


def _hidden() -> range:
    """Hidden layers that there may be, counted from 1."""
    return range(1, LAYERS + 1)


def _button(label: str, on_click: Callable[[], None]) -> Button:
    button = Button(label=label, width=BUTTON, height=BUTTON, margin=2, stylesheets=[BUTTONS, SIGN])
    button.on_click(lambda event: on_click())
    return button
