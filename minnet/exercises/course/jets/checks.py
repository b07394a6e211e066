"""Arrays of several shapes, numbers where exp overflows; one sample, one unit, several outputs."""

import numpy as np

from minnet.exercises.case import Case


def tanh_jet(z, z1, z2):
    y = np.tanh(z)
    f1 = 1 - y**2
    f2 = -2 * y * f1
    return y, f1 * z1, f1 * z2 + f2 * z1**2


def dense_jet(x, x1, x2, W, b):
    return x @ W + b, x1 @ W, x2 @ W


def network_jet(x, W1, b1, W2, b2, W3, b3):
    jet = x, np.ones(x.shape), np.zeros(x.shape)
    jet = tanh_jet(*dense_jet(*jet, W1, b1))
    jet = tanh_jet(*dense_jet(*jet, W2, b2))
    return dense_jet(*jet, W3, b3)


def cases(rng):
    for shape, about in (((4, 3), ""), ((1, 1), "one number"), ((5,), "one axis")):
        z, z1, z2 = rng.normal(size=(3, *shape))
        yield Case("tanh_jet", {"z": z, "z1": z1, "z2": z2}, about)
    z1, z2 = rng.normal(size=(2, 4))
    large = {"z": np.array([0.5, 800.0, -900.0, -1.5]), "z1": z1, "z2": z2}
    yield Case("tanh_jet", large, "large numbers")
    for n, i, o, about in ((4, 3, 2, ""), (1, 2, 3, "one sample"), (3, 3, 3, "square shapes")):
        x, x1, x2 = rng.normal(size=(3, n, i))
        layer = {"W": rng.normal(size=(i, o)), "b": rng.normal(size=o)}
        yield Case("dense_jet", {"x": x, "x1": x1, "x2": x2} | layer, about)
    for n, h, k, o, about in (
        (5, 4, 3, 2, ""), (1, 3, 2, 1, "one sample and one output"), (4, 1, 1, 1, "one unit in each layer"),
    ):  # fmt: skip
        sizes = {"W1": (1, h), "b1": h, "W2": (h, k), "b2": k, "W3": (k, o), "b3": o}
        weights = {name: rng.normal(size=size) for name, size in sizes.items()}
        yield Case("network_jet", {"x": rng.normal(size=(n, 1))} | weights, about)
