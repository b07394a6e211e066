"""Right solutions of `jets` in other styles, the numbers of its text, and what minnet makes of the same."""

import numpy as np
import pytest

import minnet as mn


def tanh_in_a_loop(z, z1, z2):
    y, y1, y2 = (np.empty(z.shape) for _ in range(3))
    for k in np.ndindex(z.shape):
        t = np.tanh(z[k])
        slope = (1 - t) * (1 + t)
        y[k], y1[k], y2[k] = t, slope * z1[k], slope * (z2[k] - 2 * t * z1[k] * z1[k])
    return y, y1, y2


def tanh_by_its_equation(z, z1, z2):
    """y' = (1 - y^2) z' and, differentiated once more, y'' = (1 - y^2) z'' - 2 y y' z'."""
    y = np.tanh(z)
    y1 = z1 - y**2 * z1
    return [y, y1, z2 - y**2 * z2 - 2 * y * y1 * z1]


def dense_stacked(x, x1, x2, W, b):
    y, y1, y2 = np.stack([x, x1, x2]) @ W
    return y + b, y1, y2


def dense_in_loops(x, x1, x2, W, b):
    def product(a):
        return [[sum(a[n, i] * W[i, o] for i in range(len(W))) for o in range(len(b))] for n in range(len(a))]

    return [[v + c for v, c in zip(row, b, strict=True)] for row in product(x)], product(x1), product(x2)


def network_by_hand(x, W1, b1, W2, b2, W3, b3):
    h = np.tanh(x * W1 + b1)
    h1 = (1 - h**2) * W1
    h2 = -2 * h * (1 - h**2) * W1**2
    g = np.tanh(h @ W2 + b2)
    d = 1 - g * g
    g1 = d * (h1 @ W2)
    g2 = d * (h2 @ W2) - 2 * g * d * np.square(h1 @ W2)
    return g @ W3 + b3, g1 @ W3, g2 @ W3


def network_stacked(x, W1, b1, W2, b2, W3, b3):
    jet = np.zeros((3, *x.shape))
    jet[0], jet[1] = x, 1
    for W, b, last in ((W1, b1, False), (W2, b2, False), (W3, b3, True)):
        jet = np.einsum("kni,io->kno", jet, W)
        jet[0] += b
        jet = jet if last else np.array(tanh_by_its_equation(*jet))
    return tuple(jet)


VARIANTS = [
    {"tanh_jet": tanh_in_a_loop, "dense_jet": dense_stacked},
    {"tanh_jet": tanh_by_its_equation, "dense_jet": dense_in_loops, "network_jet": network_by_hand},
    {"network_jet": network_stacked},
]


def worked(tanh_jet, dense_jet, network_jet):
    jet = tanh_jet(np.log([2.0]), np.array([2.0]), np.array([3.0]))
    assert np.ravel(jet) == pytest.approx([0.6, 1.28, -1.152])
    parts = [np.array([part], float) for part in ([1, 2], [1, 0], [0, 5])]
    jet = dense_jet(*parts, np.array([[3.0], [4.0]]), np.array([10.0]))
    assert np.ravel(jet) == pytest.approx([21, 3, 20])
    one = np.ones((1, 1))
    jet = network_jet(0 * one, one, np.log([2.0]), one, np.log([2.0]) - 0.6, 10 * one, np.ones(1))
    assert np.ravel(jet) == pytest.approx([7, 4.096, -8.06093], abs=1e-5)
    first = np.array([[1.0, 2.0]]), np.array([np.log(2), 0]), np.array([[1.0], [3.0]])
    jet = network_jet(0 * one, *first, np.log([2.0]) - 0.6, 10 * one, np.ones(1))
    assert np.ravel(jet) == pytest.approx([7, 42.496, -343.523], abs=1e-3)


def against_minnet(tanh_jet, dense_jet, network_jet):
    rng = np.random.default_rng(0)
    net = mn.Network([mn.Dense(1, 4), mn.Tanh(), mn.Dense(4, 3), mn.Tanh(), mn.Dense(3, 2)], rng=0)
    net.theta = rng.normal(size=net.theta.size)
    x = rng.normal(size=(5, 1))
    weights = [part for layer in net.layers[::2] for part in (layer.W, layer.b)]
    with mn.use_kernels("numpy"):
        right = net.jet(x, order=2)
    for yours, part in zip(network_jet(x, *weights), (right.value, right.first[0], right.second[0]), strict=True):
        assert yours == pytest.approx(part)
