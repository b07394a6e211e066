"""How a function behaves, beside what it returns: whether it changes its arguments, and whether it looks at them."""

import warnings
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from minnet.exercises.case import Case
from minnet.exercises.difference import difference


@dataclass
class Outcome:
    """What a call returned or raised, its arguments afterwards, and the warnings of NumPy on the way."""

    case: Case
    value: Any = None
    error: BaseException | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    warned: str = ""


def call(function: Callable[..., Any], case: Case) -> Outcome:
    """Call with copies of the case's arguments."""
    outcome = Outcome(case, arguments=deepcopy(case.arguments))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            outcome.value = function(**outcome.arguments)
        except Exception as error:
            outcome.error = error
    numeric = [str(w.message) for w in caught if issubclass(w.category, RuntimeWarning)]
    outcome.warned = numeric[0] if numeric else ""
    return outcome


def changed_argument(outcome: Outcome) -> str | None:
    """A sentence if the call changed one of its arguments in place."""
    for name, before in outcome.case.arguments.items():
        if isinstance(before, np.ndarray) and difference(outcome.arguments[name], before, 0.0):
            return (
                f"{name} is changed by the call: += and = on entries write into the array of the caller. Make a new "
                f"array, such as {name} = {name} + ...; or copy it first."
            )
    return None


def returned_argument(outcome: Outcome) -> str | None:
    """A sentence if the result shares its memory with an argument that it should not be a view of."""
    if not isinstance(outcome.value, np.ndarray):
        return None
    for name, after in outcome.arguments.items():
        if isinstance(after, np.ndarray) and outcome.value.size and np.shares_memory(outcome.value, after):
            return f"The result is {name} itself, or a view of it: who changes one changes the other. Return a copy."
    return None


def unused_argument(function: Callable[..., Any], reference: Callable[..., Any], case: Case) -> str | None:
    """A sentence if the result does not move when an argument does, and the right one does."""
    rng = np.random.default_rng(0)
    for name, value in case.arguments.items():
        moved: Any
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            moved = value + 0.1 * rng.standard_normal(value.shape)
        elif isinstance(value, float):
            moved = value * 1.1 + 0.01
        else:
            continue
        other = Case(case.function, case.arguments | {name: moved})
        calls = [call(f, c) for f in (function, reference) for c in (case, other)]
        if any(outcome.error for outcome in calls):
            continue
        stays, right_stays = (difference(a.value, b.value, 1e-12) is None for a, b in (calls[:2], calls[2:]))
        if stays and not right_stays:
            return f"Your result does not depend on {name}; the right one does."
    return None
