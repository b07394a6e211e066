"""Processes that run experiments, one after the other.

Each worker is a process of its own with a pipe to this one, so that one which is killed takes no other with it. It is
started afresh ("spawn"), as Windows and macOS do it anyway: nothing is inherited but the environment.
"""

import io
import os
import re
import signal
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import Any

from minnet import study
from minnet.experiments.runner import execute
from minnet.kernels import use_threads
from minnet.tables import Table

BETWEEN_LINES = 0.1  # seconds between two looks at the same bar, at least: nobody reads faster
PATIENCE = 5.0  # seconds that an interrupted worker may take to put away what it has; more is lost, but nothing damaged


@dataclass(frozen=True)
class Order:
    """An experiment to run, and how; `threads` is this process's share of the processors."""

    name: str
    config: Any
    seed: int
    out: Path
    restart: bool
    backend: str
    scheduler: str | None
    threads: int


@dataclass(frozen=True)
class Outcome:
    """What became of it: its table, or why there is none; and what it warned of."""

    table: Table | None
    failure: str = ""
    warnings: tuple[str, ...] = ()


class Worker:
    """A process that waits for orders."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs,), name="minnet-worker")
        with _deaf():
            self.process.start()
        theirs.close()  # or its end would not be noticed here

    def begin(self, order: Order) -> None:
        """Have an experiment run; what it says comes by `receive`."""
        with suppress(OSError):  # it has died while it waited, which `receive` tells
            self._connection.send(order)

    def receive(self) -> str | Outcome:
        """A line that it says on the way, or its outcome. A worker that has ended failed."""
        try:
            return self._connection.recv()
        except (EOFError, OSError):
            self.process.join()
            code = self.process.exitcode or 0
            reason = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
            return Outcome(None, f"its process {reason}, most often because memory ran out; fewer --jobs need less")


def ready(workers: Iterable[Worker], seconds: float) -> list[Worker]:
    """Those that have something to say, as soon as one has, or when the time is over."""
    by_connection = {worker._connection: worker for worker in workers}
    return [by_connection[connection] for connection in wait(by_connection, seconds)]  # type: ignore[index]


def stop(workers: Iterable[Worker]) -> None:
    """End them all: what is at work is interrupted, and goes on the next time."""
    workers = list(workers)
    try:
        for worker in workers:
            worker.process.terminate()
        deadline = monotonic() + PATIENCE
        for worker in workers:
            worker.process.join(max(0.0, deadline - monotonic()))
    finally:  # also when the user is more impatient
        for worker in workers:
            worker.process.kill()
            worker.process.join()


@contextmanager
def _deaf() -> Iterator[None]:
    """A process that starts meanwhile does not hear Ctrl-C: this one does, and decides for all."""
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


def _work(connection: Connection) -> None:
    """The life of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # for systems where it is not inherited
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # `stop` is its Ctrl-C
    Thread(target=_end_with_parent, daemon=True).start()
    lines = Lines(connection)
    try:
        with redirect_stdout(lines), redirect_stderr(lines):
            while True:
                lines.send(_outcome(connection.recv()))
    except (KeyboardInterrupt, EOFError, BrokenPipeError):
        pass


def _end_with_parent() -> None:
    """A worker whose parent was killed is nobody's."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
    os._exit(1)


def _outcome(order: Order) -> Outcome:
    with warnings.catch_warnings(record=True) as caught, use_threads(order.threads):
        try:
            with study.use_backend(order.backend, order.scheduler):
                table: Table | None = execute(
                    order.name, order.config, seed=order.seed, out=order.out, progress=True, restart=order.restart
                )
            failure = ""
        except (ValueError, TypeError, OSError) as error:
            table, failure = None, str(error)
        except Exception as error:  # a defect, which is not to keep the other experiments from running
            table, failure = None, f"{type(error).__name__}: {error}"
    return Outcome(table, failure, tuple(dict.fromkeys(f"{w.category.__name__}: {w.message}" for w in caught)))


class Lines(io.TextIOBase):
    """Instead of a terminal: hands over the last line of what is written, progress bars without their bars."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._lock = connection, Lock()
        self._due, self._title = 0.0, ""

    def write(self, text: str) -> int:
        """Bars go back to the beginning of the line, or a line up, before they are drawn again."""
        lines = [line for line in re.split(r"[\r\n]|\x1b\[A", text) if line.strip()]
        if lines:
            line = " ".join(re.sub(r"\|.*\|", " ", lines[-1]).split())
            title = line.partition(":")[0]
            is_bar = "\r" in text
            if not is_bar or title != self._title or monotonic() >= self._due:
                self._due, self._title = monotonic() + BETWEEN_LINES, title
                self.send(line)
        return len(text)

    def send(self, message: "str | Outcome") -> None:
        """One after the other: bars are also drawn by a thread of tqdm's."""
        with self._lock:
            self._connection.send(message)
