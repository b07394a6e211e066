"""An exercise: a folder with a stub, checks, mistakes and hints."""

import ast
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.util import module_from_spec, spec_from_file_location
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from minnet.errors import DataError, SettingError, nearest
from minnet.exercises.case import Case, Mistake
from minnet.exercises.deadline import Endless, deadline

COURSE = Path(__file__).parent / "course"
FILES = "stub.py", "checks.py", "mistakes.py", "hints.md"
MOST_CASES = 1000


@dataclass(frozen=True)
class Exercise:
    """A folder with four files.

    - ``stub.py`` is what students edit: functions with a docstring (formula, shapes, source, a worked number) that
      raise `NotImplementedError` with a friendly sentence. The first line of the file's docstring is the title.
    - ``checks.py`` has the same functions, right, and ``cases(rng)``, which draws calls of them (`Case`).
    - ``mistakes.py`` has wrong functions, each with a sentence (`Mistakes`).
    - ``hints.md`` has paragraphs below headings of the second level, each of which tells more; the last is the
      solution.
    """

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def checks(self) -> ModuleType:
        with blamed(self.folder / "checks.py"):
            return load(self.folder / "checks.py")

    @cached_property
    def mistakes(self) -> list[Mistake]:
        with blamed(self.folder / "mistakes.py"):
            return list(load(self.folder / "mistakes.py").mistakes.known)

    @cached_property
    def title(self) -> str:
        with blamed(self.folder / "stub.py"):
            tree = ast.parse((self.folder / "stub.py").read_bytes(), self.folder / "stub.py")
            return (ast.get_docstring(tree) or self.name).splitlines()[0].strip().rstrip(".")

    @cached_property
    def hints(self) -> list[str]:
        """From a place to look at to the solution."""
        with blamed(self.folder / "hints.md"):
            text = (self.folder / "hints.md").read_text(encoding="utf-8")
        return [part.partition("\n")[2].strip("\n") for part in f"\n{text}".split("\n## ")[1:]]

    @property
    def functions(self) -> list[str]:
        """Names of the functions to write."""
        return list(dict.fromkeys(case.function for case in self.cases(0)))

    def cases(self, seed: int) -> list[Case]:
        """Those that a seed draws.

        Raises
        ------
        DataError
            The exercise's ``checks.py`` cannot be run: the message says in which line.
            Or it draws what is no `Case`, or too many.
        """
        file = self.folder / "checks.py"
        with blamed(file):
            drawn: Iterable[Case] = self.checks.cases(np.random.default_rng(seed))
            cases = list(islice(drawn, MOST_CASES + 1))
        if len(cases) > MOST_CASES:
            raise DataError(f"{file}: cases(rng) draws more than {MOST_CASES} cases")
        for number, case in enumerate(cases, 1):
            if not isinstance(case, Case):
                raise DataError(f"{file}: case {number} that cases(rng) draws is a {type(case).__name__}, not a Case")
        return cases

    def reference(self, function: str) -> Callable[..., Any]:
        """The right function of a name.

        Raises
        ------
        DataError
            The exercise's ``checks.py`` has none.
        """
        found: Callable[..., Any] | None = getattr(self.checks, function, None)
        if not callable(found):
            raise DataError(f"{self.folder / 'checks.py'} calls {function!r}, and has no function of that name")
        return found


def course(folder: Path | None = None) -> list[Exercise]:
    """The exercises of a folder (of minnet's own course when not given), in the order of its ``course.txt``, or of
    their names.

    Raises
    ------
    DataError
        There are none, or one of them lacks a file.
    """
    folder = folder or COURSE
    if not folder.is_dir():
        raise DataError(f"there is no folder {folder}; say where the course is: --course FOLDER")
    listed = folder / "course.txt"
    if listed.exists():
        with blamed(listed):
            lines = listed.read_text(encoding="utf-8-sig").splitlines()
        names = list(dict.fromkeys(filter(None, map(str.strip, lines))))
    else:
        names = sorted(path.parent.name for path in folder.glob("*/checks.py"))
    exercises = [Exercise(folder / name) for name in names]
    if not exercises:
        raise DataError(f"{folder} has no exercises: folders with {', '.join(FILES)}")
    for exercise in exercises:
        missing = [name for name in FILES if not (exercise.folder / name).exists()]
        if missing:
            raise DataError(f"exercise {exercise.name}: {', '.join(missing)} missing in {exercise.folder}")
    return exercises


def find(name: str, folder: Path | None = None) -> Exercise:
    """An exercise by name.

    Raises
    ------
    SettingError
        There is none of that name; the message names the nearest.
    """
    exercises = {exercise.name: exercise for exercise in course(folder)}
    if name not in exercises:
        raise SettingError(f"there is no exercise {name!r}; {nearest(name, exercises)}")
    return exercises[name]


@contextmanager
def blamed(path: Path, seconds: float | None = None) -> Iterator[None]:
    """Turn what goes wrong in an exercise's own files into a `DataError` that names file and line.

    Parameters
    ----------
    path : Path
        The file to name where no line of the exercise's is known.
    seconds : float, optional
        After which what comes to no end is stopped.
    """
    try:
        with deadline(seconds, waiting=True):
            yield
    except (DataError, KeyboardInterrupt):
        raise
    except BaseException as error:
        places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
        if isinstance(error, SyntaxError):
            places.append((str(error.filename), error.lineno))
        folder = path.parent.resolve()
        file, line = next((place for place in reversed(places) if Path(place[0]).resolve().parent == folder), (path, 0))
        at = f", line {line}" if line else ""
        raise DataError(f"{file}{at}: {_what_went_wrong(error)}") from error


class Ended(BaseException):
    """A function of an exercise ended the process, which a student's may and its own may not."""


def _what_went_wrong(error: BaseException) -> str:
    if isinstance(error, SystemExit | Ended):
        return "it ends the process, by exit() or the like"
    if isinstance(error, Endless):
        return str(error)
    return f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}"


def load(path: Path) -> ModuleType:
    """The module that a file holds, anew each time, under a name that no import finds."""
    spec = spec_from_file_location(f"exercise {path.parent.name} {path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
