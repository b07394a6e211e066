"""Whether an argument was mixed up on the way: by a reshape where axes are to be moved, or transposed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np

from minnet.exercises.behaviour import call
from minnet.exercises.reasons.attempt import Attempt, Place, Trial, subject
from minnet.exercises.reasons.factors import SURE
from minnet.types import Array

AXES = 4  # of more there are too many orders


@dataclass(frozen=True)
class Mixed:
    """The numbers of an array in the same shape, and whether no more has happened than a swap of axes of one length."""

    array: Array
    swapped: bool


def mixed(array: Array) -> Iterator[Mixed]:
    """Of every other order of the axes: moved and read on, or read on and moved.

    >>> [each.array.tolist() for each in mixed(np.array([[1, 2, 3], [4, 5, 6]]))]
    [[[1, 4, 2], [5, 3, 6]], [[1, 3, 5], [2, 4, 6]]]
    """
    if not 2 <= array.ndim <= AXES:
        return
    for order in list(permutations(range(array.ndim)))[1:]:
        moved = array.transpose(order)
        for each in (moved.reshape(array.shape), array.reshape(moved.shape).transpose(np.argsort(order))):
            yield Mixed(np.ascontiguousarray(each), np.array_equal(each, moved))


def mixed_argument(attempt: Attempt) -> str | None:
    """A sentence if results are, in all cases that are wrong, the right ones of an argument that is mixed up."""
    if not attempt.quick or len(attempt.compared) < len(attempt.trials):
        return None
    sure = {k for k, place in enumerate(attempt.places) if place.wrong and _fractions(place) >= SURE}
    for name, value in attempt.first.case.arguments.items():
        places, swapped = sure if isinstance(value, np.ndarray) else set(), True
        for trial in attempt.wrong if places else ():
            fitting = [
                (each, places & _right_places(attempt, trial, name, each)) for each in mixed(_array(trial, name))
            ]
            places = set().union(*(found for _, found in fitting))
            swapped &= any(each.swapped for each, found in fitting if found)
            if not places:
                break
        if places:
            return _sentence(attempt, sorted(places), name, swapped)
    return None


def _fractions(place: Place) -> int:
    """How many numbers of the wrong results are no whole ones: an index may be right by chance."""
    return sum(int(np.sum(pair.right != np.rint(pair.right))) for pair in place.pairs if pair.wrong)


def _array(trial: Trial, name: str) -> Array:
    return np.asarray(trial.case.arguments[name])


def _sentence(attempt: Attempt, places: list[int], name: str, swapped: bool) -> str:
    yours = "Your result" if attempt.places[0].number is None else subject(places)
    if swapped:
        return f"{yours} would be right if axes of {name} were swapped: look at where it is transposed, or is not."
    return (
        f"{yours} would be right if the entries of {name} stood in another order: reshape reads them on as they lie, "
        "and does not move axes. Use .T, swapaxes or np.moveaxis for that, or let the axis stay where it is."
    )


def _right_places(attempt: Attempt, trial: Trial, name: str, variant: Mixed) -> set[int]:
    """Which results of a case are right if an argument is mixed up."""
    case = trial.case
    right = call(attempt.reference, replace(case, arguments=case.arguments | {name: variant.array}))
    if right.error:
        return set()
    places = replace(attempt, trials=[Trial(trial.own, right)]).places
    return {k for k, place in enumerate(places) if not place.wrong}
