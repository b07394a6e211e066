"""`fit`: training as users call it. What it does is in `minnet/runs.py`."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from minnet import checkpoints
from minnet.callbacks import Callback, Checkpoint
from minnet.checks import as_generator
from minnet.epochs import CompiledEpochs
from minnet.errors import (
    SettingError,
)
from minnet.losses import Loss
from minnet.network import Network
from minnet.optimizers import Optimizer
from minnet.runs import History, Run
from minnet.solvers import Solver


def fit(
    net: Network,
    x: Any,
    y: Any,
    *,
    loss: Loss,
    optimizer: Optimizer | Solver,
    epochs: int,
    batch_size: int | None = None,
    shuffle: bool = True,
    rng: int | np.random.Generator | None = None,
    validation_data: tuple[Any, Any] | None = None,
    validation_split: float = 0.0,
    sample_weight: Any = None,
    callbacks: Sequence[Callback] = (),
    resume: str | os.PathLike[str] | None = None,
    progress: bool | str = False,
    accuracy: bool = False,
    compiled: bool = True,
) -> History:
    """Train a network; its parameters change in place.

    Parameters
    ----------
    net : Network
    x : array, shape (n, i)
        Inputs; (n,) if the network has one. Any real dtype; converted to the network's.
    y : array, shape (n, o), or Jet
        Targets; (n,) if there is one output, or for class labels. A `Jet` with the `Sobolev` loss.
    loss : Loss
    optimizer : Optimizer or Solver
        A solver takes all samples at once; an epoch is one of its iterations.
    epochs : int
        In all: a run resumed after 30 of 100 epochs goes on for 70.
    batch_size : int, optional
        Samples per update; the last batch of an epoch may be smaller, and counts. None: all of them.
    shuffle : bool
        Draw a new order for every epoch. A single full batch is never shuffled: its order changes nothing.
    rng : int, numpy.random.Generator or None
        Draws the orders.
    validation_data : (x, y), optional
    validation_split : float in [0, 1)
        Fraction of the samples, taken from the end before any shuffling (as in Keras), to validate with.
    sample_weight : array, shape (n,), optional
        Factors >= 0 for the losses of single samples.
    callbacks : sequence of Callback
    resume : path, optional
        A file that the `Checkpoint` callback wrote in a run with the same network, data, settings and callbacks.
    progress : bool or str
        Show a progress bar, if training takes longer than a second; a string labels it.
    accuracy : bool
        Also record how much is classified right, ``history["accuracy"]``: of every epoch the mean over its batches,
        each before its update. For the cross entropies.
    compiled : bool
        Hand whole epochs to one compiled function, where layers, loss and optimizer are built in (and the compiled
        kernels are in use). What is computed is the same, but for rounding, and on x86 processors for numbers below
        the normal range (1e-38 in float32, 2e-308 in float64), which count as 0 there.

    Returns
    -------
    History

    Raises
    ------
    ShapeError, DtypeError, DataError, SettingError
        Something does not fit, or data are not finite.
    DivergenceError
        The loss, the gradient, the parameters or what the optimizer remembers became infinite or NaN; the latter does
        so where squares of gradients are remembered, in float32 of gradients from about 1e19 on. The network is left
        with the last parameters that had a finite loss.
    TrainingInterrupted
        Ctrl-C was pressed; says how to resume. The network is left as before its last update.
    FileNotFoundError, FileFormatError
        `resume` is not there, or is not a checkpoint of this run.
    OSError
        A checkpoint cannot be written.
    """
    if not isinstance(net, Network):
        raise SettingError(f"fit: the first argument must be a Network, not {type(net).__name__}")
    if not isinstance(callbacks, list | tuple):
        raise SettingError(f"fit: callbacks must be a list such as [EarlyStopping()], not {callbacks!r}")
    if resume is not None and not isinstance(resume, str | os.PathLike):
        raise SettingError(f"fit: resume must be a path, not {resume!r}")
    if isinstance(optimizer, Solver):
        _check_solver(net, optimizer, batch_size, resume, callbacks)
    run = Run(
        net,
        loss,
        optimizer,
        epochs,
        batch_size,
        bool(shuffle),
        as_generator(rng, "fit"),
        tuple(callbacks),
        bool(accuracy),
    )
    run.take_data(x, y, sample_weight, validation_data, validation_split)
    if resume is not None:
        checkpoints.restore(run, resume)
    run.compiled = CompiledEpochs.of(run) if compiled and isinstance(optimizer, Optimizer) else None
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # divergence is found, and named
        run.train(progress)
    return run.history


def _check_solver(net: Network, solver: Solver, batch_size: Any, resume: Any, callbacks: Sequence[Callback]) -> None:
    """Raise for what makes no sense with a solver."""
    if batch_size is not None:
        raise SettingError(f"fit: {solver} works on all samples at once; leave batch_size out")
    if net.dtype != np.float64:
        raise SettingError(f"fit: {solver} needs digits to work with; make the network in float64, not {net.dtype}")
    if resume is not None or any(isinstance(callback, Checkpoint) for callback in callbacks):
        raise SettingError(f"fit: a run of {solver} cannot be resumed; leave out resume and Checkpoint")
