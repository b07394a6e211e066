"""The learners of the experiment `active-learning`, interpolation on triangles, and the three published attempts."""

from typing import Any, Unpack

import numpy as np

from minnet import datasets, study
from minnet.experiments.gradients import active_attempts
from minnet.experiments.gradients.active_learning.result import Config, Result
from minnet.experiments.gradients.active_learning.triangulation import clough_tocher, refine
from minnet.experiments.gradients.unit_square import square
from minnet.experiments.parts import RunOptions, Studies
from minnet.numerics.active import Effort, KinkNetwork, Learner, TanhNetwork
from minnet.numerics.active.strategies import STRATEGIES
from minnet.types import Array

SIDE = 200  # points along each side of the grid on which errors are measured
DRAWN_SIDE = 100  # of that on which surfaces are drawn
PLAIN = Effort(members=2, starts=4, fresh=0, first=40, last=150)  # a tanh network has no bad minima to be weeded out


def learn(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """One learner: the function of a study.

    Parameters
    ----------
    settings : dict
        ``model`` ("kink" or "tanh"), ``strategy`` (a name in `STRATEGIES`), ``sizes`` (numbers of evaluations after
        which to train, the first of which are Sobol points), ``starts`` and ``last`` (of `Effort`) for the
        one, ``layers`` and ``width`` for the other.
    rng : numpy.random.Generator

    Returns
    -------
    dict
        ``evaluations``, ``error`` (mean absolute error on the grid) and ``estimate`` (the learner's own), one entry per
        size; ``points`` (2 n,), and ``surface`` (100 x 100,) at the end.
    """
    sizes, strategy = settings["sizes"], STRATEGIES[settings["strategy"]]()
    options = {"strategy": strategy, "initial": sizes[0], "rng": rng}
    if settings["model"] == "kink":
        effort = Effort(starts=settings["starts"], last=settings["last"])
        learner = Learner([(0, 1), (0, 1)], model=KinkNetwork(), effort=effort, **options)
    else:
        model = TanhNetwork(settings["layers"] * (settings["width"],))
        learner = Learner([(0, 1), (0, 1)], model=model, effort=PLAIN, **options)
    grid = square(SIDE)
    truth, errors, estimates = datasets.kinked_ridge(grid), [], []
    for size in sizes:
        points = learner.ask(size - learner.evaluations)
        learner.tell(points, datasets.kinked_ridge(points))
        estimates.append(learner.error_estimate())
        errors.append(float(np.abs(learner.predict(grid) - truth).mean()))
    return {
        "evaluations": sizes, "error": errors, "estimate": estimates, "points": learner.points.ravel(),
        "surface": learner.predict(square(DRAWN_SIDE)),
    }  # fmt: skip


def _triangles(sizes: tuple[int, ...]) -> dict[str, tuple[Array, Array]]:
    """Mean errors of interpolation, on a regular grid with at most so many points, and where the surface bends."""
    grid = square(SIDE)
    truth = datasets.kinked_ridge(grid)
    x, y = refine(datasets.kinked_ridge, sizes[-1])
    adaptive = [np.abs(clough_tocher(x[:n], y[:n], grid) - truth).mean() for n in sizes]
    sides = [int(np.sqrt(n)) for n in sizes]
    regular = [
        np.abs(clough_tocher(p := square(side), datasets.kinked_ridge(p), grid) - truth).mean() for side in sides
    ]
    return {
        "regular grid": (np.square(sides), np.array(regular)),
        "adaptive": (np.array(sizes), np.array(adaptive)),
    }


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Learn with every model and strategy, interpolate, and make the three attempts once."""
    studies = Studies(**options)
    sizes = [*range(64, config.budget, config.batch), config.budget]
    points = []
    for strategy in config.strategies:
        seeds = config.seeds if strategy == "Disagreement" else config.others
        kink = {"model": "kink", "sizes": sizes, "starts": config.starts, "last": config.last}
        plain = {"model": "tanh", "sizes": config.plain, "layers": config.layers, "width": config.width}
        points += study.repeat([{"strategy": strategy, **kink}], seeds)
        points += study.repeat([{"strategy": strategy, **plain}], 1)
    groups = study.group(studies.runs(learn, points, name="active learning"), "model", "strategy")
    runs = {(group.settings["model"], group.settings["strategy"]): list(group.rows) for group in groups}
    published = active_attempts.run(
        active_attempts.Config(rounds=config.rounds, first=config.first, seeds=1),
        rng=studies.rng,
        progress=studies.progress,
        checkpoints=studies.checkpoints,
    )
    attempts = {number: rows[0] for number, rows in published.runs.items()}
    return Result(config, runs, _triangles(config.plain), attempts)
