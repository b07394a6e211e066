"""The 35 unconstrained problems of Moré, Garbow and Hillstrom, which `python -m benchmarks nist` solves.

J. J. Moré, B. S. Garbow and K. E. Hillstrom, Testing unconstrained optimization software, ACM Transactions on
Mathematical Software 7 (1981) 17-41, states residuals, standard starts and minima. Where the dimensions are free, they
are those of the sample data that come with the authors' package (Algorithm 566, same volume, 136-140).

Residuals take real or complex parameters and are analytic, so that a complex step gives derivatives to rounding. Where
the paper has an absolute value or a case (Gulf, helical valley), the sign of the real part decides.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class MghProblem:
    """Least squares with known minima.

    Attributes
    ----------
    name : str
    residuals : callable
        theta (p,) -> r (m,), complex for a complex theta.
    start : array (p,)
        The standard one; read-only. The paper also starts from 10 and 100 times it, and from (10, ..., 10) and
        (100, ..., 100) where it is zero (Watson).
    minimum : tuple of float
        Known minima of the sum of squares ``|r|^2`` (not of its half), the lowest first, then those at infinity.
        Those of the paper have its digits and a few more.
    at_infinity : tuple of float
        Those of `minimum` that no theta has: the sum tends to them as some parameters grow without bound.
    """

    name: str
    residuals: Callable[[Array], Array]
    start: Array
    minimum: tuple[float, ...]
    at_infinity: tuple[float, ...] = ()


def numbers(text: str) -> Array:
    return np.array(text.split(), float)


BARD = numbers("0.14 0.18 0.22 0.25 0.29 0.32 0.35 0.39 0.37 0.58 0.73 0.96 1.34 2.10 4.39")
HALF_BELL = numbers("0.0009 0.0044 0.0175 0.0540 0.1295 0.2420 0.3521 0.3989")
BELL = np.concatenate([HALF_BELL, HALF_BELL[-2::-1]])
MEYER = numbers("34780 28610 23650 19630 16370 13720 11540 9744 8261 7030 6005 5147 4427 3820 3307 2872")
ENZYME = numbers("0.1957 0.1947 0.1735 0.1600 0.0844 0.0627 0.0456 0.0342 0.0323 0.0235 0.0246")
CONCENTRATION = numbers("4 2 1 0.5 0.25 0.167 0.125 0.1 0.0833 0.0714 0.0625")
OSBORNE_1 = numbers(
    """0.844 0.908 0.932 0.936 0.925 0.908 0.881 0.850 0.818 0.784 0.751 0.718 0.685 0.658 0.628 0.603 0.580
    0.558 0.538 0.522 0.506 0.490 0.478 0.467 0.457 0.448 0.438 0.431 0.424 0.420 0.414 0.411 0.406"""
)
OSBORNE_2 = numbers(
    """1.366 1.191 1.112 1.013 0.991 0.885 0.831 0.847 0.786 0.725 0.746 0.679 0.608 0.655 0.616 0.606 0.602
    0.626 0.651 0.724 0.649 0.649 0.694 0.644 0.624 0.661 0.612 0.558 0.533 0.495 0.500 0.423 0.395 0.375
    0.372 0.391 0.396 0.405 0.428 0.429 0.523 0.562 0.607 0.653 0.672 0.708 0.633 0.668 0.645 0.632 0.591
    0.559 0.597 0.625 0.739 0.710 0.729 0.720 0.636 0.581 0.428 0.292 0.162 0.098 0.054"""
)


def rosenbrock(theta):
    """Two residuals for every two parameters."""
    x1, x2 = theta.reshape(-1, 2).T
    return np.stack([10 * (x2 - x1 * x1), 1 - x1], axis=1).ravel()


def freudenstein_roth(theta):
    x1, x2 = theta
    return np.array([-13 + x1 + ((5 - x2) * x2 - 2) * x2, -29 + x1 + ((x2 + 1) * x2 - 14) * x2])


def powell_badly_scaled(theta):
    x1, x2 = theta
    return np.array([1e4 * x1 * x2 - 1, np.exp(-x1) + np.exp(-x2) - 1.0001])


def brown_badly_scaled(theta):
    x1, x2 = theta
    return np.array([x1 - 1e6, x2 - 2e-6, x1 * x2 - 2])


def beale(theta):
    x1, x2 = theta
    return np.array([1.5 - x1 * (1 - x2), 2.25 - x1 * (1 - x2 * x2), 2.625 - x1 * (1 - x2 * x2 * x2)])


def jennrich_sampson(theta):
    x1, x2 = theta
    i = np.arange(1, 11)
    return 2 + 2 * i - (np.exp(i * x1) + np.exp(i * x2))


def helical_valley(theta):
    x1, x2, x3 = theta
    turns = np.arctan(x2 / x1) / (2 * np.pi) + (0 if x1.real >= 0 else 0.5)
    return np.array([10 * (x3 - 10 * turns), 10 * (np.sqrt(x1 * x1 + x2 * x2) - 1), x3])


def bard(theta):
    x1, x2, x3 = theta
    u = np.arange(1, 16)
    v = 16 - u
    return BARD - (x1 + u / (v * x2 + np.minimum(u, v) * x3))


def gaussian(theta):
    x1, x2, x3 = theta
    t = (8 - np.arange(1, 16)) / 2
    return x1 * np.exp(-x2 * (t - x3) ** 2 / 2) - BELL


def meyer(theta):
    x1, x2, x3 = theta
    t = 45 + 5 * np.arange(1, 17)
    return x1 * np.exp(x2 / (t + x3)) - MEYER


def gulf(theta):
    """With ``|y_i - x2|``, as in the package: where the paper prints ``y_i m i x2``, a minus was lost."""
    x1, x2, x3 = theta
    t = np.arange(1, 100) / 100
    difference = 25 + (-50 * np.log(t)) ** (2 / 3) - x2
    return np.exp(-((difference * np.sign(difference.real)) ** x3) / x1) - t


def box(theta):
    x1, x2, x3 = theta
    t = np.arange(1, 11) / 10
    return np.exp(-t * x1) - np.exp(-t * x2) - x3 * (np.exp(-t) - np.exp(-10 * t))


def powell_singular(theta):
    """Four residuals for every four parameters."""
    x1, x2, x3, x4 = theta.reshape(-1, 4).T
    rows = [x1 + 10 * x2, np.sqrt(5) * (x3 - x4), (x2 - 2 * x3) ** 2, np.sqrt(10) * (x1 - x4) ** 2]
    return np.stack(rows, axis=1).ravel()


def wood(theta):
    x1, x2, x3, x4 = theta
    first = [10 * (x2 - x1 * x1), 1 - x1, np.sqrt(90) * (x4 - x3 * x3), 1 - x3]
    return np.array([*first, np.sqrt(10) * (x2 + x4 - 2), (x2 - x4) / np.sqrt(10)])


def kowalik(theta):
    x1, x2, x3, x4 = theta
    u = CONCENTRATION
    return ENZYME - x1 * (u * u + u * x2) / (u * u + u * x3 + x4)


def brown_dennis(theta):
    x1, x2, x3, x4 = theta
    t = np.arange(1, 21) / 5
    return (x1 + t * x2 - np.exp(t)) ** 2 + (x3 + x4 * np.sin(t) - np.cos(t)) ** 2


def osborne_1(theta):
    x1, x2, x3, x4, x5 = theta
    t = 10 * np.arange(33)
    return OSBORNE_1 - (x1 + x2 * np.exp(-t * x4) + x3 * np.exp(-t * x5))


def biggs_exp6(theta):
    x1, x2, x3, x4, x5, x6 = theta
    t = np.arange(1, 14) / 10
    y = np.exp(-t) - 5 * np.exp(-10 * t) + 3 * np.exp(-4 * t)
    return x3 * np.exp(-t * x1) - x4 * np.exp(-t * x2) + x6 * np.exp(-t * x5) - y


def osborne_2(theta):
    """An exponential and three bells."""
    t = np.arange(65) / 10
    bells = np.exp(-((t[:, None] - theta[8:]) ** 2) * theta[5:8]) @ theta[1:4]
    return OSBORNE_2 - (theta[0] * np.exp(-t * theta[4]) + bells)


def watson(theta):
    """A polynomial of degree p - 1 for the equation ``x' = x^2 + 1``."""
    powers = (np.arange(1, 30)[:, None] / 29) ** np.arange(len(theta))
    slope = powers[:, :-1] @ (np.arange(1, len(theta)) * theta[1:])
    return np.concatenate([slope - (powers @ theta) ** 2 - 1, [theta[0], theta[1] - theta[0] ** 2 - 1]])


def penalty_1(theta):
    return np.append(np.sqrt(1e-5) * (theta - 1), theta @ theta - 0.25)


def penalty_2(theta):
    n = len(theta)
    growth, known = np.exp(theta / 10), np.exp(np.arange(1, n + 1) / 10)
    pairs = growth[1:] + growth[:-1] - (known[1:] + known[:-1])
    small = np.sqrt(1e-5) * np.concatenate([pairs, growth[1:] - np.exp(-0.1)])
    return np.concatenate([[theta[0] - 0.2], small, [np.arange(n, 0, -1) @ (theta * theta) - 1]])


def variably_dimensioned(theta):
    total = np.arange(1, len(theta) + 1) @ (theta - 1)
    return np.concatenate([theta - 1, [total, total * total]])


def trigonometric(theta):
    n = len(theta)
    cosines = np.cos(theta)
    return n - cosines.sum() + np.arange(1, n + 1) * (1 - cosines) - np.sin(theta)


def brown_almost_linear(theta):
    return np.append(theta[:-1] + theta.sum() - (len(theta) + 1), theta.prod() - 1)


def grid(n: int) -> Array:
    """The inner points t of n + 1 intervals in [0, 1]."""
    return np.arange(1, n + 1) / (n + 1)


def discrete_boundary_value(theta):
    """``x'' = (x + t + 1)^3 / 2``, zero at both ends, by differences."""
    n = len(theta)
    padded = np.concatenate([[0], theta, [0]])
    return 2 * theta - padded[:-2] - padded[2:] + (theta + grid(n) + 1) ** 3 / (2 * (n + 1) ** 2)


def discrete_integral_equation(theta):
    """The same equation, integrated with its Green's function."""
    t = grid(len(theta))
    green = np.minimum.outer(t, t) * (1 - np.maximum.outer(t, t))
    return theta + green @ (theta + t + 1) ** 3 / (2 * (len(theta) + 1))


def broyden_tridiagonal(theta):
    padded = np.concatenate([[0], theta, [0]])
    return (3 - 2 * theta) * theta - padded[:-2] - 2 * padded[2:] + 1


def broyden_banded(theta):
    """Each residual has the parameters from five before to one after its own."""
    n = len(theta)
    others = np.tri(n, k=1) - np.tri(n, k=-6) - np.eye(n)
    return theta * (2 + 5 * theta * theta) + 1 - others @ (theta * (1 + theta))


def linear_full_rank(theta, m=10):
    return np.concatenate([theta, np.zeros(m - len(theta))]) - 2 / m * theta.sum() - 1


def linear_rank_1(theta, m=10):
    return np.arange(1, m + 1) * (np.arange(1, len(theta) + 1) @ theta) - 1


def linear_rank_1_with_zeros(theta, m=10):
    """The first and last parameter enter nowhere, and the first and last residual are constant."""
    factors = np.append(np.arange(m - 1), 0)
    return factors * (np.arange(2, len(theta)) @ theta[1:-1]) - 1


def chebyquad(theta):
    """Means of the shifted Chebyshev polynomials, less their integrals."""
    degrees = np.arange(1, len(theta) + 1)
    integrals = np.where(degrees % 2, 0.0, -1 / np.fmax(degrees**2 - 1, 1))
    return np.polynomial.chebyshev.chebvander(2 * theta - 1, len(theta))[:, 1:].mean(0) - integrals


def problem(name, residuals, start, *minimum, at_infinity=()) -> MghProblem:
    start = np.array(start, float)
    start.setflags(write=False)
    return MghProblem(name, residuals, start, (*minimum, *at_infinity), at_infinity)


TEN = np.arange(1, 11)
KOWALIK_MINIMA = (3.075056038492e-4, 1.594352026022e-3)
TRIGONOMETRIC_MINIMA = (0, 4.473565812806e-7, 2.795056121878e-5, 4.218633887920e-5, 8.788225218218e-4)

# Not from the paper: Beale's at infinity (x1 -> -inf along x1 (1 - x2) = 0.991), Kowalik and Osborne's 0.00159, all of
# the trigonometric problem but zero, and Chebyquad's lowest; the finite ones have no gradient and a positive definite
# second derivative. The paper's second ones of Biggs EXP6 and Brown almost-linear are saddles, where a search can end.
# Plateaus where exponentials underflow are no minima (Jennrich-Sampson 259.58, Box 0.0756, Gulf 32.8, Osborne 2 1.79).
PROBLEMS: tuple[MghProblem, ...] = (
    problem("Rosenbrock", rosenbrock, [-1.2, 1], 0),
    problem("Freudenstein-Roth", freudenstein_roth, [0.5, -2], 0, 48.98425367924),
    problem("Powell badly scaled", powell_badly_scaled, [0, 1], 0),
    problem("Brown badly scaled", brown_badly_scaled, [1, 1], 0),
    problem("Beale", beale, [1, 1], 0, at_infinity=(0.4520089285714,)),
    problem("Jennrich-Sampson", jennrich_sampson, [0.3, 0.4], 124.3621823556),
    problem("helical valley", helical_valley, [-1, 0, 0], 0),
    problem("Bard", bard, [1, 1, 1], 8.214877306579e-3, at_infinity=(17.42869333333,)),
    problem("Gaussian", gaussian, [0.4, 1, 0], 1.127932769619e-8),
    problem("Meyer", meyer, [0.02, 4000, 250], 87.94585517085),
    problem("Gulf", gulf, [5, 2.5, 0.15], 0),
    problem("Box", box, [0, 10, 20], 0),
    problem("Powell singular", powell_singular, [3, -1, 0, 1], 0),
    problem("Wood", wood, [-3, -1, -3, -1], 0),
    problem("Kowalik-Osborne", kowalik, [0.25, 0.39, 0.415, 0.39], *KOWALIK_MINIMA, at_infinity=(1.02734305e-3,)),
    problem("Brown-Dennis", brown_dennis, [25, 5, -5, -1], 85822.20162636),
    problem("Osborne 1", osborne_1, [0.5, 1.5, -1, 0.01, 0.02], 5.464894697483e-5),
    problem("Biggs EXP6", biggs_exp6, [1, 2, 1, 1, 1, 1], 0, 5.655649925500e-3),
    problem("Osborne 2", osborne_2, [1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5], 4.013773629355e-2),
    problem("Watson", watson, np.zeros(12), 4.722381106098e-10),
    problem("extended Rosenbrock", rosenbrock, [-1.2, 1] * 5, 0),
    problem("extended Powell singular", powell_singular, [3, -1, 0, 1] * 3, 0),
    problem("penalty I", penalty_1, TEN, 7.087651467090e-5),
    problem("penalty II", penalty_2, np.full(10, 0.5), 2.936605374568e-4),
    problem("variably dimensioned", variably_dimensioned, 1 - TEN / 10, 0),
    problem("trigonometric", trigonometric, np.full(10, 0.1), *TRIGONOMETRIC_MINIMA),
    problem("Brown almost-linear", brown_almost_linear, np.full(10, 0.5), 0, 1),
    problem("discrete boundary value", discrete_boundary_value, grid(10) * (grid(10) - 1), 0),
    problem("discrete integral equation", discrete_integral_equation, grid(10) * (grid(10) - 1), 0),
    problem("Broyden tridiagonal", broyden_tridiagonal, np.full(10, -1), 0),
    problem("Broyden banded", broyden_banded, np.full(10, -1), 0),
    problem("linear, full rank", linear_full_rank, np.ones(5), 5),
    problem("linear, rank 1", linear_rank_1, np.ones(5), 15 / 7),
    problem("linear, rank 1 with zeros", linear_rank_1_with_zeros, np.ones(5), 62 / 17),
    problem("Chebyquad", chebyquad, grid(10), 4.772713696375e-3, 6.503954800882e-3),
)
