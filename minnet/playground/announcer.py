"""What screen readers are told of a race: never more often than they can say it."""

from collections.abc import Callable
from time import perf_counter

import numpy as np

from minnet.playground.race import Frame

PAUSE = 2.0  # seconds


class Announcer:
    """Passes on the last text that it was given, at most once in `PAUSE` seconds.

    Parameters
    ----------
    say : function of a text
    clock : function, optional
        Seconds.
    """

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float] = perf_counter) -> None:
        self._say, self._clock = say, clock
        self._waiting: str | None = None
        self._due = float("-inf")

    def give(self, text: str) -> None:
        """Something newer to say; what has not been said yet is forgotten."""
        self._waiting = text

    def tick(self) -> None:
        """Say it, if it is time."""
        now = self._clock()
        if self._waiting is not None and now >= self._due:
            self._say(self._waiting)
            self._waiting, self._due = None, now + PAUSE


def standing(frame: Frame, names: list[str]) -> str:
    """How the race stands, to be read aloud."""
    parts = []
    for name, loss, state in zip(names, frame.losses[-1], frame.states, strict=True):
        parts.append(f"{name}: {state}" if np.isnan(loss) else f"{name}: loss {loss:.3g}{state and ', ' + state}")
    return f"{frame.step:,} updates. {'; '.join(parts)}."
