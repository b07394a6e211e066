"""Flow matching: the coefficients with which the equations lead from each sample to the next.

Least squares on ``phi(x_n; Xi) - x_(n+1)``, where phi solves ``dx/dt = Theta(x) Xi`` over the time between two samples.
No derivative is estimated, so the time between samples sets no floor; the steps of the integrator do. Derivatives by
Xi are integrated alongside, and Levenberg-Marquardt does the rest.
"""

from copy import copy
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from minnet.dynamics import Method, Rational
from minnet.names import Named
from minnet.numerics.identification.beyond import explained_beyond
from minnet.numerics.identification.fitting import REPEATS, Fit, bounded, fit_coefficients, shift, units
from minnet.numerics.identification.integral import initial_equations
from minnet.numerics.identification.linear import least_squares
from minnet.numerics.identification.problem import Problem
from minnet.numerics.identification.pruning import prune
from minnet.numerics.identification.quotients import first_quotients
from minnet.numerics.identification.rivals import simplest
from minnet.types import Array

SEARCH = 60  # iterations, at most, with all terms
NOTABLE = 0.02  # part of the changes from sample to sample
CLEAN = 1e-4  # residuals below which noise is no matter
FINER = 16  # times shorter than at first, at most, steps become
SAME = 1e-8  # relative change by a step half as long, which is 256 times the error that is left


class Intervals:
    """Flows from each sample to the next, in steps of a method (the problem's) not longer than `step`."""

    def __init__(self, problem: Problem, step: float, method: Method | None = None) -> None:
        self.problem, self.step, self.method = problem, step, method or problem.method
        self.starts = np.concatenate([piece.x[:-1] for piece in problem.pieces])
        self.targets = np.concatenate([piece.x[1:] for piece in problem.pieces])
        self.forcing = np.concatenate([problem.forcing(piece)[:-1] for piece in problem.pieces])
        durations = np.concatenate([np.diff(piece.t) for piece in problem.pieces])
        self.durations = np.array([float(f"{dt:.10g}") for dt in durations])  # differences of times are rounded

    @property
    def n_nuisance(self) -> int:
        return 0

    def subset(self, rows: Array) -> "Intervals":
        """Some of the intervals."""
        subset = copy(self)
        subset.starts, subset.targets = self.starts[rows], self.targets[rows]
        subset.forcing, subset.durations = self.forcing[rows], self.durations[rows]
        return subset

    def residuals(self, xi: Array) -> Array:
        """How far (n i,) the flow misses the next sample."""
        predictions = self._flow(xi, np.empty((0, 2), int))[0]
        return np.asarray(((predictions - self.targets) / self.problem.scale).ravel())

    def jacobian(self, xi: Array, free: Array) -> Array:
        """Derivatives (n i, f) by coefficients."""
        tangents = self._flow(xi, free)[1] / self.problem.scale[:, None]
        return np.asarray(tangents.reshape(self.starts.size, len(free)))

    def _flow(self, xi: Array, free: Array) -> tuple[Array, Array]:
        predictions, tangents = np.empty_like(self.starts), np.empty((*self.starts.shape, len(free)))
        for dt in np.unique(self.durations):
            rows = self.durations == dt
            starts, steps = self.starts[rows], self.problem.steps(dt, self.step)
            path, path_tangents = np.empty((1, *starts.shape)), np.empty((1, *starts.shape, len(free)))
            self.problem.flow(
                starts, np.zeros(path_tangents.shape[1:]), xi, free, self.method, dt / steps, steps, path,
                path_tangents, self.forcing[None, rows],
            )  # fmt: skip
            predictions[rows], tangents[rows] = path[0], path_tangents[0]
        return predictions, tangents


@dataclass(frozen=True)
class FlowMatching(Named):
    """Match the flow from sample to sample; then drop coefficients that are not needed, and match again.

    For samples without noise: coefficients come out as exact as the integrator's steps, which are refined until it
    makes no difference. A sample's noise becomes a bias; `MultipleShooting` removes it.

    Parameters
    ----------
    sparse : bool
        Whether coefficients are dropped.
    """

    sparse: bool = True
    name: ClassVar[str] = "flow matching"

    def fit(self, problem: Problem) -> Fit:
        objective = Intervals(problem, problem.step)
        is_quotient = isinstance(problem.library, Rational)
        fit = first_quotients(problem, objective) if is_quotient else _with_all_terms(problem, objective)
        if self.sparse:
            fit = prune(objective, fit)
        while objective.step > problem.step / FINER and not problem.is_map:
            objective = Intervals(problem, objective.step / 2)
            finer = fit_coefficients(objective, fit.xi, fit.support)
            unchanged = np.abs(finer.xi - fit.xi) <= np.maximum(0.1 * finer.errors, SAME * np.abs(finer.xi))
            fit = finer
            if unchanged.all():
                break
        fit = prune(objective, fit) if self.sparse else fit
        if fit.sigma <= CLEAN:  # noise would move some sets of terms further than others
            return (simplest(objective, fit) if self.sparse else None) or fit
        return replace(
            fit,
            bias=_bias_by_noise(objective, fit),
            autocorrelated=autocorrelated(objective, fit.xi),
            beyond=explained_beyond(lambda problem: Intervals(problem, objective.step), problem, fit),
        )


def _with_all_terms(problem: Problem, objective: Intervals) -> Fit:
    shape = len(problem.terms), len(problem.variables)
    xi, equations = np.zeros(shape), initial_equations(problem)
    # all terms at once would often begin with equations that blow up
    for terms in problem.library.stages(shape[1] + len(problem.inputs)):
        support = np.broadcast_to(np.arange(shape[0])[:, None] < terms, shape)
        start = xi if xi.any() else least_squares(equations, support).xi
        fit = fit_coefficients(objective, start, support, SEARCH)
        xi = fit.xi
    return fit


def autocorrelated(intervals: Intervals, xi: Array) -> bool:
    """Whether what the flow misses is like what it missed an interval before, as by terms that are not there.

    Independent errors e of the samples leave ``e_(n+1) - F e_n``, with F the flow's derivative, and of such residuals
    successive ones correlate by ``-F / (1 + F^2)``, at most 1/2. (Two standard errors are added.) It counts for
    variables of which a notable part of the changes is missed.
    """
    shape = intervals.starts.shape
    residuals = intervals.residuals(xi).reshape(shape)
    changes = (intervals.targets - intervals.starts) / intervals.problem.scale
    if not bounded(residuals):
        return False
    squares = np.sum(residuals**2, axis=0)
    correlated = np.sum(residuals[1:] * residuals[:-1], axis=0) > (0.5 + 2 / np.sqrt(shape[0])) * squares
    return bool((correlated & (squares > NOTABLE**2 * np.sum(changes**2, axis=0))).any())


def _bias_by_noise(intervals: Intervals, fit: Fit) -> float:
    """How far coefficients move by as much noise again, to first order.

    They moved about as far by the noise that was there (simulation and extrapolation: Cook and Stefanski, J. Am. Stat.
    Assoc. 89, 1994).
    """
    rng, free, problem = np.random.default_rng(0), np.argwhere(fit.support), intervals.problem
    unit = units(problem)
    size, change = unit[tuple(free.T)], np.zeros(len(free))
    for _ in range(REPEATS if len(free) else 0):
        noisy = Intervals(problem.noisier(fit.sigma / np.sqrt(2), rng), intervals.step)
        with np.errstate(over="ignore", invalid="ignore"):  # equations that blow up
            J, r = noisy.jacobian(fit.xi, free) * size, noisy.residuals(fit.xi)
        if not (bounded(J) and bounded(r)):
            return np.inf
        change -= np.linalg.lstsq(J, r, rcond=None)[0] * size / REPEATS
    other = fit.xi.copy()
    other[tuple(free.T)] += change
    return shift(fit.xi, other, unit)
