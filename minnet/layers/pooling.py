"""Pooling and its opposite: fewer places, or more, without anything to learn. For series and for pictures."""

from abc import abstractmethod
from typing import Any

import numpy as np

from minnet import kernels
from minnet.errors import SettingError, ShapeError, is_whole
from minnet.kernels.windows import Pair
from minnet.layers.base import ParameterFree
from minnet.layers.passes import Pass
from minnet.types import Array, Shape


class _Places(ParameterFree):
    """What the three layers share: samples (time, channel) or (height, width, channel), seen as planes."""

    @abstractmethod
    def output_length(self, length: int, axis: int) -> int:
        """Places of the output along an axis (of two; series have only the second), for an input that long."""

    def output_shape(self, input_shape: Shape) -> Shape:
        axes = len(input_shape) - 1
        if axes not in (1, 2) or input_shape[-1] is None:
            raise ShapeError(
                f"{self} takes samples (time, channel) or (height, width, channel), not of shape {input_shape}"
            )
        return (*map(self._output_length, input_shape[:-1], range(2 - axes, 2)), input_shape[-1])

    def _output_length(self, length: int | None, axis: int) -> int | None:
        output = None if length is None else self.output_length(length, axis)
        if output is not None and output < 1:
            raise ShapeError(f"{self} gives nothing for {length} places; use a smaller size")
        return output

    def planes(self, x: Array) -> Array:
        """x (k, n, *sample) as (m, height, width, channel), m counting samples and orders."""
        return x.reshape(-1, *((1,) if x.ndim == 4 else ()), *x.shape[2:])

    def outputs(self, x: Array) -> Array:
        """Memory for the outputs of x."""
        return np.empty((*x.shape[:2], *self.output_shape(x.shape[2:])), x.dtype)


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
        self.size = _pair(type(self).__name__, "size", size)
        self.stride = _pair(type(self).__name__, "stride", self.size if stride is None else stride)

    def output_length(self, length: int, axis: int) -> int:
        return (length - self.size[axis]) // self.stride[axis] + 1

    def settings(self) -> dict[str, Any]:
        return {"size": _shortened(self.size), "stride": _shortened(self.stride)}

    def window(self, x: Array) -> tuple[Pair, Pair]:
        """Size and stride for inputs x (k, n, *sample); series have a height of 1."""
        return (self.size, self.stride) if x.ndim == 5 else ((1, self.size[1]), (1, self.stride[1]))


class MaxPool(_Pool):
    """``y[n,p,c] = max_t x[n, p stride + t, c]``, t in a window of `size` places; the gradient goes to the place of the
    maximum, the first one if there are several.

    Piecewise linear, like `ReLU`: first derivatives are those of the maximum's place, second ones are not there to
    train on. NaN is a maximum. See `AveragePool` for parameters and errors.
    """

    max_order = 1

    def forward(self, x: Array, call: Pass) -> Array:
        y, planes = self.outputs(x), self.planes(x)
        self.shape, N = x.shape, x.shape[1]
        values, tangents = planes[:N], planes[N:]
        outputs = self.planes(y)
        self.winner = np.empty(outputs[:N].shape, np.int64)
        kernels.active.max_pool(values, *self.window(x), outputs[:N], self.winner)
        for k in range(len(x) - 1):
            part = slice(k * N, (k + 1) * N)
            kernels.active.take(tangents[part], self.winner, outputs[N:][part])
        return y

    def backward(self, dy: Array) -> Array:
        dx = np.empty(self.shape, dy.dtype)
        for k in range(len(dy)):
            kernels.active.put(self.planes(dy[k : k + 1]), self.winner, self.planes(dx[k : k + 1]))
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

    def forward(self, x: Array, call: Pass) -> Array:
        y, (size, stride) = self.outputs(x), self.window(x)
        self.shape = x.shape
        kernels.active.pool_sum(self.planes(x), size, stride, 1 / (size[0] * size[1]), self.planes(y))
        return y

    def backward(self, dy: Array) -> Array:
        dx = np.empty(self.shape, dy.dtype)
        size, stride = self.window(dx)
        kernels.active.pool_spread(self.planes(dy), size, stride, 1 / (size[0] * size[1]), self.planes(dx))
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
        self.factor = _pair("UpSample", "factor", factor)

    def output_length(self, length: int, axis: int) -> int:
        return length * self.factor[axis]

    def forward(self, x: Array, call: Pass) -> Array:
        y = self.outputs(x)
        factor = self._factors(x)
        kernels.active.pool_spread(self.planes(x), factor, factor, 1.0, self.planes(y))
        return y

    def backward(self, dy: Array) -> Array:
        factor = self._factors(dy)
        sample = (length // step for length, step in zip(dy.shape[2:-1], factor[-(dy.ndim - 3) :], strict=True))
        dx = np.empty((*dy.shape[:2], *sample, dy.shape[-1]), dy.dtype)
        kernels.active.pool_sum(self.planes(dy), factor, factor, 1.0, self.planes(dx))
        return dx

    def _factors(self, x: Array) -> Pair:
        return self.factor if x.ndim == 5 else (1, self.factor[1])

    def settings(self) -> dict[str, Any]:
        return {"factor": _shortened(self.factor)}
