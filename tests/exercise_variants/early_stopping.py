"""Right solutions of `early_stopping` in other styles, and the numbers of its text."""

import numpy as np
import pytest


def with_a_wait(losses, patience=3, min_delta=0.0):
    lowest, best, wait = np.inf, 0, 0
    for epoch, loss in enumerate(losses):
        if loss < lowest - min_delta:
            lowest, best, wait = loss, epoch, 0
        else:
            wait += 1
        if wait == patience:
            return epoch, best
    return epoch, best


def with_a_while(losses, patience=3, min_delta=0.0):
    epoch = best = 0
    while epoch - best < patience and epoch + 1 < len(losses):
        epoch += 1
        if losses[best] - losses[epoch] > min_delta:
            best = epoch
    return epoch, best


def recursively(losses, patience=3, min_delta=0.0, epoch=0, best=0):
    if epoch and losses[epoch] < losses[best] - min_delta:
        best = epoch
    if epoch - best >= patience or epoch == len(losses) - 1:
        return [epoch, best]
    return recursively(losses, patience, min_delta, epoch + 1, best)


VARIANTS = [{"early_stopping": f} for f in (with_a_wait, with_a_while, recursively)]


def worked(early_stopping):
    assert early_stopping([5, 4, 4.5, 4.2, 4.1, 3], patience=3) == pytest.approx((4, 1))
