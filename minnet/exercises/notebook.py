"""Checking functions where they are: in a notebook, as a small table; anywhere else, as text."""

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from minnet.errors import SettingError, check_range, is_whole, nearest
from minnet.exercises.diagnosis import Report, examine, of_functions
from minnet.exercises.exercise import Exercise, course, find
from minnet.exercises.quiet import quietly
from minnet.exercises.text import failure_parts, report_text

SEEDS = 2**16
COLOURS = {
    "solved": "#00694d",
    "right": "#0b5a8a",
    "wrong": "#a63a00",
    "to do": "#555555",
}  # behind white letters: 6 : 1 and more
LEFT = "text-align: left; vertical-align: top; padding: .15em .8em .15em 0; background: none; color: inherit"


def check(
    name: str, *functions: Callable[..., Any], seed: int | None = None, course: Path | None = None, **named: Any
) -> "Checked":
    """Check functions of an exercise.

    Parameters
    ----------
    name : str
        Of the exercise: ``minnet exercise list`` has them.
    *functions, **named : callable
        One or several of its functions, by their own names or, where these are others, in order; or by keywords:
        ``check("sigmoid", sigmoid, softplus)``, ``check("sigmoid", softplus=mine)``. The others are not looked at.
    seed : int, optional
        Of the numbers that they are called with; new ones each time if not given.
    course : path, optional
        A folder of exercises of one's own.

    Returns
    -------
    Checked
        Shown by a notebook as a table, printed as text.

    Raises
    ------
    SettingError
        There is no such exercise or function, or no name or no function was given.

    Examples
    --------
    >>> from minnet.exercises import check
    >>> def early_stopping(losses, patience=3, min_delta=0.0):
    ...     raise NotImplementedError("not yet")
    >>> check("early_stopping", early_stopping)
    to do   early_stopping: not yet
    """
    if not isinstance(name, str):
        own = getattr(name, "__name__", "adam")
        raise SettingError(f'check: the name of the exercise comes first: check("{own}", {own}), not {name!r:.60}')
    exercise = find(name, course)
    chosen = _by_name(exercise, functions, named)
    if seed is None:
        seed = secrets.randbelow(SEEDS)
    check_range("check", seed=(seed, lambda seed: is_whole(seed) and seed >= 0, "a whole number of at least 0"))
    cases = [case for case in exercise.cases(seed) if case.function in chosen]
    with quietly():
        report = examine(exercise, of_functions(chosen), seed, cases)
    return Checked(report, chosen)


def _by_name(
    exercise: Exercise, functions: tuple[Callable[..., Any], ...], named: dict[str, Any]
) -> dict[str, Callable[..., Any]]:
    known = exercise.functions
    chosen = {}
    for name, function in named.items():
        if name not in known:
            raise SettingError(f"check: {exercise.name} has no function {name!r}; {nearest(name, known)}")
        chosen[name] = function
    for function in functions:
        own = getattr(function, "__name__", "")
        free = [name for name in known if name not in chosen]
        if not free:
            raise SettingError(f"check: {exercise.name} has no more functions than {', '.join(known)}")
        chosen[own if own in free else free[0]] = function
    for name, function in chosen.items():
        if not callable(function):
            raise SettingError(f"check: {name} must be a function, not {function!r:.60}; leave out its parentheses")
    if not chosen:
        raise SettingError(f'check: give the function as well: check("{exercise.name}", {", ".join(known)})')
    return {name: chosen[name] for name in known if name in chosen}


@dataclass(frozen=True, repr=False)
class Checked:
    """A report, and the functions that it is about.

    >>> import numpy as np
    >>> checked = check("sigmoid", lambda x: 1 / (1 + np.exp(-x)))
    >>> isinstance(checked, Checked), checked.solved  # exp(1000) overflows
    (True, False)
    """

    report: Report
    functions: dict[str, Callable[..., Any]]

    @property
    def solved(self) -> bool:
        """Whether all that was given is right."""
        return self.report.solved

    @property
    def _left(self) -> list[str]:
        """Functions of the exercise that were not given."""
        return [name for name in self.report.exercise.functions if name not in self.functions]

    @property
    def _next(self) -> str:
        """The exercise that comes after one that is solved."""
        if self._left or not self.solved:
            return ""
        exercises = course(self.report.exercise.folder.parent)
        names = [exercise.name for exercise in exercises]
        following = exercises[names.index(self.report.exercise.name) + 1 :][:1]
        return "".join(f'next: check("{each.name}", {", ".join(each.functions)})' for each in following)

    @property
    def _unseen(self) -> str:
        return f"not looked at: {', '.join(self._left)}" if self._left else ""

    @property
    def _again(self) -> str:
        wrong = self.report.failure and not self.report.to_do
        words = f'the same numbers again: check("{self.report.exercise.name}", ..., seed={self.report.seed})'
        return words if wrong else ""

    def __repr__(self) -> str:
        text = report_text(self.report, left=self._left)
        unseen = "" if self.solved else self._unseen
        return "\n          ".join(filter(None, [text, unseen, self._again, self._next]))

    def _repr_html_(self) -> str:
        report = self.report
        word = ("right" if self._left else "solved") if report.solved else "to do" if report.to_do else "wrong"
        badge = f"background: {COLOURS[word]}; color: #ffffff; padding: .1em .6em; border-radius: .3em"
        counted = f"{report.passed} of {report.total} cases are right"
        said = report.failure.what if report.failure and report.to_do else counted
        said += f"; {self._unseen}" if report.solved and self._left else ""
        head = f'<span style="{badge}">{word}</span> <b>{escape(report.exercise.name)}</b>: {escape(said)}'
        parts = {} if report.to_do else failure_parts(report)
        parts.pop("next", None)  # the hint is here
        rows = "".join(
            f'<tr style="background: none"><th style="{LEFT}">{label}</th>'
            f'<td style="{LEFT}; white-space: pre-wrap; overflow-wrap: anywhere">{escape(text)}</td></tr>'
            for label, text in parts.items()
        )
        table = f'<table style="border: none; color: inherit">{rows}</table>' if rows else ""
        small = "; ".join(filter(None, ["" if report.solved else self._unseen, self._again, self._next]))
        foot = f'<div style="opacity: .8; font-size: .9em">{escape(small)}</div>' if small else ""
        hint = self._hint() if report.failure else ""
        return f'<div style="max-width: 60em">{head}{table}{self._picture()}{hint}{foot}</div>'

    def _hint(self) -> str:
        """The one that helps, behind a word to click on."""
        hints, failure = self.report.exercise.hints, self.report.failure
        number = (failure and failure.hint) or 1
        text = f'<pre style="white-space: pre-wrap; background: none; color: inherit">{escape(hints[number - 1])}</pre>'
        return f"<details><summary>hint {number} of {len(hints)}</summary>{text}</details>"

    def _picture(self) -> str:
        """Yours and the right one, where that helps."""
        failure = self.report.failure
        if failure is None or self.report.to_do:
            return ""
        from minnet.exercises.pictures import picture  # only here: Matplotlib takes a while

        case = failure.case
        with quietly():
            drawn = picture(self.functions[case.function], self.report.exercise.reference(case.function), case)
        if drawn is None:
            return ""
        data, words = base64.b64encode(drawn.png).decode(), escape(drawn.caption, quote=True)
        return f'<img alt="{words}" style="width: 100%; max-width: 30em" src="data:image/png;base64,{data}">'
