"""Maxima and sums over windows of planes (m, height, width, channel), and back: loops whose innermost one runs over
channels, which lie side by side."""

from minnet.kernels.compiled.cache import inner, kernel
from minnet.kernels.compiled.tuning import tuned
from minnet.kernels.compiled.views import flat, view
from minnet.kernels.windows import Pair
from minnet.types import Array


@kernel()
def max_pool(x: Array, size: Pair, stride: Pair, y: Array, winner: Array) -> None:
    """``y[m,p,c] = max_t x[m, p stride + t, c]``; `winner` is where in x, as flat memory, it stands: the first one, or
    the first NaN."""
    largest(x, size, stride, y, winner)


@inner
def largest(x, size, stride, y, winner):
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


@kernel()
def take(x: Array, winner: Array, y: Array) -> None:
    """``y = x[winner]``, x being flat memory."""
    gather(x, winner, y)


@inner
def gather(x, winner, y):
    x, winner, y = flat(x), flat(winner), flat(y)
    for i in range(y.size):
        y[i] = x[winner[i]]


@kernel()
def put(dy: Array, winner: Array, dx: Array) -> None:
    """The transpose of `take`: ``dx[winner] += dy``, from zeros on."""
    scatter(dy, winner, dx)


@inner
def scatter(dy, winner, dx):
    dy, winner, dx = flat(dy), flat(winner), flat(dx)
    for i in range(dx.size):
        dx[i] = 0
    for i in range(dy.size):
        dx[winner[i]] += dy[i]


def pool_sum(x: Array, size: Pair, stride: Pair, factor: float, y: Array) -> None:
    """``y[m,p,c] = factor sum_t x[m, p stride + t, c]``."""
    _pool_sum(x, size, stride, x.dtype.type(factor), y)


@kernel()
def _pool_sum(x, size, stride, factor, y):
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
    """The transpose of `pool_sum`: ``x[m,q,c] = factor sum_p y[m,p,c]`` over all p whose window reaches to q."""
    _pool_spread(y, size, stride, y.dtype.type(factor), x)


@kernel()
def _pool_spread(y, size, stride, factor, x):
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
