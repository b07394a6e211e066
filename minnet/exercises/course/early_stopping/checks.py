"""Losses that fall, rise, stand still, and come back; a smallest gain, and slow progress."""

from minnet.exercises.case import Case


def early_stopping(losses, patience=3, min_delta=0.0):
    best = 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best] - min_delta:
            best = epoch
        elif epoch - best >= patience:
            return epoch, best
    return len(losses) - 1, best


def cases(rng):
    noise = [round(float(x), 3) for x in 0.3 * rng.normal(size=12)]
    yield Case("early_stopping", {"losses": [5, 4, 4.5, 4.2, 4.1, 3]}, "a better loss that comes too late")
    yield Case("early_stopping", {"losses": [9, 8, 7, 6, 5, 4], "patience": 2}, "losses that fall to the end")
    yield Case("early_stopping", {"losses": [1, 2, 3, 4, 5, 6, 7], "patience": 2}, "the first epoch being the best")
    yield Case("early_stopping", {"losses": [3, 2, 2, 2, 2, 2], "patience": 2}, "losses that stand still")
    yield Case(
        "early_stopping", {"losses": [5, 4.95, 4.9, 4.85, 4.4, 4.39, 4.38, 4.37], "patience": 3, "min_delta": 0.2},
        "gains smaller than min_delta",
    )  # fmt: skip
    slow = {"losses": [6, 5.8, 5.6, 5.4, 5.3, 5.2, 4.75, 4.6, 4.5, 4.4, 4.3], "patience": 4, "min_delta": 0.5}
    yield Case("early_stopping", slow, "slow progress: gains that are smaller than min_delta, and together larger")
    slower = {"losses": [2, 1.8, 1.5, 1.4, 1.3, 1.2, 1.15], "patience": 6, "min_delta": 0.4}
    yield Case("early_stopping", slower, "slow progress to the end")
    rising = {"losses": [3, 3.1, 3.2, 3.3, 3.4], "patience": 2, "min_delta": 0.2}
    yield Case("early_stopping", rising, "losses that rise a little")
    yield Case("early_stopping", {"losses": [4, 5, 3, 4, 5, 2, 6, 6, 6], "patience": 3}, "waits that begin anew")
    yield Case("early_stopping", {"losses": [1.5], "patience": 1}, "one epoch")
    yield Case("early_stopping", {"losses": [3 + x for x in noise], "patience": 4}, "noise")
    yield Case("early_stopping", {"losses": [3, 1, 2.5, 2, 1.5, 0.5, 4], "patience": 4}, "a better loss just in time")
    yield Case("early_stopping", {"losses": [4, 3, 5, 6, 2], "patience": 5}, "a last epoch that is the best")
    falling = [3 - 0.1 * k + x for k, x in enumerate(noise)]
    yield Case("early_stopping", {"losses": falling, "patience": 3, "min_delta": 0.1503}, "noise and min_delta")
