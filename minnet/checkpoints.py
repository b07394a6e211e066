"""Checkpoints: a training run in a file, complete enough that going on gives the same bits as never stopping."""

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

import numpy as np

from minnet import storage
from minnet.callbacks import split_arrays
from minnet.errors import FileFormatError

if TYPE_CHECKING:
    from minnet.training import Run

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
        "rng": json.loads(json.dumps(run.rng.bit_generator.state, default=lambda array: array.tolist())),
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
        run.epoch, run.t = header["epoch"], header["t"]
        run.history.seconds, run.history.stopped = header["seconds"], header["stopped"]
        run.learning_rate_factor = header["learning_rate_factor"]
        bits = getattr(np.random, header["rng"]["bit_generator"])()
        bits.state = header["rng"]
        states = header["callbacks"]
    except (KeyError, TypeError, AttributeError) as error:
        raise FileFormatError(f"{path}: the header of the checkpoint is damaged: {error!r}") from None
    run.rng = np.random.Generator(bits)
    for name, target in (("theta", run.net.theta), ("previous", run.previous), ("slots", run.slots)):
        target[...] = storage.take(arrays, name, target.shape, target.dtype, path)
    for index, (callback, state) in enumerate(zip(run.callbacks, states, strict=True)):
        prefix = f"callback.{index}."
        own = {name.removeprefix(prefix): arrays.pop(name) for name in list(arrays) if name.startswith(prefix)}
        callback.restore({**state, **own})
    for name in [name for name in arrays if name.startswith("history.")]:
        run.history.history[name.removeprefix("history.")] = arrays.pop(name).tolist()
    storage.finish(arrays, path)


def identity(run: "Run") -> dict[str, Any]:
    """What must be the same for two runs to be one: all but the number of epochs."""
    return {
        "network": run.net.header(),
        "loss": repr(run.loss),
        "optimizer": repr(run.optimizer),
        "batch_size": int(run.size),
        "shuffle": run.shuffle,
        "callbacks": [type(callback).__name__ for callback in run.callbacks],
        "data": _digest(run),
    }


def _digest(run: "Run") -> str:
    """Fingerprint of the training and validation data."""
    digest = hashlib.blake2b(digest_size=16)
    for inputs, target, weight in [(run.inputs, run.target, run.weight), *([run.validation] if run.validation else [])]:
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
