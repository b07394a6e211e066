"""A student's folder: a file for each exercise, and what was tried, solved and hinted at."""

import json
import os
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

from minnet import storage
from minnet.errors import DataError, SettingError
from minnet.exercises.diagnosis import Report, examine
from minnet.exercises.exercise import Exercise, course, find
from minnet.exercises.loading import solution, source_of
from minnet.exercises.printing import OTHERS, heard, listening
from minnet.exercises.running.client import Client
from minnet.exercises.running.limits import Limits
from minnet.exercises.running.process import Job
from minnet.exercises.text import command_line

RECORD = ".minnet-exercises.json"
COURSE = ".course"  # where the record says of which course the stubs are; no exercise has such a name
FOLDER = "exercises"  # when none is named
STATE: dict[str, type[int]] = {"attempts": int, "solved": bool, "hints": int}  # what is known of an exercise
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
        found = Path(folder) if folder else _unnamed()
        if found is not None and (found / RECORD).exists():
            kept = cls(found)._content().get(COURSE, {}).get("folder")
            return cls(found, course or (Path(kept) if isinstance(kept, str) and kept else None))
        begin = command_line("start", *(["--course", str(course)] if course else []), folder=folder)
        raise SettingError(f"{folder or 'this folder'} has no exercises yet; begin with: {begin}")

    @classmethod
    def begun(cls, folder: str | None, course: Path | None = None) -> "Workbook":
        """An old folder, found as by `here`, with the course that it was begun with; else a new one."""
        place = Path(folder) if folder else _unnamed() or Path(FOLDER)
        return cls.here(str(place), course) if (place / RECORD).exists() else cls(place, course)

    def command(self, action: str, *words: str) -> str:
        """A command line about this folder, which is named in it unless it is found where the command is called."""
        found = _unnamed()
        if found is not None and found.resolve() == self.folder.resolve():
            return command_line(action, *words)
        is_below = self.folder.is_absolute() and self.folder.is_relative_to(Path.cwd())
        return command_line(action, *words, folder=self.folder.relative_to(Path.cwd()) if is_below else self.folder)

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
        old = self.path(self.find(again)) if again else None
        try:
            if old is not None and old.exists():
                names = (old.with_suffix(f".{k}.py") for k in count(1))
                old.rename(next(name for name in names if not name.exists()))
            self.folder.mkdir(parents=True, exist_ok=True)
            copied = []
            for exercise in self.exercises:
                path = self.path(exercise)
                if not path.exists():
                    path.write_bytes((exercise.folder / "stub.py").read_bytes())
                    copied.append(path)
        except OSError as error:
            raise DataError(f"exercises cannot be written to {self.folder}: {error.strerror}") from None
        self._write(self.record())
        return copied

    def check(self, exercise: Exercise, seed: int, client: Client | None = None, limits: Limits = LIMITS) -> Report:
        """Run the checks of an exercise on the student's file.

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
            return examine(exercise, self.solution(exercise), seed)
        return self._checked(exercise, seed, client, limits)

    def remember_check(self, report: Report) -> None:
        """Count a check, and keep whether the exercise is solved.

        Raises
        ------
        DataError
            The folder cannot be written.
        """
        record = self.record()
        state = record.setdefault(report.exercise.name, {})
        state["attempts"] = state.get("attempts", 0) + report.attempted
        state["solved"] = report.solved or (state.get("solved", False) and not report.attempted)
        self._write(record)

    def hint(self, exercise: Exercise, solution: bool = False) -> tuple[int, int, str]:
        """The next hint that was not shown yet, or the last: its number, how many there are, and its text.

        Raises
        ------
        SettingError
            Only the solution is left, and nothing has been tried.
        """
        hints, state = exercise.hints, self.record().get(exercise.name, {})
        number = len(hints) if solution else min(state.get("hints", 0) + 1, len(hints))
        seen = solution or state.get("hints", 0) >= len(hints)
        if number == len(hints) and not seen and not state.get("attempts"):
            raise SettingError(
                f"the last hint of {exercise.name} is the solution; try something and check it first, or ask for it:\n"
                f"    {self.command('hint', exercise.name, '--solution')}"
            )
        return number, len(hints), hints[number - 1]

    def remember_hint(self, exercise: Exercise, number: int) -> None:
        """Keep which hint was shown.

        Raises
        ------
        DataError
            The folder cannot be written.
        """
        record = self.record()
        record.setdefault(exercise.name, {})["hints"] = number
        self._write(record)

    def record(self) -> dict[str, dict[str, Any]]:
        """By exercise: attempts, solved, hints. Empty where nothing is known, or what is written is no such thing."""
        return {
            name: {key: value for key, value in state.items() if type(value) is STATE.get(key) and value >= 0}
            for name, state in self._content().items()
            if name != COURSE
        }

    def _content(self) -> dict[str, dict[str, Any]]:
        try:
            found = storage.from_json((self.folder / RECORD).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {k: v for k, v in found.items() if isinstance(v, dict)} if isinstance(found, dict) else {}

    def _write(self, record: dict[str, dict[str, Any]]) -> None:
        path = self.folder / RECORD
        temporary = path.with_suffix(".new")
        if self.course is not None:
            record = record | {COURSE: {"folder": str(self.course.resolve())}}
        try:
            temporary.write_text(json.dumps(record, indent=1), encoding="utf-8")
            os.replace(temporary, path)
        except OSError as error:
            raise DataError(
                f"this is not remembered: {path} cannot be written: {error.strerror}; make the folder writable, or "
                "copy it to one that is"
            ) from None

    def _checked(self, exercise: Exercise, seed: int, client: Client, limits: Limits) -> Report:
        path = self._existing(exercise)
        job = Job(str(exercise.folder.resolve()), source_of(path), str(path), (seed,), limits, confined=False)
        summary = client.run(job)
        if summary.case is None and not summary.solved:
            shown = f"\nIt printed:\n{summary.printed}" if summary.printed else ""
            comma = "," if summary.what.startswith("line") else ":"
            raise DataError(f"{path}{comma} {summary.what}{shown}")
        if summary.state == "wrong" and summary.case is not None and summary.printed:
            # the check called every case, and others to find the reason: once more, for what the one shown prints
            again = replace(job, source=listening(job.source, exercise.functions, summary.case))
            own = heard(client.run(again).printed)
            summary = replace(summary, printed=own or f"{OTHERS}\n{summary.printed}")
        return summary.report(exercise)

    def _existing(self, exercise: Exercise) -> Path:
        path = self.path(exercise)
        if not path.exists():
            raise DataError(f"{path} is missing; {self.command('start')} brings the stub back")
        return path

    def solution(self, exercise: Exercise) -> ModuleType:
        """The student's file as a module, run anew.

        Raises
        ------
        DataError
            It is missing, or cannot be run: the message says in which line.
        """
        return solution(self._existing(exercise))


def _unnamed() -> Path | None:
    """The folder that commands find when none is named: this one, or the one below it that `start` makes."""
    return next((folder for folder in (Path(), Path(FOLDER)) if (folder / RECORD).exists()), None)
