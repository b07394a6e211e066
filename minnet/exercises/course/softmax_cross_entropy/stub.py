"""Softmax and cross entropy, from scores to the loss and its derivatives.

A network gives each of c classes a score. ``p = exp(scores) / sum(exp(scores))``, row by row, are probabilities, and
the loss of a sample of class k is ``-log p[k]``. Over n samples it is averaged. Together the two have a simple
derivative: by the scores it is ``(p - one-hot) / n``, where one-hot has a 1 at the true class.
"""

import numpy as np


def softmax_cross_entropy(scores, labels):
    """The mean loss, and its derivatives (n, c) by the scores (n, c); labels (n,) are whole numbers from 0 to c - 1.

    No score may overflow: adding the same number to all scores of a row changes nothing.

    A worked example: scores [[0, log 3]] and label [1] give p = [[0.25, 0.75]], the loss -log 0.75 = 0.287682, and the
    derivatives [[0.25, -0.25]].
    """
    raise NotImplementedError("softmax_cross_entropy waits for you: what may be subtracted from all scores of a row?")
