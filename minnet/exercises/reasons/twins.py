"""Known mistakes: the one whose results are the student's, or two of them at once."""

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from minnet.exercises.behaviour import Outcome, call, changed_arguments
from minnet.exercises.case import Mistake
from minnet.exercises.difference import difference, finite
from minnet.exercises.reasons.attempt import Attempt, Trial, results, subject
from minnet.types import Array

SAME = 1e-7  # relative: results of a mistake that are so near are that mistake's


@dataclass(frozen=True)
class Twin:
    """A mistake's function, called with all cases of an attempt."""

    mistake: Mistake
    attempt: Attempt

    @cached_property
    def trials(self) -> list[Trial]:
        return [Trial(call(self.mistake.function, trial.case), trial.right) for trial in self.attempt.trials]

    @property
    def is_it(self) -> bool:
        """Whether it does in all cases what the student's function does, and not always what is right."""
        first = self.attempt.first
        if not _alike(call(self.mistake.function, first.case), first):
            return False  # most are not, and need no call of the other cases
        tells = any(not trial.own.error for trial in self.trials)  # exceptions alone say little
        pairs = zip(self.trials, self.attempt.trials, strict=True)
        return tells and any(trial.fault for trial in self.trials) and all(_alike(a.own, b) for a, b in pairs)

    @cached_property
    def wrong(self) -> Array:
        """Which results (case, result) are wrong."""
        return _wrong(self.trials)

    @cached_property
    def matches(self) -> Array:
        """Which results (case, result) are the student's."""
        width = self.wrong.shape[1]
        return np.array([
            _matching(twin.own, trial, width)
            for twin, trial in zip(self.trials, self.attempt.trials, strict=True)
        ])  # fmt: skip

    @cached_property
    def student(self) -> Array:
        """Which of the student's results (case, result) are wrong."""
        return _wrong(self.attempt.trials)

    @property
    def others(self) -> Array:
        """Which of the student's results (case, result) are wrong, and right in this mistake."""
        return self.student & ~self.wrong

    @property
    def fits(self) -> bool:
        """Whether all that it makes wrong is so in the student's results."""
        return bool(self.wrong.any() and self.matches[self.wrong].all())


def known(mistakes: list[Mistake], attempt: Attempt) -> tuple[str, int | None] | None:
    """Sentence and hint of the mistake that was made, or of two that explain all together."""
    twins = [Twin(mistake, attempt) for mistake in mistakes]
    for twin in twins:
        if twin.is_it:
            return twin.mistake.sentence, twin.mistake.hint
    if two := _two(twins):
        first, second = (twin.mistake for twin in two)
        return f"Two things at once. {first.sentence} And: {second.sentence}", first.hint
    if part := _part(twins):
        own, rest = (np.flatnonzero(table.any(axis=0)).tolist() for table in (part.wrong, part.others))
        return (
            f"{subject(own)} is as with this mistake: {part.mistake.sentence} {subject(rest)} is wrong too.",
            part.mistake.hint,
        )
    return None


def _two(twins: list[Twin]) -> tuple[Twin, Twin] | None:
    """Two mistakes that make wrong what is wrong, each of them other cases or results than the other.

    Where both were wrong at the same place, their common result would not be known. None if several pairs fit.
    """
    fitting = [twin for twin in twins if twin.fits]
    pairs = [
        (a, b)
        for a, b in combinations(fitting, 2)
        if not (a.wrong & b.wrong).any() and ((a.wrong | b.wrong) == a.student).all()
    ]
    return pairs[0] if len(pairs) == 1 else None


def _part(twins: list[Twin]) -> Twin | None:
    """A mistake that explains some of several results in all cases; None if several mistakes do."""
    found = [twin for twin in twins if twin.fits and twin.others.any() and not _mixed(twin)]
    return found[0] if len(found) == 1 else None


def _mixed(twin: Twin) -> bool:
    """Whether a result is wrong in some cases because of it, and in others is not."""
    return bool((twin.wrong.any(axis=0) & twin.others.any(axis=0)).any())


def _wrong(trials: list[Trial]) -> Array:
    width = max(len(trial.right.value) if isinstance(trial.right.value, tuple) else 1 for trial in trials)
    table = np.zeros((len(trials), width), bool)
    for row, trial in zip(table, trials, strict=True):
        pairs = None if trial.own.error else results(trial.own.value, trial.right.value)
        if pairs is None:
            row[:] = True
        else:
            row[: len(pairs)] = [difference(yours, right, trial.case.tolerance) is not None for yours, right in pairs]
    return table


def _matching(twin: Outcome, trial: Trial, width: int) -> list[bool]:
    own, right = trial.own, trial.right
    theirs, yours = (None if each.error else results(each.value, right.value) for each in (twin, own))
    if theirs is None or yours is None:
        return [_alike(twin, trial)] * width
    alike = twin.warned == own.warned  # where not, nan of one reason looks like nan of another
    pairs = zip(theirs, yours, strict=True)
    found = [difference(b, a, SAME) is None and (alike or finite(a)) for (a, _), (b, _) in pairs]
    return found + [True] * (width - len(found))


def _alike(twin: Outcome, trial: Trial) -> bool:
    """Whether a mistake does what the student's function does.

    NumPy's warnings tell mistakes apart where results are right, or not finite; of wrong numbers that are the same, one
    may have been made with a warning besides. Warnings may be silenced, so that their absence says nothing of nan.
    """
    own = trial.own
    if twin.error or own.error:
        return type(twin.error).__name__ == type(own.error).__name__
    return (
        difference(own.value, twin.value, SAME) is None
        and (bool(twin.warned) == bool(own.warned) or (trial.differs and (finite(own.value) or not own.warned)))
        and changed_arguments(twin) == changed_arguments(own)
    )
