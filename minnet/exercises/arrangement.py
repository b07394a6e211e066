"""Several results: in another order, too few, some of them right."""

from minnet.exercises.attempt import Attempt, Trial, listed
from minnet.exercises.factors import same


def arranged(attempt: Attempt) -> str | None:
    """A sentence if all results are right ones, but not all are there, or in another order."""
    wrong = attempt.wrong
    if any(trial.own.error or not isinstance(trial.right.value, tuple) for trial in wrong):
        return None
    count, order = len(wrong[0].right.value), _order(wrong)
    if order is None or order == list(range(count)):
        return None
    missing = [k for k in range(count) if k not in order]
    if not missing:
        return f"Your results are right, but in another order: yours are the {listed(order)}."
    verb = "is" if len(missing) == 1 else "are"
    return f"What you return is right, but of {count} results the {listed(missing)} {verb} missing."


def _order(trials: list[Trial]) -> list[int] | None:
    """Which of the right results each of the student's is; None if that is not clear."""
    fitting: list[set[int]] | None = None
    for trial in trials:
        yours = trial.own.value
        mine = list(yours) if isinstance(yours, tuple | list) else [yours]
        found = [{k for k, each in enumerate(trial.right.value) if same(one, each)} for one in mine]
        if fitting is not None and len(fitting) != len(found):
            return None
        fitting = found if fitting is None else [a & b for a, b in zip(fitting, found, strict=True)]
    order = [min(each) for each in fitting or [] if len(each) == 1]
    return order if fitting and len(set(order)) == len(fitting) else None


def partly(attempt: Attempt) -> str | None:
    """A sentence of which results are right in all cases, and which are not."""
    places = attempt.places
    right = [k for k, place in enumerate(places) if not place.wrong]
    if not right or len(right) == len(places):
        return None
    wrong = [k for k, place in enumerate(places) if place.wrong]
    verb = "is" if len(right) == 1 else "are"
    return f"Of your {len(places)} results the {listed(right)} {verb} right; look at the {listed(wrong)}."
