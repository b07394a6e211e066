"""Log loss from logits, and its gradient.

A classifier of two classes gives each sample a score s, its logit; ``p = 1 / (1 + exp(-s))`` is the probability of
class 1, and the loss of a sample is ``-log p`` if its label t is 1 and ``-log(1 - p)`` if it is 0. Over n samples it
is averaged.

In terms of the score itself a sample's loss is ``softplus(s) - t s`` with ``softplus(s) = log(1 + exp(s))``, and the
derivative of the mean by that score is ``(p - t) / n``: nothing that can be 0 is divided by, and nothing overflows if
it is written with care. The difference of two large numbers may be rounded: for s = 50 and t = 1 a loss of 0 is as good
as one of 2e-22.
"""

import numpy as np


def log_loss(scores, labels):
    """The mean log loss, a number, of scores (n,) for labels (n,) that are 0 or 1, and its derivatives (n,) by the
    scores, in this order. Scores and labels stay as they were.

    A worked example: scores [log 3, log 3] with labels [1, 0] have p = 0.75 both. The losses are -log 0.75 = 0.287682
    and -log 0.25 = 1.386294, so their mean is 0.836988, and the derivatives are [-0.25 / 2, 0.75 / 2] =
    [-0.125, 0.375].
    """
    raise NotImplementedError("log_loss waits for you: what is softplus(s) - t s for t = 1, and for t = 0?")
