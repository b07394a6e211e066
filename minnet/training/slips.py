"""Combinations that are legal, and hardly ever meant: said once, before training or after it.

Each is a slip that costs a beginner an evening, because everything runs and nothing is learned. What is certainly wrong
is an error; what may be meant is a warning, with the line that mends it.
"""

import sys
import warnings
from itertools import pairwise
from typing import Any

import numpy as np

from minnet.activations import ReLU, Sigmoid
from minnet.checks import OUTSIDE, varies
from minnet.errors import SettingError
from minnet.layers import Dense, Flatten, Layer, Softmax
from minnet.losses import BinaryCrossEntropy, CategoricalCrossEntropy, Classification, Loss
from minnet.network import Network
from minnet.solvers import Solver
from minnet.training.baseline import loss_of_constant
from minnet.training.data import TrainingData
from minnet.training.order import order_slips
from minnet.training.run import Run
from minnet.training.scales import scale_slips
from minnet.training.units import standardized
from minnet.types import Array

LOOKED_AT = 200  # samples, of which dead units are dead for all
HOPELESS = 1e6  # times the loss of a constant answer: training did not overflow, but it is lost
WITHIN = "minnet.training.", "minnet.names"  # where the functions are that stand between users and warnings
REACHES = {"Sigmoid": (0.0, 1.0), "Softmax": (0.0, 1.0), "Tanh": (-1.0, 1.0)}


class TrainingWarning(UserWarning):
    """A combination that runs, and that is hardly ever meant."""


class ScaleWarning(TrainingWarning):
    """Inputs or targets in units that a new network is not made for."""


def check_scores(net: Network, loss: Loss) -> None:
    """Raise if a network ends with the probabilities that its loss computes from scores."""
    last = net.layers[-1] if net.layers else None
    for kind, losses in ((Sigmoid, BinaryCrossEntropy), (Softmax, CategoricalCrossEntropy)):
        if isinstance(last, kind) and isinstance(loss, losses):
            raise SettingError(
                f"fit: {loss} takes scores (logits) and applies {last} itself; leave the last layer out, and use "
                f"{last} on what the trained network gives. If it is meant as a score, put Identity() behind it"
            )


def warn_of_slips(net: Network, loss: Loss, data: TrainingData, solver: Solver | None = None) -> None:
    """Look for what is legal and hardly ever meant, in a network, a loss and data; a solver needs less of these."""
    for words in (
        *_linear_stacks(net.layers),
        *_dead_units(net.layers, data.inputs),
        *_targets_out_of_reach(net, loss, data),
    ):
        warn(words)
    for words in scale_slips(net, loss, data, solver):
        warn(words, ScaleWarning)


def warn_of_order(loss: Loss, data: TrainingData, split_off: TrainingData) -> None:
    """Look at what was split off to validate with."""
    for words in order_slips(loss, data, split_off):
        warn(words)


def warn_if_lost(net: Network, loss: Loss, data: TrainingData, losses: list[float], learning_rate: str) -> None:
    """Look at how training has ended."""
    target = standardized(data.target, net)
    values = target.values
    baseline = loss_of_constant(net, loss, data)
    known = np.ones(values.shape, bool) if target.mask is None else target.mask
    may_be_lost = isinstance(loss, Classification) or any(
        varies(values[..., o][known[..., o]])
        for o in range(values.shape[-1])  # if not, that loss is but rounding
    )
    if losses and may_be_lost and baseline > 0 and losses[-1] > max(HOPELESS * baseline, losses[0]):
        warn(
            f"the loss has risen to {losses[-1]:.2g}, {losses[-1] / baseline:.0e} times that of a constant answer. Way "
            f"out: a smaller learning rate than {learning_rate}, or scaled data"
        )


def warn_if_ended(run: Run) -> None:
    """Look at a run that is resumed, and that callbacks have not let go on."""
    if run.history.stopped and run.epoch < run.epochs:
        warn(
            f"the run that is resumed was stopped after {run.epoch} of now {run.epochs} epochs "
            f"({run.history.stopped}), and nothing happens. Way out: EarlyStopping with more patience than it had, a "
            'callback that calls run.stop("") in on_fit_begin, or a new run without resume'
        )


def warn(words: str, kind: type[TrainingWarning] = TrainingWarning) -> None:
    """Warn whoever called `fit` or `train`, through however many functions of these."""
    level, frame = 1, sys._getframe()
    while frame.f_back and frame.f_globals.get("__name__", "").startswith(WITHIN):
        level, frame = level + 1, frame.f_back
    warnings.warn(f"fit: {words}", kind, stacklevel=level)


def _linear_stacks(layers: list[Layer]) -> list[str]:
    """Dense layers with nothing between them, unless the first is a bottleneck, which makes the map one of low rank:
    who means it can write Identity() there."""
    numbered = [(index, layer) for index, layer in enumerate(layers) if not isinstance(layer, Flatten)]
    return [
        f"layers {a} and {b}, {first} and {second}, are one linear map together. Way out: an activation between them, "
        "such as Tanh()"
        for (a, first), (b, second) in pairwise(numbered)
        if type(first) is type(second) is Dense and first.n_outputs >= max(2, min(first.n_inputs, second.n_outputs))
    ]


def _dead_units(layers: list[Layer], x: Array) -> list[str]:
    """A ReLU layer of which no unit answers any sample: nothing before it can learn. Looked for in the dense layers
    that the network begins with, in plain NumPy: before training, no kernel is to be compiled for it."""
    x = x[:: max(1, len(x) // LOOKED_AT)]
    for index, layer in enumerate(layers):
        if isinstance(layer, Dense):
            x = x @ layer.W + layer.b
        elif isinstance(layer, ReLU):
            if not (x > 0).any():
                return [
                    f"all units of layer {index}, {layer}, are dead: 0 for all samples, and nothing before it can "
                    "learn. Way out: other initial biases, or inputs of mean 0 and standard deviation 1"
                ]
            x = np.maximum(x, 0)
        else:
            break
    return []


def _targets_out_of_reach(net: Network, loss: Loss, data: TrainingData) -> list[str]:
    """Targets that the last layer cannot give, and classes given to a loss of values."""
    if isinstance(loss, Classification) or loss.order or not len(net.layers):
        return []
    values, last = data.target.values[0], net.layers[-1]
    if data.target.mask is not None:
        values = np.where(data.target.mask[0], values, values[data.target.mask[0]][:1])
    low, high = float(values.min()), float(values.max())
    least, most = REACHES.get(type(last).__name__, (-np.inf, np.inf))
    words = []
    if low < least - OUTSIDE or high > most + OUTSIDE:
        words.append(
            f"targets go from {low:g} to {high:g}, but the last layer, {last}, gives no more than {least:g} to "
            f"{most:g}. Way out: leave {last} out, or scale the targets"
        )
    elif values.ndim == 2 and values.shape[1] > 2 and _one_hot(values):
        words.append(
            f"targets are classes (one 1 in each row), which {loss} takes for values. Way out: "
            "CategoricalCrossEntropy()"
        )
    return words


def _one_hot(values: Any) -> bool:
    return bool(np.isin(values, (0, 1)).all() and (values.sum(axis=1) == 1).all())
