"""Maxima and sums over windows of places (..., *places, channel), and back: loops over planes (m, height, width,
channel), whose innermost one runs over channels, which lie side by side. A series is a plane with a height of 1."""

from typing import Any

from minnet.kernels.compiled.cache import inner, kernel
from minnet.kernels.compiled.tuning import tuned
from minnet.kernels.compiled.views import flat, view
from minnet.kernels.windows import Pair
from minnet.types import Array


def max_pool(x: Array, size: Pair, stride: Pair, y: Array, winner: Array) -> None:
    """``y[n,p,c] = max_t x[n, p stride + t, c]``; `winner` is where in x, as flat memory, it stands: the first one, or
    the first NaN."""
    _max_pool(*_planes(size, stride, x, y, winner))


def _planes(size: Pair, stride: Pair, *arrays: Array) -> tuple[Any, ...]:
    """Size and stride in two dimensions, and arrays (m, height, width, channel)."""
    if len(size) == 1:
        return (1, *size), (1, *stride), *(x.reshape(-1, 1, *x.shape[-2:]) for x in arrays)
    return size, stride, *(x.reshape(-1, *x.shape[-3:]) for x in arrays)


@kernel()
def _max_pool(size, stride, x, y, winner):
    largest(size, stride, x, y, winner)


@inner
def largest(size, stride, x, y, winner):
    tuned()
    M, H, W, C = x.shape
    _, P, Q, _ = y.shape
    for m in range(M):
        for p in range(P):
            for q in range(Q):
                at = ((m * P + p) * Q + q) * C
                best, where = view(y, at, (C,)), view(winner, at, (C,))
                for r in range(size[0]):
                    for t in range(size[1]):
                        start = ((m * H + p * stride[0] + r) * W + q * stride[1] + t) * C
                        inputs = view(x, start, (C,))
                        for c in range(C):
                            value = inputs[c]
                            if (r == 0 and t == 0) or not (value <= best[c] or best[c] != best[c]):
                                best[c] = value
                                where[c] = start + c


def take(x: Array, winner: Array, y: Array) -> None:
    """``y[k] = x[k][winner]``, x[k] being flat memory."""
    _take(x.reshape(len(x), -1), winner, y)


@kernel()
def _take(x, winner, y):
    gather(x, winner, y)


@inner
def gather(x, winner, y):
    (K, size), winner, y = x.shape, flat(winner), flat(y)
    for k in range(K):
        inputs, outputs = view(x, k * size, (size,)), view(y, k * winner.size, (winner.size,))
        for i in range(winner.size):
            outputs[i] = inputs[winner[i]]


def put(dy: Array, winner: Array, dx: Array) -> None:
    """The transpose of `take`: ``dx[k][winner] += dy[k]``, from zeros on."""
    _put(dy, winner, dx.reshape(len(dx), -1))


@kernel()
def _put(dy, winner, dx):
    scatter(dy, winner, dx)


@inner
def scatter(dy, winner, dx):
    dy, winner, (K, size) = flat(dy), flat(winner), dx.shape
    for k in range(K):
        outputs, inputs = view(dy, k * winner.size, (winner.size,)), view(dx, k * size, (size,))
        for i in range(size):
            inputs[i] = 0
        for i in range(winner.size):
            inputs[winner[i]] += outputs[i]


def pool_sum(x: Array, size: Pair, stride: Pair, factor: float, y: Array) -> None:
    """``y[...,p,c] = factor sum_t x[..., p stride + t, c]``."""
    _pool_sum(x.dtype.type(factor), *_planes(size, stride, x, y))


@kernel()
def _pool_sum(factor, size, stride, x, y):
    tuned()
    M, H, W, C = x.shape
    _, P, Q, _ = y.shape
    for m in range(M):
        for p in range(P):
            for q in range(Q):
                total = view(y, ((m * P + p) * Q + q) * C, (C,))
                for c in range(C):
                    total[c] = 0
                for r in range(size[0]):
                    for t in range(size[1]):
                        inputs = view(x, ((m * H + p * stride[0] + r) * W + q * stride[1] + t) * C, (C,))
                        for c in range(C):
                            total[c] += inputs[c]
                for c in range(C):
                    total[c] *= factor


def pool_spread(y: Array, size: Pair, stride: Pair, factor: float, x: Array) -> None:
    """The transpose of `pool_sum`: ``x[...,q,c] = factor sum_p y[...,p,c]`` over all p whose window reaches to q."""
    _pool_spread(y.dtype.type(factor), *_planes(size, stride, y, x))


@kernel()
def _pool_spread(factor, size, stride, y, x):
    tuned()
    M, H, W, C = x.shape
    _, P, Q, _ = y.shape
    everything = flat(x)
    for i in range(everything.size):
        everything[i] = 0
    for m in range(M):
        for p in range(P):
            for q in range(Q):
                value = view(y, ((m * P + p) * Q + q) * C, (C,))
                for r in range(size[0]):
                    for t in range(size[1]):
                        outputs = view(x, ((m * H + p * stride[0] + r) * W + q * stride[1] + t) * C, (C,))
                        for c in range(C):
                            outputs[c] += factor * value[c]
