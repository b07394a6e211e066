"""Coefficients by Levenberg-Marquardt, their standard errors, and which of them are needed."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from minnet.numerics.identification.problem import Problem
from minnet.solvers.levenberg_marquardt import Damping, levenberg_marquardt
from minnet.types import Array

SIGNIFICANT = 4.0  # a coefficient stays when it is this many standard errors from 0,
SMALLEST = 1e-4  # and adds at least this part to its equation
GAIN = 1.0  # least improvement of an exchange, in squares of the residuals' standard deviation
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
    """

    xi: Array
    kept: Array
    errors: Array
    sigma: float
    condition: float
    settled: bool
    bias: float = 0.0


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
    if not np.isfinite(J).all():  # equations on the verge of blowing up
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


def prune(objective: Objective, fit: Fit, largest: float = np.inf) -> Fit:
    """Drop coefficients that are not needed, the least significant first and at most a quarter at a time; fit again.

    It ends early, with nothing of use, where the residuals' standard deviation becomes greater than `largest`.
    """
    unit = units(objective.problem)
    while fit.sigma <= largest:
        with np.errstate(divide="ignore", invalid="ignore"):
            significance = np.where(fit.kept, np.abs(fit.xi) / fit.errors, np.inf)
        rate = np.abs(fit.xi) / unit
        needless = fit.kept & ((significance < SIGNIFICANT) | (rate < SMALLEST * rate.max(axis=0)))
        if not needless.any():
            return fit
        order = np.argsort(np.where(needless, significance, np.inf), axis=None)
        few = order[: min(int(needless.sum()), max(1, int(fit.kept.sum()) // 4))]
        kept = fit.kept.copy()
        kept[np.unravel_index(few, kept.shape)] = False
        fit = fit_coefficients(objective, _without(objective, fit.xi, kept), kept)
    return fit


def _without(objective: Objective, xi: Array, kept: Array) -> Array:
    """Coefficients of which only those kept are not 0, the others' part taken up by them as far as derivatives tell."""
    gone = np.where(kept, 0.0, xi)
    free, lost = np.argwhere(kept), np.argwhere(gone)
    unit = units(objective.problem)
    J = objective.jacobian(xi, np.concatenate([free, lost]))
    moved = np.where(kept, xi, 0.0)
    if len(free) and np.isfinite(J).all():
        size = unit[tuple(free.T)]
        r = objective.residuals(xi) - J[:, len(free) :] @ gone[tuple(lost.T)]
        moved[tuple(free.T)] -= np.linalg.lstsq(J[:, : len(free)] * size, r, rcond=None)[0] * size
    return moved


def select(objective: Objective, fit: Fit, largest: float = np.inf) -> Fit:
    """Prune, as there; then exchange a coefficient for one that was dropped, while that makes the residuals less.

    Where two terms nearly move together, it depends on the others which of them looks needless at first. What an
    exchange would bring is seen from the derivatives by all coefficients.
    """
    fit = prune(objective, fit, largest)
    while fit.sigma <= largest:
        everything = np.argwhere(np.ones_like(fit.kept))
        unit = units(objective.problem)[tuple(everything.T)]
        r, J = objective.residuals(fit.xi), objective.jacobian(fit.xi, everything) * unit
        if not np.isfinite(J).all():
            return fit
        normal, slope = J.T @ J, J.T @ r
        theta = fit.xi[tuple(everything.T)] / unit
        inside = fit.kept.ravel()
        best, exchange = -GAIN * fit.sigma**2, None
        for out in np.flatnonzero(inside):
            rest = np.flatnonzero(inside & (np.arange(len(inside)) != out))
            for new in np.flatnonzero(~inside):
                free = np.append(rest, new)
                # the residuals' squares, to second order, with `out` at 0 and `free` where they make them least
                right = slope[free] - normal[free, out] * theta[out]
                step = np.linalg.lstsq(normal[np.ix_(free, free)], -right, rcond=None)[0]
                change = normal[out, out] * theta[out] ** 2 - 2 * slope[out] * theta[out] + right @ step
                if change < best:
                    best, exchange = change, (out, new)
        if exchange is None:
            return fit
        kept = fit.kept.copy()
        kept[tuple(everything[exchange[0]])], kept[tuple(everything[exchange[1]])] = False, True
        tried = fit_coefficients(objective, fit.xi, kept)
        if not tried.sigma**2 * r.size < fit.sigma**2 * (r.size - GAIN):
            return fit
        fit = prune(objective, tried, largest)
    return fit


def units(problem: Problem) -> Array:
    """What a coefficient (t, i) of ordinary size is: its term moves its variable by a standard deviation per time."""
    size = np.sqrt(np.mean(problem.library.evaluate(problem.x)[0] ** 2, axis=0))
    size[size == 0] = 1
    return np.asarray(problem.spread / size[:, None])


class Stalled:
    """Ends a search that has not improved for some steps; called after each with parameters and cost."""

    def __init__(self) -> None:
        self.best, self.failures = np.inf, 0

    def __call__(self, theta: Array, cost: float) -> bool:
        self.failures = 0 if cost < self.best else self.failures + 1
        self.best = min(cost, self.best)
        return self.failures >= PATIENCE
