"""Integrals of trained networks of one hidden layer, exact but for rounding: sums over the integrals of their units."""

from typing import Any, NamedTuple

import numpy as np

from minnet.checks import as_real
from minnet.errors import SettingError, ShapeError
from minnet.layers import Dense, Rescale, Standardize, Unstandardize
from minnet.network import Network
from minnet.numerics.integration.ridge_integrals import Bounded, check_reach, profile_of, ridge_integral
from minnet.types import Array


def network_integral(net: Network, low: Any, high: Any) -> Bounded:
    """Integrals of a network's outputs over boxes.

    Parameters
    ----------
    net : Network
        ``[Dense(d, h), Sigmoid(), Dense(h, o)]``, with `Tanh` or `Softplus` as well; `Rescale` or `Standardize` may
        come first, and ``Standardize(y).inverse()`` last.
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
    return box_integral(net, *as_corners(low, high, _parts(net).first.n_inputs, "network_integral"))


def box_integral(net: Network, low: Array, high: Array) -> Bounded:
    """`network_integral` between corners (..., d) that need no checks."""
    parts = _parts(net)
    W, b, V, c = (part.astype(float) for part in (parts.first.W, parts.first.b, parts.last.W, parts.last.b))
    volume = (high - low).prod(axis=-1)
    stretch = np.broadcast_to(parts.unit, len(W)).prod()
    low, high = ((corner - parts.centre) / parts.unit for corner in (low, high))
    units = ridge_integral(parts.activation, W.T, b, low[..., np.newaxis, :], high[..., np.newaxis, :])
    value = parts.std * (stretch * (units.value @ V) + volume[..., np.newaxis] * c)
    value += volume[..., np.newaxis] * parts.mean
    rounding = np.finfo(float).eps * (stretch * (np.abs(units.value) @ np.abs(V)))
    error = parts.std * (stretch * (units.error @ np.abs(V)) + rounding)
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
        check_reach(corner, f"{owner}: {name}")
    try:
        np.broadcast_shapes(*(corner.shape for corner in corners))
    except ValueError:
        shapes = " and high ".join(str(corner.shape[:-1] if d == 1 else corner.shape) for corner in corners)
        raise ShapeError(f"{owner}: low has shape {shapes}, which do not fit") from None
    return corners


class Parts(NamedTuple):
    """``mean + std last(activation(first((x - centre) / unit)))``."""

    centre: Any
    unit: Any
    first: Dense
    activation: Any
    last: Dense
    mean: Any
    std: Any


def _parts(net: Network) -> Parts:
    layers: list[Any] = list(net.layers)
    centre: Any = 0.0
    unit: Any = 1.0
    mean: Any = 0.0
    std: Any = 1.0
    if layers and isinstance(layers[0], Rescale | Standardize):
        centre, unit = layers[0].centre, layers[0].unit
        layers.pop(0)
    if layers and isinstance(layers[-1], Unstandardize):
        mean, std = layers[-1].mean, layers[-1].std
        layers.pop()
    if len(layers) != 3 or type(layers[0]) is not Dense or type(layers[2]) is not Dense:
        raise SettingError(
            f"network_integral needs [Dense, activation, Dense], after Rescale or Standardize if need be, not {net}"
        )
    first, activation, last = layers
    profile_of(activation)
    return Parts(centre, unit, first, activation, last, mean, std)
