"""Right solutions of `lyapunov_lorenz` in other styles, and the numbers of its text."""

import math
from dataclasses import replace

import numpy as np
import pytest

from minnet import dynamics


def lorenz_as_a_list(state):
    return [10 * state[1] - 10 * state[0], 28 * state[0] - state[0] * state[2] - state[1], math.prod(state[:2])
            - 8 * state[2] / 3]  # fmt: skip


def lorenz_by_products(state):
    linear = np.array([[-10, 10, 0], [28, -1, 0], [0, 0, -8 / 3]]) @ state
    return linear + state[0] * np.array([0, -state[2], state[1]])


def rk4_with_h_in_the_slopes(f, x, h):
    a = h * np.array(f(x))
    b = h * np.array(f(x + a / 2))
    c = h * np.array(f(x + b / 2))
    d = h * np.array(f(x + c))
    return x + (a + d) / 6 + (b + c) / 3


def rk4_in_a_loop(f, x, h):
    total, k = np.zeros(len(x)), np.zeros(len(x))
    for part, weight in ((0, 1), (0.5, 2), (0.5, 2), (1, 1)):
        k = np.asarray(f(x + part * h * k))
        total += weight * k
    return [a + h * b / 6 for a, b in zip(x, total, strict=True)]


def exponent_by_differences(x, offset, h, steps, rounds):
    """The second state as a vector from the first; one logarithm of a product."""
    d0, growth = math.hypot(*offset), 1.0
    for _ in range(rounds):
        y = x + offset
        for _ in range(steps):
            x = rk4_with_h_in_the_slopes(lorenz_by_products, x, h)
        for _ in range(steps):
            y = rk4_with_h_in_the_slopes(lorenz_by_products, y, h)
        growth *= math.dist(x, y) / d0
        offset = d0 * (y - x) / math.dist(x, y)
    return math.log(growth) / (h * steps) / rounds


def exponent_of_both_at_once(x, offset, h, steps, rounds):
    both, logs = np.stack([x, x + offset], axis=1), []
    for k in range(1, rounds * steps + 1):
        both = rk4_with_h_in_the_slopes(lorenz_as_a_list_of_arrays, both, h)
        if k % steps == 0:
            difference = both[:, 1] - both[:, 0]
            factor = np.sqrt(difference @ difference / (offset @ offset))
            logs.append(np.log(factor))
            both[:, 1] = both[:, 0] + difference / factor
    return np.mean(logs) / (steps * h)


def lorenz_as_a_list_of_arrays(state):
    x, y, z = state
    return [10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z]


VARIANTS = [
    {"lorenz": lorenz_as_a_list, "rk4_step": rk4_with_h_in_the_slopes},
    {"lorenz": lorenz_by_products, "rk4_step": rk4_in_a_loop},
    {"lyapunov_lorenz": exponent_by_differences},
    {"lyapunov_lorenz": exponent_of_both_at_once},
]


def worked(lorenz, rk4_step, lyapunov_lorenz):
    assert lorenz(np.array([1.0, 2, 3])) == pytest.approx([10, 23, -6])
    assert rk4_step(lambda x: x, np.array([1.0]), 1.0) == pytest.approx([2.708333], abs=1e-6)
    origin, upwards = np.zeros(3), np.array([0, 0, 0.001])
    assert lyapunov_lorenz(origin, upwards, 0.01, 10, 3) == pytest.approx(-2.666667, abs=1e-6)
    x, offset = np.array([1.0, 2, 12]), np.array([0.3, 0.4, 0])
    assert 0.5 * np.exp(0.1 * lyapunov_lorenz(x, offset, 0.05, 2, 1)) == pytest.approx(1.189461, abs=1e-6)
    assert lyapunov_lorenz(x, offset, 0.05, 2, 1) == pytest.approx(8.666474, abs=1e-6)
    assert lyapunov_lorenz(x, offset, 0.05, 2, 2) == pytest.approx(8.719014, abs=1e-6)
    x = np.array([-8.0, 8, 27])
    for _ in range(500):
        x = rk4_step(lorenz, x, 0.02)
    assert lyapunov_lorenz(x, 1e-6 * np.ones(3), 0.02, 20, 250) == pytest.approx(0.906, abs=0.1)  # Sprott (2003)


def against_minnet(lorenz, rk4_step, lyapunov_lorenz):
    system, x = dynamics.lorenz(), np.array([-7.0, 6, 25])
    assert lorenz(x) == pytest.approx(system.rate(x[None])[0])
    stepped = dynamics.simulate(replace(system, method=dynamics.RK4), x, dt=0.02, samples=2, step=0.02)[1]
    assert rk4_step(lorenz, x, 0.02) == pytest.approx(stepped)

    def with_tangent(state):
        return np.concatenate([lorenz(state[:3]), system.jacobian(state[None, :3])[0] @ state[3:]])

    both = np.concatenate([x, [0.6, 0, 0.8]])
    for _ in range(12):
        both = rk4_step(with_tangent, both, 0.02)
    growth = np.log(np.linalg.norm(both[3:])) / 0.24
    assert lyapunov_lorenz(x, 1e-6 * np.array([0.6, 0, 0.8]), 0.02, 4, 3) == pytest.approx(growth, rel=1e-5)
