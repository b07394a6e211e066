"""With what a function that is an argument is called."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from minnet.exercises.behaviour import call
from minnet.exercises.case import Case
from minnet.exercises.difference import comparable, difference
from minnet.exercises.reasons.attempt import Attempt, Trial
from minnet.exercises.reasons.dependence import STILL


def always_the_same(attempt: Attempt) -> str | None:
    """A sentence if a function that is given is called with the same numbers again and again, and is not to be."""
    trials = [trial for trial in attempt.wrong if trial.own.error is None]
    names = [name for name, value in attempt.first.case.arguments.items() if callable(value)]
    if not attempt.quick or not trials or len(trials) < len(attempt.wrong):
        return None
    for name in names:
        if all(
            _still(attempt.function, trial, name) and not _still(attempt.reference, trial, name) for trial in trials
        ):
            return (
                f"Every call of {name} gets the same numbers. Perhaps a copy is changed that {name} never sees "
                "(flatten, copy, astype and a list as an index make one), two names are of one array, or what the "
                "first step began with is taken again."
            )
    return None


def _still(function: Callable[..., Any], trial: Trial, name: str) -> bool:
    """Whether there are calls of an argument, and all are like the first."""
    seen: list[list[Any]] = []
    inner = trial.case.arguments[name]

    def recorded(*arguments: Any) -> Any:
        seen.append(deepcopy(list(arguments)))
        return inner(*arguments)

    call(function, Case(trial.case.function, trial.case.arguments | {name: recorded}))
    return len(seen) > 1 and comparable(seen[0]) and all(difference(each, seen[0], STILL) is None for each in seen)
