"""Cost per sample, and memory, of full-batch steps on 10^2 to 10^7 samples.

    python -m benchmarks.scaling
    python -m benchmarks.scaling --most 6 --threads 2 --json scaling.json

The network is that of the circles, (2, 16, 16, 16, 1) with sigmoids, trained by Adam. A batch goes through in tiles, so
the cost of a sample must not grow with their number. Each row is a process of its own; its memory is the highest
resident size while training, less that before, when data, network and compiled code were there.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from benchmarks.__main__ import bind

CLEAR = Path("/proc/self/clear_refs")  # writing 5 resets the highest resident size


def main() -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.scaling", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--least", type=int, default=2, metavar="E", help="from 10^E samples (%(default)s)")
    parser.add_argument("--most", type=int, default=7, metavar="E", help="to 10^E samples (%(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="processors to use (%(default)s)")
    parser.add_argument("--dtype", default="float32", choices=["float32", "float64"])
    parser.add_argument("--json", metavar="FILE", help="write the measurements there too")
    parser.add_argument("--samples", type=int, metavar="N", help="measure this number alone, and print it as JSON")
    options = parser.parse_args()
    if options.samples:
        print(json.dumps(measure(options.samples, options.dtype, options.threads)))
        return 0
    print(f"{options.dtype}, {options.threads} thread(s)")
    print(f"{'samples':>12}{'us per step':>14}{'ns per sample':>15}{'data, MB':>10}{'more, MB':>10}")
    rows = []
    for exponent in range(options.least, options.most + 1):
        settings = ["--samples", 10**exponent, "--dtype", options.dtype, "--threads", options.threads]
        command = [sys.executable, "-m", "benchmarks.scaling", *map(str, settings)]
        row = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        n, seconds, data, more = (row[name] for name in ("samples", "seconds", "data", "more"))
        memory = f"{data / 1e6:>10.1f}{'-' if more is None else format(more / 1e6, '.1f'):>10}"
        print(f"{n:>12,}{seconds * 1e6:>14.1f}{seconds / n * 1e9:>15.1f}{memory}", flush=True)
        rows.append(row)
    large = [row["seconds"] / row["samples"] for row in rows if row["samples"] >= 10_000]
    if len(large) > 1:
        print(f"dearest over cheapest sample, from 10^4 samples on: {max(large) / min(large):.2f}")
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=2), encoding="utf-8")
    return 0


def measure(n: int, dtype: str, threads: int) -> dict:
    """Seconds per step (median of five measurements), bytes of the data, and bytes that training adds at most."""
    bind(threads)
    import numpy as np

    import minnet as mn

    rng = np.random.default_rng(0)
    x = rng.standard_normal((n, 2), dtype)
    y = (rng.random((n, 1)) < 0.5).astype(dtype)

    def train(x: np.ndarray, y: np.ndarray, epochs: int) -> float:
        net = mn.mlp([2, 16, 16, 16, 1], "sigmoid", rng=0, dtype=dtype)
        start = perf_counter()
        mn.fit(net, x, y, loss=mn.BinaryCrossEntropy(), optimizer=mn.Adam(), epochs=epochs)
        return (perf_counter() - start) / epochs

    train(x[:100], y[:100], 2)  # compiles, or loads what was compiled
    before = _highest_memory(reset=True)
    epochs = max(1, round(0.3 / train(x, y, 1)))
    after = _highest_memory()
    seconds = sorted(train(x, y, epochs) for _ in range(5))[2]
    more = None if before is None or after is None else after - before
    return {"samples": n, "seconds": seconds, "data": x.nbytes + y.nbytes, "more": more}


def _highest_memory(reset: bool = False) -> int | None:
    """The highest resident size since the last reset, in bytes; None where the system cannot reset it."""
    if not CLEAR.exists():
        return None
    if reset:
        CLEAR.write_text("5")
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    raise SystemExit(main())
