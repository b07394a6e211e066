"""Softmax, which couples the features of a sample: three short passes over each."""

import numpy as np

from minnet.kernels.compiled.cache import kernel
from minnet.types import Array


@kernel()
def softmax_forward(x: Array, y: Array) -> None:
    """``y[n,o] = exp(x[n,o]) / sum_i exp(x[n,i])``, shifted by the largest so that nothing overflows."""
    N, O = x.shape
    for n in range(N):
        largest = x[n, 0]
        for o in range(1, O):
            largest = max(largest, x[n, o])
        total = x.dtype.type(0)
        for o in range(O):
            y[n, o] = np.exp(x[n, o] - largest)
            total += y[n, o]
        for o in range(O):
            y[n, o] /= total


@kernel()
def softmax_backward(y: Array, dy: Array, dx: Array) -> None:
    """``dx[n,i] = y[n,i] (dy[n,i] - sum_o y[n,o] dy[n,o])``."""
    N, O = y.shape
    for n in range(N):
        total = y.dtype.type(0)
        for o in range(O):
            total += y[n, o] * dy[n, o]
        for o in range(O):
            dx[n, o] = y[n, o] * (dy[n, o] - total)
