"""States on the attractor, a pendulum and others; one round and several of few steps, before rounding has grown."""

import numpy as np

from minnet.exercises.case import Case


def lorenz(state):
    x, y, z = state
    return np.array([10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z])


def rk4_step(f, x, h):
    k1 = f(x)
    k2 = f(x + h / 2 * k1)
    k3 = f(x + h / 2 * k2)
    k4 = f(x + h * k3)
    return x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def lyapunov_lorenz(x, offset, h, steps, rounds):
    d0 = np.linalg.norm(offset)
    y, total = x + offset, 0.0
    for _ in range(rounds):
        for _ in range(steps):
            x, y = rk4_step(lorenz, x, h), rk4_step(lorenz, y, h)
        d = np.linalg.norm(y - x)
        total += np.log(d / d0)
        y = x + (y - x) * d0 / d
    return total / (rounds * steps * h)


def pendulum(state):
    return np.array([state[1], -np.sin(state[0])])


def riccati(x):
    return 1 - x * x + np.roll(x, 1)


def near_the_attractor(rng):
    return np.round([-8, 8, 27] + 2 * rng.normal(size=3), 2)


def cases(rng):
    for _ in range(2):
        yield Case("lorenz", {"state": np.round(10 * rng.normal(size=3), 2)})
    yield Case("rk4_step", {"f": pendulum, "x": rng.normal(size=2), "h": 0.4})
    yield Case("rk4_step", {"f": lorenz, "x": near_the_attractor(rng), "h": 0.02}, "Lorenz")
    yield Case("rk4_step", {"f": riccati, "x": rng.normal(size=4), "h": 0.3}, "four variables")
    yield Case("rk4_step", {"f": riccati, "x": rng.normal(size=1), "h": 0.5}, "one variable")
    near_the_axis = np.round([1, 2, 12] + 0.3 * rng.normal(size=3), 2)
    for x, offset, h, steps, rounds, about in (
        (near_the_axis, [0.3, 0.4, 0], 0.05, 2, 1, ""),
        (near_the_attractor(rng), rng.normal(size=3), 0.04, 2, 3, "several rounds"),
        (near_the_axis * [0.2, 0.1, 2], [0, 0, 0.2], 0.05, 1, 2, "rounds of one step, in which distances shrink"),
    ):
        offset = np.round(offset + 0.02 * rng.normal(size=3), 3)
        arguments = {"x": x, "offset": offset, "h": h, "steps": steps, "rounds": rounds}
        yield Case("lyapunov_lorenz", arguments, about, 1e-8)
