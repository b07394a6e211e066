"""The optimizer document's own training, replayed: its initial draws, its formulas, and what it records."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from minnet import datasets
from minnet.losses import BinaryCrossEntropy
from minnet.mlp import mlp
from minnet.network import Network
from minnet.optimizers import SGD, AdaGrad, Adam, Averaged, Optimizer, RMSProp
from minnet.training import fit
from minnet.types import Array

EPSILON = 1e-15  # inside its logarithm
THRESHOLDS = (0.01, 0.5)  # of convergence: in its text, and in the notebook published with it
OPTIMIZERS: dict[str, Callable[[float], Optimizer]] = {
    "gradient descent": lambda rate: SGD(rate),
    "momentum": lambda rate: SGD(rate, momentum=0.9, dialect="average"),
    "RMSProp": lambda rate: RMSProp(rate, rho=0.9),
    "Adam": lambda rate: Adam(rate),
    "AdaGrad": lambda rate: AdaGrad(rate),
    "averaged SGD": lambda rate: Averaged(SGD(rate)),
}


def published_network(hidden: Sequence[int], small: bool) -> Network:
    """2 - hidden - 1 with sigmoids, in float64, from the document's random numbers.

    ``randn(out, in)`` and ``randn(out, 1)`` for every layer, seed 1; or, when `small`, as for its Adam: weights times
    0.01, biases zero and not drawn. The last sigmoid is part of the loss.
    """
    rng = np.random.RandomState(1)  # the document's own generator
    weights, biases = [], []
    for inputs, units in pairwise((2, *hidden, 1)):
        drawn = rng.randn(units, inputs)
        weights.append((0.01 * drawn if small else drawn).T)
        biases.append(np.zeros(units) if small else rng.randn(units, 1)[:, 0])
    return mlp([2, *hidden, 1], "sigmoid", weights=weights, bias=biases)


def replay(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """One run as published, every update on all samples: the function of a study.

    Parameters
    ----------
    settings : dict
        ``optimizer`` (one of `OPTIMIZERS`), ``learning_rate``, ``n`` (points of two circles), ``hidden``, ``steps``;
        ``small`` (whether to start as the document's Adam does) where it is not as published; and ``plane``, the
        number of points along each side of a grid on which scores are to be recorded.
    rng : numpy.random.Generator
        Not used: the document draws from its own seeds.

    Returns
    -------
    dict
        ``loss`` before and ``accuracy`` after every update; ``swapped``, what the document's call makes of the last
        outputs (see `swapped_loss`); for each of `THRESHOLDS` the first update whose loss is below, or -1, as
        ``first_below``; ``seconds``; and the scores of the ``plane`` where it is given, row by row.
    """
    name = settings["optimizer"]
    x, labels = datasets.circles(settings["n"], noise=0.1, factor=0.3, rng=0)
    net = published_network(settings["hidden"], settings.get("small", name == "Adam"))
    history = fit(
        net,
        x,
        labels,
        loss=BinaryCrossEntropy(),
        optimizer=OPTIMIZERS[name](settings["learning_rate"]),
        epochs=settings["steps"],
        accuracy=True,
    )
    loss, before = (np.array(history.history[name]) for name in ("loss", "accuracy"))
    score = net(x)[:, 0]
    after = [*before[1:], float(np.mean((score >= 0) == labels))]
    metrics = {
        "loss": loss,
        "accuracy": after,
        "final_loss": loss[-1],
        "final_accuracy": after[-1],
        "swapped": swapped_loss(score, labels),
        "first_below": [_first(loss < threshold) for threshold in THRESHOLDS],
        "seconds": history.seconds,
    }
    return metrics | ({"plane": net(plane(settings["plane"]))[:, 0]} if "plane" in settings else {})


def plane(n: int) -> Array:
    """A grid of n x n points on [-1.5, 1.5]^2, row by row: (n^2, 2)."""
    along = np.linspace(-1.5, 1.5, n)
    return np.column_stack([grid.ravel() for grid in np.meshgrid(along, along)])


def swapped_loss(score: Array, labels: Array) -> float:
    """The document's "log loss" as it is called, with labels and outputs in each other's places.

    Its function is given ``(labels, outputs)`` where it expects ``(outputs, labels)``. The logarithm of a label is
    that of 1 or of 1e-15, so what it gives is the mean distance |output - label| times -log(1e-15) = 34.5: about 17.3
    for a network that says 1/2 to everything.
    """
    outputs = 0.5 * (1 + np.tanh(0.5 * score))
    t = labels.astype(float)
    return float(np.mean(-outputs * np.log(t + EPSILON) - (1 - outputs) * np.log(1 - t + EPSILON)))


def _first(below: Array) -> int:
    return int(below.argmax()) if below.any() else -1
