"""What one call of a student's function prints, apart from all the calls that a check makes besides."""

import io
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from functools import wraps
from itertools import count
from typing import Any

MARK = "\u241e"  # the picture of a record separator: a line of its own before and after what is looked for
OTHERS = "(by other calls, or by the file itself)"


def listening(source: str, functions: list[str], number: int) -> str:
    """A student's file that is silent in all calls but one, counted from 0 on; its lines keep their numbers."""
    return f"{source}\n\n__import__({__name__!r}, fromlist=['']).listen(globals(), {functions!r}, {number})\n"


def listen(namespace: dict[str, Any], functions: list[str], number: int) -> None:
    """Replace functions by those that print in one call only, and marks around it.

    Parameters
    ----------
    namespace : dict
        Of the file.
    functions : list of str
        Those that are called from outside; calls among them are part of the call that made them.
    number : int
        Of the call among those from outside, from 0 on.
    """
    calls, under_way = count(), [False]

    def replaced(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*values: Any, **named: Any) -> Any:
            if under_way[0]:
                return function(*values, **named)
            under_way[0] = True
            try:
                if next(calls) != number:
                    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                        return function(*values, **named)
                print(MARK, flush=True)
                try:
                    return function(*values, **named)
                finally:
                    sys.stderr.flush()
                    print(MARK, flush=True)
            finally:
                under_way[0] = False

        return call

    for name in functions:
        if callable(namespace.get(name)):
            namespace[name] = replaced(namespace[name])


def heard(printed: str) -> str:
    """What stands between the marks; empty without them."""
    return printed.partition(f"{MARK}\n")[2].partition(MARK)[0]
