"""Elementwise losses: the loss of an output y against its target t, and its slope by y.

Like the activations, each takes one parameter `a`, which most ignore. `LOSSES`, at the end, lists all of them; the
compiled kernels need nothing else.
"""

from typing import Any

import numpy as np

from minnet.kernels.formulas.elementary import exp_negative, log1p_fraction, where

Number = Any


def squared(y: Number, t: Number, a: Number) -> tuple[Number, Number]:
    error = y - t
    return error * error, 2.0 * error


def absolute(y: Number, t: Number, a: Number) -> tuple[Number, Number]:
    error = y - t
    return np.abs(error), np.sign(error)


def huber(y: Number, t: Number, a: Number) -> tuple[Number, Number]:
    error = y - t
    clipped = np.minimum(np.maximum(error, -a), a)
    return clipped * (error - 0.5 * clipped), clipped


def binary_cross_entropy(y: Number, t: Number, a: Number) -> tuple[Number, Number]:
    """Of a score y: ``max(y, 0) - t y + log(1 + exp_negative(-|y|))``, and ``sigmoid(y) - t``."""
    small = exp_negative(-np.abs(y))
    p = where(y >= 0.0, 1.0, small) / (1.0 + small)
    return np.maximum(y, 0.0) - t * y + log1p_fraction(small), p - t


LOSSES = (squared, absolute, huber, binary_cross_entropy)
