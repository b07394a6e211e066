"""Time-delay embedding: the states of a system from one number measured again and again.

The vectors ``y[n] = (x[n], x[n + L], ..., x[n + (d - 1) L])`` trace a picture of the attractor that is as good as the
attractor itself, for nearly every measured quantity x and d large enough (Takens, Lecture Notes in Mathematics 898,
1981). What is measured on them below takes neighbours: points of the picture that are close to each other but not in
time: those would follow each other whatever the system (Theiler, Phys. Rev. A 34, 1986).
"""

from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from minnet.checks import as_real, binary_exponent, varies
from minnet.errors import DataError, SettingError, ShapeError, check_range, is_number, is_whole
from minnet.names import explained
from minnet.types import Array

ROUNDING = 1e-10  # of the range of samples
AT_ONCE = 2**21  # pairs of points that are looked at together, to save memory


@explained("embed(x, dimension)")
def embed(x: Array, dimension: int, lag: int = 1) -> Array:
    """Delay vectors (n, dimension) of a series.

    Parameters
    ----------
    x : array (samples,)
    dimension : int
    lag : int
        Samples between two entries of a vector.

    Returns
    -------
    array (samples - (dimension - 1) lag, dimension)

    Raises
    ------
    SettingError
        Dimension or lag is not a whole number >= 1.
    ShapeError, DataError, DtypeError
        The series has more than one axis, is constant, too short, or holds what is not finite.

    Examples
    --------
    >>> embed([1.0, 2.0, 3.0, 4.0, 5.0], dimension=2, lag=3).tolist()
    [[1.0, 4.0], [2.0, 5.0]]
    """
    x = checked_series("embed", x)
    check_whole("embed", dimension=dimension, lag=lag)
    return delay_vectors(check_length("embed", x, (dimension - 1) * lag + 1), dimension, lag)


def delay_vectors(x: Array, dimension: int, lag: int) -> Array:
    """`embed`, of what has been checked."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (dimension - 1) * lag + 1)
    return np.ascontiguousarray(windows[:, ::lag])


def neighbours(
    points: Array, count: int, *, window: int, owner: str, p: float = 2.0, closest: float = 0.0
) -> tuple[Array, Array]:
    """The nearest neighbours of every point, none of them within a window of time.

    Parameters
    ----------
    points : array (n, d)
        In order of time.
    count : int
        How many of each.
    window : int
        Theiler's: neighbours are more than this many samples away.
    owner : str
        Name of the caller, for the message.
    p : float
        Of Minkowski's distance: 2, or inf for the largest difference of any entry.
    closest : float
        Neighbours are at least as far away: below, distances are rounding (see `resolution`).

    Returns
    -------
    indices, distances : arrays (n, count)
        The nearest first.

    Raises
    ------
    DataError
        There are too few points outside of the window, and as far away.
    """
    n = len(points)
    if n < count + 2 * window + 1:
        raise DataError(
            f"{owner}: {n} delay vectors are too few for {count} neighbours that are more than {window} samples away; "
            f"at least {count + 2 * window + 1} are needed. Measure longer, or embed with less"
        )
    exponent = binary_exponent(points)  # squares of differences may be out of range; a power of two changes no digit
    points, closest = np.ldexp(points, -exponent), float(np.ldexp(closest, -exponent))
    tree = cKDTree(points)
    indices, distances = np.empty((n, count), int), np.empty((n, count))
    remaining, k = np.arange(n), count + 1
    while len(remaining):  # points in the window are mostly the nearest: more are asked for until enough others remain
        if k == n:
            raise DataError(f"{owner}: points have no {count} neighbours that differ by more than {closest:g}")
        k = min(2 * k, n)
        too_few = []
        for rows in np.array_split(remaining, 1 + len(remaining) * k // AT_ONCE):
            near_distances, near_indices = tree.query(points[rows], k, p=p)
            outside = (np.abs(near_indices - rows[:, None]) > window) & (near_distances >= closest)
            enough = outside.sum(axis=1) >= count
            chosen = np.argsort(~outside[enough], axis=1, kind="stable")[:, :count]
            indices[rows[enough]] = np.take_along_axis(near_indices[enough], chosen, axis=1)
            distances[rows[enough]] = np.take_along_axis(near_distances[enough], chosen, axis=1)
            too_few.append(rows[~enough])
        remaining = np.concatenate(too_few)
    return indices, np.ldexp(distances, exponent)


def resolution(x: Array) -> float:
    """The least difference of samples (n,) that means anything: half a step of digitised ones, or else rounding, of the
    samples and of what they were computed from.

    Where fewer than half of the samples are distinct they are digitised, or repeat themselves.
    """
    values = np.unique(x)
    rounding = max(16 * float(np.spacing(np.abs(values).max())), ROUNDING * float(values[-1] - values[0]))
    gaps = np.diff(values)
    gaps = gaps[gaps > rounding]
    return max(rounding, 0.5 * float(gaps.min())) if 2 * len(gaps) < len(x) and len(gaps) else rounding


def levels(x: Array) -> Array:
    """The number of each sample's value (n,), in ascending order; values that differ by rounding alone have one."""
    order = np.argsort(x, kind="stable")
    rises = np.diff(x[order], prepend=x[order[0]]) > resolution(x)
    numbers = np.empty(len(x), int)
    numbers[order] = np.cumsum(rises)
    return numbers


def checked_series(owner: str, x: Array) -> Array:
    """A series (n,) of finite numbers that are not all the same, as float64."""
    x = np.asarray(as_real(x, f"{owner}: the series"), float, order="C")
    if x.ndim != 1:
        raise ShapeError(f"{owner}: a series must be an array (n,), not {x.shape}; give one coordinate, as x[:, 0]")
    invalid = ~np.isfinite(x)
    if invalid.any():
        raise DataError(
            f"{owner}: {invalid.sum()} of {len(x)} samples are not finite, the first x[{invalid.argmax()}]; fill gaps"
        )
    if not len(x):
        raise DataError(f"{owner}: the series has no samples")
    if not varies(x):
        raise DataError(
            f"{owner}: all {len(x)} samples are {x[0]:g}, but for rounding: a constant series has no neighbours"
        )
    return x


def check_length(owner: str, x: Array, minimum: int, purpose: str = "") -> Array:
    """Raise `DataError` if a series is shorter than that."""
    if len(x) < minimum:
        raise DataError(
            f"{owner}: {len(x)} samples are too few{purpose}; with these settings at least {minimum} are needed"
        )
    return x


def check_whole(owner: str, minimum: int = 1, **settings: Any) -> None:
    """Raise `SettingError` for the first setting that is not a whole number of at least that."""
    for name, value in settings.items():
        check_range(owner, **{name: (value, lambda v: is_whole(v) and v >= minimum, f"a whole number >= {minimum}")})


def check_dt(owner: str, dt: float) -> None:
    """Raise `SettingError` if the time between samples is not positive and finite."""
    check_range(
        owner, dt=(dt, lambda v: is_number(v) and 0 < v < np.inf, "positive and finite: the time between samples")
    )


def check_region(owner: str, region: Any, quantity: str) -> None:
    """Raise `SettingError` unless a region is a pair of finite numbers, from 0 on."""
    pair = isinstance(region, list | tuple | np.ndarray) and len(region) == 2
    if not pair or not all(is_number(end) and 0 <= end < np.inf for end in region):
        raise SettingError(f"{owner}: region must be two {quantity} (first, last), both >= 0, not {region!r}")
