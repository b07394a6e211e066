"""Correlation dimension: how fast the number of neighbours grows with the distance.

The part of all pairs of points that are closer than r, ``C(r)``, grows like ``r^D`` for small r (P. Grassberger,
I. Procaccia, Physica D 9, 1983). Pairs that are close in time are left out (Theiler, Phys. Rev. A 34, 1986): they
measure the dimension of a line.

Two things keep the slope from being the dimension: there are few pairs, and the slope changes with r, near the edges of
an attractor and where it has gaps. The error holds both. It does not hold what changes too slowly to be seen: where the
density of points is infinite, as at the ends of the logistic map's interval, C goes as ``r ln(1/r)``, and the slope is
0.91 +- 0.05 where the dimension is 1.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.distance import pdist

from minnet.checks import as_real, binary_exponent
from minnet.errors import DataError, SettingError, ShapeError
from minnet.names import explained
from minnet.numerics.chaos.embedding import check_region, check_whole, resolution
from minnet.numerics.chaos.jackknife import beyond_chance, leaving_out, variance
from minnet.progress import tqdm
from minnet.types import Array

STRETCHES = 10  # of the points, each left out once
RADII = 25
FINE = 1e-6  # of the size of the attractor: a step that no digitiser makes
STEPS = 2  # distances must be longer than so many
PAIRS = 1e-4, 1e-2  # of all pairs: what the line is fitted to when no region is given
ABOVE = 10**0.5  # times the second: up to where slopes are looked at


@dataclass(frozen=True)
class CorrelationDimension:
    """The dimension, and the distribution of pairs that it was fitted to.

    Attributes
    ----------
    dimension, error : float
        Slope of ln C over ln r, and its standard error: by leaving out each of ten stretches of the points; and by how
        much the slope differs, beyond chance, between the halves of the region (of its logarithm), or above it, as it
        may differ as much below.
    radii, sums : arrays (n,)
        Distances, and the part of all pairs outside of the window that are closer than that.
    first, last : float
        Between which radii the line was fitted.
    """

    dimension: float
    error: float
    radii: Array = field(repr=False)
    sums: Array = field(repr=False)
    first: float
    last: float

    def local_slopes(self) -> tuple[Array, Array]:
        """Radii (n - 1,), and the slopes between neighbouring ones, which should be the same all along the region."""
        with np.errstate(divide="ignore", invalid="ignore"):
            slopes = np.diff(np.log(self.sums)) / np.diff(np.log(self.radii))
        return np.sqrt(self.radii[1:] * self.radii[:-1]), slopes


@explained("correlation_dimension(points, window=...)")
def correlation_dimension(
    points: Array, *, window: int, region: tuple[float, float] | None = None, progress: bool = False
) -> CorrelationDimension:
    """The dimension of points on an attractor, measured ones or delay vectors (`embed`).

    Parameters
    ----------
    points : array (n, d)
        In order of time.
    window : int
        Theiler's, in samples: pairs are further apart than this in time.
    region : (float, float), optional
        Between which distances the line is fitted. When not given, where between 1e-4 and 1e-2 of the pairs are closer.
    progress : bool

    Returns
    -------
    CorrelationDimension

    Raises
    ------
    SettingError
        The region is not an interval, or there are no pairs in it.
    DataError, ShapeError
        Points are not finite, too few, all the same, or digitised too coarsely for the region.

    Examples
    --------
    >>> points = np.random.default_rng(0).random((1500, 2))  # they fill a square
    >>> found = correlation_dimension(points, window=1)
    >>> isinstance(found, CorrelationDimension), round(found.dimension, 1)
    (True, 2.0)
    """
    owner = "correlation_dimension"
    points = np.ascontiguousarray(as_real(points, f"{owner}: points"), float)
    check_whole(owner, minimum=0, window=window)
    if points.ndim != 2:
        raise ShapeError(
            f"{owner}: points must be an array (n, d), not {points.shape}; a series has to be embedded first"
        )
    if not np.isfinite(points).all():
        raise DataError(f"{owner}: points must be finite numbers")
    if len(points) < 100 + 2 * window:
        raise DataError(f"{owner}: {len(points)} points are too few; at least {100 + 2 * window} are needed")
    exponent = binary_exponent(points)  # squares may be out of range; a power of two changes no digit
    points = np.ldexp(points, -exponent)
    size = float(np.linalg.norm(points.std(axis=0)))
    if size == 0:
        raise DataError(f"{owner}: all points are the same")
    if region is not None:
        check_region(owner, region, "distances")
        if not 0 < region[0] < region[1]:
            raise SettingError(f"{owner}: the region must begin above 0, and before it ends, not {region!r}")
        region = float(np.ldexp(region[0], -exponent)), float(np.ldexp(region[1], -exponent))
    low, high = _range(points, size) if region is None else (region[0] / 2, region[1] * 2)
    radii = np.geomspace(low, high, RADII)
    if region is not None:
        radii = np.unique(np.concatenate([radii, region]))
    counts, pairs = _count(points, radii, window, progress)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_sums = np.log(leaving_out(counts) / leaving_out(pairs)[:, None])
    sums = np.exp(log_sums[0])
    inside = (sums >= PAIRS[0]) & (sums <= PAIRS[1]) if region is None else (radii >= region[0]) & (radii <= region[1])
    inside &= (counts.sum(axis=1) > 0).all(axis=0)
    step = 2 * max(resolution(column) for column in points.T)
    first = STEPS * step if region is None else region[0] * (1 + 1e-9)
    if step > FINE * size and (first < step or (inside & (radii > first)).sum() < 3):
        raise DataError(
            f"{owner}: the points are digitised in steps of {np.ldexp(step, exponent):.3g}, and distances that are not "
            "much longer count steps; too few of the others are in the region. Give finer data, or a region of longer "
            "distances"
        )
    if region is None:
        inside &= radii > STEPS * step
    if inside.sum() < 3:
        raise SettingError(
            f"{owner}: there are too few pairs of points in the region; give a wider one, or more points"
        )
    slopes = _slopes(radii, log_sums, inside)
    middle = radii[inside][inside.sum() // 2]
    lower, upper = (_slopes(radii, log_sums, inside & half) for half in (radii <= middle, radii >= middle))
    drifts, above = [upper - lower], radii >= radii[inside][-1]
    if above.sum() > 1:
        drifts.append(_slopes(radii, log_sums, above) - slopes)
    error = float(np.sqrt(variance(slopes) + max(map(beyond_chance, drifts))))
    radii = np.ldexp(radii, exponent)
    return CorrelationDimension(float(slopes[0]), error, radii, sums, float(radii[inside][0]), float(radii[inside][-1]))


def _range(points: Array, size: float) -> tuple[float, float]:
    """Distances that span those below which `PAIRS` of all pairs are, and `ABOVE`, from pairs drawn evenly."""
    n = len(points)
    step = max(1, n // 1000)
    distances = pdist(points[::step])
    distances = distances[distances > 0]
    if not len(distances):
        return 1e-3 * size, size
    low, high = np.quantile(distances, [PAIRS[0], PAIRS[1] * ABOVE])
    return float(low) / 3, float(high) if high > low else size


def _count(points: Array, radii: Array, window: int, progress: bool) -> tuple[Array, Array]:
    """Numbers of ordered pairs outside of the window, of the points of each two stretches: closer than each radius
    (s, s, radii), and all (s, s)."""
    n = len(points)
    edges = np.arange(STRETCHES + 1) * n // STRETCHES
    trees = [cKDTree(points[first:last]) for first, last in pairwise(edges)]
    lengths, stretch = np.diff(edges), np.searchsorted(edges, np.arange(n), side="right") - 1
    counts, pairs = np.empty((STRETCHES, STRETCHES, len(radii))), np.outer(lengths, lengths).astype(float)
    for s in tqdm(range(STRETCHES), "pairs of points", disable=not progress, delay=1):
        for other in range(s, STRETCHES):
            counts[s, other] = counts[other, s] = trees[s].count_neighbors(trees[other], radii)
    for k in range(-window, window + 1):  # taken away again: pairs close in time, each point with itself among them
        rows = np.arange(max(0, -k), n - max(0, k))
        close = np.searchsorted(radii, np.linalg.norm(points[rows + k] - points[rows], axis=1))
        cells = stretch[rows] * STRETCHES + stretch[rows + k]
        size = STRETCHES**2 * (len(radii) + 1)
        table = np.bincount(cells * (len(radii) + 1) + close, minlength=size).reshape(STRETCHES, STRETCHES, -1)
        counts -= table.cumsum(axis=2)[..., :-1]
        pairs -= table.sum(axis=2)
    return counts, pairs


def _slopes(radii: Array, log_sums: Array, inside: Array) -> Array:
    """Of lines (1 + s,), through some of the radii."""
    t = np.log(radii[inside]) - np.log(radii[inside]).mean()
    return np.asarray(log_sums[:, inside] @ t / (t @ t))
