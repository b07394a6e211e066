"""A surface: values over a plane, as a problem for a race."""

import numpy as np

from minnet.losses import Loss
from minnet.mlp import mlp
from minnet.network import Network
from minnet.playground.plane import SIDE, OverPlane
from minnet.playground.sampling import drawn
from minnet.playground.values import SingleValues
from minnet.types import Array


class Surface(SingleValues, OverPlane):
    """Values y (n,) at points x (n, 2); what is drawn are the values that a network has found, all over the plane."""

    kind = "surface"
    what = "a surface"
    architecture = staticmethod(mlp)

    @property
    def scale(self) -> float:
        """The largest size of a value, whose colours are the darkest."""
        return float(np.abs(self.everything()[1]).max()) or 1.0

    def learned(self, count: int, rng: np.random.Generator) -> Array:
        """Drawn at random."""
        return drawn(np.zeros(len(self.y), int), count, rng)

    def picture(self, net: Network, loss: Loss) -> Array:
        """Values (SIDE^2, 1) at ``grid(SIDE)``."""
        return net(self.inputs(self.grid(SIDE)))
