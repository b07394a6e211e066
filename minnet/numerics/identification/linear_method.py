"""Regression: equations that are linear in the coefficients, made from samples, and a solver for them."""

from dataclasses import dataclass

import numpy as np

from minnet.numerics.identification.equations import Form
from minnet.numerics.identification.fitting import Fit
from minnet.numerics.identification.flow_matching import Intervals
from minnet.numerics.identification.linear import STLSQ, Solver, condition, standard_errors
from minnet.numerics.identification.problem import Problem
from minnet.numerics.identification.weak_form import WeakForm
from minnet.types import Array

WEAK_FORM = WeakForm()
THRESHOLDED = STLSQ()


@dataclass(frozen=True)
class Regression:
    """Solve equations that are linear in the coefficients.

    Fast, and no start is needed; but the error with which rates or integrals are estimated becomes one of the
    coefficients, and no standard error shows it. `FlowMatching` and `MultipleShooting` have no such error.

    Parameters
    ----------
    equations : Form
        How samples become equations: `WeakForm`, `FiniteDifferences`, `SavitzkyGolay`, `QuinticSpline`, `Loess`.
    solver : Solver
        How these are solved: `LeastSquares`, `Ridge`, `STLSQ`, `Lasso`, ...

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

    equations: Form = WEAK_FORM
    solver: Solver = THRESHOLDED

    @property
    def name(self) -> str:
        return f"{self.solver.name} on {self.equations.name}"

    def fit(self, problem: Problem) -> Fit:
        equations = self.equations.equations(problem)
        solution = self.solver.solve(equations)
        errors = np.full(equations.shape, np.nan) if solution.biased else standard_errors(equations, solution)
        sigma, attainable = _residuals(problem, solution.xi, solution.kept)
        return Fit(
            solution.xi, solution.kept, errors, sigma, condition(equations, solution), solution.settled, attainable
        )


def _residuals(problem: Problem, xi: Array, kept: Array) -> tuple[float, float]:
    """How far the flow misses the next sample, and how far it would after one step of Gauss and Newton."""
    longest = float(max(np.diff(piece.t).max() for piece in problem.pieces))
    intervals = Intervals(problem, longest / 4)
    with np.errstate(over="ignore", invalid="ignore"):  # equations that blow up: the verdict will say so
        missed = intervals.residuals(xi)
        J = intervals.jacobian(xi, np.argwhere(kept))
    if not (np.isfinite(missed).all() and np.isfinite(J).all()):
        return np.inf, np.inf
    length = np.linalg.norm(J, axis=0)
    J = J / np.where(length == 0, 1, length)
    left = missed - J @ np.linalg.lstsq(J, missed, rcond=None)[0] if kept.any() else missed
    return float(np.sqrt(np.mean(missed**2))), float(np.sqrt(np.mean(left**2)))
