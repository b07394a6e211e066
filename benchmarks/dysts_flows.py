"""The flows of the collection `dysts` (W. Gilpin, "Chaos as an interpretable benchmark", NeurIPS 2021), for `dysts.py`.

Only files of the package are read, for the package itself imports a forecasting stack. A table states parameters, an
initial condition, a period and estimates of Lyapunov exponents; a flow is a class whose right-hand side takes the
variables, the time, and the parameters in the order of their names. Phases of a periodic forcing are variables. Delay
equations are left out, by their type.
"""

import importlib.util
import json
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib.metadata import distribution

import numpy as np
from scipy.integrate import solve_ivp

from minnet.dynamics import Library, Polynomial, System, simulate
from minnet.errors import DataError
from minnet.kernels.numpy.flows import library_flow

MODULE = "dysts_flows_alone"  # the name under which the file of flows is imported
PER_PERIOD, TRANSIENT = 25, 500  # samples
TOLERANCE = 1e-12  # of DOP853; the absolute one in parts of the attractor's size
DIFFERENCE = np.finfo(float).eps ** (1 / 3)  # of central differences, in parts of the attractor's size
BOX = 4.0  # in sizes of the attractor: where rates are tested for being polynomials
COMPILED = 4  # degree of polynomials that are followed as such
ROUNDING = 1e-10  # of a polynomial's residual, and of its terms that are none, in parts of the largest rate
STEP_ERRORS = 1e-9, 1e-4  # from one sample to the next, in parts of the spread: of compiled steps, and of others
MOST_STEPS, MOST_SINGLE = 256, 16  # from one sample to the next; of rates that take one state at a time
CHECKED = 250  # samples that are looked at for the length of a step, and for jumps
JUMP = 1e-4  # in parts of the rates' range


@dataclass(frozen=True)
class Flow:
    """One flow of the collection.

    Attributes
    ----------
    name : str
    start : array (i,)
    size : array (i,)
        Of each variable.
    period : float
    exponent, exponent_qr : float or None
        The collection's estimates of the largest Lyapunov exponent: of its table, and by orthogonalisation.
    unbounded : list of int
        Variables that grow without limit.
    point_rate : callable
        A state (i,) -> dx/dt (i,).
    rate : callable
        States (n, i) -> dx/dt (n, i).
    vectorised : bool
        Whether it takes them together, and not in a loop.
    """

    name: str
    start: np.ndarray
    size: np.ndarray
    period: float
    exponent: float | None
    exponent_qr: float | None
    unbounded: list[int]
    point_rate: Callable[[np.ndarray], np.ndarray] = field(repr=False)
    rate: Callable[[np.ndarray], np.ndarray] = field(repr=False)
    vectorised: bool

    @property
    def dt(self) -> float:
        """Time between samples."""
        return self.period / PER_PERIOD


class Equations:
    """What the collection's classes need of their base: parameters as attributes, and in the order of their names."""

    def __init__(self, parameters):
        vars(self).update(parameters)
        self.in_order = [parameters[name] for name in sorted(parameters)]

    def rhs(self, x, t):
        return self._rhs(*x, t, *self.in_order)


class DelayEquations(Equations):
    """Base of those with a delay."""


def flows() -> list[Flow]:
    """All flows of the collection that are ordinary differential equations, by name."""
    files = {file.name: file.locate() for file in distribution("dysts").files or []}
    table = json.loads(files["chaotic_attractors.json"].read_text(encoding="utf-8"))
    lines = files["lyapunov_exponents_qr.txt"].read_text(encoding="utf-8").splitlines()
    by_qr = {name: float(value) for name, value in (line.split(":") for line in lines if line.strip())}
    classes = _classes(files["flows.py"])
    ordinary = [name for name in sorted(table) if not issubclass(classes[name], DelayEquations)]
    return [_flow(name, classes[name], table[name], by_qr.get(name)) for name in ordinary]


def samples(flow: Flow, count: int, *, tolerance: float = TOLERANCE) -> np.ndarray:
    """States (n, i) after the transient.

    Raises
    ------
    DataError
        The integration fails.
    """
    times = flow.dt * np.arange(TRANSIENT, TRANSIENT + count)
    with np.errstate(all="ignore"):  # of exponentials at trial steps
        solution = solve_ivp(
            lambda t, x: flow.point_rate(x), (0, times[-1]), flow.start, "DOP853", times, rtol=tolerance,
            atol=tolerance * flow.size,
        )  # fmt: skip
    if not (solution.success and np.isfinite(solution.y).all()):
        raise DataError(f"{flow.name}: the integration fails: {solution.message}")
    return solution.y.T


def polynomial(flow: Flow, degree: int) -> tuple[int, np.ndarray] | None:
    """Degree, and coefficients (t, i), of a right-hand side that is a polynomial of at most that degree; or None.

    All monomials are fitted to it at random points of a box around the attractor, which is centred at 0, where they
    differ most. Of a polynomial the residual is rounding.
    """
    d = len(flow.start)
    names = _names(d, degree)
    points = BOX * flow.size * np.random.default_rng(0).uniform(-1, 1, (5 * len(names), d))
    with np.errstate(all="ignore"):
        rates = flow.rate(points)
    if not np.isfinite(rates).all():
        return None
    terms = Polynomial(degree).evaluate(points)[0]
    sizes, largest = np.abs(terms).max(axis=0), np.abs(rates).max(axis=0)
    norm = np.where(largest > 0, largest, 1)
    terms, rates = terms / sizes, rates / norm
    xi = np.linalg.lstsq(terms, rates)[0]
    xi[np.abs(xi) < ROUNDING] = 0
    for i in range(d):  # once more without the terms that are none: the others are exact but for rounding
        present = xi[:, i] != 0
        xi[present, i] = np.linalg.lstsq(terms[:, present], rates[:, i])[0]
    if np.abs(terms @ xi - rates).max() > ROUNDING:
        return None
    last = int(np.flatnonzero(xi.any(axis=1))[-1])
    highest = next(n for n in range(degree + 1) if len(_names(d, n)) > last)
    return highest, (xi * norm / sizes[:, None])[: len(_names(d, highest))]


class RightHandSide(Library):
    """A flow's equations as the terms, one for each variable; their derivatives by central differences."""

    def __init__(self, flow: Flow, size: np.ndarray):
        self.of, self.h = flow, DIFFERENCE * size

    def names(self, variables):
        return [f"d{variable}/dt" for variable in variables]

    def stages(self, variables):
        return [variables]

    def evaluate(self, x):
        n, d = x.shape
        shifts = np.concatenate([np.zeros((1, d)), np.diag(self.h), -np.diag(self.h)])
        rates = self.of.rate((x + shifts[:, None]).reshape(-1, d)).reshape(-1, n, d)
        slopes = (rates[1 : d + 1] - rates[d + 1 :]) / (2 * self.h[:, None, None])
        return rates[0], slopes.transpose(1, 2, 0)

    def flow(self, x, S, xi, free, method, h, steps, path, tangents):
        without = np.zeros((len(x), x.shape[1], x.shape[1]))
        terms = self.evaluate if S.shape[2] else (lambda x: (self.of.rate(x), without))
        library_flow(terms, x, S, xi, xi[:0], free, method.A, method.b, method.carry, h, steps, path, tangents)


def system(flow: Flow, x: np.ndarray) -> System | None:
    """The flow as minnet simulates it; None if it needs too many steps.

    The step is the longest half, quarter, ... of the time between samples that takes the last samples to the same
    next states as half of it does. The start is the sample whose variables are furthest from 0: starts are varied, and
    some flows, of populations, end when a variable changes its sign.
    """
    d, size = x.shape[1], np.abs(x).max(axis=0)
    found = polynomial(flow, COMPILED)
    library, xi = (RightHandSide(flow, size), np.eye(d)) if found is None else (Polynomial(found[0]), found[1])
    start = x[np.argmax((np.abs(x) / size).min(axis=1))]
    same = System(flow.name, _variables(d), library, xi, start, transient=TRANSIENT * flow.dt, step=flow.dt)
    count, before, error = 1, None, STEP_ERRORS[found is None]
    while count <= (MOST_STEPS if flow.vectorised else MOST_SINGLE):
        with np.errstate(all="ignore"):  # of steps that are too long
            after = simulate(same, x[-CHECKED:], dt=flow.dt, samples=2, step=flow.dt / count)[:, 1]
        if before is not None and (np.abs(after - before) < error * x.std(axis=0)).all():
            return replace(same, step=2 * flow.dt / count)
        count, before = 2 * count, after
    return None


def jumps(flow: Flow, x: np.ndarray) -> bool:
    """Whether rates jump on the way from one sample to the next: tangents do not see it, and exponents are others.

    Each way is halved towards the larger change, until what changes on a billionth of it is a jump.
    """
    first, last = x[-CHECKED:-1], x[1 - CHECKED :]
    f_first, f_last = flow.rate(first), flow.rate(last)
    size = np.ptp(f_first, axis=0)
    for _ in range(30):
        middle = (first + last) / 2
        f_middle = flow.rate(middle)
        changes = [(np.abs(f - f_middle) / np.where(size > 0, size, 1)).max(axis=1) for f in (f_first, f_last)]
        left = (changes[0] > changes[1])[:, None]
        first, f_first = np.where(left, first, middle), np.where(left, f_first, f_middle)
        last, f_last = np.where(left, middle, last), np.where(left, f_middle, f_last)
    return bool((np.abs(f_last - f_first) > JUMP * size).any())


def _variables(d):
    return tuple(f"x{i + 1}" for i in range(d))


def _names(d, degree):
    return Polynomial(degree).names(_variables(d))


def _flow(name, equations, entry, exponent_qr):
    parameters = {k: np.array(v) if isinstance(v, list) else v for k, v in entry["parameters"].items()}
    rhs = equations(parameters).rhs
    start, spread = (np.array(entry[key], float) for key in ("initial_conditions", "std"))
    size = np.abs(entry["mean"]) + spread
    if np.any(np.array(rhs(start, 0.0)) != np.array(rhs(start, 1.0))):  # the time is one more variable
        in_time, unbounded = rhs, [*entry["unbounded_indices"], len(start)]
        rhs = lambda x, t: (*in_time(x[:-1], x[-1]), 1.0)  # noqa: E731
        start, size = np.append(start, 0.0), np.append(size, entry["period"])
    else:
        unbounded = entry["unbounded_indices"]

    def point_rate(x):
        return np.array(rhs(x, 0.0), float)

    def loop(x):
        return np.array([point_rate(row) for row in x])

    def together(x):
        return np.stack([np.broadcast_to(values, len(x)) for values in rhs(x.T, 0.0)], axis=1)

    vectorised = _agree(together, loop, start)
    return Flow(
        name, start, size, entry["period"], entry["maximum_lyapunov_estimated"], exponent_qr, unbounded, point_rate,
        together if vectorised else loop, vectorised,
    )  # fmt: skip


def _agree(together, loop, start):
    """Whether a right-hand side that was written for one state takes many."""
    points = start * np.random.default_rng(0).uniform(0.99, 1.01, (len(start) + 20, len(start)))
    with np.errstate(all="ignore"):
        try:
            return np.allclose(together(points), loop(points), rtol=1e-12, atol=0)
        except ValueError:
            return False


def _classes(path):
    """The classes of the file of flows, which imports its base from its own package: from these here instead."""
    package, base = types.ModuleType(MODULE), types.ModuleType(f"{MODULE}.base")
    package.__path__ = []
    base.DynSys, base.DynSysDelay, base.staticjit = Equations, DelayEquations, staticmethod
    sys.modules |= {package.__name__: package, base.__name__: base}
    specification = importlib.util.spec_from_file_location(f"{MODULE}.flows", path)
    module = importlib.util.module_from_spec(specification)
    module.max = np.maximum  # Python's, which one flow uses, takes no arrays
    specification.loader.exec_module(module)
    return vars(module)
