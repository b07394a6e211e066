"""Convolutions and their transposes, weight by weight.

A window of weights W (*window, i, o) lies over an input (*places, channel): along time, or along height and width. Its
weight t meets, for all outputs at once, every stride-th place of the padded input: `places` is that view, and each
product below is a sum over t of products of such a view. Forward gathers from the places, backward scatters to them; a
transposed convolution has the two exchanged.
"""

from typing import Any

import numpy as np

from minnet.kernels.windows import Pair, Windows
from minnet.types import Array


def conv_forward(x: Array, W: Array, b: Array, windows: Windows, y: Array) -> None:
    """``y[k,n,p,o] = sum_ti x[k,n, p stride - before + t dilation, i] W[t,i,o]``, p and t being places in one or two
    dimensions; the bias, a constant, moves only the value (k = 0)."""
    _gather(x, W, windows, y)
    y[0] += b


def conv_backward(dy: Array, W: Array, windows: Windows, dx: Array) -> None:
    """``dx[k,n,q,i] = sum_pto dy[k,n,p,o] W[t,i,o]`` over all p and t with ``q = p stride - before + t dilation``."""
    _scatter(dy, W.swapaxes(-2, -1), windows, dx)


def conv_gradient(x: Array, dy: Array, windows: Windows, dW: Array, db: Array) -> None:
    """``dW[t,i,o] = sum_knp x[k,n, p stride - before + t dilation, i] dy[k,n,p,o]`` and
    ``db[o] = sum_np dy[0,n,p,o]``."""
    _contract(x, dy, windows, dW)
    _bias(dy, db)


def conv_transpose_forward(x: Array, W: Array, b: Array, windows: Windows, y: Array) -> None:
    """``y[k,n,q,o] = sum_pti x[k,n,p,i] W[t,i,o]`` over all p and t with ``q = p stride - before + t dilation``."""
    _scatter(x, W, windows, y)
    y[0] += b


def conv_transpose_backward(dy: Array, W: Array, windows: Windows, dx: Array) -> None:
    """``dx[k,n,p,i] = sum_to dy[k,n, p stride - before + t dilation, o] W[t,i,o]``."""
    _gather(dy, W.swapaxes(-2, -1), windows, dx)


def conv_transpose_gradient(x: Array, dy: Array, windows: Windows, dW: Array, db: Array) -> None:
    """``dW[t,i,o] = sum_knp x[k,n,p,i] dy[k,n, p stride - before + t dilation, o]``."""
    _contract(dy, x, windows, dW.swapaxes(-2, -1))
    _bias(dy, db)


def _gather(x: Array, W: Array, windows: Windows, y: Array) -> None:
    outputs, window = y.shape[2:-1], W.shape[:-2]
    padded = _padded(x, windows, windows.reach(outputs, window))
    y[...] = 0
    for t in np.ndindex(window):
        y += places(padded, windows, outputs, t) @ W[t]


def _scatter(x: Array, W: Array, windows: Windows, y: Array) -> None:
    """The transpose of `_gather`; x and y are what y and x are there, and W has its last two axes exchanged."""
    outputs, window = x.shape[2:-1], W.shape[:-2]
    reach = windows.reach(outputs, window)
    padded = np.zeros((*x.shape[:2], *reach, y.shape[-1]), y.dtype)
    for t in np.ndindex(window):
        places(padded, windows, outputs, t)[...] += x @ W[t]
    sources = _sources(windows, reach, y.shape[2:-1])
    used = [np.flatnonzero(source >= 0) for source in sources]
    targets = np.ix_(*(source[inside] for source, inside in zip(sources, used, strict=True)))
    leading: Any = (slice(None), slice(None))  # orders, samples
    y[...] = 0
    np.add.at(y, (*leading, *targets), padded[(*leading, *np.ix_(*used))])


def _contract(x: Array, y: Array, windows: Windows, dW: Array) -> None:
    outputs, window = y.shape[2:-1], dW.shape[:-2]
    padded = _padded(x, windows, windows.reach(outputs, window))
    summed, i, o = range(y.ndim - 1), y.ndim - 1, y.ndim
    for t in np.ndindex(window):
        np.einsum(places(padded, windows, outputs, t), [*summed, i], y, [*summed, o], [i, o], out=dW[t])


def _bias(dy: Array, db: Array) -> None:
    dy[0].sum(tuple(range(dy.ndim - 2)), out=db)


def places(padded: Array, windows: Windows, outputs: Pair, t: Pair) -> Array:
    """What weight t of all windows lies upon: (k, n, *outputs, channel), a view."""
    firsts = [weight * dilation for weight, dilation in zip(t, windows.dilation, strict=True)]
    axes = zip(firsts, outputs, windows.stride, strict=True)
    return padded[:, :, *(slice(first, first + (count - 1) * stride + 1, stride) for first, count, stride in axes)]


def _padded(x: Array, windows: Windows, reach: Pair) -> Array:
    """x (k, n, *places, channel) from the first place that a window reaches to the last."""
    for axis, source in enumerate(_sources(windows, reach, x.shape[2:-1]), start=2):
        inside = (source >= 0).reshape(-1, *(1,) * (x.ndim - axis - 1))
        x = np.where(inside, x.take(source, axis, mode="wrap"), x.dtype.type(0))
    return x


def _sources(windows: Windows, reach: Pair, lengths: Pair) -> list[Array]:
    """Along each axis, the place of the input that each padded place repeats; -1 for a zero."""
    axes = zip(reach, windows.before, lengths, strict=True)
    return [source_of(count, before, length, windows.circular) for count, before, length in axes]


def source_of(reach: int, before: int, length: int, circular: bool) -> Array:
    """The same along one axis."""
    place = np.arange(reach) - before
    return place % length if circular else np.where((place >= 0) & (place < length), place, -1)
