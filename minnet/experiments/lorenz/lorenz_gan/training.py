"""Training of both generators: the published one on pictures, the better one on stretches of series."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from minnet.experiments.lorenz.lorenz_gan import networks, pictures
from minnet.experiments.lorenz.lorenz_gan.data import mirrored
from minnet.experiments.lorenz.lorenz_gan.predictor import Predictor
from minnet.experiments.lorenz.lorenz_gan.result import CROP
from minnet.optimizers import Adam, Averaged
from minnet.schedules import Linear
from minnet.training import Adversarial, Checkpoint, estimate_statistics, train
from minnet.types import Array

BATCH, PICTURES = 32, 64  # series, and pictures, in a batch
RATE = 2e-4
FASTER = {"pictures": 4, "series": 2}  # times the generator's learning rate is the discriminator's
FLATTENING = 1.0  # weight of the squared slope of the discriminator
PACKED = 2  # series that the discriminator is shown at once: without, a generator that heeds no noise goes unseen
RISE = (0.15, 0.5)  # parts of the training between which the penalty grows to its full weight
SMOOTHING, FLIPS, NOISE = 0.1, 0.03, 0.1
NOISE_ENDS = 0.6  # part of the training after which there is no noise
FALL = 0.4  # part of the training after which learning rates fall
NEWEST = 0.001  # weight of the newest parameters in their average


@dataclass(frozen=True)
class Units:
    """Physical units, and those of the networks: mean 0 and standard deviation 1."""

    mean: Array
    std: Array

    @classmethod
    def of(cls, series: Array) -> "Units":
        samples = series.reshape(-1, series.shape[-1])
        return cls(samples.mean(axis=0), samples.std(axis=0))

    def scaled(self, series: Array) -> Array:
        return ((series - self.mean) / self.std).astype("float32")

    def physical(self, series: Array) -> Array:
        return series.astype(float) * self.std + self.mean


@dataclass(frozen=True)
class Crops:
    """A stretch of every series, at a random place, half of them mirrored: what the discriminator sees as real."""

    units: Units

    def __call__(self, series: Array, rng: np.random.Generator) -> Array:
        starts = rng.integers(0, series.shape[1] - CROP + 1, len(series))
        crops = np.stack([x[start : start + CROP] for x, start in zip(series, starts, strict=True)])
        return self.units.scaled(mirrored(self.units.physical(crops), rng))


@dataclass(frozen=True)
class Penalty:
    """What generated series are not as the predictor has them, times a weight that grows to its full size: early on, a
    periodic series would please the predictor more than a diverse one."""

    predictor: Predictor
    weight: float
    steps: int  # of the training

    def __call__(self, generated: Array, step: int) -> tuple[float, Array]:
        value, slope = self.predictor.penalty(generated)
        weight = self.weight * float(np.interp(step / self.steps, RISE, (0, 1)))
        return weight * value, generated.dtype.type(weight) * slope


def train_pictures(
    series: Array, steps: int, channels: int, rng: np.random.Generator, **options: Any
) -> tuple[Adversarial, Array]:
    """The published way: series (n, 1024, 3) in [-1, 1] as pictures, and all the slides' aids.

    Returns the game, and the losses (epochs, 2) of discriminator and generator."""
    game = Adversarial(
        pictures.picture_generator(channels, rng),
        pictures.picture_discriminator(channels, rng),
        generator_optimizer=Adam(RATE, beta_1=0.5),
        discriminator_optimizer=Adam(FASTER["pictures"] * RATE, beta_1=0.5),
        smoothing=SMOOTHING,
        flips=FLIPS,
        noise=Linear(NOISE, steps=max(1, int(NOISE_ENDS * steps))),
    )
    return game, _train(game, pictures.to_pictures(series), steps, PICTURES, rng, **options)


def train_series(
    series: Array, units: Units, predictor: Predictor, weight: float, steps: int, wide: int,
    rng: np.random.Generator, **options: Any,
) -> tuple[Adversarial, Array]:  # fmt: skip
    """The better way: series (n, samples, 3) in the networks' units, in stretches; with a weight, what it makes is
    penalised for not being what the predictor says."""
    hold = int(FALL * steps)
    game = Adversarial(
        networks.generator(series.shape[2], rng, wide=wide),
        networks.discriminator(PACKED * series.shape[2], rng, wide=wide),
        generator_optimizer=Averaged(Adam(Linear(RATE, steps=steps, hold=hold), beta_1=0.5), beta=NEWEST),
        discriminator_optimizer=Adam(Linear(FASTER["series"] * RATE, steps=steps, hold=hold), beta_1=0.5),
        smoothing=SMOOTHING,
        flips=FLIPS,
        noise=Linear(NOISE, steps=max(1, int(NOISE_ENDS * steps))),
        gradient_penalty=FLATTENING,
        packed=PACKED,
        augment=Crops(units),
        penalty=Penalty(predictor, weight, steps) if weight else None,
        latent_shape=(CROP // networks.STRETCH, networks.NOISE),
    )
    whole = series[: len(series) // PACKED * PACKED]
    losses = _train(game, whole, steps, BATCH, rng, **options)
    noise = np.random.default_rng(0).standard_normal((512, *game.latent.shape))
    estimate_statistics(game.generator, noise, batch_size=BATCH)
    return game, losses


def _train(
    game: Adversarial, samples: Array, steps: int, batch: int, rng: np.random.Generator, *,
    progress: bool | str = False, checkpoint: Path | None = None,
) -> Array:  # fmt: skip
    """So many steps, in whole epochs; goes on from the checkpoint, if there is one. Losses (epochs, 2)."""
    batch = min(batch, len(samples))
    epochs = -(-steps // -(-len(samples) // batch))
    saved = checkpoint is not None and checkpoint.exists()
    history = train(
        game, samples, epochs=epochs, batch_size=batch, rng=rng, progress=progress,
        callbacks=[] if checkpoint is None else [Checkpoint(checkpoint, every=20)],
        resume=checkpoint if saved else None,
    )  # fmt: skip
    return np.array([history.history[f"{name}_loss"] for name in ("discriminator", "generator")]).T
