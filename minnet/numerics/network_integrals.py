"""Integrals of trained networks of one hidden layer, exact but for rounding: sums over the integrals of their units."""

from typing import Any

import numpy as np

from minnet.checks import as_real, check_finite
from minnet.errors import SettingError, ShapeError
from minnet.layers import Dense, Rescale
from minnet.network import Network
from minnet.numerics.ridge_integrals import Bounded, profile_of, ridge_integral

MOST_NUMBERS = 1 << 22  # boxes times units at a time


def network_integral(net: Network, low: Any, high: Any) -> Bounded:
    """Integrals of a network's outputs over boxes.

    Parameters
    ----------
    net : Network
        ``[Dense(d, h), Sigmoid(), Dense(h, o)]``, with `Tanh` or `Softplus` as well; a `Rescale` may come first.
    low, high : array (..., d)
        Opposite corners, in units of the inputs; with one input, (...) will do. They broadcast.

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
    rescale, first, activation, last = _parts(net)
    corners = []
    for name, bound in (("low", low), ("high", high)):
        bound = as_real(bound, name).astype(float)
        check_finite(bound, name)
        if first.n_inputs == 1 and (bound.ndim == 0 or bound.shape[-1] != 1):
            bound = bound[..., np.newaxis]
        if bound.ndim == 0 or bound.shape[-1] != first.n_inputs:
            raise ShapeError(f"network_integral: {name} has shape {bound.shape}, expected (..., {first.n_inputs})")
        corners.append(bound)
    volume = (corners[1] - corners[0]).prod(axis=-1)
    stretch = 1.0
    if rescale is not None:
        middle, half = 0.5 * (rescale.low + rescale.high), 0.5 * (rescale.high - rescale.low)
        stretch = half ** len(first.W)
        corners = [(corner - middle) / half for corner in corners]
    W, b, V, c = (part.astype(float) for part in (first.W, first.b, last.W, last.b))
    units = ridge_integral(activation, W.T, b, corners[0][..., np.newaxis, :], corners[1][..., np.newaxis, :])
    value = stretch * (units.value @ V) + volume[..., np.newaxis] * c
    rounding = np.finfo(float).eps * (stretch * (np.abs(units.value) @ np.abs(V)))
    error = stretch * (units.error @ np.abs(V)) + rounding
    return Bounded(value.astype(net.dtype), error.astype(net.dtype))


def _parts(net: Network) -> tuple[Rescale | None, Dense, Any, Dense]:
    layers = list(net.layers)
    rescale = layers.pop(0) if layers and type(layers[0]) is Rescale else None
    if len(layers) != 3 or type(layers[0]) is not Dense or type(layers[2]) is not Dense:
        raise SettingError(f"network_integral needs [Dense, activation, Dense], after a Rescale if need be, not {net}")
    first, activation, last = layers
    profile_of(activation)
    assert isinstance(rescale, Rescale | None)
    return rescale, first, activation, last
