"""Inputs and targets in units that networks are not made for.

Initial weights are made for inputs of mean 0 and standard deviation 1, and for outputs alike: with others, units
begin saturated, or too much alike, or an optimizer has to carry weights a long way. Solvers bring the last layer to
the units of the targets by themselves.
"""

from dataclasses import dataclass

import numpy as np

from minnet.layers import INFERENCE, BatchNorm, Flatten, LayerNorm, Rescale, Reshape, Standardize
from minnet.losses import Classification, Loss
from minnet.network import Network
from minnet.training.data import TrainingData
from minnet.training.units import standardized
from minnet.types import Array

LARGEST = 30.0  # of the root mean square, of inputs as the first layer with weights gets them, and of targets
LEAST = 0.01  # of the largest deviation from the mean
FARTHEST = 30.0  # of the mean, in standard deviations
LOOKED_AT = 10_000  # samples
PLAIN = Flatten, Reshape, Rescale, Standardize


@dataclass(frozen=True)
class Feature:
    """The one that is farthest from what networks are made for: its number, mean and standard deviation."""

    number: int
    mean: float
    std: float

    def __str__(self) -> str:
        return f"feature {self.number} has mean {self.mean:.3g} and standard deviation {self.std:.3g}"


def scale_slips(net: Network, loss: Loss, data: TrainingData, solver: bool) -> list[str]:
    """What to say of inputs and of targets."""
    words = []
    inputs = _odd_feature(_as_weights_get_them(net, data[:: max(1, len(data) // LOOKED_AT)]))
    if inputs is not None:
        words.append(
            f"of the inputs, {inputs}; initial weights are made for 0 and 1. Way out: begin the network with "
            "Standardize(x), made from the inputs x"
        )
    if not solver and not isinstance(loss, Classification):
        target = standardized(data.target, net)
        values = target.values[0] if target.mask is None else np.ma.array(target.values[0], mask=~target.mask[0])
        outputs = _odd_feature(values)
        if outputs is not None:
            words.append(
                f"of the targets, {outputs}, which is far from what a new network gives. Way out: end the network with "
                "Standardize(y).inverse(), made from the targets y"
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


def _odd_feature(x: Array | None) -> Feature | None:
    """The feature, the last axis, that is in the oddest unit, if one is."""
    if x is None or not x.size:
        return None
    rows = x.reshape(-1, x.shape[-1]).astype(float)
    size = float(np.abs(rows).max()) or 1.0
    rows = rows / size  # squares are finite
    mean, std = np.ma.filled(rows.mean(axis=0), 0.0), np.ma.filled(rows.std(axis=0), 0.0)
    reach = np.ma.filled(np.abs(rows - mean).max(axis=0), 0.0)
    rms = np.sqrt(mean**2 + std**2)
    varies = reach > 1e-7  # but for the rounding of float32
    with np.errstate(divide="ignore", invalid="ignore"):
        oddness = np.fmax.reduce(
            [
                rms * size / LARGEST,
                np.where(varies, LEAST / (reach * size), 0.0),
                np.where(varies & (rms * size > 1), np.abs(mean) / std / FARTHEST, 0.0),
            ]
        )
    worst = int(oddness.argmax())
    return Feature(worst, float(mean[worst] * size), float(std[worst] * size)) if oddness[worst] > 1 else None
