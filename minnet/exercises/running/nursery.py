"""Where students' processes come from: a process that has read no exercise, no seed and no student's file.

A fork has all that its parent knows, in frames and on the heap. So the process that checks is not the parent of those
that run students' files: both are children of this one, which has NumPy loaded and knows nothing else. The one that
checks asks it over a socket to start a process, how that ended, and to end it.
"""

import json
import os
import signal
import socket
import sys
import traceback
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from minnet.exercises.running import hooks, namespaces, student
from minnet.exercises.running.limits import Limits, restrict

LONGEST = 2**16  # bytes of a question or an answer


class Nursery:
    """That process, as the one that checks sees it.

    Parameters
    ----------
    connection : socket
        Whose other end `serve` has.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def start(self, folder: Path, limits: Limits, confined: bool, peer: int, output: int) -> int:
        """Start a student's process, which waits at the socket `peer` for its file, and prints into `output`.

        Returns
        -------
        int
            What `ended` and `end` want to know.

        Raises
        ------
        OSError
            The machine has no room for another process.
        """
        question = {"start": str(folder), "limits": asdict(limits), "confined": confined}
        return int(self._asked(question, [peer, output]))

    def ended(self, process: int) -> int | None:
        """Exit status of a process, or minus the signal that ended it; None while it runs."""
        status = self._asked({"ended": process})
        return None if status is None else int(status)

    def end(self, process: int) -> None:
        """Kill and collect all processes that a student's has started, and itself.

        In a world of processes of its own these are all but the one that checks. Elsewhere orphans have become children
        of the nursery (where it could arrange that); whoever else left the process group escapes.
        """
        apart = os.getpid() == 1
        if apart:
            with suppress(OSError):
                os.kill(-1, signal.SIGKILL)
        self._asked({"end": process})
        while apart:
            try:
                os.kill(-1, signal.SIGKILL)
                os.waitpid(-1, 0)
            except ProcessLookupError:
                return  # nobody is left
            except ChildProcessError:
                os.sched_yield()  # whose parent has not ended yet

    def _asked(self, question: dict[str, Any], files: list[int] | None = None) -> Any:
        socket.send_fds(self._connection, [json.dumps(question).encode()], files or [])
        content = self._connection.recv(LONGEST)
        if not content:
            os._exit(1)  # without it there is nothing to do
        answer = json.loads(content)
        if "lack" in answer:
            raise OSError(*answer["lack"])
        return answer["is"]


def serve(connection: socket.socket, checker: int) -> None:
    """Answer a `Nursery` until its process, of the number `checker`, has ended.

    The process that this starts never comes back from here. What files import is loaded before they are, with its
    threads.
    """
    import scipy.linalg
    import scipy.optimize
    import scipy.special  # noqa: F401

    ended: dict[int, int] = {}
    while True:
        content, files, _, _ = socket.recv_fds(connection, LONGEST, 2)
        if not content:
            break
        question = json.loads(content)
        answer: dict[str, Any]
        if "start" in question:
            answer = _started(question, files)
        elif "ended" in question:
            answer = {"is": _status(question["ended"], ended)}
        else:
            _kill_all(question["end"], checker)
            ended.clear()
            answer = {"is": None}
        for number in files:
            os.close(number)
        connection.sendall(json.dumps(answer).encode())
    for child in _children():
        with suppress(OSError):
            os.kill(child, signal.SIGKILL)


def _started(question: dict[str, Any], files: list[int]) -> dict[str, Any]:
    try:
        process = os.fork()
    except OSError as error:
        return {"lack": [error.errno, error.strerror]}
    if not process:
        _become_student(Path(question["start"]), Limits(**question["limits"]), question["confined"], *files)
    return {"is": process}


def _status(process: int, ended: dict[int, int]) -> int | None:
    with suppress(ChildProcessError):
        number, status = os.waitpid(process, os.WNOHANG)
        if number:
            ended[process] = os.waitstatus_to_exitcode(status)
    return ended.get(process)


def _kill_all(process: int, checker: int) -> None:
    """Kill and collect a child, its process group, and all orphans that have become children of this process."""
    with suppress(OSError):
        os.killpg(process, signal.SIGKILL)
    below = [process]
    while below:
        for child in below:
            with suppress(OSError):
                os.kill(child, signal.SIGKILL)
        for child in below:
            with suppress(ChildProcessError):
                os.waitpid(child, 0)
        below = [child for child in _children() if child != checker]


def _children() -> list[int]:
    """Of this process, where they are known."""
    try:
        return [int(word) for word in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    except (OSError, ValueError):
        return []


def _become_student(folder: Path, limits: Limits, confined: bool, connection: int, output: int) -> NoReturn:
    """What the new process does before and after the student's file."""
    leave = os._exit
    try:
        os.setsid()
        namespaces.end_with_parent()
        nothing = os.open(os.devnull, os.O_RDONLY)
        kept = [os.dup(number) for number in (nothing, output, output, connection)]
        for target, number in enumerate(kept):
            os.dup2(number, target)
        os.closerange(4, 4096)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
        sys.stdout, sys.stderr = (
            os.fdopen(number, "w", 1, encoding="utf-8", errors="replace", closefd=False) for number in (1, 2)
        )
        if confined:
            with suppress(OSError):
                os.chown(folder, namespaces.NOBODY, namespaces.NOBODY)  # where this is root, who becomes nobody
            namespaces.drop_privileges()
            student.sealed(folder)
        restrict(limits)
        if confined:
            hooks.refuse(folder)
        student.run(3, alone=confined)
    except BaseException:  # before the student's file: this machine is not as it was thought to be
        os.write(2, traceback.format_exc().encode())
    finally:
        while True:
            leave(1)
