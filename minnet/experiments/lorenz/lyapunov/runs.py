"""Exponents from equations, from neighbours and from tangent maps, those of surrogates, and the run of them all."""

from typing import Any, Unpack

import numpy as np

from minnet import dynamics, study
from minnet.dynamics import System
from minnet.experiments.lorenz.lyapunov.result import (
    AS_IN_THE_PAPER,
    DIMENSION,
    EMBEDDINGS,
    EVERY_MAP,
    FOLLOWED,
    KINDS,
    LAG,
    RECIPE,
    REGION,
    STATISTICS,
    Config,
    Result,
)
from minnet.experiments.parts import RunOptions, Studies
from minnet.numerics import chaos
from minnet.types import Array

SYSTEMS = {s.name: s for s in (dynamics.lorenz(), dynamics.roessler(), dynamics.logistic(), dynamics.henon())}
CONVERGENCE_POINTS = 60  # of the curve of convergence, evenly spaced on a logarithmic scale


def from_equations(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """A system's exponents, and how the largest has converged."""
    system = SYSTEMS[settings["system"]]
    spectrum = chaos.lyapunov_spectrum(system, time=settings["time"], trajectories=settings["trajectories"], rng=rng)
    rows = np.unique(np.geomspace(1, len(spectrum.times), CONVERGENCE_POINTS).round().astype(int)) - 1
    return {
        "exponents": spectrum.exponents, "errors": spectrum.errors,
        "sum_less_trace": spectrum.exponents.sum() - spectrum.trace,
        "times": settings["trajectories"] * spectrum.times[rows], "history": spectrum.history[rows, 0],
    }  # fmt: skip


def series(rng: np.random.Generator, *, dt: float, samples: int, from_rest: bool) -> Array:
    """Samples (n, 3) of a Lorenz trajectory: on the attractor, or `from_rest`.

    From rest: from a start near the origin (standard normal), with the transient.
    """
    system: System = dynamics.lorenz()
    start = rng.standard_normal(3) if from_rest else dynamics.states_on_attractor(system, 1, rng=rng)[0]
    return dynamics.simulate(system, start, dt=dt, samples=samples)


def from_maps(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Eckmann's largest exponent of each coordinate of a series, for every stride: ``stride 1`` and so on."""
    x = series(rng, dt=settings["dt"], samples=settings["samples"], from_rest=settings["from_rest"])
    recipe = {name: settings[name] for name in ("dt", "dimension", "matrix_dimension")}
    return {f"stride {stride}": chaos.largest_exponents(x.T, stride=stride, **recipe) for stride in settings["strides"]}


def from_neighbours(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Rosenstein's exponent of each coordinate of a series on the attractor, and their curves, one after the other."""
    x = series(rng, dt=FOLLOWED["dt"], samples=settings["samples"], from_rest=False)
    pairs = [chaos.rosenstein(x[:, i], dimension=DIMENSION, lag=LAG, region=REGION, **FOLLOWED) for i in range(3)]
    curves = np.array([divergence.log_distance for divergence in pairs])
    return {"exponents": [divergence.exponent for divergence in pairs], "curves": curves.ravel()}


def against_surrogates(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Three statistics of each coordinate of a series on the attractor among those of its surrogates."""
    kind, count = KINDS[settings["kind"]], settings["surrogates"]
    x = series(rng, dt=RECIPE["dt"], samples=RECIPE["samples"], from_rest=False)

    def exponent(stride: int) -> Any:
        recipe = {name: RECIPE[name] for name in ("dt", "dimension", "matrix_dimension")}
        return lambda series: chaos.largest_exponents(series, stride=stride, **recipe)

    def prediction_errors(series: Array) -> list[float]:
        return [chaos.prediction_error(x, dimension=4, window=10) for x in series]

    values, medians, p_values = [], [], []
    for statistic in (exponent(EVERY_MAP), exponent(AS_IN_THE_PAPER), prediction_errors):
        for i in range(3):
            test = chaos.surrogate_test(x[:, i], statistic, surrogate=kind, count=count, vectorized=True, rng=rng)
            values.append(test.value)
            medians.append(float(np.median(test.surrogates)))
            p_values.append(test.p_value)
    return {"values": values, "surrogates": medians, "p_values": p_values}


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Measure exponents from equations, twins, neighbours and tangent maps, and those of surrogates."""
    studies = Studies(**options)
    spectra = {}
    for name, system in SYSTEMS.items():
        time, repeats = config.time * (10 if system.is_map else 1), config.runs if name == "Lorenz" else 1
        points = study.grid(system=name, time=time, trajectories=8, repeats=repeats)
        rows = studies.runs(from_equations, points, name="lyapunov, equations")
        metrics = ("exponents", "errors", "sum_less_trace", "times", "history")
        spectra[name] = {metric: study.metric(rows, metric) for metric in metrics}

    if studies.progress:
        print("lyapunov: twins", flush=True)
    twins = chaos.divergence_of_twins(dynamics.lorenz(), dt=0.1, samples=250, pairs=config.pairs, rng=studies.seed)

    points = study.grid(samples=config.followed, repeats=config.series)
    rows = studies.runs(from_neighbours, points, name="lyapunov, neighbours")
    curves = study.metric(rows, "curves").mean(axis=0).reshape(3, FOLLOWED["horizon"] + 1)
    neighbours = study.metric(rows, "exponents")

    strides = EVERY_MAP, AS_IN_THE_PAPER  # together one value of the grid: every run measures with both
    points = study.grid(**RECIPE, from_rest=[False, True], strides=[strides], repeats=config.series)
    rows = studies.runs(from_maps, points, name="lyapunov, published recipe")
    recipe = [study.metric(rows, f"stride {stride}").reshape(2, config.series, 3) for stride in strides]

    embeddings = np.empty((len(config.samples), len(EMBEDDINGS), config.series, 3))
    for e, (d_E, d_M) in enumerate(EMBEDDINGS):
        m = (d_E - 1) // (d_M - 1)  # samples that a map leads on: the stride of the paper's product
        settings = {"dt": RECIPE["dt"], "dimension": d_E, "matrix_dimension": d_M, "strides": [[m]], "from_rest": False}
        points = study.grid(samples=config.samples, **settings, repeats=config.series)
        rows = studies.runs(from_maps, points, name="lyapunov, embeddings")
        embeddings[:, e] = study.metric(rows, f"stride {m}").reshape(-1, config.series, 3)

    kinds = config.kinds
    points = study.grid(kind=kinds, surrogates=config.surrogates, repeats=config.tested)
    rows = studies.runs(against_surrogates, points, name="lyapunov, surrogates")
    tests = [
        dict(zip(kinds, study.metric(rows, part).reshape(len(kinds), config.tested, len(STATISTICS), 3), strict=True))
        for part in ("values", "surrogates", "p_values")
    ]
    return Result(config, spectra, twins, curves, neighbours, np.stack(recipe, axis=1), embeddings, *tests)
