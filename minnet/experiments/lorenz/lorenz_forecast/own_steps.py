"""Training with own steps: a network forecasts from its own forecasts, and learns from where that leads."""

import numpy as np

from minnet.layers import Pass
from minnet.network import Network
from minnet.optimizers import Optimizer
from minnet.training import Step, TrainState
from minnet.types import Array


class OwnSteps(Step):
    """Some samples after a window are forecast, each but the first from a window that ends with forecasts.

    With one step this is teacher forcing. The loss is the mean squared error of all of them. Backpropagation goes
    through every step: the cotangent of a window is that by the change which was forecast from it, plus what comes back
    from the next window, which has all of its samples but the first.

    Parameters
    ----------
    net : Network
        From windows (k, d) to the change (1, d) that follows.
    optimizer : Optimizer
    steps : int
    """

    def __init__(self, net: Network, optimizer: Optimizer, steps: int) -> None:
        self.net, self.steps = net, steps
        self.state = TrainState.of(net, optimizer)

    @property
    def states(self) -> dict[str, TrainState]:
        return {"net": self.state}

    def step(self, batch: tuple[Array], call: Pass) -> dict[str, float]:
        """An update with series (n, k + steps, d)."""
        loss, gradient = self.loss_and_gradient(batch[0])
        self.state.apply(gradient, loss)
        return {"loss": loss}

    def loss_and_gradient(self, series: Array) -> tuple[float, Array]:
        """Of series (n, k + steps, d): a window, and the samples after it."""
        net, k = self.net, series.shape[1] - self.steps
        windows, errors = [np.ascontiguousarray(series[:, :k])], []
        for j in range(self.steps):
            following = windows[j][:, -1:] + net.forward(windows[j][np.newaxis])[0]
            errors.append(following - series[:, k + j : k + j + 1])
            windows.append(np.concatenate([windows[j][:, 1:], following], axis=1))
        size = self.steps * errors[0].size
        by_window, gradient = np.zeros_like(windows[0]), np.zeros_like(net.theta)
        for j in reversed(range(self.steps)):
            by_following = by_window[:, -1:] + (2 / size) * errors[j]
            if j < self.steps - 1:  # layers remember their last pass only
                net.forward(windows[j][np.newaxis])
            by_earlier = net.sweep_back(by_following[np.newaxis])[0]
            by_earlier[:, -1:] += by_following
            by_earlier[:, 1:] += by_window[:, :-1]
            by_window = by_earlier
            gradient += net.gradient()
        return sum(float(np.square(error).sum()) for error in errors) / size, gradient

    def settings(self) -> dict[str, int]:
        return {"steps": self.steps}
