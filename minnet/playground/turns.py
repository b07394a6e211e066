"""When what takes a browser long to draw is drawn again: so seldom that half of its time is left for the visitor."""

from math import inf
from time import perf_counter

LONGEST = 5.0  # seconds of rest: a browser that has drawn for longer was not at it, as when its tab was behind others


class Turn:
    """Of something that is drawn together with some of the frames.

    A browser that draws for seconds on end answers no click in between. So a part is drawn again only when the last
    time is over, and as long again.

    Parameters
    ----------
    seconds : float
        At least so long from one time to the next, however fast the browser is.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._frame, self._begun, self._due = 0, -inf, -inf

    @property
    def is_due(self) -> bool:
        """Whether to draw it again."""
        return perf_counter() >= self._due

    def begin(self, frame: int) -> None:
        """It is sent, and drawn when the browser has drawn this frame."""
        self._frame, self._begun, self._due = frame, perf_counter(), inf

    def end(self, frame: int) -> None:
        """The browser has drawn all frames up to this one."""
        if self._due == inf and frame >= self._frame:
            now = perf_counter()
            self._due = max(self._begun + self.seconds, now + min(now - self._begun, LONGEST))

    def free(self) -> None:
        """It is due, whatever was drawn before."""
        self._due = -inf
