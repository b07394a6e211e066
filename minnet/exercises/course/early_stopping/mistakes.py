"""How early stopping goes wrong."""

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def stop(losses, patience, min_delta, better=None, late=0):
    better = better or (lambda loss, best: loss < best - min_delta)
    best = 0
    for epoch in range(1, len(losses)):
        if better(losses[epoch], losses[best]):
            best = epoch
        elif epoch - best >= patience + late:
            return epoch, best
    return len(losses) - 1, best


def lowest(losses):
    return min(range(len(losses)), key=losses.__getitem__)


def wrong_comparison(sentence, better):
    """Another meaning of better, ``better(loss, best, min_delta)``."""

    @mistakes(sentence, hint=2)
    def early_stopping__better(losses, patience=3, min_delta=0.0):
        return stop(losses, patience, min_delta, better=lambda loss, best: better(loss, best, min_delta))


def wrong_results(sentence, hint, results):
    """A mistake in what is returned: ``results(losses, patience, end, best)`` of what was right."""

    @mistakes(sentence, hint=hint)
    def early_stopping__results(losses, patience=3, min_delta=0.0):
        return results(losses, patience, *stop(losses, patience, min_delta))


def wrong_wait(sentence, hint, wait):
    """A mistake in the waiting: ``wait(losses, patience, min_delta)`` gives the results."""

    @mistakes(sentence, hint=hint)
    def early_stopping__wait(losses, patience=3, min_delta=0.0):
        return wait(losses, patience, min_delta)


wrong_comparison("A loss that equals the best is no better: it does not begin the wait anew.",
                 lambda loss, best, delta: loss <= best - delta)  # fmt: skip
wrong_comparison("min_delta is never looked at: gains that are smaller count as none.",
                 lambda loss, best, delta: loss < best)  # fmt: skip
wrong_comparison("min_delta has the wrong sign: better is lower than the best *minus* min_delta.",
                 lambda loss, best, delta: loss < best + delta)  # fmt: skip
wrong_comparison("min_delta is a part of the best in yours; it is subtracted as it is: best - min_delta.",
                 lambda loss, best, delta: loss < best * (1 - delta))  # fmt: skip
wrong_comparison("Every change by more than min_delta counts as better in yours, upwards too: leave abs out.",
                 lambda loss, best, delta: abs(loss - best) > delta)  # fmt: skip
wrong_comparison("Larger losses count as better: that is for accuracies.",
                 lambda loss, best, delta: loss > best + delta)  # fmt: skip
wrong_comparison("A loss counts as better in yours as soon as it is below min_delta: compare it with the best.",
                 lambda loss, best, delta: loss < delta)  # fmt: skip
wrong_comparison("Better is lower by *more* than min_delta in the text; yours asks for lower by less.",
                 lambda loss, best, delta: best - delta < loss < best)  # fmt: skip

ONE_LATE = "One epoch too late: when patience epochs have been no better, it stops, and does not see one more."
ONE_EARLY = "One epoch too early: patience epochs are waited for, and yours waits for one less."
wrong_wait(ONE_LATE, 3, lambda losses, patience, delta: stop(losses, patience, delta, late=1))
wrong_wait(ONE_EARLY, 3, lambda losses, patience, delta: stop(losses, patience, delta, late=-1))
wrong_wait("patience is never looked at: yours stops at the first epoch that is no better.", 3,
           lambda losses, patience, delta: stop(losses, 1, delta))  # fmt: skip
wrong_wait("patience is never looked at: 3 is written in its place.", 3,
           lambda losses, patience, delta: stop(losses, 3, delta))  # fmt: skip
wrong_wait("It never stops in yours: after patience epochs that are no better, return.", 3,
           lambda losses, patience, delta: stop(losses, len(losses), delta))  # fmt: skip


def running(losses, patience, reference, better, resets=True, first=1, wait=0):
    """Early stopping that counts: reference(losses, epoch, best) is what a loss is compared with."""
    best = 0
    for epoch in range(first, len(losses)):
        if better(losses[epoch], reference(losses, epoch, best)):
            best, wait = epoch, wait if not resets else 0
        else:
            wait += 1
            if wait >= patience:
                return epoch, best
    return len(losses) - 1, best


def since(delta):
    return lambda loss, reference: loss < reference - delta


wrong_wait("The wait never begins anew: a better loss sets it back to 0.", 3,
           lambda losses, patience, delta: running(losses, patience, lambda losses, epoch, best: losses[best],
                                                   since(delta), resets=False))  # fmt: skip
wrong_wait("The loss is compared with that of the epoch before, and the best epoch is the last that was better than "
           "that; compare with the best so far.", 2,
           lambda losses, patience, delta: running(losses, patience, lambda losses, epoch, best: losses[epoch - 1],
                                                   since(delta)))  # fmt: skip
wrong_wait("Each loss is compared with the lowest so far, though that was lower by less than min_delta and did not "
           "count: the best is the last epoch that counted as better.", 2,
           lambda losses, patience, delta: running(losses, patience, lambda losses, epoch, best: min(losses[:epoch]),
                                                   since(delta)))  # fmt: skip
wrong_wait("The first epoch counts as one that is no better: there is none before it.", 3,
           lambda losses, patience, delta: running(losses, patience, lambda losses, epoch, best: losses[best],
                                                   since(delta), first=0))  # fmt: skip
wrong_wait("The best loss begins at 0, which no loss is below: begin with that of epoch 0, or with infinity.", 2,
           lambda losses, patience, delta: running(losses, patience, lambda losses, epoch, best: 0.0, since(delta),
                                                   first=0))  # fmt: skip
wrong_wait("The last epoch is never looked at: range(1, len(losses)) ends before len(losses) by itself.", 4,
           lambda losses, patience, delta: (lambda end, best: (end + (end == len(losses) - 2), best))(
               *stop(losses[:-1] or losses, patience, delta)))  # fmt: skip
wrong_wait("The best epoch is never renewed: each loss is compared with the first one.", 2,
           lambda losses, patience, delta: (running(losses, patience, lambda losses, epoch, best: losses[0],
                                                    since(delta))[0], 0))  # fmt: skip
wrong_wait("Each loss is compared with the first one; compare it with the best so far.", 2,
           lambda losses, patience, delta: running(losses, patience, lambda losses, epoch, best: losses[0],
                                                   since(delta)))  # fmt: skip


def against_the_one_before(losses, patience, min_delta, worse):
    best, wait = 0, 0
    for epoch in range(1, len(losses)):
        wait = wait + 1 if worse(losses[epoch], losses[epoch - 1], min_delta) else 0
        best = epoch if losses[epoch] < losses[best] - min_delta else best
        if wait >= patience:
            return epoch, best
    return len(losses) - 1, best


wrong_wait("The loss is compared with that of the epoch before, and not with the best so far.", 2,
           lambda losses, patience, delta: against_the_one_before(
               losses, patience, delta, lambda loss, before, delta: not loss < before - delta))  # fmt: skip
wrong_wait("You wait for losses that rise from epoch to epoch; what counts is that none is better than the best.", 2,
           lambda losses, patience, delta: against_the_one_before(
               losses, patience, delta, lambda loss, before, delta: loss > before))  # fmt: skip
wrong_wait("You wait for losses that rise by min_delta; what counts is that none is better than the best.", 2,
           lambda losses, patience, delta: against_the_one_before(
               losses, patience, delta, lambda loss, before, delta: loss > before + delta))  # fmt: skip


def counted_where_worse(losses, patience, min_delta):
    best, wait = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best] - min_delta:
            best, wait = epoch, 0
        elif losses[epoch] > losses[best]:
            wait += 1
        if wait >= patience:
            return epoch, best
    return len(losses) - 1, best


wrong_wait("You wait for losses above the best alone; one that equals it, or gains too little, is no better either, "
           "and counts.", 3, counted_where_worse)  # fmt: skip
wrong_wait("You begin with the lowest loss of all, and wait from there: training may have stopped before it.", 3,
           lambda losses, patience, delta: (
               min(lowest(losses) + patience, len(losses) - 1), lowest(losses)))  # fmt: skip


def counted_from_the_lowest(losses, patience, min_delta):
    """The wait begins anew with a gain over the lowest loss; the lowest is what is kept."""
    best, wait = 0, 0
    for epoch in range(1, len(losses)):
        wait = 0 if losses[epoch] < losses[best] - min_delta else wait + 1
        best = epoch if losses[epoch] < losses[best] else best
        if wait >= patience:
            return epoch, best
    return len(losses) - 1, best


def with_the_variable_of_the_loop(losses, patience, min_delta):
    best = 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best] - min_delta:
            best = epoch
        if epoch - best >= patience:
            break
    return epoch, best


def without_the_first(losses, patience, min_delta):
    """Epochs as enumerate(losses[1:]) counts them."""
    best, wait, lowest = 0, 0, losses[0]
    for epoch, loss in enumerate(losses[1:]):
        wait += 1
        if loss < lowest - min_delta:
            best, wait, lowest = epoch, 0, loss
        if wait >= patience:
            return epoch, best
    return len(losses) - 1, best


wrong_wait("With one epoch range(1, 1) is empty, and the loop's variable has no value behind it: return "
           "len(losses) - 1.", 4, with_the_variable_of_the_loop)  # fmt: skip
wrong_wait("losses[1:] begins with epoch 1, and enumerate counts it as 0: your epochs are one too low.", 4,
           without_the_first)  # fmt: skip
wrong_wait("The best epoch is renewed by every lower loss, and the wait is not: min_delta is for both. The best is the "
           "last epoch that counted as better.", 2, counted_from_the_lowest)  # fmt: skip


wrong_results("You return the epoch of the lowest loss of all; what comes after the stop is never seen.", 4,
              lambda losses, patience, end, best: (end, lowest(losses)))  # fmt: skip
wrong_results("You return the epoch of the lowest loss until the stop; the best is the last that counted as better, by "
              "more than min_delta.", 4,
              lambda losses, patience, end, best: (end, lowest(losses[: end + 1])))  # fmt: skip
wrong_results("Epochs are counted from 0, yours from 1.", 4,
              lambda losses, patience, end, best: (end + 1, best + 1))  # fmt: skip
wrong_results("Your first result is one too large: the epoch after which it stops is counted from 0, as the best.", 4,
              lambda losses, patience, end, best: (end + 1, best))  # fmt: skip
wrong_results("The best epoch is counted from 1 in yours; from 0.", 4,
              lambda losses, patience, end, best: (end, best + 1))  # fmt: skip
wrong_results("Your first result is one too small where it stops early: it is the epoch that has used up patience.", 4,
              lambda losses, patience, end, best: (end - (end - best >= patience), best))  # fmt: skip
wrong_results("Where it does not stop early you return len(losses); the last epoch is len(losses) - 1.", 4,
              lambda losses, patience, end, best: (end + (end - best < patience), best))  # fmt: skip
wrong_results("Where it does not stop early you return the best epoch twice; the first is the last epoch.", 4,
              lambda losses, patience, end, best: (end if end - best >= patience else best, best))  # fmt: skip
wrong_results("Where it does not stop early you return nothing (None): return behind the loop as well.", 4,
              lambda losses, patience, end, best: (end, best) if end - best >= patience else None)  # fmt: skip
wrong_results("Where it does not stop early you return the last epoch as the best: it is the one that was.", 4,
              lambda losses, patience, end, best: (end, best if end - best >= patience else end))  # fmt: skip
wrong_results("You return the best epoch plus patience, even beyond the last epoch.", 4,
              lambda losses, patience, end, best: (best + patience, best))  # fmt: skip
wrong_results("Your best epoch is the last one minus patience; where it does not stop early it is another.", 4,
              lambda losses, patience, end, best: (end, max(end - patience, 0)))  # fmt: skip
wrong_results("Your first result is how long it has waited, not the epoch after which it stops.", 4,
              lambda losses, patience, end, best: (end - best, best))  # fmt: skip
wrong_results("Your second result is how long it has waited, not the best epoch.", 4,
              lambda losses, patience, end, best: (end, end - best))  # fmt: skip
wrong_results("Your second result is the last epoch once more, not the best.", 4,
              lambda losses, patience, end, best: (end, end))  # fmt: skip
wrong_results("The order is: the epoch after which it stops, then the best one.", 1,
              lambda losses, patience, end, best: (best, end))  # fmt: skip
wrong_results("The second result is the epoch of the best loss, not the loss itself.", 4,
              lambda losses, patience, end, best: (end, losses[best]))  # fmt: skip
wrong_results("The results are epochs, not their losses.", 4,
              lambda losses, patience, end, best: (losses[end], losses[best]))  # fmt: skip
wrong_results("Only the last epoch is returned; the best one is asked for as well.", 1,
              lambda losses, patience, end, best: end)  # fmt: skip
wrong_results("Only the best epoch is returned; the one after which it stops is asked for as well, and comes first.", 1,
              lambda losses, patience, end, best: best)  # fmt: skip


@mistakes("losses is used up: pop takes each out of the list of the caller. Go through it with a loop.", hint=3)
def early_stopping__used_up(losses, patience=3, min_delta=0.0):
    results = stop(losses, patience, min_delta)
    del losses[: results[0] + 1]
    return results


@mistakes("losses is changed: sort puts the list of the caller in another order; sorted makes a new one.", hint=3)
def early_stopping__sorted(losses, patience=3, min_delta=0.0):
    results = stop(losses, patience, min_delta)
    losses.sort()
    return results
