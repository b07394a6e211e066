"""Softmax, which couples the features of a sample."""

import numpy as np

from minnet.types import Array


def softmax_forward(x: Array, y: Array) -> None:
    """``y[n,o] = exp(x[n,o]) / sum_i exp(x[n,i])``, shifted by the largest so that nothing overflows."""
    np.exp(x - x.max(axis=-1, keepdims=True), out=y)
    y /= y.sum(axis=-1, keepdims=True)


def softmax_backward(y: Array, dy: Array, dx: Array) -> None:
    """``dx[n,i] = y[n,i] (dy[n,i] - sum_o y[n,o] dy[n,o])``."""
    np.multiply(y, dy - (y * dy).sum(axis=-1, keepdims=True), out=dx)
