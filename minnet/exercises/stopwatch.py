"""A limit of time for code in this process."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN = 0.5  # seconds after which code that caught the exception gets it anew


class Endless(BaseException):
    """Code did not end in time; no `except Exception` catches it."""


@contextmanager
def at_most(seconds: float | None) -> Iterator[None]:
    """Raise `Endless` in the code that still runs after some seconds.

    The alarm of the operating system rings in the main thread, between two steps of Python: elsewhere, on Windows, and
    without `seconds`, there is no limit.

    Raises
    ------
    Endless
        The time is over.
    """
    if seconds is None or not hasattr(signal, "setitimer") or threading.current_thread() != threading.main_thread():
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise Endless(f"it comes to no end within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
