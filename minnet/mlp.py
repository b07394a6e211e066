"""Multilayer perceptrons: dense layers with an activation between them."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from itertools import pairwise
from typing import Any

import numpy as np

from minnet.activations import ACTIVATIONS
from minnet.errors import SettingError, is_whole, known_name
from minnet.layers import Dense, Layer
from minnet.names import explained
from minnet.network import Network


@explained("mlp([3, 8, 1])")
def mlp(
    widths: Sequence[int],
    activation: str | Layer | Callable[[], Layer] = "tanh",
    *,
    weights: Any = "glorot_uniform",
    bias: Any = "zeros",
    rng: int | np.random.Generator | None = None,
    dtype: Any = "float64",
) -> Network:
    """A network of dense layers, with an activation after each but the last.

    Parameters
    ----------
    widths : sequence of int
        Numbers of inputs, of units in each hidden layer, and of outputs: at least two numbers.
    activation : str, layer, or class of layers
        ``"relu"``, ``mn.ReLU`` or ``mn.LeakyReLU(0.1)``: names are those of the classes, in any case.
    weights, bias : initializer, or list of initializers
        As for `Dense`; a list has one for each dense layer.
    rng : int, numpy.random.Generator or None
        Draws the initial parameters.
    dtype : "float64" or "float32"

    Raises
    ------
    SettingError
        There are fewer than two widths, the activation is not known, or a list has another length.

    Examples
    --------
    >>> mlp([1, 20, 20, 1], "relu", rng=0)
    Network(Dense(1, 20), ReLU(), Dense(20, 20), ReLU(), Dense(20, 1); 481 parameters, float64)
    """
    if not isinstance(widths, Sequence | np.ndarray) or isinstance(widths, str) or len(widths) < 2:
        raise SettingError(f"mlp: widths must be at least two numbers such as [1, 20, 1], not {widths!r}")
    pairs = list(pairwise(widths))
    layers: list[Layer] = []
    for (i, o), W, b in zip(pairs, _one_each(weights, "weights", pairs), _one_each(bias, "bias", pairs), strict=True):
        if not (is_whole(i) and is_whole(o) and min(i, o) >= 1):
            raise SettingError(f"mlp: widths must be positive whole numbers, not {list(widths)}")
        layers += [Dense(i, o, weights=W, bias=b), _layer(activation)]
    return Network(layers[:-1], rng=rng, dtype=dtype)


def _one_each(initializers: Any, name: str, pairs: list[Any]) -> list[Any]:
    """Initializers of every dense layer."""
    if not isinstance(initializers, list):
        return [initializers] * len(pairs)
    if len(initializers) != len(pairs):
        raise SettingError(f"mlp: {name} has {len(initializers)} initializers for {len(pairs)} dense layers")
    return initializers


def _layer(activation: str | Layer | Callable[[], Layer]) -> Layer:
    """A new layer: networks do not share them."""
    if isinstance(activation, str):
        return ACTIVATIONS[known_name("mlp", "activation", activation, ACTIVATIONS)]()
    layer = deepcopy(activation) if isinstance(activation, Layer) else activation() if callable(activation) else None
    if not isinstance(layer, Layer):
        raise SettingError(f"mlp: activation must be a name, a layer or a class of layers, not {activation!r}")
    return layer
