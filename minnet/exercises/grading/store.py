"""Results as they come: a file for each student and exercise, which is used again as long as it holds."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from minnet import storage
from minnet.exercises.exercise import FILES, Exercise
from minnet.exercises.grading.settings import Settings
from minnet.exercises.summary import Summary

FORMAT = 1  # of the files: older ones are made anew
FOLDER = "parts"


@dataclass(frozen=True)
class Result:
    """What a student's file is worth.

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
            content = json.loads(self._path(student, exercise).read_text(encoding="utf-8"))
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
        return self._folder / quote(student, safe=" ") / f"{exercise}.json"
