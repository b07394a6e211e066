"""A network of ReLU with one input is a broken line, and can be had exactly: its kinks, and the jumps of its slope."""

from copy import copy
from dataclasses import dataclass

import numpy as np

from minnet.activations import ReLU
from minnet.errors import SettingError
from minnet.layers import INFERENCE, Dense, Rescale, Standardize, Unstandardize
from minnet.network import Network
from minnet.types import Array


@dataclass(frozen=True)
class BrokenLine:
    """A continuous piecewise linear function of one variable.

    Attributes
    ----------
    x, y : array (n,)
        Both ends, the kinks between them in order, and the values there.
    jumps : array (n - 2,)
        By how much the slope changes at each kink.
    """

    x: Array
    y: Array
    jumps: Array

    def __call__(self, x: Array) -> Array:
        """Values at x, any shape, in float64."""
        return np.interp(x, self.x, self.y)

    def second_difference(self, x: Array, step: float) -> Array:
        """What `finite_differences.second_difference` must give at x (n,), from the kinks alone.

        A kink at c whose slope jumps by s contributes ``s (1 - |x - c| / h) / h`` where ``|x - c| < h``, and nothing
        elsewhere: the second derivative is s times a delta function, and the formula averages it over a triangle.
        """
        distance = np.abs(np.subtract.outer(x, self.x[1:-1])) / step
        return np.maximum(1 - distance, 0) @ self.jumps / step


def broken_line(net: Network, low: float, high: float) -> BrokenLine:
    """A network of dense layers and ReLU, of one input and output, between low and high: in float64, all its kinks.

    Between the kinks of the layers before it, what enters a ReLU is linear: its sign changes are found exactly.

    Raises
    ------
    SettingError
        Something in the network is neither linear nor a ReLU, or it has several inputs or outputs.
    """
    unsupported = [
        layer for layer in net.layers if not isinstance(layer, Dense | Rescale | Standardize | Unstandardize | ReLU)
    ]
    if unsupported or (net.n_inputs, net.n_outputs) != (1, 1):
        what = f"{unsupported[0]}" if unsupported else f"{net.n_inputs} inputs and {net.n_outputs} outputs"
        raise SettingError(f"broken_line: a network of Dense and ReLU, of one input and output, is needed, not {what}")
    copied = Network([copy(layer) for layer in net.layers], rng=0)
    copied.theta = net.theta
    x = np.array([low, high], dtype=float)
    for depth, layer in enumerate(copied.layers):
        if isinstance(layer, ReLU):
            values = x[np.newaxis, :, np.newaxis]
            for previous in copied.layers[:depth]:
                values = previous.forward(values, INFERENCE)
            left, right = values[0, :-1], values[0, 1:]
            interval, unit = np.nonzero(left * right < 0)
            fraction = left[interval, unit] / (left[interval, unit] - right[interval, unit])
            x = np.unique(np.concatenate([x, x[interval] + fraction * np.diff(x)[interval]]))
    slopes = copied.jet((x[:-1] + x[1:]) / 2, order=1).first[0, :, 0]
    return BrokenLine(x, copied(x)[:, 0], np.diff(slopes))
