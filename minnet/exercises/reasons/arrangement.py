"""Several results: in another order, too few, some of them right."""

from typing import Any

from minnet.exercises.reasons.attempt import Attempt, Trial, listed
from minnet.exercises.reasons.factors import same


def arranged(attempt: Attempt) -> str | None:
    """A sentence if all results are right ones, but not all are there, too many, or in another order."""
    wrong = attempt.wrong
    if any(trial.own.error for trial in wrong):
        return None
    order = _order(wrong)
    count = len(_listed(wrong[0].right.value))
    if order is None or order == list(range(count)):
        return None
    extra, missing = [k for k, which in enumerate(order) if which is None], [k for k in range(count) if k not in order]
    if extra:
        return (
            None if missing else f"What you return is right, but for a result too many: leave out the {listed(extra)}."
        )
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        return f"What you return is right, but of {count} results the {listed(missing)} {verb} missing."
    return f"Your results are right, but in another order: yours are the {listed([k for k in order if k is not None])}."


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [value]


def _order(trials: list[Trial]) -> list[int | None] | None:
    """Which of the right results each of the student's is (None if it is none of them); None if that is not clear."""
    fitting: list[set[int]] | None = None
    for trial in trials:
        mine, right = trial.own.value, _listed(trial.right.value)
        mine = list(mine) if isinstance(mine, list) and len(right) > 1 else _listed(mine)
        found = [{k for k, each in enumerate(right) if same(one, each)} for one in mine]
        if fitting is not None and len(fitting) != len(found):
            return None
        fitting = found if fitting is None else [a & b for a, b in zip(fitting, found, strict=True)]
    if not fitting or any(len(each) > 1 for each in fitting):
        return None
    order = [min(each) if each else None for each in fitting]
    known = [k for k in order if k is not None]
    return order if known and len(set(known)) == len(known) else None


def partly(attempt: Attempt) -> str | None:
    """A sentence of which results are right in all cases, and which are not."""
    places = attempt.places
    right = [k for k, place in enumerate(places) if not place.wrong]
    if not right or len(right) == len(places):
        return None
    wrong = [k for k, place in enumerate(places) if place.wrong]
    verb = "is" if len(right) == 1 else "are"
    return f"Of your {len(places)} results the {listed(right)} {verb} right; look at the {listed(wrong)}."
