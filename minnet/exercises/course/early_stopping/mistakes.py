"""How early stopping goes wrong."""

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def stop(losses, patience, min_delta, better=None, first=0.0, late=0):
    better = better or (lambda loss, best: loss < best - min_delta)
    best = 0
    for epoch in range(1, len(losses)):
        if better(losses[epoch], losses[best]):
            best = epoch
        elif epoch - best >= patience + late:
            return epoch, best
    return len(losses) - 1, best


@mistakes("One epoch too late: when patience epochs have been no better, it stops, and does not see one more.", hint=3)
def early_stopping__one_late(losses, patience=3, min_delta=0.0):
    return stop(losses, patience, min_delta, late=1)


@mistakes("One epoch too early: patience epochs are waited for, and yours waits for one less.", hint=3)
def early_stopping__one_early(losses, patience=3, min_delta=0.0):
    return stop(losses, patience, min_delta, late=-1)


@mistakes("A loss that equals the best is no better: it does not begin the wait anew.", hint=2)
def early_stopping__equal_is_better(losses, patience=3, min_delta=0.0):
    return stop(losses, patience, min_delta, better=lambda loss, best: loss <= best - min_delta)


@mistakes("min_delta is never looked at: gains that are smaller count as none.", hint=2)
def early_stopping__no_delta(losses, patience=3, min_delta=0.0):
    return stop(losses, patience, 0.0)


@mistakes("min_delta has the wrong sign: better is lower than the best *minus* min_delta.", hint=2)
def early_stopping__delta_added(losses, patience=3, min_delta=0.0):
    return stop(losses, patience, -min_delta)


@mistakes("The loss is compared with that of the epoch before, and not with the best so far.", hint=2)
def early_stopping__with_the_one_before(losses, patience=3, min_delta=0.0):
    best, wait = 0, 0
    for epoch in range(1, len(losses)):
        wait = 0 if losses[epoch] < losses[epoch - 1] - min_delta else wait + 1
        best = epoch if losses[epoch] < losses[best] - min_delta else best
        if wait >= patience:
            return epoch, best
    return len(losses) - 1, best


@mistakes("The wait never begins anew: a better loss sets it back to 0.", hint=3)
def early_stopping__wait_not_reset(losses, patience=3, min_delta=0.0):
    best, wait = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best] - min_delta:
            best = epoch
        else:
            wait += 1
            if wait >= patience:
                return epoch, best
    return len(losses) - 1, best


@mistakes("You return the epoch of the lowest loss of all; what comes after the stop is never seen.", hint=4)
def early_stopping__best_of_all(losses, patience=3, min_delta=0.0):
    return stop(losses, patience, min_delta)[0], min(range(len(losses)), key=losses.__getitem__)


@mistakes("Larger losses count as better: that is for accuracies.", hint=2)
def early_stopping__larger(losses, patience=3, min_delta=0.0):
    return stop(losses, patience, min_delta, better=lambda loss, best: loss > best + min_delta)


@mistakes("Epochs are counted from 0, yours from 1.", hint=4)
def early_stopping__from_one(losses, patience=3, min_delta=0.0):
    epoch, best = stop(losses, patience, min_delta)
    return epoch + 1, best + 1


@mistakes("The order is: the epoch after which it stops, then the best one.", hint=1)
def early_stopping__order(losses, patience=3, min_delta=0.0):
    return stop(losses, patience, min_delta)[::-1]


@mistakes("The second result is the epoch of the best loss, not the loss itself.", hint=4)
def early_stopping__loss(losses, patience=3, min_delta=0.0):
    epoch, best = stop(losses, patience, min_delta)
    return epoch, losses[best]
