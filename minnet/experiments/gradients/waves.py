"""sin x and exp(sin x) with their derivatives: what is learnt from them, and by which network."""

from collections.abc import Callable

import numpy as np

from minnet import datasets
from minnet.activations import Tanh
from minnet.initializers import Initializer
from minnet.jet import Jet
from minnet.layers import Dense
from minnet.losses import Loss, MeanSquaredError, Sobolev
from minnet.network import Network
from minnet.types import Array

LOW, HIGH = 0.0, 10.0
FUNCTIONS: dict[str, Callable[..., Array]] = {"sin x": datasets.sine, "exp(sin x)": datasets.exp_sine}
LEARNT_FROM = ("values", "values and first derivatives", "values, first and second derivatives")  # by order


def wave(function: str, x: Array, order: int = 2) -> Jet:
    """One of `FUNCTIONS` at x (n,), with its derivatives up to `order`."""
    value, first, second = (FUNCTIONS[function](x, derivative=k) for k in range(3))
    return Jet(value, first, second).up_to(order)


def loss_and_target(function: str, x: Array, order: int) -> tuple[Loss, Array | Jet]:
    """What a network is trained on that learns from derivatives up to `order`, all with the weight 1."""
    target = wave(function, x, order)
    return (MeanSquaredError(), target.value) if order == 0 else (Sobolev((1.0,) * (order + 1)), target)


def published_network(hidden: int, rng: np.random.Generator) -> Network:
    """1 - hidden - hidden - 1 with tanh, in float32, started as PyTorch starts its linear layers."""
    first, second, last = (_linear(i, o) for i, o in ((1, hidden), (hidden, hidden), (hidden, 1)))
    return Network([first, Tanh(), second, Tanh(), last], rng=rng, dtype="float32")


def _linear(i: int, o: int) -> Dense:
    """Weights and biases uniform on +-1/sqrt(i).

    None of minnet's named initializers has this law: that of ``lecun_uniform`` is sqrt(3) times as wide, and a bias
    does not know how many inputs its layer has. For one input it matters that biases are not 0: they spread the units
    over the interval.
    """
    limit = i**-0.5

    def uniform(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        return rng.uniform(-limit, limit, shape)

    law: Initializer = uniform
    return Dense(i, o, weights=law, bias=law)
