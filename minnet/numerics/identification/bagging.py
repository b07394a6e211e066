"""Bagging: solve for many resamples of the equations, and keep the terms that most of them select.

Rows that lie close together share samples and noise, so it is blocks of rows that are drawn (Kuensch, Ann. Stat. 17,
1989). How often a term is selected tells how sure it is (Fasel et al., Proc. R. Soc. A 478, 2022).
"""

from dataclasses import dataclass

import numpy as np

from minnet.checks import check_part
from minnet.errors import check_range, is_whole
from minnet.names import Named
from minnet.numerics.identification.equations import Equations
from minnet.numerics.identification.linear import STLSQ, Solution, Solver, least_squares
from minnet.numerics.identification.relations import Relation
from minnet.types import Array

THRESHOLDED = STLSQ()


@dataclass(frozen=True)
class Bags:
    """Solutions of b resamples.

    Attributes
    ----------
    coefficients : array (b, t, i)
    converged : bool
        All searches ended by themselves.
    """

    coefficients: Array
    converged: bool

    @property
    def inclusion(self) -> Array:
        """The part (t, i) of the resamples whose solution has the term."""
        return np.asarray(np.mean(self.coefficients != 0, axis=0))


@dataclass(frozen=True)
class Bagging(Named):
    """Terms that most resamples select, fitted by least squares to all equations; the solver's relations hold.

    Parameters
    ----------
    solver : Solver
        One that drops terms.
    bags : int
        Resamples.
    threshold : float
        Inclusion probability from which on a term is in the support.
    block : int, optional
        Rows drawn together; twice as many as share samples, if not given, but at least 20.
    rng : int or Generator

    Raises
    ------
    SettingError
        One of them is out of range, or the solver none.
    """

    solver: Solver = THRESHOLDED
    bags: int = 50
    threshold: float = 0.6
    block: int | None = None
    rng: int | np.random.Generator = 0

    def __post_init__(self) -> None:
        check_part("Bagging", "solver", self.solver, ["solve", "relations", "name"], "STLSQ()")
        check_range(
            "Bagging", bags=(self.bags, lambda n: is_whole(n) and n >= 1, "a whole number >= 1"),
            threshold=(self.threshold, lambda p: 0 < p <= 1, "above 0 and at most 1"),
            block=(1 if self.block is None else self.block, lambda n: is_whole(n) and n >= 1, "a whole number >= 1"),
        )  # fmt: skip

    @property
    def name(self) -> str:
        return f"bagged {self.solver.name}"

    @property
    def relations(self) -> tuple[Relation, ...]:
        return tuple(self.solver.relations)

    def draw(self, equations: Equations) -> Bags:
        """Solve for each resample."""
        rng = np.random.default_rng(self.rng)
        m = len(equations.A)
        block = min(m, max(20, 2 * (1 + equations.reach)) if self.block is None else self.block)
        solutions = []
        for _ in range(self.bags):
            starts = rng.integers(0, m - block + 1, size=-(-m // block))
            rows = (starts[:, None] + np.arange(block)).ravel()[:m]
            solutions.append(self.solver.solve(equations.take(rows)))
        coefficients = np.array([np.where(solution.support, solution.xi, 0) for solution in solutions])
        return Bags(coefficients, all(solution.converged for solution in solutions))

    def solve(self, equations: Equations) -> Solution:
        bags = self.draw(equations)
        best = least_squares(equations, bags.inclusion >= self.threshold, self.relations)
        return Solution(best.xi, best.support, best.space, converged=bags.converged)
