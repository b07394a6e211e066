"""An average of the parameters beside those that are trained."""

import numpy as np

from minnet import kernels
from minnet.errors import SettingError, check_range
from minnet.kernels.formulas import rules
from minnet.optimizers.base import Optimizer
from minnet.types import Array


class Averaged(Optimizer):
    """Any optimizer, with an exponential average of the parameters beside it:
    ``avg = beta theta + (1 - beta) avg`` after every step, beginning at the initial parameters.

    Validation sees the average, and it is what `minnet.fit` leaves in the network; training goes on from theta.
    ``Averaged(SGD(0.1))`` is averaged SGD (after Polyak and Juditsky, 1992, who average all steps equally).

    Parameters
    ----------
    optimizer : Optimizer
    beta : float in (0, 1]
        Weight of the newest parameters.

    Examples
    --------
    >>> from minnet.optimizers import SGD
    >>> optimizer, theta = Averaged(SGD(0.1), beta=0.5), np.array([1.0])
    >>> slots = optimizer.start(theta)
    >>> optimizer.step(theta, np.array([2.0]), slots, 1, 0.1)
    >>> theta.round(6).tolist(), optimizer.evaluated(theta, slots).round(6).tolist()
    ([0.8], [0.9])
    """

    def __init__(self, optimizer: Optimizer, beta: float = 0.01) -> None:
        if not isinstance(optimizer, Optimizer):
            raise SettingError(f"Averaged: expected an optimizer such as SGD(), not {optimizer!r}")
        check_range("Averaged", beta=(beta, lambda beta: 0 < beta <= 1, "in (0, 1]"))
        self.optimizer, self.beta = optimizer, float(beta)
        self.learning_rate = optimizer.learning_rate
        self.global_clipnorm = optimizer.global_clipnorm

    def __repr__(self) -> str:
        return f"Averaged({self.optimizer}, beta={self.beta})"

    def start(self, theta: Array) -> Array:
        return np.vstack([self.optimizer.start(theta), theta])

    def step(self, theta: Array, grad: Array, slots: Array, t: int, learning_rate: float) -> None:
        self.optimizer.step(theta, grad, slots[:-1], t, learning_rate)
        kernels.active.update(rules.AVERAGE, (self.beta, 1.0 - self.beta), slots[-1], theta, slots[:0])

    def evaluated(self, theta: Array, slots: Array) -> Array:
        return slots[-1]
