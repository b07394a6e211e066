"""As many results as are due, and their shapes: said before anything of their numbers."""

from minnet.exercises.reasons.attempt import Attempt, Pair, Trial, of_places, results


def number_of_results(attempt: Attempt) -> str | None:
    """A sentence if not as many results are returned as are due, in no case."""
    trials = attempt.compared
    if not trials or any(results(trial.own.value, trial.right.value) for trial in trials):
        return None
    counts = {_count(trial) for trial in trials}
    if len(counts) > 1:
        return None
    due, count = len(trials[0].right.value), counts.pop()
    return f"{count} {'result is' if count == 1 else 'results are'} returned where {due} are due."


def _count(trial: Trial) -> int:
    value = trial.own.value
    return len(value) if isinstance(value, tuple | list) else 1


def misshapen(attempt: Attempt) -> str | None:
    """A sentence of the shapes of results that have the wrong one wherever they are wrong."""
    return None if _lists(attempt) else of_places(attempt, _shape)


def never_in_shape(attempt: Attempt) -> str | None:
    """A sentence of the shapes of results that have the wrong one in all cases."""
    return None if _lists(attempt) else of_places(attempt, lambda pairs: _shape(pairs, always=True))


def _lists(attempt: Attempt) -> bool:
    """Whether a result is a list of arrays, which have no shape together."""
    trial = attempt.compared[0] if attempt.compared else attempt.first
    right = trial.right.value if isinstance(trial.right.value, tuple) else (trial.right.value,)
    return any(isinstance(each, list) for each in right)


def _shape(pairs: list[Pair], always: bool = False) -> str | None:
    wrong = [pair for pair in pairs if pair.wrong]
    if any(pair.yours.shape == pair.right.shape for pair in (pairs if always else wrong)):
        return None
    yours, right = wrong[0].yours.shape, wrong[0].right.shape
    if len(yours) != len(right):
        return f"has the shape {yours} where {right} is due"
    axis = next(k for k, (a, b) in enumerate(zip(yours, right, strict=True)) if a != b)
    along = f" along axis {axis}" if len(right) > 1 else ""
    return f"has the shape {yours} where {right} is due: {yours[axis]} in place of {right[axis]}{along}"
