"""Losses of a tile of samples, and their cotangents, inside a compiled epoch."""

import numpy as np

from minnet.kernels.compiled import overloads  # noqa: F401  (Numba must know the formulas before it compiles the loops)
from minnet.kernels.compiled.cache import inner, reduction
from minnet.kernels.compiled.dispatch import by_code
from minnet.kernels.compiled.views import view
from minnet.kernels.formulas import losses
from minnet.kernels.formulas.elementary import exp_negative

LOSSES = {formula: code for code, formula in enumerate(losses.LOSSES)}
CATEGORICAL = len(LOSSES)


@inner
def factors_of_orders(objective, target, mask, shuffles, epoch, first, last, factors):
    """What the losses of each order k are multiplied by: the weight of its part over the number of its entries."""
    K, _, O = target.shape
    n_parts = len(objective.weights)
    D = (K - 1) // max(1, n_parts - 1)
    end = 0
    for part in range(n_parts):
        begin, end = end, 1 + part * D
        count = (end - begin) * (last - first) * (1 if objective.loss == CATEGORICAL else O)
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
    if objective.loss == CATEGORICAL:
        _categorical(y, t, dy, values)
    else:
        _elementwise(objective, y, t, dy, values)
    total = 0.0
    for k in range(len(y)):
        if weight.size or mask.size:
            for n in range(y.shape[1]):
                factor = factors[k] * (weight[n] if weight.size else 1.0)
                for o in range(y.shape[2]):
                    scale = factor if not mask.size or mask[k, n, o] else 0.0
                    total += values[k, n, o] * scale
                    dy[k, n, o] *= y.dtype.type(scale)
        else:
            size = y.shape[1] * y.shape[2]
            total += factors[k] * _sum(view(values, k * size, (size,)))
            scale_by(view(dy, k * size, (size,)), y.dtype.type(factors[k]))
    return total


@inner
def count_correct(objective, y, t):
    """How many outputs (or samples, of categories) are on the target's side; 0 without `accuracy`."""
    correct = 0
    if not objective.accuracy:
        return correct
    if objective.loss == CATEGORICAL:
        for n in range(y.shape[1]):
            predicted = label = 0
            for o in range(1, y.shape[2]):
                predicted = o if y[0, n, o] > y[0, n, predicted] else predicted
                label = o if t[0, n, o] > t[0, n, label] else label
            correct += predicted == label
    else:
        for n in range(y.shape[1]):
            for o in range(y.shape[2]):
                correct += (y[0, n, o] >= 0) == (t[0, n, o] >= 0.5)
    return correct


@inner
def _elementwise(objective, y, t, dy, values):
    for k in range(len(y)):
        size = y.shape[1] * y.shape[2]
        start, shape = k * size, (size,)
        arrays = view(y, start, shape), view(t, start, shape), view(dy, start, shape), view(values, start, shape)
        _with_formula(objective.loss, objective.setting, *arrays)


@inner
def _loop(formula, setting, y, t, dy, values):
    for m in range(y.size):
        values[m], dy[m] = formula(y[m], t[m], setting)


_with_formula = inner(
    by_code(
        "_with_formula",
        "setting, y, t, dy, values",
        [f"loop(formula_{code}, setting, y, t, dy, values)" for code in LOSSES.values()],
        {"loop": _loop, **{f"formula_{code}": formula for formula, code in LOSSES.items()}},
    )
)


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
