"""RMSProp: a step length for every parameter.

Gradient descent takes long steps where the gradient is large and short ones where it is small, whatever the parameter.
RMSProp (Tieleman and Hinton, COURSERA lecture 6.5, 2012) divides each parameter's gradient g by its usual size, which
it knows from a running mean s of the squares:

    s <- rho s + (1 - rho) g^2,    theta <- theta - rate g / (sqrt(s) + epsilon),

entry by entry, with the new s. epsilon stands beside the root, not under it (other libraries differ), and s is not
corrected for its start at 0, as it is in Adam.
"""

import numpy as np


def rmsprop_step(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    """The parameters and s after a step, in this order, both new; theta, g and s are arrays of one shape, and stay as
    they are.

    A worked number: theta = [1], g = [2], s = [4], rate = 0.1. Then s = [3.6 + 0.4] = [4], and theta becomes
    [1 - 0.1 * 2 / 2] = [0.9]. Where g and s are 0, theta stays.
    """
    raise NotImplementedError("rmsprop_step waits for you: begin with the running mean of the squares.")


def rmsprop_descent(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    """The parameters after so many steps, an array like theta, which is where they begin. s begins at 0.

    ``gradient(theta)`` returns the gradient at theta, an array of its shape; theta itself stays as it was.

    A worked number: gradient(theta) = theta, from theta = [1], with steps = 2, rate = 0.1 and rho = 0.75. The first
    step has s = [0.25] and leads to [1 - 0.1 / 0.5] = [0.8]; the second has g = [0.8] and s = [0.3475], and leads to
    [0.664290].
    """
    raise NotImplementedError("rmsprop_descent waits for you: what has to be remembered from step to step?")
