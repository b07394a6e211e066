"""Which of the usual aids keep a generator from collapsing?

The slides list what helps to train two networks against each other: smoothed labels, noise that falls, two learning
rates, flipped labels, a discriminator that learns less often; spectral and batch normalisation and dropout are
explained beside it. None of it is tried with and without. Here each is tried alone, and left out of all of them, on the
data on which collapse is best seen: eight gaussians on a circle in the plane.
"""

from typing import Unpack

from minnet import study
from minnet.experiments.lorenz.gan_aids.figures import figures, table
from minnet.experiments.lorenz.gan_aids.gaussians import on_gaussians
from minnet.experiments.lorenz.gan_aids.result import PUBLISHED, Config, Result
from minnet.experiments.parts import RunOptions, Studies

__all__ = ["PUBLISHED", "Config", "Result", "figures", "run", "table"]


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Train every pair of networks, side by side on as many processors as there are."""
    studies = Studies(**options)
    sets = config.sets()
    points = study.grid(
        aids=[list(aids) for aids in sets.values()], steps=config.steps, width=config.width,
        batch_size=config.batch_size, learning_rate=config.learning_rate, seed=range(config.seeds),
    )  # fmt: skip
    rows = studies.runs(on_gaussians, points, name="gan-aids, eight gaussians")
    by_set = [rows[start : start + config.seeds] for start in range(0, len(rows), config.seeds)]
    return Result(config, dict(zip(sets, by_set, strict=True)))
