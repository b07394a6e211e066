"""Right solutions of `early_stopping` in other styles, the numbers of its text, and minnet's own callback."""

from types import SimpleNamespace

import numpy as np
import pytest

import minnet as mn


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
    assert early_stopping([5, 4.7, 4.4, 4.2, 4.1, 4], patience=2, min_delta=0.5) == (4, 2)


def against_minnet(early_stopping):
    for losses, patience, min_delta in (
        ([5, 4, 4.5, 4.2, 4.1, 3], 3, 0.0),
        ([5, 4.7, 4.4, 4.2, 4.1, 4], 2, 0.5),
        ([6, 5.8, 5.6, 5.4, 5.3, 5.2, 4.75, 4.6, 4.5, 4.4, 4.3], 4, 0.5),
        ([3, 3, 3, 2], 2, 0.0),
        ([1.0], 1, 0.0),
    ):
        callback, stopped = mn.EarlyStopping("loss", patience=patience, min_delta=min_delta), []
        for end in range(len(losses)):
            history = SimpleNamespace(history={"loss": losses[: end + 1]})
            callback.on_epoch_end(SimpleNamespace(history=history, stop=stopped.append))
            if stopped:
                break
        assert early_stopping(losses, patience, min_delta) == (end, end - callback.waited)
