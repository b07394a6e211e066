"""Pooling and its opposite: fewer places, or more, without anything to learn. For series and for pictures."""

import math
from abc import abstractmethod
from typing import Any

import numpy as np

from minnet import kernels
from minnet.errors import SettingError, ShapeError, is_whole
from minnet.kernels.windows import Pair
from minnet.layers.base import ParameterFree
from minnet.layers.passes import Pass
from minnet.layers.places import Placed
from minnet.types import Array, Shape

Windows = tuple[Any, ...]
"""What kernels take of them: size, stride, and a factor if they sum."""


class _Places(Placed, ParameterFree):
    """What the three layers share: samples (time, channel) or (height, width, channel), and where windows lie."""

    shape: tuple[int, ...]  # of the inputs
    at: Windows  # of the last pass

    @abstractmethod
    def output_length(self, length: int, axis: int) -> int:
        """Places of the output along an axis (of two; series have only the second), for an input that long."""

    @abstractmethod
    def windows(self, axes: int) -> Windows:
        """Windows along so many axes; of a pair, series take the width."""

    def output_shape(self, input_shape: Shape) -> Shape:
        axes = len(input_shape) - 1
        if axes not in (1, 2) or input_shape[-1] is None:
            raise ShapeError(
                f"{self} takes samples (time, channel) or (height, width, channel), not of shape {input_shape}"
            )
        outputs = (*map(self._output_length, input_shape[:-1], range(2 - axes, 2)), input_shape[-1])
        if None not in input_shape:
            self.places[tuple(input_shape)] = outputs, self.windows(axes)
        return outputs

    def _output_length(self, length: int | None, axis: int) -> int | None:
        output = None if length is None else self.output_length(length, axis)
        if output is not None and output < 1:
            raise ShapeError(f"{self} gives nothing for {length} places; use a smaller size")
        return output


def _pair(owner: str, name: str, value: Any) -> Pair:
    """A number of places as (height, width)."""
    values = tuple(value) if isinstance(value, tuple | list) else (value, value)
    if len(values) != 2 or not all(is_whole(number) and number >= 1 for number in values):
        raise SettingError(
            f"{owner}: {name} must be a whole number >= 1, or a pair (height, width) of them, not {value!r}"
        )
    return int(values[0]), int(values[1])


def _shortened(pair: Pair) -> int | Pair:
    return pair[0] if pair[0] == pair[1] else pair


class _Pool(_Places):
    """Windows of `size` places, `stride` apart; those that would reach beyond the end are left out.

    Parameters
    ----------
    size : int, or a pair (height, width)
        Of a pair, series take the width.
    stride : int or pair, optional
        None: as far apart as they are large.

    Raises
    ------
    SettingError
        Not positive whole numbers.
    """

    def __init__(self, size: int | Pair, stride: int | Pair | None = None) -> None:
        super().__init__()
        self.size = _pair(type(self).__name__, "size", size)
        self.stride = _pair(type(self).__name__, "stride", self.size if stride is None else stride)

    def output_length(self, length: int, axis: int) -> int:
        return (length - self.size[axis]) // self.stride[axis] + 1

    def settings(self) -> dict[str, Any]:
        return {"size": _shortened(self.size), "stride": _shortened(self.stride)}


class MaxPool(_Pool):
    """``y[n,p,c] = max_t x[n, p stride + t, c]``, t in a window of `size` places; the gradient goes to the place of the
    maximum, the first one if there are several.

    Piecewise linear, like `ReLU`: first derivatives are those of the maximum's place, second ones are not there to
    train on. NaN is a maximum. See `AveragePool` for parameters and errors.
    """

    max_order = 1

    def windows(self, axes: int) -> Windows:
        return self.size[-axes:], self.stride[-axes:]

    def forward(self, x: Array, call: Pass) -> Array:
        y = np.empty(x.shape[:2] + (at := self.places.get(x.shape[2:]) or self.placed(x.shape[2:]))[0], x.dtype)
        kernels.active.max_pool(x[0], *at[1], y[0], winner := np.empty(y.shape[1:], np.int64))
        if len(x) > 1:
            kernels.active.take(x[1:], winner, y[1:])
        self.shape, self.winner = x.shape, winner
        return y

    def backward(self, dy: Array) -> Array:
        dx = np.empty(self.shape, dy.dtype)
        kernels.active.put(dy, self.winner, dx)
        return dx


class AveragePool(_Pool):
    """``y[n,p,c] = sum_t x[n, p stride + t, c] / size``, t in a window of `size` places; linear.

    Windows that would reach beyond the end are left out.

    Parameters
    ----------
    size : int, or a pair (height, width)
        Of a pair, series take the width.
    stride : int or pair, optional
        None: as far apart as they are large.

    Raises
    ------
    SettingError, ShapeError
        Not positive whole numbers; a window is larger than the sample.
    """

    max_order = 2

    def windows(self, axes: int) -> Windows:
        return self.size[-axes:], self.stride[-axes:], 1 / math.prod(self.size[-axes:])

    def forward(self, x: Array, call: Pass) -> Array:
        shape, at = self.places.get(x.shape[2:]) or self.placed(x.shape[2:])
        kernels.active.pool_sum(x, *at, y := np.empty(x.shape[:2] + shape, x.dtype))
        self.shape, self.at = x.shape, at
        return y

    def backward(self, dy: Array) -> Array:
        dx = np.empty(self.shape, dy.dtype)
        kernels.active.pool_spread(dy, *self.at, dx)
        return dx


class UpSample(_Places):
    """``y[n,q,c] = x[n, q // factor, c]``: every place `factor` times; linear.

    Followed by a convolution, it does the work of a transposed convolution, without its pattern of squares (Odena et
    al., Distill 2016).

    Parameters
    ----------
    factor : int, or a pair (height, width)
        Of a pair, series take the width.

    Raises
    ------
    SettingError
        Not positive whole numbers.
    """

    max_order = 2

    def __init__(self, factor: int | Pair) -> None:
        super().__init__()
        self.factor = _pair("UpSample", "factor", factor)

    def output_length(self, length: int, axis: int) -> int:
        return length * self.factor[axis]

    def windows(self, axes: int) -> Windows:
        return self.factor[-axes:], self.factor[-axes:], 1.0

    def forward(self, x: Array, call: Pass) -> Array:
        shape, at = self.places.get(x.shape[2:]) or self.placed(x.shape[2:])
        kernels.active.pool_spread(x, *at, y := np.empty(x.shape[:2] + shape, x.dtype))
        self.shape, self.at = x.shape, at
        return y

    def backward(self, dy: Array) -> Array:
        dx = np.empty(self.shape, dy.dtype)
        kernels.active.pool_sum(dy, *self.at, dx)
        return dx

    def settings(self) -> dict[str, Any]:
        return {"factor": _shortened(self.factor)}
