"""The trainings of the experiment `sobolev`, their errors measured on the way."""

from functools import partial
from typing import Any, Unpack

import numpy as np

from minnet import study
from minnet.experiments.gradients.networks import published_network
from minnet.experiments.gradients.sobolev.result import (
    ADAM,
    AS_PUBLISHED,
    CURVE_END,
    CURVE_POINTS,
    LONGER_STEPS,
    PARTS,
    Config,
    Result,
    measured_epochs,
)
from minnet.experiments.gradients.waves import FUNCTIONS, HIGH, LOW, loss_and_target, wave
from minnet.experiments.parts import RunOptions, Studies
from minnet.optimizers import SGD, Adam, Optimizer
from minnet.training import Callback, Run, fit
from minnet.types import Array

OPTIMIZERS: dict[str, Optimizer] = {AS_PUBLISHED: SGD(0.01), LONGER_STEPS: SGD(0.02), ADAM: Adam(0.001)}


class ErrorMonitor(Callback):
    """Mean squared errors of values, first and second derivatives on the way.

    Attributes
    ----------
    epochs : array (measurements,)
        After how many updates; the first is 0.
    errors : list of array (3,)
    """

    def __init__(self, function: str, x: Array, epochs: int) -> None:
        self.x, self.target, self.epochs = x, wave(function, x), measured_epochs(epochs)
        self.errors: list[Array] = []

    def next_look(self, run: Run) -> int:
        return int(self.epochs[len(self.errors)])

    def on_fit_begin(self, run: Run) -> None:
        self.on_epoch_end(run)

    def on_epoch_end(self, run: Run) -> None:
        if run.epoch == self.epochs[len(self.errors)]:
            jet = run.net.jet(self.x, order=2)
            pairs = ((getattr(jet, part), getattr(self.target, part)) for part in PARTS)
            self.errors.append(np.array([np.mean((y - t) ** 2) for y, t in pairs]))


def train(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """One network on one loss: the function of a study.

    Parameters
    ----------
    settings : dict
        ``function``, ``optimizer``, ``order`` (derivatives learnt from), ``seed`` (of the first weights: the same ones
        for all losses and optimizers), ``points``, ``hidden``, ``epochs``.
    rng : numpy.random.Generator
        Not used.

    Returns
    -------
    dict
        ``value``, ``first`` and ``second``: mean squared errors at the samples after `measured_epochs`;
        ``beyond``: that of the values on [10, 20], in the end; ``curve``: the fit at `CURVE_POINTS` points of [0, 20];
        ``seconds``.
    """
    function, epochs = settings["function"], settings["epochs"]
    widths = 1, settings["hidden"], settings["hidden"], 1
    net = published_network(widths, "tanh", np.random.default_rng(settings["seed"]))
    x = np.linspace(LOW, HIGH, settings["points"])
    monitor, (loss, target) = ErrorMonitor(function, x, epochs), loss_and_target(function, x, settings["order"])
    optimizer = OPTIMIZERS[settings["optimizer"]]
    history = fit(net, x, target, loss=loss, optimizer=optimizer, epochs=epochs, callbacks=[monitor])
    beyond, everywhere = np.linspace(HIGH, CURVE_END, 1001), np.linspace(LOW, CURVE_END, CURVE_POINTS)
    metrics = dict(zip(PARTS, np.transpose(monitor.errors), strict=True))
    metrics["beyond"] = float(np.mean((net(beyond) - wave(function, beyond, 0).value) ** 2))
    return metrics | {"curve": net(everywhere)[:, 0], "seconds": history.seconds}


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Train every network on every loss, side by side on as many processors as there are."""
    studies = Studies(**options)
    _, seeds = studies.seed, studies.rng.integers(2**32, size=config.seeds)  # first the studies', then the networks'
    grid = partial(
        study.grid,
        function=list(FUNCTIONS),
        seed=seeds,
        points=config.points,
        hidden=config.hidden,
        epochs=config.epochs,
    )
    points = grid(optimizer=config.optimizers, order=sorted(config.orders))
    if AS_PUBLISHED in config.optimizers:
        points += grid(optimizer=LONGER_STEPS, order=0)
    groups = study.group(studies.runs(train, points, name="sobolev"), "function", "optimizer", "order")
    return Result(config, {tuple(group.settings.values()): list(group.rows) for group in groups})
