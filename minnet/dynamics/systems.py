"""Systems of differential equations, and maps.

A map ``x -> Theta(x) Xi`` needs no mechanism of its own: it is a system whose `method` is `ITERATION`, with step 1.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet.checks import as_real
from minnet.dynamics.libraries import Functions, Library, Polynomial
from minnet.dynamics.methods import ITERATION, RK8, Method
from minnet.errors import SettingError, ShapeError, check_range
from minnet.names import explained
from minnet.types import Array


@dataclass(frozen=True)
class System:
    """``dx/dt = Theta(x) Xi``, or the map ``x -> Theta(x) Xi``: terms of a library, and their coefficients.

    Attributes
    ----------
    name : str
    variables : tuple of str
    library : Library
    coefficients : array (t, i)
        A column for each variable's equation.
    start : array (i,)
        A point from which trajectories settle down to the usual motion.
    transient : float
        How long that takes, in units of time.
    step : float
        Of the fixed-step method, in units of time; small enough for rounding to be all that is left, with `method`.
        Of a map 1.
    method : Method
        `ITERATION` for a map.
    """

    name: str
    variables: tuple[str, ...]
    library: Library
    coefficients: Array
    start: Array
    transient: float = 0.0
    step: float = 0.01
    method: Method = RK8

    def __post_init__(self) -> None:
        shape = len(self.library.names(self.variables)), len(self.variables)
        if np.shape(self.coefficients) != shape:
            raise ShapeError(
                f"System {self.name!r}: {shape[0]} terms and {shape[1]} variables need coefficients {shape}, "
                f"not {np.shape(self.coefficients)}"
            )
        if np.shape(self.start) != (shape[1],):
            raise ShapeError(f"System {self.name!r}: start must have {shape[1]} entries, not {np.shape(self.start)}")
        check_range(
            f"System {self.name!r}",
            transient=(self.transient, lambda t: 0 <= t < np.inf, ">= 0 and finite"),
            step=(self.step, lambda h: 0 < h < np.inf, "positive and finite"),
        )
        if self.is_map and self.step != 1:
            raise SettingError(f"System {self.name!r}: a map's step is 1, not {self.step}")

    @property
    def dimension(self) -> int:
        """Number of variables."""
        return len(self.variables)

    @property
    def is_map(self) -> bool:
        """Whether a step is an iteration, and not an approximation."""
        return self.method is ITERATION

    def rate(self, x: Array) -> Array:
        """``dx/dt``, or where a map leads, (n, i) at points (n, i)."""
        return self.library.rate(x, self.coefficients)

    def jacobian(self, x: Array) -> Array:
        """Its derivatives (n, o, i) by x_i at points (n, i)."""
        return self.library.jacobian(x, self.coefficients)

    @classmethod
    def from_function(
        cls, rate: Callable[[Array], Array], start: Sequence[float], *,
        jacobian: Callable[[Array], Array] | None = None, variables: Sequence[str] | None = None,
        name: str = "system", transient: float = 0.0, step: float = 0.01, method: Method = RK8,
    ) -> "System":  # fmt: skip
        """A system from its right-hand side: rate takes points (n, i) and returns dx/dt (n, i); jacobian, (n, i, i).

        With ``method=ITERATION, step=1`` a map: rate returns where it leads.

        Examples
        --------
        >>> pendulum = System.from_function(lambda x: np.stack([x[:, 1], -np.sin(x[:, 0])], axis=1), start=[1.0, 0.0])
        >>> pendulum.rate(np.array([[0.0, 2.0]])).tolist()
        [[2.0, 0.0]]
        """
        first = np.asarray(as_real(start, f"System {name!r}: start"), float)
        if first.ndim != 1 or not len(first):
            raise ShapeError(f"System {name!r}: start must be one state (i,), not {first.shape}")
        names = tuple(variables or (f"x{i + 1}" for i in range(len(first))))
        if len(set(names)) != len(first):
            raise ShapeError(f"System {name!r}: {len(first)} different names are needed, not {', '.join(names)}")
        rates = np.asarray(rate(first[None]))
        if rates.shape != (1, len(first)):
            raise ShapeError(f"System {name!r}: for one point (1, {len(first)}) the rate has the shape {rates.shape}")
        terms = {f"d{v}/dt": _part(rate, i) for i, v in enumerate(names)}
        derivatives = {f"d{v}/dt": _part(jacobian, i) for i, v in enumerate(names)} if jacobian else None
        return cls(name, names, Functions(terms, derivatives), np.eye(len(first)), first, transient, step, method)


def _part(function: Callable[[Array], Array], i: int) -> Callable[[Array], Array]:
    return lambda x: np.asarray(function(x))[:, i]


def check_system(owner: str, system: Any) -> None:
    """Raise `SettingError` unless it is a `System`."""
    if not isinstance(system, System):
        raise SettingError(f"{owner}: the system must be a System, such as lorenz(), not {system!r}")


def _check_finite(name: str, **parameters: float) -> None:
    finite = (lambda v: bool(np.isfinite(v))), "a finite number"
    check_range(name, **{parameter: (value, *finite) for parameter, value in parameters.items()})


def _polynomial(
    name: str, variables: str, degree: int, equations: Mapping[str, Mapping[str, float]], start: Sequence[float],
    transient: float, step: float, method: Method = RK8,
) -> System:  # fmt: skip
    """A system from its equations: variable -> term -> coefficient."""
    library, letters = Polynomial(degree), tuple(variables)
    terms = library.names(letters)
    xi = np.zeros((len(terms), len(letters)))
    for variable, coefficients in equations.items():
        for term, value in coefficients.items():
            xi[terms.index(term), letters.index(variable)] = value
    return System(name, letters, library, xi, np.array(start, float), transient, step, method)


@explained("lorenz()")
def lorenz(sigma: float = 10.0, rho: float = 28.0, beta: float = 8 / 3) -> System:
    """``dx/dt = sigma (y - x), dy/dt = x (rho - z) - y, dz/dt = x y - beta z`` (Lorenz, J. Atmos. Sci. 20, 1963)."""
    _check_finite("lorenz", sigma=sigma, rho=rho, beta=beta)
    equations = {
        "x": {"x": -sigma, "y": sigma},
        "y": {"x": rho, "y": -1.0, "x z": -1.0},
        "z": {"x y": 1.0, "z": -beta},
    }
    return _polynomial("Lorenz", "xyz", 2, equations, (-8.0, 8.0, 27.0), transient=20.0, step=0.01)


@explained("roessler()")
def roessler(a: float = 0.2, b: float = 0.2, c: float = 5.7) -> System:
    """``dx/dt = -y - z, dy/dt = x + a y, dz/dt = b + z (x - c)`` (Roessler, Phys. Lett. 57A, 1976)."""
    _check_finite("roessler", a=a, b=b, c=c)
    equations = {"x": {"y": -1.0, "z": -1.0}, "y": {"x": 1.0, "y": a}, "z": {"1": b, "x z": 1.0, "z": -c}}
    return _polynomial("Roessler", "xyz", 2, equations, (1.0, 1.0, 0.0), transient=100.0, step=0.02)


@explained("van_der_pol()")
def van_der_pol(mu: float = 1.0) -> System:
    """``dx/dt = v, dv/dt = mu (1 - x^2) v - x`` (van der Pol, Phil. Mag. 2, 1926): every motion ends on one cycle."""
    _check_finite("van_der_pol", mu=mu)
    equations = {"x": {"v": 1.0}, "v": {"v": mu, "x^2 v": -mu, "x": -1.0}}
    return _polynomial("Van der Pol", "xv", 3, equations, (2.0, 0.0), transient=20.0, step=0.02)


@explained("lotka_volterra()")
def lotka_volterra(alpha: float = 1.0, beta: float = 0.1, gamma: float = 1.5, delta: float = 0.075) -> System:
    """``dx/dt = alpha x - beta x y, dy/dt = delta x y - gamma y``: prey x and predators y, on closed orbits."""
    _check_finite("lotka_volterra", alpha=alpha, beta=beta, gamma=gamma, delta=delta)
    equations = {"x": {"x": alpha, "x y": -beta}, "y": {"x y": delta, "y": -gamma}}
    return _polynomial("Lotka-Volterra", "xy", 2, equations, (10.0, 5.0), transient=0.0, step=0.02)


@explained("logistic()")
def logistic(r: float = 4.0) -> System:
    """The map ``x -> r x (1 - x)``; for r = 4 its exponent is ln 2."""
    _check_finite("logistic", r=r)
    return _polynomial("logistic map", "x", 2, {"x": {"x": r, "x^2": -r}}, (0.3,), 100.0, 1.0, ITERATION)


@explained("henon()")
def henon(a: float = 1.4, b: float = 0.3) -> System:
    """The map ``x -> 1 - a x^2 + y, y -> b x`` (Henon, Commun. Math. Phys. 50, 1976)."""
    _check_finite("henon", a=a, b=b)
    equations = {"x": {"1": 1.0, "x^2": -a, "y": 1.0}, "y": {"x": b}}
    return _polynomial("Henon map", "xy", 2, equations, (0.0, 0.0), 100.0, 1.0, ITERATION)
