"""Independent fits on one processor and on all: small networks fill the cores by running side by side.

    python -m benchmarks.many_fits
    python -m benchmarks.many_fits --fits 20 --workers 2

Each fit is the documents' 1-200-200-1 network on 10 000 points, 30 epochs in batches of 200. The workers are threads
of one process: a compiled epoch releases the interpreter, so they do not wait for each other.
"""

import argparse
import json
import os
from pathlib import Path
from time import perf_counter


def main() -> int:
    import minnet as mn

    parser = argparse.ArgumentParser(
        "python -m benchmarks.many_fits", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fits", type=int, default=100, help="(%(default)s)")
    parser.add_argument("--epochs", type=int, default=30, help="(%(default)s)")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="side by side (%(default)s)")
    parser.add_argument("--json", metavar="FILE", help="write the measurements there too")
    options = parser.parse_args()
    fit(0, 1)  # compiles, or loads what was compiled
    with mn.use_threads(1):
        alone, losses = run(options.fits, 1, options.epochs)
        together, same = run(options.fits, options.workers, options.epochs)
    assert losses == same, "the losses depend on the number of workers"
    print(f"{options.fits} fits of 1-200-200-1, {options.epochs} epochs, batch 200, float32")
    print(f"one after the other {alone:8.2f} s")
    print(f"{options.workers} side by side      {together:8.2f} s, {together / alone:.3f} of that; the same losses")
    if options.json:
        record = {"fits": options.fits, "workers": options.workers, "alone": alone, "together": together}
        Path(options.json).write_text(json.dumps(record, indent=2), encoding="utf-8")
    return 0


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


if __name__ == "__main__":
    raise SystemExit(main())
