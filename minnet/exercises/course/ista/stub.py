"""ISTA: the LASSO by shrinking and thresholding.

The LASSO of a matrix A (m, t) and values b (m,) is

    minimise  |A w - b|^2 / (2 m) + penalty |w|_1,

squares and absolute values, whose solution has zeros. ISTA (Daubechies, Defrise and De Mol, 2004) takes a step down the
gradient of the squares, then moves every coefficient towards 0 by ``step penalty``, and to 0 those that would cross it.
"""

import numpy as np


def soft_threshold(w, by):
    """Every entry of w, any shape, moved towards 0 by `by` >= 0; those that are nearer than that become 0.

    The result is a new array; w stays as it was.

    A worked example: (3, -0.5, -2) by 1 is (2, 0, -1).
    """
    raise NotImplementedError("soft_threshold waits for you: what is left of |w|, and which sign has it?")


def ista(A, b, penalty, steps):
    """Coefficients w (t,) after so many steps from 0, each of length 1 / (the largest eigenvalue of A^T A / m).

    steps is at least 1; A and b stay as they were.

    A worked example: A = [[1], [1]], b = [2, 4], penalty = 1. A^T A / m = 1, so the step is 1; the first goes from 0
    to 3, and the threshold leaves 2, where it stays. With A = [[2], [2]] A^T A / m = 4, so the step is 1/4; the first
    goes to 6 / 4 = 1.5, and the threshold of 1/4 leaves 1.25.
    """
    raise NotImplementedError("ista waits for you: what is the gradient of |A w - b|^2 / (2 m)?")
