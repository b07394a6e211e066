"""Callbacks: what looks at a run between epochs.

`fit` calls three methods; a callback of your own overrides those it needs. One that looks at few epochs says so in
`next_look`, and training is as fast as without it. What a callback must remember when a run is resumed from a
checkpoint, it gives in `state` and takes back in `restore`.
"""

import math
import os
from pathlib import Path
from typing import Any

import numpy as np

from minnet.errors import SettingError, check_range, is_number, is_whole
from minnet.names import Named
from minnet.training.run import Run


class Callback(Named):
    """Does nothing, at three times. `run` is the `minnet.Run` under way.

    >>> import minnet as mn
    >>> class Printed(Callback):
    ...     def on_epoch_end(self, run):
    ...         print(run.epoch, round(run.history.history["loss"][-1], 6))
    >>> net = mn.Network([mn.Dense(1, 1, weights=1.0)])
    >>> settings = {"loss": mn.MeanSquaredError(), "optimizer": mn.SGD(0.25), "epochs": 2}
    >>> history = mn.fit(net, [1.0], [0.0], callbacks=[Printed()], **settings)
    1 1.0
    2 0.0
    """

    def on_fit_begin(self, run: Run) -> None:
        """Before the first epoch (or the first after resuming)."""

    def on_epoch_end(self, run: Run) -> None:
        """After every epoch; `run.net` holds the parameters that validation saw."""

    def next_look(self, run: Run) -> int:
        """The number of the epoch after which it must look next, so that those before may be made in one compiled call;
        it may be asked to look earlier all the same. The next one, if a callback does not say."""
        return run.epoch + 1

    def on_fit_end(self, run: Run) -> None:
        """After the last epoch, also when the run was stopped early."""

    def state(self) -> dict[str, Any]:
        """Numbers, strings, lists and arrays to keep in a checkpoint."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""


DIRECTIONS = {"loss": "min", "error": "min", "accuracy": "max"}  # by the last word of a name


class Monitor(Callback):
    """Watches one number of the history for improvement; base of callbacks that wait for it.

    Its `mode` is "min" where the number is to fall and "max" where it is to rise. "auto" knows names that end in loss,
    error or accuracy; of others it must be said.
    """

    def __init__(self, monitor: str, patience: int, min_delta: float, mode: str) -> None:
        owner = type(self).__name__
        if mode == "auto":
            mode = DIRECTIONS.get(str(monitor).rpartition("_")[2], "auto")
        if mode not in ("min", "max"):
            raise SettingError(
                f"{owner}: say whether {monitor!r} is to fall, mode='min', or to rise, mode='max' (not {mode!r})"
            )
        self.sign = 1 if mode == "min" else -1
        check_range(
            owner,
            patience=(patience, lambda n: n >= 0, "a number of epochs >= 0"),
            min_delta=(min_delta, lambda d: 0 <= d < math.inf, ">= 0"),
        )
        self.monitor, self.patience, self.min_delta = monitor, patience, min_delta
        self.forget()

    def forget(self) -> None:
        """Begin as if nothing had been seen."""
        self.best, self.waited = math.inf, 0

    def on_fit_begin(self, run: Run) -> None:
        if run.epoch == 0:
            self.forget()

    def improved(self, run: Run) -> bool:
        """Whether the last epoch was better than the best so far by more than `min_delta`."""
        if self.monitor not in run.history.history:
            needs = {"val_": "validation_data or validation_split", "accuracy": "accuracy=True"}
            needed = " and ".join(setting for part, setting in needs.items() if part in str(self.monitor))
            raise SettingError(
                f"{type(self).__name__}: the history has no {self.monitor!r}, only {', '.join(run.history.history)}"
                + (f"; {self.monitor} needs {needed}" if needed else "")
            )
        value = self.sign * run.history.history[self.monitor][-1]
        if value < self.best - self.min_delta:
            self.best, self.waited = value, 0
            return True
        self.waited += 1
        return False

    def state(self) -> dict[str, Any]:
        return {"best": self.best, "waited": self.waited}

    def restore(self, state: dict[str, Any]) -> None:
        best, waited = state["best"], state["waited"]
        if not is_number(best) or not is_whole(waited) or waited < 0:
            raise ValueError(f"best={best!r}, waited={waited!r}")
        self.best, self.waited = best, waited


class EarlyStopping(Monitor):
    """Stop when `monitor` has not improved by more than `min_delta` for `patience` epochs.

    A run that it has stopped goes on when it is resumed with more patience; with another `min_delta` alone it does not,
    since the weights of epochs that would have been the best are lost. A `TrainingWarning` says when nothing happens.

    Parameters
    ----------
    monitor : str
        A key of the history: "val_loss", "loss", or, of a fit with accuracy=True, "val_accuracy", "accuracy".
    patience : int
    min_delta : float
    mode : "auto", "min" or "max"
        Whether `monitor` is better when it falls or when it rises; see `Monitor`.
    restore_best_weights : bool
        Leave the parameters and buffers of the best epoch in the network, whether or not the run was stopped early.

    Examples
    --------
    >>> import minnet as mn
    >>> net = mn.Network([mn.Dense(1, 1, weights=1.0)])
    >>> stop = EarlyStopping(monitor="loss", patience=2)
    >>> optimum = {"loss": mn.MeanSquaredError(), "optimizer": mn.SGD(0.1), "epochs": 100}
    >>> len(mn.fit(net, [1.0], [1.0], callbacks=[stop], **optimum).history["loss"])  # nothing to learn
    3
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        patience: int = 0,
        min_delta: float = 0.0,
        restore_best_weights: bool = False,
        mode: str = "auto",
    ) -> None:
        super().__init__(monitor, patience, min_delta, mode)
        self.restore_best_weights = restore_best_weights

    def forget(self) -> None:
        super().forget()
        self.best_weights: dict[str, Any] = {}

    def on_epoch_end(self, run: Run) -> None:
        if self.improved(run):
            if self.restore_best_weights:
                self.best_weights = run.snapshot()
        elif self.waited >= max(1, self.patience):
            run.stop(self._reason())

    def on_fit_begin(self, run: Run) -> None:
        super().on_fit_begin(run)
        if self.best_weights:
            run.check_snapshot(self.best_weights)
        if run.history.stopped == self._reason() and self.waited < self.patience:  # there is more patience now
            run.stop("")

    def _reason(self) -> str:
        return f"{self.monitor} has not improved for {self.waited} epochs"

    def on_fit_end(self, run: Run) -> None:
        if self.best_weights:
            run.put_back(self.best_weights)

    def state(self) -> dict[str, Any]:
        return super().state() | {f"best.{name}": array for name, array in self.best_weights.items()}

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        kept = {name[5:]: array for name, array in state.items() if name.startswith("best.")}
        if not all(isinstance(array, np.ndarray) for array in kept.values()):
            raise TypeError("the best weights are no arrays")
        self.best_weights = kept


class ReduceOnPlateau(Monitor):
    """Multiply the learning rate by `factor` when `monitor` has not improved for `patience` epochs, but not to less
    than `minimum` times its value by schedule.

    >>> import minnet as mn
    >>> net = mn.Network([mn.Dense(1, 1, weights=1.0)])
    >>> callbacks = [ReduceOnPlateau(monitor="loss", patience=1, factor=0.5), mn.LearningRateRecorder()]
    >>> history = mn.fit(
    ...     net, [1.0], [1.0], loss=mn.MeanSquaredError(), optimizer=mn.SGD(0.1), epochs=4, callbacks=callbacks
    ... )
    >>> history.history["learning_rate"]
    [0.1, 0.1, 0.05, 0.025]
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        patience: int = 10,
        min_delta: float = 0.0,
        factor: float = 0.1,
        minimum: float = 1e-4,
        mode: str = "auto",
    ) -> None:
        super().__init__(monitor, patience, min_delta, mode)
        check_range(
            "ReduceOnPlateau",
            factor=(factor, lambda f: 0 < f < 1, "between 0 and 1"),
            minimum=(minimum, lambda m: 0 <= m <= 1, "between 0 and 1"),
        )
        self.factor, self.minimum = factor, minimum

    def on_fit_begin(self, run: Run) -> None:
        super().on_fit_begin(run)
        run.learning_rates()  # that there are none shows now, not at the first plateau

    def on_epoch_end(self, run: Run) -> None:
        if not self.improved(run) and self.waited >= max(1, self.patience):
            run.reduce_learning_rates(self.factor, self.minimum)
            self.waited = 0


class LearningRateRecorder(Callback):
    """Adds ``history["learning_rate"]``: the rate of the last update of every epoch. Where several networks are
    trained, the names of their states stand before it.

    >>> import minnet as mn
    >>> net, optimizer = mn.Network([mn.Dense(1, 1)], rng=0), mn.SGD(mn.schedules.Exponential(0.1, every=1))
    >>> settings = {"loss": mn.MeanSquaredError(), "optimizer": optimizer, "epochs": 3}
    >>> history = mn.fit(net, [1.0], [0.0], callbacks=[LearningRateRecorder()], **settings)
    >>> history.history["learning_rate"]
    [0.1, 0.05, 0.025]
    """

    def on_fit_begin(self, run: Run) -> None:
        run.learning_rates()  # that there are none shows now, not after an epoch

    def on_epoch_end(self, run: Run) -> None:
        for name, rate in run.learning_rates().items():
            run.history.record(name, rate)


class Checkpoint(Callback):
    """Write all that is needed to go on to one file, every `every` epochs and at the end.

    A run that was killed goes on with ``fit(..., resume=path)``, with the same network, data and settings, and
    ends with the very numbers it would have ended with. The file is replaced whole, never left half written.

    >>> import tempfile
    >>> import minnet as mn
    >>> net = mn.Network([mn.Dense(1, 1, weights=1.0)])
    >>> settings = {"loss": mn.MeanSquaredError(), "optimizer": mn.SGD(0.1)}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = f"{folder}/run.npz"
    ...     half = mn.fit(net, [1.0], [0.0], epochs=2, callbacks=[Checkpoint(path)], **settings)
    ...     whole = mn.fit(net, [1.0], [0.0], epochs=4, callbacks=[Checkpoint(path)], resume=path, **settings)
    >>> len(half.history["loss"]), len(whole.history["loss"])
    (2, 4)
    """

    def __init__(self, path: str | os.PathLike[str], every: int = 1) -> None:
        check_range("Checkpoint", every=(every, lambda n: n >= 1, "a number of epochs >= 1"))
        self.path, self.every = Path(path), every

    def on_fit_begin(self, run: Run) -> None:
        run.use_checkpoint(self.path)  # a folder that cannot be written shows now, not after an hour

    def on_epoch_end(self, run: Run) -> None:
        if run.epoch % self.every == 0:
            run.checkpoint_due(self.path)

    def next_look(self, run: Run) -> int:
        return run.epoch - run.epoch % self.every + self.every
