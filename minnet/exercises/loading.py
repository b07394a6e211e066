"""A student's file as a module in this process: read as UTF-8, beside what it imports, and leaving all as it was."""

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib.util import decode_source
from pathlib import Path
from types import ModuleType
from typing import Any

from minnet.errors import DataError
from minnet.exercises.lines import line, located
from minnet.exercises.surroundings import Surroundings


def source_of(path: Path) -> str:
    """A file's text.

    Raises
    ------
    DataError
        It is not UTF-8 (nor what it declares), or has NUL characters: the message says in which line.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from None
    try:
        text = decode_source(content)
    except (UnicodeDecodeError, SyntaxError) as error:
        raise DataError(f"{path}{_foreign(content) or f' cannot be read: {error}'}") from None
    if "\0" in text:
        number = text[: text.index("\0")].count("\n") + 1
        raise DataError(f"{path}, line {number}: a NUL character; it is damaged, or UTF-16: save the file as UTF-8")
    return text


def _foreign(content: bytes) -> str:
    """Where a text is no UTF-8; empty if it is, and only declares something else."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        number, byte = content[: error.start].count(b"\n") + 1, content[error.start]
        return f", line {number}: the byte 0x{byte:02x} is no UTF-8; save the file as UTF-8 (your editor has a menu)"
    return ""


def solution(path: Path) -> ModuleType:
    """The functions of a file, which is run anew.

    It may import what stands beside it, which is run anew as well and forgotten afterwards. What the file and its
    functions change for all (see `Surroundings`) holds for them alone. What a function raises has a note that says in
    which line.

    Raises
    ------
    DataError
        The file cannot be run: the message says in which line.
    """
    source, file = source_of(path), str(path.resolve())
    surroundings = Surroundings()
    module = ModuleType(f"exercise_{path.stem}")
    module.__file__ = file
    try:
        with surroundings.entered(), _beside(module, path.resolve().parent):
            exec(compile(source, file, "exec", dont_inherit=True), vars(module))
    except SyntaxError as error:
        place = "" if error.filename == file else f"{Path(error.filename or '').name}, "
        raise DataError(f"{path}, {place}line {error.lineno}: {error.msg}") from None
    except SystemExit as error:
        words = "the file ends itself (exit(), or the like); a check needs its functions alone"
        raise DataError(f"{path}, {line(error, file)}: {words}") from error
    except EOFError as error:
        words = "the file asks for input; nobody can answer in a check"
        raise DataError(f"{path}, {line(error, file)}: {words}") from error
    except Exception as error:
        raise DataError(f"{path}, {line(error, file)}: {type(error).__name__}: {error}") from error
    found = ModuleType(module.__name__, module.__doc__)
    for name, value in vars(module).items():
        own = callable(value) and not name.startswith("__")
        vars(found)[name] = located(_within(surroundings, value), file) if own else value
    return found


def _within(surroundings: Surroundings, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function, updated=())
    def within(*arguments: Any, **named: Any) -> Any:
        with surroundings.entered():
            return function(*arguments, **named)

    return within


@contextmanager
def _beside(module: ModuleType, folder: Path) -> Iterator[None]:
    """While a module is run: it and what stands in its folder can be imported; afterwards that is as it was."""
    written, aside = sys.dont_write_bytecode, _of(folder)
    for name in aside:
        del sys.modules[name]
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    sys.modules[module.__name__] = module  # dataclasses and enums look for it
    try:
        yield
    finally:
        for name in _of(folder):
            del sys.modules[name]
        sys.modules.update(aside)
        if str(folder) in sys.path:
            sys.path.remove(str(folder))
        sys.dont_write_bytecode = written


def _of(folder: Path) -> dict[str, ModuleType]:
    """Modules whose files lie in a folder."""
    inside = f"{folder}/"
    return {
        name: module
        for name, module in list(sys.modules.items())
        if str(getattr(module, "__file__", None) or "").replace("\\", "/").startswith(inside.replace("\\", "/"))
    }
