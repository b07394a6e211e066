"""Right solutions of `dense_forward` in other styles, the numbers of its text, and minnet's own layers."""

import math

import numpy as np
import pytest

import minnet as mn


def dense_in_loops(x, W, b):
    n, o = len(x), W.shape[1]
    y = np.empty((n, o))
    for k in range(n):
        for j in range(o):
            y[k, j] = b[j]
            for i in range(len(W)):
                y[k, j] += x[k, i] * W[i, j]
    return y


def dense_by_einsum(x, W, b):
    return np.einsum("ni,io->no", x, W) + b[None, :]


def dense_by_columns(x, W, b):
    """As in books whose samples are columns."""
    return (W.T @ x.T + b.reshape(-1, 1)).T


def dense_by_a_column_of_ones(x, W, b):
    return np.column_stack([x, np.ones(len(x))]) @ np.vstack([W, b])


def dense_of_lists(x, W, b):
    columns = list(zip(*W.tolist(), strict=True))
    return [
        [
            sum(a * w for a, w in zip(row, column, strict=True)) + c
            for column, c in zip(columns, b.tolist(), strict=True)
        ]
        for row in x.tolist()
    ]


def layers_sample_by_sample(x, W1, b1, W2, b2):
    return np.array([np.tanh(row @ W1 + b1) @ W2 + b2 for row in x])


def layers_by_einsum(x, W1, b1, W2, b2):
    hidden = np.tanh(np.einsum("ni,ih->nh", x, W1) + b1)
    return np.einsum("nh,ho->no", hidden, W2) + b2


def layers_of_lists(x, W1, b1, W2, b2):
    hidden = [[math.tanh(s) for s in row] for row in dense_of_lists(x, W1, b1)]
    return dense_of_lists(np.array(hidden), W2, b2)


VARIANTS = [
    {"dense_forward": dense_in_loops, "two_layers": layers_sample_by_sample},
    {"dense_forward": dense_by_einsum, "two_layers": layers_by_einsum},
    {"dense_forward": dense_of_lists, "two_layers": layers_of_lists},
    {"dense_forward": dense_by_columns},
    {"dense_forward": dense_by_a_column_of_ones},
]


def worked(dense_forward, two_layers):
    x = np.array([[1.0, 2]])
    y = dense_forward(x, np.array([[3.0, 0], [4, 1]]), np.array([10.0, 20]))
    assert y.tolist() == [[21, 22]]
    weights = {"W1": np.array([[1.0], [-1]]), "W2": np.array([[5.0, 7]]), "b2": np.array([1.0, 2])}
    assert two_layers(x, b1=np.array([1.0]), **weights).tolist() == [[1, 2]]
    assert two_layers(x, b1=np.array([2.0]), **weights)[0] == pytest.approx([4.807971, 7.331159], abs=1e-6)


def against_minnet(dense_forward, two_layers):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(6, 3))
    with mn.use_kernels("numpy"):
        net = mn.Network([mn.Dense(3, 4, bias=rng.normal(size=4)), mn.Tanh(), mn.Dense(4, 2, bias=0.3)], rng=0)
        y, first = net(x), mn.Network([mn.Dense(3, 4, weights=net.layers[0].W, bias=net.layers[0].b)])(x)
    one, _, two = net.layers
    np.testing.assert_allclose(dense_forward(x, one.W, one.b), first, rtol=0, atol=1e-12)
    np.testing.assert_allclose(two_layers(x, one.W, one.b, two.W, two.b), y, rtol=0, atol=1e-12)
