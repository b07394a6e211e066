"""Right solutions of `bptt` in other styles, the numbers of its text, and minnet's own layer."""

import math

import numpy as np
import pytest

import minnet as mn


def forward_in_loops(x, W, U, b, start):
    (n, time, _), h = x.shape, len(b)
    result = []
    for s in range(n):
        state, series = [float(v) for v in start[s]], []
        for t in range(time):
            sums = [b[k] + sum(x[s, t, j] * W[j, k] for j in range(len(W))) for k in range(h)]
            state = [math.tanh(sums[k] + sum(state[j] * U[j, k] for j in range(h))) for k in range(h)]
            series.append(state)
        result.append(series)
    return result


def forward_into_room(x, W, U, b, start):
    states = np.zeros((x.shape[0], x.shape[1] + 1, U.shape[0]))
    states[:, 0] = start
    driven = np.einsum("nti,ih->nth", x, W) + b
    for t in range(x.shape[1]):
        states[:, t + 1] = np.tanh(driven[:, t] + np.einsum("ng,gh->nh", states[:, t], U))
    return states[:, 1:]


def backward_then_contract(x, W, U, start, states, dstates):
    da = np.zeros_like(states)
    for t in range(x.shape[1] - 1, -1, -1):
        later = da[:, t + 1] @ U.T if t + 1 < x.shape[1] else 0.0
        da[:, t] = (dstates[:, t] + later) * (1 - states[:, t]) * (1 + states[:, t])
    before = np.concatenate([start[:, None], states[:, :-1]], axis=1)
    return [da @ W.T, np.tensordot(x, da, ([0, 1], [0, 1])), np.einsum("ntg,nth->gh", before, da),
            np.einsum("nth->h", da), da[:, 0] @ U.T]  # fmt: skip


def backward_sample_by_sample(x, W, U, start, states, dstates):
    dx, dstart = np.empty(x.shape), np.empty(start.shape)
    dW, dU, db = np.zeros(W.shape), np.zeros(U.shape), np.zeros(U.shape[1])
    for n in range(x.shape[0]):
        h = [start[n], *states[n]]
        dh = dstates[n, -1]
        for t in range(x.shape[1], 0, -1):
            da = dh / np.cosh(np.arctanh(h[t])) ** 2
            dW, dU, db = dW + np.outer(x[n, t - 1], da), dU + np.outer(h[t - 1], da), db + da
            dx[n, t - 1] = W @ da
            dh = U @ da + (dstates[n, t - 2] if t > 1 else 0)
        dstart[n] = dh
    return dx, dW, dU, db, dstart


VARIANTS = [
    {"rnn_forward": forward_in_loops},
    {"rnn_forward": forward_into_room, "rnn_backward": backward_then_contract},
    {"rnn_backward": backward_sample_by_sample},
]


def worked(rnn_forward, rnn_backward):
    x, W, U, start = np.array([[[1.0], [0.0]]]), np.array([[0.5]]), np.array([[2.0]]), np.zeros((1, 1))
    states = rnn_forward(x, W, U, np.zeros(1), start)
    assert states.ravel() == pytest.approx([0.462117, 0.727894], abs=1e-6)
    dx, dW, dU, db, dstart = rnn_backward(x, W, U, start, states, np.array([[[0.0], [1.0]]]))
    numbers = [*dx.ravel(), *dW.ravel(), *dU.ravel(), *db, *dstart.ravel()]
    assert numbers == pytest.approx([0.369764, 0.235085, 0.739528, 0.217274, 1.209698, 1.479056], abs=1e-6)


def against_minnet(rnn_forward, rnn_backward):
    rng = np.random.default_rng(0)
    x, start, dstates = rng.normal(size=(3, 5, 2)), rng.normal(size=(3, 4)), rng.normal(size=(3, 5, 4))
    layer = mn.SimpleRNN(2, 4)
    mn.Network([layer], rng=0)
    layer.b[...] = rng.normal(size=4)
    states = layer.forward(x[None], mn.Pass(states={layer: start[None]}))[0]
    np.testing.assert_allclose(rnn_forward(x, layer.W, layer.U, layer.b, start), states, rtol=1e-12)
    dx = layer.backward(dstates[None])[0]
    layer.gradient()
    for own, right in zip(
        rnn_backward(x, layer.W, layer.U, start, states, dstates), (dx, layer.dW, layer.dU, layer.db), strict=False
    ):
        np.testing.assert_allclose(own, right, rtol=1e-12, atol=1e-14)
