"""Which students there are, where their files lie, and when these were submitted."""

import csv
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from minnet.errors import DataError
from minnet.exercises.workbook import FOLDER, RECORD

LARGEST = 2**20  # bytes of a file


@dataclass(frozen=True)
class Student:
    """A student's name, which is that of the folder, and the folder that holds the files."""

    name: str
    folder: Path

    def source(self, exercise: str) -> bytes | None:
        """Content of the file for an exercise; None if there is no file.

        Raises
        ------
        DataError
            It cannot be read, is too large, or is a link out of the student's folder.
        """
        path = self.folder / f"{exercise}.py"
        try:
            if not path.exists() and not path.is_symlink():
                return None
            if not path.is_file() or not path.resolve().is_relative_to(self.folder.resolve()):
                raise DataError("it is no file of the student's folder, but a link, a folder or a device")
            if path.stat().st_size > LARGEST:
                raise DataError(f"it has more than {LARGEST} bytes")
            return path.read_bytes()
        except OSError as error:
            raise DataError(f"it cannot be read: {error.strerror}") from None

    def changed(self, exercise: str) -> datetime | None:
        """When the file for an exercise was last changed; None if that cannot be known."""
        try:
            return datetime.fromtimestamp((self.folder / f"{exercise}.py").stat().st_mtime, UTC)
        except OSError:
            return None


def students(folders: Iterable[Path], exercises: list[str], others: Iterable[Path] = ()) -> list[Student]:
    """Those of folders, each of which is a student's, or has a folder for each student.

    A student's folder holds files ``NAME.py`` of the course, itself or in a folder ``exercises``; in a folder of
    students, every folder below is a student's, also one without any such file, but for `others`: results, a course.

    Raises
    ------
    DataError
        A folder does not exist, or has no students.
    """
    roots: list[Path] = []
    excluded = {path.resolve() for path in others}
    for folder in folders:
        if not folder.is_dir():
            raise DataError(f"{folder} is no folder; grade takes a student's folder, or one with a folder for each")
        below = [
            path for path in sorted(folder.iterdir())
            if path.is_dir() and not path.name.startswith((".", "__")) and path.resolve() not in excluded
        ]  # fmt: skip
        if _folder_of_files(folder, exercises) is not None:
            roots.append(folder.resolve())
        elif below:
            roots += [path.absolute() for path in below]
        else:
            raise DataError(f"{folder} has neither files such as {exercises[0]}.py nor folders of students")
    roots = list(dict.fromkeys(roots))
    names = [root.name for root in roots]
    longer = [f"{root.parent.name}/{root.name}" if names.count(root.name) > 1 else root.name for root in roots]
    if repeated := next((name for name in longer if longer.count(name) > 1), None):
        raise DataError(f"there are two folders of a student {repeated!r}; grade them apart")
    return [Student(name, _folder_of_files(root, exercises) or root) for name, root in zip(longer, roots, strict=True)]


def _folder_of_files(folder: Path, exercises: list[str]) -> Path | None:
    for candidate in (folder, folder / FOLDER):
        files = [candidate / RECORD, *(candidate / f"{name}.py" for name in exercises)]
        with suppress(OSError):  # a folder that cannot be read
            if any(path.exists() or path.is_symlink() for path in files):
                return candidate
    return None


def read_times(path: Path, zone: tzinfo | None) -> dict[tuple[str, str], datetime]:
    """Times of submission by student and exercise ("" for all) from a CSV file.

    Raises
    ------
    DataError
        A column is missing, or a time cannot be read or says no time zone: the message names the line.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        for column in ("student", "submitted"):
            if column not in (rows.fieldnames or []):
                raise DataError(f"{path} has no column {column!r}, but {', '.join(rows.fieldnames or [])}")
        times = {}
        for row in rows:
            text, place = (row["submitted"] or "").strip(), f"{path}, line {rows.line_num}"
            try:
                when = datetime.fromisoformat(text)
            except ValueError:
                raise DataError(f"{place}: {text!r} is no time such as 2026-11-30 17:05+01:00") from None
            if when.tzinfo is None and zone is None:
                raise DataError(f"{place}: {text!r} says no time zone; time_zone in grading.toml does for all")
            times[row["student"], row.get("exercise") or ""] = when if when.tzinfo else when.replace(tzinfo=zone)
    return times
