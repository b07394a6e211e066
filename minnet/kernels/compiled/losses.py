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
from minnet.kernels.compiled.calls import address, beyond, call, loop, pointer
from minnet.kernels.compiled.tuning import tuned
from minnet.kernels.compiled.views import view
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
def loss_of_tile(objective, factors, y, t, mask, weight, dy, values):
    """Fill the cotangents dy (k, n, o), and return the loss of the tile; `values` is for losses of single entries."""
    K, N, O = y.shape
    total = 0.0
    for k in range(K):
        start = k * N * O
        entries = beyond(pointer(y), start), beyond(pointer(t), start), beyond(pointer(dy), start)
        call(objective.loss, (objective.setting, N, O, *entries, beyond(pointer(values), start)))
        if weight.size or mask.size:
            for n in range(N):
                factor = factors[k] * (weight[n] if weight.size else 1.0)
                for o in range(O):
                    scale = factor if not mask.size or mask[k, n, o] else 0.0
                    total += values[k, n, o] * scale
                    dy[k, n, o] *= y.dtype.type(scale)
        else:
            total += factors[k] * _sum(view(values, start, (N * O,)))
            scale_by(view(dy, start, (N * O,)), y.dtype.type(factors[k]))
    return total


@reduction
def _sum(values):
    total = 0.0
    for m in range(values.size):
        total += values[m]
    return total


@inner
def scale_by(values, factor):
    for m in range(values.size):
        values[m] *= factor
