"""One sample and several, one unit, as many inputs as units, large numbers; series of one time and of more."""

import numpy as np

from minnet.exercises.case import Case


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


def lstm_step(x, h, c, W, U, b):
    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def lstm_states(x, W, U, b):
    h = c = np.zeros((len(x), len(U)))
    states = []
    for t in range(x.shape[1]):
        h, c = lstm_step(x[:, t], h, c, W, U, b)
        states.append(h)
    return np.stack(states, axis=1)


def parameters(rng, i, u):
    return {"W": rng.normal(size=(i, 4 * u)), "U": rng.normal(size=(u, 4 * u)), "b": rng.normal(size=4 * u)}


def cases(rng):
    for n, i, u, about in (
        (3, 2, 4, ""), (1, 3, 2, "one sample"), (2, 2, 2, "as many samples, inputs and units"),
        (4, 3, 1, "one unit"), (5, 1, 3, "one input"),
    ):  # fmt: skip
        arguments = {"x": rng.normal(size=(n, i)), "h": rng.normal(size=(n, u)), "c": rng.normal(size=(n, u))}
        yield Case("lstm_step", arguments | parameters(rng, i, u), about)
    for n, time, i, u, about in (
        (2, 3, 2, 3, ""), (1, 4, 3, 1, "one sample, one unit"), (3, 3, 2, 2, "as many samples as times"),
        (2, 1, 1, 2, "one time"),
    ):  # fmt: skip
        yield Case("lstm_states", {"x": rng.normal(size=(n, time, i))} | parameters(rng, i, u), about)
    large = parameters(rng, 1, 2) | {"W": rng.choice([-1.0, 1.0], size=(1, 8)) * rng.uniform(1, 2, size=(1, 8))}
    yield Case("lstm_states", {"x": np.array([[[1000.0], [1.0]], [[-1000.0], [-2.0]]])} | large, "large inputs")
