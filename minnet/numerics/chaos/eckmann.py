"""All Lyapunov exponents from a series: tangent maps fitted to neighbours, then multiplied as if they were known.

J.-P. Eckmann, S. O. Kamphorst, D. Ruelle, S. Ciliberto, "Liapunov exponents from time series", Phys. Rev. A 34, 1986.
Neighbours are looked for in an embedding of high dimension, so that they are true ones; tangent maps are fitted in a
lower one, so that there are not too many exponents. What is left over is spurious: a series of d variables embedded in
more than d dimensions has exponents that the system has not, and they may be larger than all true ones.
"""

import numpy as np
from tqdm import tqdm

from minnet.errors import DataError, SettingError
from minnet.names import explained
from minnet.numerics.chaos.embedding import (
    check_dt,
    check_length,
    check_whole,
    checked_series,
    delay_vectors,
    neighbours,
)
from minnet.numerics.chaos.spectrum import Spectrum
from minnet.types import Array

STRETCHES = 10  # of the series; the scatter among them gives the errors
TINY = 1e-10  # singular values of the neighbours' differences, over the largest, below which they are rounding


@explained("eckmann(x, dt=..., dimension=..., matrix_dimension=...)")
def eckmann(
    x: Array, *, dt: float, dimension: int, matrix_dimension: int, count: int | None = None, window: int = 0,
    stride: int | None = None, progress: bool = False,
) -> Spectrum:  # fmt: skip
    """Exponents of a series by local linear maps.

    Parameters
    ----------
    x : array (samples,)
    dt : float
        Time between samples; 1 for a map.
    dimension : int
        d_E: neighbours are close in this many successive samples, by the largest difference.
    matrix_dimension : int
        d_M >= 2: how many exponents. Maps act on every m-th of the d_E samples, where ``d_E - 1 = m (d_M - 1)``.
    count : int, optional
        Neighbours of each point; the smaller of 2 d_M and d_M + 4, as in the paper, when not given.
    window : int
        Theiler's, in samples: neighbours are further away than this in time.
    stride : int, optional
        Samples from one map of the product to the next. A map leads m samples on, so it is m in the paper, and when not
        given. The package nolds (0.6) takes 1, but divides by m all the same: its exponents, where m is not 1, are
        those of another product, and here to be had for comparison.
    progress : bool

    Returns
    -------
    Spectrum
        Per unit of time. Errors are those of the mean over ten stretches of the series: they tell how long it was, and
        nothing of what the method itself does wrong.

    Raises
    ------
    SettingError
        dt is not positive, or d_E - 1 is no multiple of d_M - 1.
    DataError, ShapeError, DtypeError
        The series is not one, or is too short.
    """
    owner = "eckmann"
    check_dt(owner, dt)
    x = checked_series(owner, x)
    check_whole(owner, minimum=2, dimension=dimension, matrix_dimension=matrix_dimension)
    check_whole(owner, minimum=0, window=window)
    if (dimension - 1) % (matrix_dimension - 1):
        raise SettingError(
            f"{owner}: dimension - 1 must be a multiple of matrix_dimension - 1, for maps act on every m-th sample; "
            f"{dimension - 1} is none of {matrix_dimension - 1}"
        )
    m = (dimension - 1) // (matrix_dimension - 1)
    count = min(2 * matrix_dimension, matrix_dimension + 4) if count is None else count
    stride = m if stride is None else stride
    check_whole(owner, minimum=matrix_dimension, count=count)
    check_whole(owner, stride=stride)
    check_length(owner, x, dimension + m + STRETCHES * stride)
    rows = _last_rows(x, dimension, m, count, window)
    return _spectrum(rows, _growth(rows, stride, progress), m * dt)


def _last_rows(x: Array, dimension: int, m: int, count: int, window: int) -> Array:
    """What a tangent map does, ``dx[n + d_M m] = a . (dx[n], dx[n + m], ...)``: rows a (n, d_M).

    The other entries of the next vector are entries of this one.
    """
    n_points = len(x) - dimension - m + 1  # the points whose next one is in the series
    nearest, _ = neighbours(delay_vectors(x, dimension, 1)[:n_points], count, window=window, owner="eckmann", p=np.inf)
    vectors = delay_vectors(x, dimension + m, 1)[:, ::m]  # (n, d_M + 1): a vector and what comes next
    differences = vectors[nearest] - vectors[:, None]
    rows = np.linalg.pinv(differences[..., :-1], rcond=TINY) @ differences[..., -1:]
    return np.asarray(rows[..., 0])


def _growth(rows: Array, stride: int, progress: bool) -> Array:
    """Logarithms (steps, stride, d_M) of the diagonals of R, along each of the chains ``n, n + stride, ...``."""
    steps, d = len(rows) // stride, rows.shape[1]
    maps = np.zeros((steps, stride, d, d))
    maps[..., :-1, 1:] = np.eye(d - 1)
    maps[..., -1, :] = rows[: steps * stride].reshape(steps, stride, d)
    Q = np.broadcast_to(np.eye(d), (stride, d, d))
    diagonals = np.empty((steps, stride, d))
    for k in tqdm(range(steps), "tangent maps", disable=not progress, delay=1):
        Q, R = np.linalg.qr(maps[k] @ Q)
        diagonals[k] = np.diagonal(R, axis1=1, axis2=2)
    with np.errstate(divide="ignore"):
        return np.log(np.abs(diagonals))


def _spectrum(rows: Array, logs: Array, time: float) -> Spectrum:
    """Exponents and their errors, from maps that each lead on by that time."""
    if not np.isfinite(logs).all():
        raise DataError("eckmann: a tangent map is singular: neighbours differ in too few directions; embed with less")
    steps, chains = logs.shape[:2]
    per_stretch = np.array([part.mean(axis=(0, 1)) for part in np.array_split(logs, STRETCHES)]) / time
    times = time * np.arange(1, steps + 1)
    history = np.cumsum(logs.mean(axis=1), axis=0) / times[:, None]
    order = np.argsort(-history[-1])
    errors = per_stretch.std(axis=0, ddof=1) / np.sqrt(STRETCHES)
    trace = float(np.log(np.abs(rows[: steps * chains, 0])).mean() / time)  # a companion matrix has |det| = |a[0]|
    return Spectrum(history[-1][order], errors[order], trace, times, history[:, order])
