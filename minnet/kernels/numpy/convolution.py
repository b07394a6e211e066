"""Convolutions and their transposes, weight by weight.

A window of weights W (r, t, i, o) lies over an input (height, width, channel). Its weight (r, t) meets, for all outputs
at once, every stride-th place of the padded input: `places` is that view, and each product below is a sum over (r, t)
of products of such a view. Forward gathers from the places, backward scatters to them; a transposed convolution has the
two exchanged.
"""

import numpy as np

from minnet.kernels.windows import Pair, Windows
from minnet.types import Array


def conv_forward(x: Array, W: Array, b: Array, windows: Windows, y: Array) -> None:
    """``y[k,n,p,o] = sum_ti x[k,n, p stride - before + t dilation, i] W[t,i,o]``, p and t being places in two
    dimensions; the bias, a constant, moves only the value (k = 0)."""
    _gather(x, W, windows, y)
    y[0] += b


def conv_backward(dy: Array, W: Array, windows: Windows, dx: Array) -> None:
    """``dx[k,n,q,i] = sum_pto dy[k,n,p,o] W[t,i,o]`` over all p and t with ``q = p stride - before + t dilation``."""
    _scatter(dy, W.swapaxes(2, 3), windows, dx)


def conv_gradient(x: Array, dy: Array, windows: Windows, dW: Array, db: Array) -> None:
    """``dW[t,i,o] = sum_knp x[k,n, p stride - before + t dilation, i] dy[k,n,p,o]`` and
    ``db[o] = sum_np dy[0,n,p,o]``."""
    _contract(x, dy, windows, dW)
    dy[0].sum((0, 1, 2), out=db)


def conv_transpose_forward(x: Array, W: Array, b: Array, windows: Windows, y: Array) -> None:
    """``y[k,n,q,o] = sum_pti x[k,n,p,i] W[t,i,o]`` over all p and t with ``q = p stride - before + t dilation``."""
    _scatter(x, W, windows, y)
    y[0] += b


def conv_transpose_backward(dy: Array, W: Array, windows: Windows, dx: Array) -> None:
    """``dx[k,n,p,i] = sum_to dy[k,n, p stride - before + t dilation, o] W[t,i,o]``."""
    _gather(dy, W.swapaxes(2, 3), windows, dx)


def conv_transpose_gradient(x: Array, dy: Array, windows: Windows, dW: Array, db: Array) -> None:
    """``dW[t,i,o] = sum_knp x[k,n,p,i] dy[k,n, p stride - before + t dilation, o]``."""
    _contract(dy, x, windows, dW.swapaxes(2, 3))
    dy[0].sum((0, 1, 2), out=db)


def _gather(x: Array, W: Array, windows: Windows, y: Array) -> None:
    outputs = y.shape[2:4]
    padded = _padded(x, windows, windows.reach(outputs, W.shape[:2]))
    y[...] = 0
    for r, t in np.ndindex(W.shape[:2]):
        y += places(padded, windows, outputs, r, t) @ W[r, t]


def _scatter(x: Array, W: Array, windows: Windows, y: Array) -> None:
    """The transpose of `_gather`; x and y are what y and x are there, and W has its last two axes exchanged."""
    outputs = x.shape[2:4]
    height, width = windows.reach(outputs, W.shape[:2])
    padded = np.zeros((*x.shape[:2], height, width, y.shape[-1]), y.dtype)
    for r, t in np.ndindex(W.shape[:2]):
        places(padded, windows, outputs, r, t)[...] += x @ W[r, t]
    rows = source_of(height, windows.before[0], y.shape[2], windows.circular)
    columns = source_of(width, windows.before[1], y.shape[3], windows.circular)
    y[...] = 0
    used = np.flatnonzero(columns >= 0)
    for row in np.flatnonzero(rows >= 0):
        np.add.at(y[:, :, rows[row]].swapaxes(0, 2), columns[used], padded[:, :, row, used].swapaxes(0, 2))


def _contract(x: Array, y: Array, windows: Windows, dW: Array) -> None:
    outputs = y.shape[2:4]
    padded = _padded(x, windows, windows.reach(outputs, dW.shape[:2]))
    for r, t in np.ndindex(dW.shape[:2]):
        np.einsum("knrti,knrto->io", places(padded, windows, outputs, r, t), y, out=dW[r, t])


def places(padded: Array, windows: Windows, outputs: Pair, r: int, t: int) -> Array:
    """What weight (r, t) of all windows lies upon: (k, n, *outputs, channel), a view."""
    (down, along), (r, t) = windows.stride, (r * windows.dilation[0], t * windows.dilation[1])
    height, width = outputs
    return padded[:, :, r : r + (height - 1) * down + 1 : down, t : t + (width - 1) * along + 1 : along]


def _padded(x: Array, windows: Windows, reach: Pair) -> Array:
    """x (k, n, height, width, channel) from the first place that a window reaches to the last."""
    for axis in (0, 1):
        source = source_of(reach[axis], windows.before[axis], x.shape[2 + axis], windows.circular)
        shape = [1] * x.ndim
        shape[2 + axis] = -1
        x = np.where((source >= 0).reshape(shape), x.take(source, 2 + axis, mode="wrap"), x.dtype.type(0))
    return x


def source_of(reach: int, before: int, length: int, circular: bool) -> Array:
    """The place of the input that each padded place repeats; -1 for a zero."""
    place = np.arange(reach) - before
    return place % length if circular else np.where((place >= 0) & (place < length), place, -1)
