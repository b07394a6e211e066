"""Other sets of terms that explain the samples as well: smaller ones are taken, and those of the same size are named.

Near the coefficients that were found, the squares of the residuals are a quadratic form of all coefficients, those of
dropped terms included. So for every set of terms in a variable's equation it is known, without another search, how
much more it would leave of the samples, with the terms of the other equations free to follow. Where samples come from a
small part of the state space, on which sets of terms agree, many leave the same but for noise.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, islice
from math import comb

import numpy as np

from minnet.numerics.identification.equations import Equations, column_lengths
from minnet.numerics.identification.fitting import Fit, Objective, bounded, fit_coefficients, units
from minnet.numerics.identification.linear import minimum
from minnet.numerics.identification.pruning import SIGNIFICANT
from minnet.numerics.identification.relations import only
from minnet.types import Array

TENABLE = SIGNIFICANT**2  # squares of the residuals' standard deviation that noise may well make: for each term less
MOST_SETS = 400_000  # of one size that are looked at, times the square of the size
AT_ONCE = 5_000
TRIED = 4  # smaller sets that are fitted
NAMED = 3  # rivals in an equation
LARGEST = 12  # terms in the smallest set of an equation
ROUNDING = 1e-14  # of what an equation explains: below, differences mean nothing


def simplest(objective: Objective, fit: Fit) -> Fit | None:
    """The fit with the fewest terms in each equation that the noise allows, and with its rivals of the same size; None
    if residuals say nothing of other terms, because the equations nearly blow up or nothing is left of the samples."""
    for variable in range(fit.xi.shape[1]):
        form = Form.of(objective, fit, variable)
        if form is None:
            return None
        fit = _smaller(objective, fit, form)
    forms = [Form.of(objective, fit, variable) for variable in range(fit.xi.shape[1])]
    rivals = [(form.variable, xi) for form in forms if form is not None for xi in form.rivals()]
    return replace(fit, rivals=tuple(rivals))


def _smaller(objective: Objective, fit: Fit, form: "Form") -> Fit:
    """The fit with fewer terms in the equation of a form, if there are any that the samples bear out when fitted."""
    n = objective.residuals(fit.xi).size
    candidates = [
        (TENABLE * size + excess, excess, terms)
        for size in range(1, form.size)
        for excess, terms in islice(form.sets(size, TENABLE * (form.size - size)), TRIED)
    ]
    for _, excess, terms in sorted(candidates)[:TRIED]:
        support, xi = fit.support.copy(), fit.xi.copy()
        support[:, form.variable] = False
        support[list(terms), form.variable] = True
        xi[:, form.variable] = form.coefficients(terms)
        smaller = fit_coefficients(objective, xi, support)
        allowed = max(TENABLE * (form.size - len(terms)), excess)
        if n * (smaller.sigma**2 - fit.sigma**2) <= 2 * allowed * fit.sigma**2:
            return smaller
    return fit


def best_sets(equations: Equations, variable: int) -> Iterator[tuple[float, Array]]:
    """Of each size, from 1 on, what the best set of terms leaves of a variable's equations, as a part of the root mean
    square of their left-hand sides, and its coefficients (t,).

    All sets are looked at where they are few; else those that share all terms but one with the best set that is one
    smaller, and have two others.
    """
    compact = equations.compact
    terms: tuple[int, ...] = ()
    for size in range(1, len(equations.terms) + 1):
        support = np.isin(np.arange(len(equations.terms)), terms)
        form = Form(compact.R, compact.y[:, variable], equations.unit[:, variable], variable, support)
        excess, terms = next(form.sets(size, np.inf))
        rest = max(0.0, excess + form.rest) + compact.rest[variable]
        yield float(np.sqrt(rest)), form.coefficients(terms)


def smallest_sets(equations: Equations) -> Array:
    """Coefficients (t, i) of the smallest sets of terms that noise allows, if rows that share samples count as one."""
    m, xi = max(1.0, equations.independent), minimum(equations, only(np.ones(equations.shape, bool)))
    for variable, rest in enumerate(np.maximum(equations.compact.rest, np.finfo(float).eps)):
        for size, (left, coefficients) in zip(range(1, LARGEST + 1), best_sets(equations, variable), strict=False):
            if m * (left**2 / rest - 1) <= TENABLE * (len(equations.terms) - size):
                xi[:, variable] = coefficients
                break
    return xi


class Form:
    """What each set of terms in one variable's equation would leave of the samples.

    In units of the residuals' standard deviation, coefficients theta (t,) leave ``|R theta - y|^2`` and a constant,
    with R (t, t) a triangle; theta has units of its own.
    """

    def __init__(self, R: Array, y: Array, unit: Array, variable: int, support: Array) -> None:
        self.R, self.y, self.unit, self.variable = R, y, unit, variable
        self.terms = tuple(int(t) for t in np.flatnonzero(support))
        self.size = len(self.terms)
        self.rest = self._rests(np.array([self.terms]))[0] if self.terms else 0.0
        if np.isinf(self.rest):  # of these terms, some are the same
            self.rest = np.sum((y - R @ (self.coefficients(self.terms) / unit)) ** 2)
        self.rounding = ROUNDING**2 * float(y @ y)

    @classmethod
    def of(cls, objective: Objective, fit: Fit, variable: int) -> "Form | None":
        """The form at a fit; None if the equations blow up there, or nothing is left of the samples."""
        support = fit.support.copy()
        support[:, variable] = True
        places = np.argwhere(support)
        unit = units(objective.problem)[tuple(places.T)]
        with np.errstate(over="ignore", invalid="ignore"):
            r, J = objective.residuals(fit.xi), objective.jacobian(fit.xi, places) * unit
        if not (bounded(J) and bounded(r) and fit.sigma > 0):
            return None
        mine = places[:, 1] == variable
        others = np.linalg.qr(J[:, ~mine])[0]
        own, left = J[:, mine] - others @ (others.T @ J[:, mine]), r - others @ (others.T @ r)
        Q, R = np.linalg.qr(own)
        y = R @ (fit.xi[:, variable] / unit[mine]) - Q.T @ left
        return cls(R / fit.sigma, y / fit.sigma, unit[mine], variable, fit.support[:, variable])

    def rivals(self) -> list[Array]:
        """Coefficients (t,) of other sets of the same size that leave no more than noise may make; the best first."""
        if not self.terms:
            return []
        others = (terms for _, terms in self.sets(self.size, TENABLE) if terms != self.terms)
        return [self.coefficients(terms) for terms in islice(others, NAMED)]

    def sets(self, size: int, allowed: float) -> Iterator[tuple[float, tuple[int, ...]]]:
        """Sets of so many terms that leave at most so much more than the present one, the best first."""
        t, found = len(self.y), []
        most = MOST_SETS // size**2
        for chunk in _chunks(combinations(range(t), size) if comb(t, size) <= most else self._near(size), most):
            excess = self._rests(chunk) - self.rest
            found += [
                (float(excess[k]), tuple(map(int, chunk[k]))) for k in np.flatnonzero(excess <= allowed + self.rounding)
            ]
        return iter(sorted(found))

    def coefficients(self, terms: tuple[int, ...]) -> Array:
        """The best coefficients (t,) of a set of terms, in the library's units."""
        xi, places = np.zeros(len(self.y)), list(terms)
        columns = self.R[:, places]
        lengths = column_lengths(columns)
        xi[places] = np.linalg.lstsq(columns / lengths, self.y, rcond=None)[0] / lengths * self.unit[places]
        return xi

    def _near(self, size: int) -> Iterator[tuple[int, ...]]:
        """Sets that share all terms but two with the present one, where all sets would be too many."""
        others = [t for t in range(len(self.y)) if t not in self.terms]
        for kept in combinations(self.terms, max(0, size - 2)):
            for added in combinations(others, size - len(kept)):
                yield tuple(sorted((*kept, *added)))

    def _rests(self, sets: Array) -> Array:
        """What sets (k, size) leave (k,); infinite where terms of a set are the same for these samples."""
        columns = (self.R / column_lengths(self.R))[:, sets].transpose(1, 0, 2)
        Q, R = np.linalg.qr(columns)
        left = self.y - np.einsum("kts,ks->kt", Q, np.einsum("kts,t->ks", Q, self.y))
        same = np.abs(np.diagonal(R, axis1=1, axis2=2)).min(axis=1) < ROUNDING
        return np.where(same, np.inf, np.sum(left**2, axis=1))


def _chunks(sets: Iterator[tuple[int, ...]], most: int) -> Iterator[Array]:
    limited = islice(sets, most)
    while chunk := list(islice(limited, AT_ONCE)):
        yield np.array(chunk)
