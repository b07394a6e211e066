"""A student's folder: a file for each exercise, and what was tried, solved and hinted at."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from minnet.errors import DataError, SettingError
from minnet.exercises.diagnosis import Report, examine
from minnet.exercises.exercise import Exercise, course, find, load

RECORD = ".minnet-exercises.json"
FOLDER = "exercises"  # when none is named


@dataclass(frozen=True)
class Workbook:
    """The folder, and the course whose stubs are in it."""

    folder: Path
    course: Path | None = None

    @classmethod
    def here(cls, folder: str | None) -> "Workbook":
        """The folder named, or this one, or the one below it that `start` makes.

        Raises
        ------
        SettingError
            There is none; the message says how to begin.
        """
        for candidate in [Path(folder)] if folder else [Path(), Path(FOLDER)]:
            if (candidate / RECORD).exists():
                return cls(candidate)
        where = folder or "this folder"
        raise SettingError(f"{where} has no exercises yet; begin with: minnet exercise start {folder or ''}".rstrip())

    @property
    def exercises(self) -> list[Exercise]:
        return course(self.course)

    def find(self, name: str) -> Exercise:
        """An exercise by its name, or the name of its file."""
        return find(Path(name).stem, self.course)

    def path(self, exercise: Exercise) -> Path:
        return self.folder / f"{exercise.name}.py"

    def start(self, again: str | None = None) -> list[Path]:
        """Copy the stubs that are not there yet; with `again` that one anew, what was there kept beside it.

        Raises
        ------
        SettingError
            There is no such exercise.
        DataError
            The folder cannot be written.
        """
        if again:
            path = self.path(self.find(again))
            if path.exists():
                kept = next(
                    path.with_suffix(f".{k}.py") for k in range(1, 1000) if not path.with_suffix(f".{k}.py").exists()
                )
                path.rename(kept)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            copied = []
            for exercise in self.exercises:
                path = self.path(exercise)
                if not path.exists():
                    path.write_bytes((exercise.folder / "stub.py").read_bytes())
                    copied.append(path)
            self._write(self.record())
        except OSError as error:
            raise DataError(f"exercises cannot be written to {self.folder}: {error.strerror}") from None
        return copied

    def check(self, exercise: Exercise, seed: int) -> Report:
        """Run the checks of an exercise on the student's file, and remember the result.

        Raises
        ------
        DataError
            The file is missing, or cannot be run: the message says in which line.
        """
        report = examine(exercise, self.solution(exercise), seed)
        record = self.record()
        state = record.setdefault(exercise.name, {})
        state["attempts"] = state.get("attempts", 0) + report.attempted
        state["solved"] = report.solved or (state.get("solved", False) and not report.attempted)
        self._write(record)
        return report

    def hint(self, exercise: Exercise, solution: bool = False) -> tuple[int, int, str]:
        """The next hint that was not shown yet: its number, how many there are, and its text.

        Raises
        ------
        SettingError
            Only the solution is left, and nothing has been tried.
        """
        record, hints = self.record(), exercise.hints
        state = record.setdefault(exercise.name, {})
        shown = min(state.get("hints", 0) + 1, len(hints)) if not solution else len(hints)
        if shown == len(hints) and not solution and not state.get("attempts"):
            raise SettingError(
                f"the last hint of {exercise.name} is the solution; try something and check it first, or ask for it: "
                f"minnet exercise hint {exercise.name} --solution"
            )
        state["hints"] = shown if not solution else state.get("hints", 0)
        self._write(record)
        return shown, len(hints), hints[shown - 1]

    def record(self) -> dict[str, dict[str, Any]]:
        """By exercise: attempts, solved, hints. Empty where nothing is known."""
        try:
            found: dict[str, dict[str, Any]] = json.loads((self.folder / RECORD).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _write(self, record: dict[str, dict[str, Any]]) -> None:
        path = self.folder / RECORD
        temporary = path.with_suffix(".new")
        temporary.write_text(json.dumps(record, indent=1), encoding="utf-8")
        os.replace(temporary, path)

    def solution(self, exercise: Exercise) -> ModuleType:
        """The student's file as a module, run anew.

        Raises
        ------
        DataError
            It is missing, or cannot be run: the message says in which line.
        """
        path = self.path(exercise)
        if not path.exists():
            raise DataError(f"{path} is missing; minnet exercise start brings the stub back")
        written = sys.dont_write_bytecode
        sys.dont_write_bytecode = True
        try:
            return load(path)
        except SyntaxError as error:
            raise DataError(f"{path}, line {error.lineno}: {error.msg}") from None
        except Exception as error:
            raise DataError(f"{path} cannot be run: {type(error).__name__}: {error}") from None
        finally:
            sys.dont_write_bytecode = written
