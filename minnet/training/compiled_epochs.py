"""Handing whole epochs to one compiled function, where everything in a step is built in.

`CompiledEpochs.of(step, data, ...)` translates a step and its data into the tables that
`minnet/kernels/compiled/epochs.py` works on, or returns None if there is a layer, a loss or an optimizer that has no
entry there; the plain loop then does the work.
"""

from collections.abc import Callable
from contextlib import suppress
from itertools import dropwhile, pairwise
from threading import Thread
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from minnet import kernels
from minnet.activations import ACTIVATIONS, Activation
from minnet.checks import all_finite
from minnet.jet import seed
from minnet.kernels.formulas.losses import squared
from minnet.kernels.formulas.rules import AVERAGE
from minnet.layers import INFERENCE, Dense, Flatten, Layer, Rescale, Standardize
from minnet.losses import LOSSES, CategoricalCrossEntropy, Elementwise, Loss, Sobolev
from minnet.mapped import transformed
from minnet.optimizers import OPTIMIZERS, Averaged
from minnet.penalties import Penalty, weight_ranges
from minnet.schedules import Constant
from minnet.training.data import Data, TrainingData
from minnet.training.history import Measured
from minnet.training.step import Step, Supervised
from minnet.training.units import standardized
from minnet.types import Array

# Numbers in a tile's arrays: a megabyte in float32, about what the second-level cache of one core holds.
TILE_NUMBERS = 1 << 18
TILE_ROWS = 128  # at least (a row is one order of one sample), where the weights, which every tile reads, are more
GROUP_PRODUCTS = 4_000_000  # multiply-adds forward: what makes a group worth the wait for another thread
GROUPS = 8  # of tiles, for threads to share: a fixed number, so that results do not depend on that of the threads
CALL_SECONDS = 0.2  # how long Ctrl-C and the progress bar may have to wait, or for an epoch, if that takes longer
FIXED = Flatten, Rescale, Standardize  # layers that are computed once, where a network begins with them
CALL_NUMBERS = 1 << 20  # entries of the table of shuffles, or of the optimizer's coefficients


class Outcome(NamedTuple):
    """What came of some compiled epochs.

    Attributes
    ----------
    measured : Measured
        What the step measures, of every epoch that was completed.
    steps : int
        Updates made in them.
    finite : bool
        Whether all losses and the last gradient are finite.
    interrupted : bool
        Whether Ctrl-C came meanwhile: it waits until the call returns.
    """

    measured: Measured
    steps: int
    finite: bool
    interrupted: bool


class CompiledEpochs:
    """A step and its data as tables.

    It works on the arrays of the step's state in place (parameters, slots, gradient), and writes nothing else.
    """

    @classmethod
    def of(cls, step: Step, data: Data, batch_size: int, shuffle: bool) -> "CompiledEpochs | None":
        """The tables, or None if the plain loop has to do it: a step, a layer or kernels of another kind."""
        if type(step) is not Supervised or not isinstance(data, TrainingData) or not kernels.are_compiled():
            return None
        optimizer = step.state.optimizer
        if type(optimizer) is Averaged:
            optimizer = optimizer.optimizer
        layers = list(dropwhile(lambda layer: type(layer) in FIXED, step.trained.layers))
        built_in = (  # these very classes: a subclass of a user's own may do anything
            layers
            and all(map(_has_loops, layers))
            and type(step.loss) in LOSSES.values()
            and (data.target.mask is None or not (step.accuracy or isinstance(step.loss, CategoricalCrossEntropy)))
            and type(optimizer) in OPTIMIZERS.values()
            and len(step.trained.sample_shapes[-1 - len(layers)]) == 1
        )
        return cls(step, data, batch_size, shuffle, layers, optimizer) if built_in else None

    def __init__(
        self,
        step: Supervised,
        data: TrainingData,
        batch_size: int,
        shuffle: bool,
        layers: list[Any],
        optimizer: Any,
    ) -> None:
        self.step, self.optimizer, self.n, self.batch_size = step, optimizer, len(data), batch_size
        self.ranges = weight_ranges(step.net) if step.penalty else np.empty((0, 2), np.int64)
        self.shuffled = shuffle and batch_size < len(data)
        net, loss, target = step.trained, step.loss, standardized(data.target, step.net)
        dtype, order, start = net.dtype, step.loss.order, 0
        self.compiled = compiled = kernels.load_compiled()
        rows: list[tuple[Any, ...]] = []
        widths: list[Any] = [shape[0] for shape in net.sample_shapes[-1 - len(layers) :]]
        for layer, (before, after) in zip(layers, pairwise(widths), strict=True):
            rows.append((before, after, start, *self._loops(layer, dtype, order)))  # as in the `Table` of `tables.py`
            start += layer.n_parameters
        self.table = compiled.Table(
            layers=np.array(rows, np.int64),
            settings=np.array([getattr(layer, "parameter", 0.0) for layer in layers], dtype),
            jets=(compiled.forward_jet(dtype), compiled.backward_jet(dtype)) if order else (0, 0),
        )
        inputs, seeds = _fixed(net.layers[: -len(layers)], data.inputs, widths[0], order)
        mask = np.empty((0, 0, 0), np.bool_) if target.mask is None else target.mask
        weight = np.empty(0, dtype) if data.weight is None else data.weight
        self.samples = [_as_writable(np.ascontiguousarray(a)) for a in (inputs, seeds, target.values, mask, weight)]
        self.objective = compiled.Objective(
            loss=self._loss_loop(loss, dtype),
            categorical=isinstance(loss, CategoricalCrossEntropy),
            setting=dtype.type(loss.parameter if isinstance(loss, Elementwise) else 0.0),
            order=order,
            weights=np.array(loss.weights if isinstance(loss, Sobolev) else [1.0]),
            count=compiled.count_loop(isinstance(loss, CategoricalCrossEntropy), dtype) if step.accuracy else 0,
            count_mask=compiled.mask_loop() if mask.size else 0,
            weigh=compiled.weight_loop(dtype) if mask.size or weight.size else 0,
        )
        K, P = len(target.values), net.theta.size
        tile, groups = _tiling(batch_size, K, K * (widths[0] + sum(row[1] for row in rows)), P)
        self.plan = compiled.Plan(
            batch=batch_size,
            tile=tile,
            groups=groups,
            gradients=np.empty((groups - 1, P), dtype),
            losses=np.empty(groups),
            correct=np.empty(groups, np.int64),
            factors=np.empty(K),
        )
        self.workspaces: list[Any] = []
        self.epochs_per_call = 1

    def run(self, t: int, most: int, rng: np.random.Generator) -> Outcome:
        """Train for some epochs, at most `most`, after t updates; up to the first whose loss is not finite.

        What changes from call to call is made here: the shuffles, and the optimizer's coefficients at every step.
        """
        state, compiled = self.step.state, self.compiled
        steps = -(-self.n // self.batch_size)  # in an epoch; rounded up
        entries = max(self.n if self.shuffled else 1, 10 * steps)  # of an epoch; a step has about ten coefficients
        count = max(1, min(most, self.epochs_per_call, CALL_NUMBERS // entries))
        orders = [rng.permutation(self.n) for _ in range(count)] if self.shuffled else [np.empty(0, np.int64)]
        shuffles = orders[0][np.newaxis] if len(orders) == 1 else np.stack(orders)  # of 10^7 samples, no second copy
        result = np.full((count, 2), np.nan)  # loss and accuracy of each epoch
        arrays = compiled.State(theta=state.theta, previous=state.previous, grad=self.step.net.grad, slots=state.slots)
        data = compiled.Data(*self.samples, shuffles=shuffles)
        dtype, clipnorm = state.theta.dtype, self.optimizer.global_clipnorm
        averaged = state.optimizer if isinstance(state.optimizer, Averaged) else None
        beta = averaged.beta if averaged else 0.0
        penalty = self.step.penalty or Penalty()
        update = compiled.Update(
            rule=compiled.update_loop(self.optimizer.rule, dtype),
            coefficients=self._coefficients(t, count * steps),
            penalty=compiled.penalty_loop(dtype) if penalty else 0,
            l1=dtype.type(penalty.l1),
            l2=dtype.type(penalty.l2),
            ranges=self.ranges,
            clip=compiled.clip_loop(dtype) if clipnorm else 0,
            clipnorm=clipnorm or 0.0,
            average=compiled.update_loop(AVERAGE, dtype) if averaged else 0,
            weights=np.array([beta, 1.0 - beta], dtype),
        )
        began, interrupted = perf_counter(), False
        try:
            self._train(arrays, data, update, result)
        except KeyboardInterrupt:  # it comes when the call is done, or before it has begun
            interrupted = True
        seconds = perf_counter() - began
        wished = count * CALL_SECONDS / max(seconds, 1e-6)
        self.epochs_per_call = max(1, int(min(wished, 4 * self.epochs_per_call)))
        complete = np.isfinite(result).all(axis=1)
        names = ("loss", "accuracy") if self.step.accuracy else ("loss",)
        columns = result[complete].T.tolist()
        measured = Measured(int(complete.sum()), dict(zip(names, columns, strict=False)))
        finite = bool(complete.all()) and all_finite(self.step.net.grad)
        return Outcome(measured, measured.epochs * steps, finite, interrupted)

    def _train(self, state: Any, data: Any, update: Any, result: Array) -> None:
        """Lead the training, with helpers where there are any."""
        compiled = self.compiled
        helpers = compiled.helpers(self.plan.groups, kernels.threads())
        train: Callable[..., int] = compiled.train  # epochs done, which `result` says too
        queue = compiled.new_work_queue(alone=helpers == 0)
        tables: tuple[Any, ...] = (state, self.table, data, self.objective, update, self.plan, queue, result)
        while len(self.workspaces) <= helpers:
            self.workspaces.append(compiled.workspace_for(self.table, data, self.plan.tile))
        failures: list[BaseException] = []

        def help_in(workspace: Any) -> None:
            try:
                train(*tables, False, workspace)
            except BaseException as error:
                failures.append(error)

        team = [
            Thread(target=help_in, args=(workspace,), daemon=True) for workspace in self.workspaces[1 : helpers + 1]
        ]
        try:
            with suppress(RuntimeError):  # the interpreter is ending, or there are too many threads: then with fewer
                for helper in team:
                    helper.start()
            train(*tables, True, self.workspaces[0])
        finally:
            compiled.cancel_work(queue)  # an interrupt may have come before the leader could
            for helper in team:
                if helper.is_alive():
                    helper.join()
        if failures:
            raise failures[0]

    def _loops(self, layer: Layer, dtype: np.dtype, order: int) -> tuple[int, int, int]:
        """Addresses of the loops of an activation; of a dense layer, zeros."""
        if not isinstance(layer, Activation):
            return 0, 0, 0
        compiled, formula = self.compiled, layer.formula
        derivatives = compiled.derivative_loop(formula, dtype) if order else 0
        return compiled.forward_loop(formula, dtype), compiled.backward_loop(formula, dtype), derivatives

    def _loss_loop(self, loss: Loss, dtype: np.dtype) -> int:
        """Address of the loop of a loss; Sobolev's is squares of every order."""
        if isinstance(loss, CategoricalCrossEntropy):
            return self.compiled.categorical_loop(dtype)
        return self.compiled.loss_loop(loss.formula if isinstance(loss, Elementwise) else squared, dtype)

    def _coefficients(self, t: int, steps: int) -> Array:
        """What the rule is given at each of the steps after t, worked out in float64: (steps, coefficients)."""
        state = self.step.state
        numbers = np.arange(t + 1, t + steps + 1)
        if isinstance(state.schedule, Constant):
            rates = np.full(steps, state.schedule.learning_rate)
        else:
            rates = np.array([state.schedule(int(number)) for number in numbers - 1])
        columns = self.optimizer.coefficients(rates * state.learning_rate_factor, numbers)
        return np.stack(np.broadcast_arrays(*columns), axis=1).astype(state.theta.dtype, order="C")


def _fixed(layers: list[Layer], x: Array, width: int, order: int) -> tuple[Array, Array]:
    """Inputs (n, width) after the layers that a network begins with, which are the same in all epochs; and the
    derivative of each feature by itself (width,), which only losses of derivatives need: their samples are flat."""

    def through(values: Array) -> Array:
        for layer in layers:
            values = layer.forward(values, INFERENCE)
        return values

    seeds = np.ones(width, x.dtype)
    if order:
        seeds = np.diagonal(through(seed(np.zeros((1, width), x.dtype), 1))[1:, 0]).copy()
    if all(type(layer) is Flatten for layer in layers):
        return x.reshape(len(x), width), seeds
    return transformed(x, lambda part: through(part[np.newaxis])[0].reshape(-1, width), x.dtype, "x", (width,)), seeds


def _tiling(batch: int, K: int, numbers: int, parameters: int) -> tuple[int, int]:
    """Samples in a tile, and groups of tiles, for a batch whose samples have K rows each (the value, and its
    derivatives), and so many numbers in all layers.

    The arrays of a tile are to stay in cache. But every tile reads all weights; so it has no fewer numbers of its own,
    up to `TILE_ROWS`. And every group writes a gradient of all parameters; the further ones take no more memory than
    the values and cotangents that the plain loop keeps. Where there is work for several threads (`GROUP_PRODUCTS`),
    there are as many groups, a power of two.
    """
    least = max(1, min(-(-TILE_ROWS // K), parameters // numbers))
    most = max(1, batch // least)  # tiles
    worthwhile = min(GROUPS, 1 << (batch * K * parameters // GROUP_PRODUCTS).bit_length() >> 1)
    tiles = min(most, max(-(-batch // max(4, min(1024, TILE_NUMBERS // numbers))), worthwhile))
    groups = min(tiles, GROUPS, 1 + 2 * batch * numbers // max(1, parameters))
    tiles = min(-(-tiles // groups), most // groups) * groups  # as many in each group
    return -(-batch // tiles), groups


class _Writable:
    """What NumPy makes an array of, on the memory of another one but without its write protection."""

    def __init__(self, array: Array) -> None:
        self.array = array  # keeps the memory
        self.__array_interface__ = {**array.__array_interface__, "data": (array.ctypes.data, False)}


def _as_writable(array: Array) -> Array:
    """The same memory in an array that is not read-only: another type for Numba, which would compile everything again.

    What is trained on is never written to.
    """
    return array if array.flags.writeable else np.asarray(_Writable(array))


def _has_loops(layer: Layer) -> bool:
    """Whether it is a built-in layer that the compiled function knows."""
    return type(layer) is Dense or type(layer) in ACTIVATIONS.values()
