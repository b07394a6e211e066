"""Coefficients by Levenberg-Marquardt, and their standard errors."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from minnet.numerics.identification.problem import Problem
from minnet.solvers.levenberg_marquardt import Damping, levenberg_marquardt
from minnet.types import Array

REPEATS = 4  # of added noise, where it is to tell how far noise moves coefficients
HUGE = 1e100
PATIENCE = 8  # steps in a row without success: nothing but rounding is left


class Objective(Protocol):
    """What is to be small: residuals (m,) in units of the variables' standard deviations."""

    problem: Problem

    @property
    def hidden(self) -> int:
        """Number of parameters besides the coefficients, which were chosen to make the residuals small."""

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
    kept : array of bool (t, i)
        Which coefficients were free; the others are 0.
    errors : array (t, i)
        Standard errors, if residuals are independent and of one size; 0 for coefficients not kept. NaN where the method
        has none.
    sigma : float
        Standard deviation of the residuals, in units of the variables' own.
    condition : float
        Of the Jacobian, its columns scaled to one length; at most 7e7, as far as its square can tell. Beyond 1e7, some
        terms cannot be told apart.
    settled : bool
        The search ended by itself.
    bias : float
        For methods that do not minimise the residuals of `sigma`: how far coefficients are off, by what noise does to
        them and by how far those are that suit the samples far better, as a part of the largest in their equation.
    patterned : bool
        What is left of the samples is no noise: see `flow_matching.patterned`.
    """

    xi: Array
    kept: Array
    errors: Array
    sigma: float
    condition: float
    settled: bool
    bias: float = 0.0
    patterned: bool = False


def fit_coefficients(objective: Objective, xi: Array, kept: Array, iterations: int = 40) -> Fit:
    """Improve coefficients (t, i), of which only those that are `kept` may differ from 0.

    If the equations blow up with the coefficients given, the search begins with zeros: a system in which nothing moves.
    """
    if not kept.any():
        zeros = np.zeros(kept.shape)
        return Fit(zeros, kept, zeros, float(np.sqrt(np.mean(objective.residuals(zeros) ** 2))), 1.0, settled=True)
    free = np.argwhere(kept)
    terms, variables = free.T
    unit = units(objective.problem)[terms, variables]

    def coefficients(theta: Array) -> Array:
        made = np.zeros(kept.shape)
        made[terms, variables] = theta * unit
        return made

    def jacobian(theta: Array) -> Array:
        return objective.jacobian(coefficients(theta), free) * unit

    first = xi[terms, variables] / unit
    if not np.isfinite(objective.residuals(coefficients(first))).all():
        first = np.zeros(len(free))
    with np.errstate(over="ignore", invalid="ignore"):  # a step may lead where equations blow up; it is refused
        found = levenberg_marquardt(
            lambda theta: objective.residuals(coefficients(theta)), jacobian, first, iterations=iterations,
            damping=Damping(start=1e-6, up=4.0), tolerance=1e-6, after=Stalled(),
        )  # fmt: skip
    J = jacobian(found.theta)
    if not bounded(J):  # equations on the verge of blowing up
        unknown = np.where(kept, np.inf, 0.0)
        return Fit(
            coefficients(found.theta), kept, unknown, float(np.sqrt(2 * found.cost / len(J))), np.inf, settled=False
        )
    length = np.linalg.norm(J, axis=0)
    length[length == 0] = 1
    eigenvalues, directions = np.linalg.eigh((J / length).T @ (J / length))
    eigenvalues = np.maximum(eigenvalues, np.finfo(float).eps * eigenvalues[-1])
    sigma = np.sqrt(2 * found.cost / max(1, len(J) - len(free) - objective.hidden))
    errors = np.zeros(kept.shape)
    with np.errstate(divide="ignore", invalid="ignore"):  # where residuals feel no coefficient, errors are infinite
        errors[terms, variables] = sigma * np.sqrt(directions**2 @ (1 / eigenvalues)) / length * unit
        condition = float(np.sqrt(eigenvalues[-1] / eigenvalues[0]))
    return Fit(coefficients(found.theta), kept, errors, float(sigma), condition, found.iterations < iterations)


def units(problem: Problem) -> Array:
    """What a coefficient (t, i) of ordinary size is: its term moves its variable by a standard deviation per time."""
    size = np.sqrt(np.mean(problem.library.evaluate(problem.x)[0] ** 2, axis=0))
    size[size == 0] = 1
    return np.asarray(problem.spread / size[:, None])


def shift(xi: Array, other: Array, unit: Array) -> float:
    """The largest difference of two sets of coefficients, as a part of the largest of either in its equation."""
    largest = (np.maximum(np.abs(xi), np.abs(other)) / unit).max(axis=0)
    return float((np.abs((xi - other) / unit) / np.where(largest == 0, 1, largest)).max())


def bounded(values: Array) -> bool:
    """Whether squares of values can be added up: they are finite, and small enough."""
    return bool(np.abs(values).max(initial=0) < HUGE)


class Stalled:
    """Ends a search that has not improved for some steps; called after each with parameters and cost."""

    def __init__(self) -> None:
        self.best, self.failures = np.inf, 0

    def __call__(self, theta: Array, cost: float) -> bool:
        self.failures = 0 if cost < self.best else self.failures + 1
        self.best = min(cost, self.best)
        return self.failures >= PATIENCE
