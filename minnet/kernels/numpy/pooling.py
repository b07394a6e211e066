"""Maxima and sums over windows of places (..., *places, channel), and back: along time, or along height and width."""

import math
from typing import Any

import numpy as np

from minnet.kernels.windows import Pair
from minnet.types import Array


def max_pool(x: Array, size: Pair, stride: Pair, y: Array, winner: Array) -> None:
    """``y[n,p,c] = max_t x[n, p stride + t, c]``; `winner` is where in x, as flat memory, it stands: the first one, or
    the first NaN."""
    windows = _windows(x, size, stride)
    best = np.unravel_index(windows.reshape(*winner.shape, math.prod(size)).argmax(-1), size)
    n, *p, c = np.ix_(*map(range, winner.shape))
    places = [place * step + t for place, step, t in zip(p, stride, best, strict=True)]
    winner[...] = np.ravel_multi_index((n, *places, c), x.shape)
    x.take(winner, out=y)


def take(x: Array, winner: Array, y: Array) -> None:
    """``y[k] = x[k][winner]``, x[k] being flat memory."""
    for k in range(len(x)):
        x[k].take(winner, out=y[k])


def put(dy: Array, winner: Array, dx: Array) -> None:
    """The transpose of `take`: ``dx[k][winner] += dy[k]``, from zeros on."""
    dx[...] = 0
    for k in range(len(dx)):
        np.add.at(dx[k].reshape(-1), winner, dy[k])


def pool_sum(x: Array, size: Pair, stride: Pair, factor: float, y: Array) -> None:
    """``y[...,p,c] = factor sum_t x[..., p stride + t, c]``."""
    _windows(x, size, stride).sum(tuple(range(-len(size), 0)), out=y)
    y *= x.dtype.type(factor)


def pool_spread(y: Array, size: Pair, stride: Pair, factor: float, x: Array) -> None:
    """The transpose of `pool_sum`: ``x[...,q,c] = factor sum_p y[...,p,c]`` over all p whose window reaches to q."""
    x[...] = 0
    for t in np.ndindex(size):
        axes = zip(t, y.shape[-1 - len(size) : -1], stride, strict=True)
        seen: Any = [slice(first, first + count * step, step) for first, count, step in axes]
        x[(..., *seen, slice(None))] += y
    x *= y.dtype.type(factor)


def _windows(x: Array, size: Pair, stride: Pair) -> Array:
    """Windows of x, (..., *outputs, channel, *size), a view."""
    axes = tuple(range(x.ndim - 1 - len(size), x.ndim - 1))
    everywhere = np.lib.stride_tricks.sliding_window_view(x, size, axes)
    outputs: Any = [slice(None, None, step) for step in stride]
    return everywhere[(..., *outputs, slice(None), *[slice(None)] * len(size))]
