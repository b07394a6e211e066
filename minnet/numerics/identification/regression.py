"""Linear least squares with some of the coefficients held at zero."""

import numpy as np

from minnet.types import Array


def restricted_least_squares(G: Array, b: Array, kept: Array) -> Array:
    """Least squares ``G Xi = b`` with only the coefficients that `kept` (t, i) names; the others are 0."""
    size = np.sqrt(np.mean(G**2, axis=0))
    size[size == 0] = 1
    xi = np.zeros(kept.shape)
    for i in range(b.shape[1]):
        chosen = kept[:, i]
        xi[chosen, i] = np.linalg.lstsq(G[:, chosen] / size[chosen], b[:, i], rcond=None)[0] / size[chosen]
    return xi
