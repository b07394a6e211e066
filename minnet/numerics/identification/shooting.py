"""Multiple shooting: coefficients, and the states in which short segments begin, that come closest to noisy samples.

Flow matching takes each sample for the state itself, so noise in the samples becomes a bias of the coefficients. Here a
segment of some samples has a free first state, and its residuals are those of an honest observation (Bock, 1983).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import ClassVar

import numpy as np

from minnet.dynamics import Rational
from minnet.errors import DataError, check_range, is_whole
from minnet.names import Named
from minnet.numerics.identification.beyond import explained_beyond
from minnet.numerics.identification.fitting import Fit, fit_coefficients
from minnet.numerics.identification.flow_matching import FlowMatching
from minnet.numerics.identification.integral import initial_equations
from minnet.numerics.identification.intervals import Intervals
from minnet.numerics.identification.linear import STLSQ
from minnet.numerics.identification.noise import autocorrelated, drives_the_system
from minnet.numerics.identification.problem import Problem
from minnet.numerics.identification.pruning import select
from minnet.numerics.identification.quotients import score, starts
from minnet.numerics.identification.rivals import simplest, smallest_sets
from minnet.numerics.identification.segments import Segments
from minnet.numerics.identification.weak_form import WeakForm
from minnet.types import Array

WEIGHTINGS = 3  # of the variables, at most, by the noise that is found
UNEQUAL = 1.25  # noise of one variable over that of another, in their standard deviations, that is taken into account
MOST_UNEQUAL = 1e3  # and at most counts
SAME = 1.05  # residuals of longer segments may be larger by this factor: then they are still noise
EXCUSED = 1.15  # factor of the residuals on short segments, of equations that go on explaining longer ones
STEP_ERROR = 0.01  # of the integrator, in residuals
FINEST = 32  # steps between samples
THRESHOLDS = 0.5, 0.3, 0.2, 0.1, 0.05, 0.02  # of regressions whose terms are tried
NEGLIGIBLE = 1e-6  # residuals that no measurement would show: what the integrator's steps leave


@dataclass(frozen=True)
class MultipleShooting(Named):
    """Shoot through segments of 2, 4, 8, ... intervals, drop needless coefficients, shoot on with the others.

    Longer segments tell more, but the longer one is, the more valleys its residuals have. So a length is taken only
    while its residuals stay what those of the length before were: noise. Coefficients are dropped where segments are
    long enough to tell which are needed, and short enough to bear it: from the longest down to the first with which
    the residuals stay what they were. How large the noise of each variable is follows from what is left of it, and the
    search is repeated with residuals in these units where they are unequal; `sigma` is then their geometric mean.

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
        for _ in range(WEIGHTINGS):
            fit, step = self._fit(problem)
            noise = _noise(Segments(problem, 2, step), fit)
            if noise.max() < UNEQUAL * noise.min():
                break
            problem = replace(problem, noise=noise * (1 if problem.noise is None else problem.noise))
        intervals = Intervals(problem, step / 2)
        return replace(
            fit,
            autocorrelated=autocorrelated(intervals, fit.xi),
            misplaced_noise=fit.sigma > NEGLIGIBLE and drives_the_system(intervals, fit.xi),
            beyond=explained_beyond(lambda problem: Segments(problem, 2, step), problem, fit),
        )

    def _fit(self, problem: Problem) -> tuple[Fit, float]:
        """With the variables' noise as the problem has it; and the step."""
        start = FlowMatching(sparse=False).fit(problem)
        step = _step(problem, start)
        dense = self._extend(problem, start, step, None)
        if isinstance(problem.library, Rational):  # short segments do not tell which terms are needed
            for xi in starts(problem):
                other = self._extend(problem, replace(start, xi=xi, support=xi != 0), step, None)
                if other and _rank(*other[-1]) < _rank(*dense[-1]):
                    dense = other
        return self._simplest(problem, dense, step) if self.sparse else dense[-1][1], step

    def _prune_longest(self, problem: Problem, dense: list[tuple[Segments, Fit]], step: float) -> tuple[Segments, Fit]:
        """The fit that is left after pruning on the longest segments that bear it; all terms if none do."""
        for objective, fit in reversed(dense):  # long segments may not survive the loss of a coefficient
            best = select(objective, fit, limit := max(SAME * fit.sigma, NEGLIGIBLE))
            if best.sigma <= limit:
                longer = self._extend(problem, best, step, objective)
                return (longer[-1][0], select(*longer[-1])) if longer else (objective, best)
        return dense[-1]

    def _simplest(self, problem: Problem, dense: list[tuple[Segments, Fit]], step: float) -> Fit:
        """The simplest equations: those left after pruning, or those that regressions with fewer terms lead to. Where
        others are as good, what is found on shorter segments is tried as well.

        Needless terms may attract trajectories to where the samples are, or let derivatives grow until they overflow:
        then residuals over long segments say little of what other equations would leave.
        """
        objective, fit = self._prune_longest(problem, dense, step)
        limit, longest = max(SAME * _left(objective, fit), NEGLIGIBLE), objective.length

        def simpler(best: Fit | None, start: Segments, other: Fit) -> Fit | None:
            """What the other fit becomes on segments as long, if it is simpler and leaves no more than noise; a little
            more is allowed where it explains segments four times as long."""
            if not _left(start, other) <= EXCUSED * limit:
                return best
            longer = self._extend(problem, other, step, start)
            length = longer[-1][0].length if longer else 0
            allowed = EXCUSED * limit if length >= 4 * longest else limit
            if length < longest or not _left(*longer[-1]) <= allowed:
                return best
            other = simplest(*longer[-1]) or longer[-1][1]
            return other if best is None or _complexity(other) < _complexity(best) else best

        two, pruned = dense[0], fit.support.sum() < dense[-1][1].support.sum()
        best = simplest(objective, fit) if pruned else None  # which takes long with all terms
        for xi in _regressions(problem):
            settled = best if best and not best.rivals else fit
            if np.count_nonzero(xi) >= settled.support.sum():
                continue
            start, support = Segments(problem, two[0].length, step), xi != 0
            nearer = min(xi, two[1].xi * support, key=lambda xi: _cost(start, xi))
            best = simpler(best, start, fit_coefficients(start, nearer, support))
        best, length = best or simplest(objective, fit), longest
        while (best is None or best.rivals) and (length := length // 2) >= 2:
            start = Segments(problem, length, step)
            other = simplest(start, fit_coefficients(start, fit.xi, fit.support))
            best = simpler(best, start, other) if other else best
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


def _regressions(problem: Problem) -> Iterator[Array]:
    """Coefficients by regressions: with the smallest sets of terms that noise allows, and those beyond thresholds."""
    if isinstance(problem.library, Rational):  # its search began with regressions
        return
    try:
        equations = initial_equations(problem) if problem.is_map else WeakForm().equations(problem)
    except DataError:  # no stretch of samples is long enough for a window
        equations = initial_equations(problem)
    seen: list[Array] = []
    for xi in chain([smallest_sets(equations)], (STLSQ(threshold).solve(equations).xi for threshold in THRESHOLDS)):
        support = xi != 0
        if support.any(axis=0).all() and not any(np.array_equal(support, other) for other in seen):
            seen.append(support)
            yield xi


def _cost(segments: Segments, xi: Array) -> float:
    """Mean square of the residuals, infinite where the equations blow up."""
    with np.errstate(over="ignore"):
        return float(np.mean(segments.residuals(xi) ** 2))


def _noise(objective: Segments, fit: Fit) -> Array:
    """Root mean square residuals (i,) of each variable, as parts of their geometric mean."""
    size = _sizes(objective, fit)
    return np.asarray(size / np.exp(np.mean(np.log(size))))


def _left(objective: Segments, fit: Fit) -> float:
    """What a fit leaves of the samples: sigma, with the geometric mean over variables in place of the quadratic one.

    It is what likelihoods compare where the noise of each variable is unknown, and depends little on the weights.
    """
    if not 0 < fit.sigma < np.inf:
        return 0.0 if fit.sigma == 0 else np.inf
    size = _sizes(objective, fit)
    return float(fit.sigma * np.exp(np.mean(np.log(size))) / np.sqrt(np.mean(size**2)))


def _sizes(objective: Segments, fit: Fit) -> Array:
    with np.errstate(over="ignore", invalid="ignore"):  # equations that blow up
        residuals = objective.residuals(fit.xi).reshape(-1, objective.states.shape[1])
        size = np.sqrt(np.mean(residuals**2, axis=0))
    size = np.where(np.isfinite(size), size, 1.0)
    return np.maximum(size, max(float(size.max()) / MOST_UNEQUAL, np.finfo(float).tiny))


def _rank(objective: Segments, fit: Fit) -> tuple[int, float]:
    """Long segments that are explained come first, then what is left of the samples."""
    return -objective.length, score(objective, fit)


def _complexity(fit: Fit) -> tuple[int, int]:
    """How many terms there are, and how many rivals."""
    return int(fit.support.sum()), len(fit.rivals)


def _step(problem: Problem, fit: Fit) -> float:
    """The longest step whose error over an interval is far below the residuals of the fit; 1 for a map."""
    if problem.is_map:
        return 1.0
    step = problem.dt("MultipleShooting") / 2
    allowed = max(STEP_ERROR * fit.sigma, STEP_ERROR * NEGLIGIBLE)
    residuals = Intervals(problem, step).residuals(fit.xi)
    while step > problem.dt("MultipleShooting") / FINEST:
        finer = Intervals(problem, step / 2).residuals(fit.xi)
        with np.errstate(over="ignore"):  # equations on the verge of blowing up
            settled = np.sqrt(np.mean((finer - residuals) ** 2)) <= allowed
        if settled:
            break
        step, residuals = step / 2, finer
    return step
