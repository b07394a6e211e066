"""A two-layer network, trained on two circles.

No line parts a circle from another one around it, and no neuron can; a hidden layer bends the plane until one does.
The network gives each sample x (n, 2) a score,

    a = x W1 + b1,    hidden = tanh(a),    scores = hidden W2 + b2,

with W1 (2, h), b1 (h,), W2 (h, 1), b2 (1,). The probability of class 1 is ``p = 1 / (1 + exp(-score))``, and the loss
the mean of ``log(1 + exp(score)) - label score`` over the samples, whose derivative by a score is ``(p - label) / n``.
From there the chain rule leads back, layer by layer (Rumelhart, Hinton and Williams, Nature 323, 1986); the slope of
tanh is ``1 - tanh^2``.

Arrays that are given stay as they are: results are new arrays.
"""

import numpy as np


def forward(x, W1, b1, W2, b2):
    """The hidden layer (n, h), after tanh, and the scores (n,), in this order.

    A worked example: x = [[1, 0], [0, 0]], W1 = [[log 2], [5]], b1 = [0], W2 = [[2]], b2 = [-1.2]. a is log 2, whose
    tanh is 0.6, and 0: hidden = [[0.6], [0]], and scores = [0, -1.2].
    """
    raise NotImplementedError("forward waits for you: which two products are there, and what is between them?")


def loss_and_gradients(x, labels, W1, b1, W2, b2):
    """The loss, a number, and its derivatives by W1, b1, W2, b2, in this order, each of the shape of its namesake.

    labels (n,) are 0 or 1. Scores may be as large as 900 or -900: there p is 1 or 0, and the loss of a sample 0 or 900.
    exp(900) is beyond the largest float, so exp may not be taken of it: a warning of NumPy counts as wrong, be the
    result right or not. ``np.logaddexp(0, s)`` is log(1 + exp(s)) without that, and p is exp(-log(1 + exp(-s))).

    The worked example goes on, with labels = [1, 0]: p = [0.5, 0.231475], and the loss is (log 2 + log(1 + exp(-1.2)))
    / 2 = 0.478215. The derivatives by the scores are (p - label) / 2 = [-0.25, 0.115738], so dW2 = [[-0.15]] and db2 =
    [-0.134262]; dW1 = [[-0.32], [0]] and db1 = [-0.088525].
    """
    raise NotImplementedError("loss_and_gradients waits for you: begin at the end, with the derivatives by the scores.")


def train(x, labels, W1, b1, W2, b2, rate, steps):
    """W1, b1, W2, b2, in this order, after so many steps of gradient descent: ``W1 <- W1 - rate dW1``, and so on.

    steps is 1 or more. In a step all derivatives belong to the same weights, those before it, and to all samples.

    In the worked example one step with rate = 1 leads to W1 = [[log 2 + 0.32], [5]], b1 = [0.088525], W2 = [[2.15]],
    b2 = [-1.065738]; two steps lead to W1 = [[1.144661], [5]], b1 = [-0.093576], W2 = [[2.273806]],
    b2 = [-1.042002].
    """
    raise NotImplementedError("train waits for you: what is done in one step, with the function above?")
