"""How badly neighbours predict each other's future: little by equations of motion, much in noise."""

import numpy as np

from minnet.checks import binary_exponent
from minnet.names import explained
from minnet.numerics.chaos.embedding import (
    check_length,
    check_whole,
    checked_series,
    delay_vectors,
    neighbours,
)
from minnet.types import Array


@explained("prediction_error(x, dimension=..., window=...)")
def prediction_error(x: Array, *, dimension: int, lag: int = 1, horizon: int = 1, count: int = 4, window: int) -> float:
    """How badly neighbours predict: root mean square error of their mean future, over the series' standard deviation.

    The simplest of nonlinear predictions (E. N. Lorenz, J. Atmos. Sci. 26, 1969; G. Sugihara, R. M. May, Nature 344,
    1990): 0 where the future is a smooth function of the delay vector, 1 and more where it has nothing to do with it.
    As a statistic for surrogates it is hard to fool (T. Schreiber, A. Schmitz, Phys. Rev. E 55, 1997).

    Parameters
    ----------
    x : array (samples,)
    dimension, lag : int
        Of the embedding; the lag in samples.
    horizon : int
        Samples from the last entry of a vector to what is predicted.
    count : int
        Neighbours whose futures are averaged.
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
    >>> bool(prediction_error(x, dimension=2, window=1) < 0.1)
    True
    >>> bool(prediction_error(np.random.default_rng(0).permutation(x), dimension=2, window=1) > 0.9)
    True
    """
    owner = "prediction_error"
    x = checked_series(owner, x)
    x = np.ldexp(x, -binary_exponent(x))  # the result is a ratio
    check_whole(owner, dimension=dimension, lag=lag, horizon=horizon, count=count)
    check_whole(owner, minimum=0, window=window)
    last = (dimension - 1) * lag + horizon
    check_length(owner, x, last + 1 + count + 2 * window)
    nearest = neighbours(delay_vectors(x, dimension, lag)[: len(x) - last], count, window=window, owner=owner)[0]
    future = x[last:]
    return float(np.sqrt(np.mean((future[nearest].mean(axis=1) - future) ** 2)) / x.std())
