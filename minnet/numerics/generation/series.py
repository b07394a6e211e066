"""Series in the reference's units (mean 0 and standard deviation 1), cut into stretches of one length.

What is measured is measured on stretches, and errors come from drawing them again. They are whole series if there are
enough; fewer are cut, into stretches that remember nothing of each other.
"""

from dataclasses import dataclass

import numpy as np

from minnet.checks import as_real, check_finite
from minnet.errors import DataError, ShapeError
from minnet.types import Array

SHORTEST = 16  # samples of a series
ENOUGH = 24  # series, above which they are not cut
FARTHEST = 1e6  # standard deviations, whose squares and their sums are still in range
MEMORY = 20  # decorrelation times in a stretch, at least


@dataclass(frozen=True)
class Stretches:
    """Pieces of series, all of one length.

    Attributes
    ----------
    z : array (units, samples, variable)
        In standard deviations of the reference, from its mean.
    halves : int array (units,)
        0 or 1: two halves, with whole series in one of them where there are several.
    """

    z: Array
    halves: Array

    def some(self, count: int) -> "Stretches":
        """At most so many, evenly spaced over all."""
        rows = np.unique(np.linspace(0, len(self.z) - 1, min(count, len(self.z))).round().astype(int))
        return Stretches(self.z[rows], self.halves[rows])


def checked(owner: str, x: Array, name: str) -> Array:
    """Series (series, sample, variable) of finite numbers; (series, sample) is taken as one variable."""
    x = np.asarray(as_real(x, f"{owner}: {name}"), float)
    if x.ndim == 2:
        x = x[..., None]
    if x.ndim != 3:
        raise ShapeError(
            f"{owner}: {name} must be (series, sample, variable), or (series, sample) of one variable, not {x.shape}; "
            f"a single series is {name}[None]"
        )
    if not x.size:
        raise DataError(f"{owner}: {name} {x.shape} is empty")
    if x.shape[1] < SHORTEST:
        raise DataError(f"{owner}: series of {name} have {x.shape[1]} samples; at least {SHORTEST} are needed")
    check_finite(x, f"{owner}: {name}")
    return x


def spread(owner: str, reference: Array, name: str = "the reference") -> tuple[Array, Array]:
    """Mean and standard deviation (variable,) over series and samples, whose squares may be out of range."""
    largest = np.maximum(np.abs(reference).max(axis=(0, 1)), np.finfo(float).tiny)
    scaled = reference / largest
    mean, std = scaled.mean(axis=(0, 1)) * largest, scaled.std(axis=(0, 1)) * largest
    constant = std <= 1e-12 * np.abs(mean)
    if constant.any():
        raise DataError(f"{owner}: variable {int(constant.argmax())} of {name} is constant; leave it out")
    return mean, std


def in_units_of(reference: tuple[Array, Array], x: Array) -> Array:
    """Series in standard deviations from the mean of the reference; further away than `FARTHEST` counts as that far."""
    mean, std = reference
    with np.errstate(over="ignore"):
        return np.clip((x - mean) / std, -FARTHEST, FARTHEST)


def autocovariance(z: Array, count: int) -> Array:
    """Of each of the series (n, samples, v), about 0, at the lags 0, 1, ...: (n, count, v)."""
    samples = z.shape[1]
    spectrum = np.fft.rfft(z, 2 * samples, axis=1)
    products = np.fft.irfft(spectrum.real**2 + spectrum.imag**2, 2 * samples, axis=1)[:, :count]
    return products / (samples - np.arange(count))[None, :, None]


def decorrelation(z: Array) -> int:
    """The first lag, in samples, at which the autocorrelation is below 1/e, on average over variables; at least 1."""
    count = max(2, z.shape[1] // 2)
    correlation = autocovariance(z[:: 1 + len(z) // 200], count).mean(axis=0)
    below = np.abs(correlation) < np.exp(-1) * correlation[0]
    first = np.where(below.any(axis=0), below.argmax(axis=0), count)
    return max(1, round(float(first.mean())))


def stretches_of(z: Array, samples: int) -> Stretches:
    """As many stretches of so many samples as there are room for in each series, in order."""
    count = z.shape[1] // samples
    pieces = z[:, : count * samples].reshape(len(z) * count, samples, z.shape[2])
    series = np.repeat(np.arange(len(z)), count)
    return Stretches(pieces, series % 2 if len(z) > 1 else 2 * np.arange(count) // count)


def stretch_length(generated: Array, reference: Array, memory: int) -> int:
    """Samples of a stretch: of whole series, or less where series are few and long; see `ENOUGH` and `MEMORY`."""
    shortest, fewest = min(generated.shape[1], reference.shape[1]), min(len(generated), len(reference))
    longest = shortest if fewest > 1 else shortest // 2  # one series makes two halves
    return int(max(shortest // -(-ENOUGH // fewest), min(longest, max(SHORTEST, MEMORY * memory))))
