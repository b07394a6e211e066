"""Segments of samples with a free first state each, which is eliminated.

The states of one segment move only its own residuals, so for given coefficients they are found segment by segment, by
Gauss and Newton's method; and the residuals' derivatives by the coefficients are taken with the part that states could
take up projected out, which is the Schur complement of the whole problem.
"""

import numpy as np

from minnet.errors import DataError
from minnet.numerics.identification.fitting import bounded
from minnet.numerics.identification.problem import Problem
from minnet.types import Array

INNER = 6  # Gauss-Newton steps for the states, at most


class Segments:
    """Segments of `length` intervals, which meet at their ends.

    Attributes
    ----------
    data : array (k, length + 1, i)
        Samples.
    states : array (k, i)
        Where each segment begins.
    """

    def __init__(self, problem: Problem, length: int, step: float, shorter: "Segments | None" = None) -> None:
        self.problem, self.length, self.step = problem, length, step
        self.dt = problem.dt("MultipleShooting")
        pieces = problem.pieces
        self.places = [
            (p, first) for p, piece in enumerate(pieces) for first in range(0, len(piece.x) - length, length)
        ]
        if not self.places:
            raise DataError(f"MultipleShooting: nowhere are there {length + 1} samples in a row without a gap")
        self.data = np.array([pieces[p].x[first : first + length + 1] for p, first in self.places])
        forcing = [problem.forcing(piece) for piece in pieces]
        self.forcing = np.stack([forcing[p][first : first + length] for p, first in self.places], axis=1)
        former = dict(zip(shorter.places, shorter.states, strict=True)) if shorter else {}
        self.states: Array = np.array([former.get(place, self.data[k, 0]) for k, place in enumerate(self.places)])

    @property
    def n_nuisance(self) -> int:
        return int(self.states.size)

    def residuals(self, xi: Array) -> Array:
        """Residuals (k (length + 1) i,) with the best states for the coefficients."""
        return self._optimal_states(xi)[1]

    def jacobian(self, xi: Array, free: Array) -> Array:
        """Derivatives by coefficients, what states can take up projected out.

        A search asks for them where it has arrived, so from here on states are sought near those found here, and not
        near those of a step that was refused.
        """
        self.states = self._optimal_states(xi)[0]
        J = _rows(self._paths(self.states, xi, free)[1] / self.problem.scale[:, None])
        by_states, by_coefficients = np.split(J, [self.states.shape[1]], axis=2)
        Q = np.linalg.qr(by_states)[0]
        projected = by_coefficients - Q @ (Q.transpose(0, 2, 1) @ by_coefficients)
        return np.asarray(projected.reshape(self.data.size, len(free)))

    def _optimal_states(self, xi: Array) -> tuple[Array, Array]:
        """The best states for the coefficients, and the residuals, by Gauss-Newton."""
        no_coefficients, spread = np.empty((0, 2), int), self.problem.scale
        best, lowest_cost = self.states, np.inf
        lowest_residuals, states = np.full(self.data.size, np.inf), best
        for _ in range(INNER):
            path, tangents = self._paths(states, xi, no_coefficients)
            r, A = _rows((path - self.data) / spread), _rows(tangents / spread[:, None])
            with np.errstate(over="ignore"):
                cost = float(np.sum(r * r))
            if not (cost < lowest_cost * (1 - 1e-12) and bounded(A)):
                break
            best, lowest_cost, lowest_residuals = states, cost, r.ravel()
            Q, R = np.linalg.qr(A)
            if not np.abs(np.diagonal(R, axis1=1, axis2=2)).all():
                break
            states = states - np.linalg.solve(R, np.einsum("kri,kr->ki", Q, r)[..., None])[..., 0]
        return best, lowest_residuals

    def _paths(self, states: Array, xi: Array, free: Array) -> tuple[Array, Array]:
        """Samples (k, length + 1, i), and derivatives (k, length + 1, i, i + f) by states and coefficients."""
        K, I = states.shape
        steps = self.problem.steps(self.dt, self.step)
        first = np.concatenate([np.broadcast_to(np.eye(I), (K, I, I)), np.zeros((K, I, len(free)))], axis=2)
        path, tangents = np.empty((self.length, K, I)), np.empty((self.length, K, I, I + len(free)))
        self.problem.flow(
            states, first, xi, free, self.problem.method, self.dt / steps, steps, path, tangents, self.forcing
        )
        x, S = np.concatenate([states[None], path]), np.concatenate([first[None], tangents])
        return x.transpose(1, 0, 2), S.transpose(1, 0, 2, 3)


def _rows(values: Array) -> Array:
    """Samples and variables (k, n, i, ...) as rows (k, n i, ...)."""
    return values.reshape(len(values), -1, *values.shape[3:])
