"""Where the microseconds of a training step go, and what each part could cost at least.

    python -m benchmarks.account                     all workloads
    python -m benchmarks.account 200-200/20 --dtype float64

The parts are timed inside a step (`timed_steps.py`), whose length is set beside that of a step of `fit`: a row "not
explained" is the difference, and more than 10 % of it is pointed out. All are measured in turns, in time of the
processor, and the shortest turn counts, so that other programs may run meanwhile.

At least, a part takes the longer of two times, each at this processor's measured limit: that of its arithmetic, as
multiply-adds of whole vectors in registers, and that of its bytes. Parameters, gradient and optimizer's state are
touched once in a step, so they come from the cache that holds all that a step touches; a tile's arrays come from the
cache that holds what the part itself touches, since the part before has just made them. An instruction of an
elementwise formula counts as a multiply-add, also a division, which takes longer.

What the stopwatch costs is taken off: as many ticks as it takes when there is nothing else to do. Within a step the
processor does a part of that besides its work, so up to a tenth of the shortest steps, 20-20/2, is not explained.

"Python around" is what `fit` does around its calls of compiled steps: coefficients of the optimizer, history, and the
warnings in the end.
"""

import argparse
from collections import defaultdict
from time import process_time

import numpy as np

from benchmarks.__main__ import bind, in_turns
from benchmarks.costs import costs_of_tile, costs_of_update
from benchmarks.machine import multiply_adds
from benchmarks.peers import minnet
from benchmarks.timed_steps import clocked_train, laps_of_kinds, new_ticks, tables_of, ticks_of_lap, timed_steps
from benchmarks.workloads import WORKLOADS

SLICES = 32  # of a turn


def main() -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.account", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=f"of: {', '.join(WORKLOADS)} (all)")
    parser.add_argument("--dtype", default="float32", choices=["float32", "float64"])
    parser.add_argument("--turns", type=int, default=7, help="repetitions, in turns (%(default)s)")
    parser.add_argument("--seconds", type=float, default=0.3, help="length of one repetition (%(default)s)")
    options = parser.parse_args()
    unknown = [name for name in options.workloads if name not in WORKLOADS]
    if unknown:
        parser.error(f"there is no workload {unknown[0]!r}; known: {', '.join(WORKLOADS)}")
    bind(1)
    limit = multiply_adds(options.dtype) / 1e9
    print(f"{options.dtype}; one processor does {limit:.0f} GFLOP/s in registers")
    for name in options.workloads or list(WORKLOADS):
        report(WORKLOADS[name], options)
    return 0


def report(workload, options) -> None:
    """The table of one workload."""
    whole, parts = measure(workload, options)
    print(f"\n{workload.name}\n{'microseconds':26}{'in a step':>10}{'share':>8}{'at least':>10}{'times that':>12}")

    def line(name, seconds, least=None):
        cells = f"{'-':>10}{'-':>12}" if not least else f"{least * 1e6:>10.2f}{seconds / least:>12.1f}"
        print(f"{name:26}{seconds * 1e6:>10.2f}{seconds / whole:>8.1%}{cells}", flush=True)

    for name, (seconds, least) in parts.items():
        line(name, seconds, least)
    explained, least = (sum(column) for column in zip(*parts.values(), strict=True))
    line("sum", explained, least)
    line("not explained", whole - explained)
    line("a step of fit", whole, least)
    if abs(whole - explained) > 0.1 * whole:
        print("more than 10 % is not explained: measure again on a quieter machine, or look for what is missing")


def measure(workload, options):
    """Seconds of a step of `fit`; and of each kind of part, as measured and at least."""
    tables = tables_of(workload, options.dtype)
    state, table, *_, plan, workspace, _ = tables
    run = minnet(workload, options.dtype, 1)
    around, slices = defaultdict(list), defaultdict(list)

    def fit(epochs):
        start = process_time()
        with clocked_train() as inside:
            run(epochs)
        around[epochs].append((process_time() - start - sum(inside)) / (epochs * workload.steps_per_epoch))

    def stopped(epochs):  # in slices, some of which nobody interrupts
        total = epochs * workload.steps_per_epoch
        count = -(-total // SLICES)
        for begin in range(0, total, count):
            ticks, steps = new_ticks(len(table.layers)), min(count, total - begin)
            timed_steps(steps, *tables, ticks)
            slices[steps].append(ticks / steps)

    times = in_turns(workload, {"fit": fit, "stopped": stopped}, options.turns, options.seconds, process_time)
    whole, length = (min(us) * 1e-6 for us in times.values())
    ticks = min(slices[max(slices)], key=np.sum)
    second = ticks.sum() / length
    tiles = -(-workload.batch_size // plan.tile)

    itemsize, samples = state.theta.itemsize, workload.batch_size / tiles
    footprint = workspace.arrays.nbytes + state.theta.nbytes + state.grad.nbytes + state.slots.nbytes
    costs = {name: tiles * layers for name, layers in costs_of_tile(workload, samples, itemsize).items()}
    costs |= costs_of_update(workload, state.theta.size, plan.groups, itemsize)
    parts = {}
    for name, (laps, count) in laps_of_kinds(table, tiles).items():
        seconds = (sum(ticks[lap] for lap in laps) - ticks_of_lap() * count * len(laps)) / second
        parts[name] = seconds, sum(cost.seconds(options.dtype, footprint) for cost in costs.get(name, []))
    parts["Python around"] = min(around[max(around)]), 0.0
    return whole, parts


if __name__ == "__main__":
    raise SystemExit(main())
