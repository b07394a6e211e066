"""The first step and later ones, other settings, gradients of 0 and of many sizes; descents of a few steps."""

import numpy as np

from minnet.exercises.case import Case


def rmsprop_step(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    s = rho * s + (1 - rho) * g**2
    return theta - rate * g / (np.sqrt(s) + epsilon), s


def rmsprop_descent(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    s = np.zeros(theta.shape)
    for _ in range(steps):
        theta, s = rmsprop_step(theta, gradient(theta), s, rate, rho, epsilon)
    return theta


def bowl(theta):
    """Gradient of a quadratic that is steeper from entry to entry."""
    return np.arange(1, theta.size + 1).reshape(theta.shape) ** 2 * theta


def valley(theta):
    """Gradient of ``sum(log cosh theta) + sum(theta)^2 / 4``, whose entries depend on each other."""
    return np.tanh(theta) + theta.sum() / 2


def cases(rng):
    def step(shape=(4,), **other):
        drawn = {"theta": rng.normal(size=shape), "g": rng.normal(size=shape), "s": rng.uniform(0.5, 2, size=shape)}
        return "rmsprop_step", drawn | other

    yield Case(*step(shape=(2, 3), s=np.zeros((2, 3))), "the first step")
    yield Case(*step(), "a later step")
    yield Case(*step(rate=0.1, rho=0.6, epsilon=0.3), "other settings than the usual ones, a large epsilon among them")
    yield Case(*step(g=np.array([0.0, rng.uniform(1, 2), 0.0, -1.0]), s=np.zeros(4)), "gradients of 0")
    yield Case(*step(g=np.array([1e6, -1e-4, 1.0, -1e3]), s=np.zeros(4), rate=0.5), "gradients of many sizes")
    settings = {"rate": 0.1, "rho": 0.8, "epsilon": 0.01}
    for gradient, shape, steps, other, about in (
        (bowl, (3,), 1, {}, "one step"),
        (bowl, (3,), 4, settings, "a few steps"),
        (valley, (2, 2), 5, settings, "a matrix"),
        (valley, (4,), 3, {"rate": 0.2}, "another rate"),
    ):
        start = {"gradient": gradient, "theta": rng.choice([-1, 1], shape) * rng.uniform(0.5, 2, shape), "steps": steps}
        yield Case("rmsprop_descent", start | other, about)
