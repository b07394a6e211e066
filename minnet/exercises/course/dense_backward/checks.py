"""Shapes of all kinds; one sample, one input, one output."""

from minnet.exercises.case import Case


def dense_backward(x, W, dy):
    return dy @ W.T, x.T @ dy, dy.sum(axis=0)


def cases(rng):
    for n, i, o, about in (
        (4, 3, 2, ""),
        (3, 3, 3, "square shapes"),
        (1, 2, 5, "one sample"),
        (6, 1, 1, "one input and one output"),
        (5, 4, 1, "one output"),
    ):
        arguments = {"x": rng.normal(size=(n, i)), "W": rng.normal(size=(i, o)), "dy": rng.normal(size=(n, o))}
        yield Case("dense_backward", arguments, about)
