"""The better generator and its discriminator: windows along time, and noise for every stretch of a series.

Time is one axis here, not two: windows go along the series, so there are no rows and no seams between them. The noise
is a map, some numbers for every 16 samples: a generator that can make one stretch can make series of any length, and
cannot give the same series for all noise as easily as one that is given a hundred numbers for everything.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from minnet.activations import LeakyReLU, ReLU
from minnet.layers import BatchNorm, Conv1d, ConvTranspose1d, Dropout, Layer, SpectralNorm
from minnet.network import Network

NOISE = 16  # channels of noise
STRETCH = 16  # samples for which there is one place of noise
CHANNELS = (128, 128, 96, 64, 32)  # at 1/16, 1/8, ... of the samples, and at all of them; any five


def generator(
    variables: int, rng: np.random.Generator, *, channels: Sequence[int] = CHANNELS, wide: int = 2,
    batch_norm: bool = True,
) -> Network:  # fmt: skip
    """Noise (places, 16) to series (16 places, variable): doubled four times; `wide` convolutions more at the coarse
    level see a wider stretch."""
    normal: list[type[Layer]] = [BatchNorm] if batch_norm else []
    layers: list[Layer] = []

    def add(layer: Layer) -> None:
        layers.extend([layer, *(kind() for kind in normal), ReLU()])

    coarsest, finest = channels[0], channels[-1]
    add(Conv1d(NOISE, coarsest, 3, padding="same"))
    for _ in range(wide):
        add(Conv1d(coarsest, coarsest, 5, padding="same"))
    for coarse, fine in pairwise(channels):
        add(ConvTranspose1d(coarse, fine, 4, 2, 1))
    add(Conv1d(finest, finest, 5, padding="same"))
    layers.append(Conv1d(finest, variables, 5, padding="same"))
    return Network(layers, input_shape=(None, NOISE), rng=rng, dtype="float32")


def discriminator(
    variables: int, rng: np.random.Generator, *, channels: Sequence[int] = CHANNELS, wide: int = 2,
    spectral_norm: bool = True, dropout: float = 0.0,
) -> Network:  # fmt: skip
    """Series to a score for each of their stretches, whose mean counts: halved four times."""
    layers: list[Layer] = []

    def add(before: int, after: int, size: int, stride: int = 1) -> None:
        if layers:
            layers.extend([LeakyReLU(0.2), *([Dropout(dropout)] if dropout else [])])
        convolution = Conv1d(before, after, size, stride, 1 if stride == 2 else "same")
        layers.append(SpectralNorm(convolution) if spectral_norm else convolution)

    coarsest, finest = channels[0], channels[-1]
    add(variables, finest, 5)
    for fine, coarse in pairwise(reversed(channels)):
        add(fine, coarse, 4, 2)
    for _ in range(wide):
        add(coarsest, coarsest, 5)
    add(coarsest, 1, 3)
    return Network(layers, input_shape=(None, variables), rng=rng, dtype="float32")
