"""Runs of the identification of the Lorenz system: samples, methods, and how good what they find is."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from minnet import dynamics
from minnet.errors import DataError
from minnet.numerics.chaos import lyapunov_spectrum
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
    identify,
    known,
)
from minnet.numerics.identification.identify import Method
from minnet.types import Array

LORENZ = dynamics.lorenz()
TRUE = LORENZ.coefficients
TERMS = TRUE != 0
BOUNDS = {"sigma": (0.0, 30.0), "rho": (0.0, 60.0), "beta": (0.0, 10.0)}
WINDOW = 1.2  # of the weak form, in units of time
SPLIT = 4  # trajectories that an exponent is a mean over
SETTLED = 20.0  # time until an identified system is where it stays


def euler(dt: float, **parameters: float) -> dynamics.System:
    """The Lorenz equations by the document's first-order formula: one step of Euler's from sample to sample."""
    return replace(dynamics.lorenz(**parameters), method=dynamics.EULER, step=dt)


def steps_of_eighth_order(dt: float, **parameters: float) -> dynamics.System:
    """The Lorenz equations with steps that are exact to ten digits and no shorter."""
    return replace(dynamics.lorenz(**parameters), step=min(dt, 0.025))


def weak(dt: float) -> WeakForm:
    """Windows of `WINDOW`, but at least 12 samples."""
    return WeakForm(max(12, round(WINDOW / dt)))


# As the document has them: rates by its first-order formula. It gives neither penalties nor which parameter is known.
DOCUMENT: dict[str, Callable[[float], Method]] = {
    "LASSO": lambda dt: Regression(ForwardDifferences(), Lasso(1e-4)),
    "Galerkin": lambda dt: Regression(ForwardDifferences(), LeastSquares([known("y", term="x", value=28.0)])),
    "ridge": lambda dt: Regression(ForwardDifferences(), Ridge(1e-5)),
    "Jaya-Powell": lambda dt: JayaPowell(partial(euler, dt), BOUNDS),
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


def samples(problem: dict[str, Any], dt: float, noise: float, count: int) -> Array:
    """Samples (count, 3) from a random place of the attractor, the same for every method, with noise."""
    rng = np.random.default_rng([problem["seed"], problem["draw"]])
    x = dynamics.simulate(LORENZ, dynamics.states_on_attractor(LORENZ, 1, rng=rng)[0], dt=dt, samples=count)
    return dynamics.add_noise(x, noise, rng=rng) if noise else x


def identify_once(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """One identification: the function of the studies.

    Parameters
    ----------
    settings : dict
        ``method`` (of `METHODS`), ``dt``, ``noise``, ``samples``, ``problem`` (the trajectory: seed and draw), and
        ``time`` for which the exponent of what is found is followed; 0 for none.
    rng : numpy.random.Generator

    Returns
    -------
    dict
        ``error``: root mean square over the seven coefficients of the true equations; ``exact``: no other terms, and
        all of these; ``identified``: the verdict; ``exponent``: NaN where the equations blow up; ``xi`` (30,).
    """
    dt = settings["dt"]
    x = samples(settings["problem"], dt, settings["noise"], settings["samples"])
    try:
        model = identify(x, dt, method=METHODS[settings["method"]](dt))
    except DataError:  # nothing was found at all
        lost = {"error": np.inf, "exact": False, "identified": False, "exponent": np.nan}
        return {**lost, "xi": np.full(TRUE.size, np.nan)}
    xi = model.coefficients
    return {
        "error": float(np.sqrt(np.mean((xi - TRUE)[TERMS] ** 2))),
        "exact": bool(((xi != 0) == TERMS).all()),
        "identified": model.identified,
        "exponent": exponent(model.system, settings["time"]) if settings["time"] else np.nan,
        "xi": xi.ravel(),
    }


def exponent(system: dynamics.System, time: float) -> float:
    """The largest exponent of a system once it has settled; NaN where it blows up."""
    try:
        settled = replace(system, transient=SETTLED, step=0.01)
        return float(lyapunov_spectrum(settled, time=time, trajectories=SPLIT, rng=0).exponents[0])
    except DataError:
        return float("nan")
