"""Softmax and cross entropy, from scores to the loss and its derivatives.

A network gives each of c classes a score. ``p = exp(scores) / sum(exp(scores))``, row by row, are probabilities, and
the loss of a sample of class k is ``-log p[k]``. Over n samples it is averaged. Together the two have a simple
derivative: by the scores it is ``(p - one-hot) / n``, where one-hot has a 1 at the true class.
"""

import numpy as np


def softmax_cross_entropy(scores, labels):
    """The mean loss, a number, and its derivatives (n, c) by the scores (n, c), in this order.

    labels (n,) are whole numbers from 0 to c - 1; scores and labels stay as they were. No score may overflow: adding
    the same number to all scores of a row changes nothing. Nor may a loss be lost where p is too small for a float: of
    scores [[0, 1200]] and label [0] it is 1200.

    A worked example with one sample: scores [[0, log 3]] and label [1] give p = [[0.25, 0.75]], the loss -log 0.75 =
    0.287682, and the derivatives [[0.25, -0.25]]. And with two: scores [[0, log 3], [0, log 3]] and labels [1, 0] give
    the loss (0.287682 + 1.386294) / 2 = 0.836988, and the derivatives [[0.125, -0.125], [-0.375, 0.375]].
    """
    raise NotImplementedError("softmax_cross_entropy waits for you: what may be subtracted from all scores of a row?")
