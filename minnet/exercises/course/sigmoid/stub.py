"""The sigmoid and the softplus, for numbers of any size.

``sigmoid(x) = 1 / (1 + exp(-x))`` leads from all numbers to those between 0 and 1: a score becomes a probability.
``softplus(x) = log(1 + exp(x))`` is its integral, and the loss of a classifier is made of it.

Written as they stand, exp overflows for numbers beyond 709, and NumPy warns. The results are ordinary all the same:
sigmoid(-800) is 0, and softplus(800) is 800. Small results count as well, to their own digits: sigmoid(-50) is 1.9e-22,
and a form that makes 0 of it, by adding it to 1 on the way, has lost it.
"""

import numpy as np


def sigmoid(x):
    """``1 / (1 + exp(-x))`` of every number in x, without an overflow and without losing small results.

    x is an array of floats of any shape, and stays as it was; the result is one of the same shape.

    Worked numbers: sigmoid(log 3) = 1 / (1 + 1/3) = 0.75. And sigmoid(-50) is 1.928750e-22, not 0.
    """
    raise NotImplementedError("sigmoid waits for you: what does exp(-x) do where x is -800?")


def softplus(x):
    """``log(1 + exp(x))`` of every number in x, without an overflow and without losing small results.

    x is an array of floats of any shape, and stays as it was; the result is one of the same shape.

    Worked numbers: softplus(0) = log 2 = 0.693147. And softplus(-40) is 4.248354e-18, not 0.
    """
    raise NotImplementedError("softplus waits for you: how can exp(x) be kept from growing?")
