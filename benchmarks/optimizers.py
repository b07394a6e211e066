"""Optimizer rules: are they optax's, and which is the fastest where each may choose its learning rate?

    python -m benchmarks optimizers
    python -m benchmarks optimizers --parts parity --rules Adam RAdam
    python -m benchmarks optimizers --parts search --per-decade 4

Three tables, in float64.

**parity**: each rule of the registry beside optax's, with each dialect that minnet has, for 1 000 steps on all
landscapes and in the training of a 2-8-1 tanh network on ten random minibatches (`minnet.fit`, compiled, seen every 10
steps). Deviations are the largest over all steps, relative to the largest parameter up to there.

    same gradients     minnet is handed the gradients of optax's path: the rule alone, the worst of all problems
    by problem         deviation/sensitivity. Each follows its own gradients. The sensitivity is how far optax's rule
                       gets from itself if the start is 2^-52 away and every parameter and partial derivative of every
                       step is rounded up or down by one in the last place, at random (the largest of 8 such paths)
    equal              all deviations are at most 1e-12
    rounding           with the same gradients they are; with its own, some are not, but none is above 100 sensitivities
    DIFFERENT          anything else, and the exit code is 1

Where a rule does not come to rest, rounding soon decides the signs of its steps, and no two programs agree; then a
deviation below the sensitivity proves nothing, and the same gradients do. (On Beale's function one derivative is 0 at
the start. Both compute exactly 0; perturbed, it is anything, and what divides by its size takes a whole step. Hence
the sensitivity of adaptive rules there.) Below the table, how each rule is written in minnet and in optax to be the
same, and where optax's defaults differ.

**search**: on each landscape with a minimum, every rule of the registry from the same start with each learning rate of
one logarithmic grid, 12 from 1e-4 to 31.6, wide enough for Lion and for AdaDelta, all else at its defaults; SGD also
with a momentum of 0.9 and with Nesterov's. Paths, grid and count are those of the experiment optimizer-landscapes, but
no path is ended early: what rests for 1 000 steps and leaves again, as Adam may, does not stay.

    arrives            the first step after which the value is above its least by less than 1e-6 of what it was at the
                       start, with the learning rate of the grid that needs the fewest; "-" if none arrives
    stays              the first step from which on this is so until the last, 5 000, with the best rate for that (close
                       to 5 000 it says no more than that the path ended within)
    rates              how many learning rates of the grid arrive
    saddle             no minimum: the steps from 1e-4 beside the ridge until 1 away from it, at the rate 0.01 for all

Neighbours in the grid differ by a factor of 3.2, so rules whose counts differ by less than that may change places in a
finer grid. AdamW decays towards the origin, and rests beside the minimum.

**fair**: the fair comparison of the experiment optimizer-study with every rule: full-batch training of three hidden
layers of sigmoids on two circles, 3 000 steps, with the experiment's own ten learning rates. The best is that with the
fewest steps to a log loss of 0.05, in the median over seeds, then that with the lowest final loss; "rates" are those
with which half of the seeds get there, "diverged" is the part of all runs.
"""

import argparse
import json
import textwrap
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from minnet import study
from minnet.experiments.adam.optimizer_landscapes import Config as LandscapeConfig
from minnet.experiments.adam.optimizer_landscapes.result import MOMENTUM
from minnet.experiments.adam.optimizer_study import Config as StudyConfig
from minnet.experiments.adam.optimizer_study.fair_comparison import TARGET, Fair, fair_run
from minnet.experiments.adam.replay import OPTIMIZERS as COMPARED
from minnet.experiments.parts import Studies
from minnet.numerics.descent.landscapes import LANDSCAPES, Landscape, settled, trajectory
from minnet.optimizers import OPTIMIZERS, SGD, Optimizer

EQUAL = 1e-12
EXPLAINED = 100  # sensitivities: it is the largest of a few paths, and tails are long where growth is exponential
GOAL = 1e-6
PARTS = ("parity", "search", "fair")
RULES: dict[str, Callable[[float], Optimizer]] = {
    "SGD": SGD,
    "SGD momentum": partial(SGD, momentum=MOMENTUM),
    "SGD Nesterov": partial(SGD, momentum=MOMENTUM, nesterov=True),
} | {name: kind for name, kind in OPTIMIZERS.items() if kind is not SGD}


def main() -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks optimizers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parts", nargs="+", default=list(PARTS), choices=PARTS, help="tables to make (all)")
    parser.add_argument(
        "--rules",
        nargs="+",
        default=list(OPTIMIZERS),
        choices=list(OPTIMIZERS),
        metavar="RULE",
        help=f"of: {', '.join(OPTIMIZERS)} (all)",
    )
    parser.add_argument("--steps", type=int, default=1000, help="beside optax (%(default)s)")
    parser.add_argument("--perturbed", type=int, default=8, help="paths for the sensitivity (%(default)s)")
    parser.add_argument("--search-steps", type=int, default=5000, help="on a landscape, at most (%(default)s)")
    parser.add_argument("--per-decade", type=int, default=2, help="learning rates in a factor of 10 (%(default)s)")
    parser.add_argument("--width", type=int, default=8, help="of the fair comparison's layers (%(default)s)")
    parser.add_argument("--seeds", type=int, default=3, help="of the fair comparison (%(default)s)")
    parser.add_argument("--json", metavar="FILE", help="write the measurements there too")
    options = parser.parse_args()
    if options.steps < 10:
        parser.error("--steps must be at least 10, an epoch of the training problem")
    records = {part: {"parity": parity, "search": search, "fair": fair}[part](options) for part in options.parts}
    if options.json:
        Path(options.json).write_text(json.dumps(records, indent=2), encoding="utf-8")
    return int(any(row["verdict"] == "DIFFERENT" for row in records.get("parity", [])))


def parity(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Print and return how far each rule is from optax's."""
    from benchmarks.optimizer_rules import PAIRS, problems

    chosen = [pair for pair in PAIRS if pair.kind in options.rules]
    everywhere = problems()
    print(f"minnet beside optax, {options.steps} steps: largest relative deviation/sensitivity\n")
    print(f"{'':25}{'same':>9}" + "".join(f"{problem.name:>14}" for problem in everywhere))
    print(f"{'':25}{'gradients':>9}")
    records = []
    for pair in chosen:
        alone, own = beside_optax(pair, everywhere, options)
        judged = verdict(alone, own)
        cells = [f"{deviation:.0e}/{sensitivity:.0e}" for deviation, sensitivity in own.values()]
        print(f"{pair.name:25}{alone:9.0e}" + "".join(f"{cell:>14}" for cell in cells) + f"  {judged}", flush=True)
        records.append(pair._asdict() | {"same_gradients": alone, "own_gradients": own, "verdict": judged})
    print("\nin minnet = in optax")
    for pair in chosen:
        print(spelled(pair))
    missing = [name for name in options.rules if name not in {pair.kind for pair in PAIRS}]
    print(f"\nnot compared, for want of such a rule in optax: {', '.join(missing) or 'none'}\n", flush=True)
    return records


def spelled(pair) -> str:
    """A rule as it is written in both, and what there is to say about it."""
    lines = [(f"{pair.name}:", pair.minnet), (f"{'=':>26}", pair.optax), ("", pair.note)]
    return "\n".join(
        textwrap.fill(text, 118, initial_indent=f"{head:28}", subsequent_indent=32 * " ", break_long_words=False)
        for head, text in lines
        if text
    )


def beside_optax(pair, everywhere, options):
    """Deviation with the same gradients, the worst of all problems; and for each its own deviation and sensitivity."""
    from benchmarks.optimizer_rules import deviation, optax_paths, path_of_gradients

    ours, theirs = pair.optimizers()
    alone, own = [], {}
    for problem in everywhere:
        (reference, *perturbed), gradients = optax_paths(theirs, problem, options.steps, options.perturbed)
        alone.append(deviation(path_of_gradients(ours, problem.start, gradients), reference))
        path, at = problem.path(ours, options.steps)
        sensitivity = max(deviation(other, reference) for other in perturbed)
        own[problem.name] = deviation(path, reference[at]), sensitivity
    return max(alone), own


def verdict(alone: float, own: dict[str, tuple[float, float]]) -> str:
    """As the docstring of the module says."""
    if max(alone, *(deviation for deviation, _ in own.values())) <= EQUAL:
        return "equal"
    explained = all(deviation <= max(EQUAL, EXPLAINED * sensitivity) for deviation, sensitivity in own.values())
    return "rounding" if alone <= EQUAL and explained else "DIFFERENT"


def search(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Print and return each rule's steps on each landscape, at its best learning rates."""
    config = LandscapeConfig(options.search_steps, lowest=1e-4, highest=10**1.5, per_decade=options.per_decade)
    bowls = [landscape for landscape in LANDSCAPES.values() if landscape.minima]
    print(f"steps until within {GOAL:g} of the start's height, of at most {config.steps}; learning rates:")
    print(", ".join(f"{rate:g}" for rate in config.rates) + "\n")
    print(f"{'':13}" + "".join(f"{bowl.name:^34}" for bowl in bowls) + f"{'Saddle':>7}")
    print(f"{'':13}" + f"{'arrives':>14}{'stays':>14}{'rates':>6}" * len(bowls))
    records = []
    for name, make in chosen_rules(options).items():
        found = {bowl.name: fewest(bowl, make, config) for bowl in bowls}
        left = escape(make, config)
        cells = [f"{cell(best['arrives'])}{cell(best['stays'])}{best['rates']:>6}" for best in found.values()]
        print(f"{name:13}" + "".join(cells) + f"{'-' if left is None else left:>7}", flush=True)
        records.append({"rule": name, "saddle": left} | found)
    print()
    return records


def chosen_rules(options: argparse.Namespace) -> dict[str, Callable[[float], Optimizer]]:
    return {name: make for name, make in RULES.items() if name.split()[0] in options.rules}


def cell(best: tuple[int, float] | None) -> str:
    return f"{'-':>14}" if best is None else f"{best[0]:>5} @{best[1]:<7g}"


def fewest(landscape: Landscape, make: Callable[[float], Optimizer], config: LandscapeConfig) -> dict[str, Any]:
    """The fewest steps until it arrives and until it stays, each with its learning rate; how many rates arrive."""
    arrives, stays = [], []
    for rate in config.rates:
        path = trajectory(landscape, make(rate), landscape.start, config.steps)
        with np.errstate(over="ignore", invalid="ignore"):
            height = landscape.values(path) - landscape.least
        goal = GOAL * height[0]
        if (height < goal).any():
            arrives.append((int((height < goal).argmax()), rate))
        steps = settled(landscape, path, goal)
        if steps is not None:
            stays.append((steps, rate))
    return {"arrives": min(arrives, default=None), "stays": min(stays, default=None), "rates": len(arrives)}


def escape(make: Callable[[float], Optimizer], config: LandscapeConfig) -> int | None:
    """Steps until the ridge of the saddle is left."""
    saddle = LANDSCAPES["saddle"]
    path = trajectory(saddle, make(config.saddle_rate), saddle.start, config.steps, stop=lambda x, y: abs(y) > 1)
    return len(path) - 1 if abs(path[-1, 1]) > 1 else None


def fair(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Print and return each rule's steps to the target, at its best learning rate.

    The experiment knows optimizers by the names of its own table, which is replaced meanwhile.
    """
    config = StudyConfig(widths=(options.width,), seeds=options.seeds)
    print(f"steps to a log loss of {TARGET:g}, of at most {config.steps}; layers of {options.width}; learning rates:")
    print(", ".join(f"{rate:g}" for rate in config.fair_rates) + "\n")
    print(f"{'':13}{'best rate':>10}{'steps (quartiles)':>22}{'final loss':>12}{'rates':>7}{'diverged':>10}")
    records = []
    for name, make in chosen_rules(options).items():
        with patch.dict(COMPARED, {name: make}, clear=True):
            points = study.grid(
                hidden=[3 * [options.width]], n=config.fair_points, optimizer=[name], learning_rate=config.fair_rates,
                steps=config.steps, seed=range(config.seeds),
            )  # fmt: skip
            (record,) = Fair(Studies(rng=0).runs(fair_run, points, name="fair", alone=True), config.widths).ranking()
        low, median, high = ("-" if steps is None else steps for steps in record["steps_to_target"])
        print(
            f"{name:13}{record['learning_rate']:>10g}{f'{median} ({low}, {high})':>22}{record['final_loss'][1]:>12.1e}"
            f"{record['rates_that_reach']:>7}{record['diverged']:>10.0%}",
            flush=True,
        )
        records.append(record)
    return records


if __name__ == "__main__":
    raise SystemExit(main())
