"""All Lyapunov exponents from a series: tangent maps fitted to neighbours, then multiplied as if they were known.

J.-P. Eckmann, S. O. Kamphorst, D. Ruelle, S. Ciliberto, "Liapunov exponents from time series", Phys. Rev. A 34, 1986.
Neighbours are looked for in an embedding of high dimension, so that they are true ones; tangent maps are fitted in a
lower one, so that there are not too many exponents. What is left over is spurious: a series of d variables embedded in
more than d dimensions has exponents that the system has not, and they may be larger than all true ones.
"""

from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from minnet.errors import DataError, SettingError, ShapeError
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
from minnet.progress import tqdm
from minnet.types import Array

OWNER = "eckmann"
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

    Examples
    --------
    >>> from minnet import dynamics
    >>> x = dynamics.simulate(dynamics.henon(), dt=1, samples=1000, transient=100)[:, 0]
    >>> eckmann(x, dt=1, dimension=2, matrix_dimension=2).exponents.round(1).tolist()
    [0.4, -1.5]
    """
    maps = _Maps(dt, dimension, matrix_dimension, count, window, stride)
    rows = maps.last_rows(checked_series(OWNER, x))
    return maps.spectrum(rows, maps.growth([rows], progress)[0])


@explained("largest_exponents(series, dt=..., dimension=..., matrix_dimension=...)")
def largest_exponents(
    series: Array, *, dt: float, dimension: int, matrix_dimension: int, count: int | None = None, window: int = 0,
    stride: int | None = None, progress: bool = False,
) -> Array:  # fmt: skip
    """The largest exponent of each of many series (n, samples), to the bit that of `eckmann`, in much less time.

    Their maps are multiplied side by side. Settings and errors are those of `eckmann`; but of a series without
    exponents (one that is constant, or whose neighbours differ in too few directions) the exponent is NaN.

    Examples
    --------
    >>> x = np.random.default_rng(0).standard_normal((2, 300))
    >>> largest_exponents([*x, np.ones(300)], dt=1, dimension=4, matrix_dimension=4).round(2).tolist()
    [0.4, 0.37, nan]
    """
    maps = _Maps(dt, dimension, matrix_dimension, count, window, stride)
    if isinstance(series, str | bytes) or not np.iterable(series):
        raise ShapeError(f"largest_exponents: several series are needed, (m, n), not {series!r:.60}")
    each = list(series)
    rows, result = dict[int, Array](), np.full(len(each), np.nan)
    for k, x in enumerate(each):
        with suppress(DataError):
            rows[k] = maps.last_rows(checked_series(OWNER, x))
    for k, logs in zip(rows, maps.growth(list(rows.values()), progress), strict=True):
        with suppress(DataError):
            result[k] = maps.spectrum(rows[k], logs).exponents[0]
    return result


class _Maps:
    """Tangent maps, by checked settings: ``dx[n + d_M m] = a . (dx[n], dx[n + m], ...)``, with rows a (n, d_M).

    The other entries of the next vector are entries of this one.
    """

    def __init__(
        self, dt: float, dimension: int, matrix_dimension: int, count: int | None, window: int, stride: int | None
    ) -> None:
        check_dt(OWNER, dt)
        check_whole(OWNER, minimum=2, dimension=dimension, matrix_dimension=matrix_dimension)
        check_whole(OWNER, minimum=0, window=window)
        if (dimension - 1) % (matrix_dimension - 1):
            raise SettingError(
                f"{OWNER}: dimension - 1 must be a multiple of matrix_dimension - 1, for maps act on every m-th "
                f"sample; {dimension - 1} is none of {matrix_dimension - 1}"
            )
        self.dimension, self.m, self.window = dimension, (dimension - 1) // (matrix_dimension - 1), window
        self.count = min(2 * matrix_dimension, matrix_dimension + 4) if count is None else count
        self.stride = self.m if stride is None else stride
        self.time = self.m * dt
        check_whole(OWNER, minimum=matrix_dimension, count=self.count)
        check_whole(OWNER, stride=self.stride)

    def last_rows(self, x: Array) -> Array:
        """The rows a of a series (samples,), fitted to the neighbours of each point."""
        dimension, m = self.dimension, self.m
        check_length(OWNER, x, dimension + m + STRETCHES * self.stride)
        n_points = len(x) - dimension - m + 1  # the points whose next one is in the series
        points = delay_vectors(x, dimension, 1)[:n_points]
        nearest, _ = neighbours(points, self.count, window=self.window, owner=OWNER, p=np.inf)
        vectors = delay_vectors(x, dimension + m, 1)[:, ::m]  # (n, d_M + 1): a vector and what comes next
        differences = vectors[nearest] - vectors[:, None]
        rows = np.linalg.pinv(differences[..., :-1], rcond=TINY) @ differences[..., -1:]
        return np.asarray(rows[..., 0])

    def growth(self, rows: Sequence[Array], progress: bool) -> Array:
        """Logarithms (series, steps, stride, d_M) of the diagonals of R, along the chains ``n, n + stride, ...``.

        All series are of the same length, and their chains are multiplied together: of matrices so small, a call costs
        more than the work.
        """
        if not rows:
            return np.empty((0,))
        steps, stride, d = len(rows[0]) // self.stride, self.stride, rows[0].shape[1]
        maps = np.zeros((steps, len(rows), stride, d, d))
        maps[..., :-1, 1:] = np.eye(d - 1)
        for k, a in enumerate(rows):
            maps[:, k, :, -1, :] = a[: steps * stride].reshape(steps, stride, d)
        Q = np.broadcast_to(np.eye(d), maps.shape[1:])
        diagonals = np.empty((len(rows), steps, stride, d))
        for k in tqdm(range(steps), "tangent maps", disable=not progress, delay=1):
            Q, R = np.linalg.qr(maps[k] @ Q)
            diagonals[:, k] = np.diagonal(R, axis1=2, axis2=3)
        with np.errstate(divide="ignore"):
            return np.log(np.abs(diagonals))

    def spectrum(self, rows: Array, logs: Array) -> Spectrum:
        """Exponents and their errors, from the logarithms (steps, stride, d_M) of one series."""
        if not np.isfinite(logs).all():
            raise DataError(
                f"{OWNER}: a tangent map is singular: neighbours differ in too few directions; embed with less"
            )
        steps, chains = logs.shape[:2]
        per_stretch = np.array([part.mean(axis=(0, 1)) for part in np.array_split(logs, STRETCHES)]) / self.time
        times = self.time * np.arange(1, steps + 1)
        history = np.cumsum(logs.mean(axis=1), axis=0) / times[:, None]
        order = np.argsort(-history[-1])
        errors = per_stretch.std(axis=0, ddof=1) / np.sqrt(STRETCHES)
        determinants = np.abs(rows[: steps * chains, 0])  # of companion matrices
        with np.errstate(divide="ignore"):  # a map that flattens a volume: -inf
            trace = float(np.log(determinants).mean() / self.time)
        return Spectrum(history[-1][order], errors[order], trace, times, history[:, order])
