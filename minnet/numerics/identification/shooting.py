"""Multiple shooting: coefficients, and the states in which short segments begin, that come closest to noisy samples.

Flow matching takes each sample for the state itself, so noise in the samples becomes a bias of the coefficients. Here a
segment of some samples has a free first state, and its residuals are those of an honest observation (Bock, 1983). The
states of one segment move only its own residuals, so they are eliminated segment by segment: an inner Gauss-Newton
search finds them for given coefficients, and the outer one sees the residuals' derivatives with the part that states
could take up projected out, which is the Schur complement of the whole problem.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from minnet.dynamics import RK8
from minnet.dynamics.trajectories import steps_within
from minnet.errors import DataError, check_range, is_whole
from minnet.numerics.identification.fitting import Fit, fit_coefficients, prune
from minnet.numerics.identification.flow_matching import FlowMatching
from minnet.numerics.identification.problem import Problem
from minnet.types import Array

INNER = 6  # Gauss-Newton steps for the states, at most
SAME = 1.05  # residuals of longer segments may be larger by this factor: then they are still noise


class Segments:
    """Segments of `length` intervals, which meet at their ends.

    Attributes
    ----------
    data : array (k, length + 1, i)
        Samples.
    states : array (k, i)
        Where each segment begins; every call of `residuals` improves them.
    """

    def __init__(self, problem: Problem, length: int, step: float) -> None:
        self.problem, self.length, self.step = problem, length, step
        self.dt = problem.dt("MultipleShooting")
        parts = [
            piece.x[first : first + length + 1]
            for piece in problem.pieces
            for first in range(0, len(piece.x) - length, length)
        ]
        if not parts:
            raise DataError(f"MultipleShooting: nowhere are there {length + 1} samples in a row without a gap")
        self.data = np.array(parts)
        self.states = self.data[:, 0].copy()

    @property
    def hidden(self) -> int:
        return int(self.states.size)

    def residuals(self, xi: Array) -> Array:
        """What is left (k (length + 1) i,) with the states that suit the coefficients."""
        none, spread = np.empty((0, 2), int), self.problem.spread
        states, least = self.states, np.inf
        left = np.full(self.data.size, np.inf)
        for _ in range(INNER):
            path, tangents = self._paths(states, xi, none)
            r = _rows((path - self.data) / spread)
            cost = float(np.sum(r * r))
            if not cost < least * (1 - 1e-12):
                break
            self.states, least, left = states, cost, r.ravel()
            A = _rows(tangents / spread[:, None])
            normal, right = np.einsum("kri,krj->kij", A, A), np.einsum("kri,kr->ki", A, r)
            states = states - np.linalg.solve(normal, right[..., None])[..., 0]
        return left

    def jacobian(self, xi: Array, free: Array) -> Array:
        """Derivatives by coefficients, what states can take up projected out."""
        J = _rows(self._paths(self.states, xi, free)[1] / self.problem.spread[:, None])
        by_states, by_coefficients = np.split(J, [self.states.shape[1]], axis=2)
        Q = np.linalg.qr(by_states)[0]
        return np.asarray((by_coefficients - Q @ (Q.transpose(0, 2, 1) @ by_coefficients)).reshape(-1, len(free)))

    def _paths(self, states: Array, xi: Array, free: Array) -> tuple[Array, Array]:
        """Samples (k, length + 1, i), and derivatives (k, length + 1, i, i + f) by states and coefficients."""
        K, I = states.shape
        steps = steps_within(self.dt, self.step)
        first = np.concatenate([np.broadcast_to(np.eye(I), (K, I, I)), np.zeros((K, I, len(free)))], axis=2)
        path, tangents = np.empty((self.length, K, I)), np.empty((self.length, K, I, I + len(free)))
        self.problem.library.flow(states, first, xi, free, RK8, self.dt / steps, steps, path, tangents)
        x, S = np.concatenate([states[None], path]), np.concatenate([first[None], tangents])
        return x.transpose(1, 0, 2), S.transpose(1, 0, 2, 3)


def _rows(values: Array) -> Array:
    """Samples and variables (k, n, i, ...) as rows (k, n i, ...)."""
    return values.reshape(len(values), -1, *values.shape[3:])


@dataclass(frozen=True)
class MultipleShooting:
    """Shoot through segments of 2, 4, 8, ... intervals, dropping coefficients that are not needed on the way.

    Longer segments tell more, but the longer one is, the more valleys its residuals have. So a length is kept only
    while its residuals stay what those of the length before were: noise.

    Parameters
    ----------
    longest : int
        Intervals of the longest segments tried.
    sparse : bool
        Whether coefficients are dropped.

    Raises
    ------
    SettingError
        `longest` is not a whole number >= 2.
    """

    longest: int = 16
    sparse: bool = True
    name: ClassVar[str] = "multiple shooting"

    def __post_init__(self) -> None:
        check_range("MultipleShooting", longest=(self.longest, lambda n: is_whole(n) and n >= 2, "a whole number >= 2"))

    def fit(self, problem: Problem) -> Fit:
        step = problem.dt("MultipleShooting") / 2
        best = FlowMatching(sparse=False).fit(problem)
        length, before = 2, np.inf
        while length <= min(self.longest, max(len(piece.x) for piece in problem.pieces) - 1):
            objective = Segments(problem, length, step)
            fit = fit_coefficients(objective, best.xi, best.kept)
            fit = prune(objective, fit) if self.sparse else fit
            if fit.sigma > SAME * before:
                break
            best, before, length = fit, fit.sigma, 2 * length
        return best
