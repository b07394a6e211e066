"""Momentum: a ball instead of a step.

Gradient descent goes by ``-rate g``. With momentum, a velocity remembers where it went before,

    velocity <- momentum velocity - rate g,    theta <- theta + velocity

(Polyak, 1964), where theta goes along the new velocity. Nesterov's form takes the gradient's part once more, as if it
looked ahead along the new velocity:

    theta <- theta + momentum velocity - rate g,    with the new velocity, which is the same in both forms.
"""

import numpy as np


def momentum_step(theta, g, velocity, rate=0.01, momentum=0.9, nesterov=False):
    """The parameters and the velocity after a step, in this order, both new arrays.

    theta, g and velocity have one shape, and stay as they were; nesterov is True for Nesterov's form.

    A worked number: theta = 1, g = 2, velocity = 0.5, rate = 0.1, momentum = 0.9. The velocity becomes 0.45 - 0.2 =
    0.25, and theta 1.25; with Nesterov's form theta is 1 + 0.225 - 0.2 = 1.025, and the velocity 0.25 as well.
    """
    raise NotImplementedError("momentum_step waits for you: which comes first, the velocity or theta?")
