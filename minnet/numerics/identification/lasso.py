"""The LASSO, and four algorithms that find its minimum.

For one variable, with the columns a (m, t) and b (m,) of unit root mean square that `linear` describes, it is

    minimise  f(w) = mean((b - a w)^2) / 2 + penalty |w|_1
                   = w^T G w / 2 - c^T w + penalty |w|_1 + const,    G = a^T a / m,  c = a^T b / m

(Tibshirani, J. R. Stat. Soc. B 58, 1996). All of w is 0 from a penalty of max |c| on, which is at most 1.

Change of scale: on these columns scikit-learn's ``Lasso(alpha=penalty, fit_intercept=False)`` minimises the same, with
its 1 / (2 m) in front of the squares. ``|b - a w|^2 + lambda |w|_1``, as the document on the Lorenz system has it, is
``lambda = 2 m penalty``. In the samples' own units ``Xi = unit w``, with `Equations.unit`.

At the minimum the gradient ``g = G w - c`` obeys ``g = -penalty sign(w)`` where w is not 0, and ``|g| <= penalty``
where it is. The algorithms stop when this (Karush, Kuhn, Tucker) holds to their tolerance. A duality gap, which goes as
its square, would be lost in rounding long before.
"""

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from minnet.errors import check_range, is_whole
from minnet.numerics.identification.equations import Equations
from minnet.numerics.identification.linear import Solution, least_squares
from minnet.numerics.identification.relations import Relation, only
from minnet.types import Array

DEPENDENT = 1e-12  # an eigenvalue of G, relative to the largest, that is 0 but for rounding


class Algorithm(Protocol):
    """Minimises ``w^T G w / 2 - c^T w + penalty |w|_1``."""

    def minimise(self, G: Array, c: Array, penalty: float) -> tuple[Array, bool]:
        """Coefficients w (t,), and whether they are the minimum to the algorithm's tolerance."""


def soft_threshold(w: Array, by: float) -> Array:
    """``sign(w) max(|w| - by, 0)``: the minimum of ``(v - w)^2 / 2 + by |v|``.

    Examples
    --------
    >>> soft_threshold(np.array([3.0, -0.5, -2.0]), 1.0).tolist()
    [2.0, -0.0, -1.0]
    """
    return np.asarray(np.sign(w) * np.maximum(np.abs(w) - by, 0))


def violation(w: Array, gradient: Array, penalty: float) -> float:
    """How far coefficients (t,) are from obeying the conditions of a minimum; `gradient` is ``G w - c``."""
    excess = np.maximum(np.abs(gradient) - penalty, 0)
    return float(np.where(w == 0, excess, np.abs(gradient + penalty * np.sign(w))).max())


def _check(owner: str, tolerance: float, iterations: int) -> None:
    check_range(
        owner, tolerance=(tolerance, lambda e: 0 < e < 1, "between 0 and 1"),
        iterations=(iterations, lambda n: is_whole(n) and n >= 1, "a whole number >= 1"),
    )  # fmt: skip


@dataclass(frozen=True)
class ISTA:
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

    def minimise(self, G: Array, c: Array, penalty: float) -> tuple[Array, bool]:
        step = 1 / np.linalg.eigvalsh(G)[-1]
        w = np.zeros(len(c))
        for _ in range(self.iterations):
            gradient = G @ w - c
            if violation(w, gradient, penalty) <= self.tolerance:
                return w, True
            w = soft_threshold(w - step * gradient, step * penalty)
        return w, False


@dataclass(frozen=True)
class FISTA:
    """`ISTA` with momentum, set back to zero whenever it points uphill.

    (Beck and Teboulle, SIAM J. Imaging Sci. 2, 2009; the restart by O'Donoghue and Candes, Found. Comput. Math. 15,
    2015.) The number of steps grows as the square root of the condition of G. Parameters as for `ISTA`.
    """

    tolerance: float = 1e-12
    iterations: int = 100_000

    def __post_init__(self) -> None:
        _check("FISTA", self.tolerance, self.iterations)

    def minimise(self, G: Array, c: Array, penalty: float) -> tuple[Array, bool]:
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
class ADMM:
    """Alternating directions: squares and penalty each have coefficients of their own, which are pulled together.

    (Boyd et al., Found. Trends Mach. Learn. 3, 2011, section 6.4.) How strong the pull is: the geometric mean of the
    extreme eigenvalues of G, the best for quadratic problems (Ghadimi et al., IEEE Trans. Autom. Control 60, 2015).
    Parameters as for `ISTA`.
    """

    tolerance: float = 1e-12
    iterations: int = 100_000

    def __post_init__(self) -> None:
        _check("ADMM", self.tolerance, self.iterations)

    def minimise(self, G: Array, c: Array, penalty: float) -> tuple[Array, bool]:
        eigenvalues, V = np.linalg.eigh(G)
        smallest = eigenvalues[eigenvalues > DEPENDENT * eigenvalues[-1]][0]  # directions in which G is 0 have no say
        rho = np.sqrt(smallest * eigenvalues[-1])
        inverse = (V / (eigenvalues + rho)) @ V.T
        z = u = np.zeros(len(c))
        for _ in range(self.iterations):
            if violation(z, G @ z - c, penalty) <= self.tolerance:
                return z, True
            w = inverse @ (c + rho * (z - u))
            z = soft_threshold(w + u, penalty / rho)
            u = u + w - z
        return z, False


@dataclass(frozen=True)
class LARS:
    """Least angle regression (Efron et al., Ann. Stat. 32, 2004), by scikit-learn: exact, term by term.

    The check from outside on the other three.
    """

    def minimise(self, G: Array, c: Array, penalty: float) -> tuple[Array, bool]:
        from sklearn.linear_model import lars_path_gram

        if penalty >= np.abs(c).max():
            return np.zeros(len(c)), True
        path = lars_path_gram(c, G, n_samples=1, alpha_min=penalty, method="lasso", return_path=False)
        return np.asarray(path[2]), True


FAST = FISTA()


@dataclass(frozen=True)
class Lasso:
    """Squares and absolute values: coefficients that explain little are exactly 0.

    Parameters
    ----------
    penalty : float
        From 0, where it is least squares, to 1, where all coefficients are 0.
    algorithm : Algorithm
        `ISTA`, `FISTA`, `ADMM` or `LARS`.
    refit : bool
        Whether the coefficients that are not 0 are then fitted by least squares. The penalty makes all of them smaller,
        and correlated terms share what is one's own; a refit undoes the first.

    Raises
    ------
    SettingError
        The penalty is not from 0 to 1.
    """

    penalty: float = 0.01
    algorithm: Algorithm = FAST
    refit: bool = False
    name: ClassVar[str] = "Lasso"
    relations: ClassVar[tuple[Relation, ...]] = ()

    def __post_init__(self) -> None:
        check_range("Lasso", penalty=(self.penalty, lambda p: 0 <= p <= 1, "from 0 to 1"))

    def solve(self, equations: Equations) -> Solution:
        compact = equations.compact
        G, c = compact.R.T @ compact.R, compact.R.T @ compact.y
        minima = [self.algorithm.minimise(G, column, self.penalty) for column in c.T]
        w = np.stack([column for column, _ in minima], axis=1)
        converged = all(success for _, success in minima)
        support = w != 0
        if self.refit:
            refitted = least_squares(equations, support)
            return Solution(refitted.xi, support, refitted.space, converged=converged)
        return Solution(w * equations.unit, support, only(support), biased=True, converged=converged)
