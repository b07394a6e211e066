"""Which of the usual aids keep a generator from collapsing?

The slides list what helps to train two networks against each other: smoothed labels, noise that falls, two learning
rates, flipped labels, a discriminator that learns less often; spectral and batch normalisation and dropout are
explained beside it. None of it is tried with and without. Here each is tried alone, and left out of all of them, on the
data on which collapse is best seen, eight gaussians on a circle in the plane, five seeds each; and on Lorenz series,
three seeds each. Two later cures stand beside them: a discriminator that sees samples in pairs, and one whose slope is
penalised.

Found on the eight gaussians (8 000 steps, medians and ranges of five seeds):

- Without any aid the generator covers 2 of 8 modes (1 to 3). Its samples are good ones, 91 %.
- Three aids cure that by themselves: noise that falls to 0 (7 or 8 modes at every seed, 88 % good), dropout in the
  discriminator (8, 74 % good), and, of the later cures, packed samples (8, 88 % good). A flat discriminator does too,
  with 68 % good samples.
- A discriminator that learns less often and batch norm in the generator help (6 each), flipped and smoothed labels and
  two learning rates little (3 each), averaged weights not (2).
- Spectral norm by itself makes it worse (8 modes at one seed, 15 % good samples in the median), with the hinge loss
  most of all: likely because a slope of at most 1 tells little apart over modes that are 0.1 wide.
- With all aids of the document every mode is covered at every seed, but only 70 % of the samples are good. Seven of the
  eight can be left out, one at a time, without losing a mode; samples are best without dropout (77 %). Without batch
  norm everything is lost (1 to 3 modes).
- The loss matters as much: minimax gives a blur (20 % good), hinge 7 modes in the median, Wasserstein with clipped
  weights 6 and a blur.

On Lorenz series (2 000 steps, three seeds), where spectra tell most:

- Alone, batch norm (2.8 dB) and, next, the flat discriminator and dropout (4.1 dB) are better than none (6.6 dB); label
  smoothing, falling noise, two learning rates and spectral norm end at 17 to 20 dB.
- All aids together have 6.3 dB; without batch norm 24 dB, without a discriminator that learns less often 2.5 dB, and
  without dropout 2.6 dB.
- So the aids do not add up. What one aid does depends on the others and on the data, and no verdict of one seed stands.
"""

from collections.abc import Iterable
from typing import Unpack

from minnet import study
from minnet.experiments.lorenz.gan_aids.figures import beside, figures, table
from minnet.experiments.lorenz.gan_aids.gaussians import on_gaussians
from minnet.experiments.lorenz.gan_aids.result import PUBLISHED, Config, Result
from minnet.experiments.lorenz.gan_aids.series import on_series
from minnet.experiments.parts import RunOptions, Studies

__all__ = ["PUBLISHED", "Config", "Result", "beside", "figures", "run", "table"]


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
