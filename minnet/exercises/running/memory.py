"""Arrays and lists that two processes know both: what is the same in one, or a view of it, stays so in the other."""

from collections import OrderedDict
from typing import Any

import numpy as np

from minnet.types import Array

NAMED = 100  # of the latest that a message may name
KEPT = 1000  # of the latest that are kept


class Memory:
    """What one process has sent and received, by keys that both use.

    Parameters
    ----------
    side : str
        Begins the keys that this process gives.
    """

    def __init__(self, side: str) -> None:
        self._side, self._count = side, 0
        self._known: OrderedDict[str, Any] = OrderedDict()

    def add(self, value: Any, key: str | None = None) -> str:
        """Remember an array or a list under the other's key, or under a new one; returns the key."""
        self._count += key is None
        key = f"{self._side}{self._count}" if key is None else key
        self._known[key] = value
        self._known.move_to_end(key)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return key

    def __getitem__(self, key: str) -> Any:
        return self._known[key]

    def find(self, value: Any) -> str | None:
        """Key of the list that a value is, or of the array in whose memory it lies."""
        latest = list(self._known.items())[-NAMED:]
        if isinstance(value, list):
            return next((key for key, known in latest if known is value), None)
        if not value.size:
            return None
        low, high = np.lib.array_utils.byte_bounds(value)
        for key, known in latest:
            if isinstance(known, np.ndarray) and known.flags.forc:
                first, last = np.lib.array_utils.byte_bounds(known)
                if first <= low and high <= last:
                    return key
        return None


def place(array: Array, owner: Array) -> list[Any]:
    """Where an array lies in the memory of another: type, shape, offset and strides in bytes."""
    start: int = array.__array_interface__["data"][0]
    return [array.dtype.str, list(array.shape), start - np.lib.array_utils.byte_bounds(owner)[0], list(array.strides)]


def view(owner: Array, dtype: np.dtype[Any], shape: list[int], offset: int, strides: list[int]) -> Array:
    """The array at a place in the memory of another; `ValueError` if it lies outside."""
    buffer = owner if owner.flags.c_contiguous else owner.T if owner.flags.f_contiguous else owner.copy()
    return np.ndarray(tuple(shape), dtype, buffer, offset, tuple(strides))
