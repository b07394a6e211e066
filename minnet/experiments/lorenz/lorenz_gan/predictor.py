"""A step of the dynamics, learned from series: a network that predicts the next sample from one.

It knows no equations. What it has learned is used twice: generated series are penalised for not being what it predicts,
while the generator learns; and they are moved to trajectories of it that are close by, afterwards.
"""

from dataclasses import dataclass

import numpy as np

from minnet.activations import SiLU
from minnet.losses import MeanSquaredError
from minnet.mlp import mlp
from minnet.network import Network
from minnet.optimizers import Adam
from minnet.schedules import Cosine
from minnet.training import fit
from minnet.types import Array

BATCH, RATE = 1024, 4e-3
AT_ONCE = 4096  # states whose derivatives are taken together, in the processor's cache


@dataclass(frozen=True)
class Predictor:
    """``P(x_n) = x_n + net(x_n)`` for samples in units of standard deviation."""

    net: Network

    @classmethod
    def learned(cls, series: Array, epochs: int, rng: np.random.Generator, width: int = 96) -> "Predictor":
        """From all pairs of successive samples of series (series, sample, variable), float32."""
        d = series.shape[2]
        before, after = (series[:, part].reshape(-1, d) for part in (slice(None, -1), slice(1, None)))
        batch = min(BATCH, len(before))
        net = mlp([d, width, width, d], SiLU(), rng=rng, dtype="float32")
        fit(
            net, before, after - before, loss=MeanSquaredError(), epochs=epochs, batch_size=batch, rng=rng,
            optimizer=Adam(Cosine(RATE, steps=epochs * -(-len(before) // batch))),
        )  # fmt: skip
        return cls(net)

    def __call__(self, x: Array) -> Array:
        """The next samples (..., variable)."""
        flat = x.reshape(-1, x.shape[-1])
        return (flat + self.net(flat)).reshape(x.shape)

    def with_slope(self, x: Array) -> tuple[Array, Array]:
        """The next samples (n, variable), and their derivatives (n, variable, variable): see `shadow`."""
        y, slope = np.empty_like(x), np.empty((*x.shape, x.shape[1]))
        for start in range(0, len(x), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            jet = self.net.jet(x[part], order=1)
            y[part] = x[part] + jet.value
            slope[part] = np.eye(x.shape[1]) + jet.first.transpose(1, 2, 0)
        return y, slope

    def penalty(self, series: Array) -> tuple[float, Array]:
        """``mean_n |x[n+1] - P(x[n])|`` over all series (s, n, d), and its derivative by them."""
        S, N, d = series.shape
        before = series[:, :-1].reshape(1, -1, d)
        errors = series[:, 1:] - (before + self.net.forward(before)).reshape(S, N - 1, d)
        sizes = np.sqrt(np.square(errors).sum(axis=2, keepdims=True) + np.finfo(series.dtype).tiny)
        slope = errors / (sizes * sizes.size)
        back = -slope.reshape(1, -1, d)
        by_series = np.zeros_like(series)
        by_series[:, 1:] = slope
        by_series[:, :-1] += (back + self.net.sweep_back(back)).reshape(S, N - 1, d)
        return float(sizes.mean()), by_series
