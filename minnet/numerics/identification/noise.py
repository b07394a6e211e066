"""Whose noise it is: what the equations miss from sample to sample tells noise of the samples, noise that acts on the
system, and no noise at all, but terms or variables that are missing.

Let r_n be what the flow, begun in sample n, misses of sample n + 1, and F_n the flow's derivative by where it begins.
Independent errors e_n of the samples leave ``r_n = F_n e_n - e_(n+1)``: each stands in two residuals, with opposite
signs. Noise that acts on the system leaves residuals of which each stands alone, and missing terms leave residuals that
are like their neighbours.
"""

import numpy as np

from minnet.numerics.identification.fitting import bounded
from minnet.numerics.identification.intervals import Intervals
from minnet.types import Array

NOTABLE = 0.02  # part of the changes from sample to sample
MOST = 0.6  # part of the squares of the residuals that is the system's, if the noise is called so
ALIKE = 1.5  # part beyond which residuals are like their neighbours, as of terms that are missing
BLOCKS = 20  # of samples, each left out once
SURE = 4.0  # standard errors


def autocorrelated(intervals: Intervals, xi: Array) -> bool:
    """Whether what the flow misses is like what it missed an interval before, as by terms that are not there.

    Residuals of the samples' errors correlate by ``-F / (1 + F^2)``, at most 1/2. (Two standard errors are added.) It
    counts for variables of which a notable part of the changes is missed.
    """
    shape = intervals.starts.shape
    residuals = intervals.residuals(xi).reshape(shape)
    changes = (intervals.targets - intervals.starts) / intervals.problem.scale
    if not bounded(residuals):
        return False
    squares = np.sum(residuals**2, axis=0)
    correlated = np.sum(residuals[1:] * residuals[:-1], axis=0) > (0.5 + 2 / np.sqrt(shape[0])) * squares
    return bool((correlated & (squares > NOTABLE**2 * np.sum(changes**2, axis=0))).any())


def drives_the_system(intervals: Intervals, xi: Array) -> bool:
    """Whether noise surely acts on the system, and most of the residuals' squares is of it."""
    share, error = system_share(intervals, xi)
    return max(MOST, SURE * error) < share < ALIKE


def system_share(intervals: Intervals, xi: Array) -> tuple[float, float]:
    """Which part of the residuals' squares is of noise that acts on the system, and its standard error.

    With errors of variance s^2 in all variables' units, the mean of ``r_(n+1) . F_(n+1) r_n`` is that of
    ``-s^2 |F_(n+1)|^2``, and the mean of ``|r_n|^2`` that of ``s^2 (i + |F_n|^2)`` and of what acts on the system. The
    error is the jackknife's over blocks of samples. (nan, inf) where equations blow up or samples are few.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        r, F = intervals.residuals(xi).reshape(intervals.starts.shape), intervals.by_states(xi)
    ends = np.cumsum([len(piece.x) - 1 for piece in intervals.problem.pieces]) - 1
    n = np.setdiff1d(np.arange(len(r)), ends)  # intervals that another follows
    if len(n) < 2 * BLOCKS or not (bounded(r) and bounded(F)):
        return np.nan, np.inf
    i = len(intervals.problem.variables)
    squares, sizes = np.sum(r**2, axis=1), np.sum(F**2, axis=(1, 2))
    sums = np.stack([
        np.einsum("ni,nij,nj->n", r[n + 1], F[n + 1], r[n]), sizes[n + 1],
        squares[n] + squares[n + 1], 2 * i + sizes[n] + sizes[n + 1],
    ])  # fmt: skip
    blocks = np.array([block.sum(axis=1) for block in np.array_split(sums, BLOCKS, axis=1)])
    without = np.array([_share(*each) for each in blocks.sum(axis=0) - blocks])
    error = np.sqrt((BLOCKS - 1) / BLOCKS * np.sum((without - without.mean()) ** 2))
    return _share(*blocks.sum(axis=0)), float(error)


def _share(products: float, sizes: float, squares: float, variances: float) -> float:
    return float(1 + products / sizes * variances / squares) if sizes and squares else np.nan
