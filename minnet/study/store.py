"""Finished runs as rows of a SQLite file.

SQLite's write-ahead log makes a row that was added survive whatever ends the process; a row that was not is not
there at all. When the machine itself fails, rows of the last moments may be lost, and are made again: the disk is
waited for once a second, not for every row, which would take as long as a small fit. One process writes for all of its
workers. Several processes may use one file: each waits for its turn.
"""

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields
from math import inf
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any

from minnet.errors import DivergenceError, FileFormatError

APPLICATION = 0x6D6E7374  # "mnst": how SQLite's header tells a store of studies from other databases
VERSION = 1
SYNC = 1.0  # seconds within which rows share one wait for the disk
PATIENCE = 60.0  # seconds to wait for another process to finish its row

SCHEMA = """
CREATE TABLE runs (
    study TEXT NOT NULL, key TEXT PRIMARY KEY, settings TEXT NOT NULL, seed TEXT NOT NULL, repeat INTEGER NOT NULL,
    metrics TEXT NOT NULL, error TEXT, started TEXT NOT NULL, seconds REAL NOT NULL, versions TEXT NOT NULL,
    host TEXT NOT NULL, checksum TEXT NOT NULL
)"""


@dataclass(frozen=True)
class Row:
    """A finished run.

    Attributes
    ----------
    study, key : str
        The name of the study, and the identifier of the run: a hash of study, function, version tag, settings, seed
        and repeat.
    settings : dict
    seed, repeat : int
    metrics : dict
        Numbers and lists of numbers; empty if the run failed.
    error : str or None
        Why it failed.
    started : str
        Date and time, UTC.
    seconds : float
        How long the function took, compiling included where it was the first of its process.
    versions : dict
        The study's version tag, and those of Python, minnet, NumPy and Numba.
    host : str
        The machine it ran on.
    """

    study: str
    key: str
    settings: dict[str, Any]
    seed: int
    repeat: int
    metrics: dict[str, Any]
    error: str | None
    started: str
    seconds: float
    versions: dict[str, str]
    host: str

    @property
    def diverged(self) -> bool:
        """Whether the error is a divergence: a result, which comes out again, and not a failure of the machine."""
        return self.error is not None and self.error.startswith(f"{DivergenceError.__name__}:")


NAMES = [field.name for field in fields(Row)]
JSON = ("settings", "seed", "metrics", "versions")  # the seed too: it may have more than SQLite's 64 bits


class Store:
    """The rows of a file, as a context manager.

    Parameters
    ----------
    path : str or path
    write : bool
        Whether to add rows; the file and its folder are then made if they are not there.

    Raises
    ------
    FileNotFoundError
        There is no such file to read.
    FileFormatError
        The file is damaged, or not a store of studies.
    OSError
        The file cannot be opened or written, or another process keeps it.
    """

    def __init__(self, path: str | os.PathLike[str], *, write: bool = False) -> None:
        self.path = Path(path)
        self._synced = -inf  # when the disk was last waited for
        if write:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        elif not self.path.is_file():
            raise FileNotFoundError(f"{path}: there is no such file to read studies from")
        mode = "rwc" if write else "ro"
        waiting = self.path.with_name(f"{self.path.name}-wal")
        if not write and not os.access(self.path.parent, os.W_OK) and not waiting.exists():
            mode = "ro&immutable=1"  # SQLite reads no log in a folder where it cannot write; here, none is left to read
        with self._explained():
            # autocommit: every row is a transaction of its own
            self._file = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?mode={mode}", uri=True, timeout=PATIENCE, isolation_level=None
            )
        self._file.text_factory = lambda text: text.decode(errors="replace")  # the checksum tells of damage
        try:
            with self._explained():
                self._open(write)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, row: Row) -> None:
        """Write a row. It takes the place of the same run's failure, never of its success."""
        columns = {name: getattr(row, name) for name in NAMES}
        columns |= {name: json.dumps(columns[name]) for name in JSON}
        columns["checksum"] = _checksum(columns)
        changes = ", ".join(f"{name} = excluded.{name}" for name in columns)
        with self._explained():
            wait = monotonic() >= self._synced + SYNC  # then also for the rows before, in the same log
            self._file.execute(f"PRAGMA synchronous = {'FULL' if wait else 'NORMAL'}")
            self._file.execute(
                f"INSERT INTO runs ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "
                f"ON CONFLICT (key) DO UPDATE SET {changes} WHERE error IS NOT NULL",
                list(columns.values()),
            )
            self._synced = monotonic() if wait else self._synced

    def rows(self, study: str | None = None) -> list[Row]:
        """The rows of one study, or of all, in the order in which they were written."""
        condition, values = ("WHERE study = ?", [study]) if study is not None else ("", [])
        with self._explained():
            names = (*NAMES, "checksum")
            lines = self._file.execute(f"SELECT {', '.join(names)} FROM runs {condition} ORDER BY rowid", values)
            return [self._row(dict(zip(names, line, strict=True))) for line in lines]

    def _row(self, columns: dict[str, Any]) -> Row:
        told = columns.pop("checksum")
        if any(isinstance(value, bytes) for value in columns.values()) or told != _checksum(columns):
            raise FileFormatError(f"{self.path} is damaged: the run {columns['key']!r:.60} is not what was written")
        return Row(**columns | {name: json.loads(columns[name]) for name in JSON})

    def _open(self, write: bool) -> None:
        """Check the file from end to end; make the table if the file is new."""
        if write and self._is_empty():
            self._create()
        if self._one("PRAGMA application_id") != APPLICATION:
            raise FileFormatError(f"{self.path} is not a store of minnet's studies; give another file")
        if (version := self._one("PRAGMA user_version")) != VERSION:
            raise FileFormatError(f"{self.path} is of version {version}; this minnet reads version {VERSION}")
        if (trouble := self._one("PRAGMA quick_check(1)")) != "ok":
            raise FileFormatError(f"{self.path} is damaged: {trouble}")

    def _create(self) -> None:
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("BEGIN IMMEDIATE")  # of two processes that begin a file at once, one makes the table
        if self._is_empty():
            self._file.execute(SCHEMA)
            self._file.execute(f"PRAGMA application_id = {APPLICATION}")
            self._file.execute(f"PRAGMA user_version = {VERSION}")
        self._file.execute("COMMIT")

    def _is_empty(self) -> bool:
        """Whether nothing was ever kept here: the file is new, or who made it was killed at once."""
        return self._one("PRAGMA application_id") == 0 and self._one("SELECT count(*) FROM sqlite_master") == 0

    def _one(self, query: str) -> Any:
        with closing(self._file.execute(query)) as cursor:
            return cursor.fetchone()[0]

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """SQLite's errors as minnet's."""
        try:
            yield
        except sqlite3.OperationalError as error:  # locked, no such folder
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL or "disk full" in str(error):
                free = shutil.disk_usage(self.path.parent).free
                raise OSError(
                    f"cannot write {self.path}: the disk of its folder is full ({free:,} bytes are free). Free some of "
                    "it, and call again: the runs that it holds are kept, and the study goes on from there"
                ) from None
            raise OSError(f"cannot use {self.path}: {error}. Is another process at it, may you write there?") from None
        except sqlite3.DatabaseError as error:
            raise FileFormatError(f"{self.path} is not a store of minnet's studies, or is damaged: {error}") from None
        except UnicodeDecodeError:  # what SQLite finds wrong quotes names of the file, whatever is in them
            raise FileFormatError(f"{self.path} is damaged: there are names in it that are no text") from None


def _checksum(columns: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps([columns[name] for name in NAMES]).encode()).hexdigest()[:16]


def read(path: str | os.PathLike[str], study: str | None = None) -> list[Row]:
    """The rows of a store, of one study or of all; errors as for `Store`."""
    with Store(path) as store:
        return store.rows(study)
