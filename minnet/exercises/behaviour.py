"""How a function behaves, beside what it returns: whether it changes its arguments, and whether its results are new."""

import time
import warnings
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from inspect import iscoroutine
from typing import Any

import numpy as np

from minnet.exercises.case import Case
from minnet.exercises.difference import comparable, difference, parts

SHARED = (
    "Your function returns the same array or list at every call, so the next call writes into what this one returned: "
    "make a new array in each call, or return a copy."
)


@dataclass
class Outcome:
    """What a call returned or raised, its arguments afterwards, NumPy's first warning, and the seconds it took."""

    case: Case
    value: Any = None
    error: BaseException | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    warned: str = ""
    seconds: float = 0.0


def call(function: Callable[..., Any], case: Case) -> Outcome:
    """Call with copies of the case's arguments."""
    outcome = Outcome(case, arguments=deepcopy(case.arguments))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        begun = time.perf_counter()
        try:
            outcome.value = function(**outcome.arguments)
        except (Exception, SystemExit) as error:
            outcome.error = error
        outcome.seconds = time.perf_counter() - begun
        if iscoroutine(outcome.value):
            outcome.value.close()  # it would warn that nobody awaits it
    numeric = [str(w.message) for w in caught if issubclass(w.category, RuntimeWarning)]
    outcome.warned = numeric[0] if numeric else ""
    return outcome


def changed_arguments(outcome: Outcome) -> list[str]:
    """Names of the arguments that the call changed in place: arrays, lists, and lists with arrays in them."""
    return [
        name
        for name, before in outcome.case.arguments.items()
        if isinstance(before, np.ndarray | list | tuple)
        and comparable(before)
        and difference(outcome.arguments[name], before, 0.0) is not None
    ]


def changed_argument(outcome: Outcome) -> str | None:
    """A sentence that names the arguments that were changed in place, and how that comes about; None if none was."""
    names = changed_arguments(outcome)
    if not names:
        return None
    subject = f"{', '.join(names[:-1])} and {names[-1]} are" if len(names) > 1 else f"{names[0]} is"
    name, before = names[0], outcome.case.arguments[names[0]]
    if isinstance(before, np.ndarray):
        return (
            f"{subject} changed by the call: +=, -=, = on entries, .sort() and the like write into what the "
            f"caller has. Make a new array, such as {name} = {name} + ...; or copy it first."
        )
    if any(isinstance(part, np.ndarray) for part in parts(before)):
        return (
            f"{subject} changed by the call: what is written into the list, or by += into an array in it, the "
            "caller sees as well. Make new arrays; or copy all of it first, with copy.deepcopy."
        )
    return (
        f"{subject} changed by the call: append, pop, sort and = on entries write into the list of the caller. "
        f"Make a new one, such as sorted({name}); or copy it first, with list({name})."
    )


def returned_argument(outcome: Outcome) -> str | None:
    """A sentence if the result shares its memory with an argument that it should not be a view of."""
    if not isinstance(outcome.value, np.ndarray):
        return None
    for name, after in outcome.arguments.items():
        if isinstance(after, np.ndarray) and outcome.value.size and np.shares_memory(outcome.value, after):
            return f"The result is {name} itself, or a view of it: who changes one changes the other. Return a copy."
    return None


def share(one: Outcome, other: Outcome) -> bool:
    """Whether results of two calls are the same list, or lie in the same memory."""
    if isinstance(one.value, list) and one.value is other.value:
        return True
    first, second = (
        [part for part in parts(each.value) if isinstance(part, np.ndarray) and part.size] for each in (one, other)
    )
    return any(np.shares_memory(a, b) for a in first for b in second)
