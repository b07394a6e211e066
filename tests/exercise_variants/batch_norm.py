"""Right solutions of `batch_norm` in other styles, the numbers of its text, and minnet's own layer."""

import math

import numpy as np

import minnet as mn


def forward_by_var(x, gamma, beta, epsilon=1e-5):
    mu, var = np.mean(x, 0, keepdims=True), np.var(x, 0, keepdims=True)
    y = (x - mu) * (gamma / (var + epsilon) ** 0.5) + beta
    return [y, np.squeeze(mu, 0), np.squeeze(var, 0)]


def forward_in_loops(x, gamma, beta, epsilon=1e-5):
    n, features = x.shape
    y, means, variances = [[0.0] * features for _ in range(n)], [], []
    for i in range(features):
        column = [float(v) for v in x[:, i]]
        mu = sum(column) / n
        var = sum((v - mu) ** 2 for v in column) / n
        for k in range(n):
            y[k][i] = gamma[i] * (column[k] - mu) / math.sqrt(var + epsilon) + beta[i]
        means, variances = [*means, mu], [*variances, var]
    return y, means, variances


def backward_step_by_step(x, gamma, dy, epsilon=1e-5):
    """By the chain rule, through the variance and the mean, as in the paper."""
    n, centred = len(x), x - x.mean(axis=0)
    var = np.einsum("ni,ni->i", centred, centred) / n
    inverse = (var + epsilon) ** -0.5
    dz = dy * gamma
    dvar = -0.5 * np.einsum("ni,ni->i", dz, centred) * inverse**3
    dmu = -dz.sum(axis=0) * inverse - 2 * dvar * centred.mean(axis=0)
    dx = dz * inverse + dvar * 2 * centred / n + dmu / n
    return dx, np.sum(dy * centred * inverse, axis=0), np.sum(dy, axis=0)


def backward_by_jacobian(x, gamma, dy, epsilon=1e-5):
    n, features = x.shape
    dx, dgamma = np.empty((n, features)), np.empty(features)
    for i in range(features):
        centred = x[:, i] - np.mean(x[:, i])
        root = np.sqrt(np.mean(centred**2) + epsilon)
        z = centred / root
        jacobian = (np.eye(n) - 1 / n - np.outer(z, z) / n) / root
        dx[:, i] = gamma[i] * jacobian @ dy[:, i]
        dgamma[i] = z @ dy[:, i]
    return dx, dgamma, np.ones(n) @ dy


def backward_over_n(x, gamma, dy, epsilon=1e-5):
    n = x.shape[0]
    std = np.sqrt(x.var(axis=0) + epsilon)
    z = (x - x.mean(axis=0)) / std
    dgamma, dbeta = (z * dy).sum(0), dy.sum(0)
    return gamma / (n * std) * (n * dy - dbeta - z * dgamma), dgamma, dbeta


VARIANTS = [
    {"batch_norm": forward_by_var, "batch_norm_backward": backward_step_by_step},
    {"batch_norm": forward_in_loops, "batch_norm_backward": backward_by_jacobian},
    {"batch_norm_backward": backward_over_n},
]


def worked(batch_norm, batch_norm_backward):
    x, gamma, beta = np.array([[1.0], [3.0]]), np.array([2.0]), np.array([5.0])
    assert [r.tolist() for r in batch_norm(x, gamma, beta, 0.0)] == [[[3], [7]], [2], [1]]
    assert [r.tolist() for r in batch_norm(x, gamma, beta, 3.0)] == [[[4], [6]], [2], [1]]
    results = batch_norm_backward(x, gamma, np.array([[0.0], [4.0]]), 3.0)
    assert [r.tolist() for r in results] == [[[-1.5], [1.5]], [2], [4]]


def against_minnet(batch_norm, batch_norm_backward):
    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(2, 5, 3))
    layer = mn.BatchNorm(epsilon=0.1)
    mn.Network([mn.Dense(2, 3), layer], rng=0)
    layer.gamma[...], layer.beta[...] = rng.normal(size=(2, 3))
    y, mu, var = batch_norm(x, layer.gamma, layer.beta, 0.1)
    np.testing.assert_allclose(layer.forward(x[None], mn.Pass(training=True))[0], y, rtol=1e-12)
    layer.update_buffers()
    np.testing.assert_allclose((layer.mean, layer.variance), (mu, var * 5 / 4), rtol=1e-12)
    dx = layer.backward(dy[None])[0]
    layer.gradient()
    results = batch_norm_backward(x, layer.gamma, dy, 0.1)
    for own, right in zip((dx, layer.dgamma, layer.dbeta), results, strict=True):
        np.testing.assert_allclose(own, right, rtol=1e-11)
