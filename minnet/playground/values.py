"""Values as what is learned: what curves and series have in common."""

from abc import abstractmethod
from collections.abc import Mapping
from math import nan

import numpy as np

from minnet.losses import Huber, Loss, MeanAbsoluteError, MeanSquaredError
from minnet.playground.problem import RaceProblem
from minnet.playground.sampling import drawn
from minnet.types import Array

POINTS = 160  # at which a curve is drawn


class Values(RaceProblem):
    """Samples of a value: there are no classes."""

    def accuracy(self, outputs: Array, y: Array, loss: Loss) -> float:
        return nan


class SingleValues(Values):
    """Samples of one value each, y (n,)."""

    def targets_of(self, y: Array) -> Array:
        return y[:, np.newaxis]

    def losses(self) -> Mapping[str, Loss]:
        return {"squares": MeanSquaredError(), "absolute": MeanAbsoluteError(), "Huber": Huber()}


class AlongAxis(Values):
    """Samples at x (n, 1), drawn from left to right."""

    takes_features = False

    @property
    def input_names(self) -> tuple[str, ...]:
        return self.names[:-1]

    @property
    @abstractmethod
    def box(self) -> tuple[Array, Array]:
        """Corners of what is drawn, x first."""

    def learned(self, count: int, rng: np.random.Generator) -> Array:
        """Drawn at random."""
        return drawn(np.zeros(len(self.y), int), count, rng)

    def along(self) -> Array:
        """Points (POINTS, 1) at which a network is drawn."""
        low, high = self.box
        return np.linspace(low[0], high[0], POINTS)[:, np.newaxis]
