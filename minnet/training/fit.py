"""`fit`: training as users call it. What it does is in `step.py` (one update) and `loop.py` (all of them)."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from minnet.checks import as_generator
from minnet.errors import SettingError
from minnet.losses import Loss
from minnet.names import explained
from minnet.network import Network
from minnet.optimizers import Optimizer
from minnet.penalties import Penalty
from minnet.solvers import Solver
from minnet.training.callbacks import Callback
from minnet.training.data import training_data
from minnet.training.history import History
from minnet.training.loop import train
from minnet.training.slips import warn_if_lost, warn_of_order, warn_of_slips
from minnet.training.solving import check_solver, solve
from minnet.training.step import Supervised, check_loss


@explained("fit(net, x, y, loss=MeanSquaredError(), optimizer=Adam(0.01), epochs=100)")
def fit(
    net: Network,
    x: Any,
    y: Any,
    *,
    loss: Loss,
    optimizer: Optimizer | Solver,
    epochs: int,
    penalty: Penalty | None = None,
    batch_size: int | None = None,
    shuffle: bool = True,
    rng: int | np.random.Generator | None = None,
    validation_data: tuple[Any, ...] | None = None,
    validation_split: float = 0.0,
    sample_weight: Any = None,
    lengths: Any = None,
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
    x : array, shape (n, *input_shape)
        Inputs; (n,) if the network has one. Any real dtype; converted to the network's. A memory map,
        ``numpy.load(path, mmap_mode="r")``, is used as it stands: see the notes.
    y : array, shape (n, *output_shape), or Jet
        Targets; (n,) if there is one output, or for class labels. A `Jet` with the `Sobolev` loss. Those that are
        masked (`numpy.ma`) are gaps: the loss is the mean over the others.
        Of a network that ends with ``Standardize(y).inverse()``, losses are of outputs and targets before that layer:
        they have no unit.
    loss : Loss
    optimizer : Optimizer or Solver
        A solver takes all samples at once; an epoch is one of its iterations.
    epochs : int
        In all: a run resumed after 30 of 100 epochs goes on for 70.
    penalty : Penalty, optional
        Of the weights: ``Penalty(l2=1e-4)``. The sum of loss and penalty is made small; ``history["loss"]`` is the
        loss of the data alone, comparable with ``history["val_loss"]``, and ``penalty.value(net)`` the rest. Of the
        solvers, `LevenbergMarquardt` and `LBFGS` take an l2 penalty.
    batch_size : int, optional
        Samples per update; the last batch of an epoch may be smaller, and counts. None: all of them.
    shuffle : bool
        Draw a new order for every epoch. A single full batch is never shuffled: its order changes nothing.
    rng : int, numpy.random.Generator or None
        Draws the orders, and what layers draw in training (`Dropout`).
    validation_data : (x, y) or, of series, (x, y, lengths), optional
    validation_split : float in [0, 1)
        Fraction of the samples, taken from the end before any shuffling (as in Keras), to validate with. Samples that
        are in order, by an input such as time, a target or class, make it a test of extrapolation: a `TrainingWarning`
        says so.
    sample_weight : array, shape (n,), optional
        Factors >= 0 for the losses of single samples.
    lengths : array of int, shape (n,), optional
        Of series (time, feature) that are padded at the end, in x and in y, to be as long as the longest: how many of
        their times count. The loss is the mean over those of all samples. Numbers in the padding have to be finite,
        and change nothing.
    callbacks : sequence of Callback
    resume : path, optional
        A file that the `Checkpoint` callback wrote in a run with the same network, data, settings and callbacks.
    progress : bool or str
        Show a progress bar, if training takes longer than a second; a string labels it.
    accuracy : bool
        Also record how much is classified right, ``history["accuracy"]``: of every epoch the mean over its batches,
        each before its update; and ``history["val_accuracy"]``, if there are data to validate with. For the cross
        entropies.
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
        A checkpoint cannot be written; there is no room for what is made of a memory map.

    Notes
    -----
    Data larger than memory: x, y and weights may be memory maps, and results are the bits of the arrays. Of a file in
    the network's dtype and in C order, nothing is copied. What has to be converted (from another dtype or order, a
    slice with steps, class labels into rows) or standardised (by layers at the ends of the network) is written, piece
    by piece, to a temporary file in the folder that ``TMPDIR`` names, at every call, if it takes more than 8
    megabytes; from 1 gigabyte on, a `LargeCopyWarning` says so. To shuffle takes 8 bytes a sample.
    Outside the compiled epochs, all layers' arrays of a whole batch are in memory: give `batch_size` then. So they are
    with solvers; a `Jet` of targets and masked arrays are put together in memory.

    Examples
    --------
    >>> import minnet as mn
    >>> net = mn.Network([mn.Dense(1, 1, weights=0.0)])
    >>> x, y, loss = [1.0, 2.0], [3.0, 5.0], mn.MeanSquaredError()
    >>> history = mn.fit(net, x, y, loss=loss, optimizer=mn.SGD(0.1), epochs=500)
    >>> net.theta.round(3).tolist()  # y = 2 x + 1
    [2.0, 1.0]
    """
    rng = as_generator(rng, "fit")
    if isinstance(optimizer, Solver):
        check_loss(net, loss, bool(accuracy))
        check_solver(net, optimizer, penalty, batch_size, resume, callbacks, bool(accuracy))
        if lengths is not None:
            raise SettingError(f"fit: {optimizer} takes series that are all of one length; leave lengths out")
        data, held_out = training_data(net, loss, x, y, sample_weight, validation_data, validation_split)
        warn_of_slips(net, loss, data, optimizer)
        if held_out is not None and validation_split:
            warn_of_order(loss, data, held_out)
        return solve(
            net, loss, optimizer, data, held_out, epochs=epochs, penalty=penalty, callbacks=callbacks, progress=progress
        )
    step = Supervised(net, loss, optimizer, penalty=penalty, accuracy=bool(accuracy))
    data, held_out = training_data(net, loss, x, y, sample_weight, validation_data, validation_split, lengths)
    if held_out is not None and validation_split and resume is None:
        warn_of_order(loss, data, held_out)
    history = train(
        step,
        data,
        epochs=epochs,
        batch_size=batch_size,
        shuffle=shuffle,
        rng=rng,
        validation=held_out,
        callbacks=callbacks,
        resume=resume,
        progress=progress,
        compiled=compiled,
    )
    warn_if_lost(net, loss, data, history.history.get("loss", []), f"{step.state.learning_rate:g}")
    return history
