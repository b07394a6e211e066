"""Wide and narrow layers, one input, one output; one layer and ten."""

import numpy as np

from minnet.exercises.case import Case


def he_normal(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out))


def glorot_uniform(fan_in, fan_out, rng):
    limit = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, (fan_in, fan_out))


def mean_squares(x, widths, rng):
    result = []
    for width in widths:
        x = np.maximum(x @ he_normal(x.shape[1], width, rng), 0)
        result.append(np.mean(x**2))
    return np.array(result)


def cases(rng):
    def generator():
        return np.random.default_rng(rng.integers(1000, 2000))

    for name in ("he_normal", "glorot_uniform"):
        for fan_in, fan_out, about in (
            (3, 5, ""),
            (8, 4, "fewer outputs than inputs"),
            (1, 3, "one input"),
            (5, 1, "one output"),
            (4, 4, "a square"),
        ):
            yield Case(name, {"fan_in": fan_in, "fan_out": fan_out, "rng": generator()}, about)
    for n, i, widths, about in (
        (1, 3, [6], "one layer"),
        (6, 4, [5, 8, 7], ""),
        (5, 12, 10 * [12], "ten layers"),
    ):
        yield Case("mean_squares", {"x": 2 + rng.normal(size=(n, i)), "widths": widths, "rng": generator()}, about)
