"""Losses of a tile of samples, and their cotangents, inside a compiled epoch.

Each loss is a loop ``(a, N, O, y, t, dy, values)`` that fills the cotangents dy (n, o) and the losses of the single
entries, before they are weighted; a kernel that the epoch calls by its address (`calls.py`).
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from minnet.kernels.compiled import overloads  # noqa: F401  (Numba must know the formulas before it compiles the loops)
from minnet.kernels.compiled.cache import inner, reduction
from minnet.kernels.compiled.calls import address, as_there, beyond, call, loop, pointer
from minnet.kernels.compiled.tuning import tuned
from minnet.kernels.formulas import losses
from minnet.kernels.formulas.elementary import exp_negative

Formula = Callable[..., Any]

LOSSES = frozenset(losses.LOSSES)
"""Formulas that there are loops for."""


@cache
def loss_loop(formula: Formula, dtype: np.dtype) -> int:
    """Address of the loop of an elementwise loss."""

    def loss(a, N, O, y, t, dy, values):
        tuned()
        for m in range(N * O):
            values[m], dy[m] = formula(y[m], t[m], a)

    return address(loop(loss, f"loss_{formula.__name__}"), dtype, "niipppp")


@cache
def categorical_loop(dtype: np.dtype) -> int:
    """Address of the loop of categorical cross entropy."""
    return address(loop(_categorical, "loss_categorical"), dtype, "niipppp")


def _categorical(a, N, O, y, t, dy, values):
    """Cross entropy of softmax(y): ``-t log p`` of each class, and ``p sum(t) - t``."""
    tuned()
    for n in range(N):
        scores, targets, cotangents, entries = (
            beyond(y, n * O),
            beyond(t, n * O),
            beyond(dy, n * O),
            beyond(values, n * O),
        )
        largest = scores[0]
        for o in range(1, O):
            largest = max(largest, scores[o])
        total = mass = 0 * a
        for o in range(O):
            cotangents[o] = exp_negative(scores[o] - largest)
            total += cotangents[o]
            mass += targets[o]
        logarithm = np.log(total)
        for o in range(O):
            entries[o] = -targets[o] * (scores[o] - largest - logarithm)
            cotangents[o] = cotangents[o] / total * mass - targets[o]


@cache
def count_loop(categorical: bool, dtype: np.dtype) -> int:
    """Address of ``(N, O, y, t, correct)``, which adds to ``correct[0]`` how many of the outputs (or samples, of
    categories) are on their target's side."""
    return address(loop(_count_samples if categorical else _count_outputs, f"count_{categorical}"), dtype, "iippc")


def _count_samples(N, O, y, t, correct):
    for n in range(N):
        scores, targets = beyond(y, n * O), beyond(t, n * O)
        predicted = label = 0
        for o in range(1, O):
            predicted = o if scores[o] > scores[predicted] else predicted
            label = o if targets[o] > targets[label] else label
        correct[0] += predicted == label


def _count_outputs(N, O, y, t, correct):
    for m in range(N * O):
        correct[0] += (y[m] >= 0) == (t[m] >= 0.5)


@cache
def mask_loop() -> int:
    """Address of ``(row, N, O, mask, samples, shuffled, total)``, which adds to ``total[0]`` how many of the entries
    (sample, o) of N rows count: those that stand at `row` and after it, or whose numbers the shuffles have there."""
    return address(loop(_count_mask, "count_mask"), np.int64, "iiimcic")


def _count_mask(row, N, O, mask, samples, shuffled, total):
    for n in range(row, row + N):
        sample = samples[n] if shuffled else n
        for o in range(O):
            total[0] += mask[sample * O + o]


@cache
def weight_loop(dtype: np.dtype) -> int:
    """Address of ``(factor, N, O, weighted, weights, masked, masks, slopes, entries)``, which multiplies what a loss
    has come to by the samples' weights, and by 0 where it is masked."""
    return address(loop(_weigh, "weigh"), dtype, "diiipimpp")


def _weigh(factor, N, O, weighted, weights, masked, masks, slopes, entries):
    for n in range(N):
        sample_factor = factor * weights[n] if weighted else factor
        for m in range(n * O, n * O + O):
            scale = sample_factor if not masked or masks[m] else 0.0
            entries[m] *= as_there(entries, scale)
            slopes[m] *= as_there(slopes, scale)


@inner
def factors_of_orders(objective, data, epoch, first, last, plan):
    """What the losses of each order k are multiplied by: the weight of its part over the number of its entries."""
    (K, n, O), n_parts = data.target.shape, len(objective.weights)
    D = (K - 1) // max(1, n_parts - 1)
    end = 0
    for part in range(n_parts):
        begin, end = end, 1 + part * D
        entries = (end - begin) * (last - first) * (1 if objective.categorical else O)
        if data.mask.size:
            plan.correct[0] = 0
            row = epoch * n + first if data.shuffles.size else first
            for k in range(begin, end):
                mask = beyond(pointer(data.mask), k * n * O)
                shuffles = pointer(data.shuffles), data.shuffles.size
                call(objective.count_mask, (row, last - first, O, mask, *shuffles, pointer(plan.correct)))
            entries = plan.correct[0]
        for k in range(begin, end):
            plan.factors[k] = objective.weights[part] / max(1, entries)


@inner
def loss_of_tile(objective, factors, shape, y, workspace, dy, values):
    """Fill the cotangents dy (k, n, o), and return the loss of the tile; `values` is for losses of single entries."""
    K, N, O = shape
    total = 0.0
    for k in range(K):
        start, factor = k * N * O, factors[k]
        slopes, entries = beyond(dy, start), beyond(values, start)
        t = beyond(pointer(workspace.targets), start)
        call(objective.loss, (objective.setting, N, O, beyond(y, start), t, slopes, entries))
        if objective.weigh != 0:
            weights, masks = workspace.weights, workspace.masks
            given = weights.size, pointer(weights), masks.size, beyond(pointer(masks), start)
            call(objective.weigh, (factor, N, O, *given, slopes, entries))
            factor = 1.0
        else:
            _scale(N * O, slopes, as_there(slopes, factor))
        total += factor * _sum(N * O, entries)
    return total


@reduction
def _sum(n, values):
    total = 0.0
    for m in range(n):
        total += values[m]
    return total


@inner
def _scale(n, values, factor):
    for m in range(n):
        values[m] *= factor
