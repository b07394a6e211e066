"""As published: series as pictures, and two networks for pictures (a DCGAN: Radford, Metz and Chintala, ICLR 2016)."""

import numpy as np

from minnet.activations import LeakyReLU, ReLU, Tanh
from minnet.experiments.lorenz.lorenz_gan.result import PLACES, ROW
from minnet.layers import BatchNorm, Conv2d, ConvTranspose2d, Dense, Reshape, SpectralNorm
from minnet.network import Network
from minnet.types import Array

LATENT = 100


def to_pictures(series: Array) -> Array:
    """Series (n, 1024, 3) as pictures (n, 32, 32, 3): row by row, x, y and z as red, green and blue."""
    return series.reshape(len(series), ROW, ROW, 3)


def to_series(pictures: Array) -> Array:
    """Pictures (n, 32, 32, 3) as series (n, 1024, 3)."""
    return pictures.reshape(len(pictures), PLACES, 3)


def picture_generator(channels: int, rng: np.random.Generator) -> Network:
    """Noise (100,) to pictures (32, 32, 3) in [-1, 1]: a dense layer makes 4 x 4 places of it, which are doubled three
    times."""
    c = channels
    return Network(
        [
            Dense(LATENT, 16 * 4 * c), Reshape((4, 4, 4 * c)), BatchNorm(), ReLU(),
            ConvTranspose2d(4 * c, 2 * c, 4, 2, 1), BatchNorm(), ReLU(),
            ConvTranspose2d(2 * c, c, 4, 2, 1), BatchNorm(), ReLU(),
            ConvTranspose2d(c, 3, 4, 2, 1), Tanh(),
        ],
        rng=rng, dtype="float32",
    )  # fmt: skip


def picture_discriminator(channels: int, rng: np.random.Generator) -> Network:
    """Pictures (32, 32, 3) to one score: halved three times, with spectral normalisation."""
    c = channels
    return Network(
        [
            SpectralNorm(Conv2d(3, c, 4, 2, 1)), LeakyReLU(0.2),
            SpectralNorm(Conv2d(c, 2 * c, 4, 2, 1)), LeakyReLU(0.2),
            SpectralNorm(Conv2d(2 * c, 4 * c, 4, 2, 1)), LeakyReLU(0.2),
            SpectralNorm(Conv2d(4 * c, 1, 4)),
        ],
        input_shape=(ROW, ROW, 3), rng=rng, dtype="float32",
    )  # fmt: skip
