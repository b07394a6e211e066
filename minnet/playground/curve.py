"""A curve: values against one coordinate, as a problem for a race."""

import numpy as np

from minnet.losses import Loss
from minnet.mlp import mlp
from minnet.network import Network
from minnet.playground.problem import with_margin
from minnet.playground.values import AlongAxis, SingleValues
from minnet.types import Array


class Curve(SingleValues, AlongAxis):
    """Values y (n,) at x (n, 1); what is drawn is the curve that a network has found."""

    kind = "curve"
    what = "a curve"
    architecture = staticmethod(mlp)

    @property
    def box(self) -> tuple[Array, Array]:
        """Corners (2,) of what is drawn: the samples, those of the test too, with margins."""
        x, y = self.everything()
        (left, right), (low, high) = with_margin(x[:, 0], 0.1), with_margin(y, 0.15)
        return np.array([left, low]), np.array([right, high])

    def picture(self, net: Network, loss: Loss) -> Array:
        """Values (POINTS, 1) at ``along()``."""
        return net(self.along())
