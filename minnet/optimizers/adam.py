"""Adam and its descendants: a mean of the gradients, divided by the root of a mean of their squares."""

from dataclasses import dataclass

import numpy as np

from minnet.errors import check_range
from minnet.kernels.formulas import rules
from minnet.optimizers.base import RuleOptimizer
from minnet.schedules import Schedule


@dataclass(frozen=True)
class MomentOptimizer(RuleOptimizer):
    """What they have in common: two moments, whose decay rates are `beta_1` and `beta_2`.

    The moments start at 0, so after t steps their weights add up to 1 - beta^t only, by which they are divided.

    Attributes
    ----------
    decays : tuple of float
        ``(beta_1, 1 - beta_1, beta_2, 1 - beta_2)``, with which the coefficients of every rule begin.
    """

    learning_rate: float | Schedule = 0.001
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    decays = (0.0, 1.0, 0.0, 1.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "decays", (self.beta_1, 1.0 - self.beta_1, self.beta_2, 1.0 - self.beta_2))


@dataclass(frozen=True)
class Adam(MomentOptimizer):
    """Adaptive moments (Kingma and Ba, ICLR 2015, algorithm 1)::

        m = beta_1 m + (1 - beta_1) g
        v = beta_2 v + (1 - beta_2) g^2
        theta -= lr m / (1 - beta_1^t) / (sqrt(v / (1 - beta_2^t)) + epsilon)

    `epsilon_inside` puts epsilon under the root, as some texts print it.

    >>> optimizer, theta = Adam(0.1), np.array([1.0, 1.0])
    >>> slots = optimizer.start(theta)
    >>> optimizer.step(theta, np.array([3.0, -0.002]), slots, 1, 0.1)
    >>> theta.round(6).tolist()  # the first step is lr, whatever the gradient
    [0.9, 1.1]
    """

    epsilon_inside: bool = False
    rule = rules.ADAM

    def coefficients(self, learning_rate: float, t: int) -> tuple[float, ...]:
        root, beside = (self.epsilon, 0.0) if self.epsilon_inside else (0.0, self.epsilon)
        return *self.decays, learning_rate / (1.0 - self.beta_1**t), 1.0 / (1.0 - self.beta_2**t), root, beside, 0.0


@dataclass(frozen=True)
class AdamW(MomentOptimizer):
    """Adam, with the weights themselves decaying: ``theta -= lr weight_decay theta`` besides Adam's step (Loshchilov
    and Hutter, Decoupled weight decay regularization, ICLR 2019, algorithm 2, decay scaled by the learning rate).

    >>> optimizer, theta = AdamW(0.1, weight_decay=0.5), np.array([2.0])
    >>> optimizer.step(theta, np.array([3.0]), optimizer.start(theta), 1, 0.1)
    >>> theta.round(6).tolist()  # 2 - 0.1 * 0.5 * 2 - 0.1
    [1.8]
    """

    weight_decay: float = 0.01
    rule = rules.ADAM

    def coefficients(self, learning_rate: float, t: int) -> tuple[float, ...]:
        m_scale, v_scale = learning_rate / (1.0 - self.beta_1**t), 1.0 / (1.0 - self.beta_2**t)
        return *self.decays, m_scale, v_scale, 0.0, self.epsilon, learning_rate * self.weight_decay


@dataclass(frozen=True)
class AMSGrad(MomentOptimizer):
    """Adam that divides by the largest v so far (Reddi, Kale and Kumar, ICLR 2018, algorithm 2).

    The paper corrects no bias; with `bias_correction` (the default, as in PyTorch) both moments are corrected as in
    Adam, the second after its maximum is taken.

    >>> optimizer, theta = AMSGrad(0.1, bias_correction=False), np.array([1.0])
    >>> slots = optimizer.start(theta)
    >>> for t, gradient in enumerate((10.0, 0.1), 1):
    ...     optimizer.step(theta, np.array([gradient]), slots, t, 0.1)
    >>> theta.round(4).tolist()  # 1 - 0.1 (0.1 * 10 + 0.9 * 0.1 * 10 + 0.1 * 0.1) / (sqrt(0.001) * 10): v does not fall
    [0.396]
    """

    bias_correction: bool = True
    rule = rules.AMSGRAD

    def coefficients(self, learning_rate: float, t: int) -> tuple[float, ...]:
        one_minus_m, one_minus_v = (1.0 - self.beta_1**t, 1.0 - self.beta_2**t) if self.bias_correction else (1.0, 1.0)
        return *self.decays, learning_rate / one_minus_m, 1.0 / one_minus_v, self.epsilon


@dataclass(frozen=True)
class NAdam(MomentOptimizer):
    """Adam with Nesterov's look-ahead (Dozat, ICLR workshop 2016, algorithm 2, with a constant beta_1)::

        m_hat = beta_1 m / (1 - beta_1^(t+1)) + (1 - beta_1) g / (1 - beta_1^t)

    >>> optimizer, theta = NAdam(0.1), np.array([1.0])
    >>> optimizer.step(theta, np.array([3.0]), optimizer.start(theta), 1, 0.1)
    >>> theta.round(4).tolist()  # 1 - 0.1 (0.9 * 0.1 / (1 - 0.9^2) + 1)
    [0.8526]
    """

    rule = rules.NADAM

    def coefficients(self, learning_rate: float, t: int) -> tuple[float, ...]:
        m_scale = learning_rate * self.beta_1 / (1.0 - self.beta_1 ** (t + 1))
        grad_scale = learning_rate / (1.0 - self.beta_1**t) * (1.0 - self.beta_1)
        return *self.decays, m_scale, grad_scale, 1.0 / (1.0 - self.beta_2**t), self.epsilon


@dataclass(frozen=True)
class RAdam(MomentOptimizer):
    """Rectified Adam (Liu et al., ICLR 2020, algorithm 2): plain momentum until the variance of 1/sqrt(v) is tractable,
    then Adam times a rectification that grows to 1.

    The paper calls it tractable when the length of the average, rho_t, is above 4; the authors' code and PyTorch
    wait until `tractable_length` = 5.

    >>> optimizer, theta = RAdam(0.1), np.array([1.0])
    >>> optimizer.step(theta, np.array([3.0]), optimizer.start(theta), 1, 0.1)
    >>> theta.round(6).tolist()  # plain momentum at first: 1 - 0.1 * 3
    [0.7]
    """

    tractable_length: float = 5.0
    rule = rules.RADAM

    def __post_init__(self) -> None:
        super().__post_init__()
        check_range("RAdam", tractable_length=(self.tractable_length, lambda length: length >= 4, "at least 4"))

    def coefficients(self, learning_rate: float, t: int) -> tuple[float, ...]:
        longest = 2.0 / (1.0 - self.beta_2) - 1.0
        power = self.beta_2**t
        length = longest - 2.0 * t * power / (1.0 - power)
        tractable = length > self.tractable_length
        safe = np.where(tractable, length, longest)  # t may be an array; where not tractable, no negative root
        rectification = tractable * np.sqrt((safe - 4) * (safe - 2) * longest / ((longest - 4) * (longest - 2) * safe))
        m_scale, v_scale = learning_rate / (1.0 - self.beta_1**t), 1.0 / (1.0 - power)
        return *self.decays, m_scale, v_scale, rectification, self.epsilon
