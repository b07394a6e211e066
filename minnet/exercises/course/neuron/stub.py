"""One neuron, trained by gradient descent.

A neuron weighs its inputs: a sample x gets the score ``s = x . w + b``, with weights w and a bias b. A logistic neuron
makes a probability of it, ``p = 1 / (1 + exp(-s))``: that the sample's label t is 1, and not 0. The loss is the log
loss, averaged over the n samples,

    loss = mean of -(t log p + (1 - t) log(1 - p)),

and its derivatives are (Bishop, Pattern Recognition and Machine Learning, 2006, eq. 4.91, averaged)

    dw = X^T (p - t) / n,    db = mean of p - t.

Gradient descent goes downhill: ``w <- w - rate dw`` and ``b <- b - rate db``, both derivatives at the old w and b. All
scores are moderate here, so that exp and log may be written as they stand. b is a number, not an array; arrays that are
given stay as they are.
"""

import numpy as np


def probabilities(X, w, b):
    """The probabilities p (n,) of the samples X (n, i), one in each row, for weights w (i,) and a bias b.

    A worked number: X = [[1, 2]], w = [3, -2], b = 1 + log 3 give the score 3 - 4 + 1 + log 3 = log 3, so p = [0.75].
    """
    raise NotImplementedError("probabilities waits for you: what are the scores of all samples, shape (n,)?")


def neuron_step(X, t, w, b, rate):
    """The weights (i,) and the bias, a number, after one step, in this order.

    X (n, i) are the samples, t (n,) their labels, 0 or 1; w (i,) and b are those before the step.

    A worked example: X = [[1, 2]], t = [1], w = [0, 0], b = 0, rate = 0.1. The score is 0, so p = 0.5, dw = [-0.5, -1]
    and db = -0.5: the new w is [0.05, 0.1], and the new b 0.05.
    """
    raise NotImplementedError("neuron_step waits for you: begin with p - t, shape (n,).")


def train_neuron(X, t, steps, rate=0.5):
    """The weights (i,), the bias, a number, and the losses (steps,) of so many steps from w = 0 and b = 0.

    Every step takes all samples. ``losses[k]`` is the loss *before* step k, so that losses[0] is log 2. steps is at
    least 1.

    A worked example: X = [[2]], t = [1], steps = 2, rate = 1. The first step leads to w = [1], b = 0.5, the second,
    with p = 0.924142, to w = [1.151717], b = 0.575858; the losses are [0.693147, 0.078889].
    """
    raise NotImplementedError("train_neuron waits for you: where does it begin, and what is repeated?")
