"""The elementary functions that formulas are made of.

On arrays these are NumPy's and SciPy's. In compiled loops they are others, because a loop that calls the C library
for every number cannot work on whole vectors: `kernels/compiled/elementary.py` has them. That is why formulas import
them from here, and why two of them are named after the range they are needed on.
"""

from typing import Any

import numpy as np

Number = Any


def where(condition: Number, yes: Number, no: Number) -> Number:
    """`yes` where the condition holds, `no` elsewhere."""
    return np.where(condition, yes, no)


def exp_negative(x: Number) -> Number:
    """``exp(x)`` for x <= 0. Below the normal range, it may be the smallest normal number (1e-38 or 2e-308)."""
    return np.exp(x)


def expm1_negative(x: Number) -> Number:
    """``exp(x) - 1`` without cancellation, for x <= 0."""
    return np.expm1(x)


def log1p_fraction(x: Number) -> Number:
    """``log(1 + x)`` without cancellation, for 0 <= x <= 1."""
    return np.log1p(x)


def tanh(x: Number) -> Number:
    return np.tanh(x)


def quick_sigmoid(x: Number) -> Number:
    """``1 / (1 + exp(-x))``; what is rounded off it may be a few units in the last place."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def quick_tanh(x: Number) -> Number:
    """tanh; what is rounded off it may be a few units in the last place."""
    return np.tanh(x)


def erf(x: Number) -> Number:
    """The error function."""
    from scipy.special import erf as scipy_erf  # only GELU needs it, so only GELU waits for it

    return scipy_erf(x)
