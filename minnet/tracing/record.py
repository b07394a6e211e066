"""One step of training on a copy of a network, with every array that it goes through."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet.jet import seed
from minnet.layers import Layer, Pass
from minnet.layers.lengths import series_remain
from minnet.losses import Loss
from minnet.network import Network
from minnet.tracing.arrays import KINDS, TracedArray
from minnet.training.data import TrainingData
from minnet.training.units import standardized, without_units
from minnet.types import Array


@dataclass(frozen=True)
class Recorded:
    """A step: the layers that took part (copies, as the step has left them), the order of the derivatives that they
    carried, the loss, and all arrays.

    ``before`` is what comes into the network; ``outputs[l]`` and ``d_outputs[l]`` belong to layer l, as do
    ``parameters[l]`` and ``gradients[l]``, in the order of the layer's `shapes`.
    """

    layers: list[Layer]
    order: int
    loss: float
    before: TracedArray
    d_before: TracedArray
    outputs: list[TracedArray]
    d_outputs: list[TracedArray]
    parameters: list[list[TracedArray]]
    gradients: list[list[TracedArray]]

    def arrays(self) -> list[TracedArray]:
        """All of them in the order of the layers, each followed by its gradient."""
        listed = [self.before, self.d_before]
        for index in range(len(self.layers)):
            listed += [self.outputs[index], self.d_outputs[index]]
            for pair in zip(self.parameters[index], self.gradients[index], strict=True):
                listed += pair
        return listed


def record(net: Network, loss: Loss, batch: TrainingData, rng: np.random.Generator) -> Recorded:
    """Forward, loss, backward, gradient, as `Supervised` does them; no update."""
    copied = _copied(net)
    layers = without_units(copied).layers
    call = Pass(loss.order, True, rng, batch.lengths)
    stacked = [seed(batch.inputs, loss.order)]
    with np.errstate(all="ignore"):  # what overflows is said, with its place
        for layer in layers:
            stacked.append(np.ascontiguousarray(layer.forward(stacked[-1], call)))
        value, dy = loss(stacked[-1], standardized(batch.target, copied), batch.weight)
        cotangents = [np.ascontiguousarray(dy, stacked[-1].dtype)]
        for layer in reversed(layers):
            cotangents.append(np.ascontiguousarray(layer.backward(cotangents[-1])))
        for layer in layers:
            layer.gradient()
    cotangents.reverse()
    counted = [_counted(layers[:depth], batch, array) for depth, array in enumerate(stacked)]

    def traced(kind: int, index: int | None, what: str, values: Array, counts: Array | None = None) -> TracedArray:
        owner = "input" if index is None else " ".join(repr(layers[index]).split())
        return TracedArray(index, owner, KINDS[kind], what, values.copy(), counts)

    def passed(kind: int, index: int | None, what: str) -> TracedArray:
        depth = 0 if index is None else index + 1
        values = (stacked, cotangents)[kind][depth]
        return traced(kind, index, what, values if loss.order else values[0], counted[depth])

    def of_layer(kind: int, index: int, prefix: str) -> list[TracedArray]:
        names = [f"{prefix}{name}" for name in layers[index].shapes]
        return [traced(kind, index, name, getattr(layers[index], name)) for name in names]

    indices = range(len(layers))
    return Recorded(
        layers,
        loss.order,
        float(value),
        passed(0, None, "x"),
        passed(1, None, "dx"),
        [passed(0, index, "output") for index in indices],
        [passed(1, index, "d output") for index in indices],
        [of_layer(2, index, "") for index in indices],
        [of_layer(3, index, "d") for index in indices],
    )


def _copied(net: Network) -> Network:
    """With the same parameters and buffers, whether they are finite or not."""
    copied = Network([layer.blank() for layer in net.layers], input_shape=net.input_shape, rng=0, dtype=net.dtype)
    copied.theta[...], copied.buffers[...] = net.theta, net.buffers
    return copied


def _counted(layers: list[Layer], batch: TrainingData, stacked: Array) -> Any:
    """Which values of a series after some layers are no padding; None where all count."""
    if batch.lengths is None or not series_remain(layers):
        return None
    counts = np.arange(stacked.shape[2]) < batch.lengths[:, np.newaxis]
    return np.broadcast_to(counts[..., np.newaxis], stacked.shape[1:])
