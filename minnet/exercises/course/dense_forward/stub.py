"""A dense layer, forwards, and two of them.

In a dense layer (Rumelhart, Hinton and Williams, Nature 323, 1986) every output sees every input: output o of sample
n is

    y[n, o] = sum over i of x[n, i] W[i, o] + b[o],

for all samples at once ``y = x W + b``. Here x (n, i) has a sample in each row, W (i, o) a column for each output, and
b (o,) a number for each output, the same for all samples. That is how minnet and Keras write it; other books and
PyTorch keep W as (o, i).

Two dense layers in a row would be one dense layer again. With a function between them that is no straight line, they
can follow any continuous curve (Cybenko, 1989).

Arrays that are given stay as they are.
"""

import numpy as np


def dense_forward(x, W, b):
    """The outputs (n, o) of a dense layer for x (n, i), W (i, o) and b (o,). One sample, n = 1, gives (1, o).

    A worked example: x = [[1, 2]], W = [[3, 0], [4, 1]], b = [10, 20] give y = [[3 + 8 + 10, 0 + 2 + 20]] = [[21, 22]].
    """
    raise NotImplementedError("dense_forward waits for you: which product of x (n, i) and W (i, o) has shape (n, o)?")


def two_layers(x, W1, b1, W2, b2):
    """The outputs (n, o) of a network: a dense layer with h outputs, tanh of each of them, a dense layer with o.

    x (n, i), W1 (i, h), b1 (h,), W2 (h, o), b2 (o,). The last layer has no tanh behind it, so that outputs may have any
    size.

    A worked example: x = [[1, 2]], W1 = [[1], [-1]], b1 = [1], W2 = [[5, 7]], b2 = [1, 2]. The first layer makes
    1 - 2 + 1 = 0, tanh(0) is 0, so y = [[1, 2]]. With b1 = [2] the first layer makes 1, tanh(1) = 0.761594, and
    y = [[4.807971, 7.331159]].
    """
    raise NotImplementedError("two_layers waits for you: what does the second layer take for its x?")
