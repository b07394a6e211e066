"""The first step and later ones, both forms, a matrix, no momentum at all."""

import numpy as np

from minnet.exercises.case import Case


def momentum_step(theta, g, velocity, rate=0.01, momentum=0.9, nesterov=False):
    velocity = momentum * velocity - rate * g
    step = momentum * velocity - rate * g if nesterov else velocity
    return theta + step, velocity


def cases(rng):
    theta, g, velocity = rng.normal(size=(3, 4))
    yield Case("momentum_step", {"theta": theta, "g": g, "velocity": np.zeros(4)}, "the first step")
    later = {"theta": theta, "g": g, "velocity": velocity}
    yield Case("momentum_step", later, "a velocity from before")
    yield Case("momentum_step", later | {"rate": 0.3, "momentum": 0.6}, "other settings")
    yield Case("momentum_step", later | {"rate": 0.3, "momentum": 0.6, "nesterov": True}, "Nesterov's form")
    yield Case("momentum_step", later | {"nesterov": True}, "Nesterov's form with the usual settings")
    still = {"theta": theta, "g": g, "velocity": np.zeros(4), "nesterov": True}
    yield Case("momentum_step", still, "the first step of Nesterov's form")
    theta, g, velocity = rng.normal(size=(3, 2, 3))
    matrices = {"theta": theta, "g": g, "velocity": velocity, "rate": 0.2, "momentum": 0.7}
    yield Case("momentum_step", matrices, "a matrix")
    yield Case("momentum_step", later | {"momentum": 0.0}, "no momentum")
