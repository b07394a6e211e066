"""Sobolev training: a loss on values and slopes, and its gradient.

Where the slope of a function is known beside its value, a network can be trained on both (Czarnecki et al., Sobolev
training for neural networks, NeurIPS 2017). Here it has one input, h units of tanh and one output. At samples x (n,),

    y = sum_j v_j tanh(z_j) + c,    z_j = w_j x + b_j,    and its slope    y1 = dy/dx = sum_j v_j w_j (1 - tanh(z_j)^2).

The loss is ``mean((y - t)^2) + weight mean((y1 - t1)^2)``, where t and t1 are the known values and slopes. Its gradient
is found in two parts: how the loss moves with y and y1, and how those two move with w, b, v and c.

w, b, v are (h,), and c is a number; x, y, y1, t, t1 are (n,). Arrays that are given stay as they are.
"""

import numpy as np


def values_and_slopes(x, w, b, v, c):
    """y (n,) and y1 (n,), in this order.

    A worked example: x = [1], w = [2], b = [log 2 - 2], v = [5], c = 1. z = log 2 has the tanh 0.6, so y = [4] and
    y1 = [5 * 2 * 0.64] = [6.4].
    """
    raise NotImplementedError("values_and_slopes waits for you: which part of y moves with x, and how fast?")


def sobolev_loss(y, y1, t, t1, weight=1.0):
    """The loss, a number, and its derivatives dy (n,) and dy1 (n,) by every entry of y and of y1, in this order.

    weight may be 0: then slopes do not count.

    A worked example: y = [4, 1], y1 = [6.4, 0], t = [3, 1], t1 = [6.9, 0], weight = 4. The loss is 0.5 + 4 * 0.125 = 1,
    and dy = [1, 0], dy1 = [-2, 0].
    """
    raise NotImplementedError("sobolev_loss waits for you: there are two means; which of them has the weight?")


def gradients(x, dy, dy1, w, b, v):
    """Derivatives of a loss by w, b, v, all (h,), and c, a number, in this order, from those by y and y1.

    By the chain rule each is a sum over the samples of ``dy`` times the derivative of y, plus ``dy1`` times that of
    y1. dy and dy1 may be any numbers: the 1 / n of a mean is in them already, where there is one.

    The first example goes on, with dy = [2] and dy1 = [-2]: dw = [15.36], db = [21.76], dv = [-1.36], dc = 2.
    """
    raise NotImplementedError("gradients waits for you: begin with v and c, in which y and y1 are linear.")
