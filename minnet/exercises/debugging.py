"""The first call that goes wrong, in Python's debugger: at the line that raised, or at the function's first line."""

import warnings
from collections.abc import Callable, Iterator
from copy import deepcopy
from inspect import signature
from pathlib import Path
from pdb import Pdb
from types import FrameType, TracebackType
from typing import Any

from minnet.exercises.behaviour import call
from minnet.exercises.case import Case
from minnet.exercises.deadline import Endless, deadline
from minnet.exercises.diagnosis import examine
from minnet.exercises.exercise import Exercise
from minnet.exercises.quiet import quietly
from minnet.exercises.text import report_text
from minnet.exercises.workbook import LIMITS, Workbook


def debug(workbook: Workbook, exercise: Exercise, seed: int) -> bool:
    """Check an exercise, print the report, and open the first call that goes wrong in pdb; whether all is right.

    Where the call raises, or NumPy warns, it is opened after the fact, at the student's line; otherwise it is made
    again, with the same arguments and after the same calls, and stops at the first line of the student's function.
    A call that does not end is opened where it is, after the limit of time that a check has, or by Ctrl-C before.
    Nothing is opened where all is right, where the function waits to be written, or where the call does not reach it.

    Raises
    ------
    DataError
        The file is missing, or cannot be run.
    """
    cases, path = exercise.cases(seed), workbook.path(exercise)
    try:
        with quietly(), deadline(LIMITS.seconds):
            report = examine(exercise, workbook.solution(exercise), seed, cases)
    except (KeyboardInterrupt, Endless) as end:
        trace = _up_to(path, end.__traceback__)
        if trace is None:
            raise
        _after_the_fact(f"interrupted where it has not come to an end{f': {end}' if str(end) else ''}", trace)
        return False
    print(report_text(report))
    if report.failure is None:
        return True
    failing = next(k for k, case in enumerate(cases) if case is report.failure.case)
    case = cases[failing]

    def function() -> Any:
        """The student's, as it is when that call is made: it may remember earlier ones."""
        module = workbook.solution(exercise)
        for earlier in cases[:failing]:
            call(getattr(module, earlier.function), earlier)
        return getattr(module, case.function, None)

    with quietly():
        examined, stepped = function(), function()
        error = _error(examined, exercise.reference(case.function), case) if callable(examined) else None
    if callable(stepped):
        _open(stepped, case, error, path)
    return False


def _error(function: Callable[..., Any], reference: Callable[..., Any], case: Case) -> Exception | SystemExit | None:
    """What the call raises, with its traceback; a warning of NumPy too, where the right function gives none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if not call(reference, case).warned:
            warnings.simplefilter("error", RuntimeWarning)
        try:
            function(**deepcopy(case.arguments))
        except (Exception, SystemExit) as error:
            return error
    return None


def _open(function: Callable[..., Any], case: Case, error: Exception | SystemExit | None, path: Path) -> None:
    if isinstance(error, NotImplementedError):
        print(f"Nothing to step through yet: write {case.function} in {path}.")
    elif error is None:
        print(f"\n{case.function} stops at its first line. n: next line, s: into a call, p NAME: print, q: quit")
        _Stepper(str(path.resolve())).runcall(function, **deepcopy(case.arguments))
    elif trace := _up_to(path, error.__traceback__):
        ends = isinstance(error, SystemExit)
        _after_the_fact(
            "where it ends the process" if ends else f"where it raised: {type(error).__name__}: {error}", trace
        )
    else:
        print(
            f"The call does not get as far as a line of {path.name}: {case.function} is called with "
            f"{', '.join(case.arguments)}; yours takes {_parameters(function)}."
        )


def _after_the_fact(words: str, trace: TracebackType) -> None:
    print(f"\nAfter the fact, {words}")
    print("p NAME: print, a: the arguments, u: to the caller, q: quit")
    debugger = Pdb()
    debugger.reset()
    debugger.interaction(None, trace)


class _Stepper(Pdb):
    """A debugger that stops from the first line of one file on, wherever the call begins (behind a decorator, or in a
    function of NumPy that calls the student's), until the function that was reached returns."""

    def __init__(self, file: str) -> None:
        super().__init__(skip=["minnet.exercises.*", "contextlib"])
        self.file = self.canonic(file)
        self.arrived: FrameType | None = None

    def user_line(self, frame: FrameType) -> None:
        if self.arrived is None and self.canonic(frame.f_code.co_filename) == self.file:
            self.arrived = frame
        if self.arrived:
            super().user_line(frame)
        else:
            self.set_step()

    def user_return(self, frame: FrameType, return_value: Any) -> None:
        if self.arrived:
            super().user_return(frame, return_value)
        if frame is self.arrived:
            self.arrived = None

    def user_call(self, frame: FrameType, argument_list: None) -> None:
        if self.arrived:
            super().user_call(frame, argument_list)

    def user_exception(self, frame: FrameType, exc_info: Any) -> None:
        if self.arrived:
            super().user_exception(frame, exc_info)


def _up_to(path: Path, trace: TracebackType | None) -> TracebackType | None:
    """A traceback from the first to the last line of a file; None if none of its lines was reached."""
    entries = list(_entries(trace))
    own = [k for k, entry in enumerate(entries) if Path(entry.tb_frame.f_code.co_filename).resolve() == path.resolve()]
    if not own:
        return None
    entries[own[-1]].tb_next = None
    return entries[own[0]]


def _entries(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _parameters(function: Callable[..., Any]) -> str:
    try:
        return ", ".join(signature(function).parameters) or "no arguments"
    except (TypeError, ValueError):
        return "others"
