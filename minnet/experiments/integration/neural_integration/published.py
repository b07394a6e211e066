"""The document as it is: its numbers, its network, and its expressions with their slips.

The document is a notebook, "Реализация 1 для NNI по статье: Using Neural Networks for Fast Numerical Integration and
Optimization". What is here does what its code does; what is wrong with that is shown by the experiment.
"""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from minnet.losses import MeanSquaredError
from minnet.mlp import mlp
from minnet.network import Network
from minnet.numerics.integration.polylogarithm import minus_polylog
from minnet.optimizers import Adam
from minnet.training import Callback, Run, ScaleWarning, fit
from minnet.types import Array

INTERVALS = np.array([(i, 3 * i + 5) for i in range(0, 50, 5)])
HIGHEST = 100  # samples are drawn from [0, 100]
TESTED, VALIDATED = 0.25, 0.33  # of all samples; of the rest
SIMPSON_POINTS = 100  # not in the text; from 3 to 20 000, no other number gives the published integrals
CHUNK = 1000  # samples of the validation at a time: all of them through 10 000 units would fill 10 GB

PUBLISHED: dict[str, Any] = {
    "loss": [0.0738, 0.0137, 0.0035, 0.0019, 0.0016, 9.5622e-4, 0.0011, 8.3983e-4, 6.1866e-4, 6.4321e-4],
    "val_loss": [np.nan, 9.4388e-4, 9.4162e-4, 8.1536e-4, 3.9602e-4, 3.9207e-4, 3.0457e-4, 2.6296e-4, 4.2634e-4,
                 2.5071e-4],
    "network": [3.93645814556901, 39.7984886815476, 81.4481039637994, 127.085895555461, np.inf, np.inf, np.inf,
                np.nan, np.nan, np.nan],
    "simpson": [-np.inf, 36.86745586847303, 76.41133118617802, 119.98039721551218, 166.42052702784707,
                215.0902351024121, 265.58238319661587, 317.615658023537, 370.9840389307101, 425.53012705203713],
}  # fmt: skip


class Validation(Callback):
    """Records the mean squared error on samples x (n,) with targets y (n,) after every epoch."""

    def __init__(self, x: Array, y: Array) -> None:
        self.x, self.y = x, y

    def on_epoch_end(self, run: Run) -> None:
        squares = 0.0
        for start in range(0, len(self.x), CHUNK):
            part = slice(start, start + CHUNK)
            squares += float(((run.net(self.x[part])[:, 0] - self.y[part]) ** 2).sum())
        run.history.record("val_loss", squares / len(self.x))


def published_bias() -> float:
    """The b_2 that the published deviation from 5 to 20 implies, if all of it is ``(1 - L) b_2``."""
    (low, high), printed = INTERVALS[1], PUBLISHED["network"][1]
    exact = high * np.log(high) - high - (low * np.log(low) - low)
    return float((printed - exact) / (1 - (high - low)))


def train(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """The document's training: ln x at random points, one layer of sigmoids, Adam, float32.

    Parameters
    ----------
    settings : dict
        ``samples`` in all (a quarter of them is for testing, a third of the rest for validation), ``hidden`` units,
        ``epochs``, ``batch_size``.
    rng : numpy.random.Generator

    Returns
    -------
    dict
        ``loss`` and ``val_loss`` of every epoch, the parameters ``theta``, and the ``seconds``.
    """
    x = rng.uniform(0, HIGHEST, settings["samples"])
    x = x[int(TESTED * len(x)) :]  # those for testing are never looked at by the document either
    trained = trained_samples(settings["samples"])
    net, y = network(settings["hidden"], rng), np.log(x)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ScaleWarning)  # as published: inputs are not scaled
        history = fit(
            net,
            x[:trained],
            y[:trained],
            loss=MeanSquaredError(),
            optimizer=Adam(epsilon=1e-7),  # the default of the library that the document uses
            epochs=settings["epochs"],
            batch_size=settings["batch_size"],
            rng=rng,
            callbacks=[Validation(x[trained:], y[trained:])],
        )
    measured = {name: history.history[name] for name in ("loss", "val_loss")}
    return {**measured, "theta": net.theta.copy(), "seconds": history.seconds}


def trained_samples(samples: int) -> int:
    """How many of all samples the document's network is trained with."""
    return int((samples - int(TESTED * samples)) * (1 - VALIDATED))


def network(hidden: int, rng: int | np.random.Generator = 0) -> Network:
    """1 - hidden - 1, sigmoids, float32."""
    return mlp([1, hidden, 1], "sigmoid", rng=rng, dtype="float32")


def li_1_as_written(t: Array) -> Array:
    """``Li_1(-e^t) = -ln(1 + e^t)`` with e^t formed first, in t's float32: infinite from t = 88.7 on."""
    with np.errstate(over="ignore"):
        return -np.log1p(np.exp(t).astype(float))


def li_1(t: Array) -> Array:
    """The same, finite."""
    return -minus_polylog(1, t.astype(float))


def integral_as_written(net: Network, low: int, high: int, li_1: Callable[[Array], Array] = li_1_as_written) -> float:
    """The document's sum over the units, with its slip; NaN or infinity where `li_1` leads there.

    The published expressions take the output bias from a list, ``b_2 = [c]``, and multiply the list by the length of
    the interval. A list times 15 is fifteen times as *long*: [c, c, ..., c]. Adding the first unit's term, an array,
    makes an array of that length of it, all of whose entries are c + the units' sum, and the first is printed. So the
    bias enters once instead of (high - low) times.
    """
    first, _, last = net.layers
    w, b, v = first.W[0], first.b, last.W[:, 0]
    b_2 = list(last.b)
    with np.errstate(invalid="ignore"):  # inf - inf, within a unit or between two
        units = v * ((high - low) + (li_1(-b - w * np.float32(low)) - li_1(-b - w * np.float32(high))) / w)
        total = units.sum()
    integral_value: Any = b_2 * (high - low)
    integral_value += np.array([total])  # Python asks the array first, and arrays add
    return float(integral_value[0])


def largest_exponent(net: Network, x: Array) -> Array:
    """The largest of the units' ``-b - w x`` (n,) at x (n,): e to that power is what is formed first."""
    first = net.layers[0]
    return (-first.b - x[:, np.newaxis] * first.W[0]).max(axis=1)
