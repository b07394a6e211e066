"""Large arrays, piece by piece: what lies in a file, as of ``numpy.load(path, mmap_mode="r")``, is never all in memory.

Pages of a memory map come when they are read, and the system takes them back. What is made of one, such as numbers of
another dtype, is as large as it is; so it goes, unless it is small, to a temporary file without a name, which is mapped
in its turn and ends with the array.
"""

import math
import mmap
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from minnet.types import Array

PIECE = 1 << 18  # numbers that are looked at together: as many as a cache holds
SMALL = 1 << 23  # bytes that may as well be in memory
NOTED = 1 << 30  # bytes that are not written to a disk without a word


class LargeCopyWarning(UserWarning):
    """What is made of a memory map takes much of a disk, and its time.

    >>> issubclass(LargeCopyWarning, UserWarning)
    True
    """


def is_mapped(array: Any) -> bool:
    """Whether the numbers of an array lie in a file."""
    while isinstance(array, np.ndarray):
        array = array.base
    return isinstance(array, mmap.mmap)


def pieces(array: Array) -> Iterator[Array]:
    """Consecutive parts of an array (n, ...), which is the first of them where it is small."""
    if array.size <= PIECE:
        yield array
        return
    rows = max(1, PIECE * len(array) // array.size)
    for start in range(0, len(array), rows):
        yield array[start : start + rows]


def joined(parts: Iterator[Array], n: int) -> Array:
    """Consecutive parts (m, ...) of an array (n, ...), one of them in memory at a time besides it."""
    first = next(parts)
    array, start = np.empty((n, *first.shape[1:]), first.dtype), len(first)
    array[:start] = first
    for part in parts:
        array[start : start + len(part)] = part
        start += len(part)
    return array


def transformed(
    array: Array, function: Callable[[Array], Array], dtype: Any, name: str, sample: tuple[int, ...] | None = None
) -> Array:
    """``function(array)`` for a function of single samples, computed piece by piece.

    Parameters
    ----------
    array : array (n, ...)
    function : callable
        Gives, for some samples, an array (m, *sample).
    dtype : dtype
        Of the result.
    name : str
        What a warning calls the array.
    sample : tuple, optional
        The shape of what is made of a sample: that of the array's by default.

    Returns
    -------
    array (n, *sample)
        In memory or, of a memory map, in a temporary file.

    Raises
    ------
    OSError
        There is no room for that file.
    """
    shape = array.shape if sample is None else (len(array), *sample)
    size = math.prod(shape) * np.dtype(dtype).itemsize
    parts = (np.ascontiguousarray(function(part), dtype) for part in pieces(array))
    if size > SMALL and is_mapped(array):
        return _in_file(parts, shape, dtype, size, name)
    result, start = np.empty(shape, dtype), 0
    numbers = result.reshape(-1)
    for part in parts:
        numbers[start : start + part.size] = part.reshape(-1)
        start += part.size
    return result


def _in_file(parts: Iterator[Array], shape: tuple[int, ...], dtype: Any, size: int, name: str) -> Array:
    """Consecutive parts in a temporary file, mapped."""
    folder = tempfile.gettempdir()
    way_out = (
        f"Way out: a file of {name} as training needs it, {np.dtype(dtype)} and standardised, made once; or another "
        "folder for temporary files, by the environment variable TMPDIR"
    )
    if size > shutil.disk_usage(folder).free:
        raise OSError(
            f"{name} is a memory map that is not used as it stands, and {folder} has no room for the {size / 1e9:.1f} "
            f"GB that are made of it. {way_out}"
        )
    if size > NOTED:
        warnings.warn(
            f"{name} is a memory map that is not used as it stands: {size / 1e9:.1f} GB are made of it, in a temporary "
            f"file in {folder}. {way_out}",
            LargeCopyWarning,
            stacklevel=2,
        )
    with tempfile.TemporaryFile(dir=folder) as file:
        for part in parts:
            file.write(part.data)  # not through a map: a full disk is an error here, and would be a signal there
        file.flush()
        return np.asarray(np.memmap(file, dtype, "r+", shape=shape))
