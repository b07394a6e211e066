"""A student's function beside the right one, called with the same arguments."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from inspect import signature
from typing import Any

from minnet.exercises.behaviour import Outcome, call, changed_argument, returned_argument
from minnet.exercises.case import Case
from minnet.exercises.difference import difference, numbers, ordinal, parts
from minnet.exercises.lines import notes
from minnet.types import Array

PATIENCE = 0.2  # seconds for all cases


@dataclass(frozen=True)
class Trial:
    """One case: what the student's function did, and what the right one does."""

    own: Outcome
    right: Outcome

    @property
    def case(self) -> Case:
        return self.own.case

    @property
    def waits(self) -> bool:
        """Whether the student's function is not written yet."""
        return isinstance(self.own.error, NotImplementedError)

    @cached_property
    def differs(self) -> bool:
        """Whether it raised, or the results are not those expected."""
        own = self.own
        return own.error is not None or difference(own.value, self.right.value, self.case.tolerance) is not None

    @cached_property
    def fault(self) -> str:
        """What is wrong; empty if nothing is."""
        own = self.own
        if self.waits:
            return str(own.error) or "not written yet"
        if own.error is not None:
            return _raised(own.error)
        if self.differs:
            return str(difference(own.value, self.right.value, self.case.tolerance))
        if own.warned and not self.right.warned:
            return f"the result is right, but NumPy warned: {own.warned}"
        return changed_argument(own) or returned_argument(own) or ""


def _raised(error: BaseException) -> str:
    text = "" if isinstance(error, SystemExit) else str(error)
    place = ", ".join(notes(error))
    return f"it raised {type(error).__name__}{f': {text}' if text else ''}{f' ({place})' if place else ''}"


@dataclass(frozen=True)
class Pair:
    """A number or array of a student's result, the right one, the case's arguments, and whether it is wrong."""

    yours: Array
    right: Array
    arguments: dict[str, Any]
    wrong: bool


@dataclass(frozen=True)
class Place:
    """One of the results that a function returns, in all cases.

    Attributes
    ----------
    number : int or None
        Which of several results, from 0 on; None if there is one.
    pairs : list of Pair
        Empty if they are no numbers, or not as many as expected.
    wrong : bool
        In at least one case.
    """

    number: int | None
    pairs: list[Pair]
    wrong: bool


@dataclass(frozen=True)
class Attempt:
    """A student's function, the right one, and what both did in some cases."""

    function: Callable[..., Any]
    reference: Callable[..., Any]
    trials: list[Trial]

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """Arguments that need not be given; those of functions in C are not known."""
        try:
            parameters = signature(self.reference).parameters.values()
        except ValueError:
            return {}
        return {each.name: each.default for each in parameters if each.default is not each.empty}

    @cached_property
    def wrong(self) -> list[Trial]:
        return [trial for trial in self.trials if trial.fault]

    @cached_property
    def right(self) -> list[Trial]:
        return [trial for trial in self.trials if not trial.fault]

    @cached_property
    def first(self) -> Trial:
        """That is wrong."""
        return self.wrong[0]

    @cached_property
    def compared(self) -> list[Trial]:
        """Those that returned something."""
        return [trial for trial in self.trials if trial.own.error is None]

    @cached_property
    def places(self) -> list[Place]:
        """The results, each in all cases; none if there are not as many as expected."""
        rows = [results(trial.own.value, trial.right.value) for trial in self.compared]
        if not rows or None in rows or len({len(row) for row in rows if row}) != 1:
            return []
        columns = zip(*[row for row in rows if row], strict=True)
        return [self._place(k, list(column)) for k, column in enumerate(columns)]

    def _place(self, number: int, column: list[tuple[Any, Any]]) -> Place:
        pairs, comparable, wrong = [], True, False
        for trial, (yours, right) in zip(self.compared, column, strict=True):
            wrong |= difference(yours, right, trial.case.tolerance) is not None
            found = list(_pairs(yours, right, self.defaults | trial.case.arguments, trial.case.tolerance))
            comparable &= bool(found)
            pairs += found
        several = isinstance(self.compared[0].right.value, tuple)
        return Place(number if several else None, pairs if comparable else [], wrong)

    @property
    def quick(self) -> bool:
        """Whether it may be called again and again to find a reason."""
        return sum(trial.own.seconds for trial in self.trials) < PATIENCE

    def again(self, case: Case) -> Outcome:
        return call(self.function, case)


def results(yours: Any, right: Any) -> list[tuple[Any, Any]] | None:
    """Yours and the right one of each result that a function returns; None if there are not as many as expected."""
    if not isinstance(right, tuple):
        return [(yours, right)]
    if not isinstance(yours, tuple | list) or len(yours) != len(right):
        return None
    return list(zip(yours, right, strict=True))


def _pairs(yours: Any, right: Any, arguments: dict[str, Any], tolerance: float) -> Iterator[Pair]:
    """The arrays of a result (a list may hold several); nothing if they are not numbers, or not as many."""
    own, expected = parts(yours), parts(right)
    if not isinstance(right, tuple | list):
        own = [yours]  # a list of numbers stands for an array
    arrays = [numbers(each) for each in (*own, *expected)]
    if len(own) != len(expected) or any(array is None for array in arrays):
        return
    floats = [array.astype(float) for array in arrays if array is not None]
    for a, b in zip(floats[: len(own)], floats[len(own) :], strict=True):
        yield Pair(a, b, arguments, difference(a, b, tolerance) is not None)


def of_places(attempt: Attempt, predicate: Callable[[list[Pair]], str | None]) -> str | None:
    """A sentence from a predicate (such as "has the wrong sign") of each wrong result; None if none of them has one."""
    places = attempt.places
    found: dict[str, list[int]] = {}
    unnamed = []
    for place in places:
        said = predicate(place.pairs) if place.wrong and place.pairs else None
        if said and place.number is None:
            return _sentence("Your result", said)
        if said:
            found.setdefault(said, []).append(place.number or 0)
        elif place.wrong:
            unnamed.append(place.number or 0)
    if not found:
        return None
    sentences = [_sentence(subject(numbered), said) for said, numbered in found.items()]
    if unnamed:
        sentences.append(f"{subject(unnamed)} is wrong too.")
    elif rest := len(places) - sum(map(len, found.values())):
        sentences[-1] = sentences[-1][:-1] + ("; the other is right." if rest == 1 else "; the others are right.")
    return " ".join(sentences)


def _sentence(subject: str, predicate: str) -> str:
    return f"{subject}{predicate}." if predicate.startswith(",") else f"{subject} {predicate}."


def subject(places: list[int]) -> str:
    """Your first result; Each of your first and second results"""
    names = listed(places)
    return f"Your {names} result" if len(places) == 1 else f"Each of your {names} results"


def listed(places: list[int]) -> str:
    """first, second and third"""
    words = [ordinal(k) for k in places]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
