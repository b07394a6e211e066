"""A step length for each parameter, from the squares of its gradients."""

from dataclasses import dataclass

from minnet.kernels.formulas import rules
from minnet.optimizers.base import RuleOptimizer
from minnet.schedules import Schedule


@dataclass(frozen=True)
class AdaGrad(RuleOptimizer):
    """``G += g^2``, ``theta -= lr g / (sqrt(G) + epsilon)`` (Duchi, Hazan and Singer, JMLR 12, 2011, fig. 1).

    >>> import numpy as np
    >>> optimizer, theta = AdaGrad(0.1), np.array([1.0])
    >>> slots = optimizer.start(theta)
    >>> for t in (1, 2):
    ...     optimizer.step(theta, np.array([3.0]), slots, t, 0.1)
    >>> theta.round(4).tolist()  # 1 - 0.1 - 0.1 / sqrt(2)
    [0.8293]
    """

    learning_rate: float | Schedule = 0.01
    epsilon: float = 1e-8
    rule = rules.ADAGRAD

    def coefficients(self, learning_rate: float, t: int) -> tuple[float, ...]:
        return learning_rate, self.epsilon


@dataclass(frozen=True)
class AdaDelta(RuleOptimizer):
    """Steps in the units of the parameters (Zeiler, arXiv:1212.5701, 2012, algorithm 1; there lr = 1)::

        E = rho E + (1 - rho) g^2
        step = sqrt(D + epsilon) / sqrt(E + epsilon) g
        D = rho D + (1 - rho) step^2
        theta -= lr step

    >>> import numpy as np
    >>> optimizer, theta = AdaDelta(rho=0.9, epsilon=1e-6), np.array([1.0])
    >>> optimizer.step(theta, np.array([2.0]), optimizer.start(theta), 1, 1.0)
    >>> theta.round(6).tolist()  # 1 - sqrt(1e-6) / sqrt(0.1 * 2^2) * 2
    [0.996838]
    """

    learning_rate: float | Schedule = 1.0
    rho: float = 0.95
    epsilon: float = 1e-6
    rule = rules.ADADELTA

    def coefficients(self, learning_rate: float, t: int) -> tuple[float, ...]:
        return learning_rate, self.rho, 1.0 - self.rho, self.epsilon


@dataclass(frozen=True)
class RMSProp(RuleOptimizer):
    """``S = rho S + (1 - rho) g^2``, ``theta -= lr g / (sqrt(S) + epsilon)`` (Tieleman and Hinton, COURSERA lecture
    6.5, 2012).

    `epsilon_inside` puts epsilon under the root, ``sqrt(S + epsilon)``, as TensorFlow and some texts do. With
    `centered`, the mean gradient's square is taken from S (Graves, arXiv:1308.0850, 2013, eq. 38-41). With
    `momentum`, ``v = m v + g / (...)`` and ``theta -= lr v``.

    >>> import numpy as np
    >>> optimizer, theta = RMSProp(0.1, rho=0.9), np.array([1.0])
    >>> optimizer.step(theta, np.array([2.0]), optimizer.start(theta), 1, 0.1)
    >>> theta.round(4).tolist()  # 1 - 0.1 / sqrt(0.1)
    [0.6838]
    """

    learning_rate: float | Schedule = 0.001
    rho: float = 0.9
    epsilon: float = 1e-8
    momentum: float = 0.0
    centered: bool = False
    epsilon_inside: bool = False

    rule = rules.RMSPROP

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.momentum or self.centered:
            object.__setattr__(self, "rule", rules.RMSPROP_MOMENTUM)

    def coefficients(self, learning_rate: float, t: int) -> tuple[float, ...]:
        more = (self.momentum, float(self.centered)) if self.rule.slots == 3 else ()
        epsilon_root, epsilon = (self.epsilon, 0.0) if self.epsilon_inside else (0.0, self.epsilon)
        return learning_rate, self.rho, 1.0 - self.rho, epsilon_root, epsilon, *more
