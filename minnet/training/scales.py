"""Inputs and targets in units that networks are not made for.

Initial weights are made for inputs of mean 0 and standard deviation 1, and for outputs alike: with others, units
begin saturated, or too much alike, or an optimizer has to carry weights a long way. Solvers bring the last layer to
the units of the targets by themselves. What they cannot bring is one weight for all outputs: a loss adds up squares as
they are, and an output in a small unit is next to nothing in it.
"""

from dataclasses import dataclass

import numpy as np

from minnet.layers import INFERENCE, BatchNorm, Flatten, LayerNorm, Rescale, Reshape, Standardize
from minnet.losses import Classification, Loss
from minnet.network import Network
from minnet.solvers import Solver, VariableProjection
from minnet.training.baseline import explains
from minnet.training.data import TrainingData
from minnet.training.units import standardized
from minnet.types import Array

LARGEST_INPUT = 8.0  # of the root mean square, as the first layer with weights gets them
LARGEST_TARGET = 30.0
UNEQUAL = 50.0  # times as far as one output reaches from its mean, another one does
LEAST = 0.03  # of the largest deviation from the mean
FARTHEST = 30.0  # of the mean, in standard deviations
LOOKED_AT = 10_000  # samples
VARIES = 1e-7  # of the largest number, but for the rounding of float32
PLAIN = Flatten, Reshape, Rescale, Standardize


@dataclass(frozen=True)
class Feature:
    """The one that is farthest from what networks are made for: its number, mean and standard deviation."""

    number: int
    mean: float
    std: float

    def __str__(self) -> str:
        return f"feature {self.number} has mean {self.mean:.3g} and standard deviation {self.std:.3g}"


def scale_slips(net: Network, loss: Loss, data: TrainingData, solver: Solver | None) -> list[str]:
    """What to say of inputs and of targets."""
    data = data.thinned(LOOKED_AT)
    inputs = _odd_feature(_as_weights_get_them(net, data), LARGEST_INPUT)
    outputs = unequal = None
    if not isinstance(loss, Classification):
        target = standardized(data.target, net)
        values = target.values[0] if target.mask is None else np.ma.array(target.values[0], mask=~target.mask[0])
        outputs = None if solver else _odd_feature(values, LARGEST_TARGET)
        unequal = None if isinstance(solver, VariableProjection) else _unequal(values)
    if (inputs or outputs) and explains(net, loss, data):
        inputs = outputs = None
    words = []
    if inputs:
        words.append(
            f"of the inputs, {inputs}; initial weights are made for 0 and 1. Way out: begin the network with "
            "Standardize(x), made from the inputs x"
        )
    if outputs:
        words.append(
            f"of the targets, {outputs}, which is far from what a new network gives. Way out: end the network with "
            "Standardize(y).inverse(), made from the targets y"
        )
    elif unequal:
        small, large = unequal
        words.append(
            f"of the targets, {small}, and {large}: in the mean of all outputs, errors of feature {small.number} "
            "hardly count, and it may be learned badly or not at all. Way out: end the network with "
            "Standardize(y).inverse(), made from the targets y, which weighs all alike"
        )
    return words


def _as_weights_get_them(net: Network, data: TrainingData) -> Array | None:
    """Inputs after the layers without weights that a network begins with, and without the padding of series; None where
    it normalises them itself."""
    values = data.inputs[np.newaxis]
    for layer in net.layers:
        if isinstance(layer, BatchNorm | LayerNorm):
            return None
        if not isinstance(layer, PLAIN):
            break
        values = layer.forward(values, INFERENCE)
    x = values[0]
    return x if data.lengths is None or x.ndim < 3 else x[np.arange(x.shape[1]) < data.lengths[:, np.newaxis]]


def _odd_feature(x: Array | None, largest: float) -> Feature | None:
    """The feature, the last axis, that is in the oddest unit, if one is."""
    if x is None or not x.size:
        return None
    mean, std, reach, size = _moments(x)
    rms = np.sqrt(mean**2 + std**2)
    varies = reach > VARIES
    with np.errstate(divide="ignore", invalid="ignore"):
        oddness = np.fmax.reduce(
            [
                rms * size / largest,
                np.where(varies, LEAST / (reach * size), 0.0),
                np.where(varies & (rms * size > 1), np.abs(mean) / std / FARTHEST, 0.0),
            ]
        )
    worst = int(oddness.argmax())
    return Feature(worst, float(mean[worst] * size), float(std[worst] * size)) if oddness[worst] > 1 else None


def _unequal(x: Array) -> tuple[Feature, Feature] | None:
    """The features that reach least and farthest from their means, of those that vary, if these are far apart."""
    mean, std, reach, size = _moments(x)
    varies = reach > VARIES * np.maximum(np.abs(mean), np.finfo(float).tiny)
    order = [int(feature) for feature in reach.argsort() if varies[feature]]
    if not order or reach[order[-1]] < UNEQUAL * reach[order[0]]:
        return None
    least, most = (Feature(o, float(mean[o] * size), float(std[o] * size)) for o in (order[0], order[-1]))
    return least, most


def _moments(x: Array) -> tuple[Array, Array, Array, float]:
    """Mean, standard deviation and largest deviation of each feature, in a unit in which squares are finite; and that
    unit."""
    rows = x.reshape(-1, x.shape[-1]).astype(float)
    size = float(np.ma.filled(np.abs(rows).max(), 0.0)) or 1.0
    rows = rows / size
    mean, std = np.ma.filled(rows.mean(axis=0), 0.0), np.ma.filled(rows.std(axis=0), 0.0)
    return mean, std, np.ma.filled(np.abs(rows - mean).max(axis=0), 0.0), size
