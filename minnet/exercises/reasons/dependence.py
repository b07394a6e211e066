"""Whether results depend on the arguments: on all that the right ones depend on, and on any at all."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from minnet.exercises.behaviour import call
from minnet.exercises.case import Case
from minnet.exercises.difference import comparable, difference, ordinal
from minnet.exercises.reasons.attempt import Attempt, Trial, results

STILL = 1e-12  # relative: what has moved by less has not moved


def constant(attempt: Attempt) -> str | None:
    """A sentence if the result is the same in all cases, and the right one is not."""
    trials = attempt.compared
    values = [trial.own.value for trial in trials]
    if len(trials) < 3 or values[0] is None or not comparable(values[0]) or len(trials) < len(attempt.trials):
        return None
    stays = all(difference(value, values[0], 0.0) is None for value in values[1:])
    right_moves = any(difference(trial.right.value, trials[0].right.value, STILL) for trial in trials[1:])
    if stays and right_moves:
        return "Your result is the same in all cases, whatever the arguments are: compute it from them."
    return None


def unused_argument(attempt: Attempt) -> str | None:
    """A sentence if a result never moves when an argument does, in no case, and the right one mostly does."""
    trials = [trial for trial in attempt.compared if comparable(trial.own.value)]
    if not attempt.quick or not any(trial.differs for trial in trials):
        return None
    for name in dict.fromkeys(name for trial in trials for name in trial.case.arguments):
        rows = [row for trial in trials for row in _moves(attempt, trial, name)]
        for k, column in enumerate(zip(*rows, strict=len({len(row) for row in rows}) == 1)):
            if not any(own for own, _ in column) and 2 * sum(right for _, right in column) > len(column):
                which = f"{ordinal(k)} " if len(rows[0]) > 1 else ""
                tried = f"{len(rows)} calls" if len(rows) > 1 else "a call"
                return f"Your {which}result does not depend on {name} (seen in {tried}); the right one does."
    return None


def _moves(attempt: Attempt, trial: Trial, name: str) -> Iterator[list[tuple[bool, bool]]]:
    """For each change of an argument, of each result whether yours and the right one move."""
    for moved in _moved(trial.case.arguments.get(name)):
        other = Case(trial.case.function, trial.case.arguments | {name: moved})
        own, right = call(attempt.function, other), call(attempt.reference, other)
        if own.error or right.error:
            continue
        before, after = results(trial.own.value, trial.right.value), results(own.value, right.value)
        if before and after and len(before) == len(after):
            yield [
                (difference(new, old, STILL) is not None, difference(new_right, old_right, STILL) is not None)
                for (old, old_right), (new, new_right) in zip(before, after, strict=True)
            ]


def _moved(value: Any) -> Iterator[Any]:
    """Other values of the same kind; none if it is not known how. Whole numbers move up and down."""
    rng = np.random.default_rng(0)
    if isinstance(value, np.random.Generator):
        yield rng
    elif isinstance(value, np.ndarray) and value.dtype.kind == "f":
        yield value + 0.1 * rng.standard_normal(value.shape)
    elif isinstance(value, np.ndarray) and value.dtype.kind in "iu":
        yield np.roll(value, 1)
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, *((value - 1,) if value > 1 else ()))
    elif isinstance(value, float):
        yield from (value * 1.1 + 0.01, value * 0.5, value * 2 + 0.5)
