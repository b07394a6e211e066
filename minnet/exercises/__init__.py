"""Exercises whose checks name the mistake.

>>> [exercise.name for exercise in course()][:3]
['sigmoid', 'log_loss', 'neuron']
>>> adam = find("adam")
>>> isinstance(adam, Exercise), adam.title, adam.functions
(True, 'Adam, step by step', ['adam'])
>>> case = adam.cases(seed=0)[0]
>>> isinstance(case, Case), case.about
(True, 'the first step')
>>> report = examine(adam, adam.checks)  # the solution itself
>>> isinstance(report, Report), report.solved, report.failure
(True, True, None)
>>> mistake = adam.mistakes[0]
>>> isinstance(mistake, Mistake), mistake.sentence
(True, 'Your v is a mean of the gradients, not of their squares.')
"""

from minnet.exercises.case import Case, Mistake, Mistakes
from minnet.exercises.diagnosis import Failure, Report, examine
from minnet.exercises.exercise import Exercise, course, find
from minnet.exercises.notebook import Checked, check

__all__ = [
    "Case", "Checked", "Exercise", "Failure", "Mistake", "Mistakes", "Report", "check", "course", "examine", "find",
]  # fmt: skip
