"""Libraries: the terms in which equations of motion are written, ``dx/dt = Theta(x) Xi``.

`n` counts points, `t` terms, `i` and `o` variables.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations_with_replacement

import numpy as np

from minnet import kernels
from minnet.checks import as_real, values_of
from minnet.dynamics.methods import Method
from minnet.errors import SettingError, ShapeError, check_range, is_whole
from minnet.kernels.numpy.flows import library_flow
from minnet.names import Named
from minnet.types import Array

STEP = np.finfo(float).eps ** (1 / 3)  # of central differences, relative to the size of a variable


class Library(Named, ABC):
    """Terms of the variables x, with their derivatives.

    >>> isinstance(Polynomial(3), Library), len(Polynomial(3).names(["x", "y", "z"]))
    (True, 20)
    """

    @abstractmethod
    def names(self, variables: Sequence[str]) -> list[str]:
        """One readable name per term."""

    @abstractmethod
    def stages(self, variables: int) -> list[int]:
        """How many of the first terms make smaller libraries worth fitting before the whole one, and the whole one."""

    @abstractmethod
    def evaluate(self, x: Array) -> tuple[Array, Array]:
        """Terms (n, t) at points (n, i), and their derivatives (n, t, i)."""

    def rate(self, x: Array, xi: Array) -> Array:
        """What the equations with coefficients xi (t, o) give, (n, o), at points (n, i)."""
        return np.asarray(self.evaluate(x)[0] @ xi)

    def jacobian(self, x: Array, xi: Array) -> Array:
        """Its derivatives (n, o, i)."""
        return np.asarray(np.einsum("nti,to->noi", self.evaluate(x)[1], xi))

    def units(self, x: Array, spread: Array) -> Array:
        """Coefficients (t, o) of ordinary size: the term alone gives o its spread (o,) at points (n, i)."""
        size = np.sqrt(np.mean(self.evaluate(x)[0] ** 2, axis=0))
        return np.asarray(spread / np.where(size == 0, 1, size)[:, None])

    def expression(self, numbers: Sequence[str], variables: Sequence[str]) -> str:
        """The right-hand side with coefficients as text, such as ``-10 x + 10 y``; those that are 0 are left out."""
        return weighted_sum(numbers, self.names(variables))

    @abstractmethod
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
        """Write trajectories and tangents of ``dx/dt = Theta(x) Xi``, as `minnet.kernels.numpy.flows.library_flow`."""


@dataclass(frozen=True)
class Polynomial(Library):
    """All products of up to `degree` variables, the constant first: 1, x, y, x^2, x y, y^2, ...

    Raises
    ------
    SettingError
        The degree is not a whole number from 0 to 9.

    Examples
    --------
    >>> Polynomial(2).names(["x", "y"])
    ['1', 'x', 'y', 'x^2', 'x y', 'y^2']
    >>> Polynomial(2).evaluate(np.array([[2.0, 3.0]]))[0].tolist()
    [[1.0, 2.0, 3.0, 4.0, 6.0, 9.0]]
    """

    degree: int

    def __post_init__(self) -> None:
        check_range(
            "Polynomial", degree=(self.degree, lambda d: is_whole(d) and 0 <= d <= 9, "a whole number from 0 to 9")
        )

    def names(self, variables: Sequence[str]) -> list[str]:
        return list(_names(tuple(variables), self.degree))

    def family(self, variables: int) -> tuple[Array, Array]:
        """For each term the earlier one it comes from, and the variable that makes the difference; 1 has none: -1."""
        return _family(variables, self.degree)

    def stages(self, variables: int) -> list[int]:
        return [len(_terms(variables, degree)) for degree in range(min(2, self.degree), self.degree + 1)]

    def evaluate(self, x: Array) -> tuple[Array, Array]:
        x = np.ascontiguousarray(as_real(x, f"{self}: x"), float)
        if x.ndim != 2:
            raise ShapeError(f"{self}: x has shape {x.shape}; states are (n, variables)")
        parent, factor = self.family(x.shape[1])
        theta, slope = np.empty((len(x), len(parent))), np.empty((len(x), len(parent), x.shape[1]))
        kernels.active.monomials(x, parent, factor, theta, slope)
        return theta, slope

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
        family = self.family(x.shape[1])
        kernels.active.polynomial_flow(
            x, S, *family, xi, xi[:0], free, method.A, method.b, method.carry, h, steps, path, tangents
        )


class Functions(Library):
    """Terms of one's own: functions of points (n, i) that return (n,).

    Parameters
    ----------
    terms : mapping
        Name -> function.
    derivatives : mapping, optional
        Name -> function that returns (n, i). Central differences stand in for those that are not given; they are good
        to ten digits, and so is all that is fitted with them.

    Raises
    ------
    SettingError
        No terms, a term that is no function, or a derivative of a term that is none.
    ShapeError, DtypeError
        When it is evaluated: a function does not give what it should.

    Examples
    --------
    >>> pendulum = Functions({"v": lambda x: x[:, 1], "sin(x)": lambda x: np.sin(x[:, 0])})
    >>> pendulum.evaluate(np.array([[0.0, 2.0]]))[0].tolist()
    [[2.0, 0.0]]
    """

    def __init__(
        self,
        terms: Mapping[str, Callable[[Array], Array]],
        derivatives: Mapping[str, Callable[[Array], Array]] | None = None,
    ) -> None:
        for functions in (terms, derivatives or {}):
            if not isinstance(functions, Mapping) or not all(
                isinstance(name, str) and callable(function) for name, function in functions.items()
            ):
                raise SettingError(
                    'Functions: terms are given by name, as in {"sin(x)": lambda x: np.sin(x[:, 0])}, and so are their '
                    f"derivatives; not as {functions!r}"
                )
        self.terms, self.derivatives = dict(terms), dict(derivatives or {})
        if not self.terms:
            raise SettingError("Functions: a library needs at least one term")
        extra = sorted(set(self.derivatives) - set(self.terms))
        if extra:
            raise SettingError(f"Functions: derivatives of {', '.join(extra)}, which are not among the terms")

    def names(self, variables: Sequence[str]) -> list[str]:
        return list(self.terms)

    def stages(self, variables: int) -> list[int]:
        return [len(self.terms)]

    def evaluate(self, x: Array) -> tuple[Array, Array]:
        x = np.asarray(x, float)
        theta, slope = np.empty((len(x), len(self.terms))), np.empty((len(x), len(self.terms), x.shape[1]))
        neighbours = _neighbours(x)
        for t, (name, term) in enumerate(self.terms.items()):
            theta[:, t] = _values(name, term, x, x.shape[:1])
            if name in self.derivatives:
                slope[:, t] = _values(f"derivative of {name}", self.derivatives[name], x, x.shape)
            else:
                slope[:, t] = _central_differences(name, term, *neighbours)
        return theta, slope

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
        library_flow(self.evaluate, x, S, xi, xi[:0], free, method.A, method.b, method.carry, h, steps, path, tangents)


@cache
def _terms(variables: int, degree: int) -> list[tuple[int, ...]]:
    """The variables in each product, in ascending order."""
    return [term for d in range(degree + 1) for term in combinations_with_replacement(range(variables), d)]


@cache
def _names(variables: tuple[str, ...], degree: int) -> list[str]:
    return [_product([variables[i] for i in term]) for term in _terms(len(variables), degree)]


@cache
def _family(variables: int, degree: int) -> tuple[Array, Array]:
    terms = _terms(variables, degree)
    place = {term: t for t, term in enumerate(terms)}
    return (
        np.array([place[term[:-1]] if term else -1 for term in terms]),
        np.array([term[-1] if term else -1 for term in terms]),
    )


def weighted_sum(numbers: Sequence[str], terms: Sequence[str]) -> str:
    """Such as ``-10 x + 10 y``; 0 if all numbers are."""
    pairs = zip(numbers, terms, strict=True)
    parts = [f"{number} {term}".removesuffix(" 1") for number, term in pairs if float(number)]
    return (" + ".join(parts) or "0").replace("+ -", "- ")


def _product(factors: list[str]) -> str:
    powers = [name if power == 1 else f"{name}^{power}" for name, power in Counter(factors).items()]
    return " ".join(powers) or "1"


def _values(name: str, term: Callable[[Array], Array], x: Array, shape: tuple[int, ...]) -> Array:
    hint = "x[:, 0] is the first variable: lambda x: x[:, 0] * np.sin(x[:, 1])"
    with np.errstate(all="ignore"):  # whoever uses the library says which terms are not finite
        return values_of(term, x, shape, f"library term {name!r}", hint)


def _neighbours(x: Array) -> tuple[Array, Array]:
    """Points (2, i, n, i) above and below x (n, i) along each variable, and how far they are from each other (i, n)."""
    n, variables = x.shape
    reach = np.abs(x)
    size = reach.max(axis=0, initial=0.0)  # of each variable, whatever its unit
    size[size == 0] = 1.0
    h = STEP * np.maximum(np.fmin(1.0, size), reach).T
    points = np.empty((2, variables, n, variables))
    points[:] = x
    moved = np.einsum("sini->sin", points)  # a view of what moves
    moved[0] += h
    moved[1] -= h
    with np.errstate(invalid="ignore"):
        return points, moved[0] - moved[1]


def _central_differences(name: str, term: Callable[[Array], Array], points: Array, distance: Array) -> Array:
    """Derivatives (n, i) of a term by values at `_neighbours`, all in one call: calls cost more than points."""
    x = points.reshape(-1, points.shape[-1])
    above, below = _values(name, term, x, x.shape[:1]).reshape(2, *distance.shape)
    with np.errstate(invalid="ignore", over="ignore"):
        return ((above - below) / distance).T
