"""The loss around a network's weights."""

from typing import TYPE_CHECKING, Any

import numpy as np

from minnet.checks import as_generator
from minnet.errors import check_range, is_whole
from minnet.jet import seed
from minnet.layers import Pass
from minnet.losses import Loss
from minnet.network import Network
from minnet.numerics.descent.planes import losses_on_plane, unit_directions
from minnet.plotting.parts import axes, label, styled
from minnet.training.data import training_data
from minnet.training.generator import estimate_statistics
from minnet.training.step import check_loss
from minnet.training.units import standardized, without_units

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NUMBERS = 3e8  # multiplications that a landscape may take: of large networks, fewer samples are used
LEVELS = 24
DECADES = 6.0  # of losses that are drawn, from the least


@styled
def plot_loss_landscape(
    net: Network,
    x: Any,
    y: Any,
    loss: Loss,
    ax: "Axes | None" = None,
    *,
    reach: float = 1.0,
    side: int = 31,
    rng: int | np.random.Generator | None = 0,
) -> "Axes":
    """The loss on a plane through the weights as they are, along two random directions, on a logarithmic scale.

    A step of 1 along either direction changes the weights of every unit by as much as they are long, so landscapes of
    different networks can be compared (`minnet.numerics.descent.planes.unit_directions`). The network stays as it is.

    Parameters
    ----------
    net : Network
    x, y : arrays, as for `minnet.fit`
        Of large networks and data, a random part is used; the title says how many samples.
    loss : Loss
    ax : Axes, optional
    reach : float
        How far the plane goes in either direction.
    side : int
        Points along each direction; an odd number has the weights themselves among them.
    rng : int, numpy.random.Generator or None
        Draws the directions, and the samples.

    Raises
    ------
    ShapeError, DataError, DtypeError, SettingError, DerivativeError
        As `minnet.fit` for the same network, data and loss; reach or side is out of its range.

    Examples
    --------
    >>> import minnet as mn
    >>> x = np.linspace(-1, 1, 50)
    >>> net = mn.mlp([1, 5, 1], "tanh", rng=0)
    >>> ax = mn.plotting.plot_loss_landscape(net, x, x**2, mn.MeanSquaredError(), side=11)
    >>> ax.get_title("left")
    'loss of 50 samples around the weights'
    """
    from matplotlib.colors import LogNorm
    from matplotlib.ticker import NullLocator

    from minnet.ticks import LogLabels, LogTicks

    owner = "plot_loss_landscape"
    check_loss(net, loss, owner=owner)
    check_range(
        owner,
        reach=(reach, lambda r: 0 < r < float("inf"), "positive"),
        side=(side, lambda n: is_whole(n) and n >= 3, "a whole number >= 3"),
    )
    rng = as_generator(rng, owner)
    data, _ = training_data(net, loss, x, y)
    directions = unit_directions(net, rng)
    most = max(20, int(NUMBERS / (side**2 * max(1, net.n_parameters))))
    if len(data) > most:
        data = data[np.sort(rng.permutation(len(data))[:most])]
    inputs, target, trained = seed(data.inputs, loss.order), standardized(data.target, net), without_units(net)

    def measured() -> float:
        if net.buffers.size and len(data) > 1:
            estimate_statistics(net, data.inputs, batch_size=len(data), rng=0)
        return float(loss(trained.forward(inputs, Pass(loss.order)), target)[0])

    steps = np.linspace(-reach, reach, side)
    losses = losses_on_plane(net, measured, net.theta.copy(), directions, steps, steps)
    here = losses_on_plane(net, measured, net.theta.copy(), directions, steps[:1] * 0, steps[:1] * 0)[0, 0]
    ax = axes(ax, owner)
    positive = losses[np.isfinite(losses) & (losses > 0)]
    if len(positive) and positive.size == np.isfinite(losses).sum() and positive.max() > positive.min():
        low = max(positive.min(), positive.max() / 10**DECADES)
        levels = np.geomspace(low, positive.max(), LEVELS)
        scale: dict[str, Any] = {"levels": levels, "norm": LogNorm(low, positive.max()), "extend": "min"}
    else:  # a loss that may be 0 or negative
        scale = {"levels": LEVELS}
    shown = np.ma.masked_invalid(losses)
    filled = ax.contourf(steps, steps, shown, **scale)
    ax.contour(steps, steps, shown, colors="w", linewidths=0.4, **{k: v for k, v in scale.items() if k != "extend"})
    bar = ax.figure.colorbar(filled, ax=ax, label="loss")
    if "norm" in scale:
        bar.ax.yaxis.set(major_locator=LogTicks(), major_formatter=LogLabels(), minor_locator=NullLocator())
    ax.plot(0, 0, "*", color="w", markeredgecolor="k", markersize=13, label=f"the weights, loss {here:.3g}")
    ax.set_title(f"loss of {len(data):,} samples around the weights")
    ax.set_aspect("equal")
    ax.grid(False)
    label(ax, "step along direction 1", "step along direction 2")
    ax.legend(loc="upper right", frameon=True)
    return ax
