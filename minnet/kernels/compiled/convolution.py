"""Convolutions and their transposes: groups of samples, padded, for tiles of windows (`window_tiles.py`).

Forward is one convolution. The transpose is one for each phase of the stride: outputs ``phase + m stride`` see every
stride-th weight, and neighbouring windows. Groups are taken by as many threads as there are; each pads its own samples.
"""

import math
from typing import Any

import numpy as np

from minnet.kernels.compiled import window_tiles
from minnet.kernels.compiled.padding import wind
from minnet.kernels.compiled.sharing import shared
from minnet.kernels.compiled.simd import VECTOR_BYTES
from minnet.kernels.memory import aligned_empty, scratch
from minnet.kernels.windows import Pair, Windows
from minnet.types import Array

MOST_GROUPS = 8
WORK = 1.5e7  # multiply-adds that are worth a group of their own
TERMS = 512  # of the sums of a gradient, for which adding up one group more takes a tenth of their time

Phase = tuple[int, ...]
"""Along one axis, for outputs ``first + m step``: first, step, how many, first weight, step between weights, how many
weights; place of the first weight of the first window in the padded input, step between weights there, and between
windows."""


def conv_forward(x: Array, W: Array, b: Array, windows: Windows, y: Array) -> None:
    """``y[k,n,p,o] = sum_ti x[k,n, p stride - before + t dilation, i] W[t,i,o]``, p and t being places in one or
    two dimensions; the bias, a constant, moves only the value (k = 0)."""
    windows, W, x, y = _planes(windows, W, x, y)
    _gather(x, _Packed(W), b, windows, y)


def conv_backward(dy: Array, W: Array, windows: Windows, dx: Array) -> None:
    """``dx[k,n,q,i] = sum_pto dy[k,n,p,o] W[t,i,o]`` over all p and t with ``q = p stride - before + t dilation``."""
    windows, W, dy, dx = _planes(windows, W, dy, dx)
    _scatter(dy, W, True, None, windows, dx)


def conv_gradient(x: Array, dy: Array, windows: Windows, dW: Array, db: Array) -> None:
    """``dW[t,i,o] = sum_knp x[k,n, p stride - before + t dilation, i] dy[k,n,p,o]`` and
    ``db[o] = sum_np dy[0,n,p,o]``."""
    windows, dW, x, dy = _planes(windows, dW, x, dy)
    _contract(x, dy, windows, dW)
    _bias(dy, db)


def conv_transpose_forward(x: Array, W: Array, b: Array, windows: Windows, y: Array) -> None:
    """``y[k,n,q,o] = sum_pti x[k,n,p,i] W[t,i,o]`` over all p and t with ``q = p stride - before + t dilation``."""
    windows, W, x, y = _planes(windows, W, x, y)
    _scatter(x, W, False, b, windows, y)


def conv_transpose_backward(dy: Array, W: Array, windows: Windows, dx: Array) -> None:
    """``dx[k,n,p,i] = sum_to dy[k,n, p stride - before + t dilation, o] W[t,i,o]``."""
    windows, W, dy, dx = _planes(windows, W, dy, dx)
    _gather(dy, _Packed(W, exchanged=True), None, windows, dx)


def conv_transpose_gradient(x: Array, dy: Array, windows: Windows, dW: Array, db: Array) -> None:
    """``dW[t,i,o] = sum_knp x[k,n,p,i] dy[k,n, p stride - before + t dilation, o]``."""
    windows, dW, x, dy = _planes(windows, dW, x, dy)
    R, T, I, O = dW.shape
    exchanged = np.empty((R, T, O, I), dW.dtype)
    _contract(dy, x, windows, exchanged)
    window_tiles.exchange(exchanged, dW)
    _bias(dy, db)


def _planes(windows: Windows, W: Array, *arrays: Array) -> tuple[Any, ...]:
    """Windows, weights (*window, i, o) and arrays (k, n, *places, channel) of pictures; a series is one of a single
    row."""
    if len(windows.stride) == 2:
        return windows, W, *arrays
    lying = Windows((1, *windows.stride), (1, *windows.dilation), (0, *windows.before), windows.circular)
    return lying, W.reshape(1, *W.shape), *(x.reshape(*x.shape[:2], 1, *x.shape[2:]) for x in arrays)


class _Packed:
    """Weights (r, t, i, o), the last two axes exchanged or not, in strips as wide as a tile, one after the other: each
    is read row by row, and pieces of it stay in the first-level cache."""

    def __init__(self, W: Array, exchanged: bool = False) -> None:
        *window, I, O = W.shape
        self.shape = (*window, O, I) if exchanged else W.shape
        self.values = aligned_empty(W.size // self.shape[3] * _whole_vectors(self.shape[3], W.dtype), W.dtype)
        window_tiles.pack_weights(W, exchanged, np.empty(I * O if exchanged else 0, W.dtype), self.values)


def _whole_vectors(columns: int, dtype: Any) -> int:
    """The number of columns, rounded up to whole vectors."""
    L = VECTOR_BYTES // np.dtype(dtype).itemsize
    return -(-columns // L) * L


def _gather(x: Array, W: _Packed, b: Array | None, windows: Windows, y: Array) -> None:
    """Outputs y from the windows of x."""
    phases = [
        np.array([(0, 1, outputs, 0, 1, size, 0, dilation, stride)])
        for outputs, size, dilation, stride in zip(
            y.shape[2:4], W.shape[:2], windows.dilation, windows.stride, strict=True
        )
    ]
    reach = windows.reach(y.shape[2:4], W.shape[:2])
    _in_groups(x, W, b, windows.before, reach, windows.circular, phases, y)


def _scatter(x: Array, W: Array, exchanged: bool, b: Array | None, windows: Windows, y: Array) -> None:
    """The transpose of `_gather`: x and y are what y and x are there, and W has its last two axes exchanged, or not."""
    if windows.circular:
        reach = windows.reach(x.shape[2:4], W.shape[:2])
        unwound = np.empty((*y.shape[:2], *reach, y.shape[4]), y.dtype)
        _scatter(x, W, exchanged, None, windows._replace(before=(0, 0), circular=False), unwound)
        bias = np.zeros(y.shape[4], y.dtype) if b is None else b
        wind(_samples(unwound), *windows.before, len(x[0]), bias, _samples(y))
        return
    if y.shape[4] <= VECTOR_BYTES // y.dtype.itemsize // 2:
        _spread(x, W, exchanged, b, windows, y)
        return
    axes = [
        _phases(*lengths)
        for lengths in zip(
            y.shape[2:4], x.shape[2:4], W.shape[:2], windows.stride, windows.dilation, windows.before, strict=True
        )
    ]
    (rows, above, height), (columns, left, width) = axes
    _in_groups(x, _Packed(W, exchanged), b, (above, left), (height, width), False, [rows, columns], y)


def _spread(x: Array, W: Array, exchanged: bool, b: Array | None, windows: Windows, y: Array) -> None:
    """`_scatter` to so few channels that they would leave most of a vector empty: of each input, the products with the
    whole window are one row of a matrix product, which is then added to the outputs."""
    columns = np.ascontiguousarray(W.transpose(3, 0, 1, 2) if exchanged else W.transpose(2, 0, 1, 3))
    N, zeros = x.shape[1], np.zeros(y.shape[4], y.dtype)
    starts = _starts(N, W.size * math.prod(x.shape[2:4]))
    bias, K, samples, outputs = zeros if b is None else b, len(x), _samples(x), _samples(y)
    steps = *windows.stride, *windows.dilation, *windows.before
    row = x.shape[3] * columns[0].size

    def work(queue: Array) -> None:
        room = scratch("spread", (row,), x.dtype)
        window_tiles.spread_groups(queue, starts, N, samples, columns, bias, zeros, steps, room, outputs)

    shared(K * (len(starts) - 1), work)


def _phases(outputs: int, inputs: int, size: int, stride: int, dilation: int, before: int) -> tuple[Array, int, int]:
    """The phases along one axis; how many zeros come before the input, and how long it is with zeros on both sides."""
    divisor = math.gcd(stride, dilation)
    step, down = stride // divisor, dilation // divisor  # from one weight of a phase to the next, and of inputs so
    phases = []
    for first in range(min(stride, outputs)):
        weights = [t for t in range(size) if (first + before - t * dilation) % stride == 0]
        count = -(-(outputs - first) // stride)
        start = (first + before - weights[0] * dilation) // stride if weights else 0
        phases.append((first, stride, count, weights[0] if weights else 0, step, len(weights), start, -down, 1))
    lowest = min((p[6] - (p[5] - 1) * down for p in phases if p[5]), default=0)
    highest = max((p[6] + p[2] - 1 for p in phases if p[5]), default=0)
    zeros = max(0, -lowest)
    shifted = [(*p[:6], p[6] + zeros, *p[7:]) for p in phases]
    return np.array(shifted), zeros, zeros + max(inputs, highest + 1)


def _in_groups(
    x: Array, W: _Packed, b: Array | None, before: Pair, reach: Pair, circular: bool, phases: list[Array], y: Array
) -> None:
    """Convolve groups of samples, each of one order, after padding them."""
    K, N = x.shape[:2]
    starts = _starts(N, W.values.size * min(math.prod(x.shape[2:4]), math.prod(y.shape[2:4])))
    zeros = np.zeros(W.shape[3], y.dtype)
    bias, x, y = zeros if b is None else b, _samples(x), _samples(y)
    padding = _Padding(x, before, reach, circular)

    def work(queue: Array) -> None:
        window_tiles.convolve_groups(
            queue, starts, N, x, W.values, W.shape, bias, zeros, padding.settings, padding.room(starts), *phases, y
        )

    shared(K * (len(starts) - 1), work)


def _contract(x: Array, y: Array, windows: Windows, dW: Array) -> None:
    """Products of the windows of x with y, summed.

    Every group of samples has a sum of its own; they are added in their order.
    """
    places = y.shape[2] * y.shape[3]
    samples = x.shape[0] * x.shape[1]
    starts = _starts(samples, dW.size * places, most=samples * places // TERMS)
    x, y = _samples(x), _samples(y)
    parts = dW[np.newaxis] if len(starts) == 2 else np.empty((len(starts) - 1, *dW.shape), dW.dtype)
    padding = _Padding(x, windows.before, windows.reach(y.shape[1:3], dW.shape[:2]), windows.circular)
    steps = *windows.stride, *windows.dilation
    columns = y.shape[1] * y.shape[2] * _whole_vectors(y.shape[3], y.dtype)

    def work(queue: Array) -> None:
        packed = scratch("packed", (_largest(starts) * columns,), y.dtype)
        window_tiles.contract_groups(queue, starts, x, y, padding.settings, padding.room(starts), packed, steps, parts)

    shared(len(parts), work)
    if len(parts) > 1:
        window_tiles.add_up(parts.reshape(len(parts), -1), dW.reshape(-1))


class _Padding:
    """Zeros, or the other end, around samples x (n, height, width, channel), unless windows lie inside of them."""

    def __init__(self, x: Array, before: Pair, reach: Pair, circular: bool) -> None:
        needed = before != (0, 0) or reach[0] > x.shape[1] or reach[1] > x.shape[2]
        self.settings = needed, *before, circular, *(reach if needed else x.shape[1:3])
        self.sample, self.dtype = math.prod(reach) * x.shape[3], x.dtype

    def room(self, starts: Array) -> Array:
        """This thread's memory for a group."""
        return scratch("padded", (_largest(starts) * self.sample if self.settings[0] else 0,), self.dtype)


def _samples(x: Array) -> Array:
    """All orders as samples."""
    return x.reshape(-1, *x.shape[2:])


def _starts(samples: int, work: float, most: int = MOST_GROUPS) -> Array:
    """Where groups of samples begin, and where the last one ends; `work` is that of one sample. It follows from shapes
    alone, never from the number of threads."""
    groups = int(max(1, min(MOST_GROUPS, most, samples, samples * work // WORK)))
    return np.array([samples * group // groups for group in range(groups + 1)])


def _largest(starts: Array) -> int:
    """Samples in the largest group."""
    return int(np.diff(starts).max())


def _bias(dy: Array, db: Array) -> None:
    """Sums over samples and places of the values' cotangents."""
    window_tiles.column_sums(dy[0].reshape(-1, dy.shape[-1]), db)
