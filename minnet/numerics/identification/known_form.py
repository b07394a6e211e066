"""Parameters of equations whose form is known, by search: Jaya finds the valley, Powell's method its bottom."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import signature
from typing import ClassVar

import numpy as np

from minnet.dynamics import System
from minnet.errors import DataError, SettingError, ShapeError
from minnet.names import Named
from minnet.numerics.identification.equations import column_lengths
from minnet.numerics.identification.fitting import Fit
from minnet.numerics.identification.intervals import Intervals
from minnet.numerics.identification.noise import autocorrelated
from minnet.numerics.identification.problem import Problem
from minnet.solvers.jaya import jaya
from minnet.types import Array

SAMPLE_SIZE = 200  # intervals that Jaya uses; Powell's method sees all
TINY = 1e-8  # relative changes by which Powell's method ends


@dataclass(frozen=True)
class JayaPowell(Named):
    """Search the parameters with which the form's own steps lead from each sample to the next.

    Parameters
    ----------
    form : callable
        Takes the parameters by name, returns a `System`. Its method and longest step are those of the prediction, so
        ``lambda **p: replace(lorenz(**p), method=EULER, step=dt)`` fits what Euler's method makes of the equations.
    bounds : mapping
        Name of a parameter -> (low, high).
    rng : int or Generator
        Of Jaya.
    population, generations : int
        Of Jaya.

    Raises
    ------
    SettingError
        Bounds are not pairs, or name something that the form does not take; or, by `identify`, the form has a term that
        the library has not, or is a map where samples are of a flow, or the reverse.
    ShapeError
        By `identify`: the form has other variables than the samples.

    Examples
    --------
    >>> from minnet import dynamics
    >>> from minnet.numerics.identification import identify
    >>> x = dynamics.simulate(dynamics.lorenz(), dt=0.1, samples=300)
    >>> search = JayaPowell(dynamics.lorenz, {"sigma": (0, 30), "rho": (0, 60), "beta": (0, 10)})
    >>> identify(x, 0.1, method=search).equations(7)[0]
    'dx/dt = -10 x + 10 y'
    """

    form: Callable[..., System]
    bounds: Mapping[str, tuple[float, float]]
    rng: int | np.random.Generator = 0
    population: int = 20
    generations: int = 50
    name: ClassVar[str] = "Jaya and Powell"

    def __post_init__(self) -> None:
        if not self.bounds:
            raise SettingError("JayaPowell: bounds must name at least one parameter")
        if any(np.shape(pair) != (2,) for pair in self.bounds.values()):
            raise SettingError(f"JayaPowell: bounds must be pairs (low, high), not {dict(self.bounds)}")
        try:
            signature(self.form).bind(**self.bounds)
        except TypeError as error:
            raise SettingError(f"JayaPowell: the form cannot be made of {', '.join(self.bounds)}: {error}") from None

    def fit(self, problem: Problem) -> Fit:
        from scipy.optimize import minimize

        bounds = np.array(list(self.bounds.values()), float)
        first = self._system(bounds.mean(axis=1))
        positions = _positions(first, problem)

        def coefficients(p: Array) -> Array:
            xi = np.zeros((len(problem.terms), len(problem.variables)))
            xi[positions] = self._system(p).coefficients
            return xi

        all_intervals = Intervals(problem, first.step, first.method)
        sample = all_intervals.subset(
            np.linspace(0, len(all_intervals.starts) - 1, min(SAMPLE_SIZE, len(all_intervals.starts))).astype(int)
        )

        def mean_square(intervals: Intervals, p: Array) -> float:
            with np.errstate(over="ignore", invalid="ignore"):  # equations that blow up
                return float(np.mean(intervals.residuals(coefficients(p)) ** 2))

        point, cost = jaya(
            lambda p: mean_square(sample, p), bounds, rng=self.rng, population=self.population,
            generations=self.generations,
        )  # fmt: skip
        if not np.isfinite(cost):
            raise DataError("JayaPowell: within the bounds nothing was found that does not blow up; narrow them")
        # Powell's method ends where a change makes no difference to the cost; its root feels smaller ones
        minimum = minimize(
            lambda p: float(np.sqrt(mean_square(all_intervals, p))), point, method="Powell", bounds=bounds,
            options={"xtol": TINY, "ftol": TINY, "maxiter": 200},
        )  # fmt: skip
        return _fit(all_intervals, coefficients, minimum.x, bool(minimum.success))

    def _system(self, p: Array) -> System:
        return self.form(**dict(zip(self.bounds, p.tolist(), strict=True)))


def _positions(system: System, problem: Problem) -> tuple[Array, ...]:
    """Where the system's coefficients are among those of the problem's library."""
    if system.dimension != len(problem.variables):
        raise ShapeError(
            f"JayaPowell: {system.name} has the variables {', '.join(system.variables)}, the samples have "
            f"{', '.join(problem.variables)}"
        )
    if system.is_map is not problem.is_map:
        raise SettingError(
            f"JayaPowell: {system.name} is a {'map' if system.is_map else 'flow'}, and kind is {problem.kind!r}"
        )
    if problem.inputs:
        raise SettingError("JayaPowell: a form has no inputs; leave them out, or take FlowMatching or MultipleShooting")
    names = system.library.names(problem.variables)
    missing = [name for name in names if name not in problem.terms]
    if missing:
        raise SettingError(f"JayaPowell: {system.name} has the term {missing[0]}, which is not in the library")
    return np.ix_([problem.terms.index(name) for name in names], range(system.dimension))


def _fit(intervals: Intervals, coefficients: Callable[[Array], Array], p: Array, converged: bool) -> Fit:
    """Standard errors of the coefficients follow from those of the parameters."""
    xi = coefficients(p)
    h = 1e-6 * np.maximum(1, np.abs(p))
    slopes = np.stack([(coefficients(p + e) - coefficients(p - e)) / (2 * e.sum()) for e in np.diag(h)], axis=-1)
    free = np.argwhere(np.abs(slopes).any(axis=-1))
    D = slopes[tuple(free.T)]
    J = intervals.jacobian(xi, free) @ D
    r = intervals.residuals(xi)
    sigma = float(np.sqrt(r @ r / max(1, len(r) - len(p))))
    length = column_lengths(J)
    _, s, V = np.linalg.svd(J / length, full_matrices=False)
    s = np.maximum(s, np.finfo(float).eps * s[0])
    errors = np.zeros(xi.shape)
    errors[tuple(free.T)] = sigma * np.linalg.norm((D / length) @ V.T / s, axis=1)
    alike = autocorrelated(intervals, xi)  # as what a step leaves out is
    return Fit(xi, xi != 0, errors, sigma, float(s[0] / s[-1]), converged, autocorrelated=alike)
