"""How far all experiments have come, in one place: lines that are drawn anew on a terminal, or plain ones in a file."""

import shutil
import sys
from abc import ABC, abstractmethod
from math import isnan
from time import monotonic

from tqdm import tqdm

from minnet.terminal import folded

NAME_WIDTH = 24


class Board(ABC):
    """What is told while experiments run; `total` is their number."""

    @abstractmethod
    def begin(self, name: str) -> None:
        """An experiment begins."""

    @abstractmethod
    def say(self, name: str, line: str) -> None:
        """It has come so far."""

    @abstractmethod
    def end(self, name: str, failed: bool) -> None:
        """It is over."""

    @abstractmethod
    def show(self, text: str) -> None:
        """Print a text of several lines, such as a table, where no progress is in its way."""

    @abstractmethod
    def tick(self, left: float) -> None:
        """Time goes on; so many seconds are left, NaN if nobody knows."""

    @abstractmethod
    def close(self) -> None:
        """All is over."""


class Silent(Board):
    """For --quiet."""

    def begin(self, name: str) -> None: ...

    def say(self, name: str, line: str) -> None: ...

    def end(self, name: str, failed: bool) -> None: ...

    def show(self, text: str) -> None: ...

    def tick(self, left: float) -> None: ...

    def close(self) -> None: ...


class Plain(Board):
    """For a file or a pipe: a line when an experiment begins, another when it ends."""

    def __init__(self, total: int) -> None:
        self.total, self.ended, self.began = total, 0, dict[str, float]()

    def begin(self, name: str) -> None:
        self.began[name] = monotonic()
        print(f"started {name}", file=sys.stderr, flush=True)

    def say(self, name: str, line: str) -> None: ...

    def end(self, name: str, failed: bool) -> None:
        self.ended += 1
        took = clock(monotonic() - self.began[name])
        word = "failed" if failed else "finished"
        print(f"{word} {name} after {took} ({self.ended} of {self.total})", file=sys.stderr, flush=True)

    def show(self, text: str) -> None:
        print(text, flush=True)

    def tick(self, left: float) -> None: ...

    def close(self) -> None: ...


class OnTerminal(Board):
    """A line for all, and below it one for each experiment that is running."""

    def __init__(self, total: int, jobs: int) -> None:
        self.total, self.ended, self.start = total, 0, monotonic()
        self.began: dict[str, float] = {}
        self.said: dict[str, str] = {}
        self.whole = tqdm(bar_format="{percentage:3.0f}%|{bar:20}| {desc}", total=1.0, position=0, leave=False)
        self.lines = [tqdm(bar_format="{desc}", total=0, position=1 + k, leave=False) for k in range(jobs)]

    def begin(self, name: str) -> None:
        self.began[name], self.said[name] = monotonic(), ""
        self._draw()

    def say(self, name: str, line: str) -> None:
        self.said[name] = line
        self._draw()

    def end(self, name: str, failed: bool) -> None:
        self.ended += 1
        del self.began[name], self.said[name]
        self._draw()

    def show(self, text: str) -> None:
        tqdm.write(text, file=sys.stdout)
        sys.stdout.flush()

    def tick(self, left: float) -> None:
        elapsed = monotonic() - self.start
        self.whole.n = self.ended / self.total if isnan(left) else elapsed / max(elapsed + left, 1e-9)
        rest = "" if isnan(left) else f", about {clock(left)} left"
        self.whole.set_description_str(f"{self.ended} of {self.total} experiments done, {clock(elapsed)}{rest}")
        self._draw()

    def close(self) -> None:
        for line in (*self.lines[::-1], self.whole):
            line.close()

    def _draw(self) -> None:
        columns = shutil.get_terminal_size().columns - 1
        names = [*self.began, *[""] * len(self.lines)]
        for line, name in zip(self.lines, names, strict=False):
            text = line_of(name, monotonic() - self.began[name], self.said[name]) if name else ""
            line.set_description_str(text[:columns].rstrip())


def line_of(name: str, seconds: float, said: str) -> str:
    """An experiment, for how long it has been running, and what it said last, without its own name.

    >>> line_of("gaussian-error", 72, "gaussian-error, epochs: 33% 12/36 [00:03<00:06, 3.95run/s, failed=0]")
    'gaussian-error            1:12  epochs: 33% 12/36 [00:03<00:06, 3.95run/s]'
    """
    said = said.removeprefix(name).lstrip(" ,:").replace(", failed=0", "")
    return f"{name:{NAME_WIDTH}}{clock(seconds):>6}  {said}"


def clock(seconds: float) -> str:
    """A time to read.

    >>> clock(7), clock(100), clock(5000)
    ('0:07', '1:40', '1:23:20')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def board(total: int, jobs: int, quiet: bool) -> Board:
    """The one that suits where the messages go."""
    if quiet:
        return Silent()
    return OnTerminal(total, jobs) if sys.stderr.isatty() else Plain(total)


def complain(text: str) -> None:
    """Tell on stderr what is wrong."""
    print(folded(text), file=sys.stderr, flush=True)
