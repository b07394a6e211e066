"""Surrogates: series that share with the data all that a dull explanation has, and nothing else.

J. Theiler, S. Eubank, A. Longtin, B. Galdrikian, J. D. Farmer, "Testing for nonlinearity in time series: the method of
surrogate data", Physica D 58, 1992. Each kind makes series as some hypothesis has it; if a statistic of the data lies
outside of what it is for these, the hypothesis is refused. A positive exponent proves nothing where surrogates have it
too.

The two that keep the spectrum take the series to go round in a circle. Where its end does not meet its beginning, the
jump adds high frequencies that the motion has not: cut the series to where the ends fit.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Protocol

import numpy as np

from minnet.checks import as_generator
from minnet.errors import DataError, SettingError
from minnet.names import explained
from minnet.numerics.chaos.embedding import check_length, check_whole, checked_series
from minnet.progress import tqdm
from minnet.types import Array

Rng = int | np.random.Generator | None


class Surrogate(Protocol):
    """A function that makes one surrogate of a series.

    >>> from minnet.numerics.chaos import SurrogateTest, aaft, phase_randomised, surrogate_test
    >>> x = np.cumsum(np.random.default_rng(0).standard_normal(200))
    >>> bool((np.sort(aaft(x, rng=0)) == np.sort(x)).all())  # the same values
    True
    >>> power = np.abs(np.fft.rfft([x, phase_randomised(x, rng=0)]))
    >>> bool(np.allclose(*power))  # the same spectrum
    True
    >>> surrogate: Surrogate = shuffled
    >>> isinstance(surrogate_test(x, np.ptp, surrogate=surrogate, rng=0), SurrogateTest)
    True
    """

    def __call__(self, x: Array, *, rng: Rng) -> Array: ...


@explained("shuffled(x, rng=...)")
def shuffled(x: Array, *, rng: Rng) -> Array:
    """The samples (n,) in random order. Hypothesis: independent numbers from one distribution."""
    return as_generator(rng, "shuffled").permutation(_checked("shuffled", x))


@explained("phase_randomised(x, rng=...)")
def phase_randomised(x: Array, *, rng: Rng) -> Array:
    """A series (n,) with the same mean and power spectrum, and random phases. Hypothesis: a linear gaussian process."""
    x = _checked("phase_randomised", x)
    spectrum = np.fft.rfft(x)
    rotated = slice(1, (len(x) + 1) // 2)  # not the mean nor, where n is even, the last of all: they must stay real
    phases = as_generator(rng, "phase_randomised").uniform(0, 2 * np.pi, len(spectrum[rotated]))
    spectrum[rotated] *= np.exp(1j * phases)
    return np.fft.irfft(spectrum, len(x))


@explained("aaft(x, rng=...)")
def aaft(x: Array, *, rng: Rng) -> Array:
    """A series (n,) with the same values, and nearly the same power spectrum (amplitude-adjusted Fourier transform).

    Hypothesis: a linear gaussian process, seen through an increasing function. Gaussian numbers are put in the order of
    the data, their phases made random, and the data put in the order of these.
    """
    x = _checked("aaft", x)
    generator = as_generator(rng, "aaft")
    gaussian = np.sort(generator.standard_normal(len(x)))[_ranks(x)]
    return np.sort(x)[_ranks(phase_randomised(gaussian, rng=generator))]


def _ranks(x: Array) -> Array:
    return np.argsort(np.argsort(x, kind="stable"), kind="stable")


def _checked(owner: str, x: Array) -> Array:
    x = checked_series(owner, x)
    return check_length(owner, x, 4)


@dataclass(frozen=True)
class SurrogateTest:
    """A statistic of the data among those of its surrogates.

    Attributes
    ----------
    value : float
        Of the data.
    surrogates : array (n,)
        Of the surrogates.
    rank : int
        The data's, from 1 (less than all surrogates) to n + 1. The surrogates that equal it count as half below.
    p_value : float
        Of both sides: how often data that are as the surrogates are would have a rank as far out. At best 2 / (n + 1).
    """

    value: float
    surrogates: Array = field(repr=False)
    rank: int
    p_value: float


@explained("surrogate_test(x, statistic, surrogate=...)")
def surrogate_test(
    x: Array, statistic: Callable[[Array], Any], *, surrogate: Surrogate, count: int = 39, vectorized: bool = False,
    rng: Rng = None, progress: bool = False,
) -> SurrogateTest:  # fmt: skip
    """Compare a statistic of a series with that of its surrogates.

    Parameters
    ----------
    x : array (samples,)
    statistic : callable
        Takes a series, returns a number.
    surrogate : callable
        `shuffled`, `phase_randomised`, `aaft`, or one's own.
    count : int
        Of surrogates; 39 make a test of both sides at 5 per cent, the least for which it can be refused.
    vectorized : bool
        The statistic takes many series (n, samples) at once, and returns their numbers (n,).
    rng : int, numpy.random.Generator or None
        Surrogate k is the same for any count above k.
    progress : bool

    Raises
    ------
    SettingError
        count is not a whole number >= 1, or a function none.
    DataError
        The statistic is no finite number.

    Examples
    --------
    >>> x = np.sin(np.arange(200) ** 2)
    >>> test = surrogate_test(x, lambda x: np.corrcoef(x[1:], x[:-1])[0, 1], surrogate=shuffled, rng=0)
    >>> test.p_value > 0.05
    True
    """
    owner = "surrogate_test"
    check_whole(owner, count=count)
    if not callable(statistic) or not callable(surrogate):
        raise SettingError(
            f"{owner}: statistic must be a function of a series, and surrogate one such as aaft, not {statistic!r} and "
            f"{surrogate!r}"
        )
    x = _checked(owner, x)
    streams = as_generator(rng, owner).spawn(count)
    series = chain([x], (surrogate(x, rng=stream) for stream in streams))
    numbers = statistic(np.stack(list(series))) if vectorized else map(statistic, series)
    names = ["the series", *(f"surrogate {k}" for k in range(count))]
    bar = tqdm(zip(names, numbers, strict=True), "surrogates", count + 1, disable=not progress, delay=1)
    value, *others = (_number(owner, number, name) for name, number in bar)
    values = np.array(others)
    below, equal = int((values < value).sum()), int((values == value).sum())
    rank = 1 + below + equal // 2
    tail_count = 1 + equal + min(below, count - below - equal)
    return SurrogateTest(value, values, rank, min(1.0, 2 * tail_count / (count + 1)))


def _number(owner: str, value: float, name: str) -> float:
    if np.ndim(value) or not np.isfinite(value):
        raise DataError(f"{owner}: the statistic of {name} is {value!r}, not a finite number")
    return float(value)
