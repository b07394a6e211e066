"""Right solutions of `adam` in other styles, and the numbers of its text."""

import numpy as np
import pytest


def adam_in_one_line(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    m, v = m + (1 - beta_1) * (g - m), v + (1 - beta_2) * (g * g - v)
    return theta - rate * (m / (1 - beta_1**t)) / (np.sqrt(v / (1 - beta_2**t)) + epsilon), m, v


def adam_as_in_the_paper(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    """Its more efficient order, whose epsilon is the other one."""
    m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * np.power(g, 2)
    root = np.sqrt(1 - beta_2**t)
    return theta - rate * root / (1 - beta_1**t) * m / (np.sqrt(v) + epsilon * root), m, v


def adam_in_a_loop(theta, g, m, v, t, **settings):
    rate, beta_1, beta_2, epsilon = (
        settings.get(k, d) for k, d in (("rate", 0.001), ("beta_1", 0.9), ("beta_2", 0.999), ("epsilon", 1e-8))
    )
    theta, m, v = theta.copy(), m.copy(), v.copy()
    for k in np.ndindex(g.shape):
        m[k] = beta_1 * m[k] + (1 - beta_1) * g[k]
        v[k] = beta_2 * v[k] + (1 - beta_2) * g[k] ** 2
        theta[k] -= rate * m[k] / (1 - beta_1**t) / ((v[k] / (1 - beta_2**t)) ** 0.5 + epsilon)
    return theta, m, v


VARIANTS = [{"adam": f} for f in (adam_in_one_line, adam_as_in_the_paper, adam_in_a_loop)]


def worked(adam):
    theta, m, v = adam(1.0, 0.5, 0.0, 0.0, 1, rate=0.1)
    assert (theta, m, v) == (pytest.approx(0.9, abs=1e-8), pytest.approx(0.05), pytest.approx(0.00025))
    theta, m, v = adam(theta, -0.5, m, v, 2, rate=0.1)
    assert (theta, m, v) == (pytest.approx(0.905263, abs=1e-6), pytest.approx(-0.005), pytest.approx(0.00049975))
