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


@inner
def factors_of_orders(objective, target, mask, shuffles, epoch, first, last, factors):
    """What the losses of each order k are multiplied by: the weight of its part over the number of its entries."""
    K, _, O = target.shape
    n_parts = len(objective.weights)
    D = (K - 1) // max(1, n_parts - 1)
    end = 0
    for part in range(n_parts):
        begin, end = end, 1 + part * D
        count = (end - begin) * (last - first) * (1 if objective.categorical else O)
        if mask.size:
            count = 0
            for k in range(begin, end):
                for m in range(first, last):
                    s = shuffles[epoch, m] if shuffles.size else m
                    for o in range(O):
                        count += mask[k, s, o]
        for k in range(begin, end):
            factors[k] = objective.weights[part] / max(1, count)


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
        if workspace.weights.size or workspace.masks.size:
            _weigh(workspace, factor, start, N, O, slopes, entries)
            factor = 1.0
        else:
            _scale(N * O, slopes, as_there(slopes, factor))
        total += factor * _sum(N * O, entries)
    return total


@inner
def _weigh(workspace, factor, start, N, O, slopes, entries):
    """By the samples' weights, and 0 where masked."""
    weights, masks = workspace.weights, workspace.masks
    for n in range(N):
        weighted = factor * (weights[n] if weights.size else 1.0)
        for m in range(n * O, n * O + O):
            scale = weighted if not masks.size or masks[start + m] else 0.0
            entries[m] *= as_there(entries, scale)
            slopes[m] *= as_there(slopes, scale)


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
