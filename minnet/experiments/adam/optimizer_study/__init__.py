"""Which of six optimizers is the best at telling two circles apart, as published and when compared fairly?

N. Provost and Z. Akakpo, "Adam Optimizer" (2023), section 6 and the appendix, train (4,4,4), (8,8,8) and (16,16,16)
networks of sigmoids on circles, with three learning rates and three numbers of points, 3 000 steps each, by gradient
descent, momentum, RMSProp and Adam, in 22 minutes 55 seconds. AdaGrad and averaged SGD are derived there, and left out
of the comparison. Its figures are learning curves and classified planes.

As published: its runs are replayed to rounding, from its own random numbers.

- Its table of final losses (0.57 to 17) is no table of log losses: its function is called with labels and outputs in
  each other's places, and then gives 34.5 times the mean distance between them (17.3 for a network that says 1/2). So
  read, at 10 000 points, the replay gives its numbers again; only for RMSProp at 0.01, which oscillates, it has 0.0062
  for 0.005.
- Its verdicts are of runs that do not begin alike: its Adam starts from weights a hundredth the size of the others',
  and biases of zero. Here every optimizer is run from both starts.
- "Adam converges only at 0.01" is due to the start: the table's network ends with 13.8, 0.011 and 2.6 at the three
  learning rates from there, and with 0.004, 0.010 and 0.062 from the others' start, in the document's measure.
- Of the whole grid, Adam ends with an accuracy of 99 % in 27 of 27 settings from the normal draws, and in 14 from its
  small start; RMSProp in 27 and 11, AdaGrad in 13 and 6, the other three in 3 and 0.
- Nor do "smaller architectures favour Adam": from its own start it gets there in 3, 6 and 5 of 9 settings with 4, 8 and
  16 units, from the normal draws in all.
- Of the 27 runs as published, 8 of Adam, 11 of RMSProp and 3 of AdaGrad are chaotic: rounding decides where they end,
  and moves these counts by one.

Fairly: each gets the same initial networks over ten seeds, and the same ten learning rates to choose from.

- To a log loss of 0.05, RMSProp, AdaGrad and Adam need 39 to 92 updates in the median, and their quartiles overlap at
  every width; Adam is third at each. Momentum needs 361 to 563, gradient descent and its average 1165 to 1972.
- RMSProp and Adam get there with six of the ten learning rates, AdaGrad with four or five, momentum with two or three
  (the best is the largest of them, 10), gradient descent with one or two. No run diverges.
"""

from typing import Unpack

import numpy as np

from minnet import study
from minnet.experiments.adam.optimizer_study.fair_comparison import Fair, fair_run
from minnet.experiments.adam.optimizer_study.figures import beside, figures, table
from minnet.experiments.adam.optimizer_study.result import PLANE, PUBLISHED, SINGLE, Config, Result
from minnet.experiments.adam.replay import OPTIMIZERS, replay
from minnet.experiments.parts import RunOptions, Studies

__all__ = ["PUBLISHED", "Config", "Result", "beside", "figures", "run", "table"]


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Make every run, side by side on as many processors as there are."""
    studies = Studies(**options)
    hidden = [3 * [width] for width in config.widths]
    # compiled before the runs, whose seconds are to be those of training alone
    replay({"optimizer": "Adam", "learning_rate": 0.1, "n": 10, "hidden": [2], "steps": 2}, np.random.default_rng())
    points = study.grid(
        n=config.points, steps=config.steps, hidden=hidden, optimizer=list(OPTIMIZERS),
        learning_rate=config.learning_rates,
    )  # fmt: skip
    published = studies.runs(replay, points, name="optimizer-study, as published")
    others = [study.Point(point.settings | {"small": point.settings["optimizer"] != "Adam"}) for point in points]
    other_start = studies.runs(replay, others, name="optimizer-study, other start")
    single_runs = [
        {"optimizer": name, "learning_rate": rate, "steps": min(steps, config.steps), "n": config.points[-1],
         "hidden": hidden[-1], "plane": PLANE}
        for name, (rate, steps) in SINGLE.items()
    ]  # fmt: skip
    single = studies.runs(
        replay, [study.Point(settings) for settings in single_runs], name="optimizer-study, single runs"
    )
    fair = studies.runs(
        fair_run,
        study.grid(
            hidden=hidden, n=config.fair_points, optimizer=list(OPTIMIZERS), learning_rate=config.fair_rates,
            steps=config.steps, seed=range(config.seeds),
        ),
        name="optimizer-study, fair",
    )  # fmt: skip
    return Result(config, published, other_start, dict(zip(SINGLE, single, strict=True)), Fair(fair, config.widths))
