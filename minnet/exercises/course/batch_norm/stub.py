"""Batch normalisation, in training, and its way back.

Batch normalisation (Ioffe and Szegedy, 2015) gives every feature i of a batch x (n, i) the mean 0 and the variance 1,
and then a scale gamma (i,) and a shift beta (i,) that are learnt. Means are over the n samples:

    mu = mean(x),    var = mean((x - mu)^2),    z = (x - mu) / sqrt(var + epsilon),    y = gamma z + beta.

Epsilon keeps features that do not vary from being divided by 0. Since mu and var are made of x, the derivatives go
through them too, and every sample's depend on all others:

    dx = gamma / sqrt(var + epsilon) (dy - mean(dy) - z mean(z dy)).

Arrays that are given stay as they are.
"""

import numpy as np


def batch_norm(x, gamma, beta, epsilon=1e-5):
    """y (n, i), mu (i,) and var (i,), in this order; mu and var are remembered for inference. n is 2 or more.

    The variance is the biased one, of the formula above, and the third result has no epsilon in it. It has to be right
    too where a mean is a million times larger than what varies about it: square differences, and not the numbers
    themselves.

    A worked number: x = [[1], [3]], gamma = [2], beta = [5], epsilon = 0 have mu = [2], var = [1], z = [[-1], [1]], and
    y = [[3], [7]]. With epsilon = 3, z = [[-0.5], [0.5]], y = [[4], [6]], and mu = [2], var = [1] as before.
    """
    raise NotImplementedError("batch_norm waits for you: over which axis is the mean of a feature?")


def batch_norm_backward(x, gamma, dy, epsilon=1e-5):
    """Derivatives of the loss by x (n, i), gamma (i,) and beta (i,), in this order, from those by y, dy (n, i).

    dx is the formula above, with means over the samples; dgamma and dbeta are the sums over the samples of z dy and of
    dy. Here too means may be a million times larger than what varies about them.

    A worked number: x = [[1], [3]], gamma = [2], epsilon = 3, dy = [[0], [4]] have z = [[-0.5], [0.5]], mean(dy) = 2,
    mean(z dy) = 1, so dx = 2 / 2 (-2 + 0.5, 2 - 0.5) = [[-1.5], [1.5]], dgamma = [2], dbeta = [4].
    """
    raise NotImplementedError("batch_norm_backward waits for you: begin with z, as in the forward pass.")
