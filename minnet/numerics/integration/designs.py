"""Designs: where to evaluate a function that is to be integrated, and with which units to begin its fit.

A smooth function of one variable is sampled at Chebyshev's nodes and begins with units spread evenly; one of several
variables at Sobol's points, with units of random directions. A function that is singular at an end is sampled at points
whose distances from it fall geometrically, and so do the widths of its first units: to a unit, scales are what places
are elsewhere. Errors there are weighted by the square of the distance, for an error counts by the interval it lives on.
Some points, which are held out of the fit, are at random places.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from minnet.initializers import SLOPE, spread
from minnet.types import Array

Units = Callable[[int, np.random.Generator], tuple[Array, Array]]

SINGULAR_ENDS = {"none": (False, False), "low": (True, False), "high": (False, True), "both": (True, True)}
DEPTH = 1e-12  # of the nearest point to a singular end, in lengths of the interval
DEEPEST = 2.0**-52  # where the end is at 0: deeper, values get so large that rounding them is more than what is cut off
REACH = 10.0  # the narrowest unit is that many times wider
GRADING = 1.3  # how much denser scales are away from the end: their logarithms go with this power
HOLD_OUT_EVERY = 8
ALIKE = 1e-6  # cells of an even grid differ by rounding alone
AT_RANDOM_EVERY = 4 * HOLD_OUT_EVERY
OF_CHEBYSHEV = np.pi**2 / 8  # points, over the number of evenly spread ones that cells of their widths amount to
STEEPNESS = 1.5  # of first units on [-1, 1]^d; on an interval it is that of the initializers `steep` and `spread`
SINGULAR_STEEPNESS = 0.7  # of first units, times their scale
GROWTH = 4.0  # of the slope, from 1e-5 to 1e-8 of the interval: beyond, an end is singular


@dataclass(frozen=True)
class Design:
    """Points, and what belongs to them.

    The network sees coordinates z with ``x = origin + scale z``.

    Attributes
    ----------
    origin, scale : array (d,)
    z : array (n, d)
    weight : array (n,)
        Of squared errors in the fit.
    edges : array (n + 1,) or None
        Of the cells of an interval, in each of which all are nearest to one point; in several dimensions None.
    units : callable
        ``units(h, rng)`` gives first weights (d, h) and biases (h,).
    cut : float
        How far from a singular end the points begin, in lengths of the interval.
    given : bool
        Whether the points are somebody else's, wherever they lie, instead of chosen here.
    resolves : float or None
        How many points that are spread evenly would tell as much of the function; None if that is all of them.
    """

    origin: Array
    scale: Array
    z: Array
    weight: Array
    edges: Array | None
    units: Units
    cut: float = 0.0
    given: bool = False
    resolves: float | None = None

    @property
    def x(self) -> Array:
        """The points (n, d), in the function's own units."""
        return self.origin + self.scale * self.z

    @property
    def fraction(self) -> Array:
        """Part of the volume that a point stands for (n,); the sum is 1."""
        if self.edges is None:
            return np.full(len(self.z), 1 / len(self.z))
        return np.diff(self.edges) / (self.edges[-1] - self.edges[0])

    @property
    def stands_for(self) -> Array:
        """For how many points one that is held out of the fit stands, to tell how good it is (n,); 0 for all others.

        Every 8th is held out, and on an interval those, besides, that are less than twice as far from an end as the
        nearest is: the fit has to go on beyond its points to them, at least as far as from the nearest one to the end.
        Of points that were given, it is the one with the widest cell in eight, where a fit errs most: cells that widen
        towards an end hold most of the interval in the last few, and an 8th of them may say nothing of these.
        """
        n, stands_for = len(self.z), np.zeros(len(self.z))
        if self.edges is None:
            stands_for[HOLD_OUT_EVERY // 2 :: HOLD_OUT_EVERY] = HOLD_OUT_EVERY
            return stands_for
        for distance in np.abs(self.z[:, 0] - self.edges[[0, -1], np.newaxis]):
            stands_for[distance <= 2 * distance.min()] = 1
        if not self.given:
            stands_for[HOLD_OUT_EVERY // 2 :: HOLD_OUT_EVERY] = HOLD_OUT_EVERY
            return stands_for
        fraction = self.fraction
        for block in np.array_split(np.arange(n), n // HOLD_OUT_EVERY):
            inner = block[1:-1]  # between two that are not held out
            widest = inner[fraction[inner] >= (1 - ALIKE) * fraction[inner].max()]
            chosen = widest[len(widest) // 2]
            stands_for[chosen] = (fraction[block] ** 2).sum() / fraction[chosen] ** 2
        return stands_for


def chebyshev(low: float, high: float, n: int, rng: np.random.Generator) -> Design:
    """For a smooth function on an interval."""
    return on_interval(low, high, _some_at_random(lambda m: -np.cos(np.pi * (np.arange(m) + 0.5) / m), n, rng))


def on_interval(low: float, high: float, z: Array) -> Design:
    """For a smooth function on an interval, at given points z (n,) of [-1, 1], in ascending order."""
    middle, half_length = np.array([0.5 * (low + high)]), np.array([0.5 * (high - low)])
    return Design(middle, half_length, z[:, np.newaxis], np.ones(len(z)), _edges(z, -1.0, 1.0), _evenly)


def at_samples(low: float, high: float, z: Array) -> Design:
    """For a smooth function on an interval, at points z (n,) of [-1, 1] in ascending order that somebody else chose.

    They may be much denser in one place than in another. An error counts by the cell that it lives on, and as many
    units as dense points could determine would do what they like between the others: the points count as
    ``1 / sum(fraction^2)``, times what that is of Chebyshev's nodes.
    """
    middle, half_length, edges = np.array([0.5 * (low + high)]), np.array([0.5 * (high - low)]), _edges(z, -1.0, 1.0)
    cells = np.diff(edges)
    resolves = min(len(z), OF_CHEBYSHEV * float(cells.sum() ** 2 / (cells @ cells)))
    return Design(middle, half_length, z[:, np.newaxis], cells, edges, _evenly, given=True, resolves=resolves)


def in_box(low: Array, high: Array, z: Array) -> Design:
    """For a function on a box, at given points z (n, d) of ``[-1, 1]^d``, spread evenly."""
    return Design(0.5 * (low + high), 0.5 * (high - low), z, np.ones(len(z)), None, _in_random_directions(len(low)))


def sobol(low: Array, high: Array, n: int, rng: np.random.Generator) -> Design:
    """For a function on a box, at n of Sobol's points, scrambled (Owen, J. Complexity 14, 1998)."""
    from scipy.stats import qmc  # takes a quarter of a second to load

    points = qmc.Sobol(len(low), rng=rng).random_base2(int(np.ceil(np.log2(n))))[:n]
    return in_box(low, high, 2 * rng.permutation(points) - 1)  # in Sobol's order every 8th has the same first digits


def graded(
    low: float, high: float, n: int, singular: tuple[bool, bool], depth: float, rng: np.random.Generator
) -> Design:
    """For a function on an interval that is singular at one end or at both, down to `depth` interval lengths.

    No point is at an end, not at a regular one either: a formula may be 0 / 0 there.
    """

    def grid(m: int) -> Array:
        if singular != (True, True):
            return np.asarray(np.exp(np.log(depth) * (1 - np.arange(m) / (m - 0.5)) ** GRADING))
        half = np.exp(np.log(depth) * (1 - np.arange(m // 2) / (m // 2 - 0.5)) ** GRADING) / 2
        return np.concatenate([half, 1 - half[::-1]])

    return on_graded_interval(low, high, _some_at_random(grid, n, rng), singular, depth)


def on_graded_interval(low: float, high: float, z: Array, singular: tuple[bool, bool], depth: float) -> Design:
    """The same, at given points z (n,) of [0, 1] in ascending order: distances from the singular end, or the lower."""
    reversed_axis = singular == (False, True)
    origin, scale = (high, low - high) if reversed_axis else (low, high - low)
    both = singular == (True, True)
    distance = np.minimum(z, 1 - z) if both else z

    def units(h: int, rng: np.random.Generator) -> tuple[Array, Array]:
        directions = [(1, (h + 1) // 2), (-1, h // 2)] if both else [(1, h)]
        W, b = [], []
        for sign, count in directions:
            slopes = SINGULAR_STEEPNESS / np.exp(np.log(REACH * depth) * np.linspace(0, 1, count) ** GRADING)
            W.append(sign * slopes)
            b.append((slopes if sign < 0 else 0 * slopes) - 1)
        return np.concatenate(W)[np.newaxis], np.concatenate(b)

    weight = np.maximum(distance, depth) ** 2
    edges = _edges(z, 0.0, 1.0)
    return Design(np.array([origin]), np.array([scale]), z[:, np.newaxis], weight, edges, units, depth)


def _some_at_random(grid: Callable[[int], Array], n: int, rng: np.random.Generator) -> Array:
    """Points z (n,) in ascending order: a grid, and some, which are held out, anywhere between their neighbours.

    A function may be the same at all points of a grid, and different elsewhere.
    """
    inserted = np.arange(HOLD_OUT_EVERY // 2, n - 2, AT_RANDOM_EVERY)
    following = inserted - np.arange(len(inserted))  # in the grid
    z = grid(n - len(inserted))
    return np.insert(z, following, rng.uniform(z[following - 1], z[following]))


def _evenly(h: int, rng: np.random.Generator) -> tuple[Array, Array]:
    return np.full((1, h), SLOPE), spread((h,), rng)


def _in_random_directions(d: int) -> Units:
    def units(h: int, rng: np.random.Generator) -> tuple[Array, Array]:
        W = rng.standard_normal((d, h))
        W *= STEEPNESS / np.linalg.norm(W, axis=0)
        centres = rng.uniform(-1, 1, (d, h))
        return W, -(W * centres).sum(axis=0)

    return units


def _edges(z: Array, low: float, high: float) -> Array:
    """Both ends, and between them the middles between neighbours; z (n,) in ascending order."""
    return np.concatenate([[low], 0.5 * (z[1:] + z[:-1]), [high]])


def singular_ends(function: Callable[[Array], Array], low: float, high: float) -> tuple[bool, bool]:
    """Whether a function, of x (n,), is singular at the lower and at the upper end of an interval.

    It is, if its slope at 1e-8 of the interval is more than four times that at 1e-5, in magnitude, or not finite.
    """
    singular = []
    for end, opposite in ((low, high), (high, low)):
        x = end + (opposite - end) * np.array([1e-8, 2e-8, 1e-5, 2e-5])
        with np.errstate(all="ignore"):
            y = function(x)
            near_slope, far_slope = abs(y[1] - y[0]) / 1e-8, abs(y[3] - y[2]) / 1e-5
        noise = 1e-15 * np.abs(y).max() / 1e-8
        singular.append(bool(not np.isfinite(y).all() or near_slope > GROWTH * far_slope + 10 * noise))
    return singular[0], singular[1]


def depth_of(low: float, high: float, singular: tuple[bool, bool]) -> float:
    """How near to a singular end samples should go, in interval lengths.

    To 1e-12, where floating-point numbers are dense enough; at 0, which they are densest at, nearer.
    """
    end = low if singular[0] else high
    if end != 0 or singular == (True, True):
        return max(DEPTH, 8 * np.finfo(float).eps * max(abs(low), abs(high)) / (high - low))
    return DEEPEST
