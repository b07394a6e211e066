"""Determinism without equations: where the reference went on from nearby states, and where the series go.

States of one half of the reference are looked up in the other, those of generated series in either: the same search on
both sides, so that real series are predicted as badly as the reference, and no worse.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from minnet.numerics.generation.series import Stretches
from minnet.types import Array

LIBRARY, QUERIES, TRIALS = 20_000, 12_000, 1500  # transitions looked up in, looked up, and looked up to choose states
WIDEST = 8  # components of a state; of wider ones the principal components
RIDGE = 1e-3  # of the neighbours' mean variance: directions in which they hardly differ say nothing


@dataclass(frozen=True)
class Embedding:
    """States from a sample and some before it: ``count`` of them, ``lag`` apart, in principal components (., D)."""

    count: int
    lag: int
    components: Array

    @property
    def first(self) -> int:
        """Number of the first sample that has a state."""
        return (self.count - 1) * self.lag

    def states(self, z: Array, times: Array) -> Array:
        """States (units, t, D) at sample numbers (units, t) of stretches (units, samples, v)."""
        rows = np.arange(len(z))[:, None]
        return np.concatenate([z[rows, times - k * self.lag] for k in range(self.count)], axis=2) @ self.components


class Neighbours:
    """Predicts samples one and `horizon` intervals later by local linear maps of the reference's transitions."""

    def __init__(self, reference: Stretches, memory: int, seed: int) -> None:
        samples, variables = reference.z.shape[1:]
        self.seed = seed
        self.horizon = max(2, min(memory, samples // 4))
        lags = sorted({1, max(1, memory // 2), memory})
        settings = [(1, 1)] + [(count, lag) for count in (2, 3, 4) for lag in lags]
        best, self.reference = np.inf, reference
        for count, lag in settings:  # the simplest that is nearly as good as any
            if count > 1 and (count * variables > WIDEST or (count - 1) * lag + self.horizon >= samples // 2):
                continue
            self.embedding = _embedding(reference.z, count, lag)
            self._learn(LIBRARY // 4)
            error = float(np.median(self.residuals(reference, TRIALS)[..., 0]))
            if error < 0.8 * best:
                best, chosen = error, self.embedding
        self.embedding = chosen
        self._learn(LIBRARY)

    def _learn(self, size: int) -> None:
        """The transitions of each half, and trees of their states."""
        rng = np.random.default_rng(self.seed)
        self.trees, self.following = [], []
        for half in (0, 1):
            z = self.reference.z[self.reference.halves == half]
            times = np.arange(self.embedding.first, z.shape[1] - self.horizon)
            states = self.embedding.states(z, np.broadcast_to(times, (len(z), len(times))))
            futures = np.concatenate([z[:, times + 1], z[:, times + self.horizon]], axis=2)
            states, futures = states.reshape(-1, states.shape[2]), futures.reshape(-1, futures.shape[2])
            rows = rng.permutation(len(states))[:size]
            self.trees.append(cKDTree(states[rows]))
            self.following.append(futures[rows])

    def residuals(self, stretches: Stretches, queries: int = QUERIES) -> Array:
        """At random samples of each stretch (units, t, 3): errors one and `horizon` intervals later, and distance.

        Errors are Euclidean, in standard deviations; the distance is that of the state from the reference's.
        """
        z, rng = stretches.z, np.random.default_rng(self.seed)
        possible = z.shape[1] - self.horizon - self.embedding.first
        count = min(possible, max(8, queries // len(z)))
        times = self.embedding.first + np.argsort(rng.random((len(z), possible)), axis=1)[:, :count]
        states, rows = self.embedding.states(z, times), np.arange(len(z))[:, None]
        futures = np.concatenate([z[rows, times + 1], z[rows, times + self.horizon]], axis=2)
        result = np.empty((*times.shape, 3))
        for half in (0, 1):
            units = stretches.halves == half
            result[units] = self._errors(states[units], futures[units], 1 - half)
        return result

    def along(self, z: Array, half: int = 0) -> Array:
        """Errors one interval later, at all samples of series (units, samples, v) that have a state: (units, t)."""
        times = np.arange(self.embedding.first, z.shape[1] - self.horizon)
        states = self.embedding.states(z, np.broadcast_to(times, (len(z), len(times))))
        futures = np.concatenate([z[:, times + 1], z[:, times + self.horizon]], axis=2)
        return np.asarray(self._errors(states, futures, half)[..., 0])

    def _errors(self, states: Array, futures: Array, half: int) -> Array:
        shape, v = states.shape[:2], self.reference.z.shape[2]
        states, futures = states.reshape(-1, states.shape[2]), futures.reshape(-1, 2 * v)
        tree = self.trees[half]
        count = min(2 * states.shape[1] + 4, tree.n)
        distances, indices = tree.query(states, count)
        if count == 1:
            distances, indices = distances[:, None], indices[:, None]
        nearby, later = tree.data[indices], self.following[half][indices]
        centre, mean = nearby.mean(axis=1), later.mean(axis=1)
        x, y = nearby - centre[:, None], later - mean[:, None]
        gram = x.transpose(0, 2, 1) @ x
        gram += (RIDGE * np.trace(gram, axis1=1, axis2=2) + 1e-300)[:, None, None] * np.eye(states.shape[1])
        maps = np.linalg.solve(gram, x.transpose(0, 2, 1) @ y)
        error = mean + ((states - centre)[:, None] @ maps)[:, 0] - futures
        norms = [np.linalg.norm(part, axis=1) for part in (error[:, :v], error[:, v:])]
        return np.stack([*norms, distances[:, 0]], axis=1).reshape(*shape, 3)


def _embedding(z: Array, count: int, lag: int) -> Embedding:
    """Of as many delays; in the directions of largest variance if there are more than `WIDEST`."""
    width = count * z.shape[2]
    if width <= WIDEST:
        return Embedding(count, lag, np.eye(width))
    flat = z.reshape(-1, z.shape[2])
    return Embedding(count, lag, np.linalg.eigh(flat.T @ flat)[1][:, ::-1][:, :WIDEST])
