"""Several samples, one, as many as inputs, scores of a thousand; one step of training and several."""

import numpy as np

from minnet.exercises.case import Case


def neuron_step(X, t, w, b, rate):
    s = X @ w + b
    small = np.exp(-np.abs(s))
    p = np.where(s >= 0, 1, small) / (1 + small)
    return w - rate * X.T @ (p - t) / len(t), b - rate * np.mean(p - t)


def train_neuron(X, t, steps, rate=0.5):
    w, b, losses = np.zeros(X.shape[1]), 0.0, np.empty(steps)
    for k in range(steps):
        s = X @ w + b
        losses[k] = np.mean(np.logaddexp(0, s) - t * s)
        w, b = neuron_step(X, t, w, b, rate)
    return w, b, losses


def labels(rng, n):
    """Both classes, unequally often (else the first db is 0), in any order."""
    return rng.permutation((np.arange(n) % 3 == 0).astype(int))


def cases(rng):
    for n, i, about in (
        (5, 2, ""),
        (3, 3, "as many samples as inputs"),
        (1, 4, "one sample"),
        (6, 1, "one input"),
    ):
        state = {"w": rng.normal(size=i), "b": float(rng.normal()), "rate": 0.3}
        yield Case("neuron_step", {"X": rng.normal(size=(n, i)), "t": labels(rng, n)} | state, about)
    far = rng.uniform(720, 900, size=(4, 2)) * np.array([[1], [-1], [1], [-1]])
    start = {"w": np.array([0.6, 0.5]), "b": float(rng.normal()), "rate": 0.1}
    yield Case("neuron_step", {"X": far, "t": np.array([0, 1, 1, 0])} | start, "large scores")
    for n, i, steps, rate, about in (
        (6, 2, 1, 0.5, "one step"),
        (6, 2, 4, 0.5, "several steps"),
        (4, 4, 3, 1.5, "another rate, and as many samples as inputs"),
        (1, 3, 3, 0.2, "one sample"),
    ):
        arguments = {"X": rng.normal(size=(n, i)), "t": labels(rng, n), "steps": steps, "rate": rate}
        yield Case("train_neuron", arguments, about)
