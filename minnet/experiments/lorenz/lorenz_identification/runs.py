"""Samples of the Lorenz system, the identifications from them, and how good the equations are that they give."""

from dataclasses import replace
from typing import Any, Unpack

import numpy as np

from minnet import dynamics, study
from minnet.errors import DataError
from minnet.experiments.lorenz.lorenz_identification.methods import LORENZ, METHODS, TABLED, TERMS, TRUE
from minnet.experiments.lorenz.lorenz_identification.result import PUBLISHED, Config, Result
from minnet.experiments.parts import RunOptions, Studies
from minnet.numerics.chaos import lyapunov_spectrum
from minnet.numerics.identification import identify
from minnet.types import Array

SPLIT = 4  # trajectories that an exponent is a mean over
SETTLED = 20.0  # time until an identified system is where it stays


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
        ``time`` for which the exponent of the equations identified is followed; 0 for none.
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
    except DataError:  # no equations at all
        failure = {"error": np.inf, "exact": False, "identified": False, "exponent": np.nan}
        return {**failure, "xi": np.full(TRUE.size, np.nan)}
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


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Identify the equations by every method, from the same samples."""
    studies = Studies(**options)
    points = [
        point
        for dt in PUBLISHED
        for point in study.grid(
            dt=(dt,), method=tuple(TABLED), problem=_problems(studies.seed, config.seeds), noise=(0.0,),
            samples=(round(config.duration / dt),), time=(config.time,),
        )
    ]  # fmt: skip
    rows = studies.runs(identify_once, points, name="lorenz-identification, tables")
    shape = len(PUBLISHED), len(TABLED), config.seeds
    points = study.grid(
        method=config.mapped, dt=config.dts, noise=config.noises, problem=_problems(studies.seed, config.draws),
        time=(0.0,), samples=(config.samples,),
    )  # fmt: skip
    mapped = studies.runs(identify_once, points, name="lorenz-identification, map")
    map_shape = len(config.mapped), len(config.dts), len(config.noises), config.draws
    return Result(
        config,
        errors=study.metric(rows, "error").reshape(shape),
        exponents=study.metric(rows, "exponent").reshape(shape),
        exact=study.metric(rows, "exact").reshape(shape).astype(bool),
        identified=study.metric(rows, "identified").reshape(shape).astype(bool),
        xi=study.metric(rows, "xi").reshape(*shape, -1),
        data=exponent(LORENZ, config.time * config.seeds),
        map_errors=study.metric(mapped, "error").reshape(map_shape),
        map_exact=study.metric(mapped, "exact").reshape(map_shape).astype(bool),
        map_identified=study.metric(mapped, "identified").reshape(map_shape).astype(bool),
    )


def _problems(seed: int, count: int) -> list[dict[str, int]]:
    return [{"seed": seed, "draw": draw} for draw in range(count)]
