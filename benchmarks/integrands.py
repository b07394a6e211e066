"""Integrands of one variable with known integrals, on which automatic quadrature has been compared for fifty years.

Numbers in parentheses are those of the sources (for QUADPACK, of its table 4.1); what has no source is ours:

    (K)   D. Kahaner, "Comparison of numerical quadrature formulas", in Mathematical Software (Academic Press, 1971)
    (Q)   R. Piessens, E. de Doncker-Kapenga, C. Überhuber, D. Kahaner, QUADPACK (Springer, 1983)
    (L)   J. Lyness, J. Kaganove, ACM Trans. Math. Software 2 (1976): families with a parameter; used again by
          J. Berntsen, T. Espelid, T. Sørevik, ACM Trans. Math. Software 17 (1991)
    (G)   W. Gander, W. Gautschi, "Adaptive quadrature - revisited", BIT 40 (2000)
    (B)   D. Bailey, K. Jeyabalan, X. Li, Experimental Mathematics 14 (2005)

Infinite ranges are made finite within the integrand, as QUADPACK does it: ``x = (1 - t) / t`` for [0, inf), with
infinity at t = 0, where floating-point numbers are dense; ``x = t / (1 - t^2)`` for the whole line. Where the interval
of an integrand is not in its name, it is [0, 1].

Integrals are closed forms, evaluated by mpmath with 30 digits.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from mpmath import mp

DIGITS = 30
FAMILIES = ("smooth", "peak", "oscillating", "kink", "jump", "inner singularity", "end singularity", "infinite range")


@dataclass(frozen=True)
class Integrand:
    """A function of x (n,) on an interval, and its integral.

    Attributes
    ----------
    family, name : str
    function : callable
    integral : callable
        Without arguments; gives an mpmath number.
    low, high : float
    """

    family: str
    name: str
    function: Callable[[Any], Any]
    integral: Callable[[], Any]
    low: float = 0.0
    high: float = 1.0

    def exact(self) -> Any:
        """The integral, to `DIGITS` digits."""
        with mp.workdps(DIGITS):
            return +self.integral()


def integrands() -> list[Integrand]:
    """All of them, in the order of their families."""
    parts = (_smooth, _peaks, _oscillating, _kinks, _jumps, _inner_singularities, _end_singularities, _infinite)
    return [Integrand(family, *entries) for family, part in zip(FAMILIES, parts, strict=True) for entries in part()]


def half_line(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function on [0, inf), as one of t on (0, 1]."""
    return lambda t: function((1 - t) / t) / t**2


def whole_line(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function on (-inf, inf), as one of t on (-1, 1)."""

    def of_t(t: Any) -> Any:
        room = (1 - t) * (1 + t)
        return function(t / room) * (1 + t**2) / room**2

    return of_t


def _smooth() -> Iterator[tuple]:
    yield "e^x (K 1)", np.exp, lambda: mp.e - 1
    yield (
        "0.92 cosh x - cos x on [-1, 1] (K 4)",
        lambda x: 0.92 * np.cosh(x) - np.cos(x),
        lambda: mp.mpf(46) / 25 * mp.sinh(1) - 2 * mp.sin(1),
        -1.0,
    )
    yield "1/(1 + e^x) (K 11)", lambda x: 1 / (1 + np.exp(x)), lambda: 1 + mp.log(2) - mp.log(1 + mp.e)
    yield (
        "x/(e^x - 1) (K 12)",
        lambda x: x / np.expm1(x),
        lambda: mp.log(1 - mp.exp(-1)) - mp.polylog(2, mp.exp(-1)) + mp.pi**2 / 6,
    )
    yield "1/(1 + 25 x^2) on [-1, 1] (Runge)", lambda x: 1 / (1 + 25 * x**2), lambda: 2 * mp.atan(5) / 5, -1.0


def _peaks() -> Iterator[tuple]:
    for a in (1, 4, 7, 10, 20):
        yield (
            f"4^-{a}/((x - pi/4)^2 + 16^-{a}) (Q 2)",
            lambda x, a=a: 4.0**-a / ((x - np.pi / 4) ** 2 + 16.0**-a),
            lambda a=a: mp.atan((4 - mp.pi) * mp.mpf(4) ** (a - 1)) + mp.atan(mp.pi * mp.mpf(4) ** (a - 1)),
        )
    yield "25 e^(-25 x) on [0, 10] (K 15)", lambda x: 25 * np.exp(-25 * x), lambda: -mp.expm1(-250), 0.0, 10.0
    yield (
        "sqrt(50) e^(-50 pi x^2) on [0, 10] (K 14)",
        lambda x: np.sqrt(50) * np.exp(-50 * np.pi * x**2),
        lambda: mp.erf(10 * mp.sqrt(50 * mp.pi)) / 2,
        0.0,
        10.0,
    )
    yield (
        "sech^2, sech^4, sech^6 (K 21)",
        lambda x: sum(np.cosh(np.clip(10.0**k * (x - 0.2 * k), -100, 100)) ** (-2 * k) for k in (1, 2, 3)),
        _sech_powers,
    )
    yield (
        "e^x + e^(-(10^4 (x - 0.3))^2)",
        lambda x: np.exp(x) + np.exp(-((1e4 * (x - 0.3)) ** 2)),
        lambda: mp.e - 1 + mp.sqrt(mp.pi) / 2e4 * (mp.erf(3000) + mp.erf(7000)),
    )
    places = ("0.13", "0.37", "0.59", "0.81")
    for a in (-1, -2, -3):
        yield (
            f"four peaks, 10^{a} wide (L)",
            lambda x, a=a: sum(10.0**a / ((x - float(p)) ** 2 + 100.0**a) for p in places),
            lambda a=a: sum(
                mp.atan((1 - mp.mpf(p)) * mp.mpf(10) ** -a) + mp.atan(mp.mpf(p) * mp.mpf(10) ** -a) for p in places
            ),
        )


def _sech_powers() -> Any:
    powers = (
        lambda u: mp.tanh(u),
        lambda u: mp.tanh(u) - mp.tanh(u) ** 3 / 3,
        lambda u: mp.tanh(u) - 2 * mp.tanh(u) ** 3 / 3 + mp.tanh(u) ** 5 / 5,
    )
    return sum(
        (power(mp.mpf(10) ** k * (1 - mp.mpf(k) / 5)) + power(mp.mpf(10) ** k * k / 5)) / mp.mpf(10) ** k
        for k, power in enumerate(powers, start=1)
    )


def _oscillating() -> Iterator[tuple]:
    yield "2/(2 + sin(10 pi x)) (K 9)", lambda x: 2 / (2 + np.sin(10 * np.pi * x)), lambda: 2 / mp.sqrt(3)
    yield (
        "sin(100 pi x)/(pi x) on [0.1, 1] (K 13)",
        lambda x: 100 * np.sinc(100 * x),
        lambda: (mp.si(100 * mp.pi) - mp.si(10 * mp.pi)) / mp.pi,
        0.1,
    )
    yield (
        "50 sinc^2(50 x) on [0.01, 1] (K 17)",
        lambda x: 50 * np.sinc(50 * x) ** 2,
        lambda: (mp.si(100 * mp.pi) - mp.si(mp.pi) + 2 / mp.pi) / mp.pi,
        0.01,
    )
    for a in (2, 5, 8):
        yield (
            f"cos(2^{a} sin x) on [0, pi] (Q 3)",
            lambda x, a=a: np.cos(2**a * np.sin(x)),
            lambda a=a: mp.pi * mp.besselj(0, 2**a),
            0.0,
            np.pi,
        )
    for a in (3, 6, 9):
        yield (
            f"e^(20 (x - 1)) sin(2^{a} x) (Q 12)",
            lambda x, a=a: np.exp(20 * (x - 1)) * np.sin(2**a * x),
            lambda a=a: (20 * mp.sin(2**a) - 2**a * (mp.cos(2**a) - mp.exp(-20))) / (400 + mp.mpf(4) ** a),
        )
    for b in (10, 100):
        yield (
            f"{2 * b} (x - 0.3) cos({b} (x - 0.3)^2) (L)",
            lambda x, b=b: 2 * b * (x - 0.3) * np.cos(b * (x - 0.3) ** 2),
            lambda b=b: mp.sin(b * mp.mpf("0.49")) - mp.sin(b * mp.mpf("0.09")),
        )


def _kinks() -> Iterator[tuple]:
    for a in ("0.3", "0.5", "1", "1.5"):
        for place, name, source in ((lambda: mp.mpf(1) / 3, "1/3", "Q 7"), (lambda: mp.pi / 4, "pi/4", "Q 8")):
            yield _distance_to(a, place, name, source)
    yield ("e^(-10 |x - 0.4|) (L)", lambda x: np.exp(-10 * np.abs(x - 0.4)), lambda: (2 - mp.exp(-4) - mp.exp(-6)) / 10)


def _distance_to(a: str, place: Callable[[], Any], name: str, source: str) -> tuple:
    """``|x - place|^a``, a kink or a singularity inside."""
    centre, power = float(place()), float(a)
    return (
        f"|x - {name}|^{a} ({source})",
        lambda x: np.abs(x - centre) ** power,
        lambda: ((1 - place()) ** (1 + mp.mpf(a)) + place() ** (1 + mp.mpf(a))) / (1 + mp.mpf(a)),
    )


def _jumps() -> Iterator[tuple]:
    yield "x > 0.3 (K 2)", lambda x: np.where(x > 0.3, 1.0, 0.0), lambda: mp.mpf(7) / 10
    for a in (1, 4):
        yield (
            f"e^({a} x) where x > pi/10 (L)",
            lambda x, a=a: np.where(x > np.pi / 10, np.exp(a * x), 0.0),
            lambda a=a: (mp.exp(a) - mp.exp(a * mp.pi / 10)) / a,
        )
    yield "floor(e^x) on [0, 3]", lambda x: np.floor(np.exp(x)), lambda: 60 - mp.log(mp.factorial(20)), 0.0, 3.0
    yield (
        "x + 1, then 3 - x, then 2 on [0, 5] (G)",
        lambda x: np.where(x < 1, x + 1, np.where(x <= 3, 3 - x, 2.0)),
        lambda: mp.mpf(15) / 2,
        0.0,
        5.0,
    )
    yield (
        "e^x + 0.001 where x > 0.3",
        lambda x: np.exp(x) + np.where(x > 0.3, 1e-3, 0.0),
        lambda: mp.e - 1 + mp.mpf(7) / 10_000,
    )


def _inner_singularities() -> Iterator[tuple]:
    for a in ("-0.6", "-0.3"):
        yield _distance_to(a, lambda: mp.mpf(1) / 3, "1/3", "Q 7")
        yield _distance_to(a, lambda: mp.pi / 4, "pi/4", "Q 8")
    yield (
        "x^3 log |(x^2 - 1) (x^2 - 2)|, [0, 3] (Q)",
        lambda x: x**3 * np.log(np.abs((x**2 - 1) * (x**2 - 2))),
        lambda: 61 * mp.log(2) + mp.mpf(77) / 4 * mp.log(7) - 27,
        0.0,
        3.0,
    )
    yield (
        "1/sqrt |1 - x^2| on [0, 4]",
        lambda x: 1 / np.sqrt(np.abs((1 - x) * (1 + x))),
        lambda: mp.pi / 2 + mp.acosh(4),
        0.0,
        4.0,
    )


def _end_singularities() -> Iterator[tuple]:
    for a in ("-0.7", "-0.3", "0.5", "2"):
        yield (f"x^{a} log(1/x) (Q 1)", lambda x, a=float(a): -(x**a) * np.log(x), lambda a=a: (1 + mp.mpf(a)) ** -2)
    yield "sqrt x (K 3)", np.sqrt, lambda: mp.mpf(2) / 3
    yield "x^1.5 (K 6)", lambda x: x**1.5, lambda: mp.mpf(2) / 5
    yield "x^-0.5 (K 7)", lambda x: x**-0.5, lambda: mp.mpf(2)
    yield "log x (K 19)", np.log, lambda: mp.mpf(-1)
    yield "log^2 x (B)", lambda x: np.log(x) ** 2, lambda: mp.mpf(2)
    yield (
        "sqrt(x/(1 - x^2)) (B)",
        lambda x: np.sqrt(x / ((1 - x) * (1 + x))),
        lambda: 2 * mp.sqrt(mp.pi) * mp.gamma(0.75) / mp.gamma(0.25),
    )
    for a in (1, 5):
        yield (
            f"1/(sqrt(1 - x^2) (x + 1 + 2^-{a})), [-1, 1] (Q 9)",
            lambda x, a=a: 1 / (np.sqrt((1 - x) * (1 + x)) * (1 + x + 2.0**-a)),
            lambda a=a: mp.pi / mp.sqrt((1 + mp.mpf(2) ** -a) ** 2 - 1),
            -1.0,
        )
    for a in ("0.3", "1.3"):
        yield (
            f"sin^({a} - 1) x on [0, pi/2] (Q 10)",
            lambda x, a=float(a): np.sin(x) ** (a - 1),
            lambda a=a: mp.beta(mp.mpf(a) / 2, 0.5) / 2,
            0.0,
            np.pi / 2,
        )
        yield (
            f"log^({a} - 1)(1/x) (Q 11)",
            lambda x, a=float(a): (-np.log(x)) ** (a - 1),
            lambda a=a: mp.gamma(mp.mpf(a)),
        )
    for a in (1, 5):
        yield (
            f"cos(2^{a} x)/sqrt(x (1 - x)) (Q 13)",
            lambda x, a=a: np.cos(2**a * x) / np.sqrt(x * (1 - x)),
            lambda a=a: mp.pi * mp.cos(2 ** (a - 1)) * mp.besselj(0, 2 ** (a - 1)),
        )
    yield (
        "x sin(30 x)/sqrt(1 - (x/2 pi)^2) on [0, 2 pi]",
        lambda x: x * np.sin(30 * x) / np.sqrt((1 - x / (2 * np.pi)) * (1 + x / (2 * np.pi))),
        lambda: 2 * mp.pi**3 * mp.besselj(1, 60 * mp.pi),
        0.0,
        2 * np.pi,
    )


def _infinite() -> Iterator[tuple]:
    for a in (0, 3, 6):
        yield (
            f"x^2 e^(-2^-{a} x), half line (Q 15)",
            half_line(lambda x, a=a: x**2 * np.exp(-x / 2**a)),
            lambda a=a: mp.mpf(2) ** (3 * a + 1),
        )
    for a in ("0.3", "1", "1.7"):
        yield (
            f"x^({a} - 1)/(1 + 10 x)^2, half line (Q 16)",
            half_line(lambda x, a=float(a): x ** (a - 1) / (1 + 10 * x) ** 2),
            lambda a=a: mp.mpf(10) ** -mp.mpf(a) * mp.gamma(mp.mpf(a)) * mp.gamma(2 - mp.mpf(a)),
        )
    for a in (0, 2):
        yield (
            f"e^(-2^-{a} x) cos(x)/sqrt x, half line (Q 14)",
            half_line(lambda x, a=a: np.exp(-x / 2**a) * np.cos(x) / np.sqrt(x)),
            lambda a=a: mp.re(mp.sqrt(mp.pi / (mp.mpf(2) ** -a + 1j))),
        )
    yield (
        "log(x)/(1 + 100 x^2), half line (Q)",
        half_line(lambda x: np.log(x) / (1 + 100 * x**2)),
        lambda: -mp.pi * mp.log(10) / 20,
    )
    yield "1/(1 + x^2), half line (B)", half_line(lambda x: 1 / (1 + x**2)), lambda: mp.pi / 2
    yield "e^-x/sqrt x, half line (B)", half_line(lambda x: np.exp(-x) / np.sqrt(x)), lambda: mp.sqrt(mp.pi)
    yield "e^(-x^2/2), half line (B)", half_line(lambda x: np.exp(-(x**2) / 2)), lambda: mp.sqrt(mp.pi / 2)
    yield "e^-x cos x, half line (B)", half_line(lambda x: np.exp(-x) * np.cos(x)), lambda: mp.mpf(1) / 2
    yield (
        "e^(-x - x^2), whole line",
        whole_line(lambda x: np.exp(-x - x**2)),
        lambda: mp.sqrt(mp.pi) * mp.exp(0.25),
        -1.0,
    )
    yield "1/(1 + (x - 3)^2), whole line", whole_line(lambda x: 1 / (1 + (x - 3) ** 2)), lambda: mp.pi, -1.0
