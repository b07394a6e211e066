"""A network's value, slope and curvature, which are exact."""

from typing import TYPE_CHECKING, Any

import numpy as np

from minnet.errors import DataError, SettingError, ShapeError, is_whole
from minnet.frames import name_of
from minnet.network import Network
from minnet.plotting.functions import POINTS
from minnet.plotting.parts import axes, check_network, colour, label, one_variable, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES = "value f", "slope f '", "curvature f ''"
DASHES = "-", "--", "-."


@styled
def plot_jet(
    net: Network,
    x: Any,
    ax: "Axes | None" = None,
    *,
    order: int = 2,
    output: int = 0,
    xlabel: str | None = None,
    ylabel: str = "network and derivatives",
) -> "Axes":
    """A network of one variable and its derivatives, from the least of the places x to the largest.

    They have units of their own: where their sizes differ more than tenfold, each is shown as a multiple of a power of
    ten, which the legend names.

    Parameters
    ----------
    net : Network
    x : array (n,) or (n, 1)
        Samples, or the two ends.
    ax : Axes, optional
    order : int
        1 without the curvature, which piecewise linear activations do not have.
    output : int
        Which one, counted from 0.
    xlabel : str, optional
        When not given, what a series or a column is called, or "x".
    ylabel : str

    Raises
    ------
    ShapeError, SettingError, DataError
        The network has several inputs, or no such output; x is a single place.
    DerivativeError
        A layer has no such derivative.

    Examples
    --------
    >>> import minnet as mn
    >>> net = mn.Network([mn.Dense(1, 1, weights=[[1e-3]]), mn.Sine()], rng=0)
    >>> ax = mn.plotting.plot_jet(net, [0, 5000], xlabel="time (s)")
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['value f', "slope f ' ($10^{-3}$)", "curvature f '' ($10^{-6}$)"]
    """
    owner = "plot_jet"
    check_network(net, owner)
    if net.input_shape != (1,):
        raise ShapeError(f"{owner}: draws a network of one variable; this one takes samples of shape {net.input_shape}")
    if not (is_whole(output) and 0 <= output < net.n_outputs):
        raise SettingError(f"{owner}: output={output!r} must be a whole number from 0 to {net.n_outputs - 1}")
    places = one_variable(x, "x", owner)
    if not places.min() < places.max():
        raise DataError(f"{owner}: x is the single place {places[0]:g}; give the two ends to draw between")
    along = np.linspace(places.min(), places.max(), POINTS)
    jet = net.jet(along, order)
    curves = [slab[..., output].ravel() for slab in (jet.value, jet.first, jet.second) if slab is not None]
    powers = [_power(float(np.abs(values).max())) for values in curves]
    known = [power for power in powers if power is not None]
    apart = bool(known) and max(known) - min(known) > 1
    ax = axes(ax, owner)
    ax.axhline(0, color="0.6", linewidth=1)
    for k, (values, power) in enumerate(zip(curves, powers, strict=True)):
        shift = power if apart and power else 0
        unit = f" ($10^{{{shift}}}$)" if shift else ""
        ax.plot(along, values / 10.0**shift, DASHES[k], color=colour(k), label=NAMES[k] + unit)
    label(ax, xlabel or name_of(x, "x"), ylabel)
    ax.legend()
    return ax


def _power(size: float) -> int | None:
    """Of ten, at most as large as a size, but for some hundredths; None of 0."""
    return int(np.floor(np.log10(size) + 0.02)) if size > 0 else None
