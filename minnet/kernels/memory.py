"""Memory that begins where a cache line does: a vector that straddles two lines costs two accesses."""

import math

import numpy as np
import numpy.typing as npt

from minnet.types import Array

LINE = 64  # bytes


def aligned_zeros(shape: int | tuple[int, ...], dtype: npt.DTypeLike) -> Array:
    """Zeros, the first of them at the beginning of a cache line."""
    size = math.prod(shape if isinstance(shape, tuple) else (shape,)) * np.dtype(dtype).itemsize
    memory = np.zeros(size + LINE, np.uint8)
    start = -memory.ctypes.data % LINE
    return memory[start : start + size].view(dtype).reshape(shape)
