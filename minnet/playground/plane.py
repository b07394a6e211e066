"""Points in a plane, as problems for a race: classes of them, and what both kinds have in common."""

import numpy as np

from minnet.losses import Loss
from minnet.mlp import mlp
from minnet.network import Network
from minnet.playground.classes import Classification
from minnet.playground.features import written
from minnet.playground.problem import RaceProblem, with_margin
from minnet.types import Array

SIDE = 40  # points along each side of a drawn plane


class OverPlane(RaceProblem):
    """Samples at points x (n, 2), drawn over the plane."""

    takes_features = True

    @property
    def input_names(self) -> tuple[str, ...]:
        return written(self.features, self.names)

    @property
    def box(self) -> tuple[Array, Array]:
        """Corners (2,) of what is drawn: the samples, those of the test too, with a margin."""
        return with_margin(self.everything()[0], 0.1)

    def grid(self, side: int) -> Array:
        """Points at which a network is drawn: a square of side^2 of them (side^2, 2), row by row."""
        low, high = self.box
        # in the middle of the pixels that an image of side x side has
        axes = [a + (b - a) * (np.arange(side) + 0.5) / side for a, b in zip(low, high, strict=True)]
        return np.column_stack([values.ravel() for values in np.meshgrid(*axes)])


class Plane(Classification, OverPlane):
    """Points x (n, 2), each of a class; what is drawn are probabilities of the classes all over the plane."""

    kind = "plane"
    what = "classes in a plane"
    architecture = staticmethod(mlp)

    def picture(self, net: Network, loss: Loss) -> Array:
        """Probabilities (SIDE^2, classes) at ``grid(SIDE)``."""
        return self.probabilities(net(self.inputs(self.grid(SIDE))), loss)
