"""Least squares for ``A Xi ~= B``: plain, with a ridge, with terms dropped, and under linear constraints on Xi.

Columns of A and B are divided by their root mean square, which makes a (m, t) and b (m, i); with w (t, i) the
coefficients of these, the objective is, here and in `lasso`,

    sum_i mean((b_i - a w_i)^2) / 2 + penalty(w),

so that a penalty or a threshold is a number without a unit. In scikit-learn's terms, for the columns a and b and no
intercept: a ridge of ``strength / 2 |w|^2`` is ``Ridge(alpha=m strength)``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from minnet.errors import SettingError, check_range
from minnet.names import Named
from minnet.numerics.identification.equations import Equations, column_lengths, column_sizes
from minnet.numerics.identification.relations import Relation, Space, check_relations, space
from minnet.types import Array


@dataclass(frozen=True)
class Solution:
    """Coefficients that a solver returns.

    Attributes
    ----------
    xi : array (t, i)
    support : array of bool (t, i)
        Coefficients that were not held at 0.
    space : Space
        Where the coefficients were searched in the end.
    biased : bool
        They are not the least-squares coefficients there: a penalty holds them back, and no standard errors are known.
    converged : bool
        The search ended by itself.
    """

    xi: Array
    support: Array
    space: Space
    biased: bool = False
    converged: bool = True


class Solver(Protocol):
    """A method that solves equations for the coefficients."""

    @property
    def name(self) -> str:
        """Its name in messages."""

    @property
    def relations(self) -> Sequence[Relation]:
        """Constraints on the coefficients."""

    def solve(self, equations: Equations) -> Solution:
        """The coefficients."""


def least_squares(
    equations: Equations, support: Array, relations: Sequence[Relation] = (), strength: float = 0.0
) -> Solution:
    """Minimise ``sum_i mean((b_i - a w_i)^2) / 2 + strength / 2 |w|^2`` over the coefficients of the `support` (t, i).

    Raises
    ------
    SettingError
        The relations contradict each other, or name only coefficients outside of the support.
    """
    feasible = space(equations, support, relations)
    if feasible is None:
        raise SettingError(
            "least squares: no coefficients obey all relations: they contradict each other, or those that they are "
            "about are held at 0"
        )
    return Solution(minimum(equations, feasible, strength), support, feasible, biased=strength > 0)


def minimum(equations: Equations, feasible: Space, strength: float = 0.0) -> Array:
    """The coefficients (t, i) of a space at which the objective, with a ridge of some strength, is least."""
    rows, targets = _design(equations), equations.compact.y.T.ravel()
    if strength:
        rows = np.concatenate([rows, np.sqrt(strength) * np.diag(1 / equations.unit.T.ravel())])
        targets = np.concatenate([targets, np.zeros(len(targets))])
    D = rows @ feasible.basis
    length = column_lengths(D)
    q = np.linalg.lstsq(D / length, targets - rows @ feasible.offset, rcond=None)[0] / length
    return np.asarray((feasible.offset + feasible.basis @ q).reshape(equations.shape[::-1]).T)


def standard_errors(equations: Equations, solution: Solution) -> Array:
    """Standard errors (t, i) of least-squares coefficients, whose residuals may be correlated and of unequal size.

    The estimate of Newey and West (Econometrica 55, 1987), with lags up to twice `equations.reach`. A bias of the
    equations themselves (what differences or a quadrature leave out) is no part of it. For differences of noisy
    samples, whose errors nearly cancel in sums, it is two or three times too large.
    """
    t, i = equations.shape
    scale = column_sizes(equations.B)
    r = (equations.B - equations.A @ solution.xi) / scale
    m, q = len(r), solution.space.basis.shape[1]
    bases = solution.space.basis.reshape(i, t, q)
    score, bread = np.zeros((m, q)), np.zeros((q, q))
    for basis, residuals, unit in zip(bases, r.T, scale, strict=True):
        G = equations.A @ basis / unit
        score += G * residuals[:, None]
        bread += G.T @ G
    meat = score.T @ score
    lags = min(2 * equations.reach, m - 1)
    for lag in range(1, lags + 1):
        gamma = score[lag:].T @ score[:-lag]
        meat += (1 - lag / (lags + 1)) * (gamma + gamma.T)
    length = np.sqrt(np.diag(bread))
    length[length == 0] = 1
    inverse = np.linalg.pinv(bread / np.outer(length, length), hermitian=True) / np.outer(length, length)
    covariance = solution.space.basis @ (inverse @ meat @ inverse) @ solution.space.basis.T * (m / max(1, m - q))
    return np.sqrt(np.maximum(np.diag(covariance), 0)).reshape(i, t).T


def condition(equations: Equations, solution: Solution) -> float:
    """Condition of the least-squares problem on the support, its columns scaled to one length."""
    D = _design(equations) @ solution.space.basis
    return float(np.linalg.cond(D / column_lengths(D))) if D.size else 1.0


def _design(equations: Equations) -> Array:
    """Matrix (i t, i t) of the compact problems of all variables at once, for coefficients in their own units."""
    from scipy.linalg import block_diag

    return np.asarray(block_diag(*(equations.compact.R / unit for unit in equations.unit.T)))


@dataclass(frozen=True)
class LeastSquares(Named):
    """All terms, no penalty.

    Parameters
    ----------
    relations : sequence of Relation
        Constraints on the coefficients, obeyed exactly.

    Raises
    ------
    SettingError
        Relations are no list.
    """

    relations: Sequence[Relation] = ()
    name: ClassVar[str] = "LeastSquares"

    def __post_init__(self) -> None:
        check_relations(self.name, self.relations)

    def solve(self, equations: Equations) -> Solution:
        return least_squares(equations, np.ones(equations.shape, bool), self.relations)


@dataclass(frozen=True)
class Ridge(Named):
    """All terms, large coefficients penalised by ``strength / 2 |w|^2`` (Hoerl and Kennard, Technometrics 12, 1970).

    Parameters
    ----------
    strength : float
        Relative to the mean squares of the scaled columns, which are 1.
    relations : sequence of Relation

    Raises
    ------
    SettingError
        The strength is not positive and finite, or relations are no list.
    """

    strength: float = 1e-3
    relations: Sequence[Relation] = ()
    name: ClassVar[str] = "Ridge"

    def __post_init__(self) -> None:
        check_range("Ridge", strength=(self.strength, lambda s: 0 < s < np.inf, "positive; for 0 take LeastSquares"))
        check_relations(self.name, self.relations)

    def solve(self, equations: Equations) -> Solution:
        return least_squares(equations, np.ones(equations.shape, bool), self.relations, self.strength)


@dataclass(frozen=True)
class STLSQ(Named):
    """Sequentially thresholded least squares: drop the terms with a small w, fit again, until none is small.

    (Brunton, Proctor and Kutz, PNAS 113, 2016, who threshold coefficients in their own units.)

    Parameters
    ----------
    threshold : float
        A term's smallest root mean square, over that of the left-hand side of its equation.
    relations : sequence of Relation
        Constraints, obeyed exactly; a term is not dropped where they need it.

    Raises
    ------
    SettingError
        The threshold is negative or infinite, or relations are no list.
    """

    threshold: float = 0.1
    relations: Sequence[Relation] = ()
    name: ClassVar[str] = "STLSQ"

    def __post_init__(self) -> None:
        check_range("STLSQ", threshold=(self.threshold, lambda s: 0 <= s < np.inf, "a number >= 0"))
        check_relations(self.name, self.relations)

    def solve(self, equations: Equations) -> Solution:
        solution = least_squares(equations, np.ones(equations.shape, bool), self.relations)
        while True:
            weight = np.abs(solution.xi / equations.unit)
            candidates = np.argwhere(solution.support & (weight < self.threshold))
            support = solution.support.copy()
            for term, variable in candidates[np.argsort(weight[tuple(candidates.T)], kind="stable")]:
                support[term, variable] = False
                if self.relations and space(equations, support, self.relations) is None:
                    support[term, variable] = True
            if (support == solution.support).all():
                return solution
            solution = least_squares(equations, support, self.relations)
