"""Whole epochs in one call: the same kernels that the layers call, one after the other, without Python in between.

A network is a table with one row for each layer: what it is, how many features go in and out, and where its
parameters begin in `theta`. Everything that varies (activations, loss, optimizer's rule) is chosen by an integer, so
that this one function, compiled once for each dtype and kept on disk, trains every network.

A batch goes through in *tiles* of at most `tile` samples: all layers forward, the loss, all layers backward, and the
gradient added up, while the tile's arrays are in cache. So a full batch of 10^7 samples needs no array of that length
but the data.
"""

import numpy as np

from minnet.kernels.compiled import dense
from minnet.kernels.compiled.borrow import borrow
from minnet.kernels.compiled.cache import inner, kernel, reduction
from minnet.kernels.compiled.elementwise import (
    apply_rule,
    backward_jet_loop,
    backward_loop,
    forward_jet_loop,
    forward_loop,
    with_formulas,
)
from minnet.kernels.compiled.simd import aligned, lanes
from minnet.kernels.compiled.subnormals import FLUSH, control_word, set_control_word
from minnet.kernels.compiled.tuning import tuned
from minnet.kernels.formulas import losses, rules
from minnet.kernels.formulas.elementary import exp

DENSE = -1
CATEGORICAL = 4
LOSSES = {losses.squared: 0, losses.absolute: 1, losses.huber: 2, losses.binary_cross_entropy: 3}


@kernel()
def train(
    theta, previous, grad, slots, layers, settings, x, target, known, weight, orders, batch, tile, order, loss,
    loss_setting, loss_weights, rule, coefficients, clipnorm, average, result,
):  # fmt: skip
    """Train for ``len(result)`` epochs; the mean loss of each goes into `result`.

    theta, grad (p,), slots (s, p): updated in place; previous (p,): theta before the last update. layers (l, 4):
    code, inputs, outputs, first parameter. settings (l,): parameters of activations. x (n, i), target and known
    (k, n, o; known may be empty), weight (n,; may be empty). orders (epochs, n): the samples of each epoch in order,
    or empty. order: None without derivatives. loss_weights (1 + order,). coefficients (steps, c). clipnorm 0: no
    clipping. average 0: no averaging.

    Returns the number of epochs done: all, or those up to the first whose loss is not finite.
    """
    tuned()
    K, n, O = target.shape
    work, places, spare = _workspace(layers, K, tile, theta)
    targets = np.empty(K * tile * O, theta.dtype)
    masks = np.empty(K * tile * O if known.size else 0, np.bool_)
    weights = np.empty(tile if weight.size else 0, theta.dtype)
    control = control_word()
    set_control_word(np.int32(control | FLUSH))
    step = done = 0
    for epoch in range(len(result)):
        total = 0.0
        for first in range(0, n, batch):
            last = min(first + batch, n)
            factors = _factors(loss_weights, target, known, orders, epoch, first, last, loss)
            value = 0.0
            for start in range(first, last, tile):
                N = min(tile, last - start)
                t = _view(targets, 0, K, N, O)
                k = _view(masks, 0, K if known.size else 0, N, O)
                w = borrow(weights, 0, (N if weights.size else 0,))
                inputs = _view(work, places[0], K, N, x.shape[1])
                _gather(orders, epoch, start, x, target, known, weight, inputs, t, k, w)
                y = _forward(layers, settings, theta, work, places, K, N, order)
                dy = _view(work, spare[0], K, N, O)
                values = _view(work, spare[1], K, N, O)
                value += _loss(loss, loss_setting, factors, y, t, k, w, dy, values)
                _backward(layers, settings, theta, grad, work, places, spare, K, N, order, start == first)
            if clipnorm > 0:
                norm = np.sqrt(_square(grad))
                if norm > clipnorm:
                    _scale(grad, theta.dtype.type(clipnorm / norm))
            if step == len(coefficients) - 1:
                _copy(theta, previous)
            apply_rule(rule, coefficients[step], theta, grad, slots)
            if average > 0:
                _average(slots[len(slots) - 1], theta, theta.dtype.type(average), theta.dtype.type(1 - average))
            step += 1
            total += value * (last - first)
        result[epoch] = total / n
        if not np.isfinite(total):
            break
        done += 1
    set_control_word(control)
    return done


@inner
def _workspace(layers, K, tile, theta):
    """Memory, and where in it the inputs of each layer, the outputs of the last, and two arrays of cotangents begin."""
    L = lanes(theta)
    places = np.empty(len(layers) + 1, np.int64)
    spare = np.empty(2, np.int64)
    size = widest = 0
    for l in range(len(layers) + 1):
        width = layers[l - 1, 2] if l else layers[0, 1]
        places[l] = size
        length = (K * tile * width + L - 1) // L * L  # so that each begins with a whole vector
        widest = max(widest, length)
        size += length
    spare[0] = size
    spare[1] = size + widest
    work, corner = aligned(size + 2 * widest, theta)
    return work, places + corner, spare + corner


@inner
def _view(work, start, K, N, F):
    return borrow(work, start, (K, N, F))


@inner
def _gather(orders, epoch, start, x, target, known, weight, inputs, t, k, w):
    """Copy the samples of a tile: inputs with their derivatives by themselves, targets, masks and weights."""
    K, N, I = inputs.shape
    for m in range(N):
        s = orders[epoch, start + m] if orders.size else start + m
        for i in range(I):
            inputs[0, m, i] = x[s, i]
        for j in range(K):
            for o in range(target.shape[2]):
                t[j, m, o] = target[j, s, o]
        for j in range(len(k)):
            for o in range(target.shape[2]):
                k[j, m, o] = known[j, s, o]
        if w.size:
            w[m] = weight[s]
    if K > 1:
        for j in range(1, K):
            for m in range(N):
                for i in range(I):
                    inputs[j, m, i] = 1 if i == j - 1 else 0


@inner
def _forward(layers, settings, theta, work, places, K, N, order):
    """All layers forward; returns the outputs (k, n, o)."""
    for l in range(len(layers)):
        code, I, O, at = layers[l, 0], layers[l, 1], layers[l, 2], layers[l, 3]
        x, y = _view(work, places[l], K, N, I), _view(work, places[l + 1], K, N, O)
        if code == DENSE:
            dense.forward(x, borrow(theta, at, (I, O)), borrow(theta, at + I * O, (O,)), y)
        elif order is None:
            with_formulas(code, forward_loop, (settings[l], borrow(x, 0, (K, N * I)), borrow(y, 0, (K, N * O))))
        else:
            with_formulas(
                code, forward_jet_loop, (settings[l], borrow(x, 0, (K, N * I)), order, borrow(y, 0, (K, N * O)))
            )
    return _view(work, places[len(layers)], K, N, layers[len(layers) - 1, 2])


@inner
def _backward(layers, settings, theta, grad, work, places, spare, K, N, order, fresh):
    """All layers backward from the cotangents in the first spare array; the gradient is written or added to."""
    here = 0
    for l in range(len(layers) - 1, -1, -1):
        code, I, O, at = layers[l, 0], layers[l, 1], layers[l, 2], layers[l, 3]
        x, y = _view(work, places[l], K, N, I), _view(work, places[l + 1], K, N, O)
        dy, dx = _view(work, spare[here], K, N, O), _view(work, spare[1 - here], K, N, I)
        if code == DENSE:
            dW, db = borrow(grad, at, (I, O)), borrow(grad, at + I * O, (O,))
            dense.gradient(x, dy, dW, db, fresh)
            if l > 0:
                dense.backward(dy, borrow(theta, at, (I, O)), dx)
        else:
            flat = borrow(x, 0, (K, N * I)), borrow(y, 0, (K, N * I)), borrow(dy, 0, (K, N * I))
            if order is None:
                with_formulas(code, backward_loop, (settings[l], *flat, borrow(dx, 0, (K, N * I))))
            else:
                with_formulas(code, backward_jet_loop, (settings[l], *flat, order, borrow(dx, 0, (K, N * I))))
        here = 1 - here


@inner
def _factors(loss_weights, target, known, orders, epoch, first, last, loss):
    """What the losses of each order k are multiplied by: the weight of its part over the number of its entries."""
    K, _, O = target.shape
    factors = np.empty(K)
    parts = len(loss_weights)
    D = (K - 1) // max(1, parts - 1)
    top = 0
    for part in range(parts):
        bottom, top = top, 1 + part * D
        count = (top - bottom) * (last - first) * (1 if loss == CATEGORICAL else O)
        if known.size:
            count = 0
            for k in range(bottom, top):
                for m in range(first, last):
                    s = orders[epoch, m] if orders.size else m
                    for o in range(O):
                        count += known[k, s, o]
        for k in range(bottom, top):
            factors[k] = loss_weights[part] / max(1, count)
    return factors


@inner
def _loss(loss, setting, factors, y, t, known, weight, dy, values):
    """Fill the cotangents dy (k, n, o), and return the loss of the tile; `values` is for losses of single entries."""
    if loss == CATEGORICAL:
        _categorical(y, t, dy, values)
    else:
        _compare(loss, setting, y, t, dy, values)
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
            _scale(borrow(dy, k * size, (size,)), y.dtype.type(factors[k]))
    return total


@inner
def _compare(loss, setting, y, t, dy, values):
    for k in range(len(y)):
        size = y.shape[1] * y.shape[2]
        at, shape = k * size, (size,)
        rest = setting, borrow(y, at, shape), borrow(t, at, shape), borrow(dy, at, shape), borrow(values, at, shape)
        if loss == 0:
            _compare_loop(losses.squared, *rest)
        elif loss == 1:
            _compare_loop(losses.absolute, *rest)
        elif loss == 2:
            _compare_loop(losses.huber, *rest)
        elif loss == 3:
            _compare_loop(losses.binary_cross_entropy, *rest)


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
            dy[0, n, o] = exp(y[0, n, o] - largest)
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


@reduction
def _square(values):
    total = 0.0
    for m in range(values.size):
        total += np.float64(values[m]) * np.float64(values[m])
    return total


@inner
def _copy(source, destination):
    for m in range(source.size):
        destination[m] = source[m]


@inner
def _scale(values, factor):
    for m in range(values.size):
        values[m] *= factor


@inner
def _average(mean, theta, beta, beta_rest):
    for p in range(theta.size):
        mean[p], _ = rules.average(mean[p], theta[p], (), beta, beta_rest)
