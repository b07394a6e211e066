"""A solver's way through `fit`: it gets the whole problem, and its iterations count as epochs."""

from collections.abc import Sequence
from functools import partial
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from minnet.errors import DivergenceError, SettingError
from minnet.kernels.blas import one_blas_thread
from minnet.losses import Loss
from minnet.network import Network
from minnet.penalties import Penalty, checked_penalty
from minnet.solvers import Problem, Solver
from minnet.training.baseline import loss_of_constant
from minnet.training.callbacks import Callback, Checkpoint
from minnet.training.data import TrainingData
from minnet.training.history import History, Measured
from minnet.training.run import Run
from minnet.training.state import State
from minnet.training.step import check_loss
from minnet.training.units import standardized, without_units
from minnet.training.watch import Watch, checked_callbacks
from minnet.types import Array

LAST, FALLS = 10, 0.01  # the loss falls if in this part of the iterations, one over that, it falls by so much


class SolverState(State):
    """The network's parameters while a solver works on them: the best so far are the ones to evaluate."""

    def evaluated(self) -> Array:
        return self.theta


def solve(
    net: Network,
    loss: Loss,
    solver: Solver,
    data: TrainingData,
    validation: TrainingData | None,
    *,
    epochs: int,
    penalty: Penalty | None = None,
    callbacks: Sequence[Callback] = (),
    progress: bool | str = False,
) -> History:
    """Minimise the loss of all samples, with the penalty; what is recorded is the loss alone.

    BLAS works on one thread: the matrices are small here, and sums must not depend on the machine.
    """
    check_loss(net, loss)
    problem = _problem(net, loss, data, penalty)
    state = SolverState(net.theta, net.buffers)
    run = Run({"net": state}, epochs, np.random.default_rng(0), net)

    evaluate = None if validation is None else partial(_evaluate, net, loss, validation)
    watch = Watch(run, checked_callbacks(callbacks), evaluate, _no_checkpoint, progress)

    def after(theta: Array, value: float) -> bool:
        in_work = net.theta.copy()  # where the solver is: it may be trying other parameters than the best
        net.theta = theta
        if problem.penalty:
            value, _ = loss(problem.outputs(theta), problem.target, problem.weight)
        state.keep()
        watch.end_epochs(Measured(1, {"loss": [value]}))
        net.theta = in_work
        return run.finished

    with watch.training(), one_blas_thread():
        if not run.finished:
            value, _ = loss(problem.outputs(net.theta), problem.target, problem.weight)
            if not isfinite(value):
                raise DivergenceError(
                    f"fit: the loss is {value} before the first step of {type(solver).__name__}, which needs one that "
                    "is finite to begin with. Way out: other initial parameters, or scaled data"
                )
            net.theta, reason = solver.solve(problem, epochs, after)
            if not run.history.stopped:
                run.stop(reason if not run.finished else _used_up(net, loss, data, run.history.history["loss"]))
    return run.history


def _used_up(net: Network, loss: Loss, data: TrainingData, losses: list[float]) -> str:
    """What the last of all iterations came to: more of them may help, or nothing but another start or network."""
    n, last = len(losses), max(1, len(losses) // LAST)
    fall = 1 - losses[-1] / losses[-1 - last] if n > last and losses[-1 - last] > 0 else 0.0
    if fall > FALLS:
        return f"all {n} iterations were made, and the loss still falls: by {fall:.0%} in the last {last}"
    constant = loss_of_constant(net, loss, data)
    compared = f", which is {losses[-1] / constant:.2g} of a constant answer's" if constant > 0 else ""
    return f"all {n} iterations were made, and the loss stays at {losses[-1]:.2g}{compared}"


def _evaluate(net: Network, loss: Loss, data: TrainingData) -> dict[str, float]:
    """Measures of samples held out."""
    problem = _problem(net, loss, data)
    return {"loss": loss(problem.outputs(net.theta), problem.target, problem.weight)[0]}


def _problem(net: Network, loss: Loss, data: TrainingData, penalty: Penalty | None = None) -> Problem:
    return Problem(without_units(net), data.inputs, standardized(data.target, net), data.weight, loss, penalty)


def _no_checkpoint(path: Path) -> None:
    raise SettingError(f"fit: a run of a solver cannot be resumed, so {path} is not written")


def check_solver(
    net: Network, solver: Solver, penalty: Any, batch_size: Any, resume: Any, callbacks: Any, accuracy: bool
) -> None:
    """Raise for what makes no sense with a solver."""
    penalty = checked_penalty(penalty, net, "fit")
    if penalty and penalty.l1 > 0:
        raise SettingError(
            f"fit: {solver} needs derivatives, and l1 |w| has none at 0, where it draws weights to; use an optimizer "
            f"such as Adam, or another penalty than {penalty}"
        )
    if penalty and not solver.takes_l2:
        raise SettingError(
            f"fit: {solver} minimises the loss alone; use LevenbergMarquardt(), LBFGS() or an optimizer such as "
            f"Adam, or leave {penalty} out"
        )
    if batch_size is not None:
        raise SettingError(f"fit: {solver} works on all samples at once; leave batch_size out")
    if net.dtype != np.float64:
        raise SettingError(f"fit: {solver} needs digits to work with; make the network in float64, not {net.dtype}")
    if resume is not None or any(isinstance(callback, Checkpoint) for callback in checked_callbacks(callbacks)):
        raise SettingError(f"fit: a run of {solver} cannot be resumed; leave out resume and Checkpoint")
    if not net.n_parameters:
        raise SettingError(f"fit: {solver} needs parameters, but {net} has none")
    if accuracy:
        raise SettingError(f"fit: {solver} records no accuracy; measure it in a callback, from run.net")
    for index, layer in enumerate(net.layers):
        if layer.training_differs:
            raise SettingError(
                f"fit: {solver} needs the same outputs for the same parameters, but layer {index}, {layer}, gives "
                "others in training; use an optimizer such as Adam, or leave the layer out"
            )
