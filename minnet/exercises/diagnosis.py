"""From a wrong result to the reason: known mistakes first, then what any result may suffer from."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from minnet.exercises.behaviour import Outcome, call, changed_argument, returned_argument, unused_argument
from minnet.exercises.case import Case, Mistake
from minnet.exercises.difference import difference
from minnet.exercises.exercise import Exercise
from minnet.exercises.transforms import named

SAME = 1e-7  # relative: results of a mistake that are so near are that mistake's


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
    """

    case: Case
    what: str
    reason: str = ""
    hint: int | None = None


@dataclass(frozen=True)
class Report:
    """The result of checking an exercise: how many cases passed, the first failure, what may be said of a solution that
    is right, and what was printed meanwhile."""

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
    missing = [name for name in functions if not callable(getattr(solution, name, None))]
    if missing:
        case = next(case for case in cases if case.function == missing[0])
        failure = Failure(case, f"there is no function {missing[0]!r} in it")
        return Report(exercise, 0, len(cases), failure, seed, attempted=False)
    outcomes = [call(getattr(solution, case.function), case) for case in cases]
    expected = [call(exercise.reference(case.function), case) for case in cases]
    wrong = [k for k in range(len(cases)) if _what(outcomes[k], expected[k])]
    attempted = not isinstance(outcomes[0].error, NotImplementedError)
    if not wrong:
        return Report(exercise, len(cases), len(cases), None, seed)
    first = wrong[0]
    what = _what(outcomes[first], expected[first])
    same_function = [k for k in range(len(cases)) if cases[k].function == cases[first].function]
    reason, hint = _reason(exercise, solution, [(outcomes[k], expected[k]) for k in same_function], outcomes[first])
    return Report(
        exercise, len(cases) - len(wrong), len(cases), Failure(cases[first], what, reason, hint), seed, attempted
    )


def _what(outcome: Outcome, expected: Outcome) -> str:
    """What is wrong with a call; empty if nothing is."""
    if isinstance(outcome.error, NotImplementedError):
        return str(outcome.error) or "not written yet"
    if outcome.error is not None:
        return f"it raised {type(outcome.error).__name__}: {outcome.error}"
    if found := difference(outcome.value, expected.value, outcome.case.tolerance):
        return str(found)
    if outcome.warned and not expected.warned:
        return f"the result is right, but NumPy warned: {outcome.warned}"
    return changed_argument(outcome) or returned_argument(outcome) or ""


def _reason(
    exercise: Exercise, solution: ModuleType, pairs: list[tuple[Outcome, Outcome]], first: Outcome
) -> tuple[str, int | None]:
    """A sentence and a hint, or nothing."""
    if isinstance(first.error, NotImplementedError):
        return "", 1
    if mistake := _twin(exercise, pairs, first.case.function):
        return mistake.sentence, mistake.hint
    if first.error is not None:
        return _of_exception(first), None
    function = getattr(solution, first.case.function)
    wrong = [
        (own.value, right.value, own.case.arguments)
        for own, right in pairs
        if own.error is None and difference(own.value, right.value, own.case.tolerance)
    ]
    if wrong and (sentence := named(wrong)):
        return sentence, None
    if sentence := changed_argument(first):
        return sentence, None
    if wrong and (sentence := unused_argument(function, exercise.reference(first.case.function), first.case)):
        return sentence, None
    right_ones = [own.case.about for own, right in pairs if not _what(own, right)]
    if wrong and right_ones and first.case.about:
        return f"Other cases are right; this one is about {first.case.about}.", None
    return "", None


def _twin(exercise: Exercise, pairs: list[tuple[Outcome, Outcome]], function: str) -> Mistake | None:
    """The mistake whose results are the student's in all cases of the function, and the right ones not in all."""
    for mistake in exercise.mistakes:
        if mistake.name != function:
            continue
        results = [call(mistake.function, own.case) for own, _ in pairs]
        differs = any(_what(twin, right) for twin, (_, right) in zip(results, pairs, strict=True))
        tells = any(not twin.error for twin in results)  # exceptions alone say little
        if differs and tells and all(_alike(twin, own) for twin, (own, _) in zip(results, pairs, strict=True)):
            return mistake
    return None


def _alike(twin: Outcome, own: Outcome) -> bool:
    if twin.error or own.error:
        return type(twin.error) is type(own.error)
    return (
        difference(own.value, twin.value, SAME) is None
        and bool(twin.warned) == bool(own.warned)
        and bool(changed_argument(twin)) == bool(changed_argument(own))
    )


def _of_exception(outcome: Outcome) -> str:
    """What an exception of NumPy or Python is most often about."""
    text = str(outcome.error)
    if isinstance(outcome.error, ValueError) and ("broadcast" in text or "matmul" in text or "aligned" in text):
        shapes = ", ".join(f"{name} {np.shape(value)}" for name, value in outcome.case.arguments.items())
        return f"Shapes do not fit together somewhere. The arguments: {shapes}. Write the shape of each step beside it."
    if isinstance(outcome.error, TypeError) and "argument" in text:
        return f"The function is called by names, with {', '.join(outcome.case.arguments)}: keep these parameters."
    return ""


def of_functions(functions: dict[str, Callable[..., Any]]) -> ModuleType:
    """A module that has some functions."""
    module = ModuleType("solution")
    vars(module).update(functions)
    return module
