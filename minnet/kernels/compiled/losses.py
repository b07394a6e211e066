"""Losses of a tile of samples, and their cotangents, inside a compiled epoch."""

from typing import Any, NamedTuple

import numpy as np

from minnet.kernels.compiled import teach  # noqa: F401  (Numba must know the formulas before it compiles the loops)
from minnet.kernels.compiled.borrow import borrow
from minnet.kernels.compiled.cache import inner, reduction
from minnet.kernels.formulas import losses
from minnet.kernels.formulas.elementary import exp_negative

BINARY, CATEGORICAL = 3, 4
LOSSES = {losses.squared: 0, losses.absolute: 1, losses.huber: 2, losses.binary_cross_entropy: BINARY}


class Objective(NamedTuple):
    """What is made small.

    Attributes
    ----------
    loss : int
        One of `LOSSES`, or `CATEGORICAL`.
    setting : number
        The loss's parameter.
    order : int or None
        Order of the derivatives in it; None without.
    weights : array (1 + order,)
        Of the parts of each order.
    accuracy : bool
        Whether to count what is classified right.
    """

    loss: Any
    setting: Any
    order: Any
    weights: Any
    accuracy: Any


@inner
def factors_of_orders(objective, target, known, orders, epoch, first, last, factors):
    """What the losses of each order k are multiplied by: the weight of its part over the number of its entries."""
    K, _, O = target.shape
    parts = len(objective.weights)
    D = (K - 1) // max(1, parts - 1)
    top = 0
    for part in range(parts):
        bottom, top = top, 1 + part * D
        count = (top - bottom) * (last - first) * (1 if objective.loss == CATEGORICAL else O)
        if known.size:
            count = 0
            for k in range(bottom, top):
                for m in range(first, last):
                    s = orders[epoch, m] if orders.size else m
                    for o in range(O):
                        count += known[k, s, o]
        for k in range(bottom, top):
            factors[k] = objective.weights[part] / max(1, count)


@inner
def loss_of_tile(objective, factors, y, t, known, weight, dy, values):
    """Fill the cotangents dy (k, n, o), and return the loss of the tile; `values` is for losses of single entries."""
    if objective.loss == CATEGORICAL:
        _categorical(y, t, dy, values)
    else:
        _compare(objective, y, t, dy, values)
    total = 0.0
    for k in range(len(y)):
        if weight.size or known.size:
            for n in range(y.shape[1]):
                factor = factors[k] * (weight[n] if weight.size else 1.0)
                for o in range(y.shape[2]):
                    scale = factor if not known.size or known[k, n, o] else 0.0
                    total += values[k, n, o] * scale
                    dy[k, n, o] *= y.dtype.type(scale)
        else:
            size = y.shape[1] * y.shape[2]
            total += factors[k] * _sum(borrow(values, k * size, (size,)))
            scale_by(borrow(dy, k * size, (size,)), y.dtype.type(factors[k]))
    return total


@inner
def hits_of_tile(objective, y, t):
    """How many outputs (or samples, of categories) are on the target's side; 0 if nobody asks."""
    hits = 0
    if not objective.accuracy:
        return hits
    if objective.loss == CATEGORICAL:
        for n in range(y.shape[1]):
            best = likely = 0
            for o in range(1, y.shape[2]):
                best = o if y[0, n, o] > y[0, n, best] else best
                likely = o if t[0, n, o] > t[0, n, likely] else likely
            hits += best == likely
    else:
        for n in range(y.shape[1]):
            for o in range(y.shape[2]):
                hits += (y[0, n, o] >= 0) == (t[0, n, o] >= 0.5)
    return hits


@inner
def _compare(objective, y, t, dy, values):
    for k in range(len(y)):
        size = y.shape[1] * y.shape[2]
        at, shape = k * size, (size,)
        arrays = borrow(y, at, shape), borrow(t, at, shape), borrow(dy, at, shape), borrow(values, at, shape)
        if objective.loss == 0:
            _compare_loop(losses.squared, objective.setting, *arrays)
        elif objective.loss == 1:
            _compare_loop(losses.absolute, objective.setting, *arrays)
        elif objective.loss == 2:
            _compare_loop(losses.huber, objective.setting, *arrays)
        elif objective.loss == BINARY:
            _compare_loop(losses.binary_cross_entropy, objective.setting, *arrays)


@inner
def _compare_loop(compare, setting, y, t, dy, values):
    for m in range(y.size):
        values[m], dy[m] = compare(y[m], t[m], setting)


@inner
def _categorical(y, t, dy, values):
    """Cross entropy of softmax(y): ``-t log p`` of each class, and ``p sum(t) - t``."""
    for n in range(y.shape[1]):
        largest = y[0, n, 0]
        for o in range(1, y.shape[2]):
            largest = max(largest, y[0, n, o])
        total = y.dtype.type(0)
        mass = y.dtype.type(0)
        for o in range(y.shape[2]):
            dy[0, n, o] = exp_negative(y[0, n, o] - largest)
            total += dy[0, n, o]
            mass += t[0, n, o]
        logarithm = np.log(total)
        for o in range(y.shape[2]):
            values[0, n, o] = -t[0, n, o] * (y[0, n, o] - largest - logarithm)
            dy[0, n, o] = dy[0, n, o] / total * mass - t[0, n, o]


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
