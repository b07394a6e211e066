"""Steps along the gradient, its sign, or a momentum of them."""

from dataclasses import dataclass

from minnet.errors import SettingError, nearest
from minnet.kernels.formulas import rules
from minnet.optimizers.base import RuleOptimizer
from minnet.schedules import Schedule


@dataclass(frozen=True)
class SGD(RuleOptimizer):
    """(Stochastic) gradient descent, ``theta -= lr g``, with momentum in any of its dialects.

    ===========  =====================  =================  ===================================================
    `dialect`    velocity               step               used by
    ===========  =====================  =================  ===================================================
    "heavy"      ``v = m v + g``        ``theta -= lr v``  PyTorch; Polyak, 1964
    "average"    ``v = m v + (1-m) g``  ``theta -= lr v``  many courses; the step does not grow with m
    "velocity"   ``v = m v + lr g``     ``theta -= v``      Keras; Sutskever et al., ICML 2013, eq. 1-2
    ===========  =====================  =================  ===================================================

    With a constant learning rate, "heavy" and "velocity" take the same steps; under a schedule they do not,
    because "velocity" remembers the learning rates of the past. Nesterov's momentum steps along what the velocity
    will be: ``m v + g`` in place of ``v`` (and alike in the other dialects; Sutskever et al., eq. 3-4, in the
    form of Bengio, Boulanger-Lewandowski and Pascanu, 2013, eq. 7).

    >>> import minnet as mn
    >>> net = mn.Network([mn.Dense(1, 1, weights=1.0)])
    >>> history = mn.fit(net, [2.0], [0.0], loss=mn.MeanSquaredError(), optimizer=SGD(0.1), epochs=1)
    >>> net.theta.round(6).tolist()  # W = 1 - 0.1 * 2 * 2 * 2, b = 0 - 0.1 * 2 * 2
    [0.2, -0.4]
    """

    learning_rate: float | Schedule = 0.01
    momentum: float = 0.0
    nesterov: bool = False
    dialect: str = "heavy"
    rule = rules.SGD
    grad_scale = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        dialects = ("heavy", "average", "velocity")
        if self.dialect not in dialects:
            raise SettingError(f"SGD: there is no dialect {self.dialect!r}; {nearest(str(self.dialect), dialects)}")
        if self.nesterov and self.momentum == 0:
            raise SettingError("SGD: nesterov=True needs a momentum above 0")
        object.__setattr__(self, "rule", rules.MOMENTUM if self.momentum else rules.SGD)
        object.__setattr__(self, "grad_scale", 1.0 - self.momentum if self.dialect == "average" else 1.0)

    def coefficients(self, learning_rate: float, t: int) -> tuple[float, ...]:
        if not self.momentum:
            return (learning_rate,)
        scales = (learning_rate, 1.0) if self.dialect == "velocity" else (self.grad_scale, learning_rate)
        return *scales, self.momentum, *((self.momentum, 1.0) if self.nesterov else (1.0, 0.0))


@dataclass(frozen=True)
class Lion(RuleOptimizer):
    """Steps of one size, along the sign of a momentum (Chen et al., NeurIPS 2023, algorithm 2)::

        theta -= lr (sign(beta_1 m + (1 - beta_1) g) + weight_decay theta)
        m = beta_2 m + (1 - beta_2) g

    >>> import numpy as np
    >>> optimizer, theta = Lion(0.01), np.array([1.0, 1.0])
    >>> optimizer.step(theta, np.array([3.0, -0.002]), optimizer.start(theta), 1, 0.01)
    >>> theta.tolist()
    [0.99, 1.01]
    """

    learning_rate: float | Schedule = 0.0001
    beta_1: float = 0.9
    beta_2: float = 0.99
    weight_decay: float = 0.0
    rule = rules.LION

    def coefficients(self, learning_rate: float, t: int) -> tuple[float, ...]:
        decays = (self.beta_1, 1.0 - self.beta_1, self.beta_2, 1.0 - self.beta_2)
        return learning_rate, *decays, learning_rate * self.weight_decay
