"""Series spoilt in known ways, to which generated ones are likened: noise, surrogates, another order or speed."""

from collections.abc import Callable

import numpy as np
from scipy.interpolate import CubicSpline

from minnet.checks import varies
from minnet.numerics.chaos import Surrogate
from minnet.types import Array

LEVELS = np.array([0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0])
SPEEDS = np.concatenate([1 / np.array([5.0, 4.0, 3.0, 2.5, 2.0, 1.5, 1.25, 1.1]), [1.1, 1.25, 1.5, 2.0, 2.5, 3.0]])


def surrogates_of(z: Array, kind: Surrogate, rng: np.random.Generator) -> Array:
    """Of each variable of each series (n, samples, v) by itself; what is constant, but for rounding, stays as it is."""
    result = z.copy()
    for k in range(len(z)):
        for v in range(z.shape[2]):
            if varies(z[k, :, v]):
                result[k, :, v] = kind(z[k, :, v], rng=rng)
    return result


def in_random_order(z: Array, rng: np.random.Generator) -> Array:
    """The samples of each series in random order, all variables together."""
    order = np.argsort(rng.random(z.shape[:2]), axis=1)
    return np.take_along_axis(z, order[..., None], axis=1)


def noisy(z: Array, level: float, rng: np.random.Generator) -> Array:
    """Normal noise added, of that many standard deviations."""
    return z + level * rng.standard_normal(z.shape)


def noise_level(errors: Callable[[Array], Array], found: Array, reference: Array, seed: int) -> tuple[float, float]:
    """Which noise makes the reference's median error as large as what was found (units, t), and its standard error.

    errors takes the reference's stretches (units, samples, v) with noise, and returns errors (units, t). The level is
    infinite if even noise as large as the reference itself makes smaller errors.
    """
    medians = [np.median(errors(noisy(reference, level, np.random.default_rng(seed)))) for level in LEVELS]
    curve = np.log(np.maximum.accumulate(np.maximum(medians, 1e-12)) * (1 + 1e-9 * np.arange(len(LEVELS))))
    rng = np.random.default_rng(seed)
    draws = [found, *(found[rng.integers(len(found), size=len(found))] for _ in range(40))]
    logs = np.log(np.maximum([np.median(draw) for draw in draws], 1e-12))
    levels = np.interp(logs, curve, LEVELS)
    return float(levels[0]) if logs[0] <= curve[-1] else np.inf, float(levels[1:].std())


def at_speed(z: Array, speed: float) -> Array:
    """Series (n, samples, v) sampled anew, by cubic splines, so that they pass that many times as fast."""
    samples = z.shape[1]
    times = np.arange(0, samples - 1 + 1e-9, speed)
    return np.asarray(CubicSpline(np.arange(samples), z, axis=1)(times))
