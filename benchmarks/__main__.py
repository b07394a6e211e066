"""The table of workloads: microseconds per step of minnet and its peers, measured in one run.

    python -m benchmarks                            all workloads, one thread
    python -m benchmarks 20-20/20 --peers jax       one workload against one peer
    python -m benchmarks --threads 2 --dtype float64 --json results.json

All run in one process that is bound to as many processors as there are threads, in turns; the median of the turns
counts. Each peer takes its fastest form, which is measured for every row before the turns, and named behind it: JAX one
scan over all steps of all epochs or two nested ones, unrolled or not; PyTorch its optimizers fused, in groups
(foreach), or parameter by parameter. Then all train for some epochs in float64, and their losses must be equal but for
rounding (scikit-learn's Adam adds epsilon before it corrects the bias, so its losses may differ by a few per cent).

Other tables: python -m benchmarks identification (equations from samples, beside PySINDy), dysts (a collection of
chaotic flows), nist (nonlinear least squares with certified answers), integrals (beside QUADPACK), optimizers (beside
optax); fuzz (files that are nearly right, thousands of every kind) and diskfull (what a full disk leaves);
benchmarks.account (where a step's time goes), benchmarks.cold (until the first result), benchmarks.scaling
(cost per sample, memory), benchmarks.many_fits (independent runs on all processors), benchmarks.story (from naive NumPy
to compiled epochs). All know --help.
"""

import argparse
import json
import os
import platform
import statistics
import sys
from importlib import import_module
from time import perf_counter, sleep

from threadpoolctl import threadpool_limits

from benchmarks.turns import PAUSE

TABLES = "identification", "dysts", "nist", "integrals", "optimizers", "estimators", "fuzz", "diskfull"


def main() -> int:
    from benchmarks.machine import square_product
    from benchmarks.peers import PEERS, forms
    from benchmarks.workloads import WORKLOADS

    parser = argparse.ArgumentParser(
        "python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=f"of: {', '.join(WORKLOADS)} (all)")
    parser.add_argument("--threads", type=int, default=1, help="processors to use (%(default)s)")
    parser.add_argument("--peers", nargs="+", default=PEERS, choices=PEERS)
    parser.add_argument("--dtype", default="float32", choices=["float32", "float64"])
    parser.add_argument("--turns", type=int, default=7, help="repetitions, in turns (%(default)s)")
    parser.add_argument("--seconds", type=float, default=0.3, help="length of one repetition (%(default)s)")
    parser.add_argument("--json", metavar="FILE", help="write the measurements there too")
    options = parser.parse_args()
    unknown = [name for name in options.workloads if name not in WORKLOADS]
    if unknown:
        parser.error(f"there is no workload {unknown[0]!r}; known: {', '.join(WORKLOADS)}")
    bind(options.threads)
    limit = square_product(options.dtype) / 1e9
    names = ["minnet", *options.peers]
    machine = platform.processor() or platform.machine()
    print(f"{machine}, {options.threads} thread(s), {options.dtype}; best square product {limit:.0f} GFLOP/s")
    print("microseconds per step (seconds until the first epoch was done)\n")
    print(
        f"{'workload':18}"
        + "".join(f"{name:>18}" for name in names)
        + f"{'x best peer':>13}{'target':>8}{'GFLOP/s':>9}{'of best':>9}  forms"
    )
    records = []
    for name in options.workloads or list(WORKLOADS):
        workload = WORKLOADS[name]
        chosen, said = {}, {}
        for peer in names:
            made = forms(peer, workload)
            said[peer] = fastest(workload, made, options)
            chosen[peer] = made[said[peer]]
        row = {"loss": compare(workload, chosen, options.threads)} | measure(workload, chosen, options)
        row |= {"workload": name, "threads": options.threads, "dtype": options.dtype, "forms": said}
        peers = [row["us"][peer] for peer in options.peers if peer in row["us"]]
        row["ratio"] = min(peers) / row["us"]["minnet"] if peers else None
        rate = workload.flops / row["us"]["minnet"] / 1e3
        cells = [f"{row['us'][p]:.1f} ({row['first'][p]:.1f})" if p in row["us"] else "-" for p in names]
        target = workload.target_two_threads if options.threads > 1 else workload.target
        ratio = "-" if row["ratio"] is None else f"{row['ratio']:.2f}"
        print(
            f"{name:18}" + "".join(f"{cell:>18}" for cell in cells)
            + f"{ratio:>13}{target or '-':>8}{rate:>9.1f}{rate / limit:>9.0%}  "
            + "; ".join(f"{peer} {form}" for peer, form in said.items() if form),
            flush=True,
        )  # fmt: skip
        records.append(row)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"limit": limit, "rows": records}, file, indent=2)
    return 0


def bind(threads: int) -> None:
    """Use so many processors and no more, whatever a library would like."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:threads]))
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = str(threads)
    os.environ["JAX_PLATFORMS"] = "cpu"
    threadpool_limits(threads)  # for those that are loaded


def fastest(workload, made, options):
    """The name of the form whose step is the shortest, of three short turns."""
    if len(made) == 1:
        return next(iter(made))
    runs = {name: make(workload, options.dtype, options.threads) for name, make in made.items()}
    times = in_turns(workload, runs, turns=3, seconds=options.seconds / 2)
    return min(times, key=lambda name: min(times[name]))


def measure(workload, peers, options):
    """Median microseconds per step of every peer, and the seconds until its first epoch was done (in this dtype)."""
    runs, first = {}, {}
    for name, make in peers.items():
        start = perf_counter()
        run = make(workload, options.dtype, options.threads)
        if run is None:
            continue
        run(1)
        first[name] = perf_counter() - start
        runs[name] = run
    times = in_turns(workload, runs, options.turns, options.seconds)
    return {"us": {name: statistics.median(turns) for name, turns in times.items()}, "first": first}


def in_turns(workload, runs, turns, seconds, clock=perf_counter):
    """Microseconds per step of every run at every turn, which lasts about so many seconds."""
    epochs = {name: epochs_of(run, seconds) for name, run in runs.items()}
    times = {name: [] for name in runs}
    for _ in range(turns):
        for name, run in runs.items():
            sleep(PAUSE)
            start = clock()
            run(epochs[name])
            times[name].append((clock() - start) / (epochs[name] * workload.steps_per_epoch) * 1e6)
    return times


def epochs_of(run, seconds):
    """How many epochs take about so long; what `run` compiles for that number is compiled."""
    count = 1
    while True:
        run(count)
        start = perf_counter()
        run(count)
        took = perf_counter() - start
        if took > seconds / 2:
            return count
        count = max(2 * count, min(16 * count, round(0.8 * count * seconds / took)))


def compare(workload, peers, threads):
    """Losses of the first epochs in float64, by peer: of two, or of ten that are a step each.

    Raises
    ------
    SystemExit
        They differ by more than rounding, which has grown in a second epoch of hundreds of steps: these are not the
        same computations, and must not be compared.
    """
    epochs = 10 if workload.steps_per_epoch == 1 else 2
    runs = {name: make(workload, "float64", threads) for name, make in peers.items()}
    losses = {name: list(run(epochs)) for name, run in runs.items() if run is not None}
    for name, values in losses.items():
        for epoch, (loss, own) in enumerate(zip(values, losses["minnet"], strict=True), 1):
            grown = epoch > 1 and workload.steps_per_epoch > 1
            if name == "sklearn" and epoch > 1:
                break  # with epsilon in another place, its Adam is on another path by now
            allowed = 0.05 if name == "sklearn" else 1e-6 if grown else 1e-9
            if abs(loss - own) > allowed * abs(own):
                raise SystemExit(f"{workload.name}: loss of {name} in epoch {epoch} is {loss!r}, of minnet {own!r}")
    return losses


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in TABLES:
        raise SystemExit(import_module(f"benchmarks.{sys.argv.pop(1)}").main())
    raise SystemExit(main())
