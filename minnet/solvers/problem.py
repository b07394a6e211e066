"""Training as one problem: all samples at once.

For a loss that is a sum of squares, solvers want residuals and their Jacobian. The loss is ``|r|^2 / 2``, so residuals
carry the square root of twice the weight that their squares have in the loss, and ``J^T r`` is its gradient. An l2
penalty, ``l2 |w|^2 / 2``, is a sum of squares too: of residuals ``sqrt(l2) w``, behind those of the data.
"""

from functools import cached_property

import numpy as np

from minnet.errors import SettingError
from minnet.jet import seed
from minnet.layers import Pass
from minnet.losses import Loss, SumOfSquares, Target
from minnet.network import Network
from minnet.penalties import Penalty, weight_ranges
from minnet.types import Array


class Problem:
    """A network, its data, a loss, and a penalty of the weights, whose l1 is 0.

    Rows of residuals are ordered (order, sample, output), as in the network's stacked jets; then come the weights.

    >>> import minnet as mn
    >>> from minnet.losses import Target
    >>> net, x = mn.Network([mn.Dense(1, 1, weights=2.0)]), np.array([[1.0]])
    >>> problem = Problem(net, x, Target(np.array([[[5.0]]]), None), None, mn.MeanSquaredError())
    >>> r = problem.residuals(net.theta)
    >>> (r @ r / 2).round(6).item()  # the loss, (2 - 5)^2
    9.0
    """

    def __init__(
        self,
        net: Network,
        x: Array,
        target: Target,
        weight: Array | None,
        loss: Loss,
        penalty: Penalty | None = None,
    ) -> None:
        self.net, self.target, self.weight, self.loss, self.penalty = net, target, weight, loss, penalty or Penalty()
        self.inputs = seed(x, loss.order)
        ranges = weight_ranges(net) if self.penalty else np.empty((0, 2), int)
        self.penalised = np.concatenate([np.empty(0, int), *(np.arange(*each) for each in ranges)])  # parts of theta

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
                f"{self.loss} is not a sum of squares, and has no residuals; use MeanSquaredError or Sobolev, or for "
                "any loss LBFGS() or an optimizer such as Adam"
            )
        return self.loss.residual_scale(self.target, self.weight)

    def outputs(self, theta: Array) -> Array:
        """Outputs (k, n, o) at these parameters, which become the network's."""
        self.net.theta[...] = theta  # which may be anything: a step too far overflows
        return self.net.forward(self.inputs, Pass(self.loss.order))

    def residuals(self, theta: Array) -> Array:
        """r (m,) with ``m = k n o``, and as many more as there are penalised weights."""
        of_data = (self.scale * (self.outputs(theta) - self.target.values)).ravel()
        if not self.penalty:
            return of_data
        return np.concatenate([of_data, np.sqrt(self.penalty.l2) * theta[self.penalised]])

    def jacobian(self, theta: Array) -> Array:
        """dr/dtheta (m, p)."""
        rows = self.net.jacobian_rows(self.outputs(theta))
        rows *= self.scale[..., np.newaxis]
        rows = rows.reshape(-1, self.net.n_parameters)
        if not self.penalty:
            return rows
        of_weights = np.zeros((self.penalised.size, self.net.n_parameters))
        of_weights[np.arange(self.penalised.size), self.penalised] = np.sqrt(self.penalty.l2)
        return np.concatenate([rows, of_weights])

    def loss_and_gradient(self, theta: Array) -> tuple[float, Array]:
        """The loss with the penalty, and its gradient (p,)."""
        value, dy = self.loss(self.outputs(theta), self.target, self.weight)
        self.net.gradient(dy)
        if self.penalty:
            value += self.penalty.value(self.net)
            self.penalty.add_gradient(self.net)
        return value, self.net.grad.copy()
