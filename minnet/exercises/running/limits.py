"""How much a student's file may use, and how the operating system is told."""

import os
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path

from minnet.errors import check_range

SLACK = 2  # seconds of processor time beyond the limit of time, which is the one that explains itself


@dataclass(frozen=True)
class Limits:
    """Of one exercise of one student.

    Attributes
    ----------
    seconds : float
        Of waiting for the student's file and functions, all calls together.
    memory_mb : float
        Beyond what Python and NumPy take themselves.
    output_kb : float
        Printed; who prints more is stopped.
    file_mb : float
        Size of a file that is written.
    folder_mb : float
        Of all files together.
    files : int
        And folders, that are there at the same time.
    processes : int
        And threads, at the same time. The operating system counts those of a user, not of a file.
    """

    seconds: float = 10.0
    memory_mb: float = 1024.0
    output_kb: float = 1024.0
    file_mb: float = 16.0
    folder_mb: float = 64.0
    files: int = 1000
    processes: int = 64

    def __post_init__(self) -> None:
        for field in fields(self):
            check_range("limits", **{field.name: (getattr(self, field.name), lambda value: value > 0, "positive")})


def restrict(limits: Limits) -> None:
    """Hold this process and its children to limits from now on, as far as the operating system knows them."""
    _limit("RLIMIT_CORE", 0)
    _limit("RLIMIT_CPU", limits.seconds + SLACK)
    restrict_memory(limits.memory_mb)
    _limit("RLIMIT_FSIZE", limits.file_mb * 2**20)
    _limit("RLIMIT_NPROC", _processes_of_this_user() + limits.processes)


def restrict_memory(megabytes: float) -> None:
    """Hold this process and its children to so much memory beyond what it has."""
    _limit("RLIMIT_AS", _memory_of_this_process() + megabytes * 2**20)


def _limit(name: str, value: float) -> None:
    try:
        import resource
    except ImportError:  # on Windows
        return
    kind = getattr(resource, name, None)
    if kind is not None:
        hard = resource.getrlimit(kind)[1]
        value = int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, value + 1 if hard == resource.RLIM_INFINITY else min(value + 1, hard)))


def _memory_of_this_process() -> int:
    """In bytes of address space; 0 where it is not known."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 2**32


def _processes_of_this_user() -> int:
    """Processes and threads; 0 where they are not known."""
    count = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if process.stat().st_uid == os.getuid():
                count += sum(1 for _ in (process / "task").iterdir())
    return count
