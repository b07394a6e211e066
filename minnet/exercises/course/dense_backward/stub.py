"""A dense layer, backwards.

A dense layer makes ``y = x W + b`` of samples x (n, i), with W (i, o) and b (o,). Somebody behind it says how the loss
changes with y: ``dy`` (n, o) holds the derivatives of the loss by every entry of y. By the chain rule follow those by
x, by W and by b.
"""

import numpy as np


def dense_backward(x, W, dy):
    """Derivatives of the loss by x (n, i), W (i, o) and b (o,), in this order. x, W and dy stay as they were.

    ``dx = dy W^T``, ``dW = x^T dy``, and db is the sum of dy over the samples: nothing is averaged, since the loss that
    dy comes from has done so.

    A worked example with one sample: x = [[1, 2]], W = [[3], [4]], dy = [[10]] give dx = [[30, 40]],
    dW = [[10], [20]], db = [10]. And with two: x = [[1, 2], [5, 6]], the same W and dy = [[10], [20]] give
    dx = [[30, 40], [60, 80]], dW = [[10 + 100], [20 + 120]] = [[110], [140]], db = [10 + 20] = [30].
    """
    raise NotImplementedError("dense_backward waits for you: which product of two matrices has the shape of W?")
