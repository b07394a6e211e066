"""What right cases have in common that wrong ones lack: one sample, square shapes, a state that is 0, one step."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet.exercises.reasons.attempt import Attempt, Trial
from minnet.exercises.reasons.factors import axis_name, shape_of

FEW = 3  # abouts that are named
SEVERAL = 2  # cases that have to share a value for it to be their mark, unless the value is a special one
CLEAR = 2  # conditions that may be named at once
COUNTS = "one", "two", "three", "four", "five"
SPECIAL = 0, 1
Quantity = tuple[Hashable, ...]


@dataclass(frozen=True)
class Condition:
    """What holds in a case or does not.

    Attributes
    ----------
    holds : bool
    value : hashable
        That it is about: conditions whose values are the same in all cases are one.
    rank : int
        Numbers (0) say more than arrays of nothing but 0 (1), and these more than shapes (2).
    special : bool
        Whether one case is enough for it.
    """

    holds: bool
    value: Hashable
    rank: int = 0
    special: bool = True


def with_condition(reason: Callable[[Attempt], str | None]) -> Callable[[Attempt], str | None]:
    """A reason of wrong cases, and after it what tells them from right ones."""

    def found(attempt: Attempt) -> str | None:
        said = reason(attempt)
        return said and " ".join(filter(None, (said, condition(attempt))))

    return found


def condition(attempt: Attempt) -> str | None:
    """A sentence of what the arguments of wrong cases are and those of right ones are not, or the other way round."""
    right, wrong = attempt.right, attempt.wrong
    if not right or not wrong:
        return None
    of_right, of_wrong = _marks(right, wrong, attempt.defaults)
    if len(wrong) == 1 and (about := wrong[0].case.about):
        return f"Other cases are right; this one is about {about}{_where('here', of_wrong, of_right)}."
    if len(right) == 1 and (about := right[0].case.about):
        return f"Of {len(attempt.trials)} cases only that about {about} is right{_where('there', of_right, of_wrong)}."
    if of_right:
        return f"Your result is right where {of_right}, and wrong in all other cases."
    return f"Your result is wrong where {of_wrong}, and right in all other cases." if of_wrong else None


def _where(place: str, own: str, others: str) -> str:
    return f": {place} {own}" if own else f": elsewhere {others}" if others else ""


def when_right(attempt: Attempt) -> str | None:
    """What tells right cases from wrong ones: a condition, or else what the wrong ones are about."""
    if said := condition(attempt):
        return said
    abouts, right = [trial.case.about for trial in attempt.wrong], attempt.right
    if right and all(abouts) and 1 < len(abouts) <= FEW:
        return f"Wrong are the cases about {', '.join(abouts[:-1])} and {abouts[-1]}; {len(right)} others are right."
    return None


def _marks(right: list[Trial], wrong: list[Trial], defaults: dict[str, Any]) -> tuple[str, str]:
    """Conditions that hold in all right cases and in no wrong one, and the other way round.

    Those of the first rank that has any are taken, of different quantities: several arguments may have the same length.
    Both are empty if there are too many to know which one matters.
    """
    values = _values(right + wrong, defaults)
    cases = [dict(_conditions(trial, defaults, values)) for trial in (*right, *wrong)]
    found: dict[tuple[bool, Quantity], tuple[int, str]] = {}
    for words in cases[0]:
        every = [each[words] for each in cases if words in each]
        holds = [each.holds for each in every]
        of_right = holds == [True] * len(right) + [False] * len(wrong)
        if not of_right and holds != [False] * len(right) + [True] * len(wrong):
            continue
        if every[0].special or sum(holds) >= SEVERAL:
            found.setdefault((of_right, tuple(each.value for each in every)), (every[0].rank, words))
    first = min((rank for rank, _ in found.values()), default=0)
    of_rank = [(side, words) for (side, _), (rank, words) in found.items() if rank == first]
    sides = [[words for of_right, words in of_rank if of_right == side] for side in (True, False)]
    if max(map(len, sides)) > CLEAR:
        return "", ""
    return " and ".join(sides[0]), " and ".join(sides[1])


def _values(trials: list[Trial], defaults: dict[str, Any]) -> dict[str, list[float]]:
    """Numbers that an argument has in some case."""
    seen: dict[str, list[float]] = {}
    for trial in trials:
        for name, value in (defaults | trial.case.arguments).items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                seen[name] = [*seen.get(name, []), value]
    return seen


def _conditions(
    trial: Trial, defaults: dict[str, Any], values: dict[str, list[float]]
) -> Iterator[tuple[str, Condition]]:
    """Conditions in words; of several about one quantity the first is named."""
    arguments = defaults | trial.case.arguments
    for name, value in arguments.items():
        if isinstance(value, bool):
            yield f"{name} is True", Condition(value, value)
        elif isinstance(value, int | float):
            yield from ((f"{name} is {number}", Condition(value == number, value)) for number in SPECIAL)
        elif isinstance(value, list):
            yield f"{name} is empty", Condition(not value, len(value))
    for name in defaults:
        given = name in trial.case.arguments
        value = arguments[name]
        yield f"{name} is not given", Condition(not given, value if isinstance(value, int | float) else given)
    for name, value in arguments.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield from (
                (f"{name} is {v:.6g}", Condition(v == value, value, special=v in SPECIAL)) for v in values[name]
            )
        elif isinstance(value, np.ndarray) and value.dtype.kind in "fiu":
            yield f"{name} is 0 everywhere", Condition(not value.any(), bool(value.any()), 1)
    for name, value in arguments.items():
        yield from _shapes(name, shape_of(value))


def _shapes(name: str, shape: tuple[int, ...]) -> Iterator[tuple[str, Condition]]:
    for axis, length in enumerate(shape):
        kind = axis_name(axis, len(shape))
        one = {"entries": "one entry", "rows": "one row", "columns": "one column"}
        yield f"{name} has {one.get(kind, f'length 1 along axis {axis}')}", Condition(length == 1, length, 2)
    if len(shape) == 2:
        yield f"{name} is square", Condition(shape[0] == shape[1], shape, 2)
    if shape:
        for count, word in enumerate(COUNTS, start=1):
            yield f"{name} has {word} ax{'i' if count == 1 else 'e'}s", Condition(len(shape) == count, len(shape), 2)
