"""Arrays of an `.npz` file of anybody's, read without believing what it says of itself.

A file that is broken, or made to do harm, may say that an array has 10^18 numbers, that its numbers are objects, or
that what is packed into a few bytes fills the memory. Here what is said is compared with what is there, before any
memory is taken; and of the line of Python in front of each array, three things are read and nothing is evaluated.
"""

import lzma
import math
import re
import struct
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from minnet.errors import FileFormatError
from minnet.types import Array

UNPACKED = 1 << 28  # bytes that a file may become when it is unpacked, if it is not as large itself
CHUNK = 1 << 20  # bytes that are read together
KINDS = "biufcSUmM"  # of numbers and texts that are bytes and nothing else
MAGIC = b"\x93NUMPY"
LENGTHS = {1: "<H", 2: "<I", 3: "<I"}  # of the line, by version of NumPy's format
LONGEST = 10_000  # bytes of that line
DTYPE = re.compile(r"""['"]descr['"]\s*:\s*['"]([<>|=]?[A-Za-z]\d*(?:\[\d*[a-z]+\])?)['"]""")
ORDER = re.compile(r"""['"]fortran_order['"]\s*:\s*(True|False)\b""")
SHAPE = re.compile(r"""['"]shape['"]\s*:\s*\(([\d\s,]*)\)""")
DAMAGE = zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, ValueError, RuntimeError, KeyError
"""What Python's own reader of archives ends with, where one is damaged."""


def read_arrays(path: Path, what: str) -> dict[str, Array]:
    """All arrays of a file, by their names.

    Parameters
    ----------
    path : Path
    what : str
        What the file should hold, for messages.

    Raises
    ------
    FileFormatError
        It is no such file, is truncated or damaged, holds objects, or would become far larger than it is.
    """
    try:
        with path.open("rb") as file:
            _check_start(file.read(LONGEST), path, what)
            size = file.seek(0, 2)
            with zipfile.ZipFile(file) as archive:
                entries = archive.infolist()
                _check_sizes(entries, size)
                return {entry.filename.removesuffix(".npy"): _array(archive, entry) for entry in entries}
    except FileFormatError:
        raise
    except DAMAGE as error:
        raise FileFormatError(f"{path} is not a readable .npz file (truncated or foreign): {error}") from None


def _check_start(start: bytes, path: Path, what: str) -> None:
    if start.startswith(MAGIC) and b"'|O'" in start:
        raise ValueError("it holds objects, a pickle, which could run any code")
    if start.startswith(MAGIC):
        raise FileFormatError(f"{path} holds a single array; {what} is an .npz file")
    if start.startswith(b"\x80"):
        raise ValueError("it is a pickle, which could run any code")
    if not start.startswith(b"PK"):
        raise ValueError(f"it begins with {start[:6]!r}, and not as arrays do")


def _check_sizes(entries: list[zipfile.ZipInfo], size: int) -> None:
    """Raise for names that are there twice, and for what is far larger than the file."""
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise ValueError("two of its arrays have the same name")
    if (unpacked := sum(entry.file_size for entry in entries)) > max(size, UNPACKED):
        raise ValueError(
            f"its {size:,} bytes would become {unpacked:,}; more than {UNPACKED:,} are read only where numpy.savez has "
            "written them, unpacked"
        )


def _array(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Array:
    name = entry.filename[:60]
    with archive.open(entry) as file:
        start = file.read(len(MAGIC) + 2)
        if not start.startswith(MAGIC) or len(start) == len(MAGIC) or start[len(MAGIC)] not in LENGTHS:
            raise ValueError(f"{name!r} is no array")
        code = LENGTHS[start[len(MAGIC)]]
        (length,) = struct.unpack(code, file.read(struct.calcsize(code)))
        if length > LONGEST:
            raise ValueError(f"{name!r} begins with {length:,} bytes that are no numbers")
        dtype, by_columns, shape = _described(file.read(length).decode("latin1"), name)
        there, count = entry.file_size - len(start) - struct.calcsize(code) - length, math.prod(shape)
        if count * dtype.itemsize != there:
            raise ValueError(f"{name!r} says to be {dtype} {shape}, and has {there:,} bytes")
        array = np.empty(count, dtype)
        place = array.view(np.uint8).data
        for begin in range(0, there, CHUNK):
            part = file.read(min(CHUNK, there - begin))
            if len(part) < min(CHUNK, there - begin):
                raise ValueError(f"{name!r} ends after {begin + len(part):,} bytes")
            place[begin : begin + len(part)] = part
        file.read(1)  # at the end, the checksum is compared
    if dtype.kind == "U" and array.view(np.dtype("u4").newbyteorder(dtype.byteorder)).max(initial=0) > sys.maxunicode:
        raise ValueError(f"{name!r} holds texts with characters that there are not")
    return array.reshape(shape, order="F" if by_columns else "C")


def _described(line: str, name: str) -> tuple[np.dtype[Any], bool, tuple[int, ...]]:
    """What the line in front of an array says: type, whether columns come first, shape."""
    dtype, order, shape = DTYPE.search(line), ORDER.search(line), SHAPE.search(line)
    if dtype is not None and dtype[1].lstrip("<>|=").startswith("O"):
        raise ValueError(f"{name!r} holds objects, a pickle, which could run any code")
    if not (dtype and order and shape):
        raise ValueError(f"{name!r} is no array of numbers or texts: {line[:60]!r}")
    try:
        kind = np.dtype(dtype[1])
    except TypeError:
        raise ValueError(f"{name!r} holds numbers of an unknown kind, {dtype[1]!r}") from None
    if kind.kind not in KINDS or not kind.itemsize:
        raise ValueError(f"{name!r} holds {kind}, which are neither numbers nor texts")
    return kind, order[1] == "True", tuple(int(axis) for axis in shape[1].split(",") if axis.strip())
