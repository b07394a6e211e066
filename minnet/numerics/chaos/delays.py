"""Which lag, and how many dimensions, an embedding needs: mutual information, and false nearest neighbours."""

from dataclasses import dataclass, field

import numpy as np
from tqdm import tqdm

from minnet.numerics.chaos.embedding import check_length, check_whole, checked_series, delay_vectors, neighbours
from minnet.types import Array

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
        """The lag, in samples, at which the curve first turns up; None if it does not.

        A usual lag of an embedding: later samples have much to add, and still belong to the same motion. The curve of a
        map has no minimum before it is lost in noise: there the lag is 1.
        """
        rising = np.flatnonzero(np.diff(self.information) > 0)
        return int(self.lags[rising[0]]) if len(rising) else None


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


def mutual_information(x: Array, *, max_lag: int, bins: int | None = None) -> MutualInformation:
    """Average mutual information of ``x[n]`` and ``x[n + lag]``.

    A. M. Fraser, H. L. Swinney, Phys. Rev. A 33, 1986, by a histogram with as many samples in each bin of either axis.
    What a histogram of so many bins finds between independent numbers, ``(bins - 1)^2 / 2n`` on average (G. Miller,
    1955), is taken away.

    Parameters
    ----------
    x : array (samples,)
    max_lag : int
        In samples.
    bins : int, optional
        Of each axis; ``(samples / 5)^(1/3)``, but at least 4, when not given.

    Raises
    ------
    SettingError
        max_lag is not a whole number >= 1, or bins not one >= 2.
    DataError, ShapeError, DtypeError
        The series is not one, or is too short.
    """
    owner = "mutual_information"
    x = checked_series(owner, x)
    check_whole(owner, max_lag=max_lag)
    bins = max(4, round((len(x) / 5) ** (1 / 3))) if bins is None else bins
    check_whole(owner, minimum=2, bins=bins)
    check_length(owner, x, max_lag + 5 * bins)
    edges = np.quantile(x, np.arange(1, bins) / bins)
    bin_of = np.searchsorted(edges, x, side="right")
    lags = np.arange(max_lag + 1)
    return MutualInformation(lags, np.array([_information(bin_of[: len(x) - k], bin_of[k:], bins) for k in lags]))


def _information(first: Array, second: Array, bins: int) -> float:
    n = len(first)
    joint = np.bincount(first * bins + second, minlength=bins * bins).reshape(bins, bins) / n
    independent = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0)
    present = joint > 0
    return float(np.sum(joint[present] * np.log(joint[present] / independent[present])) - (bins - 1) ** 2 / (2 * n))


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
    """
    owner = "false_neighbours"
    x = checked_series(owner, x)
    check_whole(owner, lag=lag, max_dimension=max_dimension)
    check_whole(owner, minimum=0, window=window)
    check_length(owner, x, max_dimension * lag + 2 * window + 2)
    dimensions, fractions, size = np.arange(1, max_dimension + 1), np.empty(max_dimension), x.std()
    for d in tqdm(dimensions, "false neighbours", disable=not progress, delay=1):
        n = len(x) - d * lag  # those that have a next entry
        indices, distances = neighbours(delay_vectors(x, d, lag)[:n], 1, window=window, owner=owner)
        nearest, distance = indices[:, 0], distances[:, 0]
        difference = np.abs(x[nearest + d * lag] - x[d * lag :])
        false = (difference > DISTANCE_RATIO * distance) | (np.hypot(distance, difference) > SIZE_RATIO * size)
        fractions[d - 1] = np.mean(false)
    return FalseNeighbours(dimensions, fractions)
