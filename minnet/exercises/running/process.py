"""A student's process: started with limits, listened to with patience, and ended with all that it started."""

import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from minnet.exercises.running import hooks, namespaces, student
from minnet.exercises.running.limits import Limits, restrict
from minnet.exercises.running.peer import Peer
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


class Stopped(BaseException):
    """A student's process passed a limit, or ended; the message says what it did."""


class Process:
    """A student's process and the way to it."""

    def __init__(self, job: Job, functions: list[str], work: Path) -> None:
        self._job = job
        self._left = job.limits.seconds
        self._printed, self._count = b"", 0
        self._folder = Path(tempfile.mkdtemp(dir=work))
        self._socket, theirs = socket.socketpair()
        self._output, output = os.pipe()
        sys.stdout.flush()
        self._pid = os.fork()
        if not self._pid:
            _become_student(job, functions, self._folder, theirs.fileno(), output)
        theirs.close()
        os.close(output)
        self._socket.setblocking(False)
        self._peer = Peer(self._send, self._receive, "check", deepcopy)
        self._ended: int | None = None

    def load(self) -> dict[str, Callable[..., Any]] | str:
        """The file's functions by name, or a sentence why it cannot be run.

        Raises
        ------
        Stopped
            It came to no end, or ended the process.
        """
        try:
            message = self._peer.hear()
            if "failed" in message:
                name, text, line = message["failed"]
                return _why_not_run(str(name), str(text), int(line))
            return {str(name): self._peer.function(int(k)) for name, k in message["loaded"].items()}
        except (WireError, TypeError, KeyError, ValueError, AttributeError):
            raise Stopped("it sends what is no answer") from None

    def end(self) -> str:
        """Kill what is left of the process and of all that it started; returns what was printed."""
        with suppress(OSError):
            os.killpg(self._pid, signal.SIGKILL)
        with suppress(OSError):
            os.kill(self._pid, signal.SIGKILL)
        kill_all_below()
        with suppress(Stopped):
            self._read_output()
        self._socket.close()
        os.close(self._output)
        _remove(self._folder)
        return self._printed.decode("utf-8", "replace")

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
        ours = [self._socket]
        while True:
            begun = time.monotonic()
            reading: list[Any] = [self._output] if writing else [self._output, *ours]
            ready, writable, _ = select.select(reading, ours if writing else [], [], max(0.0, min(self._left, LOOK)))
            self._left -= time.monotonic() - begun
            if self._output in ready:
                self._read_output()
            if writable or self._socket in ready:
                return
            if self._has_ended():
                raise Stopped(self._how_it_ended())
            if self._left <= 0:
                raise Stopped(f"it came to no end within the limit of {self._job.limits.seconds:g} s")

    def _read_output(self) -> None:
        """What is in the pipe, of which the first is kept."""
        most = self._job.limits.output_kb * 1024
        while select.select([self._output], [], [], 0)[0]:
            part = os.read(self._output, 2**16)
            if not part:
                self._output, closed = os.open(os.devnull, os.O_RDONLY), self._output  # closed by all who had it
                os.close(closed)
                return
            self._printed += part[: SHOWN - len(self._printed)]
            self._count += len(part)
            if self._count > most:
                raise Stopped(f"it printed more than the limit of {self._job.limits.output_kb:g} kB")

    def _has_ended(self) -> bool:
        if self._ended is None:
            with suppress(ChildProcessError):
                pid, status = os.waitpid(self._pid, os.WNOHANG)
                if pid:
                    self._ended = os.waitstatus_to_exitcode(status)
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


def _become_student(job: Job, functions: list[str], folder: Path, connection: int, output: int) -> NoReturn:
    """What the new process does before and after the student's file."""
    leave = os._exit
    try:
        os.setsid()
        namespaces.end_with_parent()
        nothing = os.open(os.devnull, os.O_RDONLY)
        for number, target in ((nothing, 0), (output, 1), (output, 2)):
            os.dup2(number, target)
        os.dup2(connection, 3)
        os.closerange(4, 4096)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
        sys.stdout, sys.stderr = (
            os.fdopen(number, "w", 1, encoding="utf-8", errors="replace", closefd=False) for number in (1, 2)
        )
        if job.confined:
            with suppress(OSError):
                os.chown(folder, namespaces.NOBODY, namespaces.NOBODY)  # where this is root, who becomes nobody
            namespaces.drop_privileges()
            student.sealed(folder)
        restrict(job.limits)
        if job.confined:
            hooks.refuse(folder)
        else:
            sys.path.insert(0, str(Path(job.path).resolve().parent))  # what stands beside it can be imported
        student.run(job.source, job.path, functions, 3)
    except BaseException:  # before the student's file: this machine is not as it was thought to be
        os.write(2, traceback.format_exc().encode())
    finally:
        while True:
            leave(1)


def kill_all_below() -> None:
    """Kill and collect all processes that this one, or a process below it, started.

    In a world of processes of its own these are all others of it. Elsewhere orphans have become children of this
    process (where it could arrange that); whoever else left the process group of a student's process escapes.
    """
    if os.getpid() == 1:
        with suppress(OSError):
            os.kill(-1, signal.SIGKILL)
    while True:
        for child in _children():
            with suppress(OSError):
                os.kill(child, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children() -> list[int]:
    """Of this process, where they are known."""
    try:
        return [int(word) for word in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    except (OSError, ValueError):
        return []


def _remove(folder: Path) -> None:
    """A folder, also where its owner has made parts of it unreadable."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        for path, _, _ in os.walk(folder):
            with suppress(OSError):
                os.chmod(path, 0o700)
        shutil.rmtree(folder, ignore_errors=True)


def _why_not_run(name: str, text: str, line: int) -> str:
    """Why a file cannot be run, and in which line."""
    place = f"line {line}: " if line else ""
    if name in ("SystemExit", "KeyboardInterrupt"):
        return f"{place}the file ends itself (exit(), or the like); a check needs its functions alone"
    if name == "EOFError":
        return f"{place}the file asks for input; nobody can answer in a check"
    return f"{place}{name}: {text}"
