"""From a wrong result to the reason: known mistakes first, then what any result may suffer from."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from types import ModuleType
from typing import Any

import numpy as np

from minnet.exercises.behaviour import SHARED, call, changed_argument, share
from minnet.exercises.case import Case
from minnet.exercises.exercise import Exercise
from minnet.exercises.lines import misspelt
from minnet.exercises.reasons.arrangement import arranged, partly
from minnet.exercises.reasons.attempt import Attempt, Trial, of_places
from minnet.exercises.reasons.calls import always_the_same
from minnet.exercises.reasons.conditions import when_right, with_condition
from minnet.exercises.reasons.dependence import constant, unused_argument
from minnet.exercises.reasons.kinds import kind, one_is_due
from minnet.exercises.reasons.locations import located
from minnet.exercises.reasons.mixing import mixed_argument
from minnet.exercises.reasons.randomness import drawn_elsewhere, drawn_otherwise, remembered
from minnet.exercises.reasons.shapes import misshapen, never_in_shape, number_of_results
from minnet.exercises.reasons.speed import slowness
from minnet.exercises.reasons.transforms import named
from minnet.exercises.reasons.trouble import exception, numerics
from minnet.exercises.reasons.twins import known

REASONS: tuple[Callable[[Attempt], str | None], ...] = (
    with_condition(exception),
    kind,
    drawn_elsewhere,
    remembered,
    constant,
    arranged,
    one_is_due,
    number_of_results,
    always_the_same,
    lambda attempt: of_places(attempt, named),
    never_in_shape,
    numerics,
    lambda attempt: changed_argument(attempt.first.own),
    mixed_argument,
    unused_argument,
    with_condition(misshapen),
    drawn_otherwise,
    with_condition(lambda attempt: of_places(attempt, located)),
    lambda attempt: " ".join(filter(None, (partly(attempt), when_right(attempt)))),
)


@dataclass(frozen=True)
class Failure:
    """What was called, what differs, why, and which hint helps.

    Attributes
    ----------
    case : Case
    what : str
        The first thing that is wrong: a difference, an exception, a change of an argument.
    reason : str
        The named reason; empty if there is none.
    hint : int or None
        Number of the hint, from 1 on.
    to_do : bool
        Nothing is wrong: the function is not written yet.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from minnet.exercises import find
    >>> wrong = SimpleNamespace(sigmoid=lambda x: 0 * x)
    >>> failure = examine(find("sigmoid"), wrong).failure
    >>> isinstance(failure, Failure), failure.case.function
    (True, 'sigmoid')
    """

    case: Case
    what: str
    reason: str = ""
    hint: int | None = None
    to_do: bool = False


@dataclass(frozen=True)
class Report:
    """The result of checking an exercise: how many cases passed, the first failure, whether anything is written yet,
    what may be said of a solution that is right (that it is slow), and what was printed meanwhile."""

    exercise: Exercise
    passed: int
    total: int
    failure: Failure | None
    seed: int
    attempted: bool = True
    note: str = ""
    printed: str = ""

    @property
    def solved(self) -> bool:
        return self.failure is None

    @property
    def to_do(self) -> bool:
        """Whether all that is written is right, and something is not written yet."""
        return self.failure is not None and self.failure.to_do


def examine(exercise: Exercise, solution: ModuleType, seed: int = 0, cases: list[Case] | None = None) -> Report:
    """Check the functions of a module.

    Parameters
    ----------
    exercise : Exercise
    solution : module, or object
        Has the exercise's functions.
    seed : int
        Of the drawn arguments: the same seed draws the same again.
    cases : list of Case, optional
        Some of the exercise's, in the order in which to call; all that the seed draws when not given.
    """
    cases = exercise.cases(seed) if cases is None else cases
    functions = dict.fromkeys(case.function for case in cases)
    own = {name: _function(exercise, solution, name) for name in functions}
    outcomes = [call(own[case.function], case) for case in cases]
    trials = [Trial(each, call(exercise.reference(each.case.function), each.case)) for each in outcomes]
    attempts = {
        name: Attempt(own[name], exercise.reference(name), [t for t in trials if t.case.function == name])
        for name in functions
    }
    wrong = sorted((trial for trial in trials if trial.fault), key=lambda trial: trial.waits)
    failed = _failure(exercise, attempts[wrong[0].case.function]) if wrong else None
    failure = failed or next(filter(None, map(_shared, attempts.values())), None)
    note = "" if failure else " ".join(filter(None, map(slowness, attempts.values())))
    attempted = not all(trial.waits for trial in trials)
    return Report(exercise, len(cases) - len(wrong), len(cases), failure, seed, attempted, note=note)


def _function(exercise: Exercise, solution: ModuleType, name: str) -> Callable[..., Any]:
    """A function of the solution; where it is missing, one that is not written yet."""
    found = getattr(solution, name, None)
    if callable(found):
        return found

    def absent(**_: Any) -> Any:
        near = misspelt(name, vars(solution), exercise.functions)
        guess = f"; is {near!r} meant to be it?" if near else ""
        raise NotImplementedError(f"there is no function {name!r} in it{guess}")

    return absent


def _failure(exercise: Exercise, attempt: Attempt) -> Failure:
    """The first case that is wrong, and the first reason that is found."""
    first = attempt.first
    if first.waits:
        return Failure(first.case, first.fault, hint=1, to_do=True)
    mistakes = [mistake for mistake in exercise.mistakes if mistake.name == first.case.function]
    if mistake := known(mistakes, attempt):
        return Failure(first.case, first.fault, *mistake)
    return Failure(first.case, first.fault, reason(attempt))


def reason(attempt: Attempt) -> str:
    """Why results are wrong, as far as that shows without known mistakes; empty if it does not."""
    with np.errstate(all="ignore"):
        return next(filter(None, (each(attempt) for each in REASONS)), "")


def _shared(attempt: Attempt) -> Failure | None:
    """Results that are right, and change when the function is called again."""
    for one, other in combinations(attempt.trials, 2):
        if share(one.own, other.own):
            what = "the result is right, but another call returned the same array or list"
            return Failure(other.case, what, SHARED)
    return None


def of_functions(functions: dict[str, Callable[..., Any]]) -> ModuleType:
    """A module that has some functions."""
    module = ModuleType("solution")
    vars(module).update(functions)
    return module
