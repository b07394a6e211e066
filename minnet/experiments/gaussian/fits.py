"""The document's networks on [-5, 5], the tanh networks beside them, and one fit of a gaussian as a study runs it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from minnet import datasets
from minnet.activations import Tanh
from minnet.layers import Dense, Rescale
from minnet.losses import MeanSquaredError
from minnet.mlp import mlp
from minnet.network import Network
from minnet.optimizers import Adam
from minnet.schedules import Cosine
from minnet.training import fit
from minnet.types import Array

LOW, HIGH, POINTS = -5.0, 5.0, 10_001


def relu_network(hidden: Sequence[int], rng: np.random.Generator) -> Network:
    """1 - hidden - 1, with ReLU after each hidden layer, in float32."""
    return mlp([1, *hidden, 1], "relu", rng=rng, dtype="float32")


def tanh_network(width: int, rng: np.random.Generator) -> Network:
    """1 - width - 1 on [-5, 5], in float64, with a first layer to start variable projection from."""
    first = Dense(1, width, weights="steep", bias="spread")
    return Network([Rescale(LOW, HIGH), first, Tanh(), Dense(width, 1)], rng=rng)


def chebyshev_nodes(n: int) -> Array:
    """Zeros of the Chebyshev polynomial of degree n, on [-5, 5] and from right to left: denser towards both ends."""
    return HIGH * np.cos(np.pi * (np.arange(n) + 0.5) / n)


def fit_gaussian(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Train one network on a gaussian, and measure how far off it is: the function of a study.

    Parameters
    ----------
    settings : dict
        ``hidden`` (units of each hidden layer), ``epochs``, ``batch_size``; and where they differ from the
        document's, ``points`` (10 001, evenly spaced on [-5, 5]), ``std`` (1), ``decay`` (whether the learning rate
        falls to zero, along half a cosine) and ``curve`` (0), the number of evenly spaced points at which the fit is
        returned.
    rng : numpy.random.Generator

    Returns
    -------
    dict
        ``mean_squared_difference``, the document's measure; ``mean_absolute_difference``, ``max_error``; ``centre``
        and ``tail``, the largest errors for |x| < 0.5 and |x| > 3; ``above`` and ``below``, the integrals of the
        fit's excess over the gaussian and of what it lacks; ``share_above``, the fraction of points where it is
        above; ``most_above`` and ``most_below``, the largest errors of either sign; ``updates``, ``seconds`` of
        training, and the ``curve`` where the settings have one.
    """
    x = np.linspace(LOW, HIGH, settings.get("points", POINTS))
    target = datasets.gaussian(x, 0.0, settings.get("std", 1.0))
    net = relu_network(settings["hidden"], rng)
    epochs, size = settings["epochs"], settings["batch_size"]
    updates = epochs * -(-len(x) // size)
    optimizer = Adam(Cosine(0.001, steps=updates) if settings.get("decay") else 0.001)
    history = fit(net, x, target, loss=MeanSquaredError(), optimizer=optimizer, epochs=epochs, batch_size=size, rng=rng)
    error = net(x)[:, 0].astype(float) - target
    metrics: dict[str, Any] = measures(x, error)
    if settings.get("curve"):
        metrics["curve"] = net(np.linspace(LOW, HIGH, settings["curve"]))[:, 0]
    return metrics | {"updates": updates, "seconds": history.seconds}


def measures(x: Array, error: Array) -> dict[str, float]:
    """The metrics of `fit_gaussian` that follow from an error (n,) at evenly spaced points x (n,)."""
    step = x[1] - x[0]
    return {
        "mean_squared_difference": float(np.mean(error**2)),
        "mean_absolute_difference": float(np.mean(np.abs(error))),
        "max_error": float(np.abs(error).max()),
        "centre": float(np.abs(error[np.abs(x) < 0.5]).max()),
        "tail": float(np.abs(error[np.abs(x) > 3]).max()),
        "above": float(step * error[error > 0].sum()),
        "below": float(-step * error[error < 0].sum()),
        "share_above": float(np.mean(error > 0)),
        "most_above": float(max(0.0, error.max())),
        "most_below": float(max(0.0, -error.min())),
    }


def compile_kernels() -> None:
    """Two updates of a tiny network, so that compiling is not counted as training."""
    fit_gaussian({"hidden": [2], "epochs": 1, "batch_size": 8, "points": 16}, np.random.default_rng(0))
