"""Right solutions of `neuron` in other styles, the numbers of its text, and minnet's own neuron."""

import math

import numpy as np
import pytest
from scipy.special import expit

import minnet as mn


def probabilities_in_loops(X, w, b):
    result = []
    for x in X.tolist():
        s = sum(a * c for a, c in zip(x, w, strict=True)) + b
        result.append(math.exp(s) / (1 + math.exp(s)))
    return result


def probabilities_without_overflow(X, w, b):
    small = np.exp(-np.abs(s := X.dot(w) + b))
    return np.where(s >= 0, 1, small) / (1 + small)


def step_in_loops(X, t, w, b, rate):
    n, new, bias = len(t), [float(x) for x in w], b
    for x, label in zip(X, t, strict=True):
        s = sum(x[i] * w[i] for i in range(len(w))) + b
        error = float(np.exp(-np.logaddexp(0, -s))) - label
        for i in range(len(w)):
            new[i] -= rate * error * x[i] / n
        bias -= rate * error / n
    return new, bias


def step_by_einsum(X, t, w, b, rate):
    error = expit(np.einsum("ni,i->n", X, w) + b) - t
    return w - rate / t.size * np.einsum("n,ni->i", error, X), b - rate / t.size * error.sum()


def step_with_a_column_of_ones(X, t, w, b, rate):
    A = np.hstack([X, np.ones((len(X), 1))])
    theta = np.append(w, b)
    theta = theta - rate * np.mean((expit(A @ theta) - t)[:, None] * A, axis=0)
    return theta[:-1], theta[-1]


def step_with_the_other_sign(X, t, w, b, rate):
    missing = t - 1 / (1 + np.exp(-X @ w - b))
    return w + rate * (missing @ X) / X.shape[0], b + rate * missing.mean()


def train_with_chosen_class(X, t, steps, rate=0.5):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    while len(losses) < steps:
        p = expit(X @ w + b)
        losses.append(-np.log(np.where(t == 1, p, 1 - p)).mean())
        w, b = step_by_einsum(X, t, w, b, rate)
    return w, b, losses


def train_with_columns(X, t, steps, rate=0.5):
    n, i = X.shape
    w, b, labels, losses = np.zeros((i, 1)), np.zeros((1, 1)), t.reshape(n, 1), np.zeros(steps)
    for k in range(steps):
        s = X @ w + b
        losses[k] = (np.logaddexp(0, s) - labels * s).sum() / n
        error = expit(s) - labels
        w, b = w - rate * X.T @ error / n, b - rate * error.mean()
    return w[:, 0], b.item(), losses


def train_in_loops(X, t, steps, rate=0.5):
    w, b, losses = [0.0] * X.shape[1], 0.0, []
    for _ in range(steps):
        loss = 0.0
        for x, label in zip(X.tolist(), t.tolist(), strict=True):
            s = sum(a * c for a, c in zip(x, w, strict=True)) + b
            loss += float(np.log1p(np.exp(-s if label else s))) / len(t)
        losses.append(loss)
        w, b = step_in_loops(X, t, w, b, rate)
    return w, b, losses


VARIANTS = [
    {"probabilities": probabilities_in_loops, "neuron_step": step_in_loops, "train_neuron": train_in_loops},
    {
        "probabilities": probabilities_without_overflow,
        "neuron_step": step_by_einsum,
        "train_neuron": train_with_chosen_class,
    },
    {"neuron_step": step_with_a_column_of_ones, "train_neuron": train_with_columns},
    {"probabilities": lambda X, w, b: expit(np.dot(X, w) + b), "neuron_step": step_with_the_other_sign},
]


def worked(probabilities, neuron_step, train_neuron):
    assert probabilities(np.array([[1.0, 2]]), np.array([3.0, -2]), 1 + np.log(3)) == pytest.approx([0.75])
    w, b = neuron_step(np.array([[1.0, 2]]), np.array([1]), np.zeros(2), 0.0, 0.1)
    assert (w, b) == (pytest.approx([0.05, 0.1]), pytest.approx(0.05))
    w, b, losses = train_neuron(np.array([[2.0]]), np.array([1]), 2, 1.0)
    assert (w, b) == (pytest.approx([1.151717], abs=1e-6), pytest.approx(0.575858, abs=1e-6))
    assert losses == pytest.approx([0.693147, 0.078889], abs=1e-6)


def against_minnet(probabilities, neuron_step, train_neuron):
    rng = np.random.default_rng(0)
    X, t = rng.normal(size=(7, 3)), rng.integers(0, 2, 7)
    net = mn.Network([mn.Dense(3, 1, weights="zeros")])
    settings = {"loss": mn.BinaryCrossEntropy(), "optimizer": mn.SGD(0.5), "epochs": 4, "batch_size": 7}
    with mn.use_kernels("numpy"):
        history = mn.fit(net, X, t[:, None], shuffle=False, **settings)
    w, b, losses = train_neuron(X, t, 4)
    (layer,) = net.layers
    assert w == pytest.approx(layer.W[:, 0], rel=1e-12)
    assert b == pytest.approx(layer.b[0], rel=1e-12)
    assert losses == pytest.approx(history.history["loss"], rel=1e-12)
    w, b = rng.normal(size=3), 0.4
    net = mn.Network([mn.Dense(3, 1, weights=w[:, None], bias=b)])
    with mn.use_kernels("numpy"):
        p = mn.Sigmoid().forward(net(X)[None], mn.Pass())[0, :, 0]
        mn.fit(net, X, t[:, None], **settings | {"epochs": 1})
    assert probabilities(X, w, b) == pytest.approx(p, rel=1e-12)
    w, b = neuron_step(X, t, w, b, 0.5)
    assert w == pytest.approx(net.layers[0].W[:, 0], rel=1e-12)
    assert b == pytest.approx(net.layers[0].b[0], rel=1e-12)
