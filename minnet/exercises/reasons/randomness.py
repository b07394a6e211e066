"""Whether random numbers come from the given generator, and whether a function remembers what it should not."""

from typing import Any

import numpy as np

from minnet.exercises.behaviour import SHARED, Outcome, share
from minnet.exercises.difference import comparable, difference
from minnet.exercises.reasons.attempt import Attempt, Trial


def drawn_elsewhere(attempt: Attempt) -> str | None:
    """A sentence if random numbers are not drawn from the generator that is given, or not as the right ones are."""
    trials = _with_generator(attempt)
    if not trials or not attempt.quick:
        return None
    name = _generator(trials[0].case.arguments)
    if all(_drew(trial.right, trial) and not _drew(trial.own, trial) for trial in trials):
        if any(not _equal(attempt.again(trial.case), attempt.again(trial.case)) for trial in trials):
            return (
                f"Your random numbers are not drawn from {name}: two calls with equal generators give different "
                f"results. np.random's functions and a generator of your own know nothing of {name}; call its methods."
            )
        return f"Nothing is drawn from {name}: your result is the same whatever generator is given."
    return None


def drawn_otherwise(attempt: Attempt) -> str | None:
    """A sentence if other numbers are drawn from the given generator than the right ones."""
    trials = _with_generator(attempt)
    if trials and all(_state(trial.own) != _state(trial.right) for trial in trials):
        return (
            f"Your function draws from {_generator(trials[0].case.arguments)}, but not as the text says (another "
            "method, another number of draws, or another order): perhaps your numbers are right in kind, and others."
        )
    return None


def remembered(attempt: Attempt) -> str | None:
    """A sentence if calls with the same arguments do not have results of their own."""
    trial = next((trial for trial in attempt.wrong if trial.own.error is None), None)
    if trial is None or not attempt.quick:
        return None
    first, second = attempt.again(trial.case), attempt.again(trial.case)
    if share(first, second):
        return SHARED
    if not _equal(first, second):
        return (
            "Two calls with the same arguments give different results: something is kept from call to call (a global "
            "variable, a default argument that is changed), or drawn at random."
        )
    return None


def _equal(first: Outcome, second: Outcome) -> bool:
    """Unless it is clear that they are not."""
    unclear = first.error or second.error or not comparable(first.value)
    return bool(unclear) or difference(second.value, first.value, 0.0) is None


def _with_generator(attempt: Attempt) -> list[Trial]:
    """The wrong cases, if all of them have a generator and return something."""
    fitting = [trial for trial in attempt.wrong if trial.own.error is None and _generator(trial.case.arguments)]
    return fitting if len(fitting) == len(attempt.wrong) else []


def _generator(arguments: dict[str, Any]) -> str:
    """The name of the generator among the arguments, empty if there is none."""
    return next((name for name, value in arguments.items() if isinstance(value, np.random.Generator)), "")


def _drew(outcome: Outcome, trial: Trial) -> bool:
    name = _generator(trial.case.arguments)
    return _state(outcome) != str(trial.case.arguments[name].bit_generator.state)


def _state(outcome: Outcome) -> str:
    return str(outcome.arguments[_generator(outcome.case.arguments)].bit_generator.state)
