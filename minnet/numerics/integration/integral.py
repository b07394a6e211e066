"""An integral with its error, and the fit of the function that it is made of: what `integrate` returns."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet.errors import DataError, SettingError
from minnet.network import Network
from minnet.numerics.integration.network_integrals import as_corners, as_points, box_integral
from minnet.numerics.integration.ridge_integrals import Bounded
from minnet.types import Array


@dataclass(frozen=True)
class Remainder:
    """What a fit leaves of a function of one variable, as an integral from the first of some points to each.

    Attributes
    ----------
    points, integral : array (n,)
        Points in ascending order; between them the integral is linear.
    """

    points: Array
    integral: Array

    def over(self, low: Array, high: Array) -> Array:
        """Integrals (...) between points (...)."""
        upper, lower = (np.interp(ends, self.points, self.integral) for ends in (high, low))
        return np.asarray(upper - lower)


@dataclass(frozen=True)
class Integral:
    """An integral, and the fit that it is made of.

    Attributes
    ----------
    value : float
        Over the whole domain.
    error_estimate : float
        Of `value`: not a bound. In trials on a hundred random functions of Genz's families it was above the true error
        in 97.
    evaluations : int
        Of the function, or the number of samples.
    residual : float
        Root mean square of (function - network) over the samples held out, weighted by the parts of the domain that
        they stand for, of the fit without them.
    good : bool
        Whether the error estimate is within the tolerance asked for.
    low, high : array (d,)
        The domain.

    Examples
    --------
    >>> import minnet as mn
    >>> found = mn.integrate(np.sin, (0, np.pi), rng=0)
    >>> isinstance(found, Integral), found.good, round(found.value, 6)
    (True, True, 2.0)
    """

    value: float
    error_estimate: float
    evaluations: int
    residual: float
    good: bool
    low: Array
    high: Array
    _net: Network
    _origin: Array
    _scale: Array
    _remainder: Remainder | None

    def __call__(self, x: Any) -> Array:
        """The fitted function (...) at x (..., d), of one variable x (...). Beyond the domain it is a guess."""
        x = as_points(x, len(self.low), "x")
        z = (x - self._origin) / self._scale
        return self._net(z.reshape(-1, z.shape[-1]))[:, 0].reshape(z.shape[:-1])

    def over(self, low: Any, high: Any) -> Array:
        """Integrals (...) over boxes within the domain, low and high (..., d), of one variable (...). They broadcast.

        Raises
        ------
        ShapeError
            The corners do not broadcast.
        DataError
            A box reaches beyond the domain, where the network knows nothing.
        """
        low, high = as_corners(low, high, len(self.low), "over")
        slack = 1e-12 * (self.high - self.low)
        for corner, name in ((low, "low"), (high, "high")):
            outside = (corner < self.low - slack) | (corner > self.high + slack)
            if outside.any():
                raise DataError(
                    f"over: {name} goes to {corner[outside.any(axis=-1)][0]}, beyond the domain from {self.low} to "
                    f"{self.high}. Way out: integrate over a larger domain"
                )
        return self._integral(low, high)

    def antiderivative(self, x: Any) -> Array:
        """Integrals (...) from the lower end of the domain to x (...); of functions of one variable."""
        if len(self.low) != 1:
            raise SettingError(f"antiderivative: this is a function of {len(self.low)} variables; use over(low, high)")
        return self.over(self.low[0], x)

    def __repr__(self) -> str:
        return (
            f"Integral({self.value:.12g}, error_estimate={self.error_estimate:.1e}, evaluations={self.evaluations}"
            f"{'' if self.good else ', not good enough'})"
        )

    def _integral(self, low: Array, high: Array) -> Array:
        corners = ((corner - self._origin) / self._scale for corner in (low, high))
        return integral_of_fit(self._net, self._remainder, *corners).value * self._scale.prod()


def integral_of_fit(net: Network, remainder: Remainder | None, low: Array, high: Array) -> Bounded:
    """Integrals (...) of a network and of what it leaves, between corners (..., d), with bounds on rounding errors."""
    value, error = (part[..., 0] for part in box_integral(net, low, high))
    return Bounded(value if remainder is None else value + remainder.over(low[..., 0], high[..., 0]), error)
