"""One thread for BLAS: its sums must depend neither on the machine nor on what was imported before."""

from contextlib import AbstractContextManager


def one_blas_thread() -> AbstractContextManager[object]:
    """A context in which every BLAS of the process works on one thread.

    NumPy and SciPy bring one each, and a limit holds for those that are loaded. SciPy's comes with its `linalg`.
    """
    import scipy.linalg  # noqa: F401
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, "blas")
