"""Cost per sample, and memory, of full-batch steps on 10^2 to 10^7 samples.

    python -m benchmarks.scaling
    python -m benchmarks.scaling circles --data arrays --most 6 --threads 2 --json scaling.json

The networks are that of the circles, (2, 16, 16, 16, 1) with sigmoids and binary cross entropy, and (1, 200, 200, 1)
with ReLU and mean squared error, both trained by Adam; the data lie in arrays, and in memory-mapped .npy files. A batch
goes through in tiles, so the cost of a sample must not grow with their number: from 10^4 samples on the dearest is to
cost at most 1.25 of the cheapest. Each row is a process of its own. "more" is the most memory that training adds:
private memory, which a mapped file's pages are not; of a memory map it must stay bounded. The large network takes
minutes for 10^7 samples.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

from benchmarks.__main__ import bind

AIM = 1.25
STATUS = Path("/proc/self/status")
PIECE = 1 << 18  # samples that are written at a time
NETWORKS = "circles", "200-200"
DATA = "arrays", "mapped"


def main() -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.scaling", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("networks", nargs="*", metavar="NETWORK", help=f"of: {', '.join(NETWORKS)} (both)")
    parser.add_argument("--data", nargs="+", default=DATA, choices=DATA, help="where the data lie (both)")
    parser.add_argument("--least", type=int, default=2, metavar="E", help="from 10^E samples (%(default)s)")
    parser.add_argument("--most", type=int, default=7, metavar="E", help="to 10^E samples (%(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="processors to use (%(default)s)")
    parser.add_argument("--dtype", default="float32", choices=["float32", "float64"])
    parser.add_argument("--json", metavar="FILE", help="write the measurements there too")
    parser.add_argument("--samples", type=int, metavar="N", help="measure this number alone, and print it as JSON")
    options = parser.parse_args()
    unknown = [name for name in options.networks if name not in NETWORKS]
    if unknown:
        parser.error(f"there is no network {unknown[0]!r}; known: {', '.join(NETWORKS)}")
    networks = options.networks or NETWORKS
    if options.samples:
        for network, data in product(networks, options.data):
            print(json.dumps(measure(network, data, options.samples, options.dtype, options.threads)))
        return 0
    rows = []
    for network, data in product(networks, options.data):
        rows += table(network, data, options)
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=2), encoding="utf-8")
    return 0


def table(network: str, data: str, options: argparse.Namespace) -> list[dict]:
    """The rows of one network, with its data in arrays or in memory-mapped files."""
    print(f"{network}, data {data}, {options.dtype}, {options.threads} thread(s)")
    print(f"{'samples':>12}{'us per step':>14}{'ns per sample':>15}{'data, MB':>10}{'more, MB':>10}")
    rows = []
    for exponent in range(options.least, options.most + 1):
        settings = ["--samples", 10**exponent, "--data", data, "--dtype", options.dtype, "--threads", options.threads]
        command = [sys.executable, "-m", "benchmarks.scaling", network, *map(str, settings)]
        row = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        n, seconds, size, more = (row[name] for name in ("samples", "seconds", "data", "more"))
        memory = f"{size / 1e6:>10.1f}{'-' if more is None else format(more / 1e6, '.1f'):>10}"
        print(f"{n:>12,}{seconds * 1e6:>14.1f}{seconds / n * 1e9:>15.1f}{memory}", flush=True)
        rows.append(row)
    large = [row["seconds"] / row["samples"] for row in rows if row["samples"] >= 10_000]
    if len(large) > 1:
        print(f"dearest over cheapest sample, from 10^4 samples on: {max(large) / min(large):.2f} (aim {AIM})\n")
    return rows


def measure(network: str, data: str, n: int, dtype: str, threads: int) -> dict:
    """Seconds per step (median of three measurements), bytes of the data, and bytes that training adds at most."""
    bind(threads)
    import numpy as np
    from numpy.lib.format import open_memmap

    import minnet as mn

    widths, activation, loss = {
        "circles": ([2, 16, 16, 16, 1], "sigmoid", mn.BinaryCrossEntropy()),
        "200-200": ([1, 200, 200, 1], "relu", mn.MeanSquaredError()),
    }[network]

    def fill(x: np.ndarray, y: np.ndarray) -> None:
        rng = np.random.default_rng(0)
        for start in range(0, n, PIECE):
            piece = rng.standard_normal((min(PIECE, n - start), widths[0]), dtype)
            x[start : start + PIECE] = piece
            y[start : start + PIECE, 0] = piece[:, 0] > 0 if network == "circles" else np.exp(-(piece[:, 0] ** 2))

    def train(x: np.ndarray, y: np.ndarray, epochs: int) -> float:
        net = mn.mlp(widths, activation, rng=0, dtype=dtype)
        start = perf_counter()
        mn.fit(net, x, y, loss=loss, optimizer=mn.Adam(), epochs=epochs)
        return (perf_counter() - start) / epochs

    with tempfile.TemporaryDirectory() as folder:
        if data == "mapped":
            paths, shapes = [Path(folder) / "x.npy", Path(folder) / "y.npy"], [(n, widths[0]), (n, 1)]
            fill(*(open_memmap(path, "w+", dtype, shape) for path, shape in zip(paths, shapes, strict=True)))
            x, y = (np.load(path, mmap_mode="r") for path in paths)
        else:
            x, y = np.empty((n, widths[0]), dtype), np.empty((n, 1), dtype)
            fill(x, y)
        train(np.array(x[:100]), np.array(y[:100]), 2)  # compiles, or loads what was compiled
        with most_private_memory() as memory:
            epochs = max(1, round(0.3 / train(x, y, 1)))
        seconds = sorted(train(x, y, epochs) for _ in range(3))[1]
        more = max(memory) - memory[0] if memory else None
        row = {"network": network, "data_in": data, "samples": n, "seconds": seconds}
        return row | {"data": x.nbytes + y.nbytes, "more": more}


@contextmanager
def most_private_memory() -> Iterator[list[int]]:
    """Bytes of memory that is not a file's, looked at every two milliseconds meanwhile; nothing where none can tell."""
    sizes: list[int] = []
    done = Event()

    def look() -> None:
        while not done.is_set():
            sizes.extend(_private_memory())
            done.wait(0.002)

    sizes.extend(_private_memory())
    thread = Thread(target=look, daemon=True)
    thread.start()
    try:
        yield sizes
    finally:
        done.set()
        thread.join()


def _private_memory() -> list[int]:
    if not STATUS.exists():
        return []
    return [int(line.split()[1]) * 1024 for line in STATUS.read_text().splitlines() if line.startswith("RssAnon")]


if __name__ == "__main__":
    raise SystemExit(main())
