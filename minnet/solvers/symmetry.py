"""Starts that a search cannot leave: units that are alike by symmetry stay alike.

With biases of 0, as most initializers have them, units of odd activations are odd functions, kinks of all ReLUs are at
0, and a sum of such units has no gradient that would move them: it is a saddle point for every target, which a search
leaves by rounding alone, after a hundred iterations or never.
"""

import numpy as np

from minnet.layers import Dense
from minnet.solvers.problem import Problem
from minnet.types import Array

SPREAD = 0.1  # of the biases, in units of what the weights make of the inputs


def start_apart(problem: Problem) -> Array:
    """The network's parameters (p,), where all biases of an inner layer are 0 with some that differ.

    They are the same for the same shapes, and as small as `SPREAD` says; units without weights keep theirs.
    """
    before = problem.net.theta.copy()
    problem.outputs(before)
    rng = np.random.default_rng(0)
    for layer in problem.net.layers[:-1]:
        if isinstance(layer, Dense) and not layer.b.any():
            size = np.sqrt(np.mean((layer.x[0] @ layer.W) ** 2, axis=0))
            layer.b[...] = SPREAD * size * rng.standard_normal(layer.b.shape)
    start = problem.net.theta.copy()
    problem.net.theta = before
    return start
