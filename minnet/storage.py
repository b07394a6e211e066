"""Files: NumPy's `.npz` with a JSON header, never pickle.

A file is written under a temporary name and then renamed, so that a crash leaves either the old file or the new
one, never half of one.
"""

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from minnet.archives import read_arrays
from minnet.errors import FileFormatError, SettingError
from minnet.types import Array

VERSION = 1
FULL = errno.ENOSPC, errno.EDQUOT, errno.EFBIG  # what the system says where there is no more room


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write a text file, whole or not at all."""
    write_bytes(path, text.encode())


def write_bytes(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a binary file, whole or not at all."""
    _write(path, lambda temporary: temporary.write_bytes(content), len(content))


def write_json(path: str | os.PathLike[str], content: Any) -> None:
    """Write indented JSON, whole or not at all."""
    write_text(path, json.dumps(content, indent=2) + "\n")


def write(path: str | os.PathLike[str], kind: str, header: dict[str, Any], arrays: dict[str, Array]) -> None:
    """Write arrays and a JSON header of the given kind."""
    text = header_text(kind, header)

    def save(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez(file, allow_pickle=False, header=np.array(text), **arrays)

    _write(path, save, len(text) + sum(array.nbytes for array in arrays.values()))


def header_text(kind: str, header: dict[str, Any]) -> str:
    """The header of a file of the given kind as JSON, for `parsed`."""
    return json.dumps({"minnet": kind, "version": VERSION, **header}, default=plain)


def read(path: str | os.PathLike[str], kind: str) -> tuple[dict[str, Any], dict[str, Array]]:
    """Read what `write` wrote: header and arrays.

    Raises
    ------
    FileNotFoundError
        There is no such file.
    FileFormatError
        The file is truncated, was not written by minnet, or is of another kind or version.
    """
    if not isinstance(path, str | os.PathLike):
        raise SettingError(f"a minnet {kind} is read from a file, and its path must be given, not {path!r:.60}")
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path}: there is no such file to read a minnet {kind} from")
    arrays = read_arrays(path, f"a minnet {kind}")
    return parsed(arrays.pop("header", None), kind, path), arrays


def from_json(text: str | bytes) -> Any:
    """What a text of JSON says.

    Raises
    ------
    ValueError
        It is no JSON, is nested without end, or holds halves of characters, which no file could be written with.
    """
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return value


def parsed(text: Any, kind: str, path: object) -> dict[str, Any]:
    """The header of a file that should be of this kind, from its JSON.

    Raises
    ------
    FileFormatError
        It is no such header.
    """
    try:
        header: dict[str, Any] = from_json(str(text))
        held, version = header["minnet"], header["version"]
    except (KeyError, TypeError, ValueError):
        raise FileFormatError(f"{path} was not written by minnet: it has no header") from None
    if held != kind:
        raise FileFormatError(f"{path} holds a minnet {held}, expected a minnet {kind}")
    if version != VERSION:
        raise FileFormatError(f"{path} is of version {version}; this minnet reads version {VERSION}")
    return header


def take(arrays: dict[str, Array], name: str, shape: tuple[int, ...], dtype: Any, path: object) -> Array:
    """Remove one array from what was read, and check that it is what was expected."""
    if name not in arrays:
        raise FileFormatError(f"{path}: the array {name!r} is missing")
    array = arrays.pop(name)
    if array.shape != shape or array.dtype != dtype:
        raise FileFormatError(
            f"{path}: the array {name!r} is {array.dtype} {array.shape}, expected {np.dtype(dtype)} {shape}"
        )
    return array


def finish(arrays: dict[str, Array], path: object) -> None:
    """Check that nothing is left of what was read."""
    if arrays:
        raise FileFormatError(f"{path}: unexpected arrays {sorted(arrays)}")


def plain(value: Any) -> Any:
    """NumPy's numbers and arrays as JSON can hold them."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"{value!r} cannot be written to a file")


@contextmanager
def full_disk_explained(path: str | os.PathLike[str], kept: str, size: int | None = None) -> Iterator[None]:
    """A full disk as an error that says where, how much room is needed if that is known, and what is `kept`."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        folder = Path(os.path.realpath(path)).parent
        free = f"{shutil.disk_usage(folder).free:,} bytes are free"
        needed = f"about {size:,} are needed, {free}" if size is not None else free
        raise OSError(
            f"cannot write {path}: the disk of {folder} is full ({needed}). Free some of it, or write elsewhere; {kept}"
        ) from None


def _write(path: str | os.PathLike[str], save: Callable[[Path], object], size: int) -> None:
    """Let `save` write about so many bytes under another name, and put that file in the place of the former."""
    path = Path(path)
    special = path.exists() and not path.is_file()  # a pipe, a terminal: nothing that a file may take the place of
    file = path if special else Path(os.path.realpath(path))  # what a link points to is written, and the link stays
    temporary = file if special else file.with_name(f".{file.name}.{uuid4().hex[:8]}")
    with full_disk_explained(path, "what was there before has not changed", size):
        try:
            save(temporary)
            if not special:
                os.replace(temporary, file)
        except OSError as error:
            if error.errno in FULL:
                raise
            reason = error.strerror or str(error)
            raise type(error)(
                f"cannot write {path}: {reason}. Does its folder exist, and may you write there?"
            ) from None
        finally:
            if not special:
                with suppress(OSError):
                    temporary.unlink()
