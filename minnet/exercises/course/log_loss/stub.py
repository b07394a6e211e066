"""Log loss from logits, and its gradient.

A classifier of two classes gives each sample a score s, its logit; ``p = 1 / (1 + exp(-s))`` is the probability of
class 1, and the loss of a sample is ``-log p`` if its label t is 1 and ``-log(1 - p)`` if it is 0. Over n samples it
is averaged.

In terms of the score itself it is ``softplus(s) - t s`` with ``softplus(s) = log(1 + exp(s))``, and its derivative is
``p - t``: nothing that is divided, and nothing that overflows if it is written with care.
"""

import numpy as np


def log_loss(scores, labels):
    """The mean log loss of scores (n,) for labels (n,) that are 0 or 1, and its derivatives (n,) by the scores.

    A worked example: score log 3 with label 1 has p = 0.75, so the loss is -log 0.75 = 0.287682, and the derivative
    -0.25. With label 0 they are log 4 = 1.386294 and 0.75.
    """
    raise NotImplementedError("log_loss waits for you: what is softplus(s) - t s for t = 1, and for t = 0?")
