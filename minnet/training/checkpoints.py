"""Checkpoints: a training run in a file, complete enough that going on gives the same bits as never stopping."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from minnet import storage
from minnet.errors import FileFormatError
from minnet.mapped import pieces
from minnet.training.callbacks import Callback
from minnet.training.data import Data
from minnet.training.identity import described, own_settings
from minnet.training.run import Run
from minnet.training.step import Step

KIND = "checkpoint"


class Checkpoints:
    """Writes a run to files, and restores it from them."""

    def __init__(
        self, run: Run, callbacks: Sequence[Callback], step: Step, data: Sequence[Data], batch_size: int, shuffle: bool
    ) -> None:
        self.run, self.callbacks, self.step, self.data = run, callbacks, step, data
        self.batch_size, self.shuffle = batch_size, shuffle

    @cached_property
    def identity(self) -> dict[str, Any]:
        """What must be the same for two runs to be one, all but the number of epochs, as a file gives it back."""
        states = self.step.states
        optimizers = {name: described(state.optimizer) for name, state in states.items()}
        layers = [layer for state in states.values() if state.net is not None for layer in state.net.layers]
        own = [settings for settings in map(own_settings, layers) if settings]
        identity = {
            "step": type(self.step).__name__,
            **self.step.settings(),
            "own layers": own or None,  # so that files without are of runs without
            "parameters": {name: [state.theta.size, str(state.theta.dtype)] for name, state in states.items()},
            "optimizer": optimizers["net"] if list(optimizers) == ["net"] else optimizers,
            "batch_size": self.batch_size,
            "shuffle": self.shuffle,
            "callbacks": [type(callback).__name__ for callback in self.callbacks],
            "data": _fingerprint(self.data),
        }
        return json.loads(json.dumps(identity, default=described))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the run as it stands between two epochs."""
        arrays = dict(self.run.arrays())
        arrays |= {f"history.{name}": np.array(values) for name, values in self.run.history.history.items()}
        states = []
        for index, callback in enumerate(self.callbacks):
            state = callback.state()
            own = {name: value for name, value in state.items() if isinstance(value, np.ndarray)}
            states.append({name: value for name, value in state.items() if name not in own})
            arrays |= {f"callback.{index}.{name}": value for name, value in own.items()}
        storage.write(path, KIND, {"run": self.identity, **self.run.header(), "callbacks": states}, arrays)

    def restore(self, path: str | os.PathLike[str]) -> None:
        """Put the run into the state that `save` wrote.

        Raises
        ------
        FileNotFoundError, FileFormatError
            There is no such file, it is damaged, or it belongs to a run with another network, data or settings.
        """
        header, arrays = storage.read(path, KIND)
        vectors = self.run.arrays()
        try:
            _compare(header["run"], self.identity, path)
            states = [dict(state) for state in header["callbacks"]]
            filled = {
                name: storage.take(arrays, name, vector.shape, vector.dtype, path) for name, vector in vectors.items()
            }
            history = {name: values.tolist() for name, values in _take_all(arrays, "history.").items()}
            own = [_take_all(arrays, f"callback.{index}.") for index in range(len(states))]
            storage.finish(arrays, path)
            self.run.restore(header, history)
            for callback, state, parts in zip(self.callbacks, states, own, strict=True):
                callback.restore({**state, **parts})
        except FileFormatError:
            raise
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            raise FileFormatError(f"{path}: the header of the checkpoint is damaged: {error!r}") from None
        for name, vector in vectors.items():
            vector[...] = filled[name]


def _take_all(arrays: dict[str, np.ndarray], prefix: str) -> dict[str, np.ndarray]:
    """Remove the arrays whose name begins with `prefix`, and return them by the rest of their names."""
    return {name.removeprefix(prefix): arrays.pop(name) for name in list(arrays) if name.startswith(prefix)}


def _fingerprint(data: Sequence[Data]) -> str:
    """Of the training and validation data."""
    digest = hashlib.blake2b(digest_size=16)
    for samples in data:
        for array in samples.arrays():
            if array is None:
                digest.update(b"-")
                continue
            for part in pieces(array.reshape(-1) if array.flags.c_contiguous else array):
                digest.update(part.tobytes())
    return digest.hexdigest()


def _compare(theirs: Mapping[str, Any], ours: Mapping[str, Any], path: object) -> None:
    for name, value in ours.items():
        if theirs.get(name) != value:
            detail = "" if name == "data" else f": there {theirs.get(name)}, here {value}"
            raise FileFormatError(
                f"{path} is the checkpoint of another run; {name} differs{detail}. Resume with the same settings, "
                "or leave out resume to start anew"
            )
