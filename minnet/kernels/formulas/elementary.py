"""The functions that formulas need and that have one name in NumPy and another in a compiled loop."""

from typing import Any

import numpy as np

Number = Any


def where(condition: Number, yes: Number, no: Number) -> Number:
    """`yes` where the condition holds, `no` elsewhere."""
    return np.where(condition, yes, no)


def erf(x: Number) -> Number:
    """The error function."""
    from scipy.special import erf as scipy_erf  # only GELU needs it, so only GELU waits for it

    return scipy_erf(x)
