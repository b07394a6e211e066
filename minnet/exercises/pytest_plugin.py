"""Exercises as pytest's tests: a file for each exercise in a student's folder, a test for each case, which is called
"function: what is special about the case".

A test that fails says what `minnet exercise check` says, and nothing else. A function that still waits to be written is
skipped, with its own sentence as the reason: at the beginning of a course nothing is wrong yet, and red is left for
what is. A call that comes to no end is ended after the limit of time that a check has, and no other call of that
function is made. What a function prints is shown with the test that fails, ``breakpoint()`` stops in it, and ``--pdb``
opens the student's line where it raised.
"""

import ast
import textwrap
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from _pytest._code.code import ReprEntryNative, ReprExceptionInfo, ReprFileLocation, ReprTraceback

from minnet.errors import DataError, SettingError
from minnet.exercises.behaviour import call
from minnet.exercises.case import Case
from minnet.exercises.deadline import Endless, deadline
from minnet.exercises.diagnosis import Failure, Report, examine
from minnet.exercises.exercise import Exercise
from minnet.exercises.lines import notes
from minnet.exercises.quiet import quietly
from minnet.exercises.text import failure_text
from minnet.exercises.workbook import LIMITS, Workbook


def collector(path: Path, parent: pytest.Collector, named: bool) -> "ExerciseFile | Stranger | None":
    """What collects the tests of a file in a student's folder.

    Parameters
    ----------
    path : Path
    parent : pytest.Collector
    named : bool
        Whether pytest was called with this file, and it has no tests of its own: if it is no exercise, such as
        adam.1.py, which is kept beside a new beginning, a sentence says so; otherwise it is passed over (None).
    """
    workbook = Workbook.here(str(path.parent))
    try:
        exercise = workbook.find(path.name)
    except SettingError:
        if not named:
            return None
        stranger: Stranger = Stranger.from_parent(parent, path=path)
        stranger.names = [exercise.name for exercise in workbook.exercises]
        return stranger
    file: ExerciseFile = ExerciseFile.from_parent(parent, path=path)
    file.workbook, file.exercise = workbook, exercise
    return file


class Stranger(pytest.File):
    """A file that is no exercise."""

    names: list[str]

    def collect(self) -> Iterator[pytest.Item]:
        stem = self.path.name.removesuffix(".py")
        inside = [name for name in self.names if name in stem]
        near = max(inside, key=len, default="") or next(iter(get_close_matches(stem, self.names, n=1)), "")
        guess = f"; to have it checked, call it {near}.py" if near else ""
        raise self.CollectError(f"{self.path.name} is no exercise: a file is known by its name{guess}")


class ExerciseFile(pytest.File):
    """A student's file; it is run when its first test is, not when it is collected."""

    workbook: Workbook
    exercise: Exercise

    @cached_property
    def endless(self) -> dict[str, str]:
        """Functions of which a call came to no end, and the words for it: no other one is called."""
        return {}

    def came_to_no_end(self, function: str, what: str) -> None:
        """Of one function, or of all where the file itself comes to none."""
        names = [function] if "solution" in vars(self) else self.exercise.functions
        self.endless.update(dict.fromkeys(names, what))

    def collect(self) -> Iterator["ExerciseCase"]:
        names = [f"{case.function}: {case.about or 'ordinary numbers'}" for case in self.cases]
        counts, seen = Counter(names), Counter[str]()
        for case, name in zip(self.cases, names, strict=True):
            seen[name] += 1
            number = f" {seen[name]}" if counts[name] > 1 else ""
            item: ExerciseCase = ExerciseCase.from_parent(self, name=name + number)
            item.case, item.file = case, self
            yield item

    @cached_property
    def seed(self) -> int:
        return int(self.config.getoption("--exercise-seed"))

    @cached_property
    def cases(self) -> list[Case]:
        return self.exercise.cases(self.seed)

    @cached_property
    def solution(self) -> ModuleType:
        return self.workbook.solution(self.exercise)

    @cached_property
    def lines(self) -> dict[str, int]:
        """Where each function begins, from 0 on; nothing of a file that cannot be read."""
        try:
            tree = ast.parse(self.path.read_bytes())
        except (SyntaxError, ValueError, OSError):
            return {}
        return {node.name: node.lineno - 1 for node in tree.body if isinstance(node, ast.FunctionDef)}

    @cached_property
    def _checked(self) -> dict[str, bool]:
        """Whether a function is right in all cases, of those that were looked at."""
        return {}

    def _is_right(self, function: str) -> bool:
        if function not in self._checked:
            solution, cases = self.workbook.solution(self.exercise), self._cases_of(function)
            self._checked[function] = examine(self.exercise, solution, self.seed, cases).solved
        return self._checked[function]

    def _cases_of(self, function: str) -> list[Case]:
        return [case for case in self.cases if case.function == function]

    def report(self, case: Case) -> Report:
        """What a check finds of one case; the other cases of its function help to find the reason."""
        with quietly():
            if self._is_right(case.function):
                return Report(self.exercise, 1, 1, None, self.seed)
            report = examine(self.exercise, self.solution, self.seed, [case])
            if report.solved:
                return report
            others = [other for other in self._cases_of(case.function) if other is not case]
            return examine(self.exercise, self.solution, self.seed, [case, *others])


class ExerciseCase(pytest.Item):
    """One call, and its result."""

    case: Case
    file: ExerciseFile
    words: tuple[str, str] | None = None

    def runtest(self) -> None:
        try:
            if earlier := self.file.endless.get(self.case.function):
                raise Endless(earlier)
            with deadline(LIMITS.seconds):
                self._check()
        except Endless as endless:
            what = ", ".join([str(endless), *notes(endless)])
            self.file.came_to_no_end(self.case.function, what)
            failure = Failure(self.case, what, "A loop, or a call of itself, never meets what is to end it.")
            self._say(Report(self.file.exercise, 0, 1, failure, self.file.seed))
            raise

    def _check(self) -> None:
        function = getattr(self.file.solution, self.case.function, None)
        outcome = call(function, self.case) if callable(function) else None
        error = None if outcome is None else outcome.error
        if isinstance(error, NotImplementedError):
            words = str(error) or f"{self.case.function} is not written yet"
            raise pytest.skip.Exception(words).with_traceback(error.__traceback__)
        report = self.file.report(self.case)
        if report.failure is not None:
            self._say(report)
            raise AssertionError(report.failure.what) if error is None or isinstance(error, SystemExit) else error

    def _say(self, report: Report) -> None:
        assert report.failure is not None
        again = f"minnet exercise debug {self.file.exercise.name} --seed {self.file.seed}"
        text = f"{failure_text(report)}\n          (step through it: {again})"
        self.words = report.failure.reason or report.failure.what, textwrap.dedent(text)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.file.lines.get(self.case.function, 0), self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        words = self.words
        if words is None and isinstance(excinfo.value, DataError):
            words = str(excinfo.value), str(excinfo.value)
        path, line, _ = self.reportinfo()
        return message(*words, path, line) if words else super().repr_failure(excinfo, style)


def message(headline: str, text: str, path: Path, line: int) -> ReprExceptionInfo:
    """A text as it is, in the place of a traceback, and a line of it for pytest's summary: of pytest's own kind, which
    comes over whole from another process (``pytest -n 2``)."""
    crash = ReprFileLocation(str(path), line + 1, headline)
    entries = ReprTraceback([ReprEntryNative([f"{text}\n"])], None, style="native")
    return ReprExceptionInfo(reprtraceback=entries, reprcrash=crash)
