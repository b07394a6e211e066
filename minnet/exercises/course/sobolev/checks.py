"""Several samples, one, one unit, as many units as samples; slopes that do not count, and slopes alone."""

import numpy as np

from minnet.exercises.case import Case


def values_and_slopes(x, w, b, v, c):
    h = np.tanh(np.outer(x, w) + b)
    return h @ v + c, (1 - h**2) @ (v * w)


def sobolev_loss(y, y1, t, t1, weight=1.0):
    e, e1 = y - t, y1 - t1
    return np.mean(e**2) + weight * np.mean(e1**2), 2 * e / len(e), 2 * weight * e1 / len(e)


def gradients(x, dy, dy1, w, b, v):
    h = np.tanh(np.outer(x, w) + b)
    d = 1 - h**2
    dz = v * (d * dy[:, np.newaxis] - 2 * h * d * w * dy1[:, np.newaxis])
    return x @ dz + v * (dy1 @ d), dz.sum(axis=0), dy @ h + w * (dy1 @ d), dy.sum()


def cases(rng):
    def normal(*names, size):
        return dict(zip(names, rng.normal(size=(len(names), size)), strict=True))

    sizes = (5, 3, ""), (1, 4, "one sample"), (4, 1, "one unit"), (3, 3, "as many units as samples")
    for n, h, about in sizes:
        arguments = normal("x", size=n) | normal("w", "b", "v", size=h) | {"c": float(rng.normal())}
        yield Case("values_and_slopes", arguments, about)
    for n, weight, about in ((6, 2.5, ""), (1, 0.3, "one sample"), (4, 0.0, "slopes that do not count")):
        yield Case("sobolev_loss", normal("y", "y1", "t", "t1", size=n) | {"weight": weight}, about)
    yield Case("sobolev_loss", normal("y", "y1", "t", "t1", size=3), "the usual weight")
    for n, h, about in sizes:
        yield Case("gradients", normal("x", "dy", "dy1", size=n) | normal("w", "b", "v", size=h), about)
