"""Inputs brought to [-1, 1]."""

import sys
from typing import Any

from minnet.errors import SettingError, is_number
from minnet.layers.base import ParameterFree
from minnet.layers.passes import Pass
from minnet.types import Array, Shape

LARGEST = sys.float_info.max


class Rescale(ParameterFree):
    """``y = (2 x - low - high) / (high - low)``: from [low, high] to [-1, 1]; nothing to learn.

    As a layer rather than a change of the data, it leaves derivatives those by the original x: they pass through
    multiplied by ``2 / (high - low)``, order by order.

    Parameters
    ----------
    low, high : float
        The interval, the same for all features.

    Raises
    ------
    SettingError
        Not two finite numbers with low < high.
    """

    max_order = 2
    takes_lengths = True

    def __init__(self, low: float = 0.0, high: float = 1.0) -> None:
        if not (is_number(low) and is_number(high) and -LARGEST <= low < high <= LARGEST):
            raise SettingError(f"Rescale: low and high must be finite numbers with low < high, not {low!r}, {high!r}")
        self.low, self.high = float(low), float(high)

    @property
    def centre(self) -> float:
        """What becomes 0."""
        return 0.5 * (self.low + self.high)

    @property
    def unit(self) -> float:
        """How far from there 1 is."""
        return 0.5 * (self.high - self.low)

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def forward(self, x: Array, call: Pass) -> Array:
        y = x * (2 / (self.high - self.low))
        y[0] -= (self.high + self.low) / (self.high - self.low)
        return y

    def backward(self, dy: Array) -> Array:
        return dy * (2 / (self.high - self.low))

    def settings(self) -> dict[str, Any]:
        return {"low": self.low, "high": self.high}
