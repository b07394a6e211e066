"""A compiled training step with a stopwatch in it.

`timed_steps` calls the parts that `minnet.kernels.compiled.train` calls, in its order, on the tables that `fit` gave
it; so every part finds in the caches what it finds there in training. It leaves out what concerns several threads.
After each part it reads the processor's counter; `seconds_of_lap` says what that costs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest import mock

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from benchmarks.machine import best_seconds
from benchmarks.peers import minnet
from benchmarks.workloads import Workload
from minnet.kernels import compiled
from minnet.kernels.compiled import dense
from minnet.kernels.compiled.activations import carry_backward, carry_forward
from minnet.kernels.compiled.cache import inner, kernel
from minnet.kernels.compiled.losses import factors_of_orders, loss_of_tile
from minnet.kernels.compiled.rules import apply_rule
from minnet.kernels.compiled.subnormals import FLUSH, control_word, set_control_word
from minnet.kernels.compiled.tables import DENSE
from minnet.kernels.compiled.tiles import gather
from minnet.kernels.compiled.tuning import tuned
from minnet.kernels.compiled.views import view

GATHER, FORWARD, LOSS, GRADIENT, BACKWARD, SUMS, UPDATE, LOOPS = range(8)


def tables_of(workload: Workload, dtype: str) -> tuple[Any, ...]:
    """What `fit` hands to `train` for a workload: state, table, data, objective, update, plan, and a workspace."""
    tables: list[tuple[Any, ...]] = []
    train = compiled.train

    def remember(*arguments: Any) -> Any:
        tables.append((*arguments[:6], arguments[-1]))
        return train(*arguments)

    with mock.patch.object(compiled, "train", remember):
        minnet(workload, dtype, 1)(1)
    return tables[-1]


def new_ticks(layers: int) -> np.ndarray:
    """What `timed_steps` adds to, for so many layers: one row for each of the parts above."""
    return np.zeros((8, layers), np.int64)


def laps_of_kinds(table: Any, tiles: int) -> dict[str, tuple[list[tuple[int, int]], int]]:
    """Of each kind of part the places in `ticks`, and how many laps a step adds there, if it has so many tiles."""
    dense, others = (np.flatnonzero((table.layers[:, 0] == DENSE) == kind).tolist() for kind in (True, False))
    return {
        "products forward": ([(FORWARD, l) for l in dense], tiles),
        "products backward": ([(BACKWARD, l) for l in dense if l > 0], tiles),
        "products gradient": ([(GRADIENT, l) for l in dense], tiles),
        "activations forward": ([(FORWARD, l) for l in others], tiles),
        "activations backward": ([(BACKWARD, l) for l in others], tiles),
        "loss": ([(LOSS, 0)], tiles),
        "gather": ([(GATHER, 0)], tiles),
        "sums of groups": ([(SUMS, 0)], 1),
        "update": ([(UPDATE, 0)], 1),
        "loops": ([(LOOPS, 0)], tiles + 1),
    }


@contextmanager
def clocked_train(clock: Callable[[], float]) -> Iterator[list[float]]:
    """Meanwhile, how long each call of `train` by a thread that leads takes is put into the list."""
    seconds: list[float] = []
    train = compiled.train

    def clocked(*arguments: Any) -> Any:
        start = clock()
        result = train(*arguments)
        if arguments[-2]:  # `leader`
            seconds.append(clock() - start)
        return result

    with mock.patch.object(compiled, "train", clocked):
        yield seconds


@intrinsic
def counter(typing):
    """The processor's counter of cycles, or of another steady clock."""

    def generate(context, builder, signature, arguments):
        kind = ir.FunctionType(ir.IntType(64), [])
        return builder.call(cgutils.get_or_insert_function(builder.module, kind, "llvm.readcyclecounter"), [])

    return types.int64(), generate


@inner
def lap(ticks, part, layer, since):
    """Add the time since the last lap to a part of a layer; returns the time."""
    now = counter()
    ticks[part, layer] += now - since
    return now


@kernel()
def _laps(count, ticks):
    since = counter()
    for _ in range(count):
        since = lap(ticks, LOOPS, 0, since)


@cache
def seconds_of_lap() -> float:
    """What each lap costs."""
    count, ticks = 10_000, new_ticks(1)
    return best_seconds(lambda: _laps(count, ticks)) / count


@kernel()
def timed_steps(count, state, table, data, objective, update, plan, workspace, ticks):
    """Take so many steps on one batch after another; `ticks` (parts, layers) is added to."""
    tuned()
    control = control_word()
    set_control_word(np.int32(control | FLUSH))
    n, P, groups = len(data.x), state.theta.size, 1 + len(plan.gradients)
    batches = (n + plan.batch - 1) // plan.batch
    since = counter()
    for step in range(count):
        first = step % batches * plan.batch
        samples = min(plan.batch, n - first)
        factors_of_orders(objective, data.target, data.mask, data.shuffles, 0, first, first + samples, plan.factors)
        tiles = (samples + plan.tile - 1) // plan.tile
        for group in range(groups):
            grad = view(plan.gradients, (group - 1) * P, (P,)) if group > 0 else view(state.grad, 0, (P,))
            begin, end = tiles * group // groups, tiles * (group + 1) // groups
            for tile in range(begin, end):
                start = tile * plan.tile
                N = min(plan.tile, samples - start)
                since = lap(ticks, LOOPS, 0, since)
                since = _tile(
                    state, table, data, objective, plan.factors, workspace, grad, first + start, N, tile == begin,
                    ticks, since,
                )  # fmt: skip
        since = lap(ticks, LOOPS, 0, since)
        for group in range(1, groups):
            part = plan.gradients[group - 1]
            for p in range(P):
                state.grad[p] += part[p]
        since = lap(ticks, SUMS, 0, since)
        coefficients = update.coefficients[step % len(update.coefficients)]
        apply_rule(update.rule, coefficients, state.theta, state.grad, state.slots)
        since = lap(ticks, UPDATE, 0, since)
    set_control_word(control)


@inner
def _tile(state, table, data, objective, factors, workspace, grad, start, N, fresh, ticks, since):
    """A tile of N samples forward and back, with a lap after each layer."""
    layers, settings, theta, order = table.layers, table.settings, state.theta, objective.order
    K, _, O = data.target.shape
    last, arrays, offsets = len(layers), workspace.arrays, workspace.offsets
    targets = view(workspace.targets, 0, (K, N, O))
    masks = view(workspace.masks, 0, (K if workspace.masks.size else 0, N, O))
    weights = view(workspace.weights, 0, (N if workspace.weights.size else 0,))
    gather(data, 0, start, view(arrays, offsets[0], (K, N, data.x.shape[1])), targets, masks, weights)
    since = lap(ticks, GATHER, 0, since)
    for l in range(last):
        code, I, O, at = layers[l, 0], layers[l, 1], layers[l, 2], layers[l, 3]
        x, y = view(arrays, offsets[l], (K, N, I)), view(arrays, offsets[l + 1], (K, N, O))
        if code == DENSE:
            dense.forward(x, view(theta, at, (I, O)), view(theta, at + I * O, (O,)), y)
        else:
            rows = view(x, 0, (K, N * I)), workspace.derivatives, view(y, 0, (K, N * O))
            carry_forward(code, settings[l], order, *rows)
        since = lap(ticks, FORWARD, l, since)
    outputs = view(arrays, offsets[last], (K, N, O)), targets, masks, weights
    cotangents, values = view(arrays, offsets[last + 1], (K, N, O)), view(arrays, offsets[last + 2], (K, N, O))
    loss_of_tile(objective, factors, *outputs, cotangents, values)
    since = lap(ticks, LOSS, 0, since)
    for l in range(last - 1, -1, -1):
        code, I, O, at = layers[l, 0], layers[l, 1], layers[l, 2], layers[l, 3]
        turn = (last - 1 - l) % 2
        x, y = view(arrays, offsets[l], (K, N, I)), view(arrays, offsets[l + 1], (K, N, O))
        dy, dx = view(arrays, offsets[last + 1 + turn], (K, N, O)), view(arrays, offsets[last + 2 - turn], (K, N, I))
        if code == DENSE:
            dense.gradient(x, dy, view(grad, at, (I, O)), view(grad, at + I * O, (O,)), fresh)
            since = lap(ticks, GRADIENT, l, since)
            if l > 0:
                dense.backward(dy, view(theta, at, (I, O)), workspace.transposed, dx)
                since = lap(ticks, BACKWARD, l, since)
        else:
            rows = view(x, 0, (K, N * I)), view(y, 0, (K, N * I)), view(dy, 0, (K, N * I))
            carry_backward(code, settings[l], order, *rows, workspace.derivatives, view(dx, 0, (K, N * I)))
            since = lap(ticks, BACKWARD, l, since)
    return since
