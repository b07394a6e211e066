"""The polylogarithms that sigmoids integrate to: ``P_k(t) = -Li_k(-e^t)``, without overflow or cancellation.

`P_0` is the sigmoid, `P_1` the softplus, and ``P_k' = P_{k-1}``: each is the integral of the one before. All are
positive and rise with t, from e^t far below 0 to t^k / k! far above. (Physicists know them as complete Fermi-Dirac
integrals, with index k - 1.) Written as they stand, with e^t formed first, they overflow at t = 710, in float32 at 89.

Three formulas share the line (Lewin, Polylogarithms and Associated Functions, 1981, chapter 7):

- t < -1: the defining series ``sum_n (-1)^(n-1) e^(n t) / n^k``;
- ``|t| <= 1``: Taylor's, ``sum_n eta(k - n) t^n / n!``, with Dirichlet's eta function;
- t > 1: inversion, ``P_k(t) = 2 sum_j eta(2j) t^(k-2j) / (k-2j)! - (-1)^k P_k(-t)``.
"""

from functools import cache
from math import factorial, log, pi
from typing import Any

import numpy as np
import scipy  # its special is loaded when first used

from minnet.checks import as_real
from minnet.errors import check_range, is_whole
from minnet.types import Array

SERIES_TERMS = 40  # e^-40 is 4e-18
TAYLOR_TERMS = 36  # pi^-36 is 1e-18: the nearest singularities are at +- i pi


def minus_polylog(k: int, t: Any) -> Array:
    """``-Li_k(-e^t)``, to a relative error of 1e-15 wherever that is a normal number.

    Parameters
    ----------
    k : int
        Order, 0 or more.
    t : array of any shape
        Logarithm of the (negated) argument. Float32 gives float32; computed in float64 all the same.

    Returns
    -------
    array of t's shape

    Raises
    ------
    SettingError
        k is not a whole number >= 0.
    DtypeError
        t is not real.

    Examples
    --------
    >>> float(minus_polylog(2, 0.0)) - np.pi**2 / 12
    0.0
    >>> minus_polylog(1, [-1000.0, 0.0, 1000.0]).round(6).tolist()
    [0.0, 0.693147, 1000.0]
    """
    check_range("minus_polylog", k=(k, lambda order: is_whole(order) and order >= 0, "a whole number >= 0"))
    argument = as_real(t, "t")
    t = argument.astype(float)
    if k == 0:
        result = scipy.special.expit(t)
    elif k == 1:
        result = np.logaddexp(0.0, t)
    else:
        result = t.copy()  # that of inf and nan is inf and nan
        central, below, above = np.abs(t) <= 1, t < -1, (t > 1) & (t < np.inf)
        result[central] = np.polynomial.polynomial.polyval(t[central], _taylor(k))
        result[below] = _series(k, t[below])
        with np.errstate(over="ignore"):  # it is infinite then
            result[above] = _polynomial(k, t[above]) - (-1) ** k * _series(k, -t[above])
    return result.astype(argument.dtype if argument.dtype.kind == "f" else float, copy=False)


def _series(k: int, t: Array) -> Array:
    """For t < -1. The terms fall by e at least, and alternate: Horner's scheme loses nothing."""
    q = np.exp(t)
    total = np.zeros_like(q)
    for n in range(SERIES_TERMS, 0, -1):
        total = 1 / n**k - q * total
    return q * total


def _polynomial(k: int, t: Array) -> Array:
    """The polynomial part of the inversion, by Horner's scheme in t^2."""
    total = np.full_like(t, 2 * eta(0) / factorial(k))  # not 0, which infinity times would be NaN
    for j in range(1, k // 2 + 1):
        total = total * t**2 + 2 * eta(2 * j) / factorial(k - 2 * j)
    return total * t if k % 2 else total


@cache
def _taylor(k: int) -> Array:
    return np.array([eta(k - n) / factorial(n) for n in range(TAYLOR_TERMS + 1)])


@cache
def eta(s: int) -> float:
    """Dirichlet's eta function ``sum_n (-1)^(n-1) / n^s``, continued, at whole numbers.

    Above 1 it is ``(1 - 2^(1-s)) zeta(s)``. Below 0 it is 0 at even numbers, and at odd ones, by its functional
    equation, ``eta(1 - 2m) = (-1)^(m+1) 2 (1 - 4^-m) zeta(2m) (2m-1)! / pi^(2m)``.

    Examples
    --------
    >>> eta(0), eta(-1), eta(-2)
    (0.5, 0.25, 0.0)
    """
    if s == 1:
        return log(2)
    if s > 1:
        return float((1 - 2.0 ** (1 - s)) * scipy.special.zeta(s))
    if s % 2 == 0:
        return 0.5 if s == 0 else 0.0
    m = (1 - s) // 2
    size = 2 * (1 - 4.0**-m) * scipy.special.zeta(2 * m) * factorial(2 * m - 1) / pi ** (2 * m)
    return float((-1) ** (m + 1) * size)
