"""The LASSO, with a penalty of its own for each coefficient, and four algorithms that find its minimum.

For one variable, with the columns a (m, t) and b (m,) of unit root mean square that `linear` describes, it is

    minimise  f(w) = mean((b - a w)^2) / 2 + penalty^T |w|
                   = w^T G w / 2 - c^T w + penalty^T |w| + const,    G = a^T a / m,  c = a^T b / m

(Tibshirani, J. R. Stat. Soc. B 58, 1996, where all are penalised alike). As columns have unit size, no gradient of the
squares is larger than 1 at the minimum: all that is penalised by 1 or more is 0.

Change of scale: on these columns scikit-learn's ``Lasso(alpha=penalty, fit_intercept=False)`` minimises the same, with
its 1 / (2 m) in front of the squares. ``|b - a w|^2 + lambda |w|_1``, as the document on the Lorenz system has it, is
``lambda = 2 m penalty``. In the samples' own units ``Xi = unit w``, with `Equations.unit`.

At the minimum the gradient ``g = G w - c`` obeys ``g = -penalty sign(w)`` where w is not 0, and ``|g| <= penalty``
where it is. The algorithms stop when this (Karush, Kuhn, Tucker) holds to their tolerance. A duality gap, which goes as
its square, would be lost in rounding long before. Relations hold w in an affine space; then the same is asked of the
gradient within it: for some s with ``s = penalty sign(w)``, or ``|s| <= penalty`` where w is 0, ``g + s`` is at right
angles to the space.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from minnet.checks import check_part
from minnet.errors import SettingError, check_range, is_whole
from minnet.names import Named
from minnet.numerics.identification.equations import Equations
from minnet.numerics.identification.linear import Solution, least_squares
from minnet.numerics.identification.relations import Relation, Space, check_relations, only, space
from minnet.types import Array

DEPENDENT = 1e-8  # an eigenvalue of G, relative to the largest, of columns that the penalty must tell apart
FIXED = 1e-9  # of a row of an orthonormal basis: its coefficient does not move
RELAXATION = 1.8  # of ADMM: 1 is none


class Algorithm(Protocol):
    """Minimises ``w^T G w / 2 - c^T w + penalty^T |w|``."""

    def minimise(self, G: Array, c: Array, penalty: Array, within: Space) -> tuple[Array, bool]:
        """Coefficients w (t,), and whether they are the minimum to the algorithm's tolerance.

        Parameters
        ----------
        G : array (t, t)
        c, penalty : arrays (t,)
        within : Space
            Where relations hold w, as `Space.scaled` gives it.

        Raises
        ------
        SettingError
            It is not all of space, and the algorithm knows no other.
        """


def soft_threshold(w: Array, by: float | Array) -> Array:
    """``sign(w) max(|w| - by, 0)``: the minimum of ``(v - w)^2 / 2 + by |v|``.

    Examples
    --------
    >>> soft_threshold(np.array([3.0, -0.5, -2.0]), 1.0).tolist()
    [2.0, -0.0, -1.0]
    """
    return np.asarray(np.sign(w) * np.maximum(np.abs(w) - by, 0))


def violation(w: Array, gradient: Array, penalty: float | Array) -> float:
    """How far coefficients (t,) are from obeying the conditions of a minimum; `gradient` is ``G w - c``."""
    excess = np.maximum(np.abs(gradient) - penalty, 0)
    return float(np.where(w == 0, excess, np.abs(gradient + penalty * np.sign(w))).max())


def _check(owner: str, tolerance: float, iterations: int) -> None:
    check_range(
        owner, tolerance=(tolerance, lambda e: 0 < e < 1, "between 0 and 1"),
        iterations=(iterations, lambda n: is_whole(n) and n >= 1, "a whole number >= 1"),
    )  # fmt: skip


def _check_free(owner: str, within: Space) -> None:
    """Thresholds and paths know each coefficient alone."""
    if within.basis.shape[0] != within.basis.shape[1]:
        raise SettingError(f"{owner}: it cannot hold coefficients to relations; take ADMM for a Lasso that has any")


@dataclass(frozen=True)
class ISTA(Named):
    """Iterative shrinkage and thresholding: a step down the gradient of the squares, then a soft threshold.

    (Daubechies, Defrise and De Mol, Commun. Pure Appl. Math. 57, 2004.) Steps are one over the largest eigenvalue of G;
    their number grows as the condition of G.

    Parameters
    ----------
    tolerance : float
        Of the conditions of a minimum.
    iterations : int
        At most.
    """

    tolerance: float = 1e-12
    iterations: int = 100_000

    def __post_init__(self) -> None:
        _check("ISTA", self.tolerance, self.iterations)

    def minimise(self, G: Array, c: Array, penalty: Array, within: Space) -> tuple[Array, bool]:
        _check_free("ISTA", within)
        step = 1 / np.linalg.eigvalsh(G)[-1]
        w = np.zeros(len(c))
        for _ in range(self.iterations):
            gradient = G @ w - c
            if violation(w, gradient, penalty) <= self.tolerance:
                return w, True
            w = soft_threshold(w - step * gradient, step * penalty)
        return w, False


@dataclass(frozen=True)
class FISTA(Named):
    """`ISTA` with momentum, set back to zero whenever it points uphill.

    (Beck and Teboulle, SIAM J. Imaging Sci. 2, 2009; the restart by O'Donoghue and Candes, Found. Comput. Math. 15,
    2015.) The number of steps grows as the square root of the condition of G. Parameters as for `ISTA`.
    """

    tolerance: float = 1e-12
    iterations: int = 100_000

    def __post_init__(self) -> None:
        _check("FISTA", self.tolerance, self.iterations)

    def minimise(self, G: Array, c: Array, penalty: Array, within: Space) -> tuple[Array, bool]:
        _check_free("FISTA", within)
        step = 1 / np.linalg.eigvalsh(G)[-1]
        w = extrapolated = np.zeros(len(c))
        momentum = 1.0
        for _ in range(self.iterations):
            gradient = G @ extrapolated - c
            if violation(extrapolated, gradient, penalty) <= self.tolerance:
                return extrapolated, True
            w_next = soft_threshold(extrapolated - step * gradient, step * penalty)
            if (extrapolated - w_next) @ (w_next - w) > 0:
                momentum = 1.0
            next_momentum = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
            extrapolated = w_next + (momentum - 1) / next_momentum * (w_next - w)
            w, momentum = w_next, next_momentum
        return w, False


@dataclass(frozen=True)
class ADMM(Named):
    """Alternating directions: squares and penalty each have coefficients of their own, which are pulled together.

    (Boyd et al., Found. Trends Mach. Learn. 3, 2011, section 6.4; relations are obeyed by the squares' coefficients,
    as in section 5.2.) How strong the pull is: the geometric mean of the eigenvalues of G in the space. (That of the
    extreme ones is the best for the worst quadratic problem: Ghadimi et al., IEEE Trans. Autom. Control 60, 2015. On
    equations of motion all of them need fewer steps.) It is over-relaxed (Boyd et al., section 3.4.3). Parameters as
    for `ISTA`.
    """

    tolerance: float = 1e-12
    iterations: int = 100_000

    def __post_init__(self) -> None:
        _check("ADMM", self.tolerance, self.iterations)

    def minimise(self, G: Array, c: Array, penalty: Array, within: Space) -> tuple[Array, bool]:
        offset, B = within.offset, within.basis
        eigenvalues, V = np.linalg.eigh(B.T @ G @ B)
        used = eigenvalues[eigenvalues > DEPENDENT * eigenvalues.max(initial=0)]
        rho = float(np.exp(np.log(used).mean())) if len(used) else 1.0
        inverse = (B @ V / (eigenvalues + rho)) @ (B @ V).T
        constant, pull = offset + inverse @ (c - G @ offset), rho * inverse
        z = u = np.zeros(len(c))
        for _ in range(self.iterations):
            w = constant + pull @ (z - u)
            moved = RELAXATION * w + (1 - RELAXATION) * z + u
            z = soft_threshold(moved, penalty / rho)
            u = moved - z  # rho u is penalty sign(z), or no larger where z is 0
            stationary = B.T @ (G @ z - c + rho * u)
            if max(np.abs(stationary).max(initial=0), np.abs(within.nearest(z) - z).max()) <= self.tolerance:
                return z, True
        return z, False


@dataclass(frozen=True)
class LARS(Named):
    """Least angle regression (Efron et al., Ann. Stat. 32, 2004), by scikit-learn: exact, term by term.

    The check from outside on the other three.
    """

    def minimise(self, G: Array, c: Array, penalty: Array, within: Space) -> tuple[Array, bool]:
        from sklearn.linear_model import lars_path_gram

        _check_free("LARS", within)
        largest = penalty.max()
        by = penalty / largest if largest > 0 else np.ones(len(c))  # columns a / by are all penalised alike
        if largest >= np.abs(c / by).max():
            return np.zeros(len(c)), True
        path = lars_path_gram(
            c / by, G / np.outer(by, by), n_samples=1, alpha_min=largest, method="lasso", return_path=False
        )
        return path[2] / by, True


FAST, ALTERNATING = FISTA(), ADMM()


@dataclass(frozen=True)
class Lasso(Named):
    """Squares and absolute values: coefficients that explain little are exactly 0. By default adaptive, and refitted.

    Where terms are correlated, the plain LASSO keeps false ones, however many samples there are (Zhao and Yu, J. Mach.
    Learn. Res. 7, 2006). The adaptive one penalises a coefficient by ``penalty / |w|^gamma``, with w by least squares
    (Zou, J. Am. Stat. Assoc. 101, 2006): true terms go nearly free, false ones pay. Then w is that of the terms left,
    until all are kept (in stages: Buehlmann and Meier, Ann. Stat. 36, 2008). A term at right angles to all others
    stays where ``|w|^(1 + gamma) > penalty``: with the defaults, when its root mean square is more than 1.6 % of
    that of the left-hand side.

    ``Lasso(penalty, gamma=0, refit=False)`` is Tibshirani's, as the document on the Lorenz system has it.

    Parameters
    ----------
    penalty : float
        From 0, where it is least squares, to 1, where all coefficients are 0.
    algorithm : Algorithm, optional
        `ISTA`, `FISTA`, `ADMM` or `LARS`; only `ADMM` takes relations, and is taken for them if none is given. Without
        relations it is `FISTA`, which needs fewer steps.
    refit : bool
        Whether the coefficients that are not 0 are then fitted by least squares. The penalty makes all of them smaller,
        and correlated terms share what is one's own; a refit undoes the first.
    gamma : float
        How much less large coefficients are penalised than small ones; 0 penalises all alike.
    relations : sequence of Relation
        Constraints on the coefficients, obeyed exactly; a coefficient that they fix is not penalised.

    Raises
    ------
    SettingError
        The penalty is not from 0 to 1, gamma not a number >= 0, the algorithm none, or relations no list; or, when it
        solves, the algorithm takes no relations, or these contradict each other.
    """

    penalty: float = 2.5e-4
    algorithm: Algorithm | None = None
    refit: bool = True
    gamma: float = 1.0
    relations: Sequence[Relation] = ()
    name: ClassVar[str] = "Lasso"

    def __post_init__(self) -> None:
        check_range(
            "Lasso", penalty=(self.penalty, lambda p: 0 <= p <= 1, "from 0 to 1"),
            gamma=(self.gamma, lambda g: 0 <= g < np.inf, "a number >= 0; 0 is the plain LASSO"),
        )  # fmt: skip
        if self.algorithm is not None:
            check_part("Lasso", "algorithm", self.algorithm, ["minimise"], "FISTA()")
        check_relations("Lasso", self.relations)

    def solve(self, equations: Equations) -> Solution:
        support, converged = np.ones(equations.shape, bool), True
        while True:
            pilot = least_squares(equations, support, self.relations)
            with np.errstate(over="ignore"):  # what is infinitely large goes free
                size = np.abs(pilot.xi / equations.unit) ** self.gamma
            penalty = self.penalty / np.maximum(size, max(self.penalty, np.finfo(float).tiny))  # 1 at most
            w, success = self._minimum(equations, pilot.space, support, penalty)
            converged &= success
            kept = space(equations, w != 0, self.relations)
            if ((w != 0) == support).all() or kept is None:
                break
            support = w != 0
        if self.refit:
            return Solution(pilot.xi, support, pilot.space, converged=converged)
        unit = equations.unit.T.ravel()
        exact = pilot.space.scaled(unit).nearest(w.T.ravel()) * unit
        return Solution(exact.reshape(w.T.shape).T, support, pilot.space, biased=True, converged=converged)

    def _minimum(self, equations: Equations, within: Space, support: Array, penalty: Array) -> tuple[Array, bool]:
        """Coefficients (t, i) of the scaled columns, 0 outside of a support; relations bind variables together."""
        t, i = equations.shape
        R, y = equations.compact.R, equations.compact.y
        G, c, costs = R.T @ R, (R.T @ y).T.ravel(), penalty.T.ravel()
        within = within.scaled(equations.unit.T.ravel())
        costs = np.where(np.linalg.norm(within.basis, axis=1) > FIXED, costs, 0)
        algorithm = self.algorithm or (ALTERNATING if self.relations else FAST)
        places = np.flatnonzero(support.T.ravel())
        w, converged = np.zeros(t * i), True
        for own in [places] if self.relations else [places[places // t == variable] for variable in range(i)]:
            if len(own) == 0:
                continue
            joint = np.where(own[:, None] // t == own // t, G[np.ix_(own % t, own % t)], 0)
            part = Space(within.offset[own], within.basis[own]) if self.relations else only(np.ones(len(own), bool))
            w[own], success = algorithm.minimise(joint, c[own], costs[own], part)
            converged &= success
        return w.reshape(i, t).T, converged
