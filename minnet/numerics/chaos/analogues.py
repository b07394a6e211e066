"""How neighbouring stretches of a series part: their mean distance over time, and how sure it is.

Two stretches that are alike are *analogues* (E. N. Lorenz, J. Atmos. Sci. 26, 1969). Two things bend the curve of their
distance and are no growth, a third makes it look surer than it is, and all are taken away:

- The units of what is measured. In spikes a coordinate is rough and between them it hardly moves, so distances
  jump with the phase of the motion. An exponent is the same in any smooth coordinate; the one used here is the
  quantile, of which every part of the range has as much.
- The time between samples. The nearest sample of another stretch is early or late by up to half a step, and of that
  part of the distance, along the motion, nothing grows. In a series that is smooth from sample to sample the nearest
  point between samples is taken.
- Stretches that count twice. Every sample is in pairs as itself and as a neighbour; leaving out a tenth of the series
  leaves out both (jackknife of pairs: J. N. Arvesen, Ann. Math. Statist. 40, 1969).
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from minnet.checks import binary_exponent
from minnet.errors import DataError
from minnet.numerics.chaos.embedding import delay_vectors, levels, neighbours, resolution
from minnet.numerics.chaos.jackknife import leaving_out
from minnet.progress import tqdm
from minnet.types import Array

STRETCHES = 10  # of the series, each left out once
KNOTS = 33  # quantiles between which the coordinate is interpolated
SMOOTH = 0.5  # second differences over differences of every other sample: a sine's at seven samples in a period
TAPS = np.arange(-3, 4)  # samples around a point between samples: polynomials of degree 6
CANDIDATES = 8  # nearest samples, of which the one is taken whose curve passes nearest
NEWTON_STEPS = 2
PROBE = 20  # samples by which periods are looked for
MARGIN = 4  # samples at either end that have too few around them


@dataclass(frozen=True)
class Parting:
    """Distances of pairs at times 0 to horizon, in quantiles: of all pairs, and with each stretch left out.

    Attributes
    ----------
    log_distance, square : arrays (1 + stretches, horizon + 1)
        Mean logarithm of the distance, and mean square.
    unrelated : float
        Mean square distance of any two delay vectors.
    span : int
        Samples from the first to the last entry of a delay vector: for so long pairs are near because chosen so.
    settled : int
        When pairs may have turned into their fastest direction, at the earliest.
    repeats : bool
        The series is periodic, sample by sample: then neighbours that are not the same may be far apart for ever.
    """

    log_distance: Array
    square: Array
    unrelated: float
    span: int
    settled: int
    repeats: bool


def parting(
    owner: str, x: Array, *, dimension: int, lag: int, window: int, horizon: int, progress: bool = False
) -> Parting:
    """Follow every delay vector (but a few at the ends) of a series (n,) and its nearest neighbour.

    Raises
    ------
    DataError
        There are too few vectors outside of the window, or samples differ by rounding alone.
    """
    x, closest = quantiles(owner, x)
    span = (dimension - 1) * lag
    points = delay_vectors(x, dimension, lag)
    n_points = len(points) - horizon
    margin = MARGIN if dimension > 1 and is_smooth(x) else 0
    rows = np.arange(margin, n_points - margin)
    count, taps = (CANDIDATES, TAPS) if margin else (1, TAPS[TAPS == 0])
    nearest = margin + neighbours(points[rows], count, window=window, owner=owner, closest=closest)[0]
    later, least = np.zeros(len(rows)), closest
    if margin:
        least = max(closest, _inaccuracy(x))
        nearest, later = _nearest_of_curves(points, rows, nearest, least)
    else:
        nearest = nearest[:, 0]
    weights = _weights(later, taps)
    cells = rows * STRETCHES // n_points * STRETCHES + nearest * STRETCHES // n_points
    counts = _sums(cells, np.ones(len(rows)))
    if not counts.all():
        raise DataError(f"{owner}: {n_points} delay vectors are too few to leave out tenths of them. Measure longer")
    logs, squares = np.empty((2, STRETCHES + 1, horizon + 1))
    differences: deque[Array] = deque(maxlen=span + 1)
    for k in tqdm(range(-span, horizon + 1), "divergence of neighbours", disable=not progress, delay=1):
        i = k + span
        neighbour = sum(weight * x[nearest + i + tap] for weight, tap in zip(weights, taps, strict=True))
        differences.append((neighbour - x[rows + i]) ** 2)
        if k >= 0:
            square = np.maximum(sum(differences[j * lag] for j in range(dimension)), least**2)
            logs[:, k] = _sums(cells, 0.5 * np.log(square)) / counts
            squares[:, k] = _sums(cells, square) / counts
    return Parting(logs, squares, 2 * dimension * float(x.var()), span, 2 * span if margin else span, repeats(x))


def quantiles(owner: str, x: Array) -> tuple[Array, float]:
    """The quantile of each sample (n,), and the least difference of quantiles that means anything.

    Interpolated between `KNOTS` of them, so that the map is smooth and rises.

    Raises
    ------
    DataError
        The samples are all the same, but for rounding.
    """
    least = resolution(x)
    x = x - np.median(x)
    exponent = binary_exponent(x)  # slopes of the interpolant may be out of range; a power of two changes no digit
    x, least = np.ldexp(x, -exponent), float(np.ldexp(least, -exponent))
    levels = np.linspace(0, 1, KNOTS)
    values = np.quantile(x, levels)
    distinct = np.append(True, np.diff(values) > least / 2)
    values, levels = values[distinct], levels[distinct]
    if len(values) < 2:
        raise DataError(f"{owner}: samples differ by no more than rounding")
    return PchipInterpolator(values, levels)(x), least * float(np.median(np.diff(levels) / np.diff(values)))


def is_smooth(x: Array) -> bool:
    """Whether a series (n,) is a curve that was sampled, as flows are, and no map or noise."""
    return bool(np.mean(np.diff(x, 2) ** 2) < SMOOTH**2 * np.mean((x[2:] - x[:-2]) ** 2))


def repeats(x: Array) -> bool:
    """Whether a series (n,) has a period of at most half its length, but for rounding."""
    numbers, half = levels(x), len(x) // 2
    first = np.lib.stride_tricks.sliding_window_view(numbers[1:], half)[:half]
    candidates = 1 + np.flatnonzero((first[:, :PROBE] == numbers[:PROBE]).all(axis=1))
    return any(np.array_equal(numbers[period:], numbers[:-period]) for period in candidates)


def _nearest_of_curves(points: Array, rows: Array, candidates: Array, least: float) -> tuple[Array, Array]:
    """Of the candidates (n, c) the sample (n,) whose curve passes nearest, and how many samples later: within half.

    By Gauss and Newton's method on the parabola through three samples. What seems nearer than `least` is not known to
    be, and not taken: it would come apart by interpolation alone.
    """
    before, there, after = (points[candidates + tap] for tap in (-1, 0, 1))
    velocity, acceleration = (after - before) / 2, after - 2 * there + before
    difference = points[rows][:, None] - there
    later = np.zeros(candidates.shape)
    for _ in range(NEWTON_STEPS):
        gap, slope = _from_parabola(difference, velocity, acceleration, later)
        along, speed = np.einsum("nci,nci->nc", gap, slope), np.einsum("nci,nci->nc", slope, slope)
        later = np.clip(later + np.divide(along, speed, out=np.zeros(along.shape), where=speed > 0), -0.5, 0.5)
    distance = np.linalg.norm(_from_parabola(difference, velocity, acceleration, later)[0], axis=2)
    best = np.arange(len(rows)), np.where(distance < least, np.inf, distance).argmin(axis=1)
    return candidates[best], later[best]


def _from_parabola(difference: Array, velocity: Array, acceleration: Array, later: Array) -> tuple[Array, Array]:
    later = later[..., None]
    return difference - later * velocity - later**2 / 2 * acceleration, velocity + later * acceleration


def _weights(later: Array, taps: Array) -> list[Array]:
    """Lagrange's, of the samples around a point."""
    return [
        np.prod([(later - other) / (tap - other) for other in taps if other != tap], axis=0) * np.ones(len(later))
        for tap in taps
    ]


def _inaccuracy(x: Array) -> float:
    """Of points between the samples, about: what it is between every other sample, over 8.

    To halve the spacing divides it by 64 where a curve is smooth, and by 2 where it has a corner.
    """
    middle = np.arange(-2 * TAPS[0], len(x) - 2 * TAPS[-1])
    weights = _weights(np.array([0.5]), TAPS)
    interpolated = sum(weight * x[middle + 2 * tap] for weight, tap in zip(weights, TAPS, strict=True))
    return float(np.sqrt(np.mean((x[middle + 1] - interpolated) ** 2))) / 8


def _sums(cells: Array, values: Array) -> Array:
    """Sums (1 + stretches,) over pairs: of all, and without those that a stretch has part in.

    Cells are the stretch of a point times their number, and that of its neighbour.
    """
    return leaving_out(np.bincount(cells, values, STRETCHES**2).reshape(STRETCHES, STRETCHES))
