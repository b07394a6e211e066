"""Rates of change estimated from samples, so that ``Theta(x) Xi ~= dx/dt`` can be solved for Xi.

Each estimate has an error of its own, which a regression takes for part of the law: a difference of order p is off by
a multiple of dt^p, all of them magnify noise by 1 / dt, and what smooths noise away also smooths the motion.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from minnet.errors import check_range, is_whole
from minnet.names import Named
from minnet.numerics.identification.equations import Equations, collect
from minnet.numerics.identification.problem import Piece, Problem
from minnet.types import Array

SPLINE_END = 5  # samples at either end, where a spline has neighbours on one side only and is less exact


class Derivative(Named, ABC):
    """An estimate of states and rates of change from the samples near them."""

    name: ClassVar[str]

    @property
    @abstractmethod
    def samples(self) -> int:
        """How many samples an estimate is made from; pieces with fewer give none."""

    @abstractmethod
    def estimate(self, piece: Piece) -> tuple[Array, Array]:
        """States (m, i) and rates of change (m, i) at the m samples of a piece that have enough neighbours.

        Both belong to the samples in the middle: as many are left out at the beginning as at the end, unless it says
        otherwise.
        """

    @final
    def equations(self, problem: Problem) -> Equations:
        """Terms at the states, and rates.

        Raises
        ------
        DataError
            Times are not even, and have to be.
        """
        self.check(problem)
        empty = np.empty((0, len(problem.variables)))
        estimates = [
            self.estimate(piece) if len(piece.x) >= self.samples else (empty, empty) for piece in problem.pieces
        ]
        parts = [
            (problem.library.evaluate(piece.around(states))[0], rates)
            for piece, (states, rates) in zip(problem.pieces, estimates, strict=True)
        ]
        return collect(problem, parts, self.samples - 1)

    def check(self, problem: Problem) -> None:
        """Raise `DataError` where the samples are not what the estimate needs."""


@dataclass(frozen=True)
class ForwardDifferences(Derivative):
    """``(x_(n+1) - x_n) / dt`` for the rate at sample n; the last one has none. Its error is dt / 2 d^2x/dt^2.

    The first-order approximation of the document on the Lorenz system. At dt = 0.01 (T = 100) it leaves the seven
    coefficients a root mean square error of 1.00, if only their terms are fitted; the document has 0.77 to 0.99.

    Examples
    --------
    >>> t = np.array([0.0, 1.0, 3.0])
    >>> ForwardDifferences().estimate(Piece(t, t[:, None] ** 2))[1].ravel().tolist()
    [1.0, 4.0]
    """

    name: ClassVar[str] = "ForwardDifferences"

    @property
    def samples(self) -> int:
        return 2

    def estimate(self, piece: Piece) -> tuple[Array, Array]:
        return piece.x[:-1], np.diff(piece.x, axis=0) / np.diff(piece.t)[:, None]


@dataclass(frozen=True)
class FiniteDifferences(Derivative):
    """Slope at a sample of the polynomial through it and its neighbours, half of them on either side.

    Its error is of order dt^order; times may be uneven. The weights are derivatives of Lagrange's polynomials
    (Fornberg, SIAM Review 40, 1998, has the general case).

    Parameters
    ----------
    order : int
        Even: the number of neighbours.

    Raises
    ------
    SettingError
        The order is not 2, 4, 6 or 8.

    Examples
    --------
    >>> t = np.array([0.0, 1.0, 3.0])
    >>> FiniteDifferences(2).estimate(Piece(t, t[:, None] ** 2))[1].tolist()
    [[2.0]]
    """

    order: int = 2
    name: ClassVar[str] = "FiniteDifferences"

    def __post_init__(self) -> None:
        check_range("FiniteDifferences", order=(self.order, lambda p: p in (2, 4, 6, 8), "2, 4, 6 or 8"))

    @property
    def samples(self) -> int:
        return self.order + 1

    def estimate(self, piece: Piece) -> tuple[Array, Array]:
        half = self.order // 2
        t = np.lib.stride_tricks.sliding_window_view(piece.t, self.samples)
        x = np.lib.stride_tricks.sliding_window_view(piece.x, self.samples, axis=0)
        middle = x[:, :, half]
        # weights add up to 0: differences from the middle keep constants exactly still
        return middle, np.einsum("mik,mk->mi", x - middle[:, :, None], difference_weights(t))


def difference_weights(t: Array) -> Array:
    """Weights (m, k) of values at times t (m, k), for the slope at the middle one of their polynomial."""
    middle = t.shape[1] // 2
    others = np.delete(np.arange(t.shape[1]), middle)
    weights = np.zeros(t.shape)
    for k in others:
        rest = others[others != k]
        weights[:, k] = np.prod((t[:, [middle]] - t[:, rest]) / (t[:, [k]] - t[:, rest]), axis=1)
        weights[:, k] /= t[:, k] - t[:, middle]
    weights[:, middle] = -weights.sum(axis=1)
    return weights


@dataclass(frozen=True)
class SavitzkyGolay(Derivative):
    """Value and slope of the polynomial that fits a window of samples best (Savitzky and Golay, 1964), by SciPy.

    Parameters
    ----------
    window : int
        Samples, an odd number.
    degree : int
        Of the polynomial, less than the window.

    Raises
    ------
    SettingError
        One of them is out of range.
    """

    window: int = 9
    degree: int = 4
    name: ClassVar[str] = "SavitzkyGolay"

    def __post_init__(self) -> None:
        check_range(
            self.name, window=(self.window, lambda n: is_whole(n) and n >= 3 and n % 2, "an odd number >= 3"),
            degree=(self.degree, lambda d: is_whole(d) and 1 <= d < self.window, "a whole number from 1 to window - 1"),
        )  # fmt: skip

    @property
    def samples(self) -> int:
        return self.window

    def check(self, problem: Problem) -> None:
        problem.dt(self.name)

    def estimate(self, piece: Piece) -> tuple[Array, Array]:
        from scipy.signal import savgol_coeffs

        dt = (piece.t[-1] - piece.t[0]) / (len(piece.t) - 1)
        windows = np.lib.stride_tricks.sliding_window_view(piece.x, self.window, axis=0)
        value, slope = (savgol_coeffs(self.window, self.degree, deriv=order, delta=dt, use="dot") for order in (0, 1))
        return windows @ value, windows @ slope


@dataclass(frozen=True)
class QuinticSpline(Derivative):
    """A spline of fifth degree, through the samples or, if they are noisy, as near to them as the noise is large.

    At its knots the slope of the interpolating spline is off by a multiple of dt^6. The smoothing spline has the fewest
    knots with which its residuals are no larger than the noise (Dierckx, 1993); both are SciPy's.

    Parameters
    ----------
    noise : float
        Standard deviation of the samples' noise, as a part of each variable's; 0 interpolates.

    Raises
    ------
    SettingError
        The noise is not a number >= 0.
    """

    noise: float = 0.0
    name: ClassVar[str] = "QuinticSpline"

    def __post_init__(self) -> None:
        check_range(self.name, noise=(self.noise, lambda s: 0 <= s < np.inf, "a number >= 0"))

    @property
    def samples(self) -> int:
        return 2 * SPLINE_END + 3

    def estimate(self, piece: Piece) -> tuple[Array, Array]:
        inner = slice(SPLINE_END, -SPLINE_END)
        values, slopes = zip(*(self._fit(piece.t, x) for x in piece.x.T), strict=True)
        return np.stack(values, axis=1)[inner], np.stack(slopes, axis=1)[inner]

    def _fit(self, t: Array, x: Array) -> tuple[Array, Array]:
        from scipy.interpolate import make_interp_spline, make_splrep

        smoothing = len(x) * (self.noise * x.std()) ** 2
        spline = make_splrep(t, x, k=5, s=smoothing) if smoothing > 0 else make_interp_spline(t, x, k=5)
        return spline(t), spline.derivative()(t)


@dataclass(frozen=True)
class Loess(Derivative):
    """Local regression: value and slope of a polynomial fitted to the nearest samples in time, near ones counting more.

    Weights are ``(1 - |d / h|^3)^3`` at a distance of d, with h that of the farthest neighbour (Cleveland, J. Am. Stat.
    Assoc. 74, 1979). Times may be uneven.

    Parameters
    ----------
    neighbours : int
        Samples that a polynomial is fitted to, its own among them.
    degree : int
        Of the polynomial; at most `neighbours` - 3, as the farthest two may weigh nothing.

    Raises
    ------
    SettingError
        One of them is out of range.
    """

    neighbours: int = 11
    degree: int = 2
    name: ClassVar[str] = "Loess"

    def __post_init__(self) -> None:
        check_range(
            self.name, neighbours=(self.neighbours, lambda n: is_whole(n) and n >= 4, "a whole number >= 4"),
            degree=(self.degree, lambda d: is_whole(d) and 1 <= d <= self.neighbours - 3,
                    "a whole number from 1 to neighbours - 3"),
        )  # fmt: skip

    @property
    def samples(self) -> int:
        return self.neighbours

    def estimate(self, piece: Piece) -> tuple[Array, Array]:
        half, n = self.neighbours // 2, len(piece.t)
        at = np.arange(half, n - half)
        chosen = nearest(piece.t, at, self.neighbours)
        d = piece.t[chosen] - piece.t[at, None]
        h = np.abs(d).max(axis=1, keepdims=True)
        root = np.sqrt((1 - np.abs(d / h) ** 3) ** 3)
        V = root[:, :, None] * (d / h)[:, :, None] ** np.arange(self.degree + 1)
        Q, R = np.linalg.qr(V)
        projected = np.einsum("mkd,mki->mdi", Q, root[:, :, None] * piece.x[chosen])
        polynomial = np.linalg.solve(R, projected)
        return polynomial[:, 0], polynomial[:, 1] / h


def nearest(t: Array, at: Array, k: int) -> Array:
    """Indices (m, k) of the k samples nearest to those at indices `at` (m,), for times t (n,) that increase."""
    first = np.clip(at[:, None] - np.arange(k), 0, len(t) - k)
    farthest = np.maximum(t[at, None] - t[first], t[first + k - 1] - t[at, None])
    return np.take_along_axis(first, farthest.argmin(axis=1)[:, None], axis=1) + np.arange(k)
