"""Whether series differ from each other, and from those of the training set: collapse, and copies.

Series are compared as a whole, and by windows of several decorrelation times at any shift: in chaos, two windows of
that length are close all along only if one was copied from the other. How close real ones come, the reference shows.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from minnet.types import Array

SERIES_MOST = 300  # looked at; all of the training set are looked at
WINDOWS_LEAST, WINDOWS = 4, 400  # of each series, and in all
LONG = 20  # decorrelation times in a window, if a series is at least twice as long
POINTS = 24  # of a window that are compared, evenly spaced
WIDEST = 16  # principal components of a window
RISK = 1e-3  # that any of the real series is taken for a copy
WINDOW_DIMENSION, SERIES_DIMENSION = 1.5, 4.0
"""At most, of how close pairs get rare. The shift of windows takes one dimension of a flow's, and rare stretches of
quiet motion look all the same; whole series, compared from the start, need less caution."""
TAIL = 20
CERTAIN = 0.2  # of the distance that chance brings the nearest to: nearer still, one pair is enough
SAME = 1e-7  # distance of a series from itself, by rounding


def series_distances(first: Array, second: Array) -> Array:
    """Root mean square differences (n, m), sample by sample, of series (n, samples, v) and (m, samples, v).

    Of longer series the first samples, as many as the shorter have.
    """
    samples = min(first.shape[1], second.shape[1])
    a, b = (z[:, :samples].reshape(len(z), -1) for z in (first, second))
    centre = b.mean(axis=0)
    a, b = a - centre, b - centre
    squares = np.sum(a**2, axis=1)[:, None] + np.sum(b**2, axis=1) - 2 * a @ b.T
    return np.sqrt(np.maximum(squares, 0) / a.shape[1])


def pairs_of(distances: Array) -> Array:
    """Those of different series, once each, from distances (n, n)."""
    return distances[np.triu_indices(len(distances), 1)]


def mean_distance(distances: Array, rows: Array) -> float:
    """Mean distance of pairs of different series among those with the given numbers."""
    pairs = rows[:, None] != rows
    return float(distances[np.ix_(rows, rows)][pairs].mean()) if pairs.any() else 0.0


class Windows:
    """Windows of series, in the principal components of the reference's."""

    def __init__(self, z: Array, shortest: int, memory: int) -> None:
        self.length = max(2, min(shortest // 2, max(16, LONG * memory)))
        self.rows = np.unique(np.linspace(0, self.length - 1, POINTS).round().astype(int))
        sample = self._raw(z[: 1 + 2000 // z.shape[1]]).reshape(-1, len(self.rows) * z.shape[2])
        width = min(WIDEST, sample.shape[1])
        self.components = np.linalg.eigh(sample.T @ sample)[1][:, ::-1][:, :width]

    def _raw(self, z: Array) -> Array:
        starts = np.arange(z.shape[1] - self.length + 1)
        return z[:, starts[:, None] + self.rows].reshape(len(z), len(starts), -1)

    def queries(self, z: Array) -> Array:
        """Evenly spaced windows of each series: (series, windows, components)."""
        count = max(WINDOWS_LEAST, WINDOWS // len(z))
        starts = np.unique(np.linspace(0, z.shape[1] - self.length, count).round().astype(int))
        return z[:, starts[:, None] + self.rows].reshape(len(z), len(starts), -1) @ self.components

    def distances(self, queries: Array, z: Array) -> Array:
        """Of each query (series, windows, .) the distance from the nearest window of each series z: (s, w, n)."""
        flat = queries.reshape(-1, queries.shape[2])
        nearest = np.empty((len(flat), len(z)))
        for k in range(len(z)):
            library = self._raw(z[k : k + 1])[0] @ self.components
            values = (-2 * library) @ flat.T
            values += np.sum(library**2, axis=1)[:, None]
            nearest[:, k] = np.linalg.norm(flat - library[values.argmin(axis=0)], axis=1)
        return nearest.reshape(*queries.shape[:2], len(z))


def without_own(distances: Array) -> Array:
    """Distances (s, w, s) with those between windows of the same series made infinite."""
    distances = distances.copy()
    own = np.arange(len(distances))
    distances[own, :, own] = np.inf
    return distances


def closeness(distances: Array, trials: float, most: float) -> float:
    """Below which distance not one of so many trials is expected, but for a risk of `RISK`.

    From real distances: their lower tail is taken for a power law, ``P(d < r) ~ r^D`` (as that of neighbours in D
    dimensions), and followed down. D is Hill's estimate (Annals of Statistics 3, 1975) from the `TAIL` smallest, less
    two standard errors, and at most `most`: tails are heavier further down, where only phases are left to differ.
    """
    d = np.sort(distances[np.isfinite(distances)])
    k = min(len(d), TAIL)
    if k < 2 or d[0] <= 0:
        return SAME
    D = 1 / max(float(np.mean(np.log(d[k - 1] / d[: k - 1]))), 0.02)
    D = min(most, D / (1 + 2 / np.sqrt(k)))
    return max(SAME, float(d[k - 1] * min(1.0, RISK * len(d) / (trials * k)) ** (1 / D)))


def closeness_of_windows(windows: Array, series: Array, trials: float) -> float:
    """Below which distance half of the windows of a series, by chance, never are from those of another.

    From distances of real windows (s, w), of which twice as many as series are tried, or, where there are enough, from
    the medians (s,) over the windows of each series.
    """
    by_windows = closeness(windows, 2 * trials, WINDOW_DIMENSION)
    return max(by_windows, closeness(series, trials, WINDOW_DIMENSION)) if len(series) >= TAIL else by_windows


@dataclass(frozen=True)
class Copies:
    """Series of which half of the windows or more have been met before.

    Attributes
    ----------
    looked_at : int
        Series.
    series : int
        Those that are copies.
    windows : float
        Part of all windows.
    certain : int
        Series that are much nearer to one met before than chance brings the nearest of all.
    """

    looked_at: int
    series: int
    windows: float
    certain: int

    @property
    def found(self) -> bool:
        """More than chance does: of many series, one may well be nearly another."""
        return self.series >= max(1 if self.certain else 2, 0.02 * self.looked_at) and self.windows > 0.01


def copies(nearest: Array, close: float, aligned: Array, aligned_close: float) -> Copies:
    """From distances (series, windows) of the nearest windows of the training set, and those (series,) of its nearest
    series from the start, with the distances that chance brings the nearest to."""

    def count(part: float) -> tuple[int, float]:
        near = (nearest < part * close) | (aligned < part * aligned_close)[:, None]
        return int((near.mean(axis=1) >= 0.5).sum()), float(near.mean())

    return Copies(len(nearest), *count(1.0), count(CERTAIN)[0])


def relatives(distances: Array, close: float) -> Array:
    """Which series (n, n) have half of their windows or more in another, by distances (n, w, n)."""
    return np.asarray((distances < close).mean(axis=1) >= 0.5)


@dataclass(frozen=True)
class Diversity:
    """How different series are.

    Attributes
    ----------
    looked_at : int array (s,)
        Numbers of the generated series that were looked at.
    distinct : int array (d,)
        Of these, one of each family of series that repeat each other.
    copies : Copies
    of_reference : bool
        Whether some are the reference's own series.
    among_generated, among_real : arrays (s, w)
        Distance of each window from the nearest of any other series of its own set.
    to_source, real_to_source : arrays (s, w)
        From the nearest of the training set (or of the reference, where there is none).
    """

    looked_at: Array
    distinct: Array
    copies: Copies
    of_reference: bool
    among_generated: Array
    among_real: Array
    to_source: Array
    real_to_source: Array


def diversity(
    generated: Array, reference: Array, train: Array | None, memory: int, rng: np.random.Generator
) -> Diversity:
    """Compare windows of all sets of series (n, samples, v)."""
    if len(reference) == 1:
        half = reference.shape[1] // 2
        reference = np.concatenate([reference[:, :half], reference[:, half : 2 * half]])
    looked_at = _some(len(generated), rng)
    generated, real = generated[looked_at], reference[_some(len(reference), rng)]
    shortest = min(x.shape[1] for x in (generated, reference, train) if x is not None)
    windows = Windows(reference, shortest, memory)
    queries, real_queries = windows.queries(generated), windows.queries(real)
    among = without_own(windows.distances(queries, generated))
    between_real = without_own(windows.distances(real_queries, real))
    among_real = between_real.min(axis=2)
    if train is None:
        source, real_to_source = reference, among_real
        apart = pairs_of(series_distances(real, real))
    else:
        source, real_to_source = train, windows.distances(real_queries, train).min(axis=2)
        apart = series_distances(real, train).ravel()
        if (
            np.median(real_to_source) < 1e-6 and len(train) > 1
        ):  # the reference is in it: how near each other are these?
            chosen = train[_some(len(train), rng)]
            real_to_source = without_own(windows.distances(windows.queries(chosen), chosen)).min(axis=2)
            apart = pairs_of(series_distances(chosen, chosen))
    to_source = windows.distances(queries, source).min(axis=2)
    n, ratio = len(generated), max(1, len(generated) / len(real))
    met = series_distances(generated, source).min(axis=1)
    own = series_distances(generated, reference).min(axis=1) < SAME  # a set compared with itself
    copied = copies(
        to_source,
        closeness_of_windows(real_to_source, np.median(real_to_source, axis=1), n),
        np.where(own, 0.0, met),
        closeness(apart, n * len(source), SERIES_DIMENSION),
    )
    between = series_distances(generated, generated)
    moves = np.sqrt(generated.var(axis=1).mean(axis=1))
    moves = np.minimum(moves[:, None], moves)  # of two series that hardly move, the distance says nothing
    close = closeness(pairs_of(series_distances(real, real)), n**2 / 2, SERIES_DIMENSION)
    close_windows = closeness_of_windows(among_real, np.median(between_real, axis=1).min(axis=1), n * ratio)
    length = np.sqrt(len(windows.rows) * generated.shape[2])  # of a window whose numbers are all 1

    def groups(part: float) -> Array:
        """The number of the group of each series (n,), of those that are so near to each other."""
        linked = between < np.minimum(part * close, moves / 2)
        if not copied.found:  # else from shifts of the same training series, series overlap
            linked |= relatives(among, part * close_windows) & (part * close_windows < moves * length / 2)
        return np.asarray(connected_components(csr_array(linked), directed=False)[1])

    number = groups(1.0)
    if number.max() == n - 2:  # one pair alone
        number = groups(CERTAIN)
    distinct = looked_at[np.unique(number, return_index=True)[1]]
    nearest = among.min(axis=2) if len(generated) > 1 else np.full(among.shape[:2], np.nan)
    return Diversity(looked_at, distinct, copied, bool(own.any()), nearest, among_real, to_source, real_to_source)


def _some(n: int, rng: np.random.Generator) -> Array:
    return np.sort(rng.permutation(n)[:SERIES_MOST])
