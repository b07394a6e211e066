"""A plane through a race's weights: its loss there, and the ways of all racers projected onto it.

The plane is spanned by the two principal components of all weights on the ways, which show most of where they go
(Li et al., "Visualizing the loss landscape of neural nets", NeurIPS 2018, section 7).
"""

from dataclasses import dataclass

import numpy as np

from minnet.playground.race import Race
from minnet.types import Array

SIDE = 36
LARGE = 1e6  # weights beyond are not on the plane
NUMBERS = 3e8  # multiplications that a slice may take: of large networks, fewer samples are used


@dataclass(frozen=True)
class Slice:
    """A plane.

    Attributes
    ----------
    x, y : arrays (side,)
        Coordinates along the components.
    losses : array (side, side)
        y by x.
    paths : array (racers, kept, 2)
        NaN, but for the start, of those that have diverged: one of them would stretch the plane beyond all others.
    shares : pair of float
        Of all movement, along either component.
    samples : int
        That the losses are of.
    """

    x: Array
    y: Array
    losses: Array
    paths: Array
    shares: tuple[float, float]
    samples: int


def slice_of(race: Race) -> Slice:
    """The plane of a race as far as it has come; that of the first two weights at its start, when nobody has moved."""
    _, ways = race.snapshots.arrays()
    ways = np.moveaxis(ways, 1, 0)  # racers, kept, parameters
    usable = np.abs(ways).max(axis=2) < LARGE  # False for NaN, too
    usable[[racer.state.startswith("diverged") for racer in race.racers], 1:] = False
    every = ways[usable]
    centre = every.mean(axis=0)
    plane, shares = _components(every - centre)
    paths = np.full((*ways.shape[:2], 2), np.nan)
    paths[usable] = (every - centre) @ plane.T
    low, high = np.nanmin(paths, axis=(0, 1)), np.nanmax(paths, axis=(0, 1))
    margin = 0.25 * (high - low) + 0.05 * (high - low).max() + 1e-3
    x, y = (np.linspace(a, b, SIDE) for a, b in zip(low - margin, high + margin, strict=True))
    racer = race.racers[0]
    most = max(20, int(NUMBERS / (SIDE**2 * racer.net.n_parameters)))
    chosen = slice(None, None, max(1, -(-len(race.problem.x) // most)))
    inputs, targets = race.problem.x[chosen], race.problem.targets[chosen]
    kept, losses = racer.net.theta.copy(), np.empty((SIDE, SIDE))
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            for i, along_y in enumerate(y):
                for j, along_x in enumerate(x):
                    racer.net.theta = centre + along_x * plane[0] + along_y * plane[1]
                    losses[i, j] = racer.loss(racer.net(inputs), targets)[0]
    finally:
        racer.net.theta = kept
    return Slice(x, y, losses, paths, (float(shares[0]), float(shares[1])), len(inputs))


def _components(moved: Array) -> tuple[Array, Array]:
    """The two principal components (2, p) of rows (m, p), and their shares of all movement (2,).

    From the products of all pairs of rows, of which there are far fewer than parameters.
    """
    squares, mixtures = np.linalg.eigh(moved @ moved.T)
    squares, mixtures = squares[:-3:-1], mixtures[:, :-3:-1]
    if len(squares) < 2 or not squares[0] > 0:
        return np.eye(2, moved.shape[1]), np.zeros(2)
    shares = squares / np.sum(moved**2)
    tiny = squares < 1e-13 * squares[0]  # rounding
    plane = mixtures.T @ moved / np.sqrt(np.where(tiny, 1.0, squares))[:, np.newaxis]
    return np.where(tiny[:, np.newaxis], 0.0, plane), np.where(tiny, 0.0, shares)
