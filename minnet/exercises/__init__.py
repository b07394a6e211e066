"""Exercises whose checks name the mistake."""

from minnet.exercises.case import Case, Mistake, Mistakes
from minnet.exercises.diagnosis import Failure, Report, examine
from minnet.exercises.exercise import Exercise, course, find

__all__ = ["Case", "Exercise", "Failure", "Mistake", "Mistakes", "Report", "course", "examine", "find"]
