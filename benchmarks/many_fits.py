"""Independent fits on one processor and on all, in a bare loop and as a study.

    python -m benchmarks.many_fits
    python -m benchmarks.many_fits --fits 20 --workers 2
    python -m benchmarks.many_fits --study
    python -m benchmarks.many_fits --study --backend dask --fits 200

Each fit is the documents' 1-200-200-1 network on 10 000 points, 30 epochs in batches of 200. The workers are threads
of one process: a compiled epoch releases the interpreter, so they do not wait for each other.

With `--study`, fits are small, 1-20-1 on 200 points and 200 epochs in batches of 20, and there are a thousand: they go
through `study.run`, which keeps each in a file, and through a bare loop with the same backend and number of workers.
What a study takes longer is its overhead.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from time import perf_counter
from typing import Any


def main() -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.many_fits", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--study", action="store_true", help="small fits, in a bare loop and as a study")
    parser.add_argument("--backend", default="threads", choices=["threads", "processes", "dask"], help="of the study")
    parser.add_argument("--fits", type=int, help="100; with --study 1000")
    parser.add_argument("--epochs", type=int, help="30; with --study 200")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="side by side (%(default)s)")
    parser.add_argument("--json", metavar="FILE", help="write the measurements there too")
    options = parser.parse_args()
    if options.study:
        record = as_study(options.fits or 1000, options.epochs or 200, options.workers, options.backend)
    else:
        record = side_by_side(options.fits or 100, options.epochs or 30, options.workers)
    if options.json:
        Path(options.json).write_text(json.dumps(record, indent=2), encoding="utf-8")
    return 0


def side_by_side(fits: int, epochs: int, workers: int) -> dict[str, Any]:
    """Large fits, one after the other and by workers."""
    import minnet as mn

    fit(0, 1)  # compiles, or loads what was compiled
    with mn.use_threads(1):
        alone, losses = run(fits, 1, epochs)
        together, same = run(fits, workers, epochs)
    assert losses == same, "the losses depend on the number of workers"
    print(f"{fits} fits of 1-200-200-1, {epochs} epochs, batch 200, float32")
    print(f"one after the other {alone:8.2f} s")
    print(f"{workers} side by side      {together:8.2f} s, {together / alone:.3f} of that; the same losses")
    return {"fits": fits, "workers": workers, "alone": alone, "together": together}


def run(fits: int, workers: int, epochs: int) -> tuple[float, list[float]]:
    """Seconds, and the final loss of each fit."""
    from joblib import Parallel, delayed

    start = perf_counter()
    losses = Parallel(workers, prefer="threads")(delayed(fit)(seed, epochs) for seed in range(fits))
    return perf_counter() - start, losses


def fit(seed: int, epochs: int) -> float:
    """The final loss of one fit."""
    import numpy as np

    import minnet as mn

    net = mn.mlp([1, 200, 200, 1], "relu", rng=seed, dtype="float32")
    x = np.linspace(-5, 5, 10_000)
    loss, optimizer = mn.MeanSquaredError(), mn.Adam()
    history = mn.fit(
        net, x, mn.datasets.gaussian(x), loss=loss, optimizer=optimizer, epochs=epochs, batch_size=200, rng=seed
    )
    return history.history["loss"][-1]


def as_study(fits: int, epochs: int, workers: int, backend: str) -> dict[str, Any]:
    """Small fits in a bare loop and as a study, with the same workers; processes are started before either.

    The two take turns, a fifth of the fits each time: so what else the machine does falls on both.
    """
    from benchmarks import many_fits  # this module by the name that workers know it by
    from minnet import study

    points = study.grid(seed=range(fits), epochs=epochs)
    shares = [points[start::5] for start in range(5)]
    cluster: Any = nullcontext()
    if backend == "dask":
        from distributed import LocalCluster

        cluster = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
    with cluster, tempfile.TemporaryDirectory() as folder:
        address = cluster.scheduler_address if backend == "dask" else None
        how = {"backend": backend, "scheduler": address} if address else {"backend": backend, "n_jobs": workers}
        bare, store = bare_loop(backend, workers, address), Path(folder) / "study.sqlite"
        seconds = {"bare": 0.0, "study": 0.0}
        for number, share in enumerate([study.grid(seed=range(2 * workers), epochs=1), *shares]):
            start = perf_counter()
            losses = bare(many_fits.small_fit, share)
            between = perf_counter()
            rows = study.run(many_fits.small_fit, share, store=store, seed=0, **how)
            assert losses == [row.metrics["loss"] for row in rows], "the losses depend on who makes the runs"
            if number:  # the first share compiles, and starts processes
                seconds["bare"] += between - start
                seconds["study"] += perf_counter() - between
    overhead = seconds["study"] / seconds["bare"] - 1
    print(f"{fits} fits of 1-20-1, 200 points, {epochs} epochs, batch 20; {workers} {backend}")
    for name, total in seconds.items():
        print(f"{name:6}{total:9.2f} s {60 * fits / total:10.0f} fits per minute")
    print(f"overhead of the study: {overhead:.1%}")
    return {"fits": fits, "workers": workers, "backend": backend, **seconds, "overhead": overhead}


def bare_loop(backend: str, workers: int, address: str | None) -> Callable[..., list[float]]:
    """What makes all points without a study, and returns their losses."""
    if address is not None:
        from distributed import Client

        def on_cluster(function: Callable[..., Any], points: list[Any]) -> list[float]:
            with Client(address, set_as_default=False) as client:
                return client.gather(client.map(call, [function] * len(points), points, pure=False))

        return on_cluster
    from joblib import Parallel, delayed

    prefer = {"threads": "threads", "processes": "processes"}[backend]
    return lambda function, points: Parallel(workers, prefer=prefer)(delayed(call)(function, p) for p in points)


def call(function: Callable[..., dict[str, float]], point: Any) -> float:
    """The loss of one point, with the random stream that a study gives it, on one thread."""
    import minnet as mn
    from minnet import study

    mn.use_threads(1)
    return function(point.settings, study.stream(0, point.settings, point.repeat))["loss"]


def small_fit(settings: dict[str, Any], rng: Any) -> dict[str, float]:
    """One small fit, as the function of a study."""
    import numpy as np

    import minnet as mn

    net, x = mn.mlp([1, 20, 1], "tanh", rng=rng), np.linspace(-1, 1, 200)
    loss, optimizer = mn.MeanSquaredError(), mn.Adam(0.01)
    history = mn.fit(
        net, x, np.sin(3 * x), loss=loss, optimizer=optimizer, epochs=settings["epochs"], batch_size=20, rng=rng
    )
    return {"loss": history.history["loss"][-1]}


if __name__ == "__main__":
    raise SystemExit(main())
