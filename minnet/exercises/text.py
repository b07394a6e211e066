"""How a report reads: what was called, the first thing that differs, the reason, the hint; at most 100 columns."""

import os
import sys
import textwrap
from typing import Any

import numpy as np

from minnet.exercises.diagnosis import Failure, Report

WIDTH = 100
COLOURS = {"red": 31, "green": 32, "yellow": 33, "bold": 1}


def paint(text: str, colour: str) -> str:
    """In colour on a terminal, as it is elsewhere and where NO_COLOR is set."""
    plain = not sys.stdout.isatty() or os.environ.get("NO_COLOR")
    return text if plain else f"\x1b[{COLOURS[colour]}m{text}\x1b[0m"


def report_text(report: Report) -> str:
    """A paragraph for a failed check, a line for one that passed or for what is to do."""
    name = report.exercise.name
    if report.failure is None:
        note = _indented("note", report.note) if report.note else []
        return "\n".join([f"{paint('solved', 'green')}  {name}: all {report.total} cases are right", *note])
    failure = report.failure
    if report.to_do:
        indent = " " * len("to do   ")
        lines = textwrap.fill(f"{name}: {failure.what}", WIDTH, initial_indent=indent, subsequent_indent=indent)
        return f"{paint('to do', 'yellow')}{lines[len('to do') :]}"
    return (
        f"{paint('wrong', 'red')}   {name}: {report.passed} of {report.total} cases are right\n{failure_text(report)}"
    )


def failure_text(report: Report) -> str:
    """What there is to say of the failure, one label a line."""
    return "\n".join(line for label, text in failure_parts(report).items() for line in _indented(label, text))


def failure_parts(report: Report) -> dict[str, str]:
    """What was called, what was found, the reason if it is known, and what to do next, by these words."""
    failure = report.failure
    if failure is None:
        return {}
    number = f" ({failure.hint} of {len(report.exercise.hints)})" if failure.hint else ""
    parts = {
        "called": called(failure),
        "found": failure.what,
        "reason": failure.reason,
        "next": f"minnet exercise hint {report.exercise.name}{number}",
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
    return textwrap.wrap(text, WIDTH, initial_indent=f"  {label:7} ", subsequent_indent=" " * 10)
