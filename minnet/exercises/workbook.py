"""A student's folder: a file for each exercise, and what was tried, solved and hinted at."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from minnet.errors import DataError, SettingError
from minnet.exercises.diagnosis import Report, examine
from minnet.exercises.exercise import Exercise, course, find
from minnet.exercises.loading import solution, source_of
from minnet.exercises.running.client import Client
from minnet.exercises.running.limits import Limits
from minnet.exercises.running.process import Job

RECORD = ".minnet-exercises.json"
COURSE = ".course"  # where the record says of which course the stubs are; no exercise has such a name
FOLDER = "exercises"  # when none is named
LIMITS = Limits()


@dataclass(frozen=True)
class Workbook:
    """The folder, and the course whose stubs are in it."""

    folder: Path
    course: Path | None = None

    @classmethod
    def here(cls, folder: str | None, course: Path | None = None) -> "Workbook":
        """The folder named, or this one, or the one below it that `start` makes; of the course that it was begun with,
        or of the one named.

        Raises
        ------
        SettingError
            There is none; the message says how to begin.
        """
        for candidate in [Path(folder)] if folder else [Path(), Path(FOLDER)]:
            if (candidate / RECORD).exists():
                kept = cls(candidate)._content().get(COURSE, {}).get("folder")
                return cls(candidate, course or (Path(kept) if kept else None))
        where = folder or "this folder"
        raise SettingError(f"{where} has no exercises yet; begin with: minnet exercise start {folder or ''}".rstrip())

    @classmethod
    def begun(cls, folder: Path, course: Path | None = None) -> "Workbook":
        """A new folder, or an old one with the course that it was begun with."""
        return cls.here(str(folder), course) if (folder / RECORD).exists() else cls(folder, course)

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

    def check(self, exercise: Exercise, seed: int, client: Client | None = None, limits: Limits = LIMITS) -> Report:
        """Run the checks of an exercise on the student's file, and remember the result.

        Parameters
        ----------
        exercise : Exercise
        seed : int
            Of the drawn arguments.
        client : Client, optional
            Runs the file in a process of its own, which it can hang or end as it likes; in this one when not given.
        limits : Limits
            For the process.

        Raises
        ------
        DataError
            The file is missing, or cannot be run: the message says in which line.
        """
        if client is None:
            report = examine(exercise, self.solution(exercise), seed)
        else:
            report = self._checked(exercise, seed, client, limits)
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
        return {name: state for name, state in self._content().items() if name != COURSE}

    def _content(self) -> dict[str, dict[str, Any]]:
        try:
            found: dict[str, dict[str, Any]] = json.loads((self.folder / RECORD).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _write(self, record: dict[str, dict[str, Any]]) -> None:
        path = self.folder / RECORD
        temporary = path.with_suffix(".new")
        if self.course is not None:
            record = record | {COURSE: {"folder": str(self.course.resolve())}}
        temporary.write_text(json.dumps(record, indent=1), encoding="utf-8")
        os.replace(temporary, path)

    def _checked(self, exercise: Exercise, seed: int, client: Client, limits: Limits) -> Report:
        path = self._existing(exercise)
        job = Job(str(exercise.folder.resolve()), source_of(path), str(path), (seed,), limits, confined=False)
        summary = client.run(job)
        if summary.case is None and not summary.solved:
            shown = f"\nIt printed:\n{summary.printed}" if summary.printed else ""
            comma = "," if summary.what.startswith("line") else ":"
            raise DataError(f"{path}{comma} {summary.what}{shown}")
        return summary.report(exercise)

    def _existing(self, exercise: Exercise) -> Path:
        path = self.path(exercise)
        if not path.exists():
            raise DataError(f"{path} is missing; minnet exercise start brings the stub back")
        return path

    def solution(self, exercise: Exercise) -> ModuleType:
        """The student's file as a module, run anew.

        Raises
        ------
        DataError
            It is missing, or cannot be run: the message says in which line.
        """
        return solution(self._existing(exercise))
