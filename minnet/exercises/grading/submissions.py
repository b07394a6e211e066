"""Which students there are, where their files lie, and when these were submitted."""

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.util import decode_source
from io import BytesIO
from itertools import islice
from pathlib import Path
from tokenize import detect_encoding

from minnet.errors import DataError
from minnet.exercises.characters import plain_name
from minnet.exercises.workbook import FOLDER, RECORD

LARGEST = 2**20  # bytes of a file
MOST_FOLDERS = 100  # that are looked through for a file that lies elsewhere
MOST_SHOWN = 3  # of the files found there
PACKED = re.compile(r"\.(zip|7z|rar|tar|tgz|gz|bz2|xz|ipynb)$", re.IGNORECASE)
ASCII = "".join(map(chr, range(32, 127))) + "\n"


@dataclass(frozen=True)
class Student:
    """A student's files.

    Attributes
    ----------
    name : str
        That of the student's own folder, as any file can hold it.
    folder : Path
        Which holds the files: the own folder, or one below it.
    own : Path
        No link leads out of this one.
    """

    name: str
    folder: Path
    own: Path

    def source(self, exercise: str) -> bytes | None:
        """Content of the file for an exercise, whose name may be in capitals; None if there is no file.

        Raises
        ------
        DataError
            It cannot be read, is too large, is no text, is a link out of the student's folder, or there are two.
        """
        try:
            path = self._path(exercise)
            if path is None:
                return None
            if not path.is_file() or not path.resolve().is_relative_to(self.own):
                raise DataError("it is no file of the student's folder, but a link, a folder or a device")
            if path.stat().st_size > LARGEST:
                raise DataError(f"it has more than {LARGEST} bytes")
            content = path.read_bytes()
        except OSError as error:
            raise DataError(f"it cannot be read: {error.strerror}") from None
        except RuntimeError:  # of links that lead in a circle
            raise DataError("it cannot be read: it is a link to itself") from None
        _check_text(content)
        return content

    def changed(self, exercise: str) -> datetime | None:
        """When the file for an exercise was last changed; None if that cannot be known."""
        try:
            path = self._path(exercise)
            if path is None:
                return None
            seconds = path.stat().st_mtime
        except (OSError, DataError):
            return None
        try:
            return datetime.fromtimestamp(seconds, UTC)
        except (ValueError, OverflowError):  # of a year that has no date
            return (datetime.max if seconds > 0 else datetime.min).replace(tzinfo=UTC)

    def remark(self, exercise: str) -> str:
        """What is to be said of where the file is, or what is there in its place; empty if all is as it should be."""
        wanted = f"{exercise}.py"
        try:
            path = self._path(exercise)
        except (OSError, DataError):
            return ""
        if path is not None:
            return "" if path.name == wanted else f"the file is called {plain_name(path.name)}, and should be {wanted}"
        like = re.compile(rf"{re.escape(exercise)}(?![^\W_])", re.IGNORECASE)
        found = [place for place in self._elsewhere if like.match(Path(place).name)]
        packed = [place for place in self._elsewhere if PACKED.search(place)]
        shown = ", ".join(map(plain_name, (found or packed)[:MOST_SHOWN]))
        return f"{wanted} is looked for in the folder itself and in {FOLDER!r} below it; there is {shown}" * bool(shown)

    def _path(self, exercise: str) -> Path | None:
        """The file for an exercise; None if there is none."""
        wanted = f"{exercise}.py"
        names = [name for name in os.listdir(self.folder) if name.casefold() == wanted.casefold()]
        if len(names) > 1 and wanted not in names:
            raise DataError(f"there are {' and '.join(sorted(map(plain_name, names)))}, and no {wanted}")
        return self.folder / (wanted if wanted in names else names[0]) if names else None

    @cached_property
    def _elsewhere(self) -> list[str]:
        """Files of the student's own folder and of some of those below it, as seen from it."""
        below = islice(os.walk(self.own), MOST_FOLDERS)
        return sorted(os.path.relpath(os.path.join(path, name), self.own) for path, _, names in below for name in names)


def _check_text(content: bytes) -> None:
    """Raise `DataError` if a file is no text of Python, in an encoding in which ASCII is what it is."""
    try:
        encoding = detect_encoding(BytesIO(content).readline)[0].removesuffix("-sig")
        if ASCII.encode(encoding) != ASCII.encode():
            raise DataError(f"it is no text: its encoding {encoding!r} is none for programs; save it as UTF-8")
        decode_source(content)
    except DataError:
        raise
    except Exception as error:  # an encoding may raise anything
        raise DataError(f"it is no text: {error}") from None


def students(
    folders: Iterable[Path], exercises: list[str], others: Iterable[Path] = (), single: bool = False
) -> list[Student]:
    """Those of folders, each of which is a student's, or has a folder for each student.

    A student's folder holds files ``NAME.py`` of the course, itself or in a folder ``exercises``; in a folder of
    students, every folder below is a student's, also one without any such file, but for `others`: results, a course.
    With `single`, each of the folders is a student's, whatever is in it.

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
        below = [path for path in _below(folder) if path.resolve() not in excluded and not _hidden(path)]
        if single or _is_students(folder, exercises):
            roots.append(folder.resolve())
        elif below:
            roots += [path.absolute() for path in below]
        else:
            raise DataError(
                f"{folder} has neither files such as {exercises[0]}.py nor folders of students; --single grades it as "
                "that of one student all the same"
            )
    roots = list(dict.fromkeys(roots))
    names = [plain_name(root.name) for root in roots]
    longer = [
        f"{plain_name(root.parent.name)}/{name}" if names.count(name) > 1 else name
        for root, name in zip(roots, names, strict=True)
    ]
    if repeated := next((name for name in longer if longer.count(name) > 1), None):
        raise DataError(f"there are two folders of a student {repeated!r}; grade them apart")
    owned = {root.resolve() for root in roots if not root.is_symlink()}
    return [
        Student(name, _folder_of_files(root, exercises) or root, _own(root, owned))
        for name, root in zip(longer, roots, strict=True)
    ]


def remarks(
    folders: Iterable[Path], exercises: list[str], others: Iterable[Path] = (), single: bool = False
) -> list[str]:
    """Sentences about what `students`, called with the same, does not take for a student's, although it could be."""
    found, excluded = [], {path.resolve() for path in others}
    for folder in [] if single else folders:
        below = _below(folder)
        shown = [path for path in below if path.resolve() not in excluded and not _hidden(path)]
        if _is_students(folder, exercises):
            held = _folder_of_files(folder, exercises)
            left = [path for path in shown if held != folder or _folder_of_files(path, exercises) is not None]
            if left := [path for path in left if path != held]:
                found.append(f"{folder} is taken for one student's; not graded in it: {_listed(left)}")
            continue
        if any(_is_exercises(path) for path in shown):
            found.append(f"{folder / FOLDER} is taken for a student's, as others are; --single grades {folder} as one")
        if hidden := [path for path in below if _hidden(path)]:
            found.append(f"{folder}: not taken for students': {_listed(hidden)}")
        if packed := [path for path in sorted(folder.iterdir()) if PACKED.search(path.name) and path.is_file()]:
            found.append(f"{folder}: packed, and not graded: {_listed(packed)}")
    return found


def _listed(paths: list[Path]) -> str:
    more = f" and {len(paths) - MOST_SHOWN} more" if len(paths) > MOST_SHOWN else ""
    return ", ".join(plain_name(path.name) for path in paths[:MOST_SHOWN]) + more


def _below(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if path.is_dir()]


def _hidden(path: Path) -> bool:
    return path.name.startswith((".", "__"))


def _is_exercises(path: Path) -> bool:
    return path.name.casefold() == FOLDER


def _own(root: Path, owned: set[Path]) -> Path:
    """Where a student's files may lie: a link to another student's folder is none to one's own."""
    real = root.resolve()
    if root.is_symlink() and not owned.isdisjoint([real, *real.parents]):
        return root.parent.resolve() / root.name
    return real


def _is_students(folder: Path, exercises: list[str]) -> bool:
    """Whether a folder is a student's: it has files itself, or ``exercises`` has and no other folder below has any."""
    held = _folder_of_files(folder, exercises)
    others = (path for path in _below(folder) if not _is_exercises(path) and not _hidden(path))
    return held == folder or (held is not None and all(_folder_of_files(path, exercises) is None for path in others))


def _folder_of_files(folder: Path, exercises: list[str]) -> Path | None:
    wanted = {RECORD.casefold(), *(f"{name}.py".casefold() for name in exercises)}
    with suppress(OSError):  # a folder that cannot be read
        for candidate in (folder, *filter(_is_exercises, _below(folder))):
            if not wanted.isdisjoint(map(str.casefold, os.listdir(candidate))):
                return candidate
    return None
