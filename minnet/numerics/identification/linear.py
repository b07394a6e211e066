"""Least squares for ``A Xi ~= B``: plain, with a ridge, with terms dropped, and with what is known about Xi kept.

Columns of A and B are divided by their root mean square, which makes a (m, t) and b (m, i); with w (t, i) the
coefficients of these, the objective is, here and in `lasso`,

    sum_i mean((b_i - a w_i)^2) / 2 + penalty(w),

so that a penalty or a threshold is a number without a unit. In scikit-learn's terms, for the columns a and b and no
intercept: a ridge of ``strength / 2 |w|^2`` is ``Ridge(alpha=m strength)``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from minnet.errors import SettingError, check_range, nearest
from minnet.numerics.identification.equations import Equations
from minnet.types import Array

CONTRADICTION = 1e-9  # relative error with which relations must be solvable


@dataclass(frozen=True)
class Relation:
    """What is known: a weighted sum of coefficients has a value.

    Parameters
    ----------
    weights : mapping
        (variable, term) -> weight, for the coefficient of that term in the equation of that variable.
    value : float

    Examples
    --------
    In ``dx/dt = sigma (y - x)`` the coefficients of x and y add up to 0, whatever sigma is:

    >>> relation = Relation({("x", "x"): 1.0, ("x", "y"): 1.0}, 0.0)
    """

    weights: Mapping[tuple[str, str], float]
    value: float

    def row(self, equations: Equations) -> Array:
        """Weights (t, i) of the coefficients.

        Raises
        ------
        SettingError
            There is no such variable or term, or a weight or the value is not finite, or no weight differs from 0.
        """
        row = np.zeros(equations.shape)
        for (variable, term), weight in self.weights.items():
            if variable not in equations.variables:
                raise SettingError(f"Relation: no variable {variable!r}; {nearest(variable, equations.variables)}")
            if term not in equations.terms:
                raise SettingError(f"Relation: no term {term!r}; {nearest(term, equations.terms)}")
            row[equations.terms.index(term), equations.variables.index(variable)] = weight
        if not np.isfinite(row).all() or not np.isfinite(self.value) or not row.any():
            raise SettingError(f"Relation: {self.weights} = {self.value} says nothing; give finite weights, one not 0")
        return row


def known(variable: str, *, term: str, value: float) -> Relation:
    """The coefficient of one term in the equation of one variable.

    With one of them the regression is what the document on the Lorenz system calls a constrained Galerkin regression.
    """
    return Relation({(variable, term): 1.0}, value)


@dataclass(frozen=True)
class Space:
    """Coefficients that may be: ``vec(Xi) = offset + basis q``, variable by variable, for any q.

    Attributes
    ----------
    offset : array (i t,)
    basis : array (i t, q)
    """

    offset: Array
    basis: Array


def space(equations: Equations, kept: Array, relations: Sequence[Relation] = ()) -> Space | None:
    """Coefficients that differ from 0 only where `kept` (t, i) is true, and obey relations; None if there are none."""
    free = np.flatnonzero(kept.T.ravel())
    offset, basis = np.zeros(kept.size), np.eye(kept.size)[:, free]
    if not relations:
        return Space(offset, basis)
    C = np.array([relation.row(equations).T.ravel()[free] for relation in relations]).reshape(-1, len(free))
    d = np.array([relation.value for relation in relations], float)
    for row, value in zip(C, d, strict=True):
        # the relation, as far as those before leave it open, is solved for its coefficient of largest weight
        left, rest = row @ basis[free], value - row @ offset[free]
        scale = np.abs(row).max(initial=0)
        if np.abs(left).max(initial=0) <= CONTRADICTION * scale:
            if abs(rest) > CONTRADICTION * max(abs(value), np.abs(row * offset[free]).max(initial=0)):
                return None
            continue
        pivot = int(np.argmax(np.abs(left)))
        offset = offset + basis[:, pivot] * (rest / left[pivot])
        basis = np.delete(basis - np.outer(basis[:, pivot], left / left[pivot]), pivot, axis=1)
    return Space(offset, basis)


@dataclass(frozen=True)
class Solution:
    """What a solver found.

    Attributes
    ----------
    xi : array (t, i)
    kept : array of bool (t, i)
        Coefficients that were not held at 0.
    space : Space
        Where the coefficients were searched in the end.
    biased : bool
        They are not the least-squares coefficients there: a penalty holds them back, and no standard errors are known.
    settled : bool
        The search ended by itself.
    """

    xi: Array
    kept: Array
    space: Space
    biased: bool = False
    settled: bool = True


class Solver(Protocol):
    """A way from equations to coefficients."""

    @property
    def name(self) -> str:
        """Its name in messages."""

    def solve(self, equations: Equations) -> Solution:
        """The coefficients."""


def least_squares(
    equations: Equations, kept: Array, relations: Sequence[Relation] = (), strength: float = 0.0
) -> Solution:
    """Minimise ``sum_i mean((b_i - a w_i)^2) / 2 + strength / 2 |w|^2`` over the coefficients that are `kept` (t, i).

    Raises
    ------
    SettingError
        The relations contradict each other, or name only coefficients that are not kept.
    """
    within = space(equations, kept, relations)
    if within is None:
        raise SettingError(
            "least squares: no coefficients obey all relations: they contradict each other, or those that they are "
            "about are held at 0"
        )
    compact = equations.compact
    design, w = _design(equations), np.diag(1 / equations.unit.T.ravel())
    rows = np.concatenate([design, np.sqrt(strength) * w]) if strength else design
    right = np.concatenate([compact.y.T.ravel(), np.zeros(len(rows) - compact.y.size)]) - rows @ within.offset
    D = rows @ within.basis
    length = _lengths(D)
    q = np.linalg.lstsq(D / length, right, rcond=None)[0] / length
    xi = (within.offset + within.basis @ q).reshape(equations.shape[::-1]).T
    return Solution(xi, kept, within, biased=strength > 0)


def standard_errors(equations: Equations, solution: Solution) -> Array:
    """Standard errors (t, i) of least-squares coefficients, whose residuals may be correlated and of unequal size.

    The estimate of Newey and West (Econometrica 55, 1987), with lags up to twice `equations.reach`. A bias of the
    equations themselves (what differences or a quadrature leave out) is no part of it.
    """
    i = equations.shape[1]
    scale = np.sqrt(np.mean(equations.B**2, axis=0))
    scale[scale == 0] = 1
    r = (equations.B - equations.A @ solution.xi) / scale
    parts = solution.space.basis.reshape(i, -1, solution.space.basis.shape[1])
    m, q = len(r), parts.shape[2]
    score, bread = np.zeros((m, q)), np.zeros((q, q))
    for part, left, size in zip(parts, r.T, scale, strict=True):
        G = equations.A @ part / size
        score += G * left[:, None]
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
    return np.sqrt(np.maximum(np.diag(covariance), 0)).reshape(i, -1).T


def condition(equations: Equations, solution: Solution) -> float:
    """Condition of the least-squares problem on the coefficients kept, its columns scaled to one length."""
    D = _design(equations) @ solution.space.basis
    return float(np.linalg.cond(D / _lengths(D))) if D.size else 1.0


def _design(equations: Equations) -> Array:
    """Matrix (i t, i t) of the compact problems of all variables at once, for coefficients in their own units."""
    from scipy.linalg import block_diag

    return np.asarray(block_diag(*(equations.compact.R / unit for unit in equations.unit.T)))


def _lengths(columns: Array) -> Array:
    length = np.linalg.norm(columns, axis=0)
    length[length == 0] = 1
    return np.asarray(length)


@dataclass(frozen=True)
class LeastSquares:
    """All terms, no penalty.

    Parameters
    ----------
    relations : sequence of Relation
        What is known about the coefficients, kept exactly.
    """

    relations: Sequence[Relation] = ()
    name: ClassVar[str] = "LeastSquares"

    def solve(self, equations: Equations) -> Solution:
        return least_squares(equations, np.ones(equations.shape, bool), self.relations)


@dataclass(frozen=True)
class Ridge:
    """All terms, large coefficients penalised by ``strength / 2 |w|^2`` (Hoerl and Kennard, Technometrics 12, 1970).

    Parameters
    ----------
    strength : float
        Relative to the mean squares of the scaled columns, which are 1.
    relations : sequence of Relation

    Raises
    ------
    SettingError
        The strength is not positive and finite.
    """

    strength: float = 1e-3
    relations: Sequence[Relation] = ()
    name: ClassVar[str] = "Ridge"

    def __post_init__(self) -> None:
        check_range("Ridge", strength=(self.strength, lambda s: 0 < s < np.inf, "positive; for 0 take LeastSquares"))

    def solve(self, equations: Equations) -> Solution:
        return least_squares(equations, np.ones(equations.shape, bool), self.relations, self.strength)


@dataclass(frozen=True)
class STLSQ:
    """Sequentially thresholded least squares: drop the terms with a small w, fit again, until none is small.

    (Brunton, Proctor and Kutz, PNAS 113, 2016, who threshold coefficients in their own units.)

    Parameters
    ----------
    threshold : float
        A term's smallest share: its root mean square, over that of the left-hand side of its equation.
    relations : sequence of Relation
        What is known is kept; a term is not dropped where the relations need it.

    Raises
    ------
    SettingError
        The threshold is not from 0 to 1.
    """

    threshold: float = 0.05
    relations: Sequence[Relation] = ()
    name: ClassVar[str] = "STLSQ"

    def __post_init__(self) -> None:
        check_range("STLSQ", threshold=(self.threshold, lambda s: 0 <= s < 1, "from 0 to 1"))

    def solve(self, equations: Equations) -> Solution:
        solution = least_squares(equations, np.ones(equations.shape, bool), self.relations)
        while True:
            share = np.abs(solution.xi / equations.unit)
            small = np.argwhere(solution.kept & (share < self.threshold))
            kept = solution.kept.copy()
            for term, variable in small[np.argsort(share[tuple(small.T)], kind="stable")]:
                kept[term, variable] = False
                if self.relations and space(equations, kept, self.relations) is None:
                    kept[term, variable] = True
            if (kept == solution.kept).all():
                return solution
            solution = least_squares(equations, kept, self.relations)
