"""Ordinary numbers, 0, large ones of both signs, and results that are small."""

import numpy as np

from minnet.exercises.case import Case


def sigmoid(x):
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def cases(rng):
    for name in ("sigmoid", "softplus"):
        yield Case(name, {"x": rng.normal(size=(3, 2))})
        yield Case(name, {"x": rng.permutation([*rng.uniform(1, 4, size=2), *rng.uniform(-4, -1, size=3)])})
        yield Case(name, {"x": np.append(rng.uniform(-2, 2, size=2), 0.0)}, "0 among the numbers")
        yield Case(name, {"x": rng.uniform(750, 900, size=4)}, "large numbers")
        yield Case(name, {"x": rng.uniform(-900, -750, size=4)}, "large negative numbers")
        yield Case(name, {"x": rng.uniform(-60, -40, size=4)}, "small results")
        far = rng.permutation([rng.uniform(750, 900), rng.uniform(-900, -750), *rng.uniform(-60, 60, size=2)])
        yield Case(name, {"x": far}, "numbers far apart")
