"""A training run: epochs of batches, each batch a forward sweep, a loss, a backward sweep, a gradient and a step.

The loop of `Run.epoch_of_batches` is the whole of it; everything else prepares, watches, or saves.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, NoReturn

import numpy as np
from tqdm import tqdm

from minnet import checkpoints
from minnet.callbacks import Callback
from minnet.checks import as_real, check_finite
from minnet.epochs import CompiledEpochs
from minnet.errors import (
    DataError,
    DivergenceError,
    SettingError,
    ShapeError,
    TrainingInterrupted,
    check_range,
    is_whole,
)
from minnet.jet import seed
from minnet.losses import Loss, Target
from minnet.network import Network
from minnet.optimizers import Optimizer
from minnet.schedules import as_schedule
from minnet.solvers import Problem, Solver
from minnet.types import Array

Batch = tuple[Array, Target, Array | None]
"""Inputs (k, b, i), targets and weights."""


@dataclass
class History:
    """What happened, epoch by epoch.

    Attributes
    ----------
    history : dict of str to list of float
        ``"loss"``: mean over the samples of an epoch of the losses before each update. ``"val_loss"``: loss of the
        validation data after the epoch. Callbacks may add more.
    seconds : float
        Time spent in training, resumed parts included.
    stopped : str
        Why training ended before the last epoch; empty if it did not.
    compiled : bool
        Whether whole epochs ran in one compiled function (the last of them, if it changed on the way).
    """

    history: dict[str, list[float]] = field(default_factory=dict)
    seconds: float = 0.0
    stopped: str = ""
    compiled: bool = False

    def record(self, name: str, value: float) -> None:
        """Append the value of one epoch."""
        self.history.setdefault(name, []).append(float(value))


@dataclass
class Run:
    """A training run under way; callbacks see it.

    Attributes
    ----------
    net, loss, optimizer, epochs, batch_size, shuffle, rng, callbacks
        As given to `fit`.
    history : History
    epoch : int
        Epochs completed.
    t : int
        Updates made.
    slots : array
        What the optimizer remembers.
    learning_rate_factor : float
        Multiplies the schedule; for callbacks to change.
    learning_rate : float
        Of the last update; NaN before the first.
    checkpoints : list of Path
        Where `Checkpoint` callbacks write.
    """

    net: Network
    loss: Loss
    optimizer: Optimizer | Solver
    epochs: int
    batch_size: int | None
    shuffle: bool
    rng: np.random.Generator
    callbacks: tuple[Callback, ...]
    accuracy: bool = False

    def __post_init__(self) -> None:
        kinds = (("loss", Loss, "MeanSquaredError()"), ("optimizer", Optimizer | Solver, "Adam()"))
        for name, kind, example in kinds:
            value = getattr(self, name)
            if not isinstance(value, kind):
                raise SettingError(f"fit: {name} must be an object such as {example}, not {value!r}")
        for callback in self.callbacks:
            if not isinstance(callback, Callback):
                raise SettingError(f"fit: {callback!r} is not a Callback")
        check_range("fit", epochs=(self.epochs, lambda n: is_whole(n) and n >= 0, "a whole number >= 0"))
        if self.accuracy and type(self.loss).accuracy is Loss.accuracy:
            raise SettingError(f"fit: {self.loss} does not classify; leave accuracy out")
        self.net.check_order(self.loss.order)
        self.history = History()
        self.epoch = self.t = 0
        self.slots = np.empty((0, self.net.n_parameters), self.net.dtype)
        if isinstance(self.optimizer, Optimizer):
            self.schedule = as_schedule(self.optimizer.learning_rate)
            self.slots = self.optimizer.start(self.net.theta)
        self.previous = self.net.theta.copy()
        self.learning_rate_factor = 1.0
        self.learning_rate = math.nan
        self.checkpoints: list[Path] = []
        self.saves_due: list[Path] = []
        self.compiled: CompiledEpochs | None = None

    # Data.

    def take_data(self, x: Any, y: Any, weight: Any, validation: Any, split: float) -> None:
        """Check the data, and set aside what is for validation."""
        inputs, target = self._samples(x, y, "x", "y")
        n = len(inputs)
        if weight is not None:
            weight = as_real(weight, "sample_weight")
            if weight.shape != (n,):
                raise ShapeError(f"sample_weight has shape {weight.shape}, expected ({n},)")
            check_finite(weight, "sample_weight")
            if (weight < 0).any():
                raise DataError("sample_weight must not be negative")
            weight = weight.astype(self.net.dtype)
        check_range("fit", validation_split=(split, lambda part: 0 <= part < 1, "in [0, 1)"))
        self.validation: tuple[Array, Target, Array | None] | None = None
        if validation is not None:
            if split:
                raise SettingError("fit: give validation_data or validation_split, not both")
            if not (isinstance(validation, tuple | list) and len(validation) == 2):
                raise SettingError("fit: validation_data must be a pair (x, y)")
            held_x, held_y = validation
            self.validation = (*self._samples(held_x, held_y, "validation x", "validation y"), None)
        elif split:
            kept = n - max(1, round(n * split))
            if kept < 1:
                raise DataError(f"validation_split={split} leaves none of {n} samples to train with")
            rest = None if weight is None else weight[kept:]
            self.validation = (inputs[kept:], target[kept:], rest)
            inputs, target = inputs[:kept], target[:kept]
            weight = None if weight is None else weight[:kept]
            n = kept
        size = n if self.batch_size is None else self.batch_size
        check_range("fit", batch_size=(size, lambda n: is_whole(n) and n >= 1, "a positive whole number, or None"))
        if size > n:
            raise SettingError(f"fit: batch_size={size} is larger than the {n} samples; use None for one full batch")
        self.x, self.target, self.weight, self.n, self.size = inputs, target, weight, n, int(size)

    def _samples(self, x: Any, y: Any, x_name: str, y_name: str) -> tuple[Array, Target]:
        inputs = self.net.as_inputs(x, x_name)
        if len(inputs) == 0:
            raise DataError(f"{x_name} has no samples")
        check_finite(inputs, x_name)
        target = self.loss.prepare(y, len(inputs), self.net.n_outputs, self.net.dtype, y_name)
        directions, i = (len(target.values) - 1) // max(1, self.loss.order), inputs.shape[1]
        if self.loss.order and directions != i:
            raise ShapeError(
                f"{y_name} has derivatives along {directions} directions, but {x_name} has {i} features: one direction "
                "for each is needed"
            )
        return inputs, target

    # Training.

    @property
    def finished(self) -> bool:
        return self.epoch >= self.epochs or bool(self.history.stopped)

    def stop(self, reason: str) -> None:
        """End training after this epoch."""
        self.history.stopped = reason

    def train(self, progress: bool | str) -> None:
        """All remaining epochs."""
        try:
            for callback in self.callbacks:
                callback.on_fit_begin(self)
            self._all_epochs(progress)
        except KeyboardInterrupt:
            self.net.theta[...] = self.previous
            raise TrainingInterrupted(self._how_to_resume()) from None
        except DivergenceError:
            self.net.theta[...] = self.previous
            raise
        if isinstance(self.optimizer, Optimizer):
            self.net.theta[...] = self.optimizer.evaluated(self.net.theta, self.slots)
        for callback in self.callbacks:
            callback.on_fit_end(self)

    def _all_epochs(self, progress: bool | str) -> None:
        label = progress if isinstance(progress, str) else "training"
        with tqdm(
            total=self.epochs,
            initial=self.epoch,
            desc=label,
            unit="epoch",
            delay=1,
            leave=False,
            disable=not progress,
        ) as bar:
            if isinstance(self.optimizer, Solver):
                self._solve(self.optimizer, bar)
            while not self.finished:
                began = perf_counter()
                measured = self.block()
                self.look(measured)
                self.history.seconds += perf_counter() - began
                for path in dict.fromkeys(self.checkpoints if self.finished else self.saves_due):
                    self.save(path)
                self.saves_due.clear()
                self._show(bar, len(measured))

    def _solve(self, solver: Solver, bar: Any) -> None:
        """Let a solver have the whole problem; its iterations are epochs, which callbacks may end.

        BLAS works on one thread: its matrices are small here, and its sums must not depend on the machine.
        """
        from threadpoolctl import threadpool_limits  # only solvers need it

        began = perf_counter()
        problem = Problem(self.net, self.x, self.target, self.weight, self.loss)

        def after(theta: Array, loss: float) -> bool:
            working = self.net.theta.copy()  # where the solver is: it may be trying other parameters than the best
            self.net.theta = self.previous[...] = theta
            self.look(np.array([[loss]]))
            self.net.theta = working
            self._show(bar, 1)
            return self.finished

        if self.finished:  # no epochs are asked for
            return
        with threadpool_limits(1, "blas"):
            value, _ = self.loss(problem.outputs(self.net.theta), self.target, self.weight)
            if not np.isfinite(value):
                raise DivergenceError(
                    f"fit: the loss is {value} before the first step of {type(solver).__name__}, which needs one that "
                    "is finite to begin with. Way out: other initial parameters, or scaled data"
                )
            theta, reason = solver.solve(problem, self.epochs - self.epoch, after)
        self.net.theta = theta
        if not self.finished:
            self.stop(reason)
        self.history.seconds += perf_counter() - began

    def _show(self, bar: Any, epochs: int) -> None:
        bar.update(epochs)
        bar.set_postfix({name: f"{v[-1]:.3g}" for name, v in self.history.history.items()}, refresh=False)

    def save(self, path: Path) -> None:
        """Write a checkpoint."""
        checkpoints.save(self, path)

    def look(self, measured: Array) -> None:
        """Record loss and accuracy of one or several epochs, validate, and let the callbacks look."""
        for row in measured:
            for name, value in zip(self._measures, row, strict=False):
                self.history.record(name, value)
            self.epoch += 1
        with self.evaluated_parameters():
            if self.validation is not None:
                x, target, weight = self.validation
                y = self.net.forward(seed(x, self.loss.order), self.loss.order)
                value, _ = self.loss(y, target, weight)
                if not np.isfinite(value):
                    self._diverged("the validation loss is not finite", self.epoch, -(-self.n // self.size))
                self.history.record("val_loss", value)
            for callback in self.callbacks:
                callback.on_epoch_end(self)

    @property
    def _measures(self) -> tuple[str, ...]:
        return ("loss", "accuracy") if self.accuracy else ("loss",)

    def block(self) -> Array:
        """Loss and accuracy of an epoch of the plain loop, or of several compiled ones if nobody looks in between."""
        if self.compiled is not None:
            watched = bool(self.callbacks) or self.validation is not None
            before = self.net.theta.copy(), self.previous.copy(), self.slots.copy()
            random, t = self.rng.bit_generator.state, self.t
            measured = self.compiled.block(1 if watched else self.epochs - self.epoch)
            if np.isfinite(measured).all() and np.isfinite(self.net.grad).all() and not self._overflowed():
                self.history.compiled = True
                return measured
            # Something diverged. The plain loop, from the same state, finds out in which batch.
            self.compiled = None
            self.net.theta[...], self.previous[...], self.slots[...] = before
            self.rng.bit_generator.state, self.t = random, t
        self.history.compiled = False
        return np.array([self.epoch_of_batches()])

    def epoch_of_batches(self) -> Array:
        """One update for every batch; the means (2,) of loss and accuracy before each."""
        total = np.zeros(2)
        for number, batch in enumerate(self.batches(), 1):
            total += batch[0].shape[1] * self.update(batch, number)
        return total / self.n

    def update(self, batch: Batch, number: int) -> Array:
        """One update, from the batch of that number in its epoch; loss and accuracy (2,) before it."""
        x, target, weight = batch
        net, optimizer = self.net, self.optimizer
        assert isinstance(optimizer, Optimizer)  # a solver has no batches
        y = net.forward(x, self.loss.order)
        value, dy = self.loss(y, target, weight)
        net.sweep_back(self._cotangents(dy, y))
        net.gradient()
        self.t += 1
        self.learning_rate = self.schedule(self.t - 1) * self.learning_rate_factor
        if not (np.isfinite(value) and np.isfinite(net.grad).all()):
            self._diverged(f"the {'gradient' if np.isfinite(value) else 'loss'} is not finite", self.epoch + 1, number)
        self.previous[...] = net.theta
        optimizer.step(net.theta, net.grad, self.slots, self.t, self.learning_rate)
        if self._overflowed():
            self._diverged("the update overflowed", self.epoch + 1, number)
        return np.array([value, self.loss.accuracy(y, target) if self.accuracy else 0.0])

    def _overflowed(self) -> bool:
        """Whether an update left parameters that are not finite, or slots: an infinite mean square never recovers."""
        return not (np.isfinite(self.net.theta).all() and np.isfinite(self.slots).all())

    def _cotangents(self, dy: Any, y: Array) -> Array:
        """What a loss gave, checked: kernels trust the shapes they are handed."""
        dy = np.ascontiguousarray(dy, y.dtype)
        if dy.shape != y.shape:
            raise ShapeError(f"{self.loss} gave cotangents of shape {dy.shape} for outputs {y.shape}")
        return dy

    def batches(self) -> Iterator[Batch]:
        """Those of one epoch; the last one may be smaller."""
        if self.size == self.n:
            yield seed(self.x, self.loss.order), self.target, self.weight
            return
        order = self.rng.permutation(self.n) if self.shuffle else np.arange(self.n)
        for start in range(0, self.n, self.size):
            samples = order[start : start + self.size]
            weight = None if self.weight is None else self.weight[samples]
            yield seed(self.x[samples], self.loss.order), self.target[samples], weight

    @contextmanager
    def evaluated_parameters(self) -> Iterator[None]:
        """The parameters to validate with in the network; afterwards, those to train on with."""
        theta = evaluated = self.net.theta
        if isinstance(self.optimizer, Optimizer):
            evaluated = self.optimizer.evaluated(theta, self.slots)
        if evaluated is theta:
            yield
            return
        raw = theta.copy()
        theta[...] = evaluated
        try:
            yield
        finally:
            theta[...] = raw

    def _diverged(self, what: str, epoch: int, batch: int) -> NoReturn:
        raise DivergenceError(
            f"training diverged: {what} in epoch {epoch}, batch {batch} (learning rate "
            f"{self.learning_rate:g}, {self.optimizer}). The network has the last parameters with a finite loss. "
            "Way out: a smaller learning rate, global_clipnorm=1, or scaled data"
        )

    def _how_to_resume(self) -> str:
        where = f"training was interrupted after {self.epoch} of {self.epochs} epochs"
        if not self.checkpoints:
            return f"{where}; to be able to resume, use callbacks=[Checkpoint(path)]"
        return f"{where}; go on from the last checkpoint with fit(..., resume={str(self.checkpoints[-1])!r})"
