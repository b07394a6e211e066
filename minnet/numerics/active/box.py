"""The box on which a function is approximated, and points in it.

Everything else works in the unit cube: distances there are in units of the box's sides.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial import cKDTree
from scipy.stats import qmc

from minnet.checks import as_real
from minnet.errors import DataError, ShapeError
from minnet.types import Array

SLACK = 1e-6  # beyond the faces, in units of the box's sides: points come back rounded
MARGIN = 0.02  # candidates are drawn from a cube larger by this much on each side, and moved to its faces


@dataclass(frozen=True)
class Box:
    """Bounds low, high (d,).

    Raises
    ------
    ShapeError, DataError
        The bounds are not pairs (low, high) with low < high, all finite.
    """

    low: Array
    high: Array

    @classmethod
    def from_bounds(cls, bounds: Any) -> "Box":
        """From pairs (low, high), one for each variable."""
        pairs = as_real(bounds, "bounds").astype(float)
        if pairs.ndim != 2 or pairs.shape[1] != 2 or len(pairs) == 0:
            raise ShapeError(f"bounds must be pairs such as [(0, 1), (0, 1)], one for each variable, not {bounds!r}")
        with np.errstate(over="ignore", invalid="ignore"):
            lengths = pairs[:, 1] - pairs[:, 0]
        if not (np.isfinite(lengths).all() and (lengths > 0).all()):
            raise DataError(f"bounds must be finite with low < high, not {bounds!r}")
        return cls(*pairs.T)

    @property
    def dimension(self) -> int:
        return len(self.low)

    def to_unit(self, x: Any, name: str) -> Array:
        """Points x (n, d) of the box in the unit cube, or an error that says what is wrong."""
        points = as_real(x, name).astype(float)
        if points.ndim == 1 and self.dimension == 1:
            points = points[:, np.newaxis]
        if points.ndim != 2 or points.shape[1] != self.dimension:
            raise ShapeError(f"{name} has shape {points.shape}; expected (points, {self.dimension})")
        if not np.isfinite(points).all():
            raise DataError(f"{name} must be finite")
        unit = (points - self.low) / (self.high - self.low)
        outside = (np.abs(unit - 0.5) > 0.5 + SLACK).any(axis=1)
        if outside.any():
            raise DataError(
                f"{name}: {points[outside][0]} is outside of the box from {self.low} to {self.high}. "
                "Way out: a learner with wider bounds"
            )
        return unit

    def from_unit(self, unit: Array) -> Array:
        """Points (n, d) of the unit cube in the box; rounding does not carry them outside."""
        return np.clip(self.low + unit * (self.high - self.low), self.low, self.high)


def sobol(seed: int, start: int, n: int, dimension: int) -> Array:
    """Points number `start` to `start + n - 1` of a scrambled Sobol sequence (n, d), which the seed determines."""
    sequence = qmc.Sobol(dimension, rng=np.random.default_rng(seed))
    return sequence.random_base2(int(np.ceil(np.log2(start + n))))[start : start + n]


def candidates(n: int, dimension: int, rng: np.random.Generator) -> Array:
    """Uniformly random points (n, d) of the unit cube, some of them on its faces and in its corners."""
    return np.clip((1 + 2 * MARGIN) * rng.random((n, dimension)) - MARGIN, 0, 1)


def distances(x: Array, points: Array) -> Array:
    """From each x (n, d) to the nearest of the points (m, d): (n,), infinite if there are none."""
    return cKDTree(points).query(x)[0] if len(points) else np.full(len(x), np.inf)
