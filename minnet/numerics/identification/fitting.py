"""Coefficients by Levenberg-Marquardt, and their standard errors."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from minnet.numerics.identification.equations import column_lengths
from minnet.numerics.identification.problem import Problem
from minnet.solvers.damped_least_squares import Damping, damped_least_squares
from minnet.types import Array

REPEATS = 4  # of added noise, where it is to tell how far noise moves coefficients
HUGE = 1e100
PATIENCE = 8  # steps in a row without success: nothing but rounding is left


class Objective(Protocol):
    """Residuals (m,) to make small, in units of the variables' standard deviations."""

    problem: Problem

    @property
    def n_nuisance(self) -> int:
        """Number of nuisance parameters: those that were fitted besides the coefficients."""

    def residuals(self, xi: Array) -> Array:
        """Residuals (m,) for coefficients (t, i); infinite where the equations blow up."""

    def jacobian(self, xi: Array, free: Array) -> Array:
        """Their derivatives (m, f) by the coefficients whose term and variable `free` (f, 2) lists."""


@dataclass(frozen=True)
class Fit:
    """Coefficients that make an objective least.

    Attributes
    ----------
    xi : array (t, i)
    support : array of bool (t, i)
        Which coefficients were free; the others are 0.
    errors : array (t, i)
        Standard errors, if residuals are independent and of one size; 0 outside of the support. NaN where the
        method has none.
    sigma : float
        Standard deviation of the residuals, in units of the variables' own.
    condition : float
        Of the Jacobian, its columns scaled to one length; at most 7e7, as far as its square can tell. Beyond 1e7, some
        terms cannot be told apart.
    converged : bool
        The search ended by itself.
    bias : float
        For methods that do not minimise the residuals of `sigma`: how far coefficients are off, by what noise does to
        them and by how far those are that suit the samples far better, as a part of the largest in their equation.
    autocorrelated : bool
        Successive residuals are correlated, as those of noise are not: see `noise.autocorrelated`.
    misplaced_noise : bool
        Noise acts on the system where the method takes it for the samples': see `noise.drives_the_system`.
    beyond : float
        Which part of the squares of the residuals terms of one degree more would explain: see `beyond.py`.
    rivals : tuple of (int, array (t,))
        Other sets of as many terms, or fewer, that explain the samples as well, but for noise: the variable whose
        equation it is, and coefficients. See `rivals.py`.
    """

    xi: Array
    support: Array
    errors: Array
    sigma: float
    condition: float
    converged: bool
    bias: float = 0.0
    autocorrelated: bool = False
    misplaced_noise: bool = False
    beyond: float = 0.0
    rivals: tuple[tuple[int, Array], ...] = ()


def fit_coefficients(objective: Objective, xi: Array, support: Array, iterations: int = 40) -> Fit:
    """Improve coefficients (t, i), of which only those of the `support` may differ from 0.

    If the equations blow up with the coefficients given, the search begins with zeros: a system in which nothing moves.
    """
    if not support.any():
        zeros = np.zeros(support.shape)
        return Fit(zeros, support, zeros, float(np.sqrt(np.mean(objective.residuals(zeros) ** 2))), 1.0, converged=True)
    free = np.argwhere(support)
    terms, variables = free.T
    unit = units(objective.problem)[terms, variables]

    def coefficients(theta: Array) -> Array:
        xi = np.zeros(support.shape)
        xi[terms, variables] = theta * unit
        return xi

    def jacobian(theta: Array) -> Array:
        return objective.jacobian(coefficients(theta), free) * unit

    start = xi[terms, variables] / unit
    if not np.isfinite(objective.residuals(coefficients(start))).all():
        start = np.zeros(len(free))
    with np.errstate(over="ignore", invalid="ignore"):  # a step may lead where equations blow up; it is refused
        minimum = damped_least_squares(
            lambda theta: objective.residuals(coefficients(theta)), jacobian, start, iterations=iterations,
            damping=Damping(start=1e-6, up=4.0), tolerance=1e-6, after=Stalled(objective.problem.tick),
        )  # fmt: skip
    J = jacobian(minimum.theta)
    if not bounded(J):  # equations on the verge of blowing up
        infinite = np.where(support, np.inf, 0.0)
        return Fit(
            coefficients(minimum.theta),
            support,
            infinite,
            float(np.sqrt(2 * minimum.cost / len(J))),
            np.inf,
            converged=False,
        )
    lengths = column_lengths(J)
    eigenvalues, directions = np.linalg.eigh((J / lengths).T @ (J / lengths))
    eigenvalues = np.maximum(eigenvalues, np.finfo(float).eps * eigenvalues[-1])
    sigma = np.sqrt(2 * minimum.cost / max(1, len(J) - len(free) - objective.n_nuisance))
    errors = np.zeros(support.shape)
    with np.errstate(divide="ignore", invalid="ignore"):  # where residuals feel no coefficient, errors are infinite
        errors[terms, variables] = sigma * np.sqrt(directions**2 @ (1 / eigenvalues)) / lengths * unit
        condition = float(np.sqrt(eigenvalues[-1] / eigenvalues[0]))
    return Fit(coefficients(minimum.theta), support, errors, float(sigma), condition, minimum.iterations < iterations)


def units(problem: Problem) -> Array:
    """Coefficients (t, i) of ordinary size: each term moves its variable by a standard deviation per unit of time."""
    return problem.library.units(problem.points, problem.spread)


def shift(xi: Array, other: Array, unit: Array) -> float:
    """The largest difference of two sets of coefficients, as a part of the largest of either in its equation."""
    largest = (np.maximum(np.abs(xi), np.abs(other)) / unit).max(axis=0)
    return float((np.abs((xi - other) / unit) / np.where(largest == 0, 1, largest)).max())


def bounded(values: Array) -> bool:
    """Whether squares of values can be added up: they are finite, and small enough."""
    return bool(np.abs(values).max(initial=0) < HUGE)


class Stalled:
    """Ends a search that has not improved for some steps; called after each with parameters and cost."""

    def __init__(self, tick: Callable[[], object]) -> None:
        self.best, self.failures, self.tick = np.inf, 0, tick

    def __call__(self, theta: Array, cost: float) -> bool:
        self.tick()
        self.failures = 0 if cost < self.best else self.failures + 1
        self.best = min(cost, self.best)
        return self.failures >= PATIENCE
