"""The single runs of the experiment `lyapunov`: exponents from equations, from neighbours, and from tangent maps."""

from typing import Any

import numpy as np

from minnet import dynamics
from minnet.dynamics import System
from minnet.numerics import chaos
from minnet.types import Array

SYSTEMS = {s.name: s for s in (dynamics.lorenz(), dynamics.roessler(), dynamics.logistic(), dynamics.henon())}
COORDINATES = "x", "y", "z"
# the defaults of nolds, and dt and length as in the document
RECIPE: dict[str, Any] = {"dt": 0.1, "samples": 1000, "dimension": 10, "matrix_dimension": 4}
EVERY_MAP, AS_IN_THE_PAPER = 1, 3  # samples from one tangent map of the product to the next
# of the nearest neighbours; one turn of the butterfly takes 0.75
FOLLOWED: dict[str, Any] = {"dt": 0.02, "window": 60, "horizon": 200}
REGION = 0.8, 2.4  # where their divergence is a line, between the first jump and the size of the attractor
DIMENSION, LAG = 5, 5
KINDS: dict[str, chaos.Surrogate] = {
    "phase-randomised": chaos.phase_randomised, "amplitude-adjusted": chaos.aaft, "shuffled": chaos.shuffled,
}  # fmt: skip
STATISTICS = "exponent, as published", "exponent, Eckmann's product", "error of prediction"
LOOKS = 60  # at the convergence, evenly spaced on a logarithmic scale


def from_equations(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """A system's exponents, and how the largest has converged."""
    system = SYSTEMS[settings["system"]]
    found = chaos.lyapunov_spectrum(system, time=settings["time"], trajectories=settings["trajectories"], rng=rng)
    rounds = len(found.times)
    looks = np.unique(np.geomspace(1, rounds, LOOKS).round().astype(int)) - 1
    return {
        "exponents": found.exponents, "errors": found.errors, "sum_less_trace": found.exponents.sum() - found.trace,
        "times": settings["trajectories"] * found.times[looks], "history": found.history[looks, 0],
    }  # fmt: skip


def series(rng: np.random.Generator, *, dt: float, samples: int, from_rest: bool) -> Array:
    """Samples (n, 3) of a Lorenz trajectory: on the attractor, or from a start near the origin (standard normal)
    with its way there."""
    system: System = dynamics.lorenz()
    start = rng.standard_normal(3) if from_rest else dynamics.states_on_attractor(system, 1, rng=rng)[0]
    return dynamics.simulate(system, start, dt=dt, samples=samples)


def from_maps(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Eckmann's largest exponent of each coordinate of a series, for every stride: ``stride 1`` and so on."""
    x = series(rng, dt=settings["dt"], samples=settings["samples"], from_rest=settings["from_rest"])
    recipe = {name: settings[name] for name in ("dt", "dimension", "matrix_dimension")}
    return {
        f"stride {stride}": [chaos.eckmann(x[:, i], stride=stride, **recipe).exponents[0] for i in range(3)]
        for stride in settings["strides"]
    }


def from_neighbours(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Rosenstein's exponent of each coordinate of a series on the attractor, and their curves, one after the other."""
    x = series(rng, dt=FOLLOWED["dt"], samples=settings["samples"], from_rest=False)
    found = [chaos.rosenstein(x[:, i], dimension=DIMENSION, lag=LAG, region=REGION, **FOLLOWED) for i in range(3)]
    curves = np.array([part.log_distance for part in found])
    return {"exponents": [part.exponent for part in found], "curves": curves.ravel()}


def against_surrogates(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Three statistics of each coordinate of a series on the attractor among those of its surrogates."""
    kind, count = KINDS[settings["kind"]], settings["surrogates"]
    x = series(rng, dt=RECIPE["dt"], samples=RECIPE["samples"], from_rest=False)

    def exponent(stride: int) -> Any:
        recipe = {name: RECIPE[name] for name in ("dt", "dimension", "matrix_dimension")}
        return lambda series: float(chaos.eckmann(series, stride=stride, **recipe).exponents[0])

    def predicted(series: Array) -> float:
        return chaos.prediction_error(series, dimension=4, window=10)

    values, others, p_values = [], [], []
    for statistic in (exponent(EVERY_MAP), exponent(AS_IN_THE_PAPER), predicted):
        for i in range(3):
            found = chaos.surrogate_test(x[:, i], statistic, surrogate=kind, count=count, rng=rng)
            values.append(found.value)
            others.append(float(np.median(found.surrogates)))
            p_values.append(found.p_value)
    return {"values": values, "surrogates": others, "p_values": p_values}
