"""Training as one problem: all samples at once.

For a loss that is a sum of squares, solvers want residuals and their Jacobian. The loss is ``|r|^2 / 2``, so residuals
carry the square root of twice the weight that their squares have in the loss, and ``J^T r`` is its gradient.
"""

from functools import cached_property

import numpy as np

from minnet.errors import SettingError
from minnet.jet import seed
from minnet.layers import Pass
from minnet.losses import Loss, SumOfSquares, Target
from minnet.network import Network
from minnet.types import Array


class Problem:
    """A network, its data and a loss.

    Rows of residuals are ordered (order, sample, output), as in the network's stacked jets.
    """

    def __init__(self, net: Network, x: Array, target: Target, weight: Array | None, loss: Loss) -> None:
        self.net, self.target, self.weight, self.loss = net, target, weight, loss
        self.inputs = seed(x, loss.order)

    @cached_property
    def scale(self) -> Array:
        """What errors (k, n, o) are multiplied by to make residuals.

        Raises
        ------
        SettingError
            The loss is not a sum of squares.
        """
        if not isinstance(self.loss, SumOfSquares):
            raise SettingError(
                f"{self.loss} is not a sum of squares, and has no residuals; use MeanSquaredError or Sobolev"
            )
        return self.loss.residual_scale(self.target, self.weight)

    def outputs(self, theta: Array) -> Array:
        """Outputs (k, n, o) at these parameters, which become the network's."""
        self.net.theta[...] = theta  # which may be anything: a step too far overflows
        return self.net.forward(self.inputs, Pass(self.loss.order))

    def residuals(self, theta: Array) -> Array:
        """r (m,) with ``m = k n o``."""
        return (self.scale * (self.outputs(theta) - self.target.values)).ravel()

    def jacobian(self, theta: Array) -> Array:
        """dr/dtheta (m, p)."""
        rows = self.net.jacobian_rows(self.outputs(theta))
        rows *= self.scale[..., np.newaxis]
        return rows.reshape(-1, self.net.n_parameters)

    def loss_and_gradient(self, theta: Array) -> tuple[float, Array]:
        """The loss, and its gradient (p,)."""
        value, dy = self.loss(self.outputs(theta), self.target, self.weight)
        return value, self.net.gradient(dy).copy()
