"""Whether a right function takes far longer than it needs: told, not failed."""

from minnet.exercises.behaviour import call
from minnet.exercises.reasons.attempt import Attempt

MANY = 100  # times as long as the right function
LONG = 0.02  # seconds: of shorter calls nothing is said


def slowness(attempt: Attempt) -> str:
    """A sentence of the slowest call, if it is slow when it is called once more, too; else empty."""
    slowest = max(attempt.trials, key=lambda trial: trial.own.seconds)
    if not slow(slowest.own.seconds, slowest.right.seconds):
        return ""
    own = min(slowest.own.seconds, attempt.again(slowest.case).seconds)
    right = max(slowest.right.seconds, call(attempt.reference, slowest.case).seconds)
    if not slow(own, right):
        return ""
    return (
        f"{slowest.case.function} is right, but takes {own:.2g} s where {right:.2g} s are enough: use functions of "
        "NumPy on whole arrays in place of loops over their numbers, and compute nothing twice."
    )


def slow(own: float, right: float) -> bool:
    return own > LONG and own > MANY * right
