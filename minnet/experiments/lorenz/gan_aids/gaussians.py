"""Eight gaussians in the plane: data of which one sees at a glance what a generator has missed."""

from typing import Any

import numpy as np

from minnet.activations import LeakyReLU, ReLU
from minnet.experiments.lorenz.gan_aids.aids import Setup, setup
from minnet.layers import BatchNorm, Dense, Dropout, Layer, SpectralNorm
from minnet.network import Network
from minnet.training import Adversarial, Callback, Run, estimate_statistics, train
from minnet.types import Array

MODES, RADIUS, SPREAD = 8, 2.0, 0.1  # the spread is each gaussian's standard deviation
CENTRES = RADIUS * np.column_stack([f(2 * np.pi * np.arange(MODES) / MODES) for f in (np.cos, np.sin)])
NEAR = 3.0  # standard deviations from a centre: 98.9 % of the data are nearer
COVERED = 0.01  # a mode is covered if so much of what is generated is near it
GENERATED, KEPT = 4000, 400  # judged at the end; kept for pictures
EPOCH, LOOKS = 50, 20  # steps; how often modes are counted on the way
LATENT = 16


def eight_gaussians(n: int, rng: np.random.Generator) -> Array:
    """Samples (n, 2) of the mixture, all eight as frequent."""
    return CENTRES[rng.integers(MODES, size=n)] + SPREAD * rng.standard_normal((n, 2))


def judge(samples: Array) -> dict[str, float]:
    """How good generated samples (n, 2) are.

    Returns
    -------
    dict
        ``modes`` covered, of 8; the share of ``good`` samples, within three standard deviations of a centre; and
        ``kl``, the Kullback-Leibler divergence of their shares of the eight sectors from 1/8: 0 to log 8 = 2.08.
    """
    distance = np.linalg.norm(samples[:, np.newaxis] - CENTRES, axis=2)
    nearest, good = distance.argmin(axis=1), distance.min(axis=1) < NEAR * SPREAD
    share = np.bincount(nearest, minlength=MODES) / len(samples)
    near = np.bincount(nearest[good], minlength=MODES) / len(samples)
    kl = float(np.sum(share[share > 0] * np.log(MODES * share[share > 0])))
    return {"modes": int((near >= COVERED).sum()), "good": float(good.mean()), "kl": kl}


def pair(aids: Setup, width: int, rngs: list[np.random.Generator]) -> tuple[Network, Network]:
    """Generator and discriminator, each with two hidden layers."""
    normal = [BatchNorm] if aids.batch_norm else []
    made: list[Layer] = []
    for before in (LATENT, width):
        made += [Dense(before, width, weights="he_normal"), *(kind() for kind in normal), ReLU()]

    def judged(before: int, after: int) -> Layer:
        dense = Dense(before, after, weights="he_normal")
        return SpectralNorm(dense) if aids.spectral_norm else dense

    judges: list[Layer] = []
    for before in (2 * aids.packed, width):
        judges += [judged(before, width), LeakyReLU(0.2), *([Dropout(aids.dropout)] if aids.dropout else [])]
    generator = Network([*made, Dense(width, 2)], rng=rngs[0], dtype="float32")
    return generator, Network([*judges, judged(width, 1)], rng=rngs[1], dtype="float32")


class CountModes(Callback):
    """Counts the modes on the way."""

    def __init__(self, game: Adversarial, every: int) -> None:
        self.game, self.every, self.modes = game, every, list[float]()

    def on_epoch_end(self, run: Run) -> None:
        if run.epoch % self.every == 0:
            self.modes.append(judge(self.game.generate(1000, rng=0))["modes"])


def on_gaussians(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """One run: data and the generator's start from the seed among the settings, alike for all sets of aids.

    Returns what `judge` says of the generator at the end, the number of modes on the way, both losses, and samples.
    """
    *rngs, data_rng, training_rng = np.random.default_rng(settings["seed"]).spawn(4)
    aids, batch, steps = setup(settings["aids"]), settings["batch_size"], settings["steps"]
    generator, discriminator = pair(aids, settings["width"], rngs)
    game = Adversarial(generator, discriminator, latent_shape=LATENT, **aids.options(settings["learning_rate"], steps))
    epochs = max(1, steps // EPOCH)
    count = CountModes(game, max(1, epochs // LOOKS))
    samples = eight_gaussians(batch * EPOCH, data_rng)
    history = train(game, samples, epochs=epochs, batch_size=batch, rng=training_rng, callbacks=[count]).history
    noise = np.random.default_rng(0).standard_normal((GENERATED, LATENT))
    estimate_statistics(generator, noise, rng=0)
    generated = generator(noise)
    losses = {name: history[name][-1] for name in ("discriminator_loss", "generator_loss")}
    return {**judge(generated), **losses, "modes_on_the_way": count.modes, "samples": generated[:KEPT].ravel().tolist()}
