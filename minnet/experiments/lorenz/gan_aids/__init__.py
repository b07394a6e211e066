"""Which of the usual aids keep a generator from collapsing?

The slides list what helps to train two networks against each other: smoothed labels, noise that falls, two learning
rates, flipped labels, a discriminator that learns less often; spectral and batch normalisation and dropout are
explained beside it. None of it is tried with and without. Here each is tried alone, and left out of all of them, on the
data on which collapse is best seen, eight gaussians on a circle in the plane, five seeds each; and on Lorenz series,
three seeds each. Two later cures stand beside them: a discriminator that sees samples in pairs, and one whose slope is
penalised.

Found on the eight gaussians, of 8 000 steps, when noise was still drawn anew for the generator's turn:

- Without any aid the generator covers 3 of 8 modes in the median (1 to 6). Its samples are good ones, 86 %.
- Two aids cure that by themselves: noise that falls to 0 (7 or 8 modes at every seed, 85 % good) and dropout in the
  discriminator (8 at every seed, 75 % good).
- A discriminator that learns less often and batch norm in the generator help (6 in the median each), flipped and
  smoothed labels a little (5 and 4), two learning rates not (3). Averaged weights only smooth what is there (3).
- Spectral norm by itself makes it worse (8 modes at one seed, 0 or 1 at the others), with the hinge loss most of all:
  likely because a slope of at most 1 tells little apart over modes that are 0.1 wide.
- With all aids of the document every mode is covered at every seed, but only 66 % of the samples are good. Seven of the
  eight can be left out, one at a time, without losing a mode; samples are best without dropout (76 %). Without batch
  norm everything is lost (0 to 2 modes).
- The loss matters as much: minimax gives a blur (24 % good), hinge 7 modes in the median; Wasserstein with clipped
  weights 8, but at one seed 3 and a blur.
- So the aids do not add up. What one aid does depends on the others, and no verdict of one seed stands.
"""

from collections.abc import Iterable
from typing import Unpack

from minnet import study
from minnet.experiments.lorenz.gan_aids.figures import figures, table
from minnet.experiments.lorenz.gan_aids.gaussians import on_gaussians
from minnet.experiments.lorenz.gan_aids.result import PUBLISHED, Config, Result
from minnet.experiments.lorenz.gan_aids.series import on_series
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
    names, series = config.sets_on_series() if config.series_steps else {}, []
    if names:
        points = study.grid(
            aids=[list(aids) for aids in names.values()], steps=config.series_steps,
            learning_rate=config.series_learning_rate, seed=range(config.series_seeds),
            tested=config.series_tested,
        )  # fmt: skip
        series = studies.runs(on_series, points, name="gan-aids, Lorenz series")
    return Result(config, _by_set(sets, rows, config.seeds), _by_set(names, series, config.series_seeds))


def _by_set(sets: Iterable[str], rows: list[study.Row], seeds: int) -> dict[str, list[study.Row]]:
    return {name: rows[k * seeds : (k + 1) * seeds] for k, name in enumerate(sets)}
