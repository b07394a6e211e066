"""What is looked at to tell one set of series from another, and the test that tells them apart.

A fingerprint has one row for each stretch of series and one column for each thing that may differ. Two sets differ if
the largest difference of any column's means is larger than in random divisions of all rows into two sets: a permutation
test by the largest of many statistics, which holds its level whatever their number and however they depend on each
other (P. H. Westfall, S. S. Young, Resampling-Based Multiple Testing, 1993).
"""

from dataclasses import dataclass
from math import comb

import numpy as np

from minnet.numerics.generation.flow import Scaled
from minnet.numerics.generation.marginals import distribution_functions
from minnet.numerics.generation.prediction import Neighbours
from minnet.numerics.generation.series import Stretches, autocovariance
from minnet.numerics.generation.spectra import power
from minnet.types import Array

PERMUTATIONS = 2000
LEVEL = 1e-3  # of the test: how often real series are said to differ
MOST = 400  # stretches of a set that are looked at
NEGLIGIBLE = 1e-3  # standard deviations: errors below are rounding, integration, or an imperfect flow
FLOW_SAMPLES = 120  # of each stretch, to which the flow is applied
TOLERANCE = {
    "marginals": 0.05, "spectrum": 0.25, "autocorrelation": 0.05, "products": 0.1, "prediction": 0.25,
    "distance": 0.35, "flow": 0.25, "jumps": 0.03,
}  # fmt: skip
"""Up to which difference two sets are much alike, by groups of columns: of distribution functions; of the logarithm of
power (1.1 dB), mean over bands; of autocorrelations and mean products; of logarithms of errors and distances; of the
part of samples with large errors."""
ONE_SIDED = ("prediction", "distance", "flow", "jumps")  # to be nearer than real series to the equations is no fault

Columns = dict[str, Array]


@dataclass(frozen=True)
class Difference:
    """Of two sets: p-value of the test, the same for each group of columns, and how large they are over `TOLERANCE`.

    `least` is the p-value that no division of so many stretches can be below.
    """

    p_value: float
    least: float
    groups: dict[str, float]
    sizes: dict[str, float]

    @property
    def rejected(self) -> bool:
        """Whether the sets differ: at `LEVEL`, or as far as a test of so few can tell."""
        return self.p_value <= max(LEVEL, 1.5 * self.least)

    @property
    def alike(self) -> bool:
        """No difference can be seen, or none that matters."""
        return self.p_value > LEVEL or self.size <= 1

    @property
    def size(self) -> float:
        """The largest, over its tolerance."""
        return max(self.sizes.values())


class Fingerprint:
    """Columns of any set of series, by what is known of the reference."""

    def __init__(self, reference: Stretches, neighbours: Neighbours, memory: int, flow: Scaled | None) -> None:
        z = reference.z
        levels = [0.005, *np.linspace(0.05, 0.95, 13), 0.995]
        self.thresholds = np.quantile(z.reshape(-1, z.shape[2]), levels, axis=0)
        frequencies, spectra = power(z)
        self.bands = np.array_split(np.arange(len(frequencies)), min(12, len(frequencies)))
        self.least_power = 1e-5 * spectra.mean(axis=(0, 1))
        self.lags = np.unique(np.geomspace(1, max(2, min(5 * memory, z.shape[1] // 3)), 8).round().astype(int))
        self.neighbours, self.flow = neighbours, flow
        self.steps = max(1, min(10, z.shape[1] // 4))
        possible = z.shape[1] - self.steps  # in random order, lest every one has the same place between seams
        self.times = np.random.default_rng(neighbours.seed).permutation(possible)[:FLOW_SAMPLES]
        self.large = 3 * float(np.quantile(self.errors(reference), 0.995)) + 0.05

    def errors(self, stretches: Stretches) -> Array:
        """One interval later, by the flow if there is one, or else by neighbours: (units, t)."""
        if self.flow is not None:
            return self.flow.residuals(stretches.z, times=self.times)
        return np.asarray(self.neighbours.residuals(stretches)[..., 0])

    def columns(self, stretches: Stretches) -> Columns:
        """Each group's (units, columns)."""
        z = stretches.z
        units = len(z)
        _, spectra = power(z)
        bands = np.stack([spectra[:, band].mean(axis=1) for band in self.bands], axis=1) + self.least_power
        covariance = autocovariance(z, int(self.lags[-1]) + 1)
        predicted = np.maximum(self.neighbours.residuals(stretches), NEGLIGIBLE)
        columns = {
            "marginals": distribution_functions(z, self.thresholds).reshape(units, -1),
            "spectrum": np.log(bands).reshape(units, -1),
            "autocorrelation": covariance[:, self.lags].reshape(units, -1),
            "products": np.concatenate([z.mean(axis=1), *_products(z)], axis=1),
            "prediction": np.log(np.concatenate(
                [np.median(predicted[..., :2], axis=1), np.quantile(predicted[..., 0], [0.9], axis=1).T], axis=1)),
            "distance": np.log(np.median(predicted[..., 2:], axis=1)),
        }  # fmt: skip
        one_step = predicted[..., 0]
        if self.flow is not None:
            one_step = np.maximum(self.flow.residuals(z, times=self.times), NEGLIGIBLE)
            few = self.times[: FLOW_SAMPLES // 12]
            later = np.maximum(self.flow.residuals(z, steps=self.steps, times=few), NEGLIGIBLE)
            logs = [np.quantile(one_step, 0.5, axis=1), np.quantile(one_step, 0.9, axis=1), np.median(later, axis=1)]
            columns["flow"] = np.log(np.stack(logs, axis=1))
        columns["jumps"] = np.mean(one_step > self.large, axis=1)[:, None]
        return columns


def _products(z: Array) -> list[Array]:
    """Means of the products of different variables, of the first eight at most: (units, pairs)."""
    v = min(z.shape[2], 8)
    pairs = np.einsum("usi,usj->uij", z[..., :v], z[..., :v]) / z.shape[1]
    rows, columns = np.triu_indices(v, 1)
    return [pairs[:, rows, columns]]


def difference(first: Columns, second: Columns, *, seed: int, one_sided: bool = False) -> Difference:
    """Test whether two sets differ; `one_sided`: in groups of `ONE_SIDED` only if the first has more."""
    names = list(first)
    n, m = len(first[names[0]]), len(second[names[0]])
    rng = np.random.default_rng(seed)
    rows = np.concatenate([np.concatenate([first[k], second[k]]) for k in names], axis=1)
    rows = rows - rows.mean(axis=0)
    scaled = rows / np.maximum(rows.std(axis=0), 1e-9)
    group = np.repeat(np.arange(len(names)), [first[k].shape[1] for k in names])
    sided = np.array([one_sided and names[g] in ONE_SIDED for g in group])
    labels = np.zeros((1 + PERMUTATIONS, n + m))
    labels[0, :n] = 1
    labels[1:] = rng.permuted(np.broadcast_to(labels[0], (PERMUTATIONS, n + m)), axis=1)
    means = labels @ scaled
    statistics = np.where(sided, means, np.abs(means))
    per_group = np.stack([statistics[:, group == g].max(axis=1) for g in range(len(names))], axis=1)
    largest = per_group.max(axis=1)

    def p_value(value: float) -> float:
        return float((1 + np.sum(largest[1:] >= value * (1 - 1e-9))) / (1 + PERMUTATIONS))

    raw = {k: first[k].mean(axis=0) - second[k].mean(axis=0) for k in names}
    sizes = {k: _size(k, np.maximum(raw[k], 0) if one_sided and k in ONE_SIDED else raw[k]) for k in names}
    least = 2 / comb(n + m, n) if n == m else 1 / comb(n + m, n)  # the same two sets, in either order
    groups = {k: p_value(per_group[0, g]) for g, k in enumerate(names)}
    return Difference(p_value(largest[0]), least, groups, sizes)


def _size(name: str, raw: Array) -> float:
    value = np.abs(raw).mean() if name == "spectrum" else np.abs(raw).max()
    return float(value / TOLERANCE[name])


def too_few(n: int, m: int) -> bool:
    """Whether sets of n and m stretches can be divided in so few ways that the test cannot be sure."""
    return comb(n + m, n) < 5 / LEVEL
