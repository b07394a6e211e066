"""The gradient of a penalty of weights as one loop, a kernel that others call by its address (`calls.py`)."""

from functools import cache

import numpy as np

from minnet.kernels.compiled import overloads  # noqa: F401  (Numba must know the formula before it compiles the loop)
from minnet.kernels.compiled.cache import kernel
from minnet.kernels.compiled.calls import address, call, loop, pointer
from minnet.kernels.compiled.tuning import tuned
from minnet.kernels.formulas.penalties import slope
from minnet.types import Array


def penalty_gradient(l1: float, l2: float, ranges: Array, theta: Array, grad: Array) -> None:
    """Add to `grad` (p,) the derivative of ``l1 |w| + l2 w^2 / 2`` by the weights w, those of `theta` (p,) in the given
    ranges: int64 (r, 2), the first of each and the one after the last."""
    number = theta.dtype.type
    _add(penalty_loop(theta.dtype), number(l1), number(l2), ranges, theta, grad)


@kernel()
def _add(loop, l1, l2, ranges, theta, grad):
    call(loop, (len(ranges), pointer(ranges), l1, l2, pointer(theta), pointer(grad)))


@cache
def penalty_loop(dtype: np.dtype) -> int:
    """Address of ``(r, ranges, l1, l2, theta, grad)``, which adds the derivative to the gradient."""

    def penalty(r, ranges, l1, l2, theta, grad):
        tuned()
        for m in range(r):
            for p in range(ranges[2 * m], ranges[2 * m + 1]):
                grad[p] += slope(theta[p], l1, l2)

    return address(loop(penalty, "penalty"), dtype, "icnnpp")
