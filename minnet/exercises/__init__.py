"""Exercises whose checks name the mistake."""

from minnet.exercises.case import Case, Mistake, Mistakes
from minnet.exercises.diagnosis import Failure, Report, examine
from minnet.exercises.exercise import Exercise, course, find
from minnet.exercises.notebook import Checked, check

__all__ = [
    "Case", "Checked", "Exercise", "Failure", "Mistake", "Mistakes", "Report", "check", "course", "examine", "find",
]  # fmt: skip
