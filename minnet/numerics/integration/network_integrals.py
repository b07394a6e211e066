"""Integrals of trained networks of one hidden layer, exact but for rounding: sums over the integrals of their units."""

from typing import Any

import numpy as np

from minnet.checks import as_real, check_finite
from minnet.errors import SettingError, ShapeError
from minnet.layers import Dense, Rescale
from minnet.network import Network
from minnet.numerics.integration.ridge_integrals import Bounded, profile_of, ridge_integral
from minnet.types import Array


def network_integral(net: Network, low: Any, high: Any) -> Bounded:
    """Integrals of a network's outputs over boxes.

    Parameters
    ----------
    net : Network
        ``[Dense(d, h), Sigmoid(), Dense(h, o)]``, with `Tanh` or `Softplus` as well; a `Rescale` may come first.
    low, high : array (..., d)
        Opposite corners, in units of the inputs; (...) for a network of one input. They broadcast.

    Returns
    -------
    Bounded
        Values (..., o) in the network's dtype (computed in float64), and bounds on what rounding adds: hidden units
        that nearly cancel each other show there.

    Raises
    ------
    SettingError
        The network has another form.
    ShapeError, DataError, DtypeError
        Bounds do not fit the inputs, or are not finite.

    Examples
    --------
    A ramp from 0 to 1 over the interval, nearly:

    >>> import minnet as mn
    >>> net = mn.Network([mn.Dense(1, 1, weights=4.0), mn.Sigmoid(), mn.Dense(1, 1, weights=1.0)], rng=0)
    >>> network_integral(net, [-1.0, 0.0], 1.0).value.round(4).tolist()
    [[1.0], [0.8313]]
    """
    return box_integral(net, *as_corners(low, high, len(_parts(net)[1].W), "network_integral"))


def box_integral(net: Network, low: Array, high: Array) -> Bounded:
    """`network_integral` between corners (..., d) that need no checks."""
    rescale, first, activation, last = _parts(net)
    corners = low, high
    volume = (corners[1] - corners[0]).prod(axis=-1)
    stretch = 1.0
    if rescale is not None:
        middle, half = 0.5 * (rescale.low + rescale.high), 0.5 * (rescale.high - rescale.low)
        stretch = half ** len(first.W)
        corners = ((corners[0] - middle) / half, (corners[1] - middle) / half)
    W, b, V, c = (part.astype(float) for part in (first.W, first.b, last.W, last.b))
    units = ridge_integral(activation, W.T, b, corners[0][..., np.newaxis, :], corners[1][..., np.newaxis, :])
    value = stretch * (units.value @ V) + volume[..., np.newaxis] * c
    rounding = np.finfo(float).eps * (stretch * (np.abs(units.value) @ np.abs(V)))
    error = stretch * (units.error @ np.abs(V)) + rounding
    return Bounded(value.astype(net.dtype), error.astype(net.dtype))


def as_points(x: Any, d: int, name: str) -> Array:
    """Points (..., d); of one variable they are given as (...)."""
    x = as_real(x, name).astype(float)
    if d == 1:
        return x[..., np.newaxis]
    if x.ndim == 0 or x.shape[-1] != d:
        raise ShapeError(f"{name} has shape {x.shape}, expected (..., {d})")
    return x


def as_corners(low: Any, high: Any, d: int, owner: str) -> tuple[Array, Array]:
    """Opposite corners (..., d) of boxes, checked; they may have to be broadcast."""
    corners = as_points(low, d, f"{owner}: low"), as_points(high, d, f"{owner}: high")
    for corner, name in zip(corners, ("low", "high"), strict=True):
        check_finite(corner, f"{owner}: {name}")
    try:
        np.broadcast_shapes(*(corner.shape for corner in corners))
    except ValueError:
        shapes = " and high ".join(str(corner.shape[:-1] if d == 1 else corner.shape) for corner in corners)
        raise ShapeError(f"{owner}: low has shape {shapes}, which do not fit") from None
    return corners


def _parts(net: Network) -> tuple[Rescale | None, Dense, Any, Dense]:
    layers = list(net.layers)
    rescale = layers.pop(0) if layers and type(layers[0]) is Rescale else None
    if len(layers) != 3 or type(layers[0]) is not Dense or type(layers[2]) is not Dense:
        raise SettingError(f"network_integral needs [Dense, activation, Dense], after a Rescale if need be, not {net}")
    first, activation, last = layers
    profile_of(activation)
    assert isinstance(rescale, Rescale | None)
    return rescale, first, activation, last
