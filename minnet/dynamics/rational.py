"""Rational right-hand sides: saturation, inhibition, feedback, and whatever else is divided by something."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from minnet import kernels
from minnet.dynamics.libraries import Library, Polynomial, weighted_sum
from minnet.dynamics.methods import Method
from minnet.errors import SettingError
from minnet.kernels.numpy.flows import library_flow, quotient
from minnet.types import Array


class Rational(Library):
    """A quotient: ``dx/dt = P(x) / (1 + Q(x))``, with terms and coefficients of their own in each equation.

    Coefficients are those of P, and below them those of Q. The 1 makes them unique, but for factors that numerator and
    denominator share; a denominator that is 0 where all variables are cannot be written so. Where it becomes 0,
    trajectories blow up.

    Parameters
    ----------
    numerator, denominator : Library, or int
        Terms of P and Q; a number is the degree of a `Polynomial`. Q has no constant: the term 1 is left out.

    Raises
    ------
    SettingError
        One of them is neither, or a quotient itself; or no term is left in Q.

    Examples
    --------
    The kinetics of Michaelis and Menten, with an influx (Biochem. Z. 49, 1913):

    >>> library = Rational(1, 1)
    >>> library.names(["s"])
    ['1', 's', '/ s']
    >>> library.expression(["0.6", "-3", "3.333"], ["s"])
    '(0.6 - 3 s) / (1 + 3.333 s)'
    >>> library.rate(np.array([[0.3]]), np.array([[0.6], [-3.0], [1 / 0.3]])).round(6).tolist()
    [[-0.15]]
    """

    def __init__(self, numerator: Library | int, denominator: Library | int) -> None:
        self.numerator, self.denominator = (
            part if isinstance(part, Library) else Polynomial(part) for part in (numerator, denominator)
        )
        if isinstance(self.numerator, Rational) or isinstance(self.denominator, Rational):
            raise SettingError("Rational: numerator and denominator must not be quotients themselves")
        if not self._below(1):
            raise SettingError("Rational: the denominator needs terms besides 1")

    def names(self, variables: Sequence[str]) -> list[str]:
        return [*self.numerator.names(variables), *(f"/ {name}" for name in self._names_below(variables))]

    def stages(self, variables: int) -> list[int]:
        return [len(self.names([f"x{i}" for i in range(variables)]))]

    def expression(self, numbers: Sequence[str], variables: Sequence[str]) -> str:
        above = self.numerator.names(variables)
        upper = weighted_sum(numbers[: len(above)], above)
        lower = weighted_sum(["1", *numbers[len(above) :]], ["1", *self._names_below(variables)])
        return upper if lower == "1" else f"({upper}) / ({lower})"

    def evaluate(self, x: Array) -> tuple[Array, Array]:
        """Terms (n, t) of P, and after them those of Q, and their derivatives (n, t, i)."""
        theta, slope = self.numerator.evaluate(x)
        theta_below, slope_below = self.denominator.evaluate(x)
        kept = self._below(x.shape[1])
        return (
            np.concatenate([theta, theta_below[:, kept]], axis=1),
            np.concatenate([slope, slope_below[:, kept]], axis=1),
        )

    def above(self, variables: int) -> int:
        """How many of the terms are P's."""
        return _places(self.numerator, self.denominator, variables)[0]

    def rate(self, x: Array, xi: Array) -> Array:
        return self._quotient(x, xi)[0]

    def jacobian(self, x: Array, xi: Array) -> Array:
        return self._quotient(x, xi)[1]

    def denominators(self, x: Array, xi: Array) -> Array:
        """1 + Q (n, o) of each equation in states x (n, i)."""
        return self._quotient(x, xi)[2]

    def units(self, x: Array, spread: Array) -> Array:
        """Coefficients (t, o) of ordinary size: a term of P alone gives o its spread, a term of Q alone doubles Q."""
        units = super().units(x, spread)
        n = self.above(x.shape[1])
        units[n:] /= spread
        return units

    def flow(
        self,
        x: Array,
        S: Array,
        xi: Array,
        free: Array,
        method: Method,
        h: float,
        steps: int,
        path: Array,
        tangents: Array,
    ) -> None:
        n, (terms, rows) = self.above(x.shape[1]), free.T
        rest = method.A, method.b, method.carry, h, steps, path, tangents
        if isinstance(self.numerator, Polynomial) and isinstance(self.denominator, Polynomial):
            larger = Polynomial(max(self.numerator.degree, self.denominator.degree))
            parent, factor = larger.family(x.shape[1])
            above, below = np.zeros((2, len(parent), xi.shape[1]))
            kept = np.array(self._below(x.shape[1]))
            above[:n], below[kept] = xi[:n], xi[n:]
            places = np.where(terms < n, terms, len(parent) + kept[np.maximum(terms - n, 0)])
            free = np.stack([places, rows], axis=1)
            kernels.active.polynomial_flow(x, S, parent, factor, above, below, free, *rest)
        else:
            above, below = self._parts(x.shape[1], xi)
            free = np.stack([np.where(terms < n, terms, len(xi) + terms), rows], axis=1)
            library_flow(self.evaluate, x, S, above, below, free, *rest)

    def _quotient(self, x: Array, xi: Array) -> tuple[Array, Array, Array]:
        """Rates (n, o), their derivatives (n, o, i), and denominators (n, o)."""
        return quotient(*self.evaluate(x), *self._parts(x.shape[1], xi))

    def _parts(self, variables: int, xi: Array) -> tuple[Array, Array]:
        """Coefficients of P and of Q, each as long as all of them."""
        is_above = (np.arange(len(xi)) < self.above(variables))[:, None]
        return np.where(is_above, xi, 0), np.where(is_above, 0, xi)

    def _below(self, variables: int) -> list[int]:
        """Which terms of the denominator's library are not the constant."""
        return _places(self.numerator, self.denominator, variables)[1]

    def _names_below(self, variables: Sequence[str]) -> list[str]:
        names = self.denominator.names(variables)
        return [names[t] for t in self._below(len(variables))]


@lru_cache
def _places(numerator: Library, denominator: Library, variables: int) -> tuple[int, list[int]]:
    """How many terms the numerator has, and which of the denominator's are not the constant."""
    above, below = (library.names([f"x{i}" for i in range(variables)]) for library in (numerator, denominator))
    return len(above), [t for t, name in enumerate(below) if name != "1"]
