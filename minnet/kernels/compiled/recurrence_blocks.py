"""What the steps of recurrent layers and the sums over them have in common: groups of samples, the rows of a gate's
block, and a product whose sum has two indices."""

import numpy as np

from minnet.kernels.compiled.cache import inner
from minnet.kernels.compiled.matmul import count_strips, strip_at, tiles
from minnet.kernels.formulas import recurrence
from minnet.types import Array

GRU = recurrence.GRU.code
GROUP = 32  # samples: enough rows for the tiles, few enough for the cache
WORK = 4e6  # multiply-adds that are worth a group of their own


def groups_of(steps: int, n: int, V: Array) -> Array:
    """Where the groups of samples begin, and the end; shapes alone decide."""
    count = max(1, min(-(-n // GROUP), int(steps * n * V.size / WORK)))
    return np.array([n * g // count for g in range(count + 1)])


@inner
def rows_of(code, block, h, p):
    """As in `minnet/kernels/formulas/recurrence.py`."""
    if code == GRU and block == 2:
        return h, p - h
    if code == GRU and block == 3:
        return 0, h + 1
    return 0, p


@inner
def product(A, a, row_stride, B, b, sums, C, c, c_stride, M, N, fresh):
    """A product whose sum has two indices: see `matmul.tile`. It is written, or added to what C has."""
    for strip in range(count_strips(C, N)):
        left, width = strip_at(C, N, strip)
        tiles(
            A, a, row_stride, B, b + left, sums, C, c + left, c_stride, M, width, C, c + left, c_stride, fresh
        )  # fmt: skip
