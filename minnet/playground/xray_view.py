"""One weight under each optimizer: its value, its gradient, its moments, and how far it moves."""

from collections.abc import Callable
from html import escape
from typing import Any

import numpy as np
from bokeh.layouts import column, row
from bokeh.models import ColumnDataSource, Div

from minnet.errors import SettingError
from minnet.network import Network
from minnet.playground.moments import QUANTITIES, Moments
from minnet.playground.numbers import Number
from minnet.playground.settings import RACERS
from minnet.playground.theme import WRAP, alert, choice, line_of, plot, text_field

EXPLAINED = (
    "Sizes are on logarithmic axes. The step is what the last update added to the weight: for gradient descent it is "
    "the learning rate times the gradient, for RMSProp and Adam it hardly depends on how large gradients are. What an "
    "optimizer does not have is not drawn: plain gradient descent remembers nothing."
)


class XrayView:
    """Plots of `QUANTITIES` against updates.

    Parameters
    ----------
    on_parameter : function of a number
        Called with the chosen parameter, by its place in `Network.theta`.
    """

    def __init__(self, on_parameter: Callable[[int], None]) -> None:
        self._on_parameter, self._quiet = on_parameter, False
        self._starts: dict[str, tuple[int, tuple[int, ...]]] = {}
        self.array = choice("Array", ["-"], "-", 190)
        self.row = text_field("from input", "0", 100)
        self.unit = text_field("to unit", "0", 100)
        for widget in (self.array, self.row, self.unit):
            widget.on_change("value", lambda attribute, old, new: self._on_choice())
        self.name, self.fault = Div(text="", styles={"font-weight": "bold"}), alert()
        self.source = ColumnDataSource({name: [] for name in ("step", *_columns())})
        self.plots = [self._plot(quantity) for quantity in QUANTITIES]
        self.layout = column(
            row(self.array, self.row, self.unit, stylesheets=[WRAP]), self.fault, self.name,
            row(*self.plots, stylesheets=[WRAP], sizing_mode="stretch_width"),
            Div(text=EXPLAINED, sizing_mode="stretch_width"), sizing_mode="stretch_width",
        )  # fmt: skip

    def _plot(self, quantity: str) -> Any:
        signed = quantity == "value"
        title = "value of the weight" if signed else f"|{quantity}|"
        figure = plot(title, 316, 230, x_axis_label="updates", y_axis_type="linear" if signed else "log")
        for i in range(RACERS):
            figure.line("step", f"{quantity}{i}", source=self.source, **line_of(i))
        return figure

    def begin(self, net: Network) -> None:
        """Offer the arrays of another network."""
        self._starts, start = {}, 0
        for position, layer in enumerate(net.layers):
            for name, shape in layer.shapes.items():
                self._starts[f"layer {position}, {name} {shape}"] = start, shape
                start += int(np.prod(shape))
        self._quiet = True
        try:
            self.array.options = list(self._starts)
            if self.array.value not in self._starts:
                self.array.value = next(iter(self._starts))
            try:
                self._index()
            except SettingError:  # the array of the last race was larger
                self.row.value = self.unit.value = "0"
        finally:
            self._quiet = False
        self._on_choice()

    def _index(self) -> tuple[int, int]:
        """Row and unit that are typed; a bias has no input."""
        _, shape = self._starts[str(self.array.value)]
        rows, units = (shape[0], shape[1]) if len(shape) == 2 else (1, shape[0])
        self.row.disabled = rows == 1
        row_number = 0 if rows == 1 else Number("from input", 0, rows - 1, whole=True).read(str(self.row.value))
        return int(row_number), int(Number("to unit", 0, units - 1, whole=True).read(str(self.unit.value)))

    def _on_choice(self) -> None:
        if self._quiet or self.array.value not in self._starts:  # the choice may have crossed another race's start
            return
        try:
            row_number, unit = self._index()
        except SettingError as error:
            self.fault.text = escape(str(error))
            return
        self.fault.text = ""
        start, shape = self._starts[str(self.array.value)]
        self._on_parameter(start + row_number * shape[-1] + unit)

    def show(self, moments: Moments) -> None:
        """Draw the records so far."""
        self.name.text = f"{moments.name}: parameter {moments.index} of the network"
        racers = moments.values.shape[1]
        absent = np.full(len(moments.steps), np.nan)
        data = {"step": moments.steps}
        for position, quantity in enumerate(QUANTITIES):
            values = moments.values[:, :, position]
            if quantity != "value":
                size = np.abs(values)
                values = np.where((size > 0) & (size < np.inf), size, np.nan)
            data |= {f"{quantity}{i}": values[:, i] if i < racers else absent for i in range(RACERS)}
        self.source.data = data
        for figure, quantity in zip(self.plots, QUANTITIES, strict=True):
            figure.visible = any(np.isfinite(data[f"{quantity}{i}"]).any() for i in range(RACERS))


def _columns() -> list[str]:
    return [f"{quantity}{i}" for quantity in QUANTITIES for i in range(RACERS)]
