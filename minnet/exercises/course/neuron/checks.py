"""Several samples, one, as many as inputs; one step of training and several."""

import numpy as np

from minnet.exercises.case import Case


def probabilities(X, w, b):
    return 1 / (1 + np.exp(-(X @ w + b)))


def neuron_step(X, t, w, b, rate):
    error = probabilities(X, w, b) - t
    return w - rate * X.T @ error / len(t), b - rate * np.mean(error)


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
    shapes = (5, 2, ""), (3, 3, "as many samples as inputs"), (1, 4, "one sample"), (6, 1, "one input")

    def neuron(n, i):
        bias = rng.choice([-1, 1]) * rng.uniform(0.5, 1)
        return {"X": rng.normal(size=(n, i)), "w": rng.normal(size=i), "b": float(bias)}

    for n, i, about in shapes:
        yield Case("probabilities", neuron(n, i), about)
    for n, i, about in shapes:
        drawn = neuron(n, i)
        yield Case("neuron_step", {"X": drawn.pop("X"), "t": labels(rng, n)} | drawn | {"rate": 0.3}, about)
    for n, i, steps, rate, about in (
        (6, 2, 1, 0.5, "one step"),
        (6, 2, 4, 0.5, "several steps"),
        (4, 4, 3, 1.5, "another rate, and as many samples as inputs"),
        (1, 3, 3, 0.2, "one sample"),
    ):
        arguments = {"X": rng.normal(size=(n, i)), "t": labels(rng, n), "steps": steps, "rate": rate}
        yield Case("train_neuron", arguments, about)
