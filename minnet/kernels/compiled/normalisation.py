"""What batch and layer normalisation compute, on rows of features: each kernel reads its arrays once.

The rows go by fours, so that what is added up in memory is read and written a quarter as often. Sums over features, of
which there may be few, are left to the compiler to split. In layer normalisation rows may come along several axes.
"""

import numpy as np

from minnet.kernels.compiled.cache import kernel, reduction
from minnet.types import Array


@kernel()
def feature_statistics(x: Array, mean: Array, variance: Array) -> None:
    """Mean and biased variance of every feature over the rows; float64.

    In one pass, from sums of ``d = x - x[0]`` and of its squares. The offset of all numbers is gone from them, and
    however far the first row is out, it counts among N: ``mean(d)^2 <= N var``, so at most as many digits are lost as
    N has.
    """
    N, I = x.shape
    for i in range(I):
        mean[i] = variance[i] = 0
    whole = N // 4 * 4
    for n in range(0, whole, 4):
        for i in range(I):
            first = np.float64(x[0, i])
            a, b, c, d = x[n, i] - first, x[n + 1, i] - first, x[n + 2, i] - first, x[n + 3, i] - first
            mean[i] += (a + b) + (c + d)
            variance[i] += (a * a + b * b) + (c * c + d * d)
    for n in range(whole, N):
        for i in range(I):
            a = x[n, i] - np.float64(x[0, i])
            mean[i] += a
            variance[i] += a * a
    for i in range(I):
        mean[i] /= N
        variance[i] = variance[i] / N - mean[i] * mean[i]
        variance[i] = 0.0 if variance[i] < 0 else variance[i]  # by rounding; NaN stays
        mean[i] += x[0, i]


@kernel()
def batch_norm_forward(x: Array, centre: Array, scale: Array, shift: Array, y: Array) -> None:
    """``y[n,i] = (x[n,i] - centre[i]) scale[i] + shift[i]``."""
    N, I = x.shape
    for n in range(N):
        for i in range(I):
            y[n, i] = (x[n, i] - centre[i]) * scale[i] + shift[i]


@kernel()
def feature_sums(x: Array, centre: Array, dy: Array, sums: Array) -> None:
    """``sums[0,i] = sum_n dy[n,i]`` and ``sums[1,i] = sum_n dy[n,i] (x[n,i] - centre[i])``; float64."""
    N, I = x.shape
    for i in range(I):
        sums[0, i] = sums[1, i] = 0
    whole = N // 4 * 4
    for n in range(0, whole, 4):
        for i in range(I):
            a, b = np.float64(dy[n, i]), np.float64(dy[n + 1, i])
            c, d = np.float64(dy[n + 2, i]), np.float64(dy[n + 3, i])
            sums[0, i] += (a + b) + (c + d)
            ab = a * (x[n, i] - centre[i]) + b * (x[n + 1, i] - centre[i])
            cd = c * (x[n + 2, i] - centre[i]) + d * (x[n + 3, i] - centre[i])
            sums[1, i] += ab + cd
    for n in range(whole, N):
        for i in range(I):
            sums[0, i] += dy[n, i]
            sums[1, i] += np.float64(dy[n, i]) * (x[n, i] - centre[i])


@kernel()
def batch_norm_backward(
    x: Array, centre: Array, dy: Array, scale: Array, slope: Array, shift: Array, dx: Array
) -> None:
    """``dx[n,i] = scale[i] dy[n,i] + slope[i] (x[n,i] - centre[i]) + shift[i]``."""
    N, I = x.shape
    for n in range(N):
        for i in range(I):
            dx[n, i] = scale[i] * dy[n, i] + slope[i] * (x[n, i] - centre[i]) + shift[i]


def layer_norm_forward(x: Array, gamma: Array, beta: Array, epsilon: float, z: Array, scale: Array, y: Array) -> None:
    """``z[n,i] = (x[n,i] - mu[n]) scale[n]`` with ``scale[n] = 1 / sqrt(var[n] + epsilon)``, mean and biased variance
    over i; ``y[n,i] = gamma[i] z[n,i] + beta[i]``."""
    _layer_norm_forward(_rows(x), gamma, beta, epsilon, _rows(z), scale.reshape(-1), _rows(y))


def _rows(x: Array) -> Array:
    return x.reshape(-1, x.shape[-1])


@kernel()
def _layer_norm_forward(x, gamma, beta, epsilon, z, scale, y):
    for n in range(len(x)):
        mu = _mean(x[n])
        factor = 1 / np.sqrt(_mean_square(x[n], mu) + epsilon)
        scale[n] = factor
        for i in range(x.shape[1]):
            z[n, i] = (x[n, i] - mu) * factor
            y[n, i] = gamma[i] * z[n, i] + beta[i]


@reduction
def _mean(row):
    total = np.float64(0)
    for i in range(len(row)):
        total += row[i]
    return total / len(row)


@reduction
def _mean_square(row, mu):
    total = np.float64(0)
    for i in range(len(row)):
        d = row[i] - mu
        total += d * d
    return total / len(row)


def layer_norm_backward(z: Array, scale: Array, gamma: Array, dy: Array, dx: Array) -> None:
    """``dx[n,i] = scale[n] (dz[n,i] - mean_i(dz)[n] - z[n,i] mean_i(z dz)[n])`` with ``dz = gamma dy``."""
    _layer_norm_backward(_rows(z), scale.reshape(-1), gamma, _rows(dy), _rows(dx))


@kernel()
def _layer_norm_backward(z, scale, gamma, dy, dx):
    for n in range(len(z)):
        _layer_norm_row(z[n], scale[n], gamma, dy[n], dx[n])


@reduction
def _layer_norm_row(z, scale, gamma, dy, dx):
    I = len(z)
    total = along = z.dtype.type(0)
    for i in range(I):
        dz = gamma[i] * dy[i]
        total += dz
        along += z[i] * dz
    total, along = total / z.dtype.type(I), along / z.dtype.type(I)
    for i in range(I):
        dx[i] = scale * (gamma[i] * dy[i] - total - z[i] * along)
