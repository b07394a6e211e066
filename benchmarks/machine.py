"""What one processor of this machine can do at most: multiply-adds, bytes from each cache, products of matrices."""

from collections.abc import Callable
from functools import cache
from time import perf_counter
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from minnet.kernels import compiled
from minnet.kernels.compiled.cache import kernel
from minnet.kernels.compiled.simd import VECTOR_BYTES, Vectors
from minnet.kernels.compiled.tuning import tuned

CHAINS = 12  # multiply-adds that do not wait for each other: two a cycle, four cycles each, and some to spare
WORK = 1 << 20  # multiply-adds of vectors, or bytes, of a turn


def best_seconds(function: Callable[[], object], at_least: float = 0.2) -> float:
    """The best time of one call, of many that follow one that compiles."""
    function()
    best, end = float("inf"), perf_counter() + at_least
    while perf_counter() < end:
        start = perf_counter()
        function()
        best = min(best, perf_counter() - start)
    return best


@intrinsic
def chains(typing, count, number):
    """``x = x * number + number``, in as many vectors as there are chains, `count` times over; in the end their sum."""

    def generate(context, builder, signature, arguments):
        simd = Vectors(builder, signature.args[1])
        factor = simd.splat(arguments[1], simd.type)
        places = [cgutils.alloca_once_value(builder, factor) for _ in range(CHAINS)]
        with cgutils.for_range(builder, arguments[0]):
            for place in places:
                builder.store(simd.multiply_add(builder.load(place), factor, factor), place)
        total = simd.zero
        for place in places:
            total = builder.fadd(total, builder.load(place))
        return builder.extract_element(total, ir.IntType(32)(0))

    return number(types.int64, number), generate


@kernel()
def _multiply_adds(count, number):
    return chains(count, number)


@cache
def multiply_adds(dtype: str) -> float:
    """FLOP/s of multiply-adds of whole vectors that are all in registers; each counts as two."""
    number, count = np.dtype(dtype).type(0.5), WORK // CHAINS
    lanes = VECTOR_BYTES // np.dtype(dtype).itemsize
    return 2 * lanes * CHAINS * count / best_seconds(lambda: _multiply_adds(count, number))


@kernel(fastmath={"contract", "reassoc", "nsz"})
def _read(count, a):
    tuned()
    total = a[0]
    for _ in range(count):
        for i in range(a.size):
            total += a[i]
        a[0] = total  # so that no round can be left out
    return total


@kernel()
def _copy(count, a, b):
    tuned()
    for _ in range(count):
        for i in range(a.size):
            b[i] = a[i]
        a[0] = b[a.size - 1]


@cache
def bandwidth(size: int) -> float:
    """Bytes a second, read or written, of loops over so many bytes, again and again: those of the cache they fit in."""
    numbers = max(16, size // 8)
    a, b = np.zeros(2 * numbers, np.float32), np.zeros(numbers, np.float32)
    count = max(1, WORK // size)
    moved = count * numbers * 8
    reading = best_seconds(lambda: _read(count, a))
    copying = best_seconds(lambda: _copy(count, a[:numbers], b))
    return moved / min(reading, copying)


def square_product(dtype: str, size: int = 192) -> float:
    """FLOP/s of the best square product, by NumPy's BLAS or minnet's tiles, whichever is faster."""
    a: Any = np.random.default_rng(0).standard_normal((1, size, size)).astype(dtype)
    b, out, zero = a[0].copy(), np.empty_like(a), np.zeros(size, dtype)
    by_blas = best_seconds(lambda: np.matmul(a, b, out=out))
    by_tiles = best_seconds(lambda: compiled.dense_forward(a, b, zero, out))
    return 2 * size**3 / min(by_blas, by_tiles)
