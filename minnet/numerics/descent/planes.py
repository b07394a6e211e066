"""Losses on a plane through a network's weights, and directions for it whose lengths mean something."""

from collections.abc import Callable

import numpy as np

from minnet.network import Network
from minnet.types import Array


def losses_on_plane(
    net: Network, loss: Callable[[], float], centre: Array, directions: Array, x: Array, y: Array
) -> Array:
    """The loss where the parameters are ``centre + x directions[0] + y directions[1]``.

    Parameters
    ----------
    net : Network
        Has its own parameters and buffers again in the end.
    loss : callable
        The loss of the network with the parameters that it has when it is called.
    centre : array (n_parameters,)
    directions : array (2, n_parameters)
    x, y : arrays (columns,) and (rows,)

    Returns
    -------
    array (rows, columns)
        Infinite or NaN where the loss is.
    """
    theta, buffers, losses = net.theta.copy(), net.buffers.copy(), np.empty((len(y), len(x)))
    try:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for i, along_y in enumerate(y):
                for j, along_x in enumerate(x):
                    net.theta = centre + along_x * directions[0] + along_y * directions[1]
                    losses[i, j] = loss()
    finally:
        net.theta, net.buffers = theta, buffers
    return losses


def unit_directions(net: Network, rng: np.random.Generator) -> Array:
    """Two random directions (2, n_parameters), in which a step of 1 changes each unit by as much as its weights are.

    In a direction drawn from a normal distribution, what goes into a unit (a column of ``W``) is given the length of
    the unit's own weights (Li et al., "Visualizing the loss landscape of neural nets", NeurIPS 2018, section 4). Other
    parameters, such as biases and gains, do not move. Of weights that are all 0 the size says nothing: they move by 1.

    >>> from minnet.layers import Dense
    >>> net = Network([Dense(3, 2, weights=np.array([[3.0, 0.0], [4.0, 0.0], [0.0, 0.1]]))], rng=0)
    >>> along = unit_directions(net, np.random.default_rng(0))[0]
    >>> np.linalg.norm(along[:6].reshape(3, 2), axis=0), along[6:]
    (array([5. , 0.1]), array([0., 0.]))
    """
    directions, start = np.zeros((2, net.n_parameters)), 0
    for layer in net.layers:
        for name, shape in layer.shapes.items():
            size = int(np.prod(shape))
            if name in (layer.weight_names or ()):
                weights = getattr(layer, name).reshape(-1, shape[-1] if len(shape) > 1 else 1)
                drawn = rng.standard_normal((2, *weights.shape))
                lengths = np.linalg.norm(weights, axis=0)
                lengths = np.where(lengths > 0, lengths, 1.0) / np.linalg.norm(drawn, axis=1, keepdims=True)
                directions[:, start : start + size] = (drawn * lengths).reshape(2, size)
            start += size
    return directions
