"""What right cases have in common that wrong ones lack: one sample, square shapes, a state that is 0, one step."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from minnet.exercises.reasons.attempt import Attempt, Trial
from minnet.exercises.reasons.factors import axis_name, shape_of

FEW = 3  # abouts that are named


def when_right(attempt: Attempt) -> str | None:
    """A sentence that tells right cases from wrong ones, if one condition does."""
    wrong = attempt.wrong
    right = [trial for trial in attempt.trials if not trial.fault]
    if not right or not wrong:
        return None
    if len(wrong) == 1:
        about = wrong[0].case.about
        return f"Other cases are right; this one is about {about}." if about else None
    if len(right) == 1 and right[0].case.about:
        return f"Of {len(attempt.trials)} cases only that about {right[0].case.about} is right."
    of_right, of_wrong = ([dict(_conditions(trial, attempt.defaults)) for trial in trials] for trials in (right, wrong))
    for words in of_right[0]:
        held, lacked = ([each.get(words) for each in group] for group in (of_right, of_wrong))
        if all(held) and all(value is False for value in lacked):
            return f"Your result is right where {words}, and wrong in all other cases."
        if all(lacked) and all(value is False for value in held):
            return f"Your result is wrong where {words}, and right in all other cases."
    abouts = [trial.case.about for trial in wrong]
    if all(abouts) and len(abouts) <= FEW:
        return f"Wrong are the cases about {', '.join(abouts[:-1])} and {abouts[-1]}; {len(right)} others are right."
    return None


def _conditions(trial: Trial, defaults: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """Conditions, in words, and whether they hold in a case."""
    arguments = trial.case.arguments
    for name in defaults:
        yield f"{name} is not given", name not in arguments
    for name, value in (defaults | arguments).items():
        shape = shape_of(value)
        for axis, length in enumerate(shape):
            kind = axis_name(axis, len(shape))
            one = {"entries": "one entry", "rows": "one row", "columns": "one column"}
            yield f"{name} has {one.get(kind, f'length 1 along axis {axis}')}", length == 1
        if len(shape) == 2:
            yield f"{name} is square", shape[0] == shape[1]
        if isinstance(value, bool):
            yield f"{name} is True", value
        elif isinstance(value, int | float):
            yield from ((f"{name} is {number}", value == number) for number in (0, 1))
        elif isinstance(value, np.ndarray) and value.dtype.kind in "fiu":
            yield f"{name} is 0 everywhere", not value.any()
