"""What a student's file is refused by Python itself: network, other programs, writing outside its folder.

Audit hooks (PEP 578) see what Python's own functions do, cannot be taken away again, and say what is not allowed in
words; they are no wall: `ctypes` and compiled code go around them. Where there are namespaces, those are the wall.
"""

import os
import sys
from pathlib import Path
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = (
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.chmod", "os.chown", "os.link", "os.symlink",
    "os.truncate", "os.utime", "os.setxattr", "os.removexattr", "shutil.rmtree", "shutil.move",
)  # fmt: skip
PROGRAMS = (
    "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "pty.spawn",
)  # fmt: skip
SIGNALS = "os.kill", "os.killpg", "signal.pthread_kill"


def refuse(folder: Path) -> None:
    """From now on and for good, refuse all that a check needs not; `folder` may be written."""
    inside = (os.path.realpath(folder) + os.sep, os.path.realpath(folder))
    real, fspath, decoded = os.path.realpath, os.fspath, os.fsdecode  # these, whatever becomes of the modules

    def outside(path: Any) -> bool:
        if not isinstance(path, str | bytes | os.PathLike):
            return False  # a number: a file that is open already
        place = real(decoded(fspath(path)))
        return not (place == inside[1] or place.startswith(inside[0]) or place == os.devnull)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & WRITING and outside(path):
                raise PermissionError(f"a check may write in its own folder alone, not {path!r:.200}")
        elif event.startswith("socket."):
            raise PermissionError("a check has no network")
        elif event in PROGRAMS:
            raise PermissionError("a check starts no other programs or processes")
        elif event in SIGNALS:
            raise PermissionError("a check sends no signals")
        elif event in CHANGES and any(outside(path) for path in arguments[:2]):
            raise PermissionError(f"a check may change files in its own folder alone, not {arguments[0]!r:.200}")

    sys.addaudithook(hook)
