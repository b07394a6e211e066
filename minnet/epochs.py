"""Handing whole epochs to one compiled function, where everything in a run is built in.

`CompiledEpochs.of(run)` translates a run into the tables that `minnet/kernels/compiled/epochs.py` works on, or
returns None if the run has a layer, a loss or an optimizer that has no entry there; the plain loop then does the work.
"""

from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from minnet import kernels
from minnet.activations import Activation
from minnet.kernels.formulas.losses import squared
from minnet.layers import Dense, Layer
from minnet.losses import LOSSES, Elementwise, Loss, Sobolev
from minnet.optimizers import OPTIMIZERS, Averaged
from minnet.schedules import Constant
from minnet.types import Array

if TYPE_CHECKING:
    from minnet.runs import Run

# Numbers in a tile's arrays: a megabyte in float32, about what the second-level cache of one core holds.
TILE_NUMBERS = 1 << 18
TILE_ROWS = 128  # at least (a row is one order of one sample), where the weights, which every tile reads, are more
GROUPS = 8  # of tiles, for threads to share: a fixed number, so that results do not depend on that of the threads
BLOCK_SECONDS = 0.2  # how long Ctrl-C and the progress bar may have to wait, or for an epoch, if that takes longer
BLOCK_NUMBERS = 1 << 20  # entries of the table of sample orders, or of the optimizer's coefficients


class CompiledEpochs:
    """A run as tables."""

    @classmethod
    def of(cls, run: "Run") -> "CompiledEpochs | None":
        """The tables of a run, or None if it has to go through the plain loop."""
        if not kernels.are_compiled():
            return None
        optimizer = run.optimizer.optimizer if type(run.optimizer) is Averaged else run.optimizer
        codes = [_layer_code(layer) for layer in run.net.layers]
        built_in = (  # these very classes: a subclass of a user's own may do anything
            None not in codes
            and type(run.loss) in LOSSES.values()
            and type(optimizer) in OPTIMIZERS.values()
            and run.net.layers[0].n_inputs is not None
        )
        return cls(run, codes, optimizer) if built_in else None

    def __init__(self, run: "Run", codes: list[Any], optimizer: Any) -> None:
        self.run, self.optimizer = run, optimizer
        dtype, width, start = run.net.dtype, run.net.n_inputs, 0
        rows = []
        for layer, code in zip(run.net.layers, codes, strict=True):
            inputs, width = width, layer.n_outputs or width
            rows.append((code, inputs, width, start))
            start += layer.n_parameters
        self.parts = parts = kernels.active()
        self.table = parts.Table(
            np.array(rows, np.int64),
            np.array([getattr(layer, "parameter", 0.0) for layer in run.net.layers], dtype),
        )
        known = np.empty((0, 0, 0), np.bool_) if run.target.known is None else run.target.known
        weight = np.empty(0, dtype) if run.weight is None else run.weight
        self.samples = [_as_writable(np.ascontiguousarray(a)) for a in (run.x, run.target.values, known, weight)]
        order = run.loss.order
        self.objective = parts.Objective(
            _loss_code(run.loss),
            dtype.type(run.loss.parameter if isinstance(run.loss, Elementwise) else 0.0),
            order or None,
            np.array(run.loss.weights if isinstance(run.loss, Sobolev) else [1.0]),
            run.accuracy,
        )
        K, P = len(run.target.values), run.net.theta.size
        tile, groups = _parted(run.size, K, K * (run.net.n_inputs + sum(row[2] for row in rows)), P)
        self.plan = parts.Plan(
            run.size,
            tile,
            groups,
            np.empty((groups - 1, P), dtype),
            np.empty(groups),
            np.empty(groups, np.int64),
            np.empty(K),
        )
        self.rooms: list[Any] = []
        self.epochs_per_block = 1

    def block(self, most: int) -> Array:
        """Train for some epochs, at most `most`; mean loss and accuracy of each (epochs, 2), up to a loss that is not
        finite."""
        run = self.run
        steps = -(-run.n // run.size)
        shuffled = run.shuffle and run.size < run.n
        fits = BLOCK_NUMBERS // max(run.n if shuffled else 1, 10 * steps)
        count = max(1, min(most, self.epochs_per_block, fits))
        orders = [run.rng.permutation(run.n) for _ in range(count)] if shuffled else np.empty((0, 0), np.int64)
        parts = self.parts
        result = np.full((count, 2), np.nan)
        state = parts.State(run.net.theta, run.previous, run.net.grad, run.slots)
        data = parts.Data(*self.samples, np.asarray(orders, np.int64))
        update = parts.Update(
            parts.RULES[self.optimizer.rule],
            self._coefficients(count * steps),
            self.optimizer.global_clipnorm or 0.0,
            run.optimizer.beta if isinstance(run.optimizer, Averaged) else 0.0,
        )
        began = perf_counter()
        try:
            done = self._train(state, data, update, result)
        except KeyboardInterrupt:  # it comes when the block is done, or before it has begun
            run.epoch += count if np.isfinite(result).all() else 0
            raise
        seconds = perf_counter() - began
        run.t += done * steps
        if run.t:
            run.learning_rate = run.schedule(run.t - 1) * run.learning_rate_factor
        wanted = count * BLOCK_SECONDS / max(seconds, 1e-6)
        self.epochs_per_block = max(1, int(min(wanted, 4 * self.epochs_per_block)))
        return result[: done + (done < count)]

    def _train(self, state: Any, data: Any, update: Any, result: Array) -> int:
        """Lead the training, with helpers where there are any."""
        parts = self.parts
        helpers = parts.helpers(self.plan.groups, kernels.threads())
        train: Callable[..., int] = parts.train
        board = parts.new_work_queue(alone=helpers == 0)
        tables: tuple[Any, ...] = (state, self.table, data, self.objective, update, self.plan, board, result)
        while len(self.rooms) <= helpers:
            self.rooms.append(parts.workspace_for(self.table, data, self.plan.tile))
        if helpers == 0:
            return train(*tables, True, self.rooms[0])
        failures: list[BaseException] = []

        def help_in(room: Any) -> None:
            try:
                train(*tables, False, room)
            except BaseException as error:
                failures.append(error)

        team = [Thread(target=help_in, args=(room,), daemon=True) for room in self.rooms[1 : helpers + 1]]
        try:
            with suppress(RuntimeError):  # the interpreter is ending, or there are too many threads: then with fewer
                for helper in team:
                    helper.start()
            done = train(*tables, True, self.rooms[0])
        finally:
            parts.cancel_work(board)  # an interrupt may have come before the leader could
            for helper in team:
                if helper.is_alive():
                    helper.join()
        if failures:
            raise failures[0]
        return done

    def _coefficients(self, steps: int) -> Array:
        """What the rule is given at each of the next steps, worked out in float64: (steps, coefficients)."""
        run = self.run
        t = np.arange(run.t + 1, run.t + steps + 1)
        if isinstance(run.schedule, Constant):
            rates = np.full(steps, run.schedule.learning_rate)
        else:
            rates = np.array([run.schedule(int(step)) for step in t - 1])
        columns = self.optimizer.coefficients(rates * run.learning_rate_factor, t)
        return np.stack(np.broadcast_arrays(*columns), axis=1).astype(run.net.dtype)


def _parted(batch: int, orders: int, numbers: int, parameters: int) -> tuple[int, int]:
    """Samples in a tile, and groups of tiles, for a batch whose samples have so many numbers in all layers.

    The arrays of a tile are to stay in cache. But every tile reads all weights; so it has no fewer numbers of its own,
    up to `TILE_ROWS`. And every group writes a gradient of all parameters; the further ones take no more memory than
    the values and cotangents that the plain loop keeps.
    """
    least = max(1, min(-(-TILE_ROWS // orders), parameters // numbers))
    most = max(1, batch // least)  # tiles
    tiles = min(most, -(-batch // max(4, min(1024, TILE_NUMBERS // numbers))))
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


def _loss_code(loss: Loss) -> int:
    """The number of a built-in loss in the compiled function's table; Sobolev's is squares of every order."""
    if isinstance(loss, Elementwise | Sobolev):
        return kernels.active().LOSSES[squared if isinstance(loss, Sobolev) else loss.formula]
    return kernels.active().CATEGORICAL


def _layer_code(layer: Layer) -> int | None:
    """The number of a built-in layer in the compiled function's table; None for any other."""
    if type(layer) is Dense:
        return kernels.active().DENSE
    if isinstance(layer, Activation):
        return kernels.active().ACTIVATIONS.get(layer.formula)
    return None
