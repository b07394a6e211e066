"""The methods that identify the Lorenz equations: those of the document, and better ones."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from minnet import dynamics
from minnet.numerics.identification import (
    STLSQ,
    Chosen,
    FiniteDifferences,
    FlowMatching,
    ForwardDifferences,
    JayaPowell,
    Lasso,
    LeastSquares,
    MultipleShooting,
    QuinticSpline,
    Regression,
    Ridge,
    WeakForm,
    known,
)
from minnet.numerics.identification.identify import Method

LORENZ = dynamics.lorenz()
TRUE = LORENZ.coefficients
TERMS = TRUE != 0  # of the true equations
BOUNDS = {"sigma": (0.0, 30.0), "rho": (0.0, 60.0), "beta": (0.0, 10.0)}
SEVEN = {f"c{n}": (-60.0, 60.0) for n in range(TERMS.sum())}  # bounds of the coefficients, each for itself
WINDOW = 1.2  # of the weak form, in units of time


def euler(dt: float, **parameters: float) -> dynamics.System:
    """The Lorenz equations by the document's first-order formula: one step of Euler's from sample to sample."""
    return replace(dynamics.lorenz(**parameters), method=dynamics.EULER, step=dt)


def euler_seven(dt: float, **coefficients: float) -> dynamics.System:
    """The same with each of the seven coefficients for itself, term by term."""
    xi = np.zeros_like(TRUE)
    xi[TERMS] = list(coefficients.values())
    return replace(LORENZ, coefficients=xi, method=dynamics.EULER, step=dt)


def steps_of_eighth_order(dt: float, **parameters: float) -> dynamics.System:
    """The Lorenz equations with steps that are exact to ten digits and no shorter."""
    return replace(dynamics.lorenz(**parameters), step=min(dt, 0.025))


def weak(dt: float) -> WeakForm:
    """Windows of `WINDOW`, but at least 12 samples."""
    return WeakForm(max(12, round(WINDOW / dt)))


# As the document has them: rates by its first-order formula. It gives neither penalties nor which parameter is known;
# of the search neither bounds nor population, nor whether three parameters or seven coefficients are searched: so both.
DOCUMENT: dict[str, Callable[[float], Method]] = {
    "LASSO": lambda dt: Regression(ForwardDifferences(), Lasso(1e-4, gamma=0.0, refit=False)),
    "Galerkin": lambda dt: Regression(ForwardDifferences(), LeastSquares([known("y", term="x", value=28.0)])),
    "ridge": lambda dt: Regression(ForwardDifferences(), Ridge(1e-5)),
    "Jaya-Powell": lambda dt: JayaPowell(partial(euler, dt), BOUNDS),
    "Jaya-Powell, seven": lambda dt: JayaPowell(partial(euler_seven, dt), SEVEN),
}
BETTER: dict[str, Callable[[float], Method]] = {
    "differences": lambda dt: Regression(FiniteDifferences(4), STLSQ()),
    "quintic spline": lambda dt: Regression(QuinticSpline(), STLSQ()),
    "weak form": lambda dt: Regression(weak(dt), Chosen(STLSQ, np.geomspace(0.3, 1e-3, 20).tolist())),
    "Jaya-Powell, 8th order": lambda dt: JayaPowell(partial(steps_of_eighth_order, dt), BOUNDS),
    "flow matching": lambda dt: FlowMatching(),
}
TABLED = DOCUMENT | BETTER
METHODS = TABLED | {"multiple shooting": lambda dt: MultipleShooting()}  # for noise, of which the tables have none
