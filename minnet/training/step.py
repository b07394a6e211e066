"""A step: one update of whatever is trained.

`Supervised` is the one that `fit` makes: a network, a loss and an optimizer. A step of one's own may train several
networks; `minnet.train` gives it the loop, the history, callbacks, checkpoints and progress.
"""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from minnet.architecture import passes
from minnet.errors import SettingError, ShapeError
from minnet.jet import seed
from minnet.layers import Pass
from minnet.losses import LOSSES, Classification, Loss, Sobolev, Target
from minnet.names import Named
from minnet.network import Network
from minnet.optimizers import Optimizer
from minnet.penalties import Penalty, checked_penalty
from minnet.training.data import TrainingData
from minnet.training.slips import check_scores
from minnet.training.state import TrainState
from minnet.training.units import standardized, without_units
from minnet.types import Array


class Step(Named, ABC):
    """One update of one or several networks.

    It draws random numbers, if any, from ``call.rng`` alone, and remembers what it learns in its states and in what
    follows from their counts: then a run that is resumed from a checkpoint goes on with the same bits.
    """

    @property
    @abstractmethod
    def states(self) -> dict[str, TrainState]:
        """What is trained, by name."""

    @abstractmethod
    def step(self, batch: Any, call: Pass) -> dict[str, float]:
        """One update with a batch, and what was measured before it: ``{"loss": ...}``, or other names.

        Parameters
        ----------
        batch : tuple of arrays
            Of the samples that `train` was given, or what its `Data` make of them.
        call : Pass
            For the networks: ``net.forward(x[np.newaxis], call)``; with the generator to draw from.
        """

    def settings(self) -> dict[str, Any]:
        """What must be the same for a checkpoint to belong to this step, besides kind and optimizers of the states."""
        return {}


class Validated(Step):
    """A step that can also be measured without an update."""

    @abstractmethod
    def evaluate(self, batch: Any) -> dict[str, float]:
        """Measures of samples held out; the history has them as ``val_`` and their name."""


class Supervised(Validated):
    """A network that learns targets: forward, loss, backward, gradient, update.

    Parameters
    ----------
    net : Network
    loss : Loss
    optimizer : Optimizer
    penalty : Penalty, optional
        Of the weights: what is made small is the loss with it, and what is measured the loss alone.
    accuracy : bool
        Also measure how much is classified right, before each update, and of samples held out.

    Raises
    ------
    SettingError, DerivativeError
        These are not a network, a loss, an optimizer and a penalty; the loss does not classify; a layer cannot carry
        the derivatives that it compares, or does not say which of its parameters are weights.

    Examples
    --------
    >>> import minnet as mn
    >>> net = mn.Network([mn.Dense(1, 1, weights=1.0)])
    >>> step = Supervised(net, mn.MeanSquaredError(), mn.SGD(0.25))
    >>> isinstance(step, mn.Step), isinstance(step, mn.Validated), list(step.states)
    (True, True, ['net'])
    >>> data, _ = mn.training_data(net, mn.MeanSquaredError(), [1.0], [0.0])
    >>> history = mn.train(step, data, epochs=2, rng=0)
    >>> history.history["loss"]
    [1.0, 0.0]
    """

    def __init__(
        self,
        net: Network,
        loss: Loss,
        optimizer: Optimizer,
        *,
        penalty: Penalty | None = None,
        accuracy: bool = False,
    ) -> None:
        check_loss(net, loss, accuracy)
        self.penalty = checked_penalty(penalty, net, "fit")
        self.net, self.loss, self.accuracy = net, loss, accuracy
        self.trained = without_units(net)
        self.state = TrainState.of(net, optimizer)

    @property
    def states(self) -> dict[str, TrainState]:
        return {"net": self.state}

    def step(self, batch: TrainingData, call: Pass) -> dict[str, float]:
        net, loss = self.trained, self.loss
        target = standardized(batch.target, self.net)
        with net.lock:
            y = net.forward(seed(batch.inputs, loss.order), Pass(loss.order, call.training, call.rng, batch.lengths))
            value, dy = loss(y, target, batch.weight)
            gradient = net.gradient(self._cotangents(dy, y))
            if self.penalty:
                self.penalty.add_gradient(self.net)
            self.state.apply(gradient, value)
            net.update_buffers()
        return {"loss": value, **self._accuracy(y, target)}

    def evaluate(self, batch: TrainingData) -> dict[str, float]:
        parts = [batch[part] for part in passes(batch.inputs.shape, self.net.sample_shapes)]
        if len(parts) == 1 or not self._is_mean(batch.target):
            return self._measures(batch)
        measured = [self._measures(part) for part in parts]
        counts = [len(part) if part.target.mask is None else int(part.target.mask.sum()) for part in parts]
        return {
            name: float(np.average([each.get(name, 0.0) for each in measured], weights=counts)) for name in measured[0]
        }

    def _is_mean(self, target: Target) -> bool:
        """Whether the loss of samples is the mean of those of its parts, weighted by what is known in them."""
        built_in = type(self.loss) in LOSSES.values()
        return built_in and not (isinstance(self.loss, Sobolev) and target.mask is not None)

    def _measures(self, batch: TrainingData) -> dict[str, float]:
        with self.trained.lock:
            y = self.trained.forward(seed(batch.inputs, self.loss.order), Pass(self.loss.order, lengths=batch.lengths))
        target = standardized(batch.target, self.net)
        return {"loss": self.loss(y, target, batch.weight)[0], **self._accuracy(y, target)}

    def _accuracy(self, y: Array, target: Target) -> dict[str, float]:
        """The accuracy, if it is asked for and something is known to compare with."""
        known = target.mask is None or bool(target.mask.any())
        if self.accuracy and known and isinstance(self.loss, Classification):
            return {"accuracy": self.loss.accuracy(y, target)}
        return {}

    def settings(self) -> dict[str, Any]:
        settings = {"network": self.net.header(), "loss": self.loss, "accuracy": self.accuracy}
        return settings | {"penalty": self.penalty}

    def _cotangents(self, dy: Any, y: Array) -> Array:
        """What a loss gave, checked: kernels trust the shapes they are handed."""
        dy = np.ascontiguousarray(dy, y.dtype)
        if dy.shape != y.shape:
            raise ShapeError(f"{self.loss} gave cotangents of shape {dy.shape} for outputs {y.shape}")
        return dy


def checked_states(step: Step) -> dict[str, TrainState]:
    """The states of a step, or an error that says what is wrong with them."""
    states = step.states
    if not isinstance(states, dict) or not states or not all(isinstance(s, TrainState) for s in states.values()):
        raise SettingError(
            f'train: {type(step).__name__}.states must be a dict such as {{"net": TrainState.of(net, Adam())}}, '
            f"not {states!r:.60}"
        )
    if any(step.states.get(name) is not state for name, state in states.items()):
        raise SettingError(
            f"train: {type(step).__name__}.states makes new states at every call, which forget what the optimizer "
            "remembers; make them once, in __init__, and return those"
        )
    return states


def checked_measures(step: Step, method: str, measures: Any) -> dict[str, float]:
    """What a step measured, or an error that says what is wrong with it."""
    numbers = isinstance(measures, dict) and all(
        isinstance(name, str)
        and (type(value) is float or (np.ndim(value) == 0 and np.asarray(value).dtype.kind in "fiub"))
        for name, value in measures.items()
    )
    if not numbers:
        raise SettingError(
            f'train: {type(step).__name__}.{method} must return a dict of numbers such as {{"loss": 0.5}}, '
            f"not {measures!r:.60}"
        )
    return measures


def check_loss(net: Network, loss: Loss, accuracy: bool = False, owner: str = "fit") -> None:
    """Raise unless the network can be trained with the loss; the message names the function that the user called."""
    if not isinstance(net, Network):
        raise SettingError(f"{owner}: the first argument must be a Network, not {type(net).__name__}")
    if not isinstance(loss, Loss):
        raise SettingError(f"{owner}: loss must be an object such as MeanSquaredError(), not {loss!r}")
    if accuracy and not isinstance(loss, Classification):
        raise SettingError(f"{owner}: {loss} does not classify; leave accuracy out")
    check_scores(net, loss, owner)
    net.check_order(loss.order)
