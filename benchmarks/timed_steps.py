"""A compiled training step with a stopwatch in it.

`timed_steps` calls the parts that `minnet.kernels.compiled.train` calls, in its order, on the tables that `fit` gave
it; so every part finds in the caches what it finds there in training. `forward` and `backward` are given networks of
one layer, one after the other. It leaves out what concerns several threads, and what no workload asks for: accuracy, a
clipped gradient, averaged parameters. After each part it reads the processor's counter; `ticks_of_lap` says what that
costs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import cycle, pairwise
from time import process_time
from typing import Any
from unittest import mock

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from benchmarks.peers import minnet
from benchmarks.workloads import Workload
from minnet.kernels import compiled
from minnet.kernels.compiled import dense
from minnet.kernels.compiled.cache import inner, kernel
from minnet.kernels.compiled.calls import beyond, call, pointer
from minnet.kernels.compiled.losses import factors_of_orders, loss_of_tile
from minnet.kernels.compiled.subnormals import FLUSH, control_word, set_control_word
from minnet.kernels.compiled.tables import Table, Workspace
from minnet.kernels.compiled.tiles import backward, forward, gather
from minnet.kernels.compiled.tuning import tuned

GATHER, FORWARD, LOSS, GRADIENT, BACKWARD, SUMS, UPDATE, LOOPS = range(8)


def tables_of(workload: Workload, dtype: str) -> tuple[Any, ...]:
    """What `timed_steps` works on, but for the ticks: what `fit` hands to `train` for a workload, and the places."""
    tables: list[tuple[Any, ...]] = []
    train = compiled.train

    def remember(*arguments: Any) -> Any:
        tables.append((*arguments[:6], arguments[-1]))
        return train(*arguments)

    with mock.patch.object(compiled, "train", remember):
        minnet(workload, dtype, 1)(1)
    *network, workspace = tables[-1]
    return *network, workspace, _places(workspace)


def _places(workspace: Any) -> np.ndarray:
    """Where in the workspace the arrays of each layer begin (l, 4): inputs, outputs, cotangents of outputs and inputs.

    The last two change places from layer to layer.
    """
    *values, one, other = workspace.offsets
    last_first = zip(reversed(list(pairwise(values))), cycle([(one, other), (other, one)]), strict=False)
    return np.array([(*arrays, *cotangents) for arrays, cotangents in last_first][::-1])


def new_ticks(layers: int) -> np.ndarray:
    """What `timed_steps` adds to, for so many layers: one row for each of the parts above."""
    return np.zeros((8, layers), np.int64)


def laps_of_kinds(table: Any, tiles: int) -> dict[str, tuple[list[tuple[int, int]], int]]:
    """Of each kind of part the places in `ticks`, and how many laps a step adds there, if it has so many tiles."""
    dense, others = (np.flatnonzero((table.layers[:, 3] == 0) == kind).tolist() for kind in (True, False))
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
def clocked_train() -> Iterator[list[float]]:
    """Meanwhile, the seconds of the processor that each call of `train` takes are put into the list."""
    seconds: list[float] = []
    train = compiled.train

    def clocked(*arguments: Any) -> Any:
        start = process_time()
        result = train(*arguments)
        seconds.append(process_time() - start)
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
def ticks_of_lap() -> float:
    """What each lap costs, in ticks of the counter."""
    count, least = 1000, np.inf
    for _ in range(1000):
        ticks = new_ticks(1)
        _laps(count, ticks)
        least = min(least, ticks.sum() / count)
    return least


@kernel()
def timed_steps(count, state, table, data, objective, update, plan, workspace, places, ticks):
    """Take so many steps on one batch after another; `ticks` (parts, layers) is added to."""
    tuned()
    control = control_word()
    set_control_word(np.int32(control | FLUSH))
    theta, grad, n, P = state.theta, state.grad, len(data.x), state.theta.size
    batches = (n + plan.batch - 1) // plan.batch
    since = counter()
    for step in range(count):
        first = step % batches * plan.batch
        last = min(first + plan.batch, n)
        factors_of_orders(objective, data, 0, first, last, plan)
        tiles = (last - first + plan.tile - 1) // plan.tile
        groups = min(plan.groups, tiles)
        for group in range(groups):
            part = beyond(pointer(plan.gradients), (group - 1) * P) if group > 0 else pointer(grad)
            begin, end = tiles * group // groups, tiles * (group + 1) // groups
            for tile in range(begin, end):
                start = first + tile * plan.tile
                N, fresh = min(plan.tile, last - start), tile == begin
                since = lap(ticks, LOOPS, 0, since)
                since = _tile(
                    theta, table, data, objective, plan, workspace, places, part, start, N, fresh, ticks, since
                )
        since = lap(ticks, LOOPS, 0, since)
        for group in range(1, groups):
            row = plan.gradients[group - 1]
            for p in range(P):
                grad[p] += row[p]
        since = lap(ticks, SUMS, 0, since)
        coefficients = pointer(update.coefficients[step % len(update.coefficients)])
        call(update.rule, (P, coefficients, pointer(theta), pointer(grad), pointer(state.slots)))
        since = lap(ticks, UPDATE, 0, since)
    set_control_word(control)


@inner
def _tile(theta, table, data, objective, plan, workspace, places, grad, start, N, fresh, ticks, since):
    """A tile of N samples forward and back, with a lap after each layer."""
    (K, _, O), order, layers, arrays = data.target.shape, objective.order, table.layers, pointer(workspace.arrays)
    gather(data, 0, start, N, beyond(arrays, places[0, 0]), workspace)
    since = lap(ticks, GATHER, 0, since)
    for l in range(len(layers)):
        forward(_layer(table, l), theta, _memory(workspace, places[l]), K, N, order)
        since = lap(ticks, FORWARD, l, since)
    y, dy, values = beyond(arrays, places[-1, 1]), beyond(arrays, places[-1, 2]), beyond(arrays, places[-1, 3])
    loss_of_tile(objective, plan.factors, (K, N, O), y, workspace, dy, values)
    since = lap(ticks, LOSS, 0, since)
    for l in range(len(layers) - 1, -1, -1):
        I, O, at, loop = layers[l, 0], layers[l, 1], layers[l, 2], layers[l, 3]
        backward(_layer(table, l), theta, grad, _memory(workspace, places[l]), K, N, order, fresh)
        since = lap(ticks, BACKWARD if loop else GRADIENT, l, since)
        if loop == 0 and l > 0:  # `backward` leaves it out for the first layer of a network
            dy, dx = beyond(arrays, places[l, 2]), beyond(arrays, places[l, 3])
            dense.backward(dy, beyond(pointer(theta), at), (K, N, I, O), pointer(workspace.transposed), dx)
            since = lap(ticks, BACKWARD, l, since)
    return since


@inner
def _layer(table, l):
    """A network of one layer."""
    return Table(table.layers[l : l + 1], table.settings[l : l + 1], table.jets)


@inner
def _memory(workspace, places):
    """What it works in."""
    targets, masks, weights = workspace.targets, workspace.masks, workspace.weights
    return Workspace(workspace.arrays, places, targets, masks, weights, workspace.transposed, workspace.derivatives)
