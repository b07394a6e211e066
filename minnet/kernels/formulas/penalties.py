"""Penalties of weights: what one adds to the gradient."""

from typing import Any

import numpy as np

Number = Any  # a NumPy array, or one number inside a compiled loop


def slope(w: Number, l1: Number, l2: Number) -> Number:
    """The derivative of ``l1 |w| + l2 w^2 / 2``; at w = 0, where |w| has a kink, that of the rest."""
    return l1 * np.sign(w) + l2 * w
