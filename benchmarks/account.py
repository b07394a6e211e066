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

"Python around" is what `fit` does between its calls of compiled steps: coefficients of the optimizer, history.

With several threads `fit` uses them (and the clock on the wall is read), and the parts are divided among as many as
there are groups of tiles; what they wait for each other is not explained.
"""

import argparse
from collections import defaultdict
from time import perf_counter, process_time

from benchmarks.__main__ import bind, in_turns
from benchmarks.costs import costs_of_tile, costs_of_update
from benchmarks.machine import multiply_adds
from benchmarks.peers import minnet
from benchmarks.timed_steps import clocked_train, laps_of_kinds, new_ticks, seconds_of_lap, tables_of, timed_steps
from benchmarks.workloads import WORKLOADS

SLICES = 32  # of a turn


def main() -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.account", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=f"of: {', '.join(WORKLOADS)} (all)")
    parser.add_argument("--dtype", default="float32", choices=["float32", "float64"])
    parser.add_argument("--threads", type=int, default=1, help="processors that `fit` uses (%(default)s)")
    parser.add_argument("--turns", type=int, default=7, help="repetitions, in turns (%(default)s)")
    parser.add_argument("--seconds", type=float, default=0.3, help="length of one repetition (%(default)s)")
    options = parser.parse_args()
    unknown = [name for name in options.workloads if name not in WORKLOADS]
    if unknown:
        parser.error(f"there is no workload {unknown[0]!r}; known: {', '.join(WORKLOADS)}")
    bind(options.threads)
    limit = multiply_adds(options.dtype) / 1e9
    print(f"{options.dtype}, {options.threads} thread(s); one processor does {limit:.0f} GFLOP/s in registers")
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
    *tables, workspace = tables_of(workload, options.dtype)
    state, table, plan = tables[0], tables[1], tables[5]
    steps, groups = workload.steps_per_epoch, 1 + len(plan.gradients)
    clock = process_time if options.threads == 1 else perf_counter
    ticks, slices = new_ticks(len(table.layers)), defaultdict(list)

    run = minnet(workload, options.dtype, options.threads)
    around = defaultdict(list)

    def fit(epochs):
        start = clock()
        with clocked_train(clock) as inside:
            run(epochs)
        around[epochs].append((clock() - start - sum(inside)) / (epochs * steps))

    def stopped(epochs):  # in slices, some of which nobody interrupts
        total = epochs * steps
        count = -(-total // SLICES)
        for begin in range(0, total, count):
            ticks[...] = 0
            start = perf_counter()
            timed_steps(min(count, total - begin), *tables, workspace, ticks)
            if begin + count <= total:
                slices[count].append((perf_counter() - start, ticks / ticks.sum()))

    runs = {"fit": fit, "stopped": stopped}
    times = in_turns(workload, runs, options.turns, options.seconds, clock)
    whole, length = (min(us) * 1e-6 for us in times.values())
    _, shares = min(slices[max(slices)], key=lambda one: one[0])
    tiles = -(-workload.batch_size // plan.tile)

    itemsize, samples = state.theta.itemsize, workload.batch_size / tiles
    footprint = workspace.arrays.nbytes + state.theta.nbytes + state.grad.nbytes + state.slots.nbytes
    costs = {name: tiles * layers for name, layers in costs_of_tile(workload, samples, itemsize).items()}
    costs |= costs_of_update(workload, state.theta.size, groups, itemsize)
    parts = {}
    for name, (places, count) in laps_of_kinds(table, tiles).items():
        seconds = sum(shares[place] for place in places) * length - seconds_of_lap() * count * len(places)
        least = sum(cost.seconds(options.dtype, footprint) for cost in costs.get(name, []))
        team = 1 if name in ("sums of groups", "update") else min(options.threads, groups)
        parts[name] = seconds / team, least / team
    parts["Python around"] = min(around[max(around)]), 0.0
    return whole, parts


if __name__ == "__main__":
    raise SystemExit(main())
