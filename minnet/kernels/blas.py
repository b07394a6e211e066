"""One thread for BLAS: its sums must depend neither on the machine nor on what was imported before."""

import sys
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any


def one_blas_thread() -> AbstractContextManager[object]:
    """A context in which every BLAS of the process works on one thread.

    NumPy and SciPy bring one each, and a limit holds for those that are loaded. SciPy's comes with its `linalg`.
    """
    import scipy.linalg  # noqa: F401

    return _libraries(len(sys.modules)).limit(limits=1, user_api="blas")


@lru_cache(1)
def _libraries(modules: int) -> Any:
    """Those that are loaded. To look for them takes milliseconds, and more come only with further modules."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
