"""A transposed convolution of series, forwards and backwards.

A convolution gathers: each output is a sum over a window of the input. Its transpose spreads: each input adds a copy of
the window, times its value, to the output, and with a stride a series becomes longer. From x (n, length, i), n series
of i channels, a window of weights W (k, i, o) makes

    z[m, q, c] = sum of x[m, p, j] W[t, j, c] over the channels j, and over all p and t with p stride + t = q,

of ``(length - 1) stride + k`` places q, for each sample m and output channel c; all count from 0. Then `padding` places
are cut off at either end, and the bias b (o,) is added:

    y[m, q, c] = b[c] + z[m, q + padding, c],    (length - 1) stride + k - 2 padding places.

Source: Zeiler et al., CVPR 2010; Dumoulin and Visin, arXiv:1603.07285. Arrays that are given stay as they are.
"""

import numpy as np


def transposed_forward(x, W, b, stride=1, padding=0):
    """The outputs y (n, places, o) of x (n, length, i), W (k, i, o) and b (o,); there is at least one place.

    Where the stride is larger than the window, there are places that no window reaches: they have b alone.

    A worked example: the series 1, 2, 3 of one channel, the window 1, 10 and b = 0 give 1, 12, 23, 30; with stride 2
    they give 1, 10, 2, 20, 3, 30; with padding 1 (and stride 1) 12, 23. With two channels, x = [[[1, 2], [3, 4]]] and
    W = [[[1, 0], [0, 10]]] of shape (1, 2, 2), b = [0, 5]: y = [[[1, 25], [3, 45]]].
    """
    raise NotImplementedError("transposed_forward waits for you: to which places does the input at time p spread?")


def transposed_backward(x, W, dy, stride=1, padding=0):
    """Derivatives of a loss by x, W and b, in this order and of their shapes; dy (n, places, o) are those by y.

    With dz (n, (length - 1) stride + k, o), which is dy with zeros where places have been cut off,

    - dx[m, p, j] is the sum of dz[m, p stride + t, c] W[t, j, c] over t and c,
    - dW[t, j, c] is the sum of x[m, p, j] dz[m, p stride + t, c] over m and p,
    - db[c] is the sum of dy[m, q, c] over m and q. Nothing is averaged.

    A worked example: with the series and the window above, stride 1, no padding, dy = 1, 2, 3, 4: dx = 21, 32, 43,
    dW = 14, 20 and db = 10. With stride 2, padding 1 and the same dy, dz is 0, 1, 2, 3, 4, 0: dx = 10, 32, 4,
    dW = 16, 7 and db = 10.
    """
    raise NotImplementedError("transposed_backward waits for you: from which places does dx of time p gather?")
