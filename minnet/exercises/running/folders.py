"""Folders that others fill: how much is in one, and how to be rid of it, however deep, large or locked it is."""

import os
import stat
from contextlib import suppress
from itertools import count
from pathlib import Path

DEEPEST = 3000  # bytes of a path: systems have no names for much longer ones


def remove(folder: str | Path) -> None:
    """Remove a folder with all that is in it, as far as that is allowed.

    What lies in a folder below is moved up before that folder is removed: no path grows longer, nothing recurses.
    """
    top = os.fspath(folder)
    numbers = count()
    waiting = [top]
    while waiting:
        path = waiting.pop()
        with suppress(OSError):
            os.chmod(path, 0o700)
        for name in _names(path):
            inside = os.path.join(path, name)
            with suppress(OSError):
                if not stat.S_ISDIR(os.lstat(inside).st_mode):
                    os.unlink(inside)
                    continue
                os.chmod(inside, 0o700)
                if path != top:
                    moved = os.path.join(top, f"moved {next(numbers)}")
                    os.rename(inside, moved)
                    inside = moved
                waiting.append(inside)
        if path != top:
            with suppress(OSError):
                os.rmdir(path)
    with suppress(OSError):
        os.rmdir(top)


def _names(path: str) -> list[str]:
    try:
        return os.listdir(path)
    except OSError:
        return []


def usage(folder: str | Path, most: int) -> tuple[int, int]:
    """Number of files and folders in a folder, and bytes that they take; counting ends beyond `most`, which folders
    too deep to be named are taken for. What is locked is left out."""
    number, size, waiting = 0, 0, [os.fspath(folder)]
    while waiting:
        path = waiting.pop()
        if len(os.fsencode(path)) > DEEPEST:
            return most + 1, size
        with suppress(OSError), os.scandir(path) as entries:
            for entry in entries:
                number += 1
                if number > most:
                    return number, size
                with suppress(OSError):
                    size += 512 * entry.stat(follow_symlinks=False).st_blocks
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
    return number, size


def is_full(folder: str | Path, margin: int = 2**20, files: int = 16) -> bool:
    """Whether the disk of a folder has less room than `margin` bytes or `files` files."""
    state = os.statvfs(folder)
    return state.f_bavail * state.f_frsize < margin or (state.f_files > 0 and state.f_favail < files)
