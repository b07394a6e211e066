"""Arrays of one, two and three axes, numbers at the kink, large numbers, outputs that are 1 exactly."""

import numpy as np

from minnet.exercises.case import Case


def relu(x):
    return np.maximum(x, 0)


def relu_backward(x, dy):
    return np.where(x > 0, dy, 0)


def tanh(x):
    return np.tanh(x)


def tanh_backward(y, dy):
    return (1 - y**2) * dy


def cases(rng):
    shapes = ((2, 3), ""), ((5,), "one axis"), ((2, 3, 2), "three axes")
    kinks = rng.permutation([0.0, 0.0, -0.5, 2.0, 1.5, -3.0])
    for shape, about in shapes:
        yield Case("relu", {"x": centred(rng, shape)}, about)
    yield Case("relu", {"x": kinks}, "numbers that are 0")
    for shape, about in shapes:
        yield Case("relu_backward", {"x": centred(rng, shape), "dy": centred(rng, shape)}, about)
    yield Case("relu_backward", {"x": kinks, "dy": rng.uniform(1, 2, size=6)}, "numbers that are 0")
    for shape, about in shapes:
        yield Case("tanh", {"x": rng.normal(size=shape)}, about)
    yield Case("tanh", {"x": rng.uniform(720, 900, size=4)}, "large numbers")
    yield Case("tanh", {"x": rng.uniform(-900, -720, size=4)}, "large negative numbers")
    for shape, about in shapes:
        yield Case("tanh_backward", {"y": np.tanh(rng.normal(size=shape)), "dy": rng.normal(size=shape)}, about)
    far = np.array([1.0, -1.0, 0.3, 1.0])
    yield Case("tanh_backward", {"y": far, "dy": rng.normal(size=4)}, "outputs that are 1 or -1")


def centred(rng, shape):
    """As many positive numbers as negative ones, or one more: both sides of a kink, whatever is drawn."""
    size = np.prod(shape)
    return rng.permutation((-1.0) ** np.arange(size) * rng.uniform(0.2, 2, size)).reshape(shape)
