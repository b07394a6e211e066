"""Right solutions of `momentum` in other styles, and the numbers of its text."""

import numpy as np
import pytest


def by_branches(theta, g, velocity, rate=0.01, momentum=0.9, nesterov=False):
    new = momentum * velocity - rate * g
    if nesterov:
        return theta + momentum * new - rate * g, new
    return theta + new, new


def as_keras_has_it(theta, g, velocity, rate=0.01, momentum=0.9, nesterov=False):
    new = velocity * momentum + -rate * g
    return [theta + (new * momentum - g * rate if nesterov else new), new]


def in_a_loop(theta, g, velocity, rate=0.01, momentum=0.9, nesterov=False):
    theta, velocity = np.array(theta, float), np.array(velocity, float)
    for k in np.ndindex(theta.shape):
        velocity[k] = momentum * velocity[k] - rate * g[k]
        theta[k] += momentum * velocity[k] - rate * g[k] if nesterov else velocity[k]
    return theta, velocity


VARIANTS = [{"momentum_step": f} for f in (by_branches, as_keras_has_it, in_a_loop)]


def worked(momentum_step):
    assert momentum_step(1.0, 2.0, 0.5, rate=0.1) == (pytest.approx(1.25), pytest.approx(0.25))
    ahead = momentum_step(1.0, 2.0, 0.5, rate=0.1, nesterov=True)
    assert ahead == (pytest.approx(1.025), pytest.approx(0.25))
