"""Right solutions of `lstm_step` in other styles, and the numbers of its text."""

import math

import numpy as np
import pytest
from scipy.special import expit

import minnet as mn
from minnet.layers import INFERENCE


def step_by_slices(x, h, c, W, U, b):
    u = h.shape[1]
    a = np.concatenate([x, h], axis=1) @ np.concatenate([W, U]) + b
    i, f, o = expit(a[:, :u]), expit(a[:, u : 2 * u]), expit(a[:, 3 * u :])
    c_new = i * np.tanh(a[:, 2 * u : 3 * u]) + f * c
    return o * np.tanh(c_new), c_new


def step_by_blocks(x, h, c, W, U, b):
    n, u = h.shape
    a = (np.einsum("ni,ia->na", x, W) + np.einsum("nu,ua->na", h, U) + b[None]).reshape(n, 4, u)
    gates = (1 + np.tanh(a / 2)) / 2
    new = gates[:, 1] * c + gates[:, 0] * np.tanh(a[:, 2])
    return [gates[:, 3] * np.tanh(new), new]


def step_in_loops(x, h, c, W, U, b):
    n, u = len(x), h.shape[1]

    def entry(m, k):
        return sum(x[m, j] * W[j, k] for j in range(len(W))) + sum(h[m, j] * U[j, k] for j in range(u)) + b[k]

    def gate(a):
        e = math.exp(-abs(a))
        return (1 if a > 0 else e) / (1 + e)

    new_h, new_c = [[0.0] * u for _ in range(n)], [[0.0] * u for _ in range(n)]
    for m in range(n):
        for k in range(u):
            i, f, g, o = (entry(m, block * u + k) for block in range(4))
            new_c[m][k] = gate(f) * c[m, k] + gate(i) * math.tanh(g)
            new_h[m][k] = gate(o) * math.tanh(new_c[m][k])
    return new_h, new_c


def states_into_an_array(x, W, U, b):
    n, time, _ = x.shape
    u = W.shape[1] // 4
    states, h, c = np.empty((n, time, u)), np.zeros((n, u)), np.zeros((n, u))
    for t in range(time):
        h, c = step_by_slices(x[:, t, :], h, c, W, U, b)
        states[:, t] = h
    return states


def states_sample_by_sample(x, W, U, b):
    rows = []
    for series in x:
        h = c = np.zeros((1, len(U)))
        row = []
        for time in series:
            h, c = step_by_blocks(time[None], h, c, W, U, b)
            row.append(h[0])
        rows.append(row)
    return rows


def states_recursively(x, W, U, b, h=0.0, c=0.0):
    zero = np.zeros((len(x), len(U)))
    h, c = step_by_slices(x[:, 0], h + zero, c + zero, W, U, b)
    first = h[:, None]
    return np.hstack([first, states_recursively(x[:, 1:], W, U, b, h, c)]) if x.shape[1] > 1 else first


VARIANTS = [
    {"lstm_step": step_by_slices, "lstm_states": states_into_an_array},
    {"lstm_step": step_by_blocks, "lstm_states": states_sample_by_sample},
    {"lstm_step": step_in_loops, "lstm_states": states_recursively},
]


def worked(lstm_step, lstm_states):
    zero = np.zeros((1, 1))
    h, c = lstm_step(zero, zero, zero + 2, np.zeros((1, 4)), np.zeros((1, 4)), np.array([0, np.log(3), 0, 0]))
    assert (h[0, 0], c[0, 0]) == (pytest.approx(0.452574, abs=1e-6), pytest.approx(1.5))
    W, U, b = np.zeros((1, 8)), np.zeros((2, 8)), np.zeros(8)
    W[0, 5], U[0, 2], U[0, 7], U[1] = np.log(2), np.log(3), np.log(3), 5
    h, c = lstm_step(zero + 1, np.array([[1.0, 0.0]]), np.array([[2.0, 4.0]]), W, U, b)
    assert c[0] == pytest.approx([1.5, 2.3])
    assert h[0] == pytest.approx([0.452574, 0.735072], abs=1e-6)
    b = np.array([0, 0, np.log(3) / 2, 0])
    h = lstm_states(np.zeros((1, 2, 1)), np.zeros((1, 4)), np.zeros((1, 4)), b)
    assert h[0, :, 0] == pytest.approx([0.122459, 0.179179], abs=1e-6)


def against_minnet(lstm_step, lstm_states):
    rng = np.random.default_rng(0)
    x, W, U, b = (rng.normal(size=shape) for shape in ((3, 5, 2), (2, 16), (4, 16), (16,)))
    net = mn.Network([mn.LSTM(2, 4, weights=W, recurrent_weights=U, bias=b)], rng=0)
    (layer,) = net.layers
    assert lstm_states(x, W, U, b) == pytest.approx(layer.forward(x[None], INFERENCE)[0])
    before = lstm_states(x[:, :4], W, U, b)[:, -1]
    layer.forward(x[None, :, :4], INFERENCE)
    assert before == pytest.approx(layer.final_states[0])
    c = layer.final_states[1].copy()
    layer.forward(x[None], INFERENCE)
    for own, minnets in zip(lstm_step(x[:, 4], before, c, W, U, b), layer.final_states, strict=True):
        assert own == pytest.approx(minnets)
