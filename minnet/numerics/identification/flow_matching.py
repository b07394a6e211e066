"""Flow matching: the coefficients with which the equations lead from each sample to the next.

Least squares on ``phi(x_n; Xi) - x_(n+1)``, where phi solves ``dx/dt = Theta(x) Xi`` over the time between two samples.
No derivative is estimated, so the time between samples sets no floor; the steps of the integrator do. Derivatives by
Xi are integrated alongside, and Levenberg-Marquardt does the rest.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from minnet.dynamics import Rational
from minnet.names import Named
from minnet.numerics.identification.beyond import explained_beyond
from minnet.numerics.identification.fitting import REPEATS, Fit, bounded, fit_coefficients, shift, units
from minnet.numerics.identification.integral import initial_equations
from minnet.numerics.identification.intervals import Intervals
from minnet.numerics.identification.linear import least_squares
from minnet.numerics.identification.noise import autocorrelated, drives_the_system
from minnet.numerics.identification.problem import Problem
from minnet.numerics.identification.pruning import prune
from minnet.numerics.identification.quotients import first_quotients
from minnet.numerics.identification.rivals import simplest

SEARCH = 60  # iterations, at most, with all terms
CLEAN = 1e-4  # residuals below which noise is no matter
FINER = 16  # times shorter than at first, at most, steps become
SAME = 1e-8  # relative change by a step half as long, which is 256 times the error that is left


@dataclass(frozen=True)
class FlowMatching(Named):
    """Match the flow from sample to sample; then drop coefficients that are not needed, and match again.

    For samples without noise: coefficients come out as exact as the integrator's steps, which are refined until it
    makes no difference. A sample's noise becomes a bias; `MultipleShooting` removes it. Noise that acts on the system,
    so that the next state follows from what it made of this one, does not: then this is the method.

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
        in_system = fit.sigma > CLEAN and drives_the_system(objective, fit.xi)
        if (fit.sigma <= CLEAN or in_system) and self.sparse:  # noise of samples would bias sets of terms unequally
            fit = simplest(objective, fit) or fit
        if fit.sigma <= CLEAN:
            return fit
        return replace(
            fit,
            bias=0.0 if in_system else _bias_by_noise(objective, fit),
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
