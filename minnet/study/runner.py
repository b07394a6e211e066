"""Making the runs of a study that are not yet in its store."""

import os
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from minnet.errors import StudyInterrupted
from minnet.kernels import available_processors
from minnet.progress import ProgressBar
from minnet.study import backends
from minnet.study.grid import Point, as_point
from minnet.study.single import Function, describe
from minnet.study.store import Row, Store


def run(
    function: Function,
    points: Iterable[Point | dict[str, Any]],
    *,
    store: str | os.PathLike[str],
    seed: int,
    name: str | None = None,
    version: str = "",
    n_jobs: int = 1,
    backend: str = "processes",
    scheduler: str | None = None,
    keep_failed: bool = False,
    progress: bool = False,
) -> list[Row]:
    """Run a function at every point, and keep each run in a file the moment it is finished.

    What the file holds already is not run again: an interrupted or killed study goes on where it stopped, and a
    repeated one costs nothing, but for runs that failed otherwise than by a divergence: these are tried again. Results
    are the same bits for any backend, number of workers and order of points.

    Parameters
    ----------
    function : callable
        ``function(settings, rng) -> metrics``: a dict of settings and a `numpy.random.Generator` in, a dict of
        numbers or short lists of numbers out; defined at the top level of a module. It runs on one thread. An
        exception, divergence for instance, makes the run a failed one, and the study goes on.
    points : iterable of Point or dict
        From `grid` or `repeat`, or dicts of settings.
    store : str or path
        The file; made if it is not there. Several studies may share one.
    seed : int
        Of all random numbers; see `stream`.
    name : str, optional
        Of the study, in the store and its tables; that of the function by default.
    version : str
        A tag to change when the function changes, so that its former results are not taken for the new ones.
    n_jobs : int
        Runs at once; -1 for as many as there are processors.
    backend : str
        ``"processes"``; ``"threads"``, which start faster and suit functions that spend their time in compiled
        kernels; or ``"dask"``, a cluster (``pip install 'minnet[cluster]'``).
    scheduler : str, optional
        The address of the cluster's scheduler, for instance ``"tcp://10.0.0.1:8786"``.
    keep_failed : bool
        Do not try again what failed before: of a full disk, say, or of an error in the function since mended. A
        divergence is a result, and is kept anyway.
    progress : bool
        Show how many runs are done, how many failed, and how long the others will take.

    Returns
    -------
    list of Row
        One for each different point, in the order of `points`, failed ones included.

    Raises
    ------
    SettingError
        An argument is out of its range, or Dask is not installed.
    FileFormatError
        The store is damaged, or another kind of file.
    OSError
        The store cannot be written; the cluster cannot be reached (ConnectionError); a worker process has ended
        (ChildProcessError). Finished runs are kept.
    StudyInterrupted
        Ctrl-C. Finished runs are kept.

    Examples
    --------
    >>> import tempfile
    >>> from minnet import study
    >>> def square(settings, rng):
    ...     return {"square": settings["n"] ** 2, "noise": rng.random()}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = f"{folder}/runs.sqlite"
    ...     rows = study.run(square, study.grid(n=[2, 3], repeats=2), store=path, seed=0)
    ...     with study.Store(path) as store:
    ...         kept = store.rows()
    ...     again = study.read(path)
    >>> study.metric(rows, "square").tolist(), study.setting(rows, "n").tolist(), len(again)
    ([4, 4, 9, 9], [2, 2, 3, 3], 4)
    >>> isinstance(study.group(rows, "n")[0], study.Group)
    True
    """
    study = describe(function, name, version, seed)
    execute = backends.choose(backend, n_jobs, scheduler)
    by_key = {study.key(point): point for point in map(as_point, points)}
    with Store(store, write=True) as file:
        rows = {row.key: row for row in file.rows(study.name) if row.key in by_key}
        done = {key for key, row in rows.items() if row.error is None or row.diverged or keep_failed}
        missing = [point for key, point in by_key.items() if key not in done]
        failed = sum(rows[key].error is not None for key in done)
        bar = ProgressBar(
            total=len(by_key),
            initial=len(done),
            desc=study.name,
            unit="run",
            disable=not progress,
            at_once=n_jobs if n_jobs > 0 else available_processors(),
        )
        with bar, closing(execute(study, missing)) as finished:
            try:
                for row in finished if missing else ():
                    file.add(row)
                    rows[row.key] = row
                    failed += row.error is not None
                    bar.set_postfix(failed=failed, refresh=False)
                    bar.update()
            except KeyboardInterrupt:
                raise StudyInterrupted(
                    f"study {study.name}: interrupted, {bar.n} of {len(by_key)} runs are finished and kept in {store}; "
                    "make the same call again to go on"
                ) from None
    return [rows[key] for key in by_key]
