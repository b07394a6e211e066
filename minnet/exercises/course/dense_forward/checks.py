"""Shapes of all kinds; one sample, one input, one output, equal lengths that hide a wrong axis."""

import numpy as np

from minnet.exercises.case import Case


def dense_forward(x, W, b):
    return x @ W + b


def two_layers(x, W1, b1, W2, b2):
    return dense_forward(np.tanh(dense_forward(x, W1, b1)), W2, b2)


def cases(rng):
    for n, i, o, about in (
        (4, 3, 2, ""),
        (3, 3, 3, "square shapes"),
        (1, 2, 5, "one sample"),
        (4, 2, 4, "as many samples as outputs"),
        (5, 1, 1, "one input and one output"),
    ):
        arguments = {"x": rng.normal(size=(n, i)), "W": rng.normal(size=(i, o)), "b": rng.normal(size=o)}
        yield Case("dense_forward", arguments, about)
    for n, i, h, o, about in (
        (5, 2, 4, 3, ""),
        (3, 3, 3, 3, "square shapes"),
        (1, 3, 2, 4, "one sample"),
        (6, 1, 4, 1, "one input and one output"),
    ):
        first = {"W1": rng.normal(size=(i, h)), "b1": rng.normal(size=h)}
        second = {"W2": rng.normal(size=(h, o)), "b2": rng.normal(size=o)}
        yield Case("two_layers", {"x": rng.normal(size=(n, i))} | first | second, about)
