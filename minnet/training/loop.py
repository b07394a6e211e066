"""The loop: epochs of batches, and for each batch one step.

`train` knows nothing of what a step does. Where the step is `fit`'s own, and everything in it is built in, blocks of
epochs go to one compiled function instead (`compiled_epochs.py`); what is computed is the same.
"""

import os
from collections.abc import Sequence
from math import isfinite
from typing import Any

import numpy as np

from minnet.checks import all_finite, as_generator
from minnet.errors import SettingError
from minnet.layers import Pass
from minnet.names import explained
from minnet.training.callbacks import Callback
from minnet.training.checkpoints import Checkpoints
from minnet.training.compiled_epochs import CompiledEpochs
from minnet.training.data import Data, TrainingData, as_data, batches, checked_batch_size
from minnet.training.history import History, Measured
from minnet.training.run import Run
from minnet.training.slips import warn_if_ended, warn_of_slips
from minnet.training.state import StepDiverged, diverged
from minnet.training.step import Step, Supervised, Validated, checked_measures, checked_states
from minnet.training.watch import Watch, checked_callbacks


@explained("train(step, data, epochs=100)")
def train(
    step: Step,
    data: Any,
    *,
    epochs: int,
    batch_size: int | None = None,
    shuffle: bool = True,
    rng: int | np.random.Generator | None = None,
    validation: Any = None,
    callbacks: Sequence[Callback] = (),
    resume: str | os.PathLike[str] | None = None,
    progress: bool | str = False,
    compiled: bool = True,
) -> History:
    """Train whatever a step trains; `minnet.fit` is this with a `Supervised` step.

    Parameters
    ----------
    step : Step
    data : array, tuple of arrays, or Data
        With as many samples (n, ...) in each; a batch is a tuple of arrays.
    validation : the same, optional
        For a step that can `evaluate`.
    epochs, batch_size, shuffle, rng, callbacks, resume, progress, compiled
        As for `minnet.fit`. `rng` also draws what layers and steps draw.

    Returns
    -------
    History
        Means over the samples of an epoch of what the step measured; of a measure that some batches lack, over the
        samples of the others.

    Warns
    -----
    TrainingWarning
        Of a `Supervised` step: a combination of network, loss and data that is hardly ever meant, or units that they
        are not made for (`ScaleWarning`). `minnet.fit` also looks at what is held out, and at how training has ended.

    Raises
    ------
    ShapeError, DtypeError, DataError, SettingError, DivergenceError, TrainingInterrupted, FileNotFoundError,
    FileFormatError, OSError
        As `minnet.fit`.
    """
    if not isinstance(step, Step):
        raise SettingError(f"train: the first argument must be a Step, not {step!r:.60}")
    if resume is not None and not isinstance(resume, str | os.PathLike):
        raise SettingError(f"fit: resume must be a path, not {resume!r}")
    data, held_out = as_data(data, "data"), None if validation is None else as_data(validation, "validation")
    if isinstance(step, Supervised) and not all(isinstance(part, TrainingData | None) for part in (data, held_out)):
        raise SettingError(
            "train: a Supervised step takes what training_data gives: "
            "data, validation = training_data(net, loss, x, y, ...), then train(step, data, validation=validation, ...)"
        )
    size, callbacks = checked_batch_size(batch_size, len(data)), checked_callbacks(callbacks)
    net = step.net if isinstance(step, Supervised) else None
    run = Run(checked_states(step), epochs, as_generator(rng, "fit"), net)
    if isinstance(step, Supervised) and isinstance(data, TrainingData) and resume is None:
        warn_of_slips(step.net, step.loss, data)
    samples = [data] if held_out is None else [data, held_out]
    checkpoints = Checkpoints(run, callbacks, step, samples, size, bool(shuffle))
    if resume is not None:
        checkpoints.restore(resume)
    watch = Watch(run, callbacks, _evaluation(step, held_out), checkpoints.save, progress)
    whole_epochs = CompiledEpochs.of(step, data, size, bool(shuffle)) if compiled else None
    with watch.training():
        if resume is not None:
            warn_if_ended(run)
        while not run.finished:
            measured = None
            if whole_epochs is not None:
                measured = run_compiled(whole_epochs, run, min(watch.unwatched, run.epochs - run.epoch))
            if measured is None:  # not built in, or it diverged: from here on, the plain loop
                whole_epochs, run.history.compiled = None, False
                measured = run_epoch(step, data, size, bool(shuffle), run)
            watch.end_epochs(measured, -(-len(data) // size))  # rounded up: the number of the last batch
    return run.history


def run_epoch(step: Step, data: Data, size: int, shuffle: bool, run: Run) -> Measured:
    """One epoch of the plain loop: a step for every batch; means of what was measured, weighted by samples."""
    totals: dict[str, float] = {}
    counts: dict[str, int] = {}  # a step may measure something in some batches only
    call = Pass(training=True, rng=run.rng)
    for number, (samples, count) in enumerate(batches(len(data), size, shuffle, run.rng), 1):
        try:
            measures = checked_measures(step, "step", step.step(data[samples], call))
        except StepDiverged as error:
            raise error.at(run.epoch + 1, number) from None
        for name, value in measures.items():
            if not isfinite(value):
                raise diverged(f"{name} is not finite", run.epoch + 1, number)
            totals[name] = totals.get(name, 0.0) + count * value
            counts[name] = counts.get(name, 0) + count
    for name, state in run.states.items():
        if not all_finite(state.buffers):
            raise diverged(f"buffers of {name} are not finite", run.epoch + 1, -(-len(data) // size))
    return Measured(1, {name: [total / counts[name]] for name, total in totals.items()})


def run_compiled(whole_epochs: CompiledEpochs, run: Run, most: int) -> Measured | None:
    """Some epochs, at most so many, in one compiled call; None, and nothing changed, if something diverged: the plain
    loop, from the same state, then finds out in which batch."""
    state = whole_epochs.step.state
    arrays, random = {name: array.copy() for name, array in state.arrays().items()}, run.rng.bit_generator.state
    outcome = whole_epochs.run(state.t, most, run.rng)
    if outcome.interrupted:
        run.record(outcome.measured)
        raise KeyboardInterrupt
    if not (outcome.finite and state.is_finite()):
        for name, array in state.arrays().items():
            array[...] = arrays[name]
        run.rng.bit_generator.state = random
        return None
    state.advance(outcome.steps)
    run.history.compiled = True
    return outcome.measured


def _evaluation(step: Step, validation: Data | None) -> Any:
    """What measures the validation data."""
    if validation is None:
        return None
    if not isinstance(step, Validated):
        raise SettingError(
            f"train: {type(step).__name__} cannot evaluate; derive it from Validated, or leave validation out"
        )
    batch = validation[slice(None)]
    return lambda: checked_measures(step, "evaluate", step.evaluate(batch))
