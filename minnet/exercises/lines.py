"""Where in a student's file: the functions that are asked for, or nearly, and the line in which a call of them fails.

The line is a note on the exception (PEP 678), which goes wherever that goes.
"""

import traceback
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from difflib import get_close_matches
from functools import wraps
from pathlib import Path
from typing import Any


def located(function: Callable[..., Any], file: str) -> Callable[..., Any]:
    """The function; what it raises gets a note that says in which line, of the file or of one beside it.

    Parameters
    ----------
    function : callable
    file : str
        As tracebacks name it.
    """

    @wraps(function, updated=())
    def noted(*arguments: Any, **named: Any) -> Any:
        try:
            return function(*arguments, **named)
        except BaseException as error:
            words = line(error, file)
            if words and words not in notes(error):
                with suppress(TypeError):  # a file may have put anything where notes are
                    error.add_note(words)
            raise

    return noted


def notes(error: BaseException) -> list[str]:
    """Those of an exception that are text."""
    found = getattr(error, "__notes__", None)
    return [note for note in found if isinstance(note, str)] if isinstance(found, list) else []


def line(error: BaseException, file: str) -> str:
    """The last line of a file, or of one beside it, that an exception came through: "line 3", or "helper.py, line 3";
    empty if it came through none."""
    folder = Path(file).resolve().parent
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename == file:
            return f"line {frame.lineno}"
        if not frame.filename.startswith("<") and Path(frame.filename).resolve().parent == folder:
            return f"{Path(frame.filename).name}, line {frame.lineno}"
    return ""


def named(functions: Collection[str], namespace: Mapping[str, Any]) -> dict[str, Callable[..., Any]]:
    """Those of some functions that a file has, and what may be meant to be one that it has not."""
    names = [name if callable(namespace.get(name)) else misspelt(name, namespace, functions) for name in functions]
    return {name: namespace[name] for name in names if name}


def misspelt(name: str, namespace: Mapping[str, Any], known: Collection[str] = ()) -> str:
    """The function of a file whose name is nearest to one that is missing; empty if none is near.

    Those whose names are known are meant to be what they are called.

    >>> misspelt("dense_forward", {"dense_foward": print, "np": 3})
    'dense_foward'
    """
    own = [each for each, value in namespace.items() if callable(value) and not each.startswith("__")]
    by_lower = {each.lower(): each for each in own if each not in known}
    return next((by_lower[near] for near in get_close_matches(name.lower(), by_lower, n=1, cutoff=0.8)), "")
