"""A convolution of series, forwards and backwards.

A sample is a series of several channels, so n samples are an array x (n, length, i). Zeros are put before and after
each series, `padding` of them at either end; call that z (n, length + 2 padding, i). A window of weights W (k, i, o) is
laid over k times of z, first from time 0 of z on, then from stride, 2 stride, ... on, as long as all of it fits. At
place p, counted from 0, it gives sample m and output channel c

    y[m, p, c] = b[c] + sum over t and j of z[m, p stride + t, j] W[t, j, c],

with t from 0 to k - 1, and j over the i input channels. There are ``(length + 2 padding - k) // stride + 1`` places.
(The window is not turned round, as it would be in mathematics.) Source: Dumoulin and Visin, arXiv:1603.07285.

Arrays that are given stay as they are.
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

    - Each z[m, p stride + t, j] has moved y[m, p, c] by W[t, j, c]: its derivative is the sum of
      dy[m, p, c] W[t, j, c] over c, and over all p and t whose windows reach it. dx is that without the padding; times
      that no window reaches have 0.
    - dW[t, j, c] is the sum of z[m, p stride + t, j] dy[m, p, c] over m and p, and db[c] that of dy[m, p, c]. Nothing
      is averaged.

    A worked example: with the series and the window above, stride 1, no padding, dy = 1, 2, 3: dx = 1, 12, 23, 30,
    dW = 14, 20 and db = 6. With stride 2, padding 1 and the same dy the windows lie on 0, 1, on 2, 3 and on 4, 0, so
    dx = 10, 2, 20, 3, dW = 16, 7 and db = 6.
    """
    raise NotImplementedError("conv_backward waits for you: to which times does dy of place p go back?")
