"""Which lag, and how many dimensions, an embedding needs: mutual information, and false nearest neighbours."""

from dataclasses import dataclass, field

import numpy as np
from scipy.stats import rankdata

from minnet.checks import binary_exponent
from minnet.names import explained
from minnet.numerics.chaos.embedding import (
    check_length,
    check_whole,
    checked_series,
    delay_vectors,
    levels,
    neighbours,
    resolution,
)
from minnet.progress import tqdm
from minnet.types import Array

HISTOGRAMS = 16
JITTER = 3.0  # standard deviations by which single points may lie above a curve,
MOST_JITTER = 0.1  # but at most this part of how far it has fallen
DISTANCE_RATIO, SIZE_RATIO = 15.0, 2.0  # what makes a neighbour false: R_tol and A_tol of Kennel et al.


@dataclass(frozen=True)
class MutualInformation:
    """What a sample tells of a later one.

    Attributes
    ----------
    lags : array (n,)
        In samples: 0, 1, 2, ...
    information : array (n,)
        In nats.
    """

    lags: Array
    information: Array = field(repr=False)

    @property
    def first_minimum(self) -> int | None:
        """The lag, in samples, of the first minimum: the lowest place before the curve rises by more than it goes up
        and down from lag to lag, or the middle of a bottom that is flat but for that; None if it does not rise.

        A usual lag of an embedding: later samples have much to add, and still belong to the same motion. The curve of a
        map has no minimum before it is lost in noise: there the lag is 1.
        """
        curve, bends = self.information, np.diff(self.information, 2)
        lowest = np.minimum.accumulate(curve)
        zigzag = np.abs(bends[1:])[bends[1:] * bends[:-1] < 0]  # a smooth curve bends one way for some lags
        scatter = 1.5 * float(np.median(zigzag)) / np.sqrt(6) if 2 * len(zigzag) > len(bends) else 0.0  # of a point
        jitter = np.minimum(JITTER * scatter, MOST_JITTER * (curve[0] - lowest))
        risen = np.flatnonzero(curve > lowest + jitter)
        if not len(risen):
            return None
        before = curve[: risen[0]]
        low = np.flatnonzero(before <= before.min() + jitter[: risen[0]])
        return int(self.lags[(low[0] + low[-1]) // 2])


@dataclass(frozen=True)
class FalseNeighbours:
    """How many nearest neighbours are no neighbours in one dimension more.

    Attributes
    ----------
    dimensions : array (n,)
        1, 2, ...
    fractions : array (n,)
        Of the nearest neighbours in that many dimensions, those that are false.
    """

    dimensions: Array
    fractions: Array

    def minimum_dimension(self, fraction: float = 0.01) -> int | None:
        """The fewest dimensions in which at most that fraction of neighbours are false; None if none are enough."""
        sufficient = np.flatnonzero(self.fractions <= fraction)
        return int(self.dimensions[sufficient[0]]) if len(sufficient) else None


@explained("mutual_information(x, max_lag=...)")
def mutual_information(x: Array, *, max_lag: int, bins: int | None = None) -> MutualInformation:
    """Average mutual information of ``x[n]`` and ``x[n + lag]``.

    A. M. Fraser, H. L. Swinney, Phys. Rev. A 33, 1986, by histograms with as many samples in each bin of either axis:
    the mean over sixteen, whose bins begin at different places, since a curve on which all pairs lie, as those of a
    periodic series do, fits one histogram better at some lags than at others. What histograms find between
    independent numbers, half a sample's weight for each degree of freedom (G. Miller, 1955), is taken away.

    Parameters
    ----------
    x : array (samples,)
    max_lag : int
        In samples.
    bins : int, optional
        Of each axis; ``(pairs / 5)^(1/3)``, but at least 4, when not given, with so many pairs of successive samples
        that differ.

    Raises
    ------
    SettingError
        max_lag is not a whole number >= 1, or bins not one >= 2.
    DataError, ShapeError, DtypeError
        The series is not one, or is too short.

    Examples
    --------
    >>> x = np.repeat(np.random.default_rng(0).random(1000), 2)  # a sample tells the next one, and only that
    >>> found = mutual_information(x, max_lag=3)
    >>> isinstance(found, MutualInformation), (found.information > 0.3).tolist()
    (True, [True, True, False, False])
    """
    owner = "mutual_information"
    x = checked_series(owner, x)
    check_whole(owner, max_lag=max_lag)
    numbers = levels(x)
    if bins is None:
        pairs = len(np.unique(numbers[1:] * (numbers.max() + 1) + numbers[:-1]))  # which recur in a periodic series
        bins = max(4, round((pairs / 5) ** (1 / 3)))
    check_whole(owner, minimum=2, bins=bins)
    check_length(owner, x, max_lag + 5 * bins)
    lags = np.arange(max_lag + 1)
    quantiles = (rankdata(numbers) - 0.5) / len(x)
    shifts = (np.arange(HISTOGRAMS) + 0.5) / HISTOGRAMS
    first = np.floor(quantiles * bins + shifts[:, np.newaxis]).astype(int)
    second = first[5 * np.arange(HISTOGRAMS) % HISTOGRAMS]  # bins of the other axis begin elsewhere
    information = [
        np.mean([_information(a[: len(x) - k], b[k:], bins + 1) for a, b in zip(first, second, strict=True)])
        for k in lags
    ]
    return MutualInformation(lags, np.array(information))


def _information(first: Array, second: Array, bins: int) -> float:
    n = len(first)
    joint = np.bincount(first * bins + second, minlength=bins * bins).reshape(bins, bins) / n
    rows, columns = joint.sum(axis=1, keepdims=True), joint.sum(axis=0, keepdims=True)
    present = joint > 0
    degrees = ((rows > 0).sum() - 1) * ((columns > 0).sum() - 1)
    return float(joint[present] @ np.log(joint[present] / (rows * columns)[present]) - degrees / (2 * n))


@explained("false_neighbours(x, lag=..., max_dimension=...)")
def false_neighbours(
    x: Array, *, lag: int, max_dimension: int, window: int = 0, progress: bool = False
) -> FalseNeighbours:
    """The fraction of nearest neighbours that one dimension more shows to be false.

    M. B. Kennel, R. Brown, H. D. I. Abarbanel, Phys. Rev. A 45, 1992. A neighbour at distance R is false if the next
    entry of the two vectors differs by more than 15 R, or if with it they are more than two standard deviations of the
    series apart. The second catches noise, whose nearest neighbours are far away already.

    Parameters
    ----------
    x : array (samples,)
    lag : int
        Of the embedding, in samples.
    max_dimension : int
        Dimensions from 1 to this are tried.
    window : int
        Theiler's, in samples.

    Raises
    ------
    SettingError
        A setting is not a whole number in its range.
    DataError, ShapeError, DtypeError
        The series is not one, or is too short.

    Examples
    --------
    >>> from minnet import dynamics
    >>> x = dynamics.simulate(dynamics.henon(), dt=1, samples=500, transient=100)[:, 0]
    >>> found = false_neighbours(x, lag=1, max_dimension=4)
    >>> isinstance(found, FalseNeighbours), found.minimum_dimension()
    (True, 2)
    """
    owner = "false_neighbours"
    x = checked_series(owner, x)
    check_whole(owner, lag=lag, max_dimension=max_dimension)
    check_whole(owner, minimum=0, window=window)
    check_length(owner, x, max_dimension * lag + 2 * window + 2)
    x = np.ldexp(x, -binary_exponent(x))  # squares may be out of range; a power of two changes no digit
    dimensions, fractions, size = np.arange(1, max_dimension + 1), np.empty(max_dimension), x.std()
    for d in tqdm(dimensions, "false neighbours", disable=not progress, delay=1):
        n = len(x) - d * lag  # those that have a next entry
        indices, distances = neighbours(
            delay_vectors(x, d, lag)[:n], 1, window=window, owner=owner, closest=resolution(x)
        )
        nearest, distance = indices[:, 0], distances[:, 0]
        difference = np.abs(x[nearest + d * lag] - x[d * lag :])
        false = (difference > DISTANCE_RATIO * distance) | (np.hypot(distance, difference) > SIZE_RATIO * size)
        fractions[d - 1] = np.mean(false)
    return FalseNeighbours(dimensions, fractions)
