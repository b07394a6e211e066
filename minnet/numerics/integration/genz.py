"""Genz's six families of functions on the unit cube, on which methods of integration are compared, and their integrals.

A. Genz, "A package for testing multiple integration subroutines", in Numerical Integration (Reidel, 1987). A member has
a difficulty c_i > 0 along each direction and a place u in the cube, drawn at random; c is scaled so that its sum is the
difficulty of the family. The sums here are those of Barthelmann, Novak and Ritter (Adv. Comput. Math. 12, 2000): 9,
7.25, 1.85, 7.03, 20.4 and 4.3, which they use in ten dimensions. In fewer, each direction has a larger part.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import factorial, pi

import numpy as np
import scipy  # its special is loaded when first used

from minnet.numerics.integration.box_splines import subsets
from minnet.types import Array


@dataclass(frozen=True)
class Family:
    """One of the six.

    Attributes
    ----------
    formula : callable
        Values (n,) at x (n, d), for c (d,) and u (d,).
    integral : callable
        Over the unit cube, for c and u.
    difficulty : float
        Sum of c.
    smooth : bool
    """

    formula: Callable[[Array, Array, Array], Array]
    integral: Callable[[Array, Array], float]
    difficulty: float
    smooth: bool = True


def _oscillatory(c: Array, u: Array) -> float:
    return float((np.exp(2j * pi * u[0]) * np.prod(np.expm1(1j * c) / (1j * c))).real)


def _corner_peak(c: Array, u: Array) -> float:
    corners = subsets(len(c))
    signs = (-1.0) ** corners.sum(axis=1)
    return float((signs / (1 + corners @ c)).sum() / (factorial(len(c)) * c.prod()))


def _gaussian(c: Array, u: Array) -> float:
    erf = scipy.special.erf
    return float(np.prod(np.sqrt(pi) / (2 * c) * (erf(c * u) + erf(c * (1 - u)))))


def _discontinuous(c: Array, u: Array) -> float:
    upper = np.where(np.arange(len(c)) < 2, u, 1.0)
    return float(np.prod(np.expm1(c * upper) / c))


FAMILIES = {
    "oscillatory": Family(lambda x, c, u: np.cos(2 * pi * u[0] + x @ c), _oscillatory, 9.0),
    "product peak": Family(
        lambda x, c, u: np.prod(1 / (c**-2.0 + (x - u) ** 2), axis=1),
        lambda c, u: float(np.prod(c * (np.arctan(c * u) + np.arctan(c * (1 - u))))),
        7.25,
    ),
    "corner peak": Family(lambda x, c, u: (1 + x @ c) ** -(len(c) + 1.0), _corner_peak, 1.85),
    "gaussian": Family(lambda x, c, u: np.exp(-((c * (x - u)) ** 2).sum(axis=1)), _gaussian, 7.03),
    "continuous": Family(
        lambda x, c, u: np.exp(-(c * np.abs(x - u)).sum(axis=1)),
        lambda c, u: float(np.prod(-(np.expm1(-c * u) + np.expm1(-c * (1 - u))) / c)),
        20.4,
        smooth=False,
    ),
    "discontinuous": Family(
        lambda x, c, u: np.where((x[:, :2] <= u[:2]).all(axis=1), np.exp(x @ c), 0.0), _discontinuous, 4.3, smooth=False
    ),
}


@dataclass
class Problem:
    """A member of a family; it counts its evaluations.

    Attributes
    ----------
    exact : float
        Its integral.
    size : float
        Mean of ``|f|``, to measure errors by: the integral itself, but for oscillatory functions, which may cancel.
    evaluations : int
    """

    family: Family
    c: Array
    u: Array

    def __post_init__(self) -> None:
        self.exact, self.evaluations = self.family.integral(self.c, self.u), 0
        x = np.random.default_rng(0).uniform(size=(20_000, len(self.c)))
        self.size = max(abs(self.exact), float(np.abs(self.family.formula(x, self.c, self.u)).mean()))

    def __call__(self, x: Array) -> Array:
        """Values (n,) at x (n, d)."""
        self.evaluations += len(x)
        return self.family.formula(x, self.c, self.u)


def draw(family: str, d: int, rng: np.random.Generator) -> Problem:
    """A random member in d dimensions."""
    kind = FAMILIES[family]
    c = rng.uniform(size=d)
    return Problem(kind, kind.difficulty * c / c.sum(), rng.uniform(size=d))
