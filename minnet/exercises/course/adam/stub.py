"""Adam, step by step.

Adam (Kingma and Ba, 2015) keeps two running means for every parameter: m of the gradients and v of their squares,

    m <- beta_1 m + (1 - beta_1) g,    v <- beta_2 v + (1 - beta_2) g^2,

and, since both begin at 0 and are too small at first, divides them by what is missing:

    m_hat = m / (1 - beta_1^t),    v_hat = v / (1 - beta_2^t),    theta <- theta - rate m_hat / (sqrt(v_hat) + epsilon),

all entry by entry, with the new m and v.
"""

import numpy as np


def adam(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    """The parameters, m and v after step t, in this order, all new arrays; t is 1 for the first step.

    theta, g, m and v have one shape, and stay as they were. Where g, m and v are 0, theta does not move.

    A worked number: theta = 1, g = 0.5, m = v = 0, t = 1, rate = 0.1. Then m = 0.05, v = 0.00025, m_hat = 0.5,
    v_hat = 0.25, and theta becomes 1 - 0.1 * 0.5 / 0.5 = 0.9. A second step from there, t = 2 with g = -0.5, has
    m = -0.005, v = 0.00049975, m_hat = -0.005 / 0.19 = -0.026316, v_hat = 0.25, and theta becomes 0.905263.
    """
    raise NotImplementedError("adam waits for you: begin with the two running means.")
