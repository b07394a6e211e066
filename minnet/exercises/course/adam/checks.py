"""The first step, later ones, other settings, a gradient of 0."""

import numpy as np

from minnet.exercises.case import Case


def adam(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    m = beta_1 * m + (1 - beta_1) * g
    v = beta_2 * v + (1 - beta_2) * g**2
    m_hat, v_hat = m / (1 - beta_1**t), v / (1 - beta_2**t)
    return theta - rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


def cases(rng):
    theta, g = rng.normal(size=(2, 3, 2))
    zeros = np.zeros((3, 2))
    yield Case("adam", {"theta": theta, "g": g, "m": zeros, "v": zeros, "t": 1}, "the first step")
    m, v = rng.normal(size=4), rng.uniform([0.1, 0.3, 0.5, 0.7], [0.2, 0.5, 0.7, 1.0])
    later = {"theta": rng.normal(size=4), "g": rng.normal(size=4), "m": m, "v": v}
    yield Case("adam", later | {"t": 2}, "the second step")
    yield Case("adam", later | {"t": 50}, "a later step")
    others = {"rate": 0.1, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 2.0}
    yield Case("adam", later | {"t": 3} | others, "other settings than the usual ones, a large epsilon among them")
    yield Case("adam", {"theta": theta, "g": zeros, "m": zeros, "v": zeros, "t": 1}, "a gradient of 0")
