"""Right solutions of `rmsprop` in other styles, the numbers of its text, and minnet's own optimizer."""

import numpy as np
import pytest

import minnet as mn


def step_towards_the_square(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    s = s + (1 - rho) * (g * g - s)
    return [theta - rate / (s**0.5 + epsilon) * g, s]


def step_in_a_loop(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    theta, s = theta.copy(), s.copy()
    for k in np.ndindex(g.shape):
        s[k] = rho * s[k] + (1 - rho) * g[k] ** 2
        theta[k] -= rate * g[k] / (np.sqrt(s[k]) + epsilon)
    return theta, s


def step_of_changes(theta, g, s, **settings):
    rate, rho, epsilon = (settings.get(k, d) for k, d in (("rate", 0.001), ("rho", 0.9), ("epsilon", 1e-8)))
    new = np.add(rho * s, (1 - rho) * np.square(g))
    return np.subtract(theta, np.divide(rate * g, np.sqrt(new) + epsilon)), new


def descent_in_place_of_a_copy(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    theta, s = np.array(theta, dtype=float), np.zeros_like(theta)
    while steps:
        g = gradient(theta)
        s *= rho
        s += (1 - rho) * g**2
        theta -= rate * g / (np.sqrt(s) + epsilon)
        steps -= 1
    return theta


def descent_with_a_number(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    s = 0
    for _ in range(steps):
        theta, s = step_towards_the_square(theta, gradient(theta), s, rate, rho, epsilon)
    return theta


def descent_recursively(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8, s=0.0):
    if not steps:
        return theta
    theta, s = step_of_changes(theta, gradient(theta), s, rate=rate, rho=rho, epsilon=epsilon)
    return descent_recursively(gradient, theta, steps - 1, rate, rho, epsilon, s)


VARIANTS = [
    {"rmsprop_step": step_towards_the_square, "rmsprop_descent": descent_in_place_of_a_copy},
    {"rmsprop_step": step_in_a_loop, "rmsprop_descent": descent_with_a_number},
    {"rmsprop_step": step_of_changes, "rmsprop_descent": descent_recursively},
]


def worked(rmsprop_step, rmsprop_descent):
    one, none = np.ones(1), np.zeros(1)
    assert np.hstack(rmsprop_step(one, 2 * one, 4 * one, rate=0.1)) == pytest.approx([0.9, 4])
    assert np.hstack(rmsprop_step(one, none, none)).tolist() == [1, 0]
    for steps, theta in ((1, 0.8), (2, 0.664290)):
        moved = rmsprop_descent(lambda theta: theta, np.array([1.0]), steps, rate=0.1, rho=0.75)
        assert moved == pytest.approx([theta], abs=1e-6)


def against_minnet(rmsprop_step, rmsprop_descent):
    rng = np.random.default_rng(0)
    start, optimizer = rng.normal(size=5), mn.RMSProp(0.1, rho=0.8, epsilon=0.01)
    theta, slots, s = start.copy(), optimizer.start(start), np.zeros(5)
    with mn.use_kernels("numpy"):
        for t in range(1, 4):
            moved, s = rmsprop_step(theta, np.tanh(theta), s, 0.1, 0.8, 0.01)
            optimizer.step(theta, np.tanh(theta), slots, t, 0.1)
            np.testing.assert_allclose(moved, theta, rtol=0, atol=1e-12)
            np.testing.assert_allclose(s, slots[0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(rmsprop_descent(np.tanh, start, 3, 0.1, 0.8, 0.01), theta, rtol=0, atol=1e-12)
