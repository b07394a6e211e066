"""Samples at random, one sample, one hidden unit, two circles; scores of hundreds; one step, two."""

import numpy as np

from minnet.exercises.case import Case


def forward(x, W1, b1, W2, b2):
    hidden = np.tanh(x @ W1 + b1)
    return hidden, (hidden @ W2 + b2)[:, 0]


def loss_and_gradients(x, labels, W1, b1, W2, b2):
    hidden, scores = forward(x, W1, b1, W2, b2)
    loss = np.mean(np.logaddexp(0, scores) - labels * scores)
    p = np.exp(-np.logaddexp(0, -scores))
    ds = (p - labels)[:, np.newaxis] / len(x)
    da = ds @ W2.T * (1 - hidden**2)
    return loss, x.T @ da, da.sum(axis=0), hidden.T @ ds, ds.sum(axis=0)


def train(x, labels, W1, b1, W2, b2, rate, steps):
    for _ in range(steps):
        _, dW1, db1, dW2, db2 = loss_and_gradients(x, labels, W1, b1, W2, b2)
        W1, b1, W2, b2 = W1 - rate * dW1, b1 - rate * db1, W2 - rate * dW2, b2 - rate * db2
    return W1, b1, W2, b2


def weights(rng, h):
    return {
        "W1": rng.normal(size=(2, h)), "b1": rng.normal(size=h),
        "W2": rng.normal(size=(h, 1)), "b2": rng.normal(size=1),
    }  # fmt: skip


def circles(rng, n):
    """Every other sample on a circle of radius 1, label 0, or of radius 0.3, label 1."""
    labels = np.arange(n) % 2
    radius, angle = np.where(labels, 0.3, 1.0), rng.uniform(0, 2 * np.pi, size=n)
    return {"x": np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), "labels": labels}


def cases(rng):
    sizes = (6, 3, ""), (1, 4, "one sample"), (4, 1, "one hidden unit"), (2, 2, "square shapes")
    for n, h, about in sizes:
        yield Case("forward", {"x": rng.normal(size=(n, 2))} | weights(rng, h), about)
    for n, h, about in sizes:
        yield Case("loss_and_gradients", circles(rng, n) | weights(rng, h), about)
    for rows, labels, about in (
        ([[2.0, 0.0], [-2.0, 0.0], [0.0, 1.0]], [0, 1, 1], "large scores"),
        ([[-3.0, 1.0], [-2.0, 0.5]], [1, 0], "large negative scores"),
    ):
        W2 = rng.uniform([[800], [0.5]], [[900], [1.5]])
        large = {"W1": np.diag([3.0, 1.0]), "b1": np.zeros(2), "W2": W2, "b2": np.zeros(1)}
        yield Case("loss_and_gradients", {"x": np.array(rows), "labels": np.array(labels)} | large, about)
    for steps, n, h, about in (
        (1, 6, 3, "one step"), (1, 5, 2, "one step, as many hidden units as inputs"), (2, 6, 2, "two steps"),
    ):  # fmt: skip
        yield Case("train", circles(rng, n) | weights(rng, h) | {"rate": 0.3, "steps": steps}, about)
