"""Multilayer perceptrons: dense layers with an activation between them."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from itertools import pairwise
from typing import Any

import numpy as np

from minnet.activations import ACTIVATIONS
from minnet.errors import SettingError, is_whole, known_name
from minnet.layers import BatchNorm, Dense, Dropout, Layer, LayerNorm
from minnet.names import explained
from minnet.network import Network

NORMALIZATIONS: dict[str, type[Layer]] = {"BatchNorm": BatchNorm, "LayerNorm": LayerNorm}
LayerLike = str | Layer | Callable[[], Layer]


@explained("mlp([3, 8, 1])")
def mlp(
    widths: Sequence[int],
    activation: LayerLike = "tanh",
    *,
    normalization: LayerLike | None = None,
    dropout: float = 0.0,
    weights: Any = "glorot_uniform",
    bias: Any = "zeros",
    rng: int | np.random.Generator | None = None,
    dtype: Any = "float64",
) -> Network:
    """A network of dense layers, with an activation after each but the last.

    Where they are asked for, a normalisation stands before each activation, and dropout after it.

    Parameters
    ----------
    widths : sequence of int
        Numbers of inputs, of units in each hidden layer, and of outputs: at least two numbers.
    activation : str, layer, or class of layers
        ``"relu"``, ``mn.ReLU`` or ``mn.LeakyReLU(0.1)``: names are those of the classes, in any case.
    normalization : str, layer, or class of layers, optional
        ``"batchnorm"``, ``mn.LayerNorm`` or ``mn.BatchNorm(momentum=0.99)``.
    dropout : float in [0, 1)
        The probability with which a hidden unit is left out of a training step: see `Dropout`.
    weights, bias : initializer, or list of initializers
        As for `Dense`; a list has one for each dense layer.
    rng : int, numpy.random.Generator or None
        Draws the initial parameters.
    dtype : "float64" or "float32"

    Raises
    ------
    SettingError
        There are fewer than two widths, a name is not known, the probability is out of its range, or a list has
        another length.

    Examples
    --------
    >>> mlp([1, 20, 20, 1], "relu", rng=0)
    Network(Dense(1, 20), ReLU(), Dense(20, 20), ReLU(), Dense(20, 1); 481 parameters, float64)
    >>> mlp([1, 20, 1], "relu", normalization="batchnorm", dropout=0.2, rng=0)
    Network(Dense(1, 20), BatchNorm(0.9, 1e-05), ReLU(), Dropout(0.2), Dense(20, 1); 101 parameters, float64)
    """
    return Network(mlp_layers(widths, activation, normalization, dropout, weights, bias), rng=rng, dtype=dtype)


def mlp_layers(
    widths: Sequence[int],
    activation: LayerLike,
    normalization: LayerLike | None = None,
    dropout: float = 0.0,
    weights: Any = "glorot_uniform",
    bias: Any = "zeros",
) -> list[Layer]:
    """The layers of `mlp`, to stand between others in a network."""
    if not isinstance(widths, Sequence | np.ndarray) or isinstance(widths, str) or len(widths) < 2:
        raise SettingError(f"mlp: widths must be at least two numbers such as [1, 20, 1], not {widths!r}")
    pairs = list(pairwise(widths))
    layers: list[Layer] = []
    for (i, o), W, b in zip(pairs, _one_each(weights, "weights", pairs), _one_each(bias, "bias", pairs), strict=True):
        if not (is_whole(i) and is_whole(o) and min(i, o) >= 1):
            raise SettingError(f"mlp: widths must be positive whole numbers, not {list(widths)}")
        between = _between(activation, normalization, dropout)
        layers += [Dense(i, o, weights=W, bias=b), *between]
    return layers[: -len(between)]  # nothing stands behind the last dense layer


def _between(activation: LayerLike, normalization: LayerLike | None, dropout: float) -> list[Layer]:
    """New layers to stand between two dense ones."""
    before = [] if normalization is None else [_layer("normalization", normalization, NORMALIZATIONS)]
    return [*before, _layer("activation", activation, ACTIVATIONS), *([Dropout(dropout)] if dropout else [])]


def _one_each(initializers: Any, name: str, pairs: list[Any]) -> list[Any]:
    """Initializers of every dense layer."""
    if not isinstance(initializers, list):
        return [initializers] * len(pairs)
    if len(initializers) != len(pairs):
        raise SettingError(f"mlp: {name} has {len(initializers)} initializers for {len(pairs)} dense layers")
    return initializers


def _layer(what: str, choice: LayerLike, names: Mapping[str, Callable[[], Layer]]) -> Layer:
    """A new layer: networks do not share them."""
    if isinstance(choice, str):
        return names[known_name("mlp", what, choice, names)]()
    layer = deepcopy(choice) if isinstance(choice, Layer) else choice() if callable(choice) else None
    if not isinstance(layer, Layer):
        raise SettingError(f"mlp: {what} must be a name, a layer or a class of layers, not {choice!r}")
    return layer
