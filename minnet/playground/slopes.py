"""A curve with its derivative: values and slopes are learned together, or values alone, and both are drawn."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from minnet.jet import Jet
from minnet.losses import Loss, Sobolev
from minnet.mlp import mlp
from minnet.network import Network
from minnet.playground.problem import with_margin
from minnet.playground.values import AlongAxis
from minnet.types import Array


@dataclass(frozen=True, kw_only=True)
class CurveWithSlope(AlongAxis):
    """Values and slopes y (n, 2) at x (n, 1); what is drawn are the values and the slopes that a network has found.

    Attributes
    ----------
    truth : array (m, 3)
        Points all along the curve, their values and their slopes, without noise.
    """

    kind = "slope"
    what = "a curve with its slope"
    architecture = staticmethod(mlp)

    truth: Array

    def targets_of(self, y: Array) -> Jet:
        return Jet(y[:, 0], first=y[:, 1])

    def losses(self) -> Mapping[str, Loss]:
        """Slopes are often much larger than values, so their squares count by the ratio of both variances."""
        value, slope = self.truth[:, 1].var(), self.truth[:, 2].var()
        return {"slopes": Sobolev((1.0, float(value / slope))), "squares": Sobolev((1.0, 0.0))}

    @property
    def box(self) -> tuple[Array, Array]:
        """Corners (3,) of what is drawn: x, values and slopes of the samples and of the true curve, with margins."""
        x, y = self.everything()
        low, high = with_margin(np.concatenate([np.column_stack([x, y]), self.truth]), 0.1)
        return low, high

    def picture(self, net: Network, loss: Loss) -> Array:
        """Values and slopes (POINTS, 2) at ``along()``."""
        jet = net.jet(self.along(), order=1)
        return np.column_stack([jet.value, jet.first[0]])
