"""Mini-batches, with a ragged last one.

An epoch goes through all samples once, in random order, a few at a time. Where the size does not divide their number,
the last batch is smaller. A mean over the epoch is a mean over samples, so the mean of a small batch counts less.
"""

import numpy as np


def batches(n, size, rng):
    """Indices of an epoch: a list of arrays, each of `size` of the numbers 0 to n - 1, the last of what is left.

    The order is that of ``rng.permutation(n)``, drawn once; rng is a numpy.random.Generator. n and size are at least 1.

    A worked example: if the permutation of 5 is 3, 1, 4, 0, 2, batches of 2 are [3, 1], [4, 0], [2].
    """
    raise NotImplementedError("batches waits for you: where does each batch begin?")


def epoch_mean(means, sizes):
    """The mean over all samples, a number, of the means of batches and of their sizes; both arrays stay as they were.

    A worked number: means 1, 1, 4 of batches of 2, 2 and 1 samples make (2 + 2 + 4) / 5 = 1.6, not 2.
    """
    raise NotImplementedError("epoch_mean waits for you: how many samples stand behind each mean?")
