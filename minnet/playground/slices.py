"""A plane through a race's weights: its loss there, and the trajectories of all racers projected onto it.

The plane is spanned by the two principal components of all weights on the trajectories, which show most of the movement
(Li et al., "Visualizing the loss landscape of neural nets", NeurIPS 2018, section 7). Where there is batch
normalisation, means and variances at every point are those that the samples have there, not the running ones of one
racer: so the loss is a function of the weights alone.
"""

from dataclasses import dataclass

import numpy as np

from minnet.numerics.descent.planes import losses_on_plane
from minnet.playground.race import Race
from minnet.training import estimate_statistics
from minnet.types import Array

SIDE = 36
LARGE = 1e6  # weights beyond are not on the plane
LEAST = 50  # samples
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
    paths : array (racers, snapshots, 2)
        NaN, but for the start, of those that have diverged: one of them would stretch the plane beyond all others.
    explained : pair of float
        Fractions of all movement (of its sum of squares) along either component.
    samples : int
        That the losses are of.
    """

    x: Array
    y: Array
    losses: Array
    paths: Array
    explained: tuple[float, float]
    samples: int


def slice_of(race: Race) -> Slice:
    """The plane of a race as far as it has come; that of the first two weights at its start, before any step."""
    _, weights = race.snapshots.arrays()
    weights = np.moveaxis(weights, 1, 0)  # racers, snapshots, parameters
    usable = np.abs(weights).max(axis=2) < LARGE  # False for NaN, too
    usable[[racer.state.startswith("diverged") for racer in race.racers], 1:] = False
    points = weights[usable]
    centre = points.mean(axis=0)
    plane, explained = _components(points - centre)
    paths = np.full((*weights.shape[:2], 2), np.nan)
    paths[usable] = (points - centre) @ plane.T
    low, high = np.nanmin(paths, axis=(0, 1)), np.nanmax(paths, axis=(0, 1))
    margin = 0.25 * (high - low) + 0.05 * (high - low).max() + 1e-3
    x, y = (np.linspace(a, b, SIDE) for a, b in zip(low - margin, high + margin, strict=True))
    racer = race.racers[0]
    times = int(np.prod(racer.data.inputs.shape[1:-1]))  # at which a network reads a series; 1 where it reads none
    most_samples = max(LEAST, int(NUMBERS / (SIDE**2 * racer.net.n_parameters * times)))
    samples = racer.data[race.problem.some(most_samples)]

    def loss() -> float:
        if racer.net.buffers.size:
            estimate_statistics(racer.net, samples.inputs, batch_size=len(samples), rng=0)
        return racer.measure(racer.outputs(samples), samples)

    losses = losses_on_plane(racer.net, loss, centre, plane, x, y)
    return Slice(x, y, losses, paths, (float(explained[0]), float(explained[1])), len(samples))


def _components(deviations: Array) -> tuple[Array, Array]:
    """The two principal components (2, p) of rows (m, p), and their fractions of all movement (2,).

    From the products of all pairs of rows, of which there are far fewer than parameters.
    """
    squares, coefficients = np.linalg.eigh(deviations @ deviations.T)
    squares, coefficients = squares[:-3:-1], coefficients[:, :-3:-1]
    if len(squares) < 2 or not squares[0] > 0:
        return np.eye(2, deviations.shape[1]), np.zeros(2)
    explained = squares / np.sum(deviations**2)
    tiny = squares < 1e-13 * squares[0]  # rounding
    plane = coefficients.T @ deviations / np.sqrt(np.where(tiny, 1.0, squares))[:, np.newaxis]
    return np.where(tiny[:, np.newaxis], 0.0, plane), np.where(tiny, 0.0, explained)
