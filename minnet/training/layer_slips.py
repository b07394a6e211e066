"""What is legal and hardly ever meant in the layers of a network: layers that add nothing, units that cannot learn,
outputs that are held within a range."""

from itertools import pairwise

import numpy as np

from minnet.activations import Activation, Identity, ReLU
from minnet.layers import (
    AveragePool,
    BatchNorm,
    Conv1d,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    Layer,
    LayerNorm,
    MaxPool,
    Recurrent,
    Rescale,
    Reshape,
    Softmax,
    Standardize,
    UpSample,
)
from minnet.network import Network
from minnet.types import Array

LOOKED_AT = 200  # samples, of which dead units are dead for all
AFFINE = (
    Flatten,
    Reshape,
    Dropout,
    Rescale,
    Standardize,
    BatchNorm,
)  # as long as nobody trains; with nothing between them
SAME_RANGE = Flatten, Reshape, Dropout, MaxPool, AveragePool, UpSample
GRID = np.concatenate([np.linspace(-20, 20, 40_001), np.linspace(-1e3, 1e3, 2001)])
FAR = np.array([-1e9, 1e9])


def layer_slips(net: Network, x: Array) -> list[str]:
    """What to say of a network and its inputs x (n, *input_shape)."""
    return [
        *_linear_stacks(net.layers),
        *_constant_layers(net),
        *(_equal_units(net.layers) or _dead_units(net.layers, x)),
    ]


def last_layer(net: Network) -> Layer | None:
    """The last layer of those that change the range of what they get."""
    return next((layer for layer in reversed(net.layers) if type(layer) not in SAME_RANGE), None)


def reach(layer: Layer | None) -> tuple[float, float]:
    """The least and the largest number that a layer gives, whatever its inputs; of an activation by its formula, also
    of one's own."""
    if isinstance(layer, Softmax):
        return 0.0, 1.0
    if isinstance(layer, Recurrent):
        return -1.0, 1.0
    if not isinstance(layer, Activation):
        return -np.inf, np.inf
    with np.errstate(all="ignore"):
        near, far = layer.formula.f(GRID, layer.parameter), layer.formula.f(FAR, layer.parameter)
    low, high = float(near.min()), float(near.max())
    room = 1e-3 * (high - low)
    return (low if far.min() > low - room else -np.inf), (high if far.max() < high + room else np.inf)


def is_constant(layer: Layer | None, features: int | None) -> bool:
    """Whether a layer gives the same for all samples, because it compares the features of each, and there is one."""
    return isinstance(layer, Softmax | LayerNorm) and features == 1


def _constant_layers(net: Network) -> list[str]:
    shapes = net.sample_shapes[1:]
    return [
        f"layer {index}, {layer}, has one feature, and so it gives the same for all samples: nothing before it can "
        "learn. Way out: leave it out"
        + (", or use Sigmoid() for the probability of one of two classes" if isinstance(layer, Softmax) else "")
        for index, (layer, shape) in enumerate(zip(net.layers, shapes, strict=True))
        if is_constant(layer, shape[-1])
    ]


def _linear_stacks(layers: list[Layer]) -> list[str]:
    """Dense layers, or convolutions, with nothing between them that is not affine as well."""
    numbered = [(index, layer) for index, layer in enumerate(layers) if type(layer) not in AFFINE]
    return [
        f"layers {a} and {b}, {first} and {second}, are one linear map together. Way out: an activation between them, "
        "such as Tanh()"
        for (a, first), (b, second) in pairwise(numbered)
        if _are_one(first, second)
    ][:1]


def _are_one(first: Layer, second: Layer) -> bool:
    """Whether one layer could do what two do. Not if the first is a bottleneck, which makes the map one of low rank, or
    if kernels are long in different directions: who means it otherwise can write Identity() between them."""
    if type(first) is type(second) is Dense:
        return first.n_outputs >= max(2, min(first.n_inputs, second.n_outputs))
    for kind in (Conv1d, Conv2d):
        if isinstance(first, kind) and type(first) is type(second):
            pairs = list(zip(first.kernel_size, second.kernel_size, strict=True))
            separable = any(a > b for a, b in pairs) and any(a < b for a, b in pairs)
            return not separable and first.channels_out >= max(2, min(first.channels_in, second.channels_out))
    return False


def _equal_units(layers: list[Layer]) -> list[str]:
    """A hidden layer of units that have equal weights, in and out: their gradients are equal as well, and stay so."""
    dense = [(index, layer) for index, layer in enumerate(layers) if isinstance(layer, Dense)]
    for (a, first), (b, second) in pairwise(dense):
        if (
            first.W.shape[1] > 1
            and all(isinstance(layer, Activation) and not isinstance(layer, Identity) for layer in layers[a + 1 : b])
            and (first.W[:, :1] == first.W).all()
            and (first.b == first.b[0]).all()
            and (second.W[:1] == second.W).all()
        ):
            return [
                f"all units of layer {a}, {first}, have the same weights, before and behind them, and keep them: they "
                "learn as one. Way out: random initial weights, such as the default"
            ]
    return []


def _dead_units(layers: list[Layer], x: Array) -> list[str]:
    """A ReLU layer of which no unit answers any sample: nothing before it can learn. Looked for in the dense layers
    that the network begins with, in plain NumPy: before training, no kernel is to be compiled for it."""
    x = x[:: max(1, len(x) // LOOKED_AT)]
    end = max((index + 1 for index, layer in enumerate(layers) if isinstance(layer, ReLU)), default=0)
    for index, layer in enumerate(layers[:end]):
        if isinstance(layer, Dense):
            x = x @ layer.W + layer.b
        elif isinstance(layer, Activation):
            if isinstance(layer, ReLU) and not (x > 0).any():
                return [
                    f"all units of layer {index}, {layer}, are dead: 0 for all samples, and nothing before it can "
                    "learn. Way out: other initial biases, or inputs of mean 0 and standard deviation 1"
                ]
            with np.errstate(all="ignore"):
                x = layer.formula.f(x, layer.parameter)
        elif isinstance(layer, Flatten):
            x = x.reshape(len(x), -1)
        elif not isinstance(layer, Dropout):
            break
    return []
