"""A training run under way: what callbacks see, and what checkpoints keep."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from minnet.checks import generator_of
from minnet.errors import FileFormatError, SettingError, check_range, is_number, is_whole
from minnet.network import Network
from minnet.training.history import History, Measured
from minnet.training.state import State, TrainState
from minnet.types import Array

MOST = 2**62  # epochs or updates: what compiled loops can count


class Run:
    """A training run under way.

    Attributes
    ----------
    states : dict of str to State
        What is trained, by name; ``states["net"]`` where `fit` trains a single network.
    net : Network
        That network.
    epochs : int
        How many there are to be.
    epoch : int
        Epochs completed.
    history : History
    rng : numpy.random.Generator
        Orders of samples, and what layers and steps draw.

    Examples
    --------
    >>> import minnet as mn
    >>> class Stop(mn.Callback):
    ...     def on_epoch_end(self, run):
    ...         assert isinstance(run, mn.Run)
    ...         if run.history.history["loss"][-1] < 0.01:
    ...             run.stop("the loss is small enough")
    >>> net = mn.Network([mn.Dense(1, 1, weights=1.0)])
    >>> settings = {"loss": mn.MeanSquaredError(), "optimizer": mn.SGD(0.2), "epochs": 100}
    >>> len(mn.fit(net, [1.0], [0.0], callbacks=[Stop()], **settings).history["loss"])  # 1, 0.04, 0.0016
    3
    """

    def __init__(
        self, states: Mapping[str, State], epochs: int, rng: np.random.Generator, net: Network | None = None
    ) -> None:
        check_range("fit", epochs=(epochs, lambda n: is_whole(n) and n >= 0, "a whole number >= 0"))
        self.states, self._net, self.epochs, self.rng = dict(states), net, epochs, rng
        for state in self.states.values():
            state.keep()  # the network may have changed since the state was made, or since it was last trained
        self.history, self.epoch = History(), 0
        self.checkpoints: list[Path] = []  # where `Checkpoint` callbacks write
        self.checkpoints_due: list[Path] = []

    @property
    def net(self) -> Network:
        """The network that `fit` trains; a step of one's own knows its networks itself."""
        if self._net is None:
            raise SettingError(f"run.net: a step of your own is trained; it has the states {', '.join(self.states)}")
        return self._net

    @property
    def finished(self) -> bool:
        return self.epoch >= self.epochs or bool(self.history.stopped)

    def stop(self, reason: str) -> None:
        """End training after this epoch."""
        self.history.stopped = reason

    def record(self, measured: Measured) -> None:
        """Take down what was measured in one or several epochs."""
        for name, values in measured.values.items():
            self.history.history.setdefault(name, []).extend(map(float, values))
        self.epoch += measured.epochs

    # Learning rates.

    def learning_rates(self) -> dict[str, float]:
        """Of the last updates: ``{"learning_rate": ...}``, or with the names of the states before it."""
        states = self._updated()
        prefixes = {name: "" if len(states) == 1 else f"{name}_" for name in states}
        return {f"{prefixes[name]}learning_rate": state.learning_rate for name, state in states.items()}

    def reduce_learning_rates(self, factor: float, minimum: float) -> None:
        """Multiply all learning rates by `factor`, but not to less than `minimum` times their value by schedule."""
        for state in self._updated().values():
            state.learning_rate_factor = max(state.learning_rate_factor * factor, minimum)

    def _updated(self) -> dict[str, TrainState]:
        states = {name: state for name, state in self.states.items() if isinstance(state, TrainState)}
        if not states:
            raise SettingError("a solver has no learning rate: leave out callbacks that look at it or change it")
        return states

    # Parameters.

    def snapshot(self) -> dict[str, Array]:
        """Copies of all parameters and buffers, by names such as ``net.theta``."""
        pairs = ((name, part) for name in self.states for part in ("theta", "buffers"))
        return {f"{name}.{part}": getattr(self.states[name], part).copy() for name, part in pairs}

    def put_back(self, snapshot: Mapping[str, Array]) -> None:
        """Parameters and buffers as they were."""
        for name, state in self.states.items():
            state.theta[...], state.buffers[...] = snapshot[f"{name}.theta"], snapshot[f"{name}.buffers"]

    def check_snapshot(self, snapshot: Mapping[str, Array]) -> None:
        """Raise `FileFormatError` if `put_back` could not take what was in a file."""
        own = {name: (array.shape, array.dtype) for name, array in self.snapshot().items()}
        if own != {name: (array.shape, array.dtype) for name, array in snapshot.items()}:
            raise FileFormatError("the best weights in the checkpoint are not those of this run: leave out resume")

    def roll_back(self) -> None:
        """All parameters and buffers as they were before their last update."""
        for state in self.states.values():
            state.roll_back()

    @contextmanager
    def evaluated_parameters(self) -> Iterator[None]:
        """The parameters to validate with in the networks; afterwards, those to train on with."""
        with ExitStack() as stack:
            for state in self.states.values():
                stack.enter_context(state.evaluated_parameters())
            yield

    def use_evaluated(self) -> None:
        """Leave the parameters that users should see in the networks."""
        for state in self.states.values():
            state.theta[...] = state.evaluated()

    # Checkpoints.

    def use_checkpoint(self, path: Path) -> None:
        """Write a checkpoint now, at the end, and whenever it is due."""
        self.checkpoints.append(path)
        self.checkpoint_due(path)

    def checkpoint_due(self, path: Path) -> None:
        """Write this checkpoint when all callbacks have seen the epoch."""
        self.checkpoints_due.append(path)

    def take_due(self) -> list[Path]:
        """The checkpoints to be written now."""
        due = list(dict.fromkeys([*self.checkpoints_due, *(self.checkpoints if self.finished else [])]))
        self.checkpoints_due.clear()
        return due

    def header(self) -> dict[str, Any]:
        """All numbers of the run, for checkpoints."""
        return {
            "epoch": self.epoch,
            "seconds": self.history.seconds,
            "stopped": self.history.stopped,
            "rng": self.rng.bit_generator.state,
            "states": {name: state.counters() for name, state in self._updated().items()},
        }

    def arrays(self) -> dict[str, Array]:
        """All arrays of the states, for checkpoints: filling them restores the states."""
        named = {name: state.arrays() for name, state in self._updated().items()}
        return {f"{name}.{part}": array for name, arrays in named.items() for part, array in arrays.items()}

    def restore(self, header: dict[str, Any], history: Mapping[str, Sequence[float]]) -> None:
        """Go on where `header` was written.

        Raises
        ------
        KeyError, TypeError, AttributeError, ValueError
            The header is damaged; nothing has been changed then.
        """
        rng = generator_of(header["rng"])
        counters = {name: (header["states"][name]["t"], header["states"][name]["learning_rate_factor"])
                    for name in self._updated()}  # fmt: skip
        epoch, seconds, stopped = header["epoch"], header["seconds"], header["stopped"]
        for number in (epoch, *(t for t, _ in counters.values())):
            if not is_whole(number) or not 0 <= number < MOST:
                raise ValueError(f"{number!r} cannot be a number of epochs or updates")
        for number in (seconds, *(factor for _, factor in counters.values())):
            if not is_number(number) or not 0 <= number < math.inf:
                raise ValueError(f"{number!r} cannot be a time or a factor of learning rates")
        if not isinstance(stopped, str):
            raise TypeError(f"{stopped!r} cannot be why a run was stopped")
        for name, values in history.items():
            if not all(isinstance(value, int | float) for value in values):
                raise ValueError(f"the history of {name!r} is no list of numbers")
        self.rng, self.epoch = rng, epoch
        for name, state in self._updated().items():
            state.t, state.learning_rate_factor = counters[name]
        self.history.seconds, self.history.stopped = seconds, stopped
        self.history.history |= {name: list(values) for name, values in history.items()}
