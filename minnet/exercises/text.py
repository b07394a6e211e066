"""How a report reads: what was called, the first thing that differs, the reason, the hint; at most 100 columns."""

import os
import shlex
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from minnet.exercises.diagnosis import Failure, Report
from minnet.terminal import WIDTH as WIDTH

COLOURS = {"red": 31, "green": 32, "yellow": 33, "bold": 1}


def paint(text: str, colour: str) -> str:
    """In colour on a terminal, as it is elsewhere and where NO_COLOR is set."""
    plain = not sys.stdout.isatty() or os.environ.get("NO_COLOR")
    return text if plain else f"\x1b[{COLOURS[colour]}m{text}\x1b[0m"


def command_line(action: str, *words: str, folder: Path | str | None = None) -> str:
    """What to type for an action of `minnet exercise`, in a folder if one must be named.

    >>> command_line("hint", "adam", folder="my work"), command_line("start", folder="work")
    ("minnet exercise hint adam --folder 'my work'", 'minnet exercise start work')
    """
    place = [] if folder is None else [str(folder)] if action == "start" else ["--folder", str(folder)]
    return shlex.join(["minnet", "exercise", action, *words, *place])


def counted(number: int, noun: str) -> str:
    """
    >>> counted(1, "check"), counted(0, "hint")
    ('1 check', '0 hints')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def report_text(report: Report, command: Callable[..., str] = command_line, left: Sequence[str] = ()) -> str:
    """A paragraph for a failed check, a line for one that passed or for what is to do.

    Parameters
    ----------
    report : Report
    command : callable
        Makes a command line of an action and its words: that of the student's workbook, where there is one.
    left : sequence of str
        Functions of the exercise that were not looked at.
    """
    name = report.exercise.name
    if report.failure is None:
        word, rest = ("right ", f"; not looked at: {', '.join(left)}") if left else ("solved", "")
        note = _indented("note", report.note) if report.note else []
        return "\n".join([f"{paint(word, 'green')}  {name}: all {report.total} cases are right{rest}", *note])
    failure = report.failure
    if report.to_do:
        indent = " " * len("to do   ")
        lines = textwrap.fill(f"{name}: {failure.what}", WIDTH, initial_indent=indent, subsequent_indent=indent)
        return f"{paint('to do', 'yellow')}{lines[len('to do') :]}"
    return (
        f"{paint('wrong', 'red')}   {name}: {report.passed} of {report.total} cases are right\n"
        f"{failure_text(report, command)}"
    )


def failure_text(report: Report, command: Callable[..., str] = command_line) -> str:
    """What there is to say of the failure, one label a line."""
    parts = failure_parts(report, command)
    return "\n".join(line for label, text in parts.items() for line in _indented(label, text))


def failure_parts(report: Report, command: Callable[..., str] = command_line) -> dict[str, str]:
    """What was called, what was found, the reason if it is known, and what to do next, by these words."""
    failure = report.failure
    if failure is None:
        return {}
    number = f" ({failure.hint} of {len(report.exercise.hints)})" if failure.hint else ""
    parts = {
        "called": called(failure),
        "found": failure.what,
        "reason": failure.reason,
        "next": f"{command('hint', report.exercise.name)}{number}",
    }
    return {label: text for label, text in parts.items() if text}


def called(failure: Failure) -> str:
    """The call, with small arguments written out."""
    case = failure.case
    about = f"  ({case.about})" if case.about else ""
    return f"{case.function}({', '.join(f'{name}={_shown(value)}' for name, value in case.arguments.items())}){about}"


def _shown(value: Any) -> str:
    if isinstance(value, np.ndarray):
        if value.size <= 6:
            with np.printoptions(precision=4):
                return str(value.tolist()) if value.dtype.kind != "f" else str(np.round(value, 4).tolist())
        return f"array {value.shape}"
    if isinstance(value, np.random.Generator):
        return "a random generator"
    return getattr(value, "__name__", repr(value)) if callable(value) else repr(value)


def _indented(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=f"  {label:7} ", subsequent_indent=" " * 10, break_on_hyphens=False
    )
