"""Packs of samples, side by side as more channels, for a discriminator that sees several at once."""

import numpy as np

from minnet.types import Array


def pack(samples: Array, packed: int) -> Array:
    """(n, *axes, c) to (n / packed, *axes, packed c); what is left over is left out.

    >>> pack(np.arange(10.0).reshape(5, 2), 2)
    array([[0., 1., 2., 3.],
           [4., 5., 6., 7.]])
    """
    axes, c = samples.shape[1:-1], samples.shape[-1]
    packs = samples[: len(samples) // packed * packed].reshape(-1, packed, *axes, c)
    return np.ascontiguousarray(np.moveaxis(packs, 1, -2)).reshape(-1, *axes, packed * c)


def unpack(dx: Array, packed: int, samples: Array) -> Array:
    """Cotangents of samples for those of their packs; 0 for what was left out."""
    axes, c = samples.shape[1:-1], samples.shape[-1]
    by_samples = np.zeros_like(samples)
    by_packs = np.moveaxis(dx.reshape(len(dx), *axes, packed, c), -2, 1)
    by_samples[: len(dx) * packed] = by_packs.reshape(-1, *axes, c)
    return by_samples
