"""One step of an LSTM, and a run along series.

A recurrent cell reads a series time by time, and hands a state on. That of an LSTM (Hochreiter and Schmidhuber, Neural
Computation 9, 1997; with the forget gate of Gers et al., 2000) is two arrays, h and c. For n samples at one time, with
inputs x (n, d) and states h and c (n, u) of u units, it makes

    a = x W + h U + b,    of shape (n, 4 u), with W (d, 4 u), U (u, 4 u) and b (4 u,),

whose columns are four blocks of u, in the order i, f, g, o: input gate, forget gate, candidate, output gate. Then

    i = sigmoid(a_i),    f = sigmoid(a_f),    g = tanh(a_g),    o = sigmoid(a_o),
    new c = f c + i g,    new h = o tanh(new c),

entry by entry. Inputs may be large; the sigmoid that is written for you does not overflow. Arrays that are given stay
as they are: the new h and c are new arrays.
"""

import numpy as np


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


def lstm_step(x, h, c, W, U, b):
    """The new h and the new c, both (n, u) and in this order, from the inputs x (n, d) and the states h and c (n, u).

    A worked example: one sample, one unit, x = 0, h = 0, c = 2, W = U = 0 and b = (0, log 3, 0, 0). Then i = 0.5,
    f = 0.75, g = 0, o = 0.5; so c becomes 1.5, and h becomes 0.5 tanh(1.5) = 0.452574.

    Another one, of two units: x = [[1]], h = [[1, 0]], c = [[2, 4]], and a = [[0, 0, log 3, 0, 0, log 2, 0, log 3]], of
    W = [[0, 0, 0, 0, 0, log 2, 0, 0]], U = [[0, 0, log 3, 0, 0, 0, 0, log 3], [5, 5, 5, 5, 5, 5, 5, 5]] and b = 0. The
    blocks are i = [0.5, 0.5], f = [0.75, 0.5], g = [0, 0.6], o = [0.5, 0.75]: c becomes [[1.5, 2.3]], and h becomes
    [[0.452574, 0.735072]].
    """
    raise NotImplementedError("lstm_step waits for you: which columns of a belong to which gate?")


def lstm_states(x, W, U, b):
    """The states h at all times, (n, time, u), along series x (n, time, d), from h = c = 0 before the first.

    A worked example: one sample, one unit, x of two times of 0, W = U = 0 and b = (0, 0, log(3) / 2, 0), whose tanh is
    0.5. Then c is 0.5 * 0 + 0.5 * 0.5 = 0.25, then 0.125 + 0.25 = 0.375; h is 0.5 tanh(c): 0.122459, then 0.179179.
    """
    raise NotImplementedError("lstm_states waits for you: what is handed on from one time to the next?")
