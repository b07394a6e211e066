"""Samples of a function that somebody else has taken: checked for whether they tell enough of it, and made a design."""

from dataclasses import replace
from typing import Any

import numpy as np

from minnet.checks import as_real, check_finite
from minnet.errors import DataError, SettingError, ShapeError
from minnet.numerics.integration.designs import (
    DEPTH,
    SINGULAR_ENDS,
    Design,
    at_samples,
    in_box,
    on_graded_interval,
)  # fmt: skip
from minnet.types import Array

FEWEST_SAMPLES = 16
MAX_MISSING, SPACING_FACTOR = 0.05, 10  # most of a side without samples, or so many times the spacing near by
NEAR = 4  # spacings on either side of a gap
SAME = 1e-9  # of a side: points that are closer are one
CENTRES = 4096  # of balls in a box, of which the largest without samples is looked for
UNLIKELY = 1e-6  # chance of such a ball among evenly spread samples, below which they have a hole there


def from_samples(
    samples: Any, low: Array, high: Array, singular: str, rng: np.random.Generator
) -> tuple[Design, Array]:
    """The samples, as a design and values."""
    if not isinstance(samples, tuple | list) or len(samples) != 2:
        raise SettingError("integrate: the first argument must be a function, or a pair of arrays (x, y)")
    d = len(low)
    x_given, y = as_real(samples[0], "x"), as_real(samples[1], "y").astype(float)
    x = x_given.astype(float)
    x = x[:, np.newaxis] if x.ndim == 1 else x
    if x.ndim != 2 or x.shape[1] != d or y.shape != (len(x),):
        raise ShapeError(f"integrate: samples x {x.shape} and y {y.shape}; expected (n, {d}) and (n,)")
    if len(x) < FEWEST_SAMPLES:
        raise DataError(f"integrate: {len(x)} samples are too few; at least {FEWEST_SAMPLES} are needed")
    for values, name in ((x, "x"), (y, "y")):
        check_finite(values, name)
    rounding = np.finfo(x_given.dtype).eps * np.maximum(np.abs(low), np.abs(high)) if x_given.dtype.kind == "f" else 0.0
    outside = ((x < low - rounding) | (x > high + rounding)).any(axis=1)
    if outside.any():
        raise DataError(
            f"integrate: {int(outside.sum())} samples are outside of the bounds, the first at {x[outside][0]}"
        )
    x = np.clip(x, low, high)
    unit = (x - low) / (high - low)
    if any(_misses_start(u) or _misses_start(1 - u) for u in unit.T):
        raise DataError(
            f"integrate: the samples go from {x.min(axis=0)} to {x.max(axis=0)}, the bounds from {low} to {high}. "
            "Way out: samples over all of the domain, or narrower bounds"
        )
    x, y = _distinct(x, y, (high - low) * SAME)
    if len(x) < FEWEST_SAMPLES:
        raise DataError(f"integrate: {len(x)} different points are too few; at least {FEWEST_SAMPLES} are needed")
    unit = (x - low) / (high - low)
    if d == 1 and (gap := _gap_inside(unit[:, 0])):
        start, end = (f"{low[0] + part * (high[0] - low[0]):g}" for part in gap)
        raise DataError(
            f"integrate: there are no samples between {start} and {end}, though they are much closer on either side. "
            f"Way out: samples there, or two integrals, one up to {start} and one from {end} on"
        )
    if d > 1:
        if (hole := _hole(unit)) is not None:
            centre = ", ".join(f"{c:g}" for c in low + hole[0] * (high - low))
            raise DataError(
                f"integrate: there are no samples around ({centre}), in {hole[1]:.0%} of the domain, though there are "
                f"{len(x)} of them. Way out: samples there, or bounds that leave it out"
            )
        order = rng.permutation(len(x))
        return replace(in_box(low, high, (2 * x[order] - low - high) / (high - low)), given=True), y[order]
    is_singular = SINGULAR_ENDS[singular]
    u = 1 - unit[:, 0] if is_singular == (False, True) else unit[:, 0]
    order = np.argsort(u)
    u, y = u[order], y[order]
    if singular == "none":
        return at_samples(low[0], high[0], 2 * u - 1), y
    distance = np.minimum(u, 1 - u) if is_singular == (True, True) else u
    depth = float(np.clip(distance[distance > 0].min(), DEPTH, 0.01))  # a sample at the end itself has no scale
    return replace(on_graded_interval(low[0], high[0], u, is_singular, depth), given=True), y


def _distinct(x: Array, y: Array, same: Array) -> tuple[Array, Array]:
    """Different points (n, d), and of values that were measured at the same one their mean: a sample held out says
    nothing if the fit has seen its twin."""
    _, first, number = np.unique(np.round(x / same), axis=0, return_index=True, return_inverse=True)
    number = number.reshape(-1)
    if len(first) == len(x):
        return x, y
    counts = np.bincount(number)
    return x[first], np.bincount(number, weights=y) / counts


def _gap_inside(u: Array) -> tuple[float, float] | None:
    """The widest place between samples, parts of the interval, if it is wider than their spacing explains."""
    u = np.sort(u)
    spacing = np.diff(u)
    k = int(spacing.argmax())
    nearby = np.concatenate([spacing[max(0, k - NEAR) : k], spacing[k + 1 : k + 1 + NEAR]])
    if spacing[k] <= max(MAX_MISSING, SPACING_FACTOR * max(float(nearby.mean()), 1 / len(u))):
        return None
    return float(u[k]), float(u[k + 1])


def _hole(unit: Array) -> tuple[Array, float] | None:
    """Centre, and part of the cube, of the largest ball without samples (n, d), if there are too many for that to be
    chance: n that are spread evenly leave a part v of the cube empty with probability ``(1 - v)^n``. They may be half
    as dense there as on average."""
    from scipy.spatial import cKDTree
    from scipy.stats import qmc  # takes a quarter of a second to load

    n, d = unit.shape
    cube = qmc.Sobol(d, scramble=False).random(CENTRES)
    centres = np.clip(1.1 * cube - 0.05, 0, 1)  # some on the faces and in the corners
    distance = cKDTree(unit).query(centres)[0]
    centre = centres[distance.argmax()]
    part = float(np.mean(np.linalg.norm(cube - centre, axis=1) < distance.max()))
    if part <= MAX_MISSING or np.log(CENTRES) + 0.5 * n * np.log1p(-min(part, 0.999)) > np.log(UNLIKELY):
        return None
    return centre, part


def _misses_start(u: Array) -> bool:
    """Whether u (n,), parts of a side, leave out more at 0 than their spacing there explains."""
    u = np.unique(u)
    return bool(u[0] > max(MAX_MISSING, SPACING_FACTOR * (u[:5][-1] - u[0])))
