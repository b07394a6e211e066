"""The networks of the document: dense layers in float32, started as PyTorch starts them."""

from collections.abc import Callable, Sequence

import numpy as np

from minnet.initializers import Initializer
from minnet.layers import Layer
from minnet.mlp import mlp
from minnet.network import Network
from minnet.types import Array


def published_network(
    widths: Sequence[int], activation: str | Layer | Callable[[], Layer], rng: np.random.Generator
) -> Network:
    """Dense layers with an activation between them; weights and biases uniform on +-1/sqrt(inputs of the layer).

    None of minnet's named initializers has this law: that of ``lecun_uniform`` is sqrt(3) times as wide, and a bias
    does not know how many inputs its layer has. For one input it matters that biases are not 0: they spread the units
    over the interval.
    """
    laws = [_uniform(i**-0.5) for i in widths[:-1]]
    return mlp(widths, activation, weights=laws, bias=laws, rng=rng, dtype="float32")


def _uniform(limit: float) -> Initializer:
    def law(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        return rng.uniform(-limit, limit, shape)

    return law
