"""Checking a gradient by differences.

Derivatives by hand go wrong in silence. The check is a difference: move one parameter by h up and by h down, and see
how the function changes. ``(f(theta + h e) - f(theta - h e)) / (2 h)`` differs from the derivative by some h^2, where
``(f(theta + h e) - f(theta)) / h`` differs by some h.
"""

import numpy as np


def numerical_gradient(f, theta, h=1e-5):
    """The derivatives of f by every entry of theta, an array of any shape, by central differences of step h.

    theta is an array of floats; f takes one of its shape, and returns a number. The gradient has the shape of theta.
    theta itself may be moved for a while, if it is put back: when it is over, it is exactly as before, without rounding
    errors.

    A worked number: f = x^3 at theta = [2] with h = 0.1 gives [(9.261 - 6.859) / 0.2] = [12.01]. And f = x^3 + 2 y^3 at
    theta = [2, 1] gives [12.01, 2 (1.331 - 0.729) / 0.2] = [12.01, 6.02].
    """
    raise NotImplementedError("numerical_gradient waits for you: which entry is moved first, and is it put back?")
