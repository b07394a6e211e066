"""The grid over the unit square on which surfaces are drawn, and errors measured."""

import numpy as np

from minnet.types import Array

HIGHEST = 10.5  # just above the ridge of `minnet.datasets.kinked_ridge`


def square(side: int) -> Array:
    """A grid (side^2, 2) over the unit square, corners included; the first coordinate varies slowest."""
    along = np.linspace(0, 1, side)
    return np.stack(np.meshgrid(along, along, indexing="ij"), axis=-1).reshape(-1, 2)
