"""Rational right-hand sides: where the search for their coefficients begins.

``dx/dt (1 + Q(x)) = P(x)`` is linear in all coefficients: ``dx/dt = P(x) - dx/dt Q(x)``, with dx/dt estimated from the
samples, or, of a map, with the next state in its place (Kaheman, Kutz and Brunton, Proc. R. Soc. A 476, 2020, solve
such equations for each term that may stand alone). With all terms it has many solutions, since both sides may
share a factor. So the best set of one term, of two, of three and so on is looked for in each equation, and it is the
flow between samples that decides.
"""

from collections.abc import Iterator
from itertools import islice

import numpy as np

from minnet.dynamics import Rational
from minnet.errors import DataError
from minnet.numerics.identification.derivatives import Derivative, FiniteDifferences, SavitzkyGolay
from minnet.numerics.identification.equations import Equations
from minnet.numerics.identification.fitting import Fit, Objective, fit_coefficients
from minnet.numerics.identification.next_state import following
from minnet.numerics.identification.problem import Problem
from minnet.numerics.identification.rivals import TENABLE, best_sets
from minnet.types import Array

LARGE = 1e3  # denominator, everywhere, beside which 1 is not seen
UNKNOWN = 0.3  # standard error, as a part of each coefficient of an equation
LARGEST = 8  # terms in an equation
LEVELS = 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-8, 1e-10  # parts of a rate that may be left
RATES: tuple[Derivative, ...] = FiniteDifferences(8), FiniteDifferences(2), SavitzkyGolay()


def first_quotients(problem: Problem, objective: Objective) -> Fit:
    """The best of the fits that begin with regressions: each term more must make the residuals less.

    Raises
    ------
    DataError
        No stretch of samples is long enough to estimate rates of change.
    """
    fits = [fit_coefficients(objective, xi, xi != 0) for xi in starts(problem)]
    if not fits:
        raise DataError("identify: nowhere are there enough samples in a row to estimate rates of change from")
    return min(fits, key=lambda fit: score(objective, fit))


def score(objective: Objective, fit: Fit) -> float:
    """How much of the samples is left, and a price for each term: what noise may well make it explain."""
    left = max(fit.sigma, np.finfo(float).eps) if np.isfinite(fit.sigma) else np.inf
    return float(objective.residuals(fit.xi).size * np.log(left**2) + TENABLE * fit.support.sum())


def unknown_constants(problem: Problem, fit: Fit) -> list[int]:
    """The equations whose denominators' constant 1 the samples do not tell from 0, so that all other coefficients may
    become large together: it is a thousandth of the denominator everywhere, or no coefficient is known."""
    if not isinstance(problem.library, Rational):
        return []
    denominators = np.abs(problem.library.denominators(problem.points, fit.xi)).min(axis=0)
    size = np.abs(fit.xi)
    relative = np.where(size > 0, fit.errors / np.where(size > 0, size, 1), np.inf).min(axis=0)
    is_quotient = size[problem.library.above(problem.points.shape[1]) :].any(axis=0)
    return np.flatnonzero(is_quotient & ((denominators > LARGE) | (relative > UNKNOWN))).tolist()


def starts(problem: Problem) -> Iterator[Array]:
    """Coefficients (t, i) by regressions that leave less and less, from few terms to many."""
    seen: list[Array] = []
    for states, rates in _samples(problem):
        equations = _implicit_equations(problem, states, rates)
        paths = [list(islice(best_sets(each, 0), LARGEST)) for each in equations]
        for level in LEVELS:
            chosen = [next((xi for left, xi in path if left <= level), path[-1][1]) for path in paths]
            xi = np.stack(chosen, axis=1)
            if not any(np.array_equal(xi != 0, other) for other in seen):
                seen.append(xi != 0)
                yield xi


def _samples(problem: Problem) -> Iterator[tuple[Array, Array]]:
    """States and rates of change, in several ways; of a map states and the next ones."""
    if problem.is_map:
        yield following(problem)
        return
    for rates in RATES:
        pieces = [piece for piece in problem.pieces if len(piece.x) >= rates.samples]
        try:
            rates.check(problem)
            estimates = [rates.estimate(piece) for piece in pieces]
        except DataError:  # times are not even
            continue
        if sum(len(states) for states, _ in estimates) >= len(problem.terms):
            yield np.concatenate([states for states, _ in estimates]), np.concatenate([rate for _, rate in estimates])


def _implicit_equations(problem: Problem, states: Array, rates: Array) -> list[Equations]:
    """For each variable, equations (m, t) for its coefficients."""
    assert isinstance(problem.library, Rational)
    theta, n = problem.library.evaluate(states)[0], problem.library.above(states.shape[1])
    return [
        Equations(
            np.concatenate([theta[:, :n], -rate[:, None] * theta[:, n:]], axis=1), rate[:, None], problem.terms, (name,)
        )
        for name, rate in zip(problem.variables, rates.T, strict=True)
    ]
