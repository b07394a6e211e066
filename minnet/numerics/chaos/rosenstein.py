"""The largest exponent from a series: every point and its nearest neighbour are twins, found instead of made.

M. T. Rosenstein, J. J. Collins, C. J. De Luca, "A practical method for calculating largest Lyapunov exponents from
small data sets", Physica D 65, 1993. The mean logarithm of the distance between neighbours first jumps, while they turn
into the fastest direction, then rises along a line, whose slope is the exponent, and levels off where distances are as
large as the attractor. Which part is the line is for the eye to say (look at `minnet.numerics.chaos.plot_divergence`),
or for `growth`, which takes a law for the whole curve and what regions of it agree on.
"""

import numpy as np

from minnet.errors import DataError, SettingError
from minnet.names import explained
from minnet.numerics.chaos.analogues import MARGIN, STRETCHES, parting
from minnet.numerics.chaos.embedding import (
    check_dt,
    check_length,
    check_region,
    check_whole,
    checked_series,
    delay_vectors,
    neighbours,
    resolution,
)
from minnet.numerics.chaos.growth import growth
from minnet.numerics.chaos.twins import Divergence
from minnet.progress import tqdm
from minnet.types import Array


@explained("rosenstein(x, dt=0.01, dimension=3, lag=10, window=50, horizon=200)")
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
        From which time to which, both included, a line is fitted to the curve, as in the paper. When not given, the
        exponent comes from the curve as a whole (`minnet.numerics.chaos.growth`), and the curve is one that bends less
        (`minnet.numerics.chaos.analogues`): distances between quantiles of the series, and from the nearest point of
        the other stretch, between its samples too where these follow a smooth curve.
    progress : bool
        Show how far pairs have been followed, if it takes longer than a second.

    Returns
    -------
    Divergence
        The exponent per unit of time, and the curve. Without a region the error holds how long the series was, how
        straight the curve is, and what noise and saturation were worth; first and last are the mean of the regions
        that were fitted. Where pairs keep their distance, as in what is periodic, the exponent is 0 within the error.
        With a region, the error is that of the mean over ten stretches of the series: it tells how long the series
        was, and nothing of how straight the line is.

    Raises
    ------
    SettingError
        dt is not positive, or the region holds fewer than two of the times.
    DataError, ShapeError, DtypeError
        The series is not one, or is too short. Without a region: the curve has no straight part, because pairs are
        followed for less time than it takes them to turn into the fastest direction, or the series is noise.

    Examples
    --------
    >>> from minnet.dynamics import henon, simulate
    >>> x = simulate(henon(), dt=1, samples=5000)[:, 0]
    >>> found = rosenstein(x, dt=1, dimension=2, window=0, horizon=20)
    >>> abs(found.exponent - 0.4192) < 2 * found.error < 0.04
    True
    """
    owner = "rosenstein"
    check_dt(owner, dt)
    x = checked_series(owner, x)
    check_whole(owner, dimension=dimension, lag=lag, horizon=horizon)
    check_whole(owner, minimum=0, window=window)
    times, span = dt * np.arange(horizon + 1), (dimension - 1) * lag
    if region is not None:
        fitted = _region(owner, times, region)
        check_length(owner, x, span + 1 + horizon + STRETCHES, f" for a horizon of {horizon}")
        return _line(owner, x, dimension, lag, window, times, fitted, progress)
    check_length(owner, x, span + 1 + horizon + STRETCHES + 2 * MARGIN, f" for a horizon of {horizon}")
    pairs = parting(owner, x, dimension=dimension, lag=lag, window=window, horizon=horizon, progress=progress)
    found = growth(owner, pairs)
    first, last = dt * found.first, dt * found.last
    return Divergence(found.exponent / dt, found.error / dt, times, pairs.log_distance[0], first, last)


def _line(
    owner: str, x: Array, dimension: int, lag: int, window: int, times: Array, fitted: Array, progress: bool
) -> Divergence:  # fmt: skip
    points, closest, horizon = delay_vectors(x, dimension, lag), resolution(x), len(times) - 1
    n_points = len(points) - horizon
    nearest = neighbours(points[:n_points], 1, window=window, owner=owner, closest=closest)[0][:, 0]
    sums, counts = np.zeros((STRETCHES, horizon + 1)), np.zeros((STRETCHES, horizon + 1))
    stretch_of = np.arange(n_points) * STRETCHES // n_points
    for k in tqdm(range(horizon + 1), "divergence of neighbours", disable=not progress, delay=1):
        difference = points[nearest + k] - points[k : n_points + k]
        distance = np.sqrt(np.einsum("nd,nd->n", difference, difference))
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


def _region(owner: str, times: Array, region: tuple[float, float]) -> Array:
    check_region(owner, region, "times")
    first, last = region
    rounding = 1e-9 * times[-1]
    fitted = (times >= first - rounding) & (times <= last + rounding)
    if fitted.sum() < 2 or last > times[-1] + rounding:
        raise SettingError(
            f"{owner}: the region from {first:g} to {last:g} must hold at least two of the times from 0 to "
            f"{times[-1]:g}, and end before the horizon does"
        )
    return np.asarray(fitted)
