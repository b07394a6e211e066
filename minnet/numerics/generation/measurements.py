"""Each measure of a comparison: from which rows it is computed, by which function, and what it is called."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet.numerics.chaos import phase_randomised
from minnet.numerics.generation import exponents, marginals, spectra
from minnet.numerics.generation.diversity import Diversity, mean_distance, series_distances
from minnet.numerics.generation.flow import Scaled
from minnet.numerics.generation.measure import Measure, measured, measured_alone
from minnet.numerics.generation.prediction import Neighbours
from minnet.numerics.generation.series import Stretches, stretch_length, stretches_of
from minnet.numerics.generation.spoilt import surrogates_of
from minnet.types import Array

STATES, LATER_STATES = 40_000, 4_000  # of each set, to which the flow is applied once, and ten times
SURROGATES = 30  # series of the reference, of which surrogates are made
STEPS = 10
TINY = 1e-9  # standard deviations: residuals below are rounding
LAGS = 5  # decorrelation times, over which autocorrelations are compared
Measures = dict[str, Measure]


@dataclass
class Sets:
    """What is compared, in units of the reference: series (n, samples, v), how long they remember, and stretches."""

    generated: Array
    reference: Array
    memory: int
    rng: np.random.Generator

    def __post_init__(self) -> None:
        self.samples = stretch_length(self.generated, self.reference, self.memory)
        self.stretches = stretches_of(self.generated, self.samples)
        self.real = stretches_of(self.reference, self.samples)
        self.surrogates = surrogates_of(evenly(self.reference, SURROGATES), phase_randomised, self.rng)
        self.false = stretches_of(self.surrogates, self.samples)


def evenly(z: Array, count: int) -> Array:
    """At most so many rows, evenly spaced over all."""
    return z[np.unique(np.linspace(0, len(z) - 1, min(count, len(z))).round().astype(int))]


def of_values(sets: Sets, dwell: int | None) -> Measures:
    """Distributions of values, and of times on one side of the mean."""
    z, real, rng = sets.stretches.z, sets.real.z, sets.rng
    grid = marginals.grid_of(z, real)
    functions = [marginals.distribution_functions(x, grid) for x in (z, real)]
    v = marginals.slowest_variable(real) if dwell is None else dwell
    times = [marginals.dwell_functions(x[..., v], sets.samples) for x in (sets.generated, sets.reference)]
    if min(len(x) for x in times) < 8:
        times = [marginals.dwell_functions(x[..., v], sets.samples) for x in (z, real)]
    false = marginals.dwell_functions(sets.surrogates[..., v], sets.samples)
    return {
        "ks": measured("KS distance", marginals.ks_distance, *functions, rng=rng),
        "wasserstein": measured(
            "W1 distance (std)", lambda a, b: marginals.wasserstein_distance(a, b, grid), *functions, rng=rng
        ),
        "dwell": measured(
            f"dwell times of variable {v}, KS", marginals.dwell_distance, *times, rng=rng, surrogates=false
        ),
    }


def of_spectra(sets: Sets) -> Measures:
    """Power spectra and autocorrelations."""
    z, real, rng = sets.stretches.z, sets.real.z, sets.rng
    powers = [spectra.power(x)[1] for x in (z, real)]
    count = max(2, min(LAGS * sets.memory + 1, sets.samples // 2))
    products = [spectra.lag_products(x, count) for x in (z, real)]
    return {
        "spectrum": measured("spectrum (dB)", spectra.spectral_difference, *powers, rng=rng),
        "autocorrelation": measured("autocorrelation", spectra.autocorrelation_difference, *products, rng=rng),
    }


def of_flow(sets: Sets, flow: Scaled, seams: Array | None) -> Measures:
    """Residuals of the flow after one step, inside and at seams, and after ten."""

    def parts(z: Array, steps: int, states: int) -> Array:
        """Residuals of some whole series, as rows of stretches (or nearly so)."""
        chosen = evenly(z, max(1, states // z.shape[1]))
        residuals = flow.residuals(chosen, steps=steps)
        size = min(sets.samples, residuals.shape[1])
        count = residuals.shape[1] // size
        return residuals[:, : count * size].reshape(-1, size)

    def quantile(level: float) -> Callable[[Array], Any]:
        return lambda residuals: np.quantile(residuals, level)

    generated, real, false = (parts(z, 1, STATES) for z in (sets.generated, sets.reference, sets.surrogates))
    result = {
        f"flow{suffix}": measured_alone(
            f"flow residual, {words} (std)", quantile(level), generated, real, rng=sets.rng, surrogates=false
        )
        for suffix, words, level in (("", "median", 0.5), ("_90", "90 % quantile", 0.9))
    }
    if seams is not None:
        chosen = evenly(sets.generated, max(8, STATES // sets.generated.shape[1]))
        at_each = flow.residuals(chosen)
        inside, crossing = np.median(at_each[:, ~seams]), np.median(at_each[:, seams])
        rows = [sets.rng.integers(len(chosen), size=len(chosen)) for _ in range(40)]
        pairs = np.array([(np.median(at_each[r][:, ~seams]), np.median(at_each[r][:, seams])) for r in rows])
        usual = result["flow"]
        errors = pairs.std(axis=0)
        result["flow_inside"] = Measure(
            "flow residual inside, median (std)", inside, errors[0], usual.ceiling, usual.floor
        )
        result["flow_seam"] = Measure(
            "flow residual at seams, median (std)", crossing, errors[1], usual.ceiling, usual.floor
        )
        ratios = (pairs[:, 1] + TINY) / (pairs[:, 0] + TINY)
        result["seam_ratio"] = Measure(
            "residual at seams over that inside", (crossing + TINY) / (inside + TINY), ratios.std(), np.asarray(1.0)
        )
    if min(x.shape[1] for x in (sets.generated, sets.reference)) > STEPS:
        later = [parts(z, STEPS, LATER_STATES) for z in (sets.generated, sets.reference, sets.surrogates)]
        result["flow_ten"] = measured_alone(
            "flow error after 10 steps, median (std)", np.median, *later[:2], rng=sets.rng, surrogates=later[2]
        )
    return result


def of_prediction(sets: Sets, neighbours: Neighbours) -> Measures:
    """How badly the reference's nearest states predict."""
    errors = [neighbours.residuals(x)[..., 0] for x in (sets.stretches, sets.real, sets.false)]
    name = "error predicted by the reference, median (std)"
    return {"prediction": measured_alone(name, np.median, *errors[:2], rng=sets.rng, surrogates=errors[2])}


def of_diversity(sets: Sets, diversity: Diversity, with_train: bool) -> Measures:
    """How different series are from each other, and from the training set."""

    def over(first: Array, second: Array) -> Array:
        return np.asarray(np.median(first) / max(float(np.median(second)), 1e-12))

    rng, result = sets.rng, {}
    generated, real = sets.generated[diversity.looked_at], evenly(sets.reference, 300)
    if min(len(generated), len(real)) > 1:
        samples = min(generated.shape[1], real.shape[1])
        distances = [series_distances(z[:, :samples], z[:, :samples]) for z in (generated, real)]
        sizes = len(generated)
        both = np.zeros((sizes + len(real), sizes + len(real)))
        both[:sizes, :sizes], both[sizes:, sizes:] = distances

        def ratio(a: Array, b: Array) -> float:
            """NaN where one series was drawn again and again."""
            return mean_distance(both, a) / (mean_distance(both, b) or np.nan)

        result["diversity"] = measured(
            "diversity: distance between series, ratio", ratio, np.arange(sizes), np.arange(sizes, len(both)), rng=rng,
        )  # fmt: skip
        result["nearest_generated"] = measured(
            "nearest window of another series, ratio", over, diversity.among_generated, diversity.among_real, rng=rng
        )
        number, every = len(diversity.distinct), len(diversity.looked_at)
        result["different"] = Measure(
            f"different series, of {every}", np.asarray(float(number)), np.asarray(np.nan), np.asarray(float(every))
        )
    if with_train:
        result["nearest_train"] = measured(
            "nearest window of the training set, ratio", over, diversity.to_source, diversity.real_to_source, rng=rng
        )
        copied = diversity.copies.windows
        result["copied"] = Measure(
            "windows copied from the training set", np.asarray(copied), np.asarray(np.nan), np.asarray(0.0)
        )
    return result


def of_chaos(sets: Sets, neighbours: Neighbours, dt: float, progress: bool) -> tuple[Measures, list[str]]:
    """Correlation dimension, and ratios of Lyapunov exponents; and what had to be left out."""
    result, notes = {}, []
    embedding = neighbours.embedding
    dimensions = []
    for z in (sets.generated, sets.reference, sets.surrogates):
        few = evenly(z, max(exponents.SERIES, exponents.POINTS // z.shape[1]))
        times = np.broadcast_to(np.arange(embedding.first, z.shape[1]), (len(few), z.shape[1] - embedding.first))
        dimensions.append(exponents.dimension_of(embedding.states(few, times), sets.memory))
    if np.isfinite([dimension for dimension, _ in dimensions[:2]]).all():
        values = [np.asarray(dimension) for dimension, _ in dimensions]
        result["dimension"] = Measure("correlation dimension", values[0], np.asarray(dimensions[0][1]), *values[1:])
    else:
        notes.append("The correlation dimension is left out: there are too few different states.")
    samples = [exponents.some_series(z) for z in (sets.generated, sets.reference, sets.surrogates)]
    if min(z.shape[1] for z in samples) < exponents.SHORTEST:
        notes.append(f"Exponents are left out: series must have {exponents.SHORTEST} samples or more.")
        return result, notes
    follow = exponents.Rosenstein(samples[1], dt=dt, memory=sets.memory)
    methods = {
        "eckmann": lambda z: exponents.eckmann_exponents(z, dt=dt, progress=progress),
        "rosenstein": lambda z: follow.exponents(z, progress=progress),
    }
    for name, method in methods.items():
        found = [method(z) for z in samples]
        words = f"{name.capitalize()}'s exponent, ratio"
        measure = measured(words, exponents.ratio, *found[:2], rng=sets.rng, surrogates=found[2])
        if np.isfinite(measure.value).any():
            result[name] = measure
        else:
            notes.append(f"{name.capitalize()}'s exponents are left out: there are none, or not of the reference.")
    return result, notes


def prepared(sets: Sets, seed: int) -> Neighbours:
    """What the reference's states predict."""
    real: Stretches = sets.real
    return Neighbours(real, sets.memory, seed)
