"""The integral of a network, exact: by the antiderivative of its units.

A network with one hidden layer of sigmoids is a sum of units, so its integral is the sum of theirs, and no quadrature
is needed (Lloyd, Irani and Ahmadi, IEEE Access 8, 2020). With ``sigmoid(t) = 1 / (1 + exp(-t))`` and ``softplus(t) =
log(1 + exp(t))``, whose derivative it is,

    int_low^high sigmoid(w x + b) dx = (softplus(w high + b) - softplus(w low + b)) / w.

Over a rectangle one integrates twice. The antiderivative of softplus is a dilogarithm,

    P(t) = -spence(1 + exp(t))    for t <= 0,        P(t) = pi^2 / 6 + t^2 / 2 + spence(1 + exp(-t))    for t > 0,

with spence from scipy.special; written like this nothing overflows. Arrays that are given stay as they are.
"""

import numpy as np
from scipy.special import spence


def unit_integral(w, b, low, high):
    """The integral of sigmoid(w x + b) over x from low to high; all four are numbers, and low < high.

    Two things need care. Weights may be large, 1000 or more, of either sign, and nothing may overflow: a warning of
    NumPy counts as wrong. And w may be 0 or nearly so: where the size of ``w (high - low)`` is below 1e-4, the
    difference of two softplus loses its digits, and the integral is ``(high - low) sigmoid(w (low + high) / 2 + b)``,
    the length times the value in the middle. A w of 0 is never divided by.

    A worked number: w = 2, b = 0, low = 0, high = log(3) / 2 give (log 4 - log 2) / 2 = 0.346574. With w = 0, b = 0,
    low = 0, high = 3 it is 3 / 2.
    """
    raise NotImplementedError("unit_integral waits for you: the sigmoid is the derivative of what?")


def network_integral(w, b, v, c, low, high):
    """The integral of ``y(x) = sum_j v_j sigmoid(w_j x + b_j) + c`` from low to high, a number.

    w, b, v are (h,), and c, low < high are numbers; each w_j may be large, 0 or nearly so, as above.

    A worked number: w = [2, 0], b = [0, 0], v = [2, 4], c = 1, low = 0, high = log(3) / 2 = 0.549306 give 2 * 0.346574
    + 4 * 0.549306 / 2 + 0.549306 = 2.341066.
    """
    raise NotImplementedError("network_integral waits for you: what does c contribute?")


def rectangle_integral(w, b, low, high):
    """The integral of ``sigmoid(w_1 x_1 + w_2 x_2 + b)`` over x_1 from low_1 to high_1 and x_2 from low_2 to high_2.

    It is a sum over the four corners of P(t), with t = w_1 x_1 + w_2 x_2 + b at the corner, divided by ``w_1 w_2``. The
    sign is + at (high_1, high_2) and (low_1, low_2), and - at the other two. w, low and high are (2,), b is a number,
    and so is the result. Weights may be large, of either sign, but are not near 0 here.

    A worked number: w = [1, 1], b = -1 over the unit square, low = [0, 0], high = [1, 1], is 0.5: the sigmoid is 1/2
    along a diagonal, and what is missing on one side of it stands on the other.
    """
    raise NotImplementedError("rectangle_integral waits for you: what is P at the four corners?")
