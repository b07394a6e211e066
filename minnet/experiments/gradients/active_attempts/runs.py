"""Three attempts to choose points by how a network changes, as the document's code makes them.

A model's change over some steps of training, ``|model after - model before|``, stands in for its error. What each
attempt does with it:

1. Four layers of ReLU, SGD. After every 1 000 epochs, the points are thrown away and replaced by ten of 1 000 random
   candidates, drawn by a softmax over the changes among those above the 0.7 quantile.
2. Three layers of tanh, SGD. 30 000 epochs on 500 points; then, after every 50, the point that is fitted best leaves,
   and one of 500 candidates, drawn by a softmax over the changes, comes in.
3. The same network, Adam. After every 50 epochs, the point at which the model changed least leaves, and the five of
   12 000 candidates at which it changed most come in. (Its text says two, and so does a variable that is not used.)

All in float32 and with PyTorch's initial parameters, which are drawn here by another generator: the numbers differ,
their law is the same.
"""

from typing import Any, Unpack

import numpy as np

from minnet import datasets, study
from minnet.experiments.gradients.active_attempts.result import SIDE, Config, Result
from minnet.experiments.gradients.networks import published_network
from minnet.experiments.gradients.unit_square import square
from minnet.experiments.parts import RunOptions, Studies
from minnet.losses import MeanSquaredError
from minnet.network import Network
from minnet.optimizers import SGD, Adam
from minnet.training import Supervised, fit, train, training_data
from minnet.types import Array

LAST_POINTS = 1000  # points that are recorded at the end, at most
RATE = {"SGD": 0.01, "Adam": 0.001}


class Log:
    """What an attempt records of every round: the loss, the model's change and its error on the grid."""

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
        return columns | {"evaluated": evaluated, "surface": surface, "points": points[-LAST_POINTS:].ravel()}


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
    net = published_network([2, 100, 100, 100, 1], "relu", rng)
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
    net = published_network([2, 30, 30, 1], "tanh", rng)
    optimizer, epochs = SGD(RATE["SGD"]), settings["epochs"]
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
    net, loss = published_network([2, 30, 30, 1], "tanh", rng), MeanSquaredError()
    step = Supervised(
        net, loss, Adam(RATE["Adam"])
    )  # keeps the optimizer's memory from round to round, as the document

    def fit_on(x: Array, epochs: int) -> float:
        data, _ = training_data(net, loss, x, datasets.kinked_ridge(x))
        return train(step, data, epochs=epochs, compiled=False).history["loss"][-1]

    x, log = rng.random((500, 2)), Log(net)
    fit_on(x, settings["first"])
    for number in range(1, settings["rounds"] + 1):
        candidates = rng.random((12_000, 2))
        before, at_points = net(candidates)[:, 0], net(x)[:, 0]
        value = fit_on(x, settings["epochs"])
        change = np.abs(net(candidates)[:, 0] - before)
        distinct = 500 + 5 * (number - 1)
        log.add(settings["first"] + number * settings["epochs"], distinct, value, float(change.mean()))
        trained, least = x, np.abs(net(x)[:, 0] - at_points).argmin()
        x = np.vstack([np.delete(x, least, axis=0), candidates[np.argsort(change)[-5:]]])
    return log.metrics(trained, distinct)


ATTEMPTS = {1: replace_all, 2: add_one_drop_one, 3: add_five_drop_one}


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Make every attempt, with several seeds."""
    studies = Studies(**options)
    runs = {}
    for number, function in ATTEMPTS.items():
        settings = {name: getattr(config, name)[number - 1] for name in ("rounds", "epochs", "first")}
        points = study.grid(repeats=config.seeds, **settings)
        runs[number] = studies.runs(function, points, name=f"attempt {number}")
    return Result(config, runs)
