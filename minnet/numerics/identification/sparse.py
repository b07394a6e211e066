"""Sequentially thresholded least squares: fit, drop what is small, fit again (Brunton et al., PNAS 113, 2016)."""

import numpy as np

from minnet.types import Array


def thresholded_least_squares(G: Array, b: Array, threshold: float, rounds: int = 20) -> Array:
    """Sparse coefficients (t, i) of ``G Xi = b``.

    Parameters
    ----------
    G, b : arrays (m, t), (m, i)
    threshold : float
        A term is dropped from an equation when the standard deviation of what it contributes is less than this part of
        that of b. (Thresholds on coefficients themselves, as in the original, depend on the units.)
    rounds : int
        At most; it ends when nothing is dropped any more.
    """
    size = np.sqrt(np.mean(G**2, axis=0))
    kept = np.ones((G.shape[1], b.shape[1]), bool)
    for _ in range(rounds):
        xi = restricted_least_squares(G, b, kept)
        large = np.abs(xi) * size[:, None] >= threshold * np.sqrt(np.mean(b**2, axis=0))
        if (kept & large == kept).all():
            break
        kept &= large
    return xi


def restricted_least_squares(G: Array, b: Array, kept: Array) -> Array:
    """Least squares ``G Xi = b`` with only the coefficients that `kept` (t, i) names; the others are 0."""
    size = np.sqrt(np.mean(G**2, axis=0))
    size[size == 0] = 1
    xi = np.zeros(kept.shape)
    for i in range(b.shape[1]):
        chosen = kept[:, i]
        xi[chosen, i] = np.linalg.lstsq(G[:, chosen] / size[chosen], b[:, i], rcond=None)[0] / size[chosen]
    return xi
