"""What is linear in series: power spectra and autocorrelations. Surrogates share them with the real ones."""

import numpy as np
from scipy.signal import welch

from minnet.numerics.generation.series import autocovariance
from minnet.types import Array

PARTS = 4  # of a stretch: segments of Welch's method are that part of it, and overlap by half
BAND = 1e-3  # -30 dB: frequencies with less power than this part of the largest are left out


def power(z: Array) -> tuple[Array, Array]:
    """Frequencies (f,) in cycles per sample, and power spectra (units, f, v) of stretches by Welch's method."""
    segment = min(z.shape[1], max(16, z.shape[1] // PARTS))
    frequencies, spectra = welch(z, nperseg=segment, axis=1, detrend=False)
    return frequencies[1:], spectra[:, 1:]


def spectral_difference(generated: Array, reference: Array) -> Array:
    """Mean absolute difference (v,) in dB of mean power spectra, over frequencies where the reference is in `BAND`."""
    mean = reference.mean(axis=0)
    tiny = 1e-12 * mean.max(axis=0)
    difference = np.abs(10 * np.log10((generated.mean(axis=0) + tiny) / (mean + tiny)))
    inside = mean > BAND * mean.max(axis=0)
    return np.asarray((difference * inside).sum(axis=0) / inside.sum(axis=0))


def lag_products(z: Array, count: int) -> Array:
    """Of stretches (units, samples, v): mean products at lags 0 ... count - 1, then the mean: (units, count + 1, v)."""
    return np.concatenate([autocovariance(z, count), z.mean(axis=1, keepdims=True)], axis=1)


def autocorrelation(products: Array) -> Array:
    """Of all stretches together, about their common mean: (count, v), 1 at lag 0."""
    mean = products.mean(axis=0)
    covariance = mean[:-1] - mean[-1] ** 2
    return covariance / np.maximum(covariance[0], 1e-12)


def autocorrelation_difference(generated: Array, reference: Array) -> Array:
    """Root mean square (v,) over the lags of the difference of autocorrelations."""
    difference = autocorrelation(generated)[1:] - autocorrelation(reference)[1:]
    return np.sqrt(np.mean(difference**2, axis=0))
