"""Three attempts to choose points by how a network changes, as the document's code makes them.

A model's change over some steps of training, ``|model after - model before|``, stands in for its error. What each
attempt does with it:

1. Four layers of ReLU, SGD. After every 1 000 epochs, the points are thrown away and replaced by ten of 1 000 random
   candidates, drawn by a softmax over the changes among those above the 0.7 quantile.
2. Three layers of tanh, SGD. 30 000 epochs on 500 points; then, after every 50, the point that is fitted best leaves,
   and one of 500 candidates, drawn by a softmax over the changes, comes in.
3. The same network, Adam. After every 50 epochs, the point at which the model changed least leaves, and the five of
   12 000 candidates at which it changed most come in. (Its text says two, and so does a variable that is not used.)

All in float32 and with PyTorch's initial parameters, which are drawn here by another generator: the numbers are
other ones, their law is the same.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from minnet import datasets
from minnet.activations import ReLU, Tanh
from minnet.layers import Dense, Layer
from minnet.losses import MeanSquaredError
from minnet.network import Network
from minnet.optimizers import SGD, Adam
from minnet.training import fit
from minnet.types import Array

SIDE = 100  # points along each side of the grid on which surfaces are drawn, and errors measured
KEPT = 1000  # points that are told at the end, at most
RATE = {"SGD": 0.01, "Adam": 0.001}


def network(hidden: list[int], activation: Callable[[], Layer], rng: np.random.Generator) -> Network:
    """2 - hidden - 1 in float32, weights and biases uniform up to one over the root of the number of inputs."""
    layers: list[Layer] = []
    widths = [2, *hidden, 1]
    for i, o in pairwise(widths):

        def torch_uniform(shape: tuple[int, ...], rng: np.random.Generator, limit: float = i**-0.5) -> Array:
            return rng.uniform(-limit, limit, shape)

        layers += [Dense(i, o, weights=torch_uniform, bias=torch_uniform), activation()]
    return Network(layers[:-1], rng=rng, dtype="float32")


def square(side: int) -> Array:
    """A grid (side^2, 2) over the unit square, corners included; the first coordinate varies slowest."""
    along = np.linspace(0, 1, side)
    return np.stack(np.meshgrid(along, along, indexing="ij"), axis=-1).reshape(-1, 2)


class Log:
    """What an attempt keeps of every round: the loss, the model's change and its error on the grid."""

    def __init__(self, net: Network) -> None:
        self.net, self.grid = net, square(SIDE)
        self.truth = datasets.kinked_ridge(self.grid)
        self.rows: list[tuple[float, float, float, float, float]] = []

    def add(self, epoch: int, distinct: int, loss: float, change: float) -> None:
        """One round: epochs so far, different points trained on so far, loss, and mean change at the candidates."""
        error = np.abs(self.net(self.grid)[:, 0] - self.truth).mean()
        self.rows.append((epoch, distinct, loss, change, float(error)))

    def metrics(self, points: Array, evaluated: int) -> dict[str, Any]:
        """The columns of the log, the surface at the end, and the points that were trained on last."""
        names = ("epoch", "distinct", "loss", "change", "error")
        columns = dict(zip(names, np.array(self.rows).T, strict=True))
        surface = self.net(self.grid)[:, 0]
        return columns | {"evaluated": evaluated, "surface": surface, "points": points[-KEPT:].ravel()}


def _train(net: Network, x: Array, optimizer: Any, epochs: int) -> Array:
    """Epochs on all points; the loss before each (epochs,)."""
    target = datasets.kinked_ridge(x)
    return np.array(fit(net, x, target, loss=MeanSquaredError(), optimizer=optimizer, epochs=epochs).history["loss"])


def _softmax_draw(scores: Array, n: int, rng: np.random.Generator) -> Array:
    """Indices (n,) of different candidates, drawn with probabilities ``exp(score) / sum exp(score)``."""
    weights = np.exp(scores - scores.max())
    return rng.choice(len(scores), n, replace=False, p=weights / weights.sum())


def replace_all(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """The first attempt: ``rounds`` of ``epochs``; see the module."""
    net = network([100, 100, 100], ReLU, rng)
    x, log, distinct = rng.random((500, 2)), Log(net), 500
    for number in range(1, settings["rounds"] + 1):
        candidates = rng.random((1000, 2))
        before = net(candidates)[:, 0]
        losses = _train(net, x, SGD(RATE["SGD"]), settings["epochs"])
        change = np.abs(net(candidates)[:, 0] - before).astype(float)
        log.add(number * settings["epochs"], distinct, float(losses.mean()), float(change.mean()))
        trained, above = x, np.flatnonzero(change >= np.quantile(change, 0.7))
        x = candidates[above[_softmax_draw(change[above], 10, rng)]]
        distinct += 10
    return log.metrics(trained, 500 + 1000 * settings["rounds"])  # its code asks for the values of all candidates


def add_one_drop_one(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """The second attempt: ``first`` epochs, then ``rounds`` of ``epochs``; see the module."""
    net, optimizer, epochs = network([30, 30], Tanh, rng), SGD(RATE["SGD"]), settings["epochs"]
    x = rng.random((500, 2))
    initial, log = x, Log(net)
    for epoch in range(epochs, settings["first"] + 1, epochs):
        before = net(log.grid)[:, 0]
        losses = _train(net, x, optimizer, epochs)
        log.add(epoch, 500, losses[-1], float(np.abs(net(log.grid)[:, 0] - before).mean()))
    surface = net(log.grid)[:, 0]
    for number in range(1, settings["rounds"] + 1):
        candidates = rng.random((500, 2))
        before = net(candidates)[:, 0]
        losses = _train(net, x, optimizer, epochs)
        change = np.abs(net(candidates)[:, 0] - before).astype(float)
        log.add(settings["first"] + number * epochs, 499 + number, losses[-1], float(change.mean()))
        trained, best = x, np.abs(net(x)[:, 0] - datasets.kinked_ridge(x)).argmin()
        x = np.vstack([np.delete(x, best, axis=0), candidates[_softmax_draw(change, 1, rng)]])
    metrics = log.metrics(trained, 499 + settings["rounds"])
    return metrics | {"first_surface": surface, "first_points": initial.ravel()}


def add_five_drop_one(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """The third attempt: ``first`` epochs, then ``rounds`` of ``epochs``; see the module."""
    net, optimizer = network([30, 30], Tanh, rng), Adam(RATE["Adam"])
    slots, loss, t = optimizer.start(net.theta), MeanSquaredError(), 0

    def train(x: Array, epochs: int) -> float:
        """What `fit` does, with the optimizer's memory kept from round to round, as in the document."""
        nonlocal t
        target = loss.prepare(datasets.kinked_ridge(x), len(x), (1,), net.dtype, "y")
        inputs = net.as_inputs(x)[np.newaxis]
        for _ in range(epochs):
            t += 1
            value, dy = loss(net.forward(inputs), target)
            net.sweep_back(dy)
            optimizer.step(net.theta, net.gradient(), slots, t, RATE["Adam"])
        return value

    x, log = rng.random((500, 2)), Log(net)
    train(x, settings["first"])
    for number in range(1, settings["rounds"] + 1):
        candidates = rng.random((12_000, 2))
        before, at_points = net(candidates)[:, 0], net(x)[:, 0]
        value = train(x, settings["epochs"])
        change = np.abs(net(candidates)[:, 0] - before)
        distinct = 500 + 5 * (number - 1)
        log.add(settings["first"] + number * settings["epochs"], distinct, value, float(change.mean()))
        trained, least = x, np.abs(net(x)[:, 0] - at_points).argmin()
        x = np.vstack([np.delete(x, least, axis=0), candidates[np.argsort(change)[-5:]]])
    return log.metrics(trained, distinct)
