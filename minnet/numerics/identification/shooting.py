"""Multiple shooting: coefficients, and the states in which short segments begin, that come closest to noisy samples.

Flow matching takes each sample for the state itself, so noise in the samples becomes a bias of the coefficients. Here a
segment of some samples has a free first state, and its residuals are those of an honest observation (Bock, 1983). The
states of one segment move only its own residuals, so they are eliminated segment by segment: an inner Gauss-Newton
search finds them for given coefficients, and the outer one sees the residuals' derivatives with the part that states
could take up projected out, which is the Schur complement of the whole problem.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from minnet.dynamics import RK8
from minnet.dynamics.trajectories import steps_within
from minnet.errors import DataError, check_range, is_whole
from minnet.numerics.identification.fitting import Fit, bounded, fit_coefficients
from minnet.numerics.identification.flow_matching import FlowMatching, Intervals, autocorrelated
from minnet.numerics.identification.integral import IntegralForm
from minnet.numerics.identification.linear import STLSQ
from minnet.numerics.identification.problem import Problem
from minnet.numerics.identification.pruning import select
from minnet.numerics.identification.rivals import simplest
from minnet.numerics.identification.weak_form import WeakForm
from minnet.types import Array

INNER = 6  # Gauss-Newton steps for the states, at most
SAME = 1.05  # residuals of longer segments may be larger by this factor: then they are still noise
STEP_ERROR = 0.01  # of the integrator, in residuals
FINEST = 32  # steps between samples
THRESHOLDS = 0.5, 0.3, 0.2, 0.1, 0.05, 0.02  # of regressions whose terms are tried
NEGLIGIBLE = 1e-6  # residuals that no measurement would show: what the integrator's steps leave


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
        segments = {
            (p, first): piece.x[first : first + length + 1]
            for p, piece in enumerate(problem.pieces)
            for first in range(0, len(piece.x) - length, length)
        }
        if not segments:
            raise DataError(f"MultipleShooting: nowhere are there {length + 1} samples in a row without a gap")
        self.places, self.data = list(segments), np.array(list(segments.values()))
        former = dict(zip(shorter.places, shorter.states, strict=True)) if shorter else {}
        self.states: Array = np.array([former.get(place, samples[0]) for place, samples in segments.items()])

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
        J = _rows(self._paths(self.states, xi, free)[1] / self.problem.spread[:, None])
        by_states, by_coefficients = np.split(J, [self.states.shape[1]], axis=2)
        Q = np.linalg.qr(by_states)[0]
        return np.asarray((by_coefficients - Q @ (Q.transpose(0, 2, 1) @ by_coefficients)).reshape(-1, len(free)))

    def _optimal_states(self, xi: Array) -> tuple[Array, Array]:
        """The best states for the coefficients, and the residuals, by Gauss-Newton."""
        no_coefficients, spread = np.empty((0, 2), int), self.problem.spread
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
    """Shoot through segments of 2, 4, 8, ... intervals, drop needless coefficients, shoot on with the others.

    Longer segments tell more, but the longer one is, the more valleys its residuals have. So a length is taken only
    while its residuals stay what those of the length before were: noise. Coefficients are dropped where segments are
    long enough to tell which are needed, and short enough to bear it: from the longest down to the first with which
    the residuals stay what they were.

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

    longest: int = 64
    sparse: bool = True
    name: ClassVar[str] = "multiple shooting"

    def __post_init__(self) -> None:
        check_range("MultipleShooting", longest=(self.longest, lambda n: is_whole(n) and n >= 2, "a whole number >= 2"))

    def fit(self, problem: Problem) -> Fit:
        start = FlowMatching(sparse=False).fit(problem)
        step = _step(problem, start)
        dense = self._extend(problem, start, step, None)
        fit = self._simplest(problem, dense, step) if self.sparse else dense[-1][1]
        return replace(fit, autocorrelated=autocorrelated(Intervals(problem, step / 2), fit.xi))

    def _prune_longest(self, problem: Problem, dense: list[tuple[Segments, Fit]], step: float) -> tuple[Segments, Fit]:
        for objective, fit in reversed(dense):  # long segments may not survive the loss of a coefficient
            best = select(objective, fit, limit := max(SAME * fit.sigma, NEGLIGIBLE))
            if best.sigma <= limit:
                break
        longer = self._extend(problem, best, step, objective)
        return (longer[-1][0], select(*longer[-1])) if longer else (objective, best)

    def _simplest(self, problem: Problem, dense: list[tuple[Segments, Fit]], step: float) -> Fit:
        """The simplest equations. Where others are as good as those that are left after pruning, regressions with fewer
        terms are tried as a beginning, and then what is found on shorter segments.

        Needless terms may attract trajectories to where the samples are, or let derivatives grow until they overflow:
        then residuals over long segments say little of what other equations would leave.
        """
        objective, fit = self._prune_longest(problem, dense, step)
        limit, longest = max(SAME * fit.sigma, NEGLIGIBLE), objective.length
        best = simplest(objective, fit)

        def others() -> Iterator[tuple[Segments, Fit | None]]:
            for support in filter(lambda support: support.sum() < fit.support.sum(), _supports(problem)):
                yield (two := Segments(problem, 2, step)), fit_coefficients(two, dense[0][1].xi * support, support)
            length = longest
            while (length := length // 2) >= 2:
                shorter = Segments(problem, length, step)
                yield shorter, simplest(shorter, fit_coefficients(shorter, fit.xi, fit.support))

        for start, other in others() if best is None or best.rivals else ():
            longer = self._extend(problem, other, step, start) if other else []
            if longer and longer[-1][0].length >= longest and longer[-1][1].sigma <= limit:
                other = simplest(*longer[-1]) or longer[-1][1]
                if best is None or _complexity(other) < _complexity(best):
                    best = other
                if not best.rivals:
                    break
        return best or fit

    def _extend(
        self, problem: Problem, best: Fit, step: float, objective: Segments | None
    ) -> list[tuple[Segments, Fit]]:
        """Segments, twice as long each time, and the fits of those that leave only noise."""
        results: list[tuple[Segments, Fit]] = []
        length, before = (2 * objective.length, best.sigma) if objective else (2, np.inf)
        while length <= max(2, min(self.longest, max(len(piece.x) for piece in problem.pieces) - 1)):
            objective = Segments(problem, length, step, objective)
            best = fit_coefficients(objective, best.xi, best.support)
            if not best.sigma <= max(SAME * before, NEGLIGIBLE):
                break
            results.append((objective, best))
            length, before = 2 * length, best.sigma
        return results


def _supports(problem: Problem) -> Iterator[Array]:
    """Which coefficients are not 0 in regressions, from few terms to many."""
    try:
        equations = WeakForm().equations(problem)
    except DataError:  # no stretch of samples is long enough for a window
        equations = IntegralForm().equations(problem)
    seen: list[Array] = []
    for threshold in THRESHOLDS:
        support = STLSQ(threshold).solve(equations).support
        if support.any(axis=0).all() and not any(np.array_equal(support, other) for other in seen):
            seen.append(support)
            yield support


def _complexity(fit: Fit) -> tuple[int, int]:
    """How many terms there are, and how many rivals."""
    return int(fit.support.sum()), len(fit.rivals)


def _step(problem: Problem, fit: Fit) -> float:
    """The longest step whose error over an interval is far below the residuals of the fit."""
    step = problem.dt("MultipleShooting") / 2
    allowed = max(STEP_ERROR * fit.sigma, STEP_ERROR * NEGLIGIBLE)
    residuals = Intervals(problem, step).residuals(fit.xi)
    while step > problem.dt("MultipleShooting") / FINEST:
        finer = Intervals(problem, step / 2).residuals(fit.xi)
        if np.sqrt(np.mean((finer - residuals) ** 2)) <= allowed:
            break
        step, residuals = step / 2, finer
    return step
