"""Calling a student's functions many times, to find out what is wrong: without prints, questions and breakpoints."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout


@contextmanager
def quietly() -> Iterator[None]:
    """What is printed is dropped, `input()` finds nothing, `breakpoint()` passes, `exit()` closes no input of ours."""
    hook, stdin = sys.breakpointhook, sys.stdin
    sys.breakpointhook = lambda *_, **__: None
    sys.stdin = io.StringIO()
    try:
        with redirect_stdout(io.StringIO()):
            yield
    finally:
        sys.breakpointhook, sys.stdin = hook, stdin
