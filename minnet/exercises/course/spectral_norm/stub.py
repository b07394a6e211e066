"""Spectral normalisation: weights divided by their largest singular value.

A layer whose weights have the largest singular value 1 stretches nothing: the slope of a network made of such layers
is bounded, which discriminators need (Miyato et al., 2018). The singular value comes from a power iteration: with W
seen as a matrix M, all its axes but the last in one, and a direction u of length 1, with one entry for each column,

    v = M u / |M u|,    u <- M^T v / |M^T v|,    sigma = |M u|.

Every iteration turns u towards the direction that M stretches most. In training one iteration for each step of the
optimizer is enough, if the next goes on from the u that this one has left.

Arrays that are given stay as they are. M u is never 0 here, so that nothing is divided by 0.
"""

import numpy as np


def power_iteration(W, u):
    """The next u (o,), of length 1, from weights W (..., o) and u (o,) of length 1.

    W may have any number of axes from two on, of which the last belongs to the outputs: that of a convolution,
    (width, i, o), counts as a matrix of width * i rows.

    A worked number: W = [[3, 0], [0, 1]], u = [0.6, 0.8]. M u = [1.8, 0.8]; v is that over its length; M^T v points
    along [5.4, 0.8], so the new u is [0.989203, 0.146549]. And W = [[[3, 0]], [[0, 1]]], of
    shape (2, 1, 2), is the same matrix, with the same new u.
    """
    raise NotImplementedError("power_iteration waits for you: which shape has M u, and which M^T v?")


def spectral_norm(W, u, steps=1):
    """W / sigma in the shape of W, sigma, and u (o,) after so many iterations, each of which goes on from the last.

    sigma is a number, |M u| with the last u. With 0 steps that is the u that was given, which may be returned itself.

    A worked number: W and u as above. After one step sigma = |[3 * 0.989203, 0.146549]| = 2.971227, near the singular
    value 3, and W / sigma = [[1.009684, 0], [0, 0.336561]]. With 0 steps sigma is |[1.8, 0.8]| = 1.969772.
    """
    raise NotImplementedError("spectral_norm waits for you: which u does the second step begin with?")
