"""Jets: first and second derivatives, carried through a network.

A jet of a quantity z along an input s is z itself with its derivatives ``z1 = dz/ds`` and ``z2 = d^2z/ds^2``. Every
layer takes the jet of its input to that of its output, so one sweep gives the network's derivatives by its input, exact
but for rounding. Through a function f the chain rule, applied twice (Faà di Bruno, 1855), carries it:

    y = f(z),    y1 = f'(z) z1,    y2 = f'(z) z2 + f''(z) z1^2,

and for f = tanh the derivatives are made of y itself: ``f' = 1 - y^2``, ``f'' = -2 y (1 - y^2)``.

Arrays that are given stay as they are: results are new arrays.
"""

import numpy as np


def tanh_jet(z, z1, z2):
    """y, y1 and y2 of y = tanh(z), in this order, entry by entry; z, z1 and z2 are arrays of one shape.

    z may be as large as 800 or -800, and nothing may overflow, so that NumPy does not warn: there y is 1 or -1, and f'
    and f'' are 0.

    A worked number: z = [log 2], z1 = [2], z2 = [3]. y = [0.6], f' = 0.64, f'' = -0.768, so y1 = [1.28] and y2 =
    [1.92 - 3.072] = [-1.152].
    """
    raise NotImplementedError("tanh_jet waits for you: begin with y, and write f' and f'' with it.")


def dense_jet(x, x1, x2, W, b):
    """y, y1 and y2 (n, o) of a dense layer ``y = x W + b``, in this order; x, x1 and x2 are (n, i), W (i, o), b (o,).

    A worked example: x = [[1, 2]], x1 = [[1, 0]], x2 = [[0, 5]], W = [[3], [4]], b = [10] give y = [[21]], y1 = [[3]],
    y2 = [[20]].
    """
    raise NotImplementedError("dense_jet waits for you: what is the derivative of the bias by the input?")


def network_jet(x, W1, b1, W2, b2, W3, b3):
    """The network ``y = tanh(tanh(x W1 + b1) W2 + b2) W3 + b3`` and its derivatives dy/dx and d^2y/dx^2, in this order.

    It has one input: x is (n, 1), and W1 (1, h), b1 (h,), W2 (h, k), b2 (k,), W3 (k, o), b3 (o,); all three results are
    (n, o). The jet that it begins with is that of x itself, along x.

    A worked example: x = [[0]], W1 = W2 = [[1]], b1 = [log 2], b2 = [log 2 - 0.6], W3 = [[10]], b3 = [1]. After the
    first tanh the jet is 0.6, 0.64, -0.768, after the second 0.6, 0.4096, -0.806093; the results are 7, 4.096 and
    -8.06093, each as [[...]]. With a second unit in the first layer, W1 = [[1, 2]], b1 = [log 2, 0], W2 = [[1], [3]],
    the rest as before, that unit has the jet 0, 2, 0, and before the second tanh stands log 2, 0.64 + 3 * 2 = 6.64,
    -0.768: the results are 7, 42.496 and -343.523.
    """
    raise NotImplementedError("network_jet waits for you: what are the first and second derivative of x by x?")
