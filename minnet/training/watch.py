"""What happens around and between epochs: history, validation, callbacks, checkpoints, progress, and how a run ends."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from minnet.errors import DivergenceError, SettingError, TrainingInterrupted
from minnet.progress import ProgressBar
from minnet.training.callbacks import Callback
from minnet.training.history import Measured
from minnet.training.run import Run
from minnet.training.state import diverged


class Watch:
    """Looks after a run.

    Parameters
    ----------
    run : Run
    callbacks : sequence of Callback
    evaluate : callable or None
        Gives the measures of the validation data.
    save : callable
        Writes a checkpoint to a path.
    progress : bool or str
    """

    def __init__(
        self,
        run: Run,
        callbacks: Sequence[Callback],
        evaluate: Callable[[], Mapping[str, float]] | None,
        save: Callable[[Path], None],
        progress: bool | str,
    ) -> None:
        self.run, self.callbacks, self.evaluate, self.save, self.progress = run, callbacks, evaluate, save, progress

    @property
    def unwatched(self) -> int:
        """Epochs until somebody must look: validation after each, callbacks when they say; at least one."""
        run = self.run
        looks = [callback.next_look(run) for callback in self.callbacks]
        looks += [run.epoch + 1] if self.evaluate is not None else []
        return max(1, min(looks, default=run.epochs) - run.epoch)

    @contextmanager
    def training(self) -> Iterator[None]:
        """All epochs. If they end by a divergence or Ctrl-C, parameters are those before the last update."""
        run = self.run
        try:
            for callback in self.callbacks:
                callback.on_fit_begin(run)
            self._save_due()
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"), self._bar() as self.bar:
                self.began = perf_counter()
                yield
                run.history.seconds += perf_counter() - self.began  # a solver's last attempts, which end no epoch
        except KeyboardInterrupt:
            run.roll_back()
            raise TrainingInterrupted(self._how_to_resume()) from None
        except DivergenceError:
            run.roll_back()
            raise
        run.use_evaluated()
        for callback in self.callbacks:
            callback.on_fit_end(run)

    def end_epochs(self, measured: Measured, last_batch: int = 1) -> None:
        """Record what was measured in one or several epochs, validate, and let callbacks look.

        `last_batch` is the number of the last batch, for messages.
        """
        run = self.run
        run.record(measured)
        with run.evaluated_parameters():
            if self.evaluate is not None:
                for name, value in self.evaluate().items():
                    if not isfinite(value):
                        raise diverged(f"the validation {name} is not finite", run.epoch, last_batch)
                    run.history.record(f"val_{name}", value)
            for callback in self.callbacks:
                callback.on_epoch_end(run)
        now = perf_counter()
        run.history.seconds += now - self.began
        self._save_due()
        self.bar.update(measured.epochs)
        latest = {name: f"{values[-1]:.3g}" for name, values in run.history.history.items()}
        self.bar.set_postfix(latest, refresh=False)
        self.began = perf_counter()

    def _save_due(self) -> None:
        for path in self.run.take_due():
            self.save(path)

    def _bar(self) -> Any:
        return ProgressBar(
            total=self.run.epochs,
            initial=self.run.epoch,
            desc=self.progress if isinstance(self.progress, str) else "training",
            unit="epoch",
            delay=1,
            leave=False,
            disable=not self.progress,
        )

    def _how_to_resume(self) -> str:
        run = self.run
        where = f"training was interrupted after {run.epoch} of {run.epochs} epochs"
        if not run.checkpoints:
            return f"{where}; to be able to resume, use callbacks=[Checkpoint(path)]"
        return f"{where}; go on from the last checkpoint with fit(..., resume={str(run.checkpoints[-1])!r})"


def checked_callbacks(callbacks: Any) -> tuple[Callback, ...]:
    """The callbacks, or an error that says what is wrong with them."""
    if not isinstance(callbacks, list | tuple):
        raise SettingError(f"fit: callbacks must be a list such as [EarlyStopping()], not {callbacks!r}")
    for callback in callbacks:
        if not isinstance(callback, Callback):
            raise SettingError(f"fit: {callback!r} is not a Callback")
    return tuple(callbacks)
