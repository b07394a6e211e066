"""The better generator and its discriminator: windows along time, and noise for every stretch of a series.

Time is one axis here, not two: windows go along the series, so there are no rows and no seams between them. The noise
is a map, some numbers for every 16 samples: a generator that can make one stretch can make series of any length, and
cannot give the same series for all noise as easily as one that is given a hundred numbers for everything.
"""

from itertools import pairwise

import numpy as np

from minnet.activations import LeakyReLU, ReLU
from minnet.layers import BatchNorm, Conv1d, ConvTranspose1d, Layer, SpectralNorm
from minnet.network import Network

NOISE = 16  # channels of noise
STRETCH = 16  # samples for which there is one place of noise
CHANNELS = (128, 128, 96, 64, 32)  # at 1/16, 1/8, ... of the samples, and at all of them


def generator(variables: int, wide: int, rng: np.random.Generator) -> Network:
    """Noise (places, 16) to series (16 places, variable): doubled four times; `wide` convolutions more at the coarse
    level see a wider stretch."""
    layers: list[Layer] = [Conv1d(NOISE, CHANNELS[0], 3, padding="same"), BatchNorm(), ReLU()]
    for _ in range(wide):
        layers += [Conv1d(CHANNELS[0], CHANNELS[0], 5, padding="same"), BatchNorm(), ReLU()]
    for coarse, fine in pairwise(CHANNELS):
        layers += [ConvTranspose1d(coarse, fine, 4, 2, 1), BatchNorm(), ReLU()]
    c = CHANNELS[-1]
    layers += [Conv1d(c, c, 5, padding="same"), BatchNorm(), ReLU()]
    layers.append(Conv1d(c, variables, 5, padding="same"))
    return Network(layers, input_shape=(None, NOISE), rng=rng, dtype="float32")


def discriminator(variables: int, wide: int, rng: np.random.Generator) -> Network:
    """Series to a score for each of their stretches, whose mean counts: halved four times."""
    layers: list[Layer] = [_normalised(variables, CHANNELS[-1], 5, 1)]
    for fine, coarse in pairwise(reversed(CHANNELS)):
        layers += [LeakyReLU(0.2), _normalised(fine, coarse, 4, 2)]
    for _ in range(wide):
        layers += [LeakyReLU(0.2), _normalised(CHANNELS[0], CHANNELS[0], 5, 1)]
    layers += [LeakyReLU(0.2), _normalised(CHANNELS[0], 1, 3, 1)]
    return Network(layers, input_shape=(None, variables), rng=rng, dtype="float32")


def _normalised(before: int, after: int, size: int, stride: int) -> Layer:
    return SpectralNorm(Conv1d(before, after, size, stride, 1 if stride == 2 else "same"))
