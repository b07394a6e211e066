"""The networks that forecast, and how each of them learns.

All learn the change from a sample to the next, in standard deviations: a network that knows nothing yet then says that
nothing changes. Training takes `effort` times as long as its defaults say.
"""

import numpy as np

from minnet.activations import SiLU
from minnet.experiments.lorenz.lorenz_forecast.forecasters import Forecaster, Remembering, Windowed
from minnet.experiments.lorenz.lorenz_forecast.own_steps import OwnSteps
from minnet.layers import LSTM, Conv1d
from minnet.losses import MeanSquaredError
from minnet.mlp import mlp
from minnet.network import Network
from minnet.optimizers import Adam
from minnet.schedules import Cosine
from minnet.solvers import LevenbergMarquardt
from minnet.training import Truncated, fit, train, training_data
from minnet.types import Array

LOSS = MeanSquaredError()
STAGE = 0.3  # learning rate at the beginning of a stage, over that of the one before


def dense(
    series: Array, effort: float, rng: np.random.Generator, *, width: int = 64, epochs: int = 100,
    batch_size: int = 64, learning_rate: float = 5e-3,
) -> Forecaster:  # fmt: skip
    """A map from a sample to the next: two hidden layers, trained by Adam."""
    net = mlp([3, width, width, 3], SiLU(), rng=rng, dtype="float32")
    _adam(net, *pairs(series), scaled(epochs, effort), batch_size, learning_rate, rng)
    return Windowed(lambda x: x[:, 0] + net(x[:, 0]))


def polished(
    series: Array, effort: float, rng: np.random.Generator, *, width: int = 20, epochs: int = 20,
    batch_size: int = 256, learning_rate: float = 1e-2, samples: int = 2000, iterations: int = 200,
) -> Forecaster:  # fmt: skip
    """A smaller map, begun by Adam and finished by Levenberg and Marquardt on a few of the samples."""
    net = mlp([3, width, width, 3], SiLU(), rng=rng)
    before, change = pairs(series)
    _adam(net, before, change, scaled(epochs, effort), batch_size, learning_rate, rng)
    rows = rng.choice(len(before), min(samples, len(before)), replace=False)
    solver = LevenbergMarquardt(geodesic=False)
    fit(net, before[rows], change[rows], loss=LOSS, optimizer=solver, epochs=scaled(iterations, effort))
    return Windowed(lambda x: x[:, 0] + net(x[:, 0]))


def convolutional(
    series: Array, effort: float, rng: np.random.Generator, *, own_steps: tuple[int, ...], window: int = 4,
    width: int = 32, epochs: int = 4, batch_size: int = 64, learning_rate: float = 1e-2,
) -> Forecaster:  # fmt: skip
    """A convolution over the last samples, and two more over one time. It is trained in stages, each of so many epochs
    and with so many own steps: see `OwnSteps`."""
    layers = [Conv1d(3, width, window), SiLU(), Conv1d(width, width, 1), SiLU(), Conv1d(width, 3, 1)]
    net = Network(layers, rng=rng, dtype="float32")
    epochs = scaled(epochs, effort)
    for stage, steps in enumerate(own_steps):
        pieces = np.lib.stride_tricks.sliding_window_view(series, window + steps, axis=1).swapaxes(2, 3)
        samples = np.ascontiguousarray(pieces, np.float32).reshape(-1, window + steps, 3)
        rate = Cosine(learning_rate * STAGE**stage, steps=epochs * -(-len(samples) // batch_size))
        step = OwnSteps(net, Adam(rate), steps)
        train(step, (samples,), epochs=epochs, batch_size=batch_size, rng=rng)
    return Windowed(lambda x: x[:, -1] + net(x)[:, 0], window)


def recurrent(
    series: Array, effort: float, rng: np.random.Generator, *, width: int = 32, window: int = 25, epochs: int = 80,
    batch_size: int = 10, learning_rate: float = 1e-2,
) -> Forecaster:  # fmt: skip
    """An LSTM and a map from its state to the change: it reads series from their beginning to their end, and learns by
    backpropagation through a window of time."""
    net = Network([LSTM(3, width), Conv1d(width, 3, 1)], rng=rng, dtype="float32")
    epochs, windows = scaled(epochs, effort), -(-(series.shape[1] - 1) // window)
    batch_size = min(batch_size, len(series))
    rate = Cosine(learning_rate, steps=epochs * -(-len(series) // batch_size) * windows)
    data, _ = training_data(net, LOSS, series[:, :-1], np.diff(series, axis=1))
    step = Truncated(net, LOSS, Adam(rate, global_clipnorm=1.0), window=window)
    train(step, data, epochs=epochs, batch_size=batch_size, rng=rng)
    return Remembering(net)


def pairs(series: Array) -> tuple[Array, Array]:
    """Samples (n, d) that have a next one, and the changes to it (n, d)."""
    d = series.shape[2]
    return series[:, :-1].reshape(-1, d), np.diff(series, axis=1).reshape(-1, d)


def scaled(epochs: int, effort: float) -> int:
    """So many epochs, times the effort; at least one."""
    return max(1, round(effort * epochs))


def _adam(
    net: Network, x: Array, y: Array, epochs: int, batch_size: int, learning_rate: float, rng: np.random.Generator
) -> None:
    batch_size = min(batch_size, len(x))
    optimizer = Adam(Cosine(learning_rate, steps=epochs * -(-len(x) // batch_size)))
    fit(net, x, y, loss=LOSS, optimizer=optimizer, epochs=epochs, batch_size=batch_size, rng=rng)
