"""The fits of `gaussian-questions`."""

from itertools import product
from typing import Any, Unpack

import numpy as np

from minnet import datasets, study
from minnet.experiments.gaussian.fits import (
    HIGH,
    LOW,
    POINTS,
    chebyshev_nodes,
    compile_kernels,
    fit_gaussian,
    measures,
    relu_network,
    tanh_network,
)
from minnet.experiments.gaussian.gaussian_questions.result import METHODS, Config, Result
from minnet.experiments.parts import RunOptions, Studies
from minnet.losses import MeanSquaredError
from minnet.optimizers import Adam
from minnet.schedules import Cosine
from minnet.solvers import VariableProjection
from minnet.training import fit
from minnet.types import Array


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Make every fit; those of the first question one by one, because they are timed."""
    studies = Studies(**options)
    compile_kernels()
    points = study.grid(hidden=[[30, 30]], epochs=config.epochs, batch_size=config.batch_sizes, repeats=config.runs)
    retried = studies.runs(fit_gaussian, points, name="gaussian-questions, discarding", alone=True)
    moved = {}
    for varied, values in (("points", config.points), ("std", config.stds)):
        settings = [
            {varied: value, "hidden": [units, units], "epochs": 15, "batch_size": size}
            for value, units, size in product(values, config.outputs, config.batch_sizes)
            if varied != "points" or size <= value
        ]
        rows = studies.runs(fit_gaussian, study.repeat(settings, config.seeds), name=f"gaussian-questions, {varied}")
        moved[varied] = study.group(rows)
    points = study.grid(way=list(METHODS), repeats=config.seeds)
    central = studies.runs(near_zero, points, name="gaussian-questions, near zero")
    return Result(config, study.group(retried), moved, study.group(central))


def near_zero(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
    """Errors of a fit to 10 001 points, by one of the `METHODS`."""
    method, x = settings["way"], np.linspace(LOW, HIGH, POINTS)
    everywhere = x
    if method == "projection":
        return _by_projection(x, rng)
    if method == "more points":
        x = np.concatenate([np.linspace(LOW, HIGH, POINTS // 2), np.linspace(-0.5, 0.5, POINTS - POINTS // 2)])
    size = 20 if method in ("small batches", "decay") else 100
    rate = Cosine(0.001, steps=15 * -(-POINTS // size)) if method == "decay" else 0.001
    weight = np.where(np.abs(x) < 0.5, 10.0, 1.0) if method == "weights" else None
    net, target, loss = relu_network((30, 30), rng), datasets.gaussian(x), MeanSquaredError()
    history = fit(
        net, x, target, loss=loss, optimizer=Adam(rate), epochs=15, batch_size=size, sample_weight=weight, rng=rng
    )
    error = net(everywhere)[:, 0].astype(float) - datasets.gaussian(everywhere)
    return measures(everywhere, error) | {"seconds": history.seconds}


def _by_projection(x: Array, rng: np.random.Generator) -> dict[str, float]:
    """A few points find the network, and all of them polish it."""
    net, seconds = tanh_network(30, rng), 0.0
    for samples, epochs in ((chebyshev_nodes(300), 100), (x, 5)):
        target, loss = datasets.gaussian(samples), MeanSquaredError()
        seconds += fit(net, samples, target, loss=loss, optimizer=VariableProjection(), epochs=epochs).seconds
    return measures(x, net(x)[:, 0] - datasets.gaussian(x)) | {"seconds": seconds}
