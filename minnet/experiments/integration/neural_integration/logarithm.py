"""Integrals of ln x: exact, by Simpson's rule, and by a network in logarithmic scales."""

from time import perf_counter
from typing import Any

import numpy as np

from minnet.experiments.integration.neural_integration.published import INTERVALS
from minnet.numerics.integration import integrate
from minnet.types import Array


def exact_integral(low: Array, high: Array) -> Array:
    """Integrals of ln x, by ``x ln x - x``, which is 0 at 0."""
    from scipy.special import xlogy

    return np.asarray(xlogy(high, high) - high - (xlogy(low, low) - low), float)


def simpson(points: Array) -> Array:
    """Integrals of ln x by Simpson's rule on evenly spaced points (n, intervals)."""
    from scipy.integrate import simpson as rule

    with np.errstate(divide="ignore"):  # ln 0
        return np.asarray(rule(np.log(points), x=points, axis=0))


def integrate_logarithm(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """All ten intervals from one fit on [0, 140]: errors (10,), the error estimate for the whole, and seconds."""
    began = perf_counter()
    low, high = INTERVALS.T
    units, evaluations = settings["units"], settings["evaluations"]
    integral = integrate(
        np.log, (0, int(high.max())), units=units, evaluations=evaluations, singular="low", tolerance=np.inf, rng=rng
    )
    errors = integral.over(low, high) - exact_integral(low, high)
    return {"errors": errors, "estimate": integral.error_estimate, "seconds": perf_counter() - began}
