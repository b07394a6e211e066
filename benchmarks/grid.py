"""The optimizer document's whole grid, timed: 108 runs of 3000 full-batch steps, loss and accuracy at every step.

    python -m benchmarks.grid                published: 22 minutes 55 seconds
    python -m benchmarks.grid --steps 300    a tenth of it

Four optimizers, three learning rates, 100, 1000 and 10 000 points, sigmoids (4,4,4), (8,8,8) and (16,16,16), float64.
Runs go side by side on as many processors as there are; what compiles is warmed up and timed apart.
"""

import argparse
from time import perf_counter

from minnet import kernels, study
from minnet.experiments.adam.optimizer_study import PUBLISHED
from minnet.experiments.adam.replay import OPTIMIZERS, replay
from minnet.experiments.parts import Studies

FOUR = [name for name in OPTIMIZERS if name not in ("AdaGrad", "averaged SGD")]  # those of its tables


def main() -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.grid", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=3000, help="of every run (%(default)s)")
    options = parser.parse_args()
    start = perf_counter()
    timed(study.grid(n=20, steps=5, hidden=[[4] * 3], optimizer=FOUR, learning_rate=0.1))
    warm = perf_counter() - start
    # the largest first: the last runs to end are then short ones
    sizes = {"n": [10_000, 1000, 100], "hidden": [[width] * 3 for width in (16, 8, 4)]}
    points = study.grid(**sizes, optimizer=FOUR, learning_rate=[0.1, 0.01, 0.001], steps=options.steps)
    seconds = timed(points)
    published = float(PUBLISHED["seconds"])
    print(f"{len(points)} runs of {options.steps} steps on {kernels.threads()} processors: {seconds:.1f} s")
    print(
        f"published for 3000 steps: {published:.0f} s, {published / seconds * options.steps / 3000:.0f} times as long"
    )
    print(f"(before that, compiling and starting: {warm:.1f} s)")
    return 0


def timed(points: list[study.Point]) -> float:
    """Seconds that the runs take."""
    start = perf_counter()
    Studies(rng=0, progress=True).runs(replay, points, name="grid")
    return perf_counter() - start


if __name__ == "__main__":
    raise SystemExit(main())
