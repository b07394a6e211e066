"""Gradients and Jacobians of a whole network, from those of its layers."""

from collections.abc import Callable, Sequence

import numpy as np

from minnet.layers.base import Layer
from minnet.types import Array


def remember_back(layers: Sequence[Layer], dy: Array) -> None:
    """Carry cotangents dy of the outputs (k, n, *sample) back to the first layer with parameters, and no further."""
    first = next((i for i, layer in enumerate(layers) if layer.shapes), len(layers))
    for layer in reversed(layers[first + 1 :]):
        dy = np.ascontiguousarray(layer.backward(dy))
    for layer in layers[first : first + 1]:
        layer.remember(dy)


def jacobian_rows(layers: Sequence[Layer], sweep_back: Callable[[Array], Array], y: Array) -> Array:
    """Derivatives of the outputs y (k, n, *sample) by all parameters p, (k, n, *sample, p): for each order and place of
    a sample, one sweep back from a unit there, in all samples at once."""
    N, P = y.shape[1], sum(layer.n_parameters for layer in layers)
    J = np.zeros((*y.shape, P), y.dtype)
    for k in range(len(y)):
        for place in np.ndindex(y.shape[2:]):
            unit = np.zeros_like(y)
            unit[k, :, *place] = 1
            sweep_back(unit)
            start = 0
            for layer in layers:
                rows = {name: np.empty((N, *shape), y.dtype) for name, shape in layer.shapes.items()}
                layer.jacobian(rows)
                for name, shape in layer.shapes.items():
                    stop = start + int(np.prod(shape))
                    J[k, :, *place, start:stop] = rows[name].reshape(N, stop - start)
                    start = stop
    return J
