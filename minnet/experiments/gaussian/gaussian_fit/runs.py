"""The fits of `gaussian-fit`, one after the other, each with a checkpoint to go on from."""

from typing import Unpack

import numpy as np

from minnet import datasets
from minnet.experiments.gaussian.gaussian_fit.result import FIGURES, Config, Fit, FitResult, Result
from minnet.experiments.parts import RunOptions, Studies
from minnet.losses import MeanSquaredError
from minnet.mlp import mlp
from minnet.network import Network
from minnet.optimizers import OPTIMIZERS, Optimizer
from minnet.progress import tqdm
from minnet.training import Checkpoint, fit


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Make every fit, each with a random stream of its own, the same one whichever figures are to be reproduced."""
    studies = Studies(**options)
    x, target = datasets.sample(
        lambda x: datasets.gaussian(x, config.mean, config.std), config.low, config.high, config.points
    )
    order = list(dict.fromkeys(FIGURES.values()))
    streams = dict(zip(order, studies.rng.spawn(len(order)), strict=True))
    results = []
    _compile(config)
    for setup, numbers in tqdm(config.fits().items(), desc="gaussian-fit", unit="fit", disable=not studies.progress):
        stream = streams.get(setup, streams[FIGURES[2]])
        net = _network(setup, config, stream)
        file = studies.checkpoints and studies.checkpoints / f"{setup.key()}.npz"
        history = fit(
            net,
            x,
            target,
            loss=MeanSquaredError(),
            optimizer=_optimizer(config),
            epochs=setup.epochs,
            batch_size=setup.batch_size,
            rng=stream,
            callbacks=[Checkpoint(file, every=max(1, setup.epochs // 20))] if file else [],
            resume=file if file and file.exists() else None,
            progress=studies.progress and str(setup),
        )
        prediction = net(x)[:, 0].astype(float)
        losses = np.array(history.history["loss"])
        results.append(FitResult(setup, numbers, net.n_parameters, prediction, losses, history.seconds))
    return Result(config, x, target, results)


def _network(setup: Fit, config: Config, rng: np.random.Generator) -> Network:
    return mlp([1, *setup.hidden, 1], config.activation, rng=rng, dtype=config.dtype)


def _optimizer(config: Config) -> Optimizer:
    return OPTIMIZERS[config.optimizer](learning_rate=config.learning_rate)


def _compile(config: Config) -> None:
    """Two updates of a tiny network, so that compiling the kernels is not counted as training."""
    net = _network(Fit((2,), 1, 1), config, np.random.default_rng(0))
    fit(net, [0.0, 1.0], [0.0, 0.0], loss=MeanSquaredError(), optimizer=_optimizer(config), epochs=1, batch_size=1)
