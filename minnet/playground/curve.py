"""A curve: values against one coordinate, as a problem for a race."""

from collections.abc import Mapping
from math import nan

import numpy as np

from minnet.losses import Huber, Loss, MeanAbsoluteError, MeanSquaredError
from minnet.mlp import mlp
from minnet.network import Network
from minnet.playground.problem import RaceProblem, with_margin
from minnet.playground.sampling import drawn
from minnet.types import Array

POINTS = 160  # at which a curve is drawn


class Curve(RaceProblem):
    """Values y (n,) at x (n, 1); what is drawn is the curve that a network has found."""

    kind = "curve"
    what = "a curve"
    takes_features = False
    architecture = staticmethod(mlp)

    @property
    def input_names(self) -> tuple[str, ...]:
        return self.names[:-1]

    def targets_of(self, y: Array) -> Array:
        return y[:, np.newaxis]

    def losses(self) -> Mapping[str, Loss]:
        return {"squares": MeanSquaredError(), "absolute": MeanAbsoluteError(), "Huber": Huber()}

    def accuracy(self, outputs: Array, y: Array, loss: Loss) -> float:
        return nan

    def learned(self, count: int, rng: np.random.Generator) -> Array:
        """Drawn at random."""
        return drawn(np.zeros(len(self.y), int), count, rng)

    @property
    def box(self) -> tuple[Array, Array]:
        """Corners (2,) of what is drawn: the samples, those of the test too, with margins."""
        x, y = self.everything()
        (left, right), (low, high) = with_margin(x[:, 0], 0.1), with_margin(y, 0.15)
        return np.array([left, low]), np.array([right, high])

    def along(self) -> Array:
        """Points (POINTS, 1) at which a network is drawn."""
        low, high = self.box
        return np.linspace(low[0], high[0], POINTS)[:, np.newaxis]

    def picture(self, net: Network, loss: Loss) -> Array:
        """Values (POINTS, 1) at ``along()``."""
        return net(self.along())
