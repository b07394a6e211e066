"""An end for calls that find none of their own, in this process: an exception where they are."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from typing import Any

AGAIN = 0.5  # seconds after which one that was caught is raised anew


class Endless(BaseException):
    """A call came to no end; no `Exception`, which a student's file may catch."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise `Endless` in what takes longer, in seconds of processor time: what waits in a debugger takes none.

    There is no limit where signals of Unix are missing, or in another thread than the main one.
    """
    if not hasattr(signal, "setitimer") or current_thread() is not main_thread():
        yield
        return

    def end(*_: Any) -> None:
        raise Endless(f"it came to no end within the limit of {seconds:g} s")

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
