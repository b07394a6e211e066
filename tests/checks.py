"""Checks that several tests share.

Every derivative is held against central differences along random directions, with random cotangents: a check with
cotangents of ones would pass a softmax whose gradient is wrong, because the sum of its outputs is constant.
"""

from contextlib import suppress
from subprocess import TimeoutExpired

import numpy as np

import minnet as mn
from minnet.activations import ACTIVATIONS
from minnet.architecture import LAYERS, sample_shapes

SMOOTH = [name for name, kind in ACTIVATIONS.items() if kind().max_order == 2]


PLACES = (
    {"Conv1d": (1,), "Conv2d": (2,), "ConvTranspose1d": (1,), "ConvTranspose2d": (2,)}
    | dict.fromkeys(("MaxPool", "AveragePool", "UpSample"), (1, 2))
    | dict.fromkeys(("LSTM", "GRU", "SimpleRNN"), (1,))
)
"""How many axes samples of these layers have besides the channels; other layers take flat samples."""


def example(name: str, width: int) -> mn.Layer:
    """A layer of the given kind that takes and gives `width` features, or channels."""
    if "Conv" in name:
        return LAYERS[name](width, width, 3, padding="same")
    arguments = {
        "Dense": (width, width),
        "Reshape": ((width,),),
        "Dropout": (0.4,),
        "SpectralNorm": (mn.Dense(width, width),),
        "MaxPool": (2, 1),
        "AveragePool": (2, 1),
        "UpSample": (2,),
        "Standardize": (5 + 3 * np.random.default_rng(0).standard_normal((20, width)),),
        "Unstandardize": (np.arange(width), 1 + np.arange(width)),
        **dict.fromkeys(("LSTM", "GRU", "SimpleRNN"), (width, width)),
    }
    return LAYERS[name](*arguments.get(name, ()))


def sandwich(name: str, *, rng, dtype="float64", first=False) -> mn.Network:
    """A layer between two dense ones, with every parameter drawn: 2 inputs, 3 outputs. Where it takes places, the six
    features between become six places, or two rows of three. Or such a network in which it is the first: 6 inputs."""
    places = {1: (6,), 2: (2, 3)}[PLACES[name][0]] if name in PLACES else None
    middle = [mn.Reshape((*places, 1)), example(name, 1), mn.Flatten()] if places else [example(name, 6)]
    features = sample_shapes(middle, (6,))[-1][0]
    before = [] if first else [mn.Dense(2, 6)]
    net = mn.Network(
        [*before, *middle, mn.Dense(features, 3)], input_shape=(6 if first else 2,), rng=rng, dtype=dtype
    )  # fmt: skip
    net.theta[...] = rng.standard_normal(net.theta.size)
    return net


def slope(function, at, direction, h=1e-6) -> float:
    """Central difference of a scalar function along a direction."""
    return (function(at + h * direction) - function(at - h * direction)) / (2 * h)


def assert_close(actual, expected, tolerance) -> None:
    """Differences, relative to the largest expected number (or 1)."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape
    scale = max(1.0, np.abs(expected).max(initial=0))
    assert np.abs(actual - expected).max(initial=0) <= tolerance * scale


def wait_until(condition, process) -> None:
    """Wait for something that a process does, or for its end, and leave it the processor meanwhile."""
    while process.poll() is None and not condition():
        with suppress(TimeoutExpired):
            process.wait(0.01)
