"""ReLU and tanh, forwards and backwards.

An activation takes each number by itself: ``y = f(x)``. Behind it, somebody knows how the loss changes with y: dy holds
the derivatives of the loss by every entry of y, and has the shape of y. By the chain rule the derivatives by x are

    dx = f'(x) dy,    entry by entry.

- ReLU (Nair and Hinton, ICML 2010): ``f(x) = max(x, 0)``, so f' is 1 where x > 0 and 0 where x < 0. At x = 0 it has a
  kink, and no derivative; as in most libraries, f'(0) is taken as 0.
- tanh (LeCun et al., Efficient BackProp, 1998, section 4.4): ``f(x) = (exp(x) - exp(-x)) / (exp(x) + exp(-x))``, from
  -1 to 1, and ``f'(x) = 1 - f(x)^2 = 1 - y^2``: the way back needs only y, which a network has kept from the way
  forward.

Arrays have any shape. Results are new arrays: neither x, y nor dy is changed.
"""

import numpy as np


def relu(x):
    """``max(x, 0)`` of every number in x.

    A worked example: relu([-2, 0, 3]) = [0, 0, 3].
    """
    raise NotImplementedError("relu waits for you: which of its numbers stay, and what do the others become?")


def relu_backward(x, dy):
    """The derivatives by x, from x, what went *into* the ReLU, and dy, the derivatives by its output. f'(0) is 0.

    A worked example: x = [-2, 0, 3], dy = [5, 6, 7] give dx = [0, 0, 7].
    """
    raise NotImplementedError("relu_backward waits for you: which entries of dy pass, and which are stopped?")


def tanh(x):
    """The hyperbolic tangent of every number in x, of any size, without an overflow: tanh(800) is 1, tanh(-800) is -1.

    NumPy has one, which you may call. Written with exp, it is a good exercise of its own.

    A worked number: tanh([log 2]) = [(2 - 1/2) / (2 + 1/2)] = [0.6].
    """
    raise NotImplementedError("tanh waits for you: does NumPy have it?")


def tanh_backward(y, dy):
    """The derivatives by x, from y = tanh(x), what came *out of* the tanh, and dy, the derivatives by y.

    Where x was large, y is 1 or -1 exactly, and dx is 0.

    A worked number: y = [0.6], dy = [10] give dx = [(1 - 0.36) 10] = [6.4].
    """
    raise NotImplementedError("tanh_backward waits for you: what is the derivative of tanh in terms of y?")
