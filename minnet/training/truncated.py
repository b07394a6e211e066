"""Truncated backpropagation through time: long series, learned window by window."""

from typing import Any

import numpy as np

from minnet.errors import SettingError, check_range, is_whole
from minnet.layers import Pass, Recurrent
from minnet.layers.lengths import series_remain
from minnet.losses import Loss, Target
from minnet.network import Network
from minnet.optimizers import Optimizer
from minnet.penalties import Penalty, checked_penalty
from minnet.training.data import TrainingData
from minnet.training.state import TrainState
from minnet.training.step import Validated, check_loss
from minnet.training.units import standardized, without_units
from minnet.types import Array


class Truncated(Validated):
    """A network of recurrent layers that learns whole, long series in windows of some steps: one update for each, in
    order, every window beginning with the states that the last one ended with (Williams and Peng, Neural Computation 2,
    1990). Cotangents end where the window begins, so that memory and the time between two updates do not grow with the
    series; what is further back than a window is seen, but not learned from.

    It is given to `minnet.train`, with what `minnet.training_data` gives; a batch is a number of series, from their
    beginning to their end. The loss of a batch is the mean over its steps, each before the update of its window.
    Validation runs through whole series.

    Parameters
    ----------
    net : Network
        Of recurrent layers that return sequences, and layers that map each time by itself.
    loss : Loss
    optimizer : Optimizer
    window : int
        Steps; the last window of a series may be shorter.
    penalty : Penalty, optional
        Of the weights, in every update; what is measured is the loss alone.

    Raises
    ------
    SettingError
        The network maps times otherwise, reads backwards, or ends the series; the window is not a positive number.

    Examples
    --------
    >>> import numpy as np
    >>> import minnet as mn
    >>> x = np.random.default_rng(0).standard_normal((4, 100, 2))
    >>> net = mn.Network([mn.LSTM(2, 3)], rng=0)
    >>> step = mn.Truncated(net, mn.MeanSquaredError(), mn.Adam(), window=20)
    >>> data, _ = mn.training_data(net, mn.MeanSquaredError(), x, np.tanh(x.cumsum(axis=1))[..., [0, 1, 1]])
    >>> history = mn.train(step, data, epochs=2, batch_size=2, rng=0)
    >>> step.state.t  # two epochs of two batches of five windows
    20
    """

    def __init__(
        self, net: Network, loss: Loss, optimizer: Optimizer, *, window: int, penalty: Penalty | None = None
    ) -> None:
        check_loss(net, loss)
        check_range("Truncated", window=(window, lambda w: is_whole(w) and w >= 1, "a positive whole number"))
        if len(net.input_shape) != 2 or not series_remain(net.layers):
            raise SettingError("Truncated: the network must map series to series: recurrent layers return sequences")
        for layer in net.layers:
            if isinstance(layer, Recurrent) and layer.go_backwards:
                raise SettingError(f"Truncated: {layer} reads from the end of a series, which the first window has not")
        self.net, self.loss, self.window, self.trained = net, loss, int(window), without_units(net)
        self.penalty = checked_penalty(penalty, net, "Truncated")
        self.state = TrainState.of(net, optimizer)

    @property
    def states(self) -> dict[str, TrainState]:
        return {"net": self.state}

    def step(self, batch: TrainingData, call: Pass) -> dict[str, float]:
        if not isinstance(batch, TrainingData):
            raise SettingError(
                "Truncated takes what training_data gives: data, validation = training_data(net, loss, x, y, ...), "
                "then train(step, data, validation=validation, ...)"
            )
        n, times = batch.inputs.shape[:2]
        lengths = np.full(n, times) if batch.lengths is None else batch.lengths
        net, target, states, total = self.trained, standardized(batch.target, self.net), None, 0.0
        for first in range(0, int(lengths.max()), self.window):
            part = slice(first, first + self.window)
            inputs = batch.inputs[np.newaxis, :, part]
            inside = np.clip(lengths - first, 0, inputs.shape[2])
            with net.lock:
                y = net.forward(inputs, Pass(0, call.training, call.rng, inside, states))
                value, dy = self.loss(y, _times(target, part), batch.weight)
                gradient = net.gradient(dy)
                if self.penalty:
                    self.penalty.add_gradient(self.net)
                self.state.apply(gradient, value)
                net.update_buffers()
                states = net.states()
            total += value * float(inside.sum())
        return {"loss": total / float(lengths.sum())}

    def evaluate(self, batch: TrainingData) -> dict[str, float]:
        with self.trained.lock:
            y = self.trained.forward(batch.inputs[np.newaxis], Pass(lengths=batch.lengths))
        return {"loss": self.loss(y, standardized(batch.target, self.net), batch.weight)[0]}

    def settings(self) -> dict[str, Any]:
        return {"network": self.net.header(), "loss": self.loss, "window": self.window, "penalty": self.penalty}


def _times(target: Target, part: slice) -> Target:
    """Targets (1, n, time, o) of some times."""

    def cut(array: Array) -> Array:
        return np.ascontiguousarray(array[:, :, part])

    return Target(cut(target.values), None if target.mask is None else cut(target.mask))
