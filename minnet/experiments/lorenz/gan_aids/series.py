"""Lorenz series, generated along time by a small version of `lorenz-gan`'s networks, with and without each aid."""

from functools import cache
from typing import Any

import numpy as np

from minnet.experiments.lorenz.gan_aids.aids import setup
from minnet.experiments.lorenz.lorenz_gan import networks
from minnet.experiments.lorenz.lorenz_gan.data import FLOW, mirrored, real_series
from minnet.experiments.lorenz.lorenz_gan.result import COORDINATES, CROP, DT
from minnet.experiments.lorenz.lorenz_gan.training import Crops, Units
from minnet.numerics import generation
from minnet.training import Adversarial, estimate_statistics, generate, train
from minnet.types import Array

CHANNELS = (32, 32, 24, 16, 8)  # a quarter of those of `lorenz-gan`
SERIES, SAMPLES = 400, 512  # to learn from
BATCH = 32
LENGTH, SHOWN = 496, 200  # of those that are judged, and of what is kept of one for pictures
SERIES_MEASURES = "ks", "spectrum", "autocorrelation", "dwell", "flow", "diversity"


@cache
def real(seed: int, tested: int) -> tuple[Array, Array]:
    """Series to learn from, and so many as a reference."""
    rng = np.random.default_rng(seed)
    return real_series(SERIES, SAMPLES, rng), real_series(tested, LENGTH, rng)


def on_series(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """One run: data and random streams from the seed among the settings, alike for all sets of aids.

    Returns measures of `compare_series`, means over the variables, and the beginning of one series.
    """
    *rngs, training_rng, noise_rng, judge_rng = np.random.default_rng(settings["seed"]).spawn(5)
    samples, reference = real(settings["seed"], settings["tested"])
    aids, steps, units = setup(settings["aids"]), settings["steps"], Units.of(samples)
    game = Adversarial(
        networks.generator(3, rngs[0], channels=CHANNELS, batch_norm=aids.batch_norm),
        networks.discriminator(
            3 * aids.packed, rngs[1], channels=CHANNELS, spectral_norm=aids.spectral_norm, dropout=aids.dropout
        ),
        augment=Crops(units),
        latent_shape=(CROP // networks.STRETCH, networks.NOISE),
        **aids.options(settings["learning_rate"], steps),
    )  # fmt: skip
    epochs = max(1, round(steps / -(-SERIES // BATCH)))
    train(game, units.scaled(samples), epochs=epochs, batch_size=BATCH, rng=training_rng)
    estimate_statistics(game.generator, noise_rng.standard_normal((256, *game.latent.shape)), batch_size=BATCH)
    shape = LENGTH // networks.STRETCH, networks.NOISE
    made = generate(game.generator, settings["tested"], rng=noise_rng, latent_shape=shape)
    series = mirrored(units.physical(made), noise_rng)
    comparison = generation.compare_series(series, reference, FLOW, dt=DT, variables=COORDINATES, rng=judge_rng)
    measures = {name: float(np.mean(comparison.measures[name].value)) for name in SERIES_MEASURES}
    return {**measures, "series": series[0, :SHOWN].ravel().tolist()}
