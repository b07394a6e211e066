"""Checkpoints: a training run in a file, complete enough that going on gives the same bits as never stopping."""

import hashlib
import os
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from minnet import storage
from minnet.callbacks import split_arrays
from minnet.errors import FileFormatError

if TYPE_CHECKING:
    from minnet.runs import Run

KIND = "checkpoint"


def save(run: "Run", path: str | os.PathLike[str]) -> None:
    """Write the run as it stands between two epochs."""
    arrays = {"theta": run.net.theta, "previous": run.previous, "slots": run.slots}
    arrays |= {f"history.{name}": np.array(values) for name, values in run.history.history.items()}
    states = []
    for index, callback in enumerate(run.callbacks):
        state, own = split_arrays(callback.state())
        states.append(state)
        arrays |= {f"callback.{index}.{name}": value for name, value in own.items()}
    header = {
        "run": identity(run),
        "epoch": run.epoch,
        "t": run.t,
        "seconds": run.history.seconds,
        "stopped": run.history.stopped,
        "learning_rate_factor": run.learning_rate_factor,
        "rng": run.rng.bit_generator.state,
        "callbacks": states,
    }
    storage.write(path, KIND, header, arrays)


def restore(run: "Run", path: str | os.PathLike[str]) -> None:
    """Put a run into the state that `save` wrote.

    Raises
    ------
    FileNotFoundError, FileFormatError
        There is no such file, it is damaged, or it belongs to a run with another network, data or settings.
    """
    header, arrays = storage.read(path, KIND)
    try:
        _compare(header["run"], identity(run), path)
        bits = getattr(np.random, header["rng"]["bit_generator"])()
        bits.state = header["rng"]
        states = header["callbacks"]
        missing = {"epoch", "t", "learning_rate_factor", "seconds", "stopped"} - set(header)
        if missing:
            raise KeyError(*missing)
    except (KeyError, TypeError, AttributeError) as error:
        raise FileFormatError(f"{path}: the header of the checkpoint is damaged: {error!r}") from None
    vectors = {"theta": run.net.theta, "previous": run.previous, "slots": run.slots}
    found = {name: storage.take(arrays, name, vector.shape, vector.dtype, path) for name, vector in vectors.items()}
    history = _take_all(arrays, "history.")
    own = [_take_all(arrays, f"callback.{index}.") for index in range(len(states))]
    storage.finish(arrays, path)  # nothing has been changed up to here
    for name, vector in vectors.items():
        vector[...] = found[name]
    run.epoch, run.t = header["epoch"], header["t"]
    run.rng = np.random.Generator(bits)
    run.learning_rate_factor = header["learning_rate_factor"]
    run.history.seconds, run.history.stopped = header["seconds"], header["stopped"]
    run.history.history |= {name: values.tolist() for name, values in history.items()}
    for callback, state, parts in zip(run.callbacks, states, own, strict=True):
        callback.restore({**state, **parts})


def _take_all(arrays: dict[str, np.ndarray], prefix: str) -> dict[str, np.ndarray]:
    """Remove the arrays whose name begins with `prefix`, and return them by the rest of their names."""
    return {name.removeprefix(prefix): arrays.pop(name) for name in list(arrays) if name.startswith(prefix)}


def identity(run: "Run") -> dict[str, Any]:
    """What must be the same for two runs to be one: all but the number of epochs."""
    return {
        "network": run.net.header(),
        "loss": _described(run.loss),
        "optimizer": _described(run.optimizer),
        "batch_size": int(run.size),
        "shuffle": run.shuffle,
        "callbacks": [type(callback).__name__ for callback in run.callbacks],
        "data": _digest(run),
    }


def _described(part: object) -> str:
    """Its `repr`, without the address in memory that Python's own has."""
    return re.sub(r" at 0x[0-9a-fA-F]+", "", repr(part))


def _digest(run: "Run") -> str:
    """Fingerprint of the training and validation data."""
    digest = hashlib.blake2b(digest_size=16)
    for inputs, target, weight in [(run.x, run.target, run.weight), *([run.validation] if run.validation else [])]:
        for array in (inputs, target.values, target.known, weight):
            digest.update(b"-" if array is None else array.tobytes())
    return digest.hexdigest()


def _compare(theirs: dict[str, Any], ours: dict[str, Any], path: object) -> None:
    for name, value in ours.items():
        if theirs.get(name) != value:
            detail = "" if name == "data" else f": there {theirs.get(name)}, here {value}"
            raise FileFormatError(
                f"{path} is the checkpoint of another run; {name} differs{detail}. Resume with the same settings, "
                "or leave out resume to start anew"
            )
