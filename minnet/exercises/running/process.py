"""A student's process: started with limits, listened to with patience, and ended with all that it started."""

import os
import select
import signal
import socket
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from minnet.exercises.running.folders import is_full, remove
from minnet.exercises.running.limits import Limits
from minnet.exercises.running.nursery import Nursery
from minnet.exercises.running.peer import Peer
from minnet.exercises.running.watch import Stopped, Watch
from minnet.exercises.running.wire import WireError

LOOK = 0.02  # seconds between looks whether a silent process still lives
SHOWN = 4000  # bytes of what was printed that are kept
LAST_WORDS = 0.2  # seconds that a process whose connection has ended gets to end


@dataclass(frozen=True)
class Job:
    """A student's file to be checked.

    Attributes
    ----------
    exercise : str
        The exercise's folder.
    source, path : str
        The file's text, and the name that errors show.
    seeds : tuple of int
        Of the drawn arguments; the check ends with the first that fails.
    limits : Limits
    confined : bool
        Whether the file runs in a folder of its own, without network and without writing elsewhere.
    """

    exercise: str
    source: str
    path: str
    seeds: tuple[int, ...]
    limits: Limits = field(default_factory=Limits)
    confined: bool = True


class Process:
    """A student's process and the way to it.

    Parameters
    ----------
    job : Job
    functions : list of str
        That the file should have.
    work : Path
        An existing folder, below which the process gets a folder of its own.
    nursery : Nursery
        Starts it.

    Attributes
    ----------
    watch : Watch

    Raises
    ------
    OSError
        The machine has no room for a process or a folder.
    """

    def __init__(self, job: Job, functions: list[str], work: Path, nursery: Nursery) -> None:
        if is_full(work):
            raise OSError(f"the disk of {work.parent} is full")
        self._job, self._functions, self._nursery = job, functions, nursery
        self._printed, self._count = b"", 0
        self._folder = Path(tempfile.mkdtemp(dir=work))
        self.watch = Watch(job.limits, self._folder)
        self._socket, theirs = socket.socketpair()
        reading, writing = os.pipe()
        self._output: int | None = reading
        try:
            self._number = nursery.start(self._folder, job.limits, job.confined, theirs.fileno(), writing)
        except OSError:
            self._close()
            raise
        finally:
            theirs.close()
            os.close(writing)
        self._socket.setblocking(False)
        self._peer = Peer(self._send, self._receive, "check", deepcopy, self.watch)
        self._ended: int | None = None

    def load(self) -> dict[str, Callable[..., Any]] | str:
        """The file's functions by name, or a sentence why it cannot be run.

        Raises
        ------
        Stopped
            It came to no end, or ended the process.
        OSError
            The process ended before it had seen the file.
        """
        with self.watch:
            try:
                self._peer.hear()
            except (Stopped, WireError) as stopped:
                raise OSError(f"before the file was read, {stopped}") from None
            self._peer.tell({"source": self._job.source, "path": self._job.path, "functions": self._functions})
            try:
                message = self._peer.hear()
                if "failed" in message:
                    name, text, line = message["failed"]
                    return _why_not_run(str(name), str(text), int(line))
                return {str(name): self._peer.function(int(k)) for name, k in message["loaded"].items()}
            except Exception:  # whatever it is that was sent
                raise Stopped("it sends what is no answer") from None

    def end(self) -> str:
        """Kill what is left of the process and of all that it started; returns what was printed."""
        self._nursery.end(self._number)
        with suppress(Stopped):
            self._read_output()
        with suppress(Stopped):
            self.watch.look_at_folder()
        self._close()
        return self._printed.decode("utf-8", "replace")

    @property
    def was_killed(self) -> bool:
        """Whether another has killed it: the operating system does that when memory ends."""
        return self._ended == -signal.SIGKILL

    def _close(self) -> None:
        self._socket.close()
        if self._output is not None:
            os.close(self._output)
        remove(self._folder)

    def _send(self, content: bytes) -> None:
        view = memoryview(content)
        while view:
            self._wait(writing=True)
            try:
                view = view[self._socket.send(view) :]
            except BlockingIOError:
                continue
            except OSError:
                raise Stopped(self._how_it_ended()) from None

    def _receive(self, count: int) -> bytes:
        parts = []
        while count:
            self._wait(writing=False)
            try:
                part = self._socket.recv(min(count, 2**20))
            except BlockingIOError:
                continue
            except OSError:
                part = b""
            if not part:
                raise Stopped(self._how_it_ended())
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def _wait(self, writing: bool) -> None:
        """Until the socket is ready; what is printed meanwhile is read."""
        while True:
            self.watch.look()
            connection = self._socket.fileno()
            reading = [] if self._output is None else [self._output]
            sending = [connection] if writing else []
            if not writing:
                reading.append(connection)
            ready, writable, _ = select.select(reading, sending, [], max(0.0, min(self.watch.left, LOOK)))
            if self._output in ready:
                self._read_output()
            if writable or connection in ready:
                return
            if not ready and self._has_ended():
                raise Stopped(self._how_it_ended())

    def _read_output(self) -> None:
        """What is in the pipe, of which the first is kept."""
        most = self._job.limits.output_kb * 1024
        while self._output is not None and select.select([self._output], [], [], 0)[0]:
            part = os.read(self._output, 2**16)
            if not part:
                os.close(self._output)  # as all who had it have done
                self._output = None
            self._printed += part[: SHOWN - len(self._printed)]
            self._count += len(part)
            if self._count > most:
                raise Stopped(f"it printed more than the limit of {self._job.limits.output_kb:g} kB")

    def _has_ended(self) -> bool:
        if self._ended is None:
            self._ended = self._nursery.ended(self._number)
        return self._ended is not None

    def _how_it_ended(self) -> str:
        deadline = time.monotonic() + LAST_WORDS
        while not self._has_ended() and time.monotonic() < deadline:
            select.select([], [], [], LOOK / 4)
        if self._ended is None:
            return "it closed its connection"
        if self._ended >= 0:
            return f"it ended its process (os._exit, or the like; exit status {self._ended})"
        name = {int(each): each.name for each in signal.Signals}.get(-self._ended, f"signal {-self._ended}")
        words = {"SIGXCPU": "it used more processor time than the limit", "SIGKILL": "its process was killed"}
        return words.get(name, f"its process was ended by {name}")


def _why_not_run(name: str, text: str, line: int) -> str:
    """Why a file cannot be run, and in which line."""
    place = f"line {line}: " if line else ""
    if name in ("SystemExit", "KeyboardInterrupt"):
        return f"{place}the file ends itself (exit(), or the like); a check needs its functions alone"
    if name == "EOFError":
        return f"{place}the file asks for input; nobody can answer in a check"
    return f"{place}{name}: {text}"
