"""A convolution of series, forwards and backwards.

A sample is a series of several channels, so n samples are an array x (n, length, i). Zeros are put before and after
each series, `padding` of them at either end; call that z (n, length + 2 padding, i). A window of weights W (k, i, o) is
laid over k of its times, first from time 0 on, then from stride, 2 stride, ... on, as long as all of it fits. Place p
gives

    y[n, p, o] = b[o] + sum over t and i of z[n, p stride + t, i] W[t, i, o],

and there are ``(length + 2 padding - k) // stride + 1`` places. (The window is not turned round, as it would be in
mathematics.) Source: Dumoulin and Visin, arXiv:1603.07285.
"""

import numpy as np


def conv_forward(x, W, b, stride=1, padding=0):
    """The outputs y (n, places, o) of x (n, length, i), W (k, i, o) and b (o,); there is at least one place.

    A worked example: the series 1, 2, 3, 4 of one channel, the window 1, 10 and b = 0 give 21, 32, 43; with stride 2
    they give 21, 43; with padding 1 they give 10, 21, 32, 43, 4.
    """
    raise NotImplementedError("conv_forward waits for you: which times does the window at place p reach over?")


def conv_backward(x, W, dy, stride=1, padding=0):
    """Derivatives of a loss by x, W and b, in this order and of their shapes; dy (n, places, o) are those by y.

    - Each z[n, p stride + t, i] has moved y[n, p, o] by W[t, i, o]: its derivative is the sum of
      dy[n, p, o] W[t, i, o] over o, and over all p and t whose windows reach it. dx is that without the padding; times
      that no window reaches have 0.
    - dW[t, i, o] is the sum of z[n, p stride + t, i] dy[n, p, o] over n and p, and db[o] that of dy[n, p, o]. Nothing
      is averaged.

    A worked example: with the series and the window above, stride 1, no padding, dy = 1, 2, 3: dx = 1, 12, 23, 30,
    dW = 14, 20 and db = 6.
    """
    raise NotImplementedError("conv_backward waits for you: to which times does dy of place p go back?")
