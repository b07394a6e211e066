"""The largest exponent from a series: every point and its nearest neighbour are twins, found instead of made.

M. T. Rosenstein, J. J. Collins, C. J. De Luca, "A practical method for calculating largest Lyapunov exponents from
small data sets", Physica D 65, 1993. The mean logarithm of the distance between neighbours first jumps, while they turn
into the fastest direction, then rises along a line, whose slope is the exponent, and levels off where distances are as
large as the attractor. Which part is the line is for the eye to say: look at `minnet.numerics.chaos.plot_divergence`.
"""

import numpy as np
from tqdm import tqdm

from minnet.errors import DataError, SettingError, check_range, is_number
from minnet.numerics.chaos.embedding import (
    check_dt,
    check_length,
    check_whole,
    checked_series,
    delay_vectors,
    neighbours,
    resolution,
)
from minnet.numerics.chaos.twins import Divergence
from minnet.types import Array

STRETCHES = 10  # of the series; the scatter among them gives the error


def rosenstein(
    x: Array, *, dt: float, dimension: int, lag: int = 1, window: int, horizon: int,
    region: tuple[float, float] | None = None, progress: bool = False,
) -> Divergence:  # fmt: skip
    """The largest exponent of a series from the divergence of nearest neighbours.

    Parameters
    ----------
    x : array (samples,)
    dt : float
        Time between samples; 1 for a map.
    dimension, lag : int
        Of the embedding; the lag in samples.
    window : int
        Theiler's, in samples: neighbours are further away than this in time. The mean period is usual.
    horizon : int
        For how many samples pairs are followed.
    region : (float, float), optional
        From which time to which, both included, a line is fitted; the whole horizon when not given.
    progress : bool
        Show how far pairs have been followed, if it takes longer than a second.

    Returns
    -------
    Divergence
        The slope per unit of time, and the curve. The error is that of the mean over ten stretches of the series: it
        tells how long the series was, and nothing of how straight the line is.

    Raises
    ------
    SettingError
        dt is not positive, or the region holds fewer than two of the times.
    DataError, ShapeError, DtypeError
        The series is not one, or is too short.
    """
    owner = "rosenstein"
    check_dt(owner, dt)
    x = checked_series(owner, x)
    check_whole(owner, dimension=dimension, lag=lag, horizon=horizon)
    check_whole(owner, minimum=0, window=window)
    times = dt * np.arange(horizon + 1)
    fitted = _region(owner, times, region)
    check_length(owner, x, (dimension - 1) * lag + 1 + horizon + STRETCHES)
    points = delay_vectors(x, dimension, lag)
    n_points, closest = len(points) - horizon, resolution(x)
    nearest = neighbours(points[:n_points], 1, window=window, owner=owner, closest=closest)[0][:, 0]
    sums, counts = np.zeros((STRETCHES, horizon + 1)), np.zeros((STRETCHES, horizon + 1))
    stretch_of = np.arange(n_points) * STRETCHES // n_points
    for k in tqdm(range(horizon + 1), "divergence of neighbours", disable=not progress, delay=1):
        distance = np.linalg.norm(points[nearest + k] - points[k : n_points + k], axis=1)
        distinct = distance >= closest  # rounding to equal numbers says nothing of how close they are
        logs = np.log(distance[distinct])
        sums[:, k] = np.bincount(stretch_of[distinct], logs, STRETCHES)
        counts[:, k] = np.bincount(stretch_of[distinct], minlength=STRETCHES)
    if (counts == 0).any():
        raise DataError(f"{owner}: for a tenth of the series all neighbours are equal; it repeats itself")
    t = times[fitted] - times[fitted].mean()
    curve = sums.sum(axis=0) / counts.sum(axis=0)
    slopes = (sums / counts)[:, fitted] @ t / (t @ t)
    return Divergence(
        float(curve[fitted] @ t / (t @ t)), float(slopes.std(ddof=1) / np.sqrt(STRETCHES)), times, curve,
        float(times[fitted][0]), float(times[fitted][-1]),
    )  # fmt: skip


def _region(owner: str, times: Array, region: tuple[float, float] | None) -> Array:
    first, last = (times[0], times[-1]) if region is None else region
    for value in (first, last):
        check_range(owner, region=(value, lambda v: is_number(v) and v >= 0, "two times, both >= 0"))
    rounding = 1e-9 * times[-1]
    fitted = (times >= first - rounding) & (times <= last + rounding)
    if fitted.sum() < 2 or last > times[-1] + rounding:
        raise SettingError(
            f"{owner}: the region from {first:g} to {last:g} must hold at least two of the times from 0 to "
            f"{times[-1]:g}, and end before the horizon does"
        )
    return np.asarray(fitted)
