"""Convolutions and their transposes: a small window of weights, the same at every place.

A dense layer from a picture of 32 x 32 places to another has a million weights for each pair of channels, and learns at
every place anew what an edge is. A convolution has one weight for each place of its window.

Channels come last: all numbers that meet at one place lie side by side in memory, where a product wants them.
"""

from abc import abstractmethod
from typing import Any

import numpy as np

from minnet import kernels
from minnet.errors import SettingError, ShapeError, is_whole
from minnet.kernels.windows import Pair, Windows
from minnet.layers.passes import Pass
from minnet.layers.places import Placed
from minnet.types import Array, Shape

PADDINGS = ("same", "circular")


class Convolution(Placed):
    """What the four layers share: settings, checks, and where windows lie.

    Parameters
    ----------
    channels_in, channels_out : int
    kernel_size : int, or a pair (height, width)
        Places that a window reaches over.
    stride : int or pair
        Places from one window to the next.
    padding : int or pair, "same", or "circular"
        Zeros that are put before and after the input; "same": as many as it takes for the output to be as long as the
        input (divided by the stride, rounded up), one more after than before where they are odd; "circular": so many,
        but of the other end of the input instead of zeros.
    dilation : int or pair
        Places from one weight of a window to the next.
    weights, bias : str, callable, number or array
        How W (*window, i, o) and b (o,) start: see `Dense`.

    Raises
    ------
    SettingError
        A number is out of its range, or there is no such padding.
    """

    W: Array
    b: Array
    dW: Array
    db: Array
    weight_names = ("W",)
    max_order = 2
    x: Array
    dy: Array
    at: Windows  # of the last pass
    axes: int  # 1 for series, 2 for pictures
    names: tuple[str, ...] = ("channels_in", "channels_out", "kernel_size", "stride", "padding", "dilation")
    remedy = "use a smaller kernel_size or dilation, or padding='same'"  # where there is no output at all

    def __init__(
        self,
        channels_in: int,
        channels_out: int,
        kernel_size: int | Pair,
        stride: int | Pair = 1,
        padding: int | str | Pair = 0,
        dilation: int | Pair = 1,
        *,
        weights: Any = "glorot_uniform",
        bias: Any = "zeros",
    ) -> None:
        super().__init__()
        self.channels_in = self._number("channels_in", channels_in, 1)
        self.channels_out = self._number("channels_out", channels_out, 1)
        self.kernel_size, self.stride, self.dilation = (
            self._per_axis(name, setting, 1)
            for name, setting in (("kernel_size", kernel_size), ("stride", stride), ("dilation", dilation))
        )
        if isinstance(padding, str) and padding not in PADDINGS:
            raise SettingError(
                f"{type(self).__name__}: padding must be a number of places, 'same' or 'circular', not {padding!r}"
            )
        self.padding = padding if isinstance(padding, str) else self._per_axis("padding", padding, 0)
        self.input_shape = (*(None,) * self.axes, self.channels_in)
        self.shapes = {"W": (*self.kernel_size, self.channels_in, self.channels_out), "b": (self.channels_out,)}
        self.initial = {"W": weights, "b": bias}
        alone = self.kernel_size == self.stride == (1,) and (isinstance(padding, str) or self.padding == (0,))
        self.takes_lengths = alone  # of series: each time is then mapped by itself

    @abstractmethod
    def output_length(self, length: int, axis: int) -> int:
        """Places of the output along an axis, for an input that long; below 1 if the window does not fit."""

    @abstractmethod
    def gradient_of(self, x: Array, dy: Array, dW: Array, db: Array) -> None:
        """Write the gradient for inputs and cotangents of outputs."""

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != self.axes + 1 or input_shape[-1] != self.channels_in:
            takes = f"({'length' if self.axes == 1 else 'height, width'}, {self.channels_in} channels)"
            hint = "; Reshape makes such samples" if len(input_shape) == 1 else ""
            raise ShapeError(f"{self} takes samples {takes}, not of shape {input_shape}{hint}")
        outputs = tuple(map(self._output_length, input_shape[:-1], range(self.axes)))
        if None not in input_shape:
            self.places[tuple(input_shape)] = (*outputs, self.channels_out), self.windows(input_shape[:-1], outputs)
        return (*outputs, self.channels_out)

    def _output_length(self, length: int | None, axis: int) -> int | None:
        output = None if length is None else self.output_length(length, axis)
        if output is not None and min(output, length or 0) < 1:
            reach = (self.kernel_size[axis] - 1) * self.dilation[axis] + 1
            raise ShapeError(
                f"{self} gives nothing for {length} places: its window reaches over {reach}, with padding="
                f"{self.padding!r}; {self.remedy if length else 'there must be at least one place'}"
            )
        return output

    @abstractmethod
    def windows(self, inputs: Any, outputs: Any) -> Windows:
        """The windows that lie between so many places of the input, and of the output, along each axis."""

    def windows_upon(self, inputs: Any, outputs: Any) -> Windows:
        """Windows upon inputs (so many places along each axis), one for each output."""
        window = zip(inputs, outputs, self.kernel_size, self.stride, self.dilation, strict=True)
        if isinstance(self.padding, str):
            before = [max(0, (o - 1) * stride + (size - 1) * step + 1 - i) // 2 for i, o, size, stride, step in window]
        else:
            before = list(self.padding)
        return Windows(self.stride, self.dilation, tuple(before), self.padding == "circular")

    def remember(self, dy: Array) -> None:
        self.dy = dy

    def jacobian(self, rows: dict[str, Array]) -> None:
        for n in range(self.x.shape[1]):
            x, dy = (np.ascontiguousarray(array[:, n : n + 1]) for array in (self.x, self.dy))
            self.gradient_of(x, dy, rows["W"][n], rows["b"][n])

    def settings(self) -> dict[str, Any]:
        return {name: _shortened(getattr(self, name)) for name in self.names}

    def _number(self, name: str, value: Any, least: int) -> int:
        if not is_whole(value) or value < least:
            raise SettingError(f"{type(self).__name__}: {name} must be a whole number >= {least}, not {value!r}")
        return int(value)

    def _per_axis(self, name: str, value: Any, least: int) -> tuple[int, ...]:
        values = tuple(value) if isinstance(value, tuple | list) else (value,) * self.axes
        if len(values) != self.axes:
            pair = "one number" if self.axes == 1 else "a number, or a pair (height, width)"
            raise SettingError(f"{type(self).__name__}: {name} must be {pair}, not {value!r}")
        return tuple(self._number(name, number, least) for number in values)


def _shortened(setting: Any) -> Any:
    """One number instead of several equal ones."""
    return setting[0] if isinstance(setting, tuple) and len(set(setting)) == 1 else setting


class _Forward(Convolution):
    """Every output is a sum over its window of the input."""

    def output_length(self, length: int, axis: int) -> int:
        if isinstance(self.padding, str):
            return -(-length // self.stride[axis])
        room = length + 2 * self.padding[axis] - (self.kernel_size[axis] - 1) * self.dilation[axis] - 1
        return room // self.stride[axis] + 1

    def windows(self, inputs: Any, outputs: Any) -> Windows:
        return self.windows_upon(inputs, outputs)

    def forward(self, x: Array, call: Pass) -> Array:
        shape, at = self.places.get(x.shape[2:]) or self.placed(x.shape[2:])
        kernels.active.conv_forward(x, self.W, self.b, at, y := np.empty(x.shape[:2] + shape, x.dtype))
        self.x, self.at = x, at
        return y

    def backward(self, dy: Array) -> Array:
        self.dy, dx = dy, np.empty(self.x.shape, self.x.dtype)
        kernels.active.conv_backward(dy, self.W, self.at, dx)
        return dx

    def gradient(self) -> None:
        kernels.active.conv_gradient(self.x, self.dy, self.at, self.dW, self.db)

    def gradient_of(self, x: Array, dy: Array, dW: Array, db: Array) -> None:
        kernels.active.conv_gradient(x, dy, self.at, dW, db)


class _Transposed(Convolution):
    """Every input is spread over its window of the output."""

    names = (*Convolution.names, "output_padding")
    remedy = "use less padding, which cuts off outputs here"

    def __init__(
        self,
        channels_in: int,
        channels_out: int,
        kernel_size: int | Pair,
        stride: int | Pair = 1,
        padding: int | str | Pair = 0,
        dilation: int | Pair = 1,
        output_padding: int | Pair = 0,
        *,
        weights: Any = "glorot_uniform",
        bias: Any = "zeros",
    ) -> None:
        super().__init__(
            channels_in, channels_out, kernel_size, stride, padding, dilation, weights=weights, bias=bias
        )  # fmt: skip
        self.output_padding = self._per_axis("output_padding", output_padding, 0)
        for extra, stride, dilation in zip(self.output_padding, self.stride, self.dilation, strict=True):
            if extra and (isinstance(self.padding, str) or extra >= max(stride, dilation)):
                raise SettingError(
                    f"{type(self).__name__}: output_padding must be less than stride or dilation, and 0 with "
                    f"padding='same' or 'circular', not {output_padding!r}"
                )

    def output_length(self, length: int, axis: int) -> int:
        if isinstance(self.padding, str):
            return length * self.stride[axis]
        reach = (length - 1) * self.stride[axis] + (self.kernel_size[axis] - 1) * self.dilation[axis] + 1
        return reach - 2 * self.padding[axis] + self.output_padding[axis]

    def windows(self, inputs: Any, outputs: Any) -> Windows:
        return self.windows_upon(outputs, inputs)

    def forward(self, x: Array, call: Pass) -> Array:
        shape, at = self.places.get(x.shape[2:]) or self.placed(x.shape[2:])
        kernels.active.conv_transpose_forward(x, self.W, self.b, at, y := np.empty(x.shape[:2] + shape, x.dtype))
        self.x, self.at = x, at
        return y

    def backward(self, dy: Array) -> Array:
        self.dy, dx = dy, np.empty(self.x.shape, self.x.dtype)
        kernels.active.conv_transpose_backward(dy, self.W, self.at, dx)
        return dx

    def gradient(self) -> None:
        kernels.active.conv_transpose_gradient(self.x, self.dy, self.at, self.dW, self.db)

    def gradient_of(self, x: Array, dy: Array, dW: Array, db: Array) -> None:
        kernels.active.conv_transpose_gradient(x, dy, self.at, dW, db)


class Conv1d(_Forward):
    """``y[n,p,o] = b[o] + sum_ti x[n, p stride - before + t dilation, i] W[t,i,o]`` for series (n, time, channel).

    Places before the first and after the last one are zeros, or those of the other end: see `padding`. (What is called
    a convolution in this field; in mathematics t would run backwards.) Backpropagation, with q the place of an input:

    - ``dx[n,q,i] = sum_pto dy[n,p,o] W[t,i,o]`` over all p and t with ``q = p stride - before + t dilation``
    - ``dW[t,i,o] = sum_np x[n, p stride - before + t dilation, i] dy[n,p,o]``
    - ``db[o] = sum_np dy[n,p,o]``

    A kernel of one place is a dense layer at every time: ``Conv1d(64, 3, 1)``. The map is linear, so derivatives pass
    as values do. Source: LeCun et al., Neural Computation 1 (1989); Dumoulin and Visin, arXiv:1603.07285, for lengths.

    See `Convolution` for parameters and errors.

    Examples
    --------
    >>> import minnet as mn
    >>> net = mn.Network([mn.Conv1d(1, 1, 3, padding="same", weights=1.0)])
    >>> net([[[1.0], [2.0], [3.0], [4.0]]]).ravel().tolist()
    [3.0, 6.0, 9.0, 7.0]
    """

    axes = 1


class Conv2d(_Forward):
    """The same for pictures (n, height, width, channel); W is (height, width, i, o).

    See `Conv1d` for the formula and `Convolution` for parameters and errors.
    """

    axes = 2


class ConvTranspose1d(_Transposed):
    """``y[n,q,o] = b[o] + sum_pti x[n,p,i] W[t,i,o]`` over all p and t with ``q = p stride - before + t dilation``: for
    series, the transpose of `Conv1d` as a matrix.

    Every input adds a copy of the window, multiplied by its value, to the output; windows of neighbouring inputs are
    `stride` apart. So it makes series longer by that factor, and its gradient by x is a convolution. Zero padding of
    the convolution becomes cutting off here, circular padding becomes adding what reaches beyond one end to the other.
    Of a length n without "same" and "circular", ``(n - 1) stride + (kernel_size - 1) dilation + 1 - 2 padding +
    output_padding`` places come out; with them, ``n stride``.

    See `Convolution` for parameters and errors. Source: Zeiler et al., CVPR 2010; Dumoulin and Visin, arXiv:1603.07285.

    Parameters
    ----------
    output_padding : int
        Places to add at the end of the output, fewer than the stride or the dilation: a convolution with a stride gives
        the same length for inputs of several lengths, and its transpose cannot know which one is meant.

    Examples
    --------
    >>> import minnet as mn
    >>> net = mn.Network([mn.ConvTranspose1d(1, 1, 2, stride=2, weights=[[[1.0]], [[10.0]]])])
    >>> net([[[1.0], [2.0]]]).ravel().tolist()
    [1.0, 10.0, 2.0, 20.0]
    """

    axes = 1


class ConvTranspose2d(_Transposed):
    """The same for pictures (n, height, width, channel); W is (height, width, i, o).

    See `ConvTranspose1d` for the formula and `Convolution` for parameters and errors.
    """

    axes = 2
