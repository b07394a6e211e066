"""What batch and layer normalisation compute, on rows of features: `n` rows, `i` features. In layer normalisation n
may be several axes.

Means and sums over rows are added up in float64. Features are normalised as ``(x - centre) * scale + shift`` with the
centre, near the mean, subtracted first: numbers that share a large offset lose nothing then.
"""

import numpy as np

from minnet.types import Array


def feature_statistics(x: Array, mean: Array, variance: Array) -> None:
    """Mean and biased variance of every feature over the rows; float64."""
    x.mean(axis=0, dtype=float, out=mean)
    np.square(x - mean).mean(axis=0, out=variance)


def batch_norm_forward(x: Array, centre: Array, scale: Array, shift: Array, y: Array) -> None:
    """``y[n,i] = (x[n,i] - centre[i]) scale[i] + shift[i]``."""
    y[...] = (x - centre) * scale + shift


def feature_sums(x: Array, centre: Array, dy: Array, sums: Array) -> None:
    """``sums[0,i] = sum_n dy[n,i]`` and ``sums[1,i] = sum_n dy[n,i] (x[n,i] - centre[i])``; float64."""
    dy.sum(axis=0, dtype=float, out=sums[0])
    np.einsum("ni,ni->i", dy.astype(float), (x - centre).astype(float), out=sums[1])


def batch_norm_backward(
    x: Array, centre: Array, dy: Array, scale: Array, slope: Array, shift: Array, dx: Array
) -> None:
    """``dx[n,i] = scale[i] dy[n,i] + slope[i] (x[n,i] - centre[i]) + shift[i]``."""
    dx[...] = scale * dy + slope * (x - centre) + shift


def layer_norm_forward(x: Array, gamma: Array, beta: Array, epsilon: float, z: Array, scale: Array, y: Array) -> None:
    """``z[n,i] = (x[n,i] - mu[n]) scale[n]`` with ``scale[n] = 1 / sqrt(var[n] + epsilon)``, mean and biased variance
    over i; ``y[n,i] = gamma[i] z[n,i] + beta[i]``."""
    centred = x - x.mean(axis=-1, dtype=float, keepdims=True)
    scale[...] = 1 / np.sqrt(np.square(centred).mean(axis=-1) + epsilon)
    z[...] = centred * scale[..., np.newaxis]
    y[...] = gamma * z + beta


def layer_norm_backward(z: Array, scale: Array, gamma: Array, dy: Array, dx: Array) -> None:
    """``dx[n,i] = scale[n] (dz[n,i] - mean_i(dz)[n] - z[n,i] mean_i(z dz)[n])`` with ``dz = gamma dy``."""
    dz = gamma * dy
    dx[...] = dz - dz.mean(axis=-1, keepdims=True) - z * (z * dz).mean(axis=-1, keepdims=True)
    dx *= scale[..., np.newaxis]
