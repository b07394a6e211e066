"""How long every experiment takes: the table that `minnet reproduce` and `minnet list --long` estimate from.

    python -m benchmarks.durations                      all experiments with Config.fast(): some minutes
    python -m benchmarks.durations hermite lyapunov     these alone; the others stay as they are
    python -m benchmarks.durations hermite --full       at full size too: hours for some

Seconds are those of the processor, which other programs do not change much: of the main thread, and of the threads that
share the work of a study. Where the full size was never measured, it is the fast run, made once more with everything
loaded and compiled, times the ratio of work (`benchmarks.work`), and marked as not measured. A calibration on the same
machine is written beside the durations; they are scaled by that of the machine which asks.
"""

import argparse
import json
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time, thread_time
from typing import Any

from benchmarks.work import WORK


def main() -> int:
    from minnet import experiments, storage
    from minnet.reproduction.durations import FILE, calibrate

    parser = argparse.ArgumentParser(
        "python -m benchmarks.durations", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="experiments (all)")
    parser.add_argument("--full", action="store_true", help="measure the full size too")
    options = parser.parse_args()
    table: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"fast": {}, "full": {}}
    scale = table.get("calibration", calibrate()) / calibrate()  # durations of a part are those of the same machine
    table.setdefault("calibration", calibrate())
    for name in options.names or experiments.NAMES:
        config = experiments.find(name).Config
        first, drawing = measure(name, config.fast())
        table["fast"][name] = entry(add(first, drawing), scale, measured=True)
        if options.full:
            table["full"][name] = entry(add(*measure(name, config())), scale, measured=True)
        elif not table["full"].get(name, {}).get("measured"):
            again, drawing = measure(name, config.fast())
            ratio = WORK[name](config()) / WORK[name](config.fast())
            longer = {part: seconds * ratio for part, seconds in again.items()}
            table["full"][name] = entry(add(longer, drawing), scale, measured=False)
        print(f"{name:24} {table['fast'][name]}  {table['full'][name]}", flush=True)
        storage.write_text(FILE, json.dumps(table, indent=1) + "\n")
    return 0


def measure(name: str, config: Any) -> tuple[dict[str, float], dict[str, float]]:
    """Seconds of the processor for the runs and for the table and figures: of the main thread, and of the others."""
    from minnet import experiments
    from minnet.kernels.blas import one_blas_thread
    from minnet.presentation import without_screen

    module = experiments.find(name)
    with TemporaryDirectory() as folder, warnings.catch_warnings(), one_blas_thread():
        warnings.simplefilter("ignore")
        clocks = process_time(), thread_time()
        result = module.run(config, rng=0, progress=False, checkpoints=Path(folder))
        runs = since(*clocks)
        clocks = process_time(), thread_time()
        module.table(result)
        with without_screen():
            for drawing in module.figures(result):
                drawing.png()
    return runs, since(*clocks)


def since(process: float, thread: float) -> dict[str, float]:
    """Seconds of the main thread, and of the others together, since the two clocks were read."""
    serial = thread_time() - thread
    return {"serial": serial, "parallel": max(0.0, process_time() - process - serial)}


def add(one: dict[str, float], other: dict[str, float]) -> dict[str, float]:
    """Sums of both parts."""
    return {part: one[part] + other[part] for part in one}


def entry(seconds: dict[str, float], scale: float, measured: bool) -> dict[str, Any]:
    """What the file holds about an experiment."""
    return {part: float(f"{value * scale:.2g}") for part, value in seconds.items()} | {"measured": measured}


if __name__ == "__main__":
    raise SystemExit(main())
