"""Vectors, matrices, a number; a step that is large enough to tell one difference from the other."""

import numpy as np

from minnet.exercises.case import Case


def numerical_gradient(f, theta, h=1e-5):
    gradient = np.empty(theta.shape)
    for index in np.ndindex(theta.shape):
        up, down = theta.copy(), theta.copy()
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient


def cubic(theta):
    """``theta_0^3 - 2 theta_1^3 + 3 theta_2^3 - ...``, whose central differences are off by h^2 and more."""
    k = np.arange(theta.size)
    return float(np.sum((-1.0) ** k * (k + 1) * theta.ravel() ** 3))


def coupled(theta):
    return float(np.prod(theta) + np.sin(theta.sum()))


def cases(rng):
    yield Case("numerical_gradient", {"f": cubic, "theta": rng.normal(size=3), "h": 0.1}, "a step of 0.1", 1e-8)
    yield Case("numerical_gradient", {"f": coupled, "theta": rng.normal(size=(2, 3)), "h": 0.01}, "a matrix", 1e-8)
    yield Case("numerical_gradient", {"f": cubic, "theta": rng.normal(size=(2, 2, 2)), "h": 0.05}, "three axes", 1e-8)
    yield Case("numerical_gradient", {"f": coupled, "theta": rng.normal(size=4)}, "the usual step", 1e-6)
