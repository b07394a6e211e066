"""Right solutions of `convolution` in other styles, and the numbers of its text."""

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

import minnet as mn
from minnet.layers import INFERENCE


def forward_in_loops(x, W, b, stride=1, padding=0):
    (n, length, _), (k, _, o) = x.shape, W.shape
    places = (length + 2 * padding - k) // stride + 1
    y = np.zeros((n, places, o))
    for m, p, out in np.ndindex(y.shape):
        y[m, p, out] = b[out]
        for t in range(k):
            time = p * stride + t - padding
            if 0 <= time < length:
                y[m, p, out] += sum(x[m, time, i] * W[t, i, out] for i in range(x.shape[2]))
    return y


def backward_in_loops(x, W, dy, stride=1, padding=0):
    dx, dW, db = np.zeros_like(x), np.zeros_like(W), np.zeros(W.shape[2])
    for m, p, out in np.ndindex(dy.shape):
        db[out] += dy[m, p, out]
        for t in range(len(W)):
            time = p * stride + t - padding
            if 0 <= time < x.shape[1]:
                for i in range(x.shape[2]):
                    dx[m, time, i] += dy[m, p, out] * W[t, i, out]
                    dW[t, i, out] += dy[m, p, out] * x[m, time, i]
    return dx, dW, db


def windows(x, k, stride, padding):
    """(n, places, i, k)"""
    return sliding_window_view(np.pad(x, [(0, 0), (padding, padding), (0, 0)]), k, axis=1)[:, ::stride]


def forward_by_windows(x, W, b, stride=1, padding=0):
    return np.einsum("npit,tio->npo", windows(x, len(W), stride, padding), W) + b


def backward_by_windows(x, W, dy, stride=1, padding=0):
    dz = np.zeros((x.shape[0], x.shape[1] + 2 * padding, x.shape[2]))
    places = dy.shape[1]
    for t in range(len(W)):
        dz[:, t : t + places * stride : stride][:, :places] += dy @ W[t].T
    dW = np.einsum("npit,npo->tio", windows(x, len(W), stride, padding), dy)
    return [dz[:, padding : dz.shape[1] - padding], dW, np.einsum("npo->o", dy)]


def forward_by_one_product(x, W, b, stride=1, padding=0):
    """Windows as rows (im2col)."""
    rows = windows(x, len(W), stride, padding).swapaxes(2, 3)
    return rows.reshape(*rows.shape[:2], -1) @ W.reshape(-1, W.shape[2]) + b


def backward_by_matrix(x, W, dy, stride=1, padding=0):
    """The convolution as a matrix (place and out, time and in)."""
    (_, length, i), (k, _, o), places = x.shape, W.shape, dy.shape[1]
    M = np.zeros((places, o, length + 2 * padding, i))
    for p in range(places):
        M[p, :, p * stride : p * stride + k] = W.transpose(2, 0, 1)
    dz = np.tensordot(dy, M, axes=([1, 2], [0, 1]))
    z = np.pad(x, [(0, 0), (padding, padding), (0, 0)])
    dW = sum(z[m, p * stride : p * stride + k, :, None] * dy[m, p] for m in range(len(x)) for p in range(places))
    return np.delete(dz, [*range(padding), *range(length + padding, length + 2 * padding)], axis=1), dW, sum(sum(dy))


VARIANTS = [
    {"conv_forward": forward_in_loops, "conv_backward": backward_in_loops},
    {"conv_forward": forward_by_windows, "conv_backward": backward_by_windows},
    {"conv_forward": forward_by_one_product, "conv_backward": backward_by_matrix},
]


def worked(conv_forward, conv_backward):
    x, W, b = np.array([[[1.0], [2], [3], [4]]]), np.array([[[1.0]], [[10]]]), np.zeros(1)
    assert conv_forward(x, W, b).ravel().tolist() == [21, 32, 43]
    assert conv_forward(x, W, b, stride=2).ravel().tolist() == [21, 43]
    assert conv_forward(x, W, b, padding=1).ravel().tolist() == [10, 21, 32, 43, 4]
    dx, dW, db = conv_backward(x, W, np.array([[[1.0], [2], [3]]]))
    assert (dx.ravel().tolist(), dW.ravel().tolist(), db.tolist()) == ([1, 12, 23, 30], [14, 20], [6])
    dx, dW, db = conv_backward(x, W, np.array([[[1.0], [2], [3]]]), stride=2, padding=1)
    assert (dx.ravel().tolist(), dW.ravel().tolist(), db.tolist()) == ([10, 2, 20, 3], [16, 7], [6])


def against_minnet(conv_forward, conv_backward):
    rng = np.random.default_rng(0)
    x, W, b = rng.normal(size=(3, 9, 2)), rng.normal(size=(4, 2, 3)), rng.normal(size=3)
    for stride, padding in ((1, 0), (2, 1), (3, 2)):
        net = mn.Network([mn.Conv1d(2, 3, 4, stride, padding, weights=W, bias=b)], input_shape=(9, 2), rng=0)
        (layer,) = net.layers
        y = layer.forward(x[None], INFERENCE)[0]
        assert conv_forward(x, W, b, stride, padding) == pytest.approx(y)
        dy = rng.normal(size=y.shape)
        dx = layer.backward(dy[None])[0]
        layer.gradient()
        for own, minnets in zip(conv_backward(x, W, dy, stride, padding), (dx, layer.dW, layer.db), strict=True):
            assert own == pytest.approx(minnets)
