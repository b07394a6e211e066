"""How values are distributed, and how long series stay on one side of the mean: what a histogram shows."""

import numpy as np

from minnet.types import Array

GRID = 1000  # points at which distribution functions are compared


def grid_of(generated: Array, reference: Array) -> Array:
    """Points (GRID, v): quantiles of both sets together, each counting half."""
    levels = np.linspace(0, 1, GRID // 2)
    both = [np.quantile(z.reshape(-1, z.shape[-1]), levels, axis=0) for z in (generated, reference)]
    return np.sort(np.concatenate(both), axis=0)


def distribution_functions(z: Array, grid: Array) -> Array:
    """Of each stretch (units, samples, v): which part of its samples is at most each point (g, v): (units, g, v)."""
    units, samples, variables = z.shape
    result = np.empty((units, len(grid), variables))
    for v in range(variables):
        bins = np.searchsorted(grid[:, v], z[..., v])  # the first point that is not less
        rows = np.arange(units)[:, None] * (len(grid) + 1)
        counts = np.bincount((rows + bins).ravel(), minlength=units * (len(grid) + 1)).reshape(units, -1)
        result[..., v] = np.cumsum(counts[:, :-1], axis=1) / samples
    return result


def ks_distance(generated: Array, reference: Array) -> Array:
    """Kolmogorov-Smirnov distance ``max |F - G|`` (v,) of mean distribution functions (units, g, v)."""
    return np.asarray(np.abs(generated.mean(axis=0) - reference.mean(axis=0)).max(axis=0))


def wasserstein_distance(generated: Array, reference: Array, grid: Array) -> Array:
    """``W1 = integral |F - G| dx`` (v,): how far, on average, values have to be moved, in standard deviations."""
    difference = np.abs(generated.mean(axis=0) - reference.mean(axis=0))
    return np.asarray(np.sum(difference[:-1] * np.diff(grid, axis=0), axis=0))


def slowest_variable(z: Array) -> int:
    """The variable of (units, samples, v) that changes its side of the mean least often: it tells lobes apart."""
    above = z > 0
    return int(np.argmin((above[:, 1:] != above[:, :-1]).mean(axis=(0, 1))))


def dwell_functions(z: Array, longest: int) -> Array:
    """Numbers (units, longest) of times between changes of sign, of so many samples or fewer.

    z is one variable (units, samples), about the reference's mean. What is cut off at either end does not count.
    """
    counts = np.zeros((len(z), longest))
    for row, series in zip(counts, z > 0, strict=True):
        times = np.diff(np.flatnonzero(series[1:] != series[:-1]))
        row += np.bincount(np.minimum(times, longest) - 1, minlength=longest)[:longest] if len(times) else 0
    return np.cumsum(counts, axis=1)


def dwell_distance(generated: Array, reference: Array) -> float:
    """KS distance of the times that either set stays on one side, from `dwell_functions`; 1 if one never changes."""
    first, second = generated.sum(axis=0), reference.sum(axis=0)
    if first[-1] == 0 or second[-1] == 0:
        return float(first[-1] != second[-1])
    return float(np.abs(first / first[-1] - second / second[-1]).max())
