"""Regression: equations that are linear in the coefficients, made from samples, and a solver for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from minnet.checks import check_part
from minnet.dynamics import Rational
from minnet.errors import DataError, SettingError
from minnet.names import Named
from minnet.numerics.identification.equations import Equations, Form, column_lengths
from minnet.numerics.identification.fitting import REPEATS, Fit, bounded, shift
from minnet.numerics.identification.intervals import Intervals
from minnet.numerics.identification.linear import STLSQ, Solution, Solver, condition, minimum, standard_errors
from minnet.numerics.identification.next_state import NextState
from minnet.numerics.identification.noise import autocorrelated
from minnet.numerics.identification.problem import Problem
from minnet.numerics.identification.relations import only
from minnet.numerics.identification.rivals import NAMED, ROUNDING, TENABLE
from minnet.numerics.identification.rivals import Form as Alternatives
from minnet.numerics.identification.weak_form import WeakForm
from minnet.types import Array

WEAK_FORM, NEXT_STATE = WeakForm(), NextState()
THRESHOLDED = STLSQ()


@dataclass(frozen=True)
class Regression(Named):
    """Solve equations that are linear in the coefficients.

    Fast, and no start is needed; but the error with which rates or integrals are estimated becomes one of the
    coefficients, and so does noise. No standard error shows it, but the verdict does. `FlowMatching`
    has no error of the first kind, and `MultipleShooting` none of either.

    Where the solver drops terms, the verdict also names other sets of terms, of as many or one less, that leave of the
    equations no more than noise may make: a path, a threshold or a penalty says how many terms there are, but it has
    not looked at these. (Not for an equation in which a relation binds several coefficients.)

    Parameters
    ----------
    equations : Form, optional
        How samples become equations: `WeakForm` (when not given), `IntegralForm`, `ForwardDifferences`,
        `FiniteDifferences`, `SavitzkyGolay`, `QuinticSpline`, `Loess`; of a map, `NextState`.
    solver : Solver
        How these are solved: `LeastSquares`, `Ridge`, `STLSQ`, `Lasso`; `Chosen` and `Bagging` make the best of others.

    Raises
    ------
    DataError
        By `identify`: fewer equations than terms, or times that are not even where the form needs them to be.
    SettingError
        Equations or the solver are none. By `identify`: relations that contradict each other, or name a term or a
        variable that there is not; equations of rates of change for a map, or those of a map for a flow.

    Examples
    --------
    >>> from minnet import dynamics
    >>> from minnet.numerics.identification import identify
    >>> x = dynamics.simulate(dynamics.lorenz(), dt=0.01, samples=2000)
    >>> for line in identify(x, 0.01, method=Regression(WeakForm(width=30), STLSQ())).equations(5):
    ...     print(line)
    dx/dt = -10 x + 10 y
    dy/dt = 28 x - 1 y - 1 x z
    dz/dt = -2.6667 z + 1 x y
    """

    equations: Form | None = None
    solver: Solver = THRESHOLDED

    def __post_init__(self) -> None:
        if self.equations is not None:
            check_part("Regression", "equations", self.equations, ["equations", "name"], "WeakForm()")
        check_part("Regression", "solver", self.solver, ["solve", "relations", "name"], "Lasso()")

    @property
    def name(self) -> str:
        return f"{self.solver.name} on {self.equations.name}" if self.equations else self.solver.name

    def fit(self, problem: Problem) -> Fit:
        if isinstance(problem.library, Rational):
            raise SettingError("Regression: quotients are not linear in their coefficients; take FlowMatching()")
        form = self.equations or (NEXT_STATE if problem.is_map else WEAK_FORM)
        if problem.is_map is not isinstance(form, NextState):
            raise SettingError(
                f"{form.name}: not for a {problem.kind}; a map has no rates of change, a flow no next state"
            )
        equations = form.equations(problem)
        if len(equations.A) < len(equations.terms):
            raise DataError(
                f"{form.name}: {len(equations.A)} equations can be made of the samples, for "
                f"{len(equations.terms)} terms: give more samples, longer stretches of them without a gap, or a "
                "smaller library; or take a form that needs fewer neighbours"
            )
        solution = self.solver.solve(equations)
        errors = np.full(equations.shape, np.nan) if solution.biased else standard_errors(equations, solution)
        sigma, improved = _one_step(problem, solution.xi)
        references = [improved, _full(equations, solution.xi)]
        if solution.biased:
            references.append(minimum(equations, solution.space))
        bias = max(shift(solution.xi, other, equations.unit) for other in references)
        if np.isfinite(sigma):
            bias = max(bias, _bias_by_noise(form, problem, equations, solution, sigma / np.sqrt(2)))
        return Fit(
            solution.xi, solution.support, errors, sigma, condition(equations, solution), solution.converged, bias,
            np.isfinite(sigma) and autocorrelated(_intervals(problem), solution.xi),
            rivals=() if solution.biased else tuple(self._rivals(equations, solution)),
        )  # fmt: skip

    def _rivals(self, equations: Equations, solution: Solution) -> Iterator[tuple[int, Array]]:
        """Other sets of terms, of as many or one less, for the equations of which some were dropped; the best first."""
        compact, w = equations.compact, solution.xi / equations.unit
        variance = np.sum((compact.y - compact.R @ w) ** 2, axis=0) + compact.rest
        sigma = np.sqrt(np.maximum(variance, ROUNDING**2) / equations.independent)
        tied = {name for relation in self.solver.relations for name, _ in relation.weights if len(relation.weights) > 1}
        for i, name in enumerate(equations.variables):
            known = [(name, term) in relation.weights for relation in self.solver.relations for term in equations.terms]
            free = ~np.reshape(known, (-1, len(equations.terms))).any(axis=0)
            support = solution.support[free, i]
            if name in tied or support.all() or not support.any():
                continue
            Q, R = np.linalg.qr(compact.R[:, free])
            y = Q.T @ (compact.y[:, i] - compact.R[:, ~free] @ w[~free, i])
            form = Alternatives(R / sigma[i], y / sigma[i], equations.unit[free, i], i, support)
            sizes = range(max(1, form.size - 1), form.size + 1)
            others = (terms for size in sizes for _, terms in form.sets(size, TENABLE) if terms != form.terms)
            for terms in islice(others, NAMED):
                xi = solution.xi[:, i].copy()
                xi[free] = form.coefficients(terms)
                yield i, xi


def _intervals(problem: Problem) -> Intervals:
    return Intervals(problem, problem.step)


def _one_step(problem: Problem, xi: Array) -> tuple[float, Array]:
    """How far the flow misses the next sample, and the coefficients to which a step of Gauss and Newton would lead.

    Those given, if the step would leave more than half of the residuals: then these are noise, for the most part.
    """
    intervals = _intervals(problem)
    with np.errstate(over="ignore", invalid="ignore"):  # equations that blow up: the verdict will say so
        residuals = intervals.residuals(xi)
        J = intervals.jacobian(xi, np.argwhere(np.ones(xi.shape, bool)))
    if not (bounded(residuals) and bounded(J)):
        return np.inf, xi
    length = column_lengths(J)
    step = np.linalg.lstsq(J / length, residuals, rcond=None)[0] / length
    explains = np.linalg.norm(residuals - J @ step) < np.linalg.norm(residuals) / 2
    return float(np.sqrt(np.mean(residuals**2))), xi - step.reshape(xi.shape) if explains else xi


def _full(equations: Equations, xi: Array) -> Array:
    """Least-squares coefficients of all terms, for the variables whose equations they leave half as much of."""
    full = minimum(equations, only(np.ones(xi.shape, bool)))
    residual, residual_full = (
        np.linalg.norm(equations.B - equations.A @ coefficients, axis=0) for coefficients in (xi, full)
    )
    return np.where(residual_full < residual / 2, full, xi)


def _bias_by_noise(form: Form, problem: Problem, equations: Equations, solution: Solution, noise: float) -> float:
    """How far the terms' coefficients move when noise, as large as there may be already, is added to the samples.

    They moved about as far by the noise that was there (simulation and extrapolation: Cook and Stefanski, J. Am.
    Stat. Assoc. 89, 1994).
    """
    rng, mean_shifted = np.random.default_rng(0), np.zeros(equations.shape)
    for _ in range(REPEATS):
        noisy = form.equations(problem.noisier(noise, rng))
        mean_shifted += minimum(noisy, solution.space) / REPEATS
    return shift(minimum(equations, solution.space), mean_shifted, equations.unit)
