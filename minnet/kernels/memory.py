"""Memory that begins where a cache line does: a vector that straddles two lines costs two accesses."""

import math
import threading
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from minnet.types import Array

LINE = 64  # bytes


def aligned_zeros(shape: int | tuple[int, ...], dtype: npt.DTypeLike) -> Array:
    """Zeros, the first of them at the beginning of a cache line."""
    return _aligned(np.zeros, shape, dtype)


def aligned_empty(shape: int | tuple[int, ...], dtype: npt.DTypeLike) -> Array:
    """Whatever memory holds, the first number at the beginning of a cache line."""
    return _aligned(np.empty, shape, dtype)


def aligned(parts: list[Array]) -> Array:
    """All parts in one vector, the first number at the beginning of a cache line."""
    size = sum(part.size for part in parts)
    return np.concatenate([part.ravel() for part in parts], out=aligned_empty(size, np.result_type(*parts)))


def scratch(purpose: str, shape: tuple[int, ...], dtype: npt.DTypeLike) -> Array:
    """Memory to work in until the next call for the same purpose in this thread: not given back to the system in
    between, whose first touch of every page costs more than a copy."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    memory: dict[str, Array] = vars(_kept)
    if purpose not in memory or memory[purpose].size < size:
        memory[purpose] = aligned_empty(size, np.uint8)
    return memory[purpose][:size].view(dtype).reshape(shape)


_kept = threading.local()


def _aligned(new: Callable[..., Array], shape: int | tuple[int, ...], dtype: npt.DTypeLike) -> Array:
    size = math.prod(shape if isinstance(shape, tuple) else (shape,)) * np.dtype(dtype).itemsize
    memory = new(size + LINE, np.uint8)
    start = -memory.ctypes.data % LINE
    return memory[start : start + size].view(dtype).reshape(shape)
