"""The weak form: no derivative of the samples is taken; that of a smooth window is.

Multiplied by a test function phi that vanishes at the ends of a window, and integrated by parts,
``dx/dt = Theta(x) Xi`` becomes ``-int phi' x dt = (int phi Theta(x) dt) Xi``, which is linear in Xi. Noise in x is
averaged over the window.
(Schaeffer and McCalla, Phys. Rev. E 96, 2017; Messenger and Bortz, Multiscale Model. Simul. 19, 2021.)
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from minnet.errors import check_range, is_whole
from minnet.names import Named
from minnet.numerics.identification.equations import Equations, collect
from minnet.numerics.identification.problem import Problem
from minnet.types import Array


@dataclass(frozen=True)
class WeakForm(Named):
    """One equation for every window of samples, with ``phi(s) = (1 - s^2)^power`` and s from -1 to 1 in it.

    Integrals are trapezoidal sums over the samples. As phi and its first derivatives vanish at the ends of the window,
    such a sum is wrong only by what the integrand holds of frequencies around 1 / dt and its multiples (the formula of
    Euler and Maclaurin), for which no finer interpolation of the samples can make up.

    Parameters
    ----------
    width : int
        Of a window: time from end to end, in sampling intervals. Windows begin at every sample. Wide ones average more
        noise and quadrature errors, but leave fewer equations that share no samples.
    power : int
        The larger, the narrower the part of the window that counts.

    Raises
    ------
    SettingError
        The width is not a whole number >= 4, or the power not one >= 1.
    """

    width: int = 12
    power: int = 8
    name: ClassVar[str] = "WeakForm"

    def __post_init__(self) -> None:
        check_range(
            self.name, width=(self.width, lambda n: is_whole(n) and n >= 4, "a whole number >= 4"),
            power=(self.power, lambda p: is_whole(p) and p >= 1, "a whole number >= 1"),
        )  # fmt: skip

    def equations(self, problem: Problem) -> Equations:
        """Windows of all pieces.

        Raises
        ------
        DataError
            Times are not even.
        """
        dt = problem.dt(self.name)
        s = np.linspace(-1, 1, self.width + 1)
        phi = (1 - s**2) ** self.power * dt
        slope = -2 * self.power * s * (1 - s**2) ** (self.power - 1) * (2 / self.width)  # by time, times dt
        parts = []
        for piece in problem.pieces:
            theta = problem.library.evaluate(piece.points)[0]
            parts.append((_windows(theta, phi), -_windows(piece.x, slope)))
        return collect(problem, parts, self.width - 1)


def _windows(values: Array, weights: Array) -> Array:
    """Weighted sums (m, c) over each window of values (n, c); none if there are too few."""
    if len(values) < len(weights):
        return np.empty((0, values.shape[1]))
    return np.asarray(np.lib.stride_tricks.sliding_window_view(values, len(weights), axis=0) @ weights)
