"""Points: what each result is worth at the time when it was submitted."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from minnet.exercises.characters import plain
from minnet.exercises.grading.settings import Settings
from minnet.exercises.grading.store import Result
from minnet.exercises.grading.submissions import Student

DAY = 86400.0  # seconds


@dataclass(frozen=True)
class Grade:
    """Of a student in an exercise.

    Attributes
    ----------
    student, exercise : str
    result : Result
    earned : float
        Points without regard to the deadline.
    most : float
        Points there are.
    submitted : datetime or None
        None if there is no file, or no time is known for it.
    due : datetime or None
    late_days : int
        Days that have begun since the deadline.
    share : float
        Of the points earned that remains.
    remark : str
        Of where the file is.
    """

    student: str
    exercise: str
    result: Result
    earned: float
    most: float
    submitted: datetime | None
    due: datetime | None
    late_days: int
    share: float
    remark: str = ""

    @property
    def points(self) -> float:
        return round(self.earned * self.share, 6)


def grades(
    students: list[Student],
    exercises: list[str],
    results: Mapping[tuple[str, str], Result],
    settings: Settings,
    times: Mapping[tuple[str, str], datetime] | None,
) -> dict[str, list[Grade]]:
    """Grades by student, in the order of students and exercises.

    Parameters
    ----------
    students : list of Student
    exercises : list of str
    results : mapping
        By student and exercise.
    settings : Settings
    times : mapping or None
        Times of submission by student and exercise ("" for all); those of the files if None.
    """
    book: dict[str, list[Grade]] = {}
    for student in students:
        book[student.name] = []
        for exercise in exercises:
            result = results[student.name, exercise]
            if result.summary.state == "missing":
                submitted = None
            elif times is None:
                submitted = student.changed(exercise)
            else:
                submitted = times.get((student.name, exercise), times.get((student.name, "")))
            most, due = settings.most(exercise), settings.due(exercise)
            late, share = lateness(submitted, due, settings)
            earned = _earned(result, most, settings.partial)
            remark = plain(student.remark(exercise))
            book[student.name].append(
                Grade(student.name, exercise, result, earned, most, submitted, due, late, share, remark)
            )
    return book


def lateness(submitted: datetime | None, due: datetime | None, settings: Settings) -> tuple[int, float]:
    """Days that have begun since the deadline, and the share of the points that remains.

    >>> from datetime import UTC
    >>> due = datetime(2026, 11, 30, 12, tzinfo=UTC)
    >>> lateness(datetime(2026, 12, 1, 13, tzinfo=UTC), due, Settings(late_penalty=0.25))
    (2, 0.5)
    """
    if submitted is None or due is None or submitted <= due:
        return 0, 1.0
    days = math.ceil((submitted - due).total_seconds() / DAY)
    if settings.late_days is not None and days > settings.late_days:
        return days, 0.0
    return days, max(0.0, 1.0 - settings.late_penalty * days)


def _earned(result: Result, most: float, partial: bool) -> float:
    summary = result.summary
    if summary.solved:
        return most
    if partial and summary.state == "wrong" and summary.total:
        return round(most * summary.passed / summary.total, 6)
    return 0.0
