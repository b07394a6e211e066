"""Results as they come: a file for each student and exercise, which is used again as long as it holds."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from minnet import storage
from minnet.exercises.characters import plain
from minnet.exercises.exercise import FILES, Exercise
from minnet.exercises.grading.settings import Settings
from minnet.exercises.summary import Summary

FORMAT = 1  # of the files: older ones are made anew
FOLDER = "parts"
LONGEST_NAME = 200  # bytes of a folder's name: file systems take 255


@dataclass(frozen=True)
class Result:
    """What a student's file is worth; its texts, some of which the student wrote, are made harmless.

    Attributes
    ----------
    summary : Summary
    seconds : float
        Wall time of all its checks.
    notes : tuple of str
        What else a teacher should know.
    """

    summary: Summary
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        texts: dict[str, Any] = {
            name: plain(text) for name, text in vars(self.summary).items() if isinstance(text, str)
        }
        object.__setattr__(self, "summary", replace(self.summary, **texts))
        object.__setattr__(self, "notes", tuple(map(plain, self.notes)))


def key(source: bytes, exercise: Exercise, settings: Settings) -> str:
    """A hash of all that a result depends on: the student's file, the exercise's, seeds and limits.

    Points and deadlines are no part of it: they are reckoned with at the end.
    """
    counted = json.dumps([FORMAT, exercise.name, settings.seeds, asdict(settings.limits)])
    parts = [counted.encode(), source, *((exercise.folder / name).read_bytes() for name in FILES)]
    return hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).hexdigest()


class Store:
    """The folder of results."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def find(self, student: str, exercise: str, key: str) -> Result | None:
        """A result that holds, or None."""
        try:
            content = storage.from_json(self._path(student, exercise).read_text(encoding="utf-8"))
            if content["key"] != key:
                return None
            return Result(Summary(**content["summary"]), float(content["seconds"]), tuple(content["notes"]))
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def keep(self, student: str, exercise: str, key: str, result: Result) -> None:
        """Write a result, whole or not at all."""
        path = self._path(student, exercise)
        path.parent.mkdir(parents=True, exist_ok=True)
        storage.write_json(path, {"student": student, "key": key} | asdict(result))

    def clear(self, students: Iterable[str], exercises: Iterable[str]) -> None:
        """Forget the results of students in exercises."""
        for student in students:
            for exercise in exercises:
                self._path(student, exercise).unlink(missing_ok=True)

    def _path(self, student: str, exercise: str) -> Path:
        return self._folder / folder_name(student) / f"{exercise}.json"


def folder_name(student: str) -> str:
    """Name of the folder of a student's results: the student's, percent-encoded; of a long one the start and a hash."""
    name = quote(student, safe=" ")
    if len(name) <= LONGEST_NAME:
        return name
    end = hashlib.sha256(name.encode()).hexdigest()[:16]
    return f"{name[: LONGEST_NAME - len(end) - 1]}-{end}"
