"""One line that says what is waited for: only where it takes long, and only once in a process."""

import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Timer
from time import perf_counter
from types import TracebackType
from typing import Any

from tqdm import tqdm


def write(text: str) -> None:
    """A line on stderr, above the progress bars that may be there."""
    if sys.stderr is not None:
        tqdm.write(text, file=sys.stderr)


class Announcement:
    """A context of work that may take long: a thread says so after a while, when the work is still going on.

    Pieces of work that come soon after each other are one wait for whoever waits. They may contain each other, and
    no two threads are in such a context at once (compilers have a lock of their own).

    Parameters
    ----------
    text : str
    patience : float
        Seconds until it is said.
    pause : float
        Seconds between two pieces of work that are one wait, at most.
    clock, timer, write : callable
        What tells the time, calls a function later, and writes the line.
    """

    def __init__(
        self,
        text: str,
        *,
        patience: float = 2.0,
        pause: float = 1.0,
        clock: Callable[[], float] = perf_counter,
        timer: Callable[[float, Callable[[], None]], Any] = Timer,
        write: Callable[[str], None] = write,
    ) -> None:
        self.text, self.patience, self.pause = text, patience, pause
        self._clock, self._make_timer, self._write = clock, timer, write
        self._lock = Lock()
        self._depth, self._done = 0, False
        self._began = self._ended = float("-inf")

    def __enter__(self) -> None:
        self._depth += 1
        if self._depth > 1 or self._done:
            return
        now = self._clock()
        if now - self._ended > self.pause:
            self._began = now
        self._timer = self._make_timer(max(0.0, self._began + self.patience - now), self._say)
        self._timer.daemon = True  # a process that ends does not wait for it
        with suppress(RuntimeError):  # the interpreter is ending, or there are too many threads: then nothing is said
            self._timer.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:  # what is said is said while the work goes on
            self._depth -= 1
        if self._depth == 0 and not self._done:
            self._timer.cancel()
            self._ended = self._clock()

    def silence(self) -> None:
        """Nothing is said in this process: somebody else tells of it."""
        self._done = True

    def _say(self) -> None:
        with self._lock:
            if self._depth and not self._done:
                self._done = True
                self._write(self.text)


COMPILING = Announcement(
    "minnet is compiling kernels that are used here for the first time, which takes some seconds; later runs start at "
    "once. 'minnet warm' compiles them ahead."
)
"""Around every compilation of a kernel."""
