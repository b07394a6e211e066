"""Many runs at once: in processes, in threads, or on a cluster. All hand over rows as they are finished.

A backend decides where and when a run is made, never what comes out of it.
"""

from collections.abc import Callable, Generator
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime
from importlib import import_module
from types import TracebackType
from typing import Any

import joblib

from minnet.errors import SettingError, is_whole, nearest
from minnet.kernels import available_processors
from minnet.study.grid import Point
from minnet.study.single import Study
from minnet.study.store import Row

Rows = Generator[Row, None, None]
Backend = Callable[[Study, list[Point]], Rows]
NAMES = ("processes", "threads", "dask")


_chosen: tuple[str, str | None] = ("threads", None)


class use_backend:
    """Choose where the experiments make their runs: in ``"threads"`` of this process, or on a cluster by ``"dask"``.

    Results are the same bits. Acts at once; as a context manager it puts the former choice back at the end.

    Parameters
    ----------
    name : str
    scheduler : str, optional
        The address of the cluster's scheduler, for Dask.

    Raises
    ------
    SettingError
        There is no such backend, or the scheduler is missing.

    Examples
    --------
    >>> from minnet import study
    >>> with study.use_backend("threads"):
    ...     pass
    """

    def __init__(self, name: str, scheduler: str | None = None) -> None:
        global _chosen
        choose(name, 1, scheduler)  # says what is wrong
        self._former, _chosen = _chosen, (name, scheduler)

    def __enter__(self) -> "use_backend":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        global _chosen
        _chosen = self._former


def chosen(n_jobs: int) -> dict[str, Any]:
    """Arguments of `run` for what `use_backend` says; a single job, which is timed, is always made here."""
    name, scheduler = _chosen if n_jobs > 1 else ("threads", None)
    return {"backend": name, "scheduler": scheduler, "n_jobs": 1 if name == "dask" else n_jobs}


def choose(name: str, n_jobs: int, scheduler: str | None) -> Backend:
    """A backend from the arguments of `run`, checked."""
    if name not in NAMES:
        raise SettingError(f"study: there is no backend {name!r}; {nearest(str(name), NAMES)}")
    if not is_whole(n_jobs) or (n_jobs < 1 and n_jobs != -1):
        raise SettingError(f"study: n_jobs={n_jobs!r} is out of range; n_jobs must be >= 1, or -1 for all processors")
    if name == "dask":
        if scheduler is None or n_jobs != 1:
            raise SettingError(
                "study: backend='dask' needs scheduler='tcp://...', the address that `dask scheduler` prints, and no "
                "n_jobs: there are as many runs at once as the cluster has workers"
            )
        return lambda study, points: on_cluster(study, points, scheduler)
    if scheduler is not None:
        raise SettingError(f"study: a scheduler is for backend='dask', not for {name!r}")
    jobs = available_processors() if n_jobs == -1 else int(n_jobs)
    return lambda study, points: here(study, points, name, jobs)


def here(study: Study, points: list[Point], backend: str, n_jobs: int) -> Rows:
    """On this machine; with one job in this very process, where a debugger can follow."""
    if n_jobs == 1:
        yield from map(study, points)
        return
    limits = {"inner_max_num_threads": 1} if backend == "processes" else {}
    with joblib.parallel_config({"processes": "loky", "threads": "threading"}[backend], **limits):
        # one by one, and none ahead of time: what is not in the store is at most what is being run
        pool = joblib.Parallel(n_jobs, batch_size=1, pre_dispatch="n_jobs", return_as="generator_unordered")
    try:
        yield from pool(joblib.delayed(study)(point) for point in points)
    except BrokenProcessPool as error:
        raise ChildProcessError(
            "study: a worker process has ended, most often because memory ran out; finished runs are kept. Go on by "
            f"the same call, with fewer n_jobs if need be ({str(error).partition(chr(10))[0]})"
        ) from None


def on_cluster(study: Study, points: list[Point], scheduler: str) -> Rows:
    """On a Dask cluster, which makes the runs of a lost worker again on the others."""
    try:
        distributed = import_module("distributed")
    except ModuleNotFoundError:
        raise SettingError("study: backend='dask' needs Dask; pip install 'minnet[cluster]'") from None
    try:
        client = distributed.Client(scheduler, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ConnectionError(f"study: no Dask scheduler answers at {scheduler}: {error}") from None
    with client:
        points_by_future = dict(zip(client.map(study, points, pure=False), points, strict=True))
        try:
            for future in distributed.as_completed(points_by_future, loop=client.loop):
                point = points_by_future.pop(future)
                try:
                    row = future.result()
                except distributed.KilledWorker as error:  # one worker after the other died of this run
                    row = study.row(point, {}, error, datetime.now(UTC), 0.0)
                future.release()  # or it would be made again, should the worker that remembers it be lost later
                yield row
        except (CancelledError, OSError) as error:
            raise ConnectionError(
                f"study: the scheduler at {scheduler} is lost ({error}); finished runs are kept. Go on by the same "
                "call when it is back"
            ) from None
        except ImportError as error:
            raise ConnectionError(
                f"study: the cluster's workers cannot make a run: {error}. Install there what is installed here"
            ) from None
