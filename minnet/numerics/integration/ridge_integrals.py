"""Exact integrals of ``f(b + w . x)`` over a box, for f the sigmoid, tanh and softplus: a network's, unit by unit.

Integrated d times, ``f = P_k`` (see `polylogarithm`) becomes P_(k+d), so the integral is a sum over the 2^d corners of
the box, with alternating signs (Lloyd, Irani and Ahmadi, IEEE Access 8, 2020, equations 9 to 15). As it stands, that
sum is useless for small weights, where all corners are nearly alike, for unequal ones, and where sigmoids are
saturated: digits cancel, all of them for w = 0.001 in four dimensions. Three things mend it.

*Reflection.* Along every direction the corner with the larger argument comes first, and where the middle of the box
has a positive argument, ``sigmoid(t) = 1 - sigmoid(-t)`` is used (for softplus, ``t + softplus(-t)``). Then no sum is
of large numbers whose difference is small because f is saturated.

*A bound.* Rounding is at most a few units of the last place of the sum of magnitudes. Where that is more than 2e-13 of
the result, the closed form is not used.

*Quadrature of positive terms.* Instead, the mean over the box is written as one integral over the argument,
``sum_i w_i x_i`` being distributed with the density of `box_splines`. It is made by Gauss-Legendre's rule on pieces
that end at the knots of the density, and every five units where f bends. Its poles, at +-i pi, are so far from a
piece that 20 nodes are exact to rounding, and nothing cancels, for all terms are positive.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from minnet.activations import Activation, Sigmoid, Softplus, Tanh
from minnet.checks import as_real, check_finite
from minnet.errors import DataError, SettingError, ShapeError
from minnet.numerics.integration.box_splines import density, subsets
from minnet.numerics.integration.polylogarithm import minus_polylog
from minnet.types import Array

EPS = float(np.finfo(float).eps)
SAFE = 2e-13  # relative rounding error up to which the closed form is used
ROUNDING = 4 * EPS  # of one polylogarithm, with what is done to it
QUADRATURE = 30 * EPS  # of the quadrature, relative; truncation is below rounding
NARROW = 1e-8  # widening a width to this changes a mean by less than NARROW^2 / 24, relatively
BENDS = np.arange(-40.0, 50.1, 5.0)  # from max(T, 0), where f goes over from one of its two limiting forms to the other
NODES, WEIGHTS = (part / 2 for part in np.polynomial.legendre.leggauss(20))
NODES += 0.5  # on [0, 1]
LARGEST = 1e60  # of weights and corners
MOST_DIRECTIONS = 6  # there are 2^d corners, and the recurrence of box splines has d! 2^(d-1) terms
CHUNK = 1 << 8  # units at a time


class Profile(NamedTuple):
    """An activation as ``f(slope^-1 t)``, and how it comes from a polylogarithm.

    Attributes
    ----------
    f : callable
    order : int
        k of the P_k that it is made of.
    slope : float
        ``activation(z) = f(slope z)``: tanh(z) is ``2 sigmoid(2 z) - 1``.
    of_polylog : callable
        Mean of f, from the mean of P_k.
    of_reflected : callable
        Mean of f, from that of ``f(-t)`` and that of t.
    rate : callable
        Bound on the mean of f', from that of f: f' as a function of f, which is concave.
    """

    f: Callable[[Array], Array]
    order: int
    slope: float
    of_polylog: Callable[[Array], Array]
    of_reflected: Callable[[Array, Array], Array]
    rate: Callable[[Array], Array]


PROFILES: dict[type[Activation], Profile] = {
    Sigmoid: Profile(
        f=lambda t: minus_polylog(0, t),
        order=0,
        slope=1.0,
        of_polylog=lambda mean: mean,
        of_reflected=lambda mean, t: 1 - mean,
        rate=lambda mean: mean * (1 - mean),
    ),
    Tanh: Profile(
        f=lambda t: np.tanh(t / 2),
        order=0,
        slope=2.0,
        of_polylog=lambda mean: 2 * mean - 1,
        of_reflected=lambda mean, t: -mean,
        rate=lambda mean: (1 - mean**2) / 2,
    ),
    Softplus: Profile(
        f=lambda t: minus_polylog(1, t),
        order=1,
        slope=1.0,
        of_polylog=lambda mean: mean,
        of_reflected=lambda mean, t: t + mean,
        rate=lambda mean: -np.expm1(-mean),
    ),
}


class Bounded(NamedTuple):
    """A number or an array, and a bound on its error."""

    value: Array
    error: Array


def profile_of(activation: Any) -> Profile:
    """The profile of an activation, given as a layer.

    Raises
    ------
    SettingError
        Its integral is not known here.
    """
    if type(activation) not in PROFILES:
        names = ", ".join(f"{kind.__name__}()" for kind in PROFILES)
        raise SettingError(f"there is no closed integral here for {activation!r}; use one of {names}")
    return PROFILES[type(activation)]


def check_reach(array: Array, name: str) -> None:
    """Raise `DataError` for weights or corners that are not finite, or so large that products overflow."""
    check_finite(array, name)
    if np.abs(array).max(initial=0) > LARGEST:
        raise DataError(f"{name} holds numbers beyond {LARGEST:g}, whose products overflow; scale it")


def ridge_integral(activation: Activation, w: Any, b: Any, low: Any, high: Any) -> Bounded:
    """Integrals of ``activation(w . x + b)`` over boxes.

    Parameters
    ----------
    activation : Sigmoid(), Tanh() or Softplus()
    w : array (..., d)
        Weights; d is 1 to 6.
    b : array (...)
        Biases.
    low, high : array (..., d)
        Opposite corners of the boxes, in units of x; all leading axes broadcast. Where a ``high`` is below its ``low``,
        the integral changes its sign.

    Returns
    -------
    Bounded
        Values (...), and bounds on their rounding and quadrature errors. For sigmoid and softplus the relative error is
        below 1e-12 for ``|w x|`` up to a thousand; for tanh, which may cancel itself, that is relative to the integral
        of ``|tanh|``. There is no inf or nan for arguments up to 1e60.

    Raises
    ------
    SettingError
        The activation has no closed integral here, or there are too many directions.
    ShapeError, DataError, DtypeError
        Last axes differ, others do not broadcast, or something is not a finite real number.

    Examples
    --------
    >>> import minnet as mn
    >>> value, error = ridge_integral(mn.Sigmoid(), [[1000.0]], 0.0, [-1.0], [3.0])
    >>> bool(abs(value[0] - 3) < 1e-12), bool(error[0] < 1e-11)
    (True, True)
    """
    profile = profile_of(activation)
    arguments = {"w": w, "b": b, "low": low, "high": high}
    for name, values in arguments.items():
        arguments[name] = as_real(values, f"ridge_integral: {name}").astype(float)
        check_reach(arguments[name], f"ridge_integral: {name}")
    w, b, low, high = arguments.values()
    widths = {values.shape[-1] if values.ndim else 0 for values in (w, low, high)}
    if len(widths) != 1 or 0 in widths:
        raise ShapeError(
            f"ridge_integral: w {w.shape}, low {low.shape} and high {high.shape} must end in one number of directions"
        )
    d = widths.pop()
    if d > MOST_DIRECTIONS:
        raise SettingError(
            f"ridge_integral: there are {d} directions; at most {MOST_DIRECTIONS} can be integrated over"
        )
    try:
        shape = np.broadcast_shapes(w.shape[:-1], b.shape, low.shape[:-1], high.shape[:-1])
    except ValueError:
        raise ShapeError(
            f"ridge_integral: shapes w {w.shape}, b {b.shape}, low {low.shape}, high {high.shape} do not fit"
        ) from None
    middle, length = 0.5 * (low + high), high - low
    products = profile.slope * w * middle
    centre = np.broadcast_to(products.sum(axis=-1) + profile.slope * b, shape).ravel()
    slack = np.broadcast_to(np.abs(products).sum(axis=-1) + np.abs(profile.slope * b), shape).ravel()
    a = np.broadcast_to(np.abs(profile.slope * w * length), (*shape, d)).reshape(-1, d).T
    mean, error = np.empty(centre.size), np.empty(centre.size)
    for start in range(0, centre.size, CHUNK):
        chunk = slice(start, start + CHUNK)
        mean[chunk], error[chunk] = _mean(profile, centre[chunk], a[:, chunk])
    # centre and a are rounded themselves, and so are the result and the volume
    error += EPS * (d + 1) * ((slack + a.sum(axis=0)) * profile.rate(mean) + np.abs(mean))
    volume = length.prod(axis=-1)
    return Bounded(mean.reshape(shape) * volume, error.reshape(shape) * np.abs(volume))


def _mean(profile: Profile, centre: Array, a: Array) -> tuple[Array, Array]:
    """Mean of ``f(t)`` for t = centre + sum_i a_i (U_i - 1/2), and its error; centre (n,), a (d, n) >= 0."""
    a = np.maximum(a, NARROW)
    top = a.sum(axis=0) / 2 - np.abs(centre)  # the largest argument, where the middle's is not positive
    mean, error = _corners(profile, top, a)
    inaccurate = error > SAFE * np.abs(mean)
    if inaccurate.any():
        mean[inaccurate], error[inaccurate] = _quadrature(profile, top[inaccurate], a[:, inaccurate])
    return np.where(centre > 0, profile.of_reflected(mean, np.abs(centre)), mean), error


def _corners(profile: Profile, top: Array, a: Array) -> tuple[Array, Array]:
    """The closed form: an alternating sum over the corners, of polylogarithms."""
    corners = subsets(len(a))
    terms = minus_polylog(profile.order + len(a), top - corners @ a)  # (2^d, n)
    volume = a.prod(axis=0)
    signs = (-1.0) ** corners.sum(axis=1)
    magnitude = terms.sum(axis=0) / volume
    return profile.of_polylog(signs @ terms / volume), ROUNDING * magnitude


def _quadrature(profile: Profile, top: Array, a: Array) -> tuple[Array, Array]:
    """Integral over the distance r from the top, ``f(top - r) B(r | a)``, piece by piece."""
    knots = subsets(len(a)) @ a
    bends = np.maximum(top, 0) + BENDS[:, np.newaxis]
    edges = np.sort(np.concatenate([knots, np.clip(bends, 0, a.sum(axis=0))]), axis=0)
    length = np.diff(edges, axis=0)
    r = edges[:-1] + NODES[:, np.newaxis, np.newaxis] * length  # (20, pieces, n)
    weights = WEIGHTS[:, np.newaxis, np.newaxis] * length * density(r, a)
    values = profile.f(top - r) * weights
    return values.sum(axis=(0, 1)), QUADRATURE * np.abs(values).sum(axis=(0, 1))
