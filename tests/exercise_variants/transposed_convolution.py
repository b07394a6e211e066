"""Right solutions of `transposed_convolution` in other styles, and the numbers of its text."""

import numpy as np
import pytest

import minnet as mn
from minnet.layers import INFERENCE


def forward_in_loops(x, W, b, stride=1, padding=0):
    (n, length, channels), (k, _, o) = x.shape, W.shape
    y = np.zeros((n, (length - 1) * stride + k - 2 * padding, o))
    for m, q, out in np.ndindex(y.shape):
        y[m, q, out] = b[out]
        for p in range(length):
            t = q + padding - p * stride
            if 0 <= t < k:
                y[m, q, out] += sum(x[m, p, i] * W[t, i, out] for i in range(channels))
    return y


def backward_in_loops(x, W, dy, stride=1, padding=0):
    dx, dW, db = np.zeros_like(x), np.zeros_like(W), np.zeros(W.shape[2])
    for m, q, out in np.ndindex(dy.shape):
        db[out] += dy[m, q, out]
        for p in range(x.shape[1]):
            t = q + padding - p * stride
            if 0 <= t < len(W):
                dx[m, p] += dy[m, q, out] * W[t, :, out]
                dW[t, :, out] += dy[m, q, out] * x[m, p]
    return dx, dW, db


def matrix(W, length, stride, padding):
    """The map as a matrix (time, in, place, out)."""
    k, i, o = W.shape
    M = np.zeros((length, i, (length - 1) * stride + k, o))
    for p in range(length):
        M[p, :, p * stride : p * stride + k] = W.transpose(1, 0, 2)
    return M[:, :, padding : M.shape[2] - padding]


def forward_by_matrix(x, W, b, stride=1, padding=0):
    return np.tensordot(x, matrix(W, x.shape[1], stride, padding), axes=2) + b


def backward_by_matrix(x, W, dy, stride=1, padding=0):
    k, length = len(W), x.shape[1]
    dx = np.einsum("nqo,piqo->npi", dy, matrix(W, length, stride, padding))
    dM = np.einsum("npi,nqo->piqo", x, dy)
    dW = np.zeros(W.shape)
    for p, q in np.ndindex(length, dy.shape[1]):
        if 0 <= q + padding - p * stride < k:
            dW[q + padding - p * stride] += dM[p, :, q]
    return [dx, dW, np.einsum("nqo->o", dy)]


def forward_by_zeros_between(x, W, b, stride=1, padding=0):
    """A convolution of the inputs with zeros between them, by the window turned round."""
    (n, length, i), k = x.shape, len(W)
    stretched = np.zeros((n, (length - 1) * stride + 1 + 2 * (k - 1), i))
    stretched[:, k - 1 : stretched.shape[1] - k + 1 : stride] = x
    places = stretched.shape[1] - k + 1
    y = [np.tensordot(stretched[:, q : q + k], W[::-1], 2) for q in range(padding, places - padding)]
    return b + np.array(y).swapaxes(0, 1)


def backward_by_strides(x, W, dy, stride=1, padding=0):
    length = x.shape[1]
    dz = np.zeros((len(x), (length - 1) * stride + len(W), W.shape[2]))
    dz[:, padding : padding + dy.shape[1]] = dy
    at = [dz[:, t : t + (length - 1) * stride + 1 : stride] for t in range(len(W))]
    dx = sum(part @ w.T for part, w in zip(at, W, strict=True))
    return dx, np.array([np.einsum("npi,npo->io", x, part) for part in at]), dy.reshape(-1, dy.shape[2]).sum(0)


VARIANTS = [
    {"transposed_forward": forward_in_loops, "transposed_backward": backward_in_loops},
    {"transposed_forward": forward_by_matrix, "transposed_backward": backward_by_matrix},
    {"transposed_forward": forward_by_zeros_between, "transposed_backward": backward_by_strides},
]


def worked(transposed_forward, transposed_backward):
    x, W, b = np.array([[[1.0], [2], [3]]]), np.array([[[1.0]], [[10]]]), np.zeros(1)
    assert transposed_forward(x, W, b).ravel().tolist() == [1, 12, 23, 30]
    assert transposed_forward(x, W, b, stride=2).ravel().tolist() == [1, 10, 2, 20, 3, 30]
    assert transposed_forward(x, W, b, padding=1).ravel().tolist() == [12, 23]
    channels = np.array([[[1.0, 2], [3, 4]]]), np.array([[[1.0, 0], [0, 10]]]), np.array([0.0, 5])
    assert np.asarray(transposed_forward(*channels)).tolist() == [[[1, 25], [3, 45]]]
    dx, dW, db = transposed_backward(x, W, np.array([[[1.0], [2], [3], [4]]]))
    assert (dx.ravel().tolist(), dW.ravel().tolist(), db.tolist()) == ([21, 32, 43], [14, 20], [10])
    dx, dW, db = transposed_backward(x, W, np.array([[[1.0], [2], [3], [4]]]), stride=2, padding=1)
    assert (dx.ravel().tolist(), dW.ravel().tolist(), db.tolist()) == ([10, 32, 4], [16, 7], [10])


def against_minnet(transposed_forward, transposed_backward):
    rng = np.random.default_rng(0)
    x, W, b = rng.normal(size=(3, 5, 2)), rng.normal(size=(4, 2, 3)), rng.normal(size=3)
    for stride, padding in ((1, 0), (2, 1), (5, 2)):
        net = mn.Network([mn.ConvTranspose1d(2, 3, 4, stride, padding, weights=W, bias=b)], input_shape=(5, 2), rng=0)
        (layer,) = net.layers
        y = layer.forward(x[None], INFERENCE)[0]
        assert transposed_forward(x, W, b, stride, padding) == pytest.approx(y)
        dy = rng.normal(size=y.shape)
        dx = layer.backward(dy[None])[0]
        layer.gradient()
        for own, minnets in zip(transposed_backward(x, W, dy, stride, padding), (dx, layer.dW, layer.db), strict=True):
            assert own == pytest.approx(minnets)
