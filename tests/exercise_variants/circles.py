"""Right solutions of `circles` in other styles, the numbers of its text, and what minnet makes of the same."""

import numpy as np
import pytest

import minnet as mn


def forward_by_einsum(x, W1, b1, W2, b2):
    hidden = np.tanh(np.einsum("ni,ih->nh", x, W1) + b1)
    return hidden, np.einsum("nh,ho->n", hidden, W2) + b2[0]


def forward_in_loops(x, W1, b1, W2, b2):
    hidden = [[float(np.tanh(sum(x[n] * W1[:, j]) + b1[j])) for j in range(len(b1))] for n in range(len(x))]
    return hidden, [sum(h * w for h, w in zip(row, W2[:, 0], strict=True)) + b2[0] for row in hidden]


def in_loops(x, labels, W1, b1, W2, b2):
    loss = 0.0
    dW1, db1, dW2, db2 = (np.zeros(w.shape) for w in (W1, b1, W2, b2))
    for sample, label in zip(x, labels, strict=True):
        hidden = np.tanh(sample @ W1 + b1)
        s = float(hidden @ W2[:, 0] + b2[0])
        e = np.exp(-abs(s))
        loss += max(s, 0) + np.log1p(e) - label * s
        ds = (1 / (1 + e) if s >= 0 else e / (1 + e)) - label
        for j in range(len(b1)):
            da = ds * W2[j, 0] * (1 - hidden[j] ** 2)
            dW1[:, j] += sample * da
            db1[j] += da
            dW2[j, 0] += hidden[j] * ds
        db2 += ds
    n = len(x)
    return loss / n, dW1 / n, db1 / n, dW2 / n, db2 / n


def by_rows(x, labels, W1, b1, W2, b2):
    """Samples in columns, as textbooks have it, and signs for labels."""
    A = np.tanh(W1.T @ x.T + b1[:, None])
    sign = 1.0 - 2 * labels
    s = (W2.T @ A + b2)[0]
    losses = np.maximum(sign * s, 0) + np.log1p(np.exp(-np.abs(s)))
    ds = (sign * np.exp(-np.logaddexp(0, -sign * s)) / len(labels)).reshape(1, -1)
    dA = np.outer(W2, ds) * (1 - A) * (1 + A)
    return losses.sum() / len(s), (dA @ x).T, dA.sum(1), (ds @ A.T).T, ds.sum(1)


def train_with_a_list(x, labels, W1, b1, W2, b2, rate, steps):
    weights = [W1.copy(), b1.copy(), W2.copy(), b2.copy()]
    while steps > 0:
        for w, g in zip(weights, by_rows(x, labels, *weights)[1:], strict=True):
            w -= rate * g
        steps -= 1
    return weights


def train_recursively(x, labels, W1, b1, W2, b2, rate, steps):
    if steps == 0:
        return W1, b1, W2, b2
    _, dW1, db1, dW2, db2 = in_loops(x, labels, W1, b1, W2, b2)
    return train_recursively(
        x, labels, W1 - rate * dW1, b1 - rate * db1, W2 - rate * dW2, b2 - rate * db2, rate, steps - 1
    )


VARIANTS = [
    {"forward": forward_by_einsum, "train": train_with_a_list},
    {"forward": forward_in_loops, "loss_and_gradients": in_loops, "train": train_recursively},
    {"loss_and_gradients": by_rows},
]


def worked(forward, loss_and_gradients, train):
    x, labels = np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([1, 0])
    weights = np.array([[np.log(2)], [5.0]]), np.zeros(1), np.array([[2.0]]), np.array([-1.2])
    hidden, scores = forward(x, *weights)
    assert hidden[:, 0] == pytest.approx([0.6, 0])
    assert scores == pytest.approx([0, -1.2], abs=1e-12)
    loss, *gradients = loss_and_gradients(x, labels, *weights)
    assert loss == pytest.approx(0.478215, abs=1e-6)
    assert 1 / (1 + np.exp(1.2)) == pytest.approx(0.231475, abs=1e-6)
    assert in_a_row(gradients) == pytest.approx([-0.32, 0, -0.088525, -0.15, -0.134262], abs=1e-6)
    moved = train(x, labels, *weights, rate=1.0, steps=1)
    assert in_a_row(moved) == pytest.approx([np.log(2) + 0.32, 5, 0.088525, 2.15, -1.065738], abs=1e-6)
    moved = train(x, labels, *weights, rate=1.0, steps=2)
    assert in_a_row(moved) == pytest.approx([1.144661, 5, -0.093576, 2.273806, -1.042002], abs=1e-6)


def in_a_row(arrays):
    return np.concatenate([array.ravel() for array in arrays])


def against_minnet(forward, loss_and_gradients, train):
    rng = np.random.default_rng(0)
    x, labels = rng.normal(size=(7, 2)), rng.integers(0, 2, size=7)
    net = mn.Network([mn.Dense(2, 3), mn.Tanh(), mn.Dense(3, 1)], rng=0)
    net.theta = rng.normal(size=net.theta.size)
    weights = [part.copy() for layer in (net.layers[0], net.layers[2]) for part in (layer.W, layer.b)]
    assert forward(x, *weights)[1] == pytest.approx(net(x)[:, 0])
    loss, *gradients = loss_and_gradients(x, labels, *weights)
    right_loss, dy = mn.BinaryCrossEntropy()(net(x), labels[:, np.newaxis])
    assert loss == pytest.approx(right_loss)
    net.backward(dy)
    assert in_a_row(gradients) == pytest.approx(net.gradient())
    with mn.use_kernels("numpy"):
        mn.fit(net, x, labels, loss=mn.BinaryCrossEntropy(), optimizer=mn.SGD(0.5), epochs=3, batch_size=7, rng=0)
    trained = train(x, labels, *weights, rate=0.5, steps=3)
    assert in_a_row(trained) == pytest.approx(net.theta)
