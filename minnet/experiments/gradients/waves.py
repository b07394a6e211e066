"""sin x and exp(sin x) with their derivatives, and the losses by which networks learn from them."""

from collections.abc import Callable

from minnet import datasets
from minnet.jet import Jet
from minnet.losses import Loss, MeanSquaredError, Sobolev
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
