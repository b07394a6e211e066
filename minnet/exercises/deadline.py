"""An end for code that finds none of its own, in this process: an exception where it is."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from typing import Any

AGAIN = 0.5  # seconds after which one that was caught is raised anew


class Endless(BaseException):
    """Code came to no end; no `Exception`, which a student's file may catch."""


@contextmanager
def deadline(seconds: float | None, *, waiting: bool = False) -> Iterator[None]:
    """Raise `Endless` in what takes longer; no limit without `seconds`.

    Seconds are of processor time, of which what waits in a debugger takes none; with `waiting` they are the clock's.
    There is no limit where signals of Unix are missing, or in another thread than the main one.
    """
    if seconds is None or not hasattr(signal, "setitimer") or current_thread() is not main_thread():
        yield
        return

    def end(*_: Any) -> None:
        raise Endless(f"it came to no end within the limit of {seconds:g} s")

    clock, alarm = (signal.ITIMER_REAL, signal.SIGALRM) if waiting else (signal.ITIMER_VIRTUAL, signal.SIGVTALRM)
    before = signal.signal(alarm, end)
    try:
        signal.setitimer(clock, seconds, AGAIN)
        yield
    finally:
        signal.setitimer(clock, 0)
        signal.signal(alarm, before)
