"""Convolutions and their transposes, weight by weight.

A window of weights W (*window, i, o) lies over an input (*places, channel): along time, or along height and width. Its
weight t meets, for all outputs at once, every stride-th place of the padded input: `places` is that view, and each
product below is a sum over t of products of such a view. Forward gathers from the places, backward scatters to them; a
transposed convolution has the two exchanged.
"""

from collections.abc import Iterator
from itertools import product
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
    y[...] = 0
    for inside, among_padded in _parts(windows, reach, y.shape[2:-1]):
        y[inside] += padded[among_padded]


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
    padded = np.zeros((*x.shape[:2], *reach, x.shape[-1]), x.dtype)
    for inside, among_padded in _parts(windows, reach, x.shape[2:-1]):
        padded[among_padded] = x[inside]
    return padded


def _parts(windows: Windows, reach: Pair, lengths: Pair) -> Iterator[tuple[Any, Any]]:
    """Parts of an input (k, n, *places, channel) of these lengths, and where they are when it is padded."""
    axes = zip(reach, windows.before, lengths, strict=True)
    for laps in product(*(laps_of(*axis, windows.circular) for axis in axes)):
        inside, among_padded = zip(*laps, strict=True)
        yield (slice(None), slice(None), *inside), (slice(None), slice(None), *among_padded)


def laps_of(reach: int, before: int, length: int, circular: bool) -> list[tuple[slice, slice]]:
    """Along one axis, places of the input, and where they are when it is padded: once, or as often as padding winds
    around it."""
    laps = []
    for lap in range(-before // length, (reach - before - 1) // length + 1) if circular else (0,):
        shift = before + lap * length
        first, stop = max(0, shift), min(reach, shift + length)
        if first < stop:
            laps.append((slice(first - shift, stop - shift), slice(first, stop)))
    return laps
