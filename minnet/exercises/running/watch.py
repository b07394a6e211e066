"""What a student's process may use and the operating system does not count: time of waiting, files in all."""

import time
from pathlib import Path

from minnet.exercises.running.folders import is_full, usage
from minnet.exercises.running.limits import Limits

FOLDER_EVERY = 0.05  # seconds between looks into the folder


class Stopped(BaseException):
    """A student's process passed a limit, or ended; the message says what it did."""


class Watch:
    """To be used by ``with`` while the student's process is waited for: time runs in there alone.

    Parameters
    ----------
    limits : Limits
    folder : Path
        The one that the student's process may write.

    Attributes
    ----------
    late : bool
        Whether the time was over.
    full : bool
        Whether the disk was full at one of the looks.
    """

    def __init__(self, limits: Limits, folder: Path) -> None:
        self._limits, self._folder = limits, folder
        self._left, self._begun, self._depth = limits.seconds, 0.0, 0
        self._looked = time.monotonic()
        self.late = self.full = False

    def __enter__(self) -> "Watch":
        if not self._depth:
            self._begun = time.monotonic()
        self._depth += 1
        return self

    def __exit__(self, *error: object) -> None:
        self._depth -= 1
        if not self._depth:
            self._left -= time.monotonic() - self._begun

    @property
    def left(self) -> float:
        """Seconds."""
        return self._left - (time.monotonic() - self._begun if self._depth else 0.0)

    def look(self) -> None:
        """Make sure that all limits hold.

        Raises
        ------
        Stopped
            One does not.
        """
        if self.left <= 0:
            self.late = True
            raise Stopped(f"it came to no end within the limit of {self._limits.seconds:g} s")
        if time.monotonic() - self._looked > FOLDER_EVERY:
            self.look_at_folder()

    def look_at_folder(self) -> None:
        """Make sure that the limits of the folder hold.

        Raises
        ------
        Stopped
            One does not.
        """
        self.full = self.full or is_full(self._folder)
        number, size = usage(self._folder, self._limits.files)
        self._looked = time.monotonic()
        if number > self._limits.files:
            raise Stopped(
                f"it made more than the limit of {self._limits.files} files, or folders deeper than can be named"
            )
        if size > self._limits.folder_mb * 2**20:
            raise Stopped(f"it wrote more than the limit of {self._limits.folder_mb:g} MB in all")
