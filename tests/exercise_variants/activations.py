"""Right solutions of `activations` in other styles, the numbers of its text, and minnet's own activations."""

import math

import numpy as np
import pytest

import minnet as mn


def relu_of_a_copy(x):
    y = x.copy()
    y[y < 0] = 0
    return y


def relu_in_a_loop(x):
    y = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        y[index] = max(0.0, x[index])
    return y


def relu_backward_of_a_copy(x, dy):
    dx = np.array(dy)
    dx[x <= 0] = 0
    return dx


def relu_backward_in_a_loop(x, dy):
    dx = np.zeros_like(dy)
    for index in np.ndindex(*x.shape):
        if x[index] > 0:
            dx[index] = dy[index]
    return dx


def tanh_in_a_loop(x):
    return np.reshape([math.tanh(s) for s in x.ravel()], x.shape)


def tanh_by_parts(x):
    e = np.exp(-2 * abs(x))
    return np.where(x < 0, e - 1, 1 - e) / (1 + e)


def tanh_backward_in_a_loop(y, dy):
    flat = [(1 - a * a) * b for a, b in zip(y.ravel().tolist(), dy.ravel().tolist(), strict=True)]
    return np.array(flat).reshape(y.shape)


VARIANTS = [
    {"relu": relu_of_a_copy, "relu_backward": relu_backward_of_a_copy, "tanh": tanh_by_parts},
    {"relu": relu_in_a_loop, "relu_backward": relu_backward_in_a_loop, "tanh": tanh_in_a_loop},
    {"relu": lambda x: x * (x > 0), "relu_backward": lambda x, dy: dy * (x > 0)},
    {"relu": lambda x: (x + abs(x)) / 2, "relu_backward": lambda x, dy: np.sign(np.maximum(0, x)) * dy},
    {"relu": lambda x: np.clip(x, 0, None), "relu_backward": lambda x, dy: np.heaviside(x, 0) * dy},
    {"tanh": lambda x: 1 - 2 * np.exp(-np.logaddexp(0, 2 * x)), "tanh_backward": tanh_backward_in_a_loop},
    {"tanh_backward": lambda y, dy: dy * (1 - y) * (1 + y)},
    {"tanh_backward": lambda y, dy: dy - dy * np.square(y)},
]


def worked(relu, relu_backward, tanh, tanh_backward):
    x = np.array([-2.0, 0, 3])
    assert relu(x).tolist() == [0, 0, 3]
    assert relu_backward(x, np.array([5.0, 6, 7])).tolist() == [0, 0, 7]
    assert tanh(np.log([2.0])) == pytest.approx([0.6])
    assert tanh_backward(np.array([0.6]), np.array([10.0])) == pytest.approx([6.4])


def against_minnet(relu, relu_backward, tanh, tanh_backward):
    rng = np.random.default_rng(0)
    x, dy = rng.permutation([0.0, *rng.normal(size=8)]).reshape(1, 3, 3), rng.normal(size=(1, 3, 3))
    with mn.use_kernels("numpy"):
        for layer, y, dx in (
            (mn.ReLU(), relu(x), relu_backward(x, dy)),
            (mn.Tanh(), tanh(x), tanh_backward(tanh(x), dy)),
        ):
            np.testing.assert_allclose(layer.forward(x, mn.Pass()), y, rtol=0, atol=1e-12)
            np.testing.assert_allclose(layer.backward(dy), dx, rtol=0, atol=1e-12)
