"""Backpropagation through time.

A simple recurrent layer (Elman, 1990) reads series x of n samples, (n, time, i), step by step. Its state, (n, h),
begins at `start`, and every step makes the next one, with the same W (i, h), U (h, h) and b (h,) at all times:

    h_t = tanh(a_t),    a_t = x_t W + h_{t-1} U + b.

Backwards (Werbos, 1990), the loss depends on h_t in two ways: by the output at t, and by the next state, h_{t+1}. Both
derivatives add up. Those by W, U and b are sums over all samples and all times, since all of them share the weights.

In the formulas times count from 1, and h_0 is `start`; in the arrays they count from 0: x_t is x[:, t - 1], and h_t is
states[:, t - 1]. Arrays that are given stay as they are.
"""

import numpy as np


def rnn_forward(x, W, U, b, start):
    """The states of all times, (n, time, h), from the one after the first step on; `start` (n, h) is not among them.

    A worked number: x = [[[1], [0]]], W = [[0.5]], U = [[2]], b = [0] and start = [[0]] give the states
    tanh(0.5) = 0.462117 and tanh(2 * 0.462117) = 0.727894: [[[0.462117], [0.727894]]].
    """
    raise NotImplementedError("rnn_forward waits for you: what does the first step make of x[:, 0] and start?")


def rnn_backward(x, W, U, start, states, dstates):
    """Derivatives of the loss by x (n, time, i), W (i, h), U (h, h), b (h,) and start (n, h), in this order.

    `states` (n, time, h) is what `rnn_forward` returned; `dstates` (n, time, h) has the derivatives of the loss by the
    outputs alone, what goes through later states not counted. From the last time to the first, with nothing coming
    back at the last one:

        dh_t = dstates_t + da_{t+1} U^T,    da_t = dh_t (1 - h_t^2),

    entry by entry; then dx_t = da_t W^T. dW and dU are the sums over the times of x_t^T da_t and h_{t-1}^T da_t, matrix
    products that sum over the samples too; db is the sum of da_t over times and samples. The derivative by start, which
    is h_0, is da_1 U^T.

    A worked number: the example above with dstates = [[[0], [1]]]. At the second step da = 1 - 0.727894^2 = 0.470170,
    at the first da = 2 * 0.470170 * (1 - 0.462117^2) = 0.739528. So dx = [[[0.369764], [0.235085]]],
    dW = [[0.739528]], dU = [[0.462117 * 0.470170]] = [[0.217274]], db = [1.209698], dstart = [[1.479056]].
    """
    raise NotImplementedError("rnn_backward waits for you: which time comes first, and what comes back from the next?")
