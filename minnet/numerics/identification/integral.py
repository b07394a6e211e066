"""The integral form: the change from one sample to the next is the integral of the rate, by a quadrature of neighbours.

``x_(n+1) - x_n = dt sum_k w_k Theta(x_(n+k)) Xi`` with k = -2 ... 3 is linear in Xi, and exact for rates that are
polynomials of fifth degree in time: good enough to begin a search with, also where derivatives by differences are not.
"""

import numpy as np

from minnet.numerics.identification.problem import Problem
from minnet.types import Array

NEIGHBOURS = np.arange(-2, 4)


def integral_equations(problem: Problem) -> tuple[Array, Array]:
    """Matrices G (m, t) and b (m, i) of ``G Xi = b``, a row for each interval with enough neighbours.

    Where times are not even, or a piece is too short, the trapezoidal rule stands in.
    """
    G, b = [], []
    for piece in problem.pieces:
        theta, dt = problem.library.evaluate(piece.x)[0], np.diff(piece.t)
        if len(dt) >= len(NEIGHBOURS) and np.ptp(dt) < 1e-6 * dt[0]:
            before, after = -NEIGHBOURS[0], NEIGHBOURS[-1]
            windows = np.lib.stride_tricks.sliding_window_view(theta, len(NEIGHBOURS), axis=0)
            G.append(windows @ _weights() * dt[0])
            b.append(piece.x[before + 1 : len(piece.x) - after + 1] - piece.x[before : len(piece.x) - after])
        else:
            G.append(0.5 * dt[:, None] * (theta[:-1] + theta[1:]))
            b.append(np.diff(piece.x, axis=0))
    return np.concatenate(G), np.concatenate(b)


def _weights() -> Array:
    """Weights with which values at `NEIGHBOURS` give the integral from 0 to 1, exactly for polynomials."""
    powers = np.arange(len(NEIGHBOURS))
    moments = np.array([1 / (power + 1) for power in powers])
    return np.linalg.solve(NEIGHBOURS[None].astype(float) ** powers[:, None], moments)
