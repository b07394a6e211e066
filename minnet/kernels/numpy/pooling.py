"""Maxima and sums over windows of planes (m, height, width, channel), and back; m counts samples and orders."""

import numpy as np

from minnet.kernels.windows import Pair
from minnet.types import Array


def max_pool(x: Array, size: Pair, stride: Pair, y: Array, winner: Array) -> None:
    """``y[m,p,c] = max_t x[m, p stride + t, c]``; `winner` is where in x, as flat memory, it stands: the first one, or
    the first NaN."""
    windows = _windows(x, size, stride)
    best = windows.reshape(*windows.shape[:-2], size[0] * size[1]).argmax(-1)
    r, t = np.divmod(best, size[1])
    m, p, q, c = np.ix_(*map(range, y.shape))
    winner[...] = np.ravel_multi_index((m, p * stride[0] + r, q * stride[1] + t, c), x.shape)
    take(x, winner, y)


def take(x: Array, winner: Array, y: Array) -> None:
    """``y = x[winner]``, x being flat memory."""
    x.take(winner, out=y)


def put(dy: Array, winner: Array, dx: Array) -> None:
    """The transpose of `take`: ``dx[winner] += dy``, from zeros on."""
    dx[...] = 0
    np.add.at(dx.reshape(-1), winner, dy)


def pool_sum(x: Array, size: Pair, stride: Pair, factor: float, y: Array) -> None:
    """``y[m,p,c] = factor sum_t x[m, p stride + t, c]``."""
    _windows(x, size, stride).sum((-2, -1), out=y)
    y *= x.dtype.type(factor)


def pool_spread(y: Array, size: Pair, stride: Pair, factor: float, x: Array) -> None:
    """The transpose of `pool_sum`: ``x[m,q,c] = factor sum_p y[m,p,c]`` over all p whose window reaches to q."""
    x[...] = 0
    for r, t in np.ndindex(size):
        height, width = (count * step for count, step in zip(y.shape[1:3], stride, strict=True))
        x[:, r : r + height : stride[0], t : t + width : stride[1]] += y
    x *= y.dtype.type(factor)


def _windows(x: Array, size: Pair, stride: Pair) -> Array:
    """Windows of x (m, height, width, channel, *size), a view."""
    return np.lib.stride_tricks.sliding_window_view(x, size, (1, 2))[:, :: stride[0], :: stride[1]]
