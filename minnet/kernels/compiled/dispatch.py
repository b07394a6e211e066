"""Choosing a function by its integer code.

Numba compiles a call of a function only where the source names it, so a choice between the functions of a registry is
source with a branch for each of them. It is generated here; a debugger steps through it as through any other.
"""

import linecache
from collections.abc import Callable, Mapping, Sequence
from typing import Any


def by_code(name: str, arguments: str, calls: Sequence[str], functions: Mapping[str, Any]) -> Callable[..., None]:
    """``name(code, *arguments)``, which makes the call (a line of source) whose place in the list is `code`.

    `functions` are those that the calls name.
    """
    source = f"def {name}(code, {arguments}):\n"
    for code, call in enumerate(calls):
        source += f"    {'elif' if code else 'if'} code == {code}:\n        {call}\n"
    file = f"<{name} by code>"
    linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
    namespace = {"__name__": __name__, **functions}
    exec(compile(source, file, "exec"), namespace)
    return namespace[name]
