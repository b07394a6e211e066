"""The integral form: the change from one sample to the next is the integral of the rate, by a quadrature of neighbours.

``x_(n+1) - x_n = dt sum_k w_k Theta(x_(n+k)) Xi`` with k = -2 ... 3 is linear in Xi, and exact for rates that are
polynomials of fifth degree in time: good enough to begin a search with, also where derivatives by differences are not.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from minnet.names import Named
from minnet.numerics.identification.equations import Equations, collect
from minnet.numerics.identification.next_state import NextState
from minnet.numerics.identification.problem import Piece, Problem
from minnet.types import Array

NEIGHBOURS = np.arange(-2, 4)


@dataclass(frozen=True)
class IntegralForm(Named):
    """One equation for each interval with enough neighbours.

    Where times are not even, or a piece is too short, the trapezoidal rule stands in.
    """

    name: ClassVar[str] = "IntegralForm"

    def equations(self, problem: Problem) -> Equations:
        """Changes, and integrals of the terms."""
        parts = [_intervals(piece, problem.library.evaluate(piece.points)[0]) for piece in problem.pieces]
        return collect(problem, parts, len(NEIGHBOURS) - 1)


def initial_equations(problem: Problem) -> Equations:
    """Equations to begin a search with: good for samples that are far apart, and for maps."""
    return (NextState() if problem.is_map else IntegralForm()).equations(problem)


def _intervals(piece: Piece, theta: Array) -> tuple[Array, Array]:
    dt = np.diff(piece.t)
    if len(dt) < len(NEIGHBOURS) or np.ptp(dt) >= 1e-6 * dt[0]:
        return 0.5 * dt[:, None] * (theta[:-1] + theta[1:]), np.diff(piece.x, axis=0)
    windows = np.lib.stride_tricks.sliding_window_view(theta, len(NEIGHBOURS), axis=0)
    n_before, n_after = -NEIGHBOURS[0], NEIGHBOURS[-1]
    changes = piece.x[n_before + 1 : len(piece.x) - n_after + 1] - piece.x[n_before : len(piece.x) - n_after]
    return windows @ _weights() * dt[0], changes


def _weights() -> Array:
    """Weights with which values at `NEIGHBOURS` give the integral from 0 to 1, exactly for polynomials."""
    powers = np.arange(len(NEIGHBOURS))
    moments = np.array([1 / (power + 1) for power in powers])
    return np.linalg.solve(NEIGHBOURS[None].astype(float) ** powers[:, None], moments)
