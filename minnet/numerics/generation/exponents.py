"""How chaotic series look: correlation dimension, and Lyapunov exponents of each coordinate by two methods.

None of them proves chaos: linear noise with the same spectrum has positive exponents too. They stand between those of
surrogates and those of real series.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from minnet.errors import DataError, SettingError
from minnet.numerics.chaos import correlation_dimension, largest_exponents, rosenstein
from minnet.progress import tqdm
from minnet.types import Array

SERIES, SAMPLES = 10, 2000  # of each set that are looked at: evenly spaced series, their first samples
SHORTEST = 200  # samples, for an exponent
POINTS = 6000  # states, for the dimension
MAPS: dict[str, Any] = {"dimension": 10, "matrix_dimension": 4, "stride": 1}  # of `eckmann`, as nolds has them
DIMENSION = 5  # of the embedding in which `rosenstein` finds neighbours
RISE = 0.2, 0.7  # parts of the rise of ln(distance) between which its slope is taken


def some_series(z: Array) -> Array:
    """Those that are looked at: at most (SERIES, SAMPLES, v)."""
    return z[np.unique(np.linspace(0, len(z) - 1, min(SERIES, len(z))).round().astype(int)), :SAMPLES]


def eckmann_exponents(z: Array, *, dt: float, progress: bool) -> Array:
    """Largest exponent (n, v) of each variable of series (n, samples, v); NaN where there is none."""
    columns = z.swapaxes(1, 2)
    exponents = largest_exponents(columns.reshape(-1, z.shape[1]), dt=dt, progress=progress, **MAPS)
    return exponents.reshape(columns.shape[:2])


class Rosenstein:
    """Rosenstein's exponent, the line being fitted where the reference's curve of divergence is one."""

    def __init__(self, reference: Array, *, dt: float, memory: int) -> None:
        samples = reference.shape[1]
        self.dt, lag = dt, max(1, min(memory // 2, samples // 50))
        self.settings = {
            "dt": dt, "dimension": DIMENSION, "lag": lag, "window": min(5 * memory, samples // 10),
            "horizon": max(6, min(20 * memory, samples // 4)),
        }  # fmt: skip
        self.regions = [self._region(reference[:4, :, v]) for v in range(reference.shape[2])]

    def _region(self, x: Array) -> tuple[float, float] | None:
        try:
            whole = 0.0, self.dt * self.settings["horizon"]
            curve = np.mean([rosenstein(series, region=whole, **self.settings).log_distance for series in x], axis=0)
        except DataError:
            return None
        rise = (curve - curve[0]) / max(curve.max() - curve[0], 1e-12)
        first, last = (int(np.argmax(rise >= part)) for part in RISE)
        first = max(0, min(first, last - 2))
        return self.dt * first, self.dt * max(last, first + 2)

    def exponents(self, z: Array, *, progress: bool) -> Array:
        """Of each variable of series (n, samples, v): (n, v); NaN where there is none."""

        def exponent(x: Array, region: tuple[float, float] | None) -> float:
            return np.nan if region is None else rosenstein(x, region=region, **self.settings).exponent

        columns = [
            _of_each(z[..., v : v + 1], "Rosenstein", progress, partial(exponent, region=region))
            for v, region in enumerate(self.regions)
        ]
        return np.concatenate(columns, axis=1)


def _of_each(z: Array, title: str, progress: bool, exponent: Callable[[Array], float]) -> Array:
    result = np.full((len(z), z.shape[2]), np.nan)
    for k in tqdm(range(len(z)), title, disable=not progress, delay=2, leave=False):
        for v in range(z.shape[2]):
            try:
                result[k, v] = exponent(z[k, :, v])
            except DataError:
                continue
    return result


def ratio(generated: Array, reference: Array) -> Array:
    """Of mean exponents (v,); NaN where the reference's is not positive, or where there are none."""
    means = []
    for exponents in (generated, reference):
        known = np.isfinite(exponents)
        means.append(np.where(known, exponents, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1))
        means[-1] = np.where(known.any(axis=0), means[-1], np.nan)
    return np.where(means[1] > 0, means[0] / np.where(means[1] > 0, means[1], 1), np.nan)


def dimension_of(states: Array, memory: int) -> tuple[float, float]:
    """Correlation dimension of states (units, t, D), and its standard error; NaN if there are too few."""
    used = states[: max(1, POINTS // states.shape[1])]
    window = min(5 * memory, used.shape[1] // 4)
    try:
        result = correlation_dimension(used.reshape(-1, used.shape[2])[:POINTS], window=window)
    except (DataError, SettingError):
        return np.nan, np.nan
    return result.dimension, result.error
