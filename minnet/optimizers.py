"""Optimizers: a formula, its defaults, and where it comes from.

An optimizer is an immutable record of hyper-parameters. What it remembers between steps (its slots: momenta, mean
squares) belongs to the training run, so one optimizer can serve many runs at once.

The formulas themselves stand in `minnet/kernels/formulas/rules.py`. What depends on hyper-parameters and the
step number t alone (bias corrections, say) is worked out here, in `coefficients`, once per step and in float64.
Below, g is the gradient, lr the learning rate, and t counts from 1.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, fields
from math import inf
from typing import Any

import numpy as np

from minnet import kernels
from minnet.errors import SettingError, check_range, nearest
from minnet.kernels.formulas import rules
from minnet.kernels.formulas.rules import Rule
from minnet.schedules import Schedule, as_schedule
from minnet.types import Array


class Optimizer(ABC):
    """What `minnet.fit` needs: slots to start with, a step, and the parameters to evaluate with."""

    learning_rate: float | Schedule
    global_clipnorm: float | None

    @abstractmethod
    def start(self, theta: Array) -> Array:
        """Slots (s, p) before the first step. When one is no longer finite, training has diverged."""

    @abstractmethod
    def step(self, theta: Array, grad: Array, slots: Array, t: int, learning_rate: float) -> None:
        """Step number t = 1, 2, ..., in place."""

    @abstractmethod
    def evaluated(self, theta: Array, slots: Array) -> Array:
        """The parameters (p,) that validation and users should see: `theta` itself, or an average."""


@dataclass(frozen=True)
class RuleOptimizer(Optimizer):
    """An optimizer that is a rule on flat vectors; base of all of them.

    A new optimizer is a formula and its defaults::

        def sign_descent(theta, grad, state, learning_rate):
            return theta - learning_rate * np.sign(grad), state

        @dataclass(frozen=True)
        class SignDescent(RuleOptimizer):
            learning_rate: float | Schedule = 0.001
            rule = Rule(sign_descent, slots=0)

            def coefficients(self, learning_rate, t):
                return (learning_rate,)

    Parameters
    ----------
    learning_rate : float or Schedule
    global_clipnorm : float, optional
        Gradients longer than this are shortened to it (Pascanu, Mikolov and Bengio, ICML 2013, algorithm 1).

    Raises
    ------
    SettingError
        A hyper-parameter is out of its range.
    """

    learning_rate: float | Schedule = 0.01
    _: KW_ONLY
    global_clipnorm: float | None = None

    @property
    @abstractmethod
    def rule(self) -> Rule:
        """The formula, and how many numbers it remembers about each parameter."""

    @abstractmethod
    def coefficients(self, learning_rate: float, t: int) -> tuple[float, ...]:
        """What the rule is given after `theta`, `grad` and `state`."""

    def __post_init__(self) -> None:
        as_schedule(self.learning_rate)
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in RANGES and not (field.name == "global_clipnorm" and value is None):
                check_range(type(self).__name__, **{field.name: (value, *RANGES[field.name])})

    def start(self, theta: Array) -> Array:
        return np.zeros((self.rule.slots, theta.size), theta.dtype)

    def step(self, theta: Array, grad: Array, slots: Array, t: int, learning_rate: float) -> None:
        if self.global_clipnorm is not None:
            norm = float(np.linalg.norm(grad.astype(float)))  # in float32, squares of long gradients overflow
            if norm > self.global_clipnorm:
                grad = grad * grad.dtype.type(self.global_clipnorm / norm)
        coefficients = tuple(map(float, self.coefficients(learning_rate, t)))
        kernels.active().update(self.rule, coefficients, theta, grad, slots)

    def evaluated(self, theta: Array, slots: Array) -> Array:
        return theta


RANGES: dict[str, tuple[Callable[[float], bool], str]] = {
    "global_clipnorm": (lambda value: 0 < value < inf, "positive, or None"),
    "momentum": (lambda value: 0 <= value < 1, "in [0, 1)"),
    "rho": (lambda value: 0 <= value < 1, "in [0, 1)"),
    "beta_1": (lambda value: 0 <= value < 1, "in [0, 1)"),
    "beta_2": (lambda value: 0 <= value < 1, "in [0, 1)"),
    "epsilon": (lambda value: 0 <= value < inf, ">= 0"),
    "weight_decay": (lambda value: 0 <= value < inf, ">= 0"),
}


@dataclass(frozen=True)
class SGD(RuleOptimizer):
    """(Stochastic) gradient descent, ``theta -= lr g``, with momentum in any of its dialects.

    ===========  =====================  ================  ===================================================
    `dialect`    velocity               step              used by
    ===========  =====================  ================  ===================================================
    "heavy"      ``v = m v + g``        ``theta -= lr v``  PyTorch; Polyak, 1964
    "average"    ``v = m v + (1-m) g``  ``theta -= lr v``  many courses; the step does not grow with m
    "velocity"   ``v = m v + lr g``     ``theta -= v``     Keras; Sutskever et al., ICML 2013, eq. 1-2
    ===========  =====================  ================  ===================================================

    With a constant learning rate, "heavy" and "velocity" take the same steps; under a schedule they do not,
    because "velocity" remembers the learning rates of the past. Nesterov's momentum steps along what the velocity
    will be: ``m v + g`` in place of ``v`` (and alike in the other dialects; Sutskever et al., eq. 3-4, in the
    form of Bengio, Boulanger-Lewandowski and Pascanu, 2013, eq. 7).
    """

    learning_rate: float | Schedule = 0.01
    momentum: float = 0.0
    nesterov: bool = False
    dialect: str = "heavy"

    def __post_init__(self) -> None:
        super().__post_init__()
        known = ("heavy", "average", "velocity")
        if self.dialect not in known:
            raise SettingError(f"SGD: there is no dialect {self.dialect!r}; {nearest(str(self.dialect), known)}")
        if self.nesterov and self.momentum == 0:
            raise SettingError("SGD: nesterov=True needs a momentum above 0")

    @property
    def rule(self) -> Rule:
        return rules.MOMENTUM if self.momentum else rules.SGD

    def coefficients(self, learning_rate: float, t: int) -> tuple[float, ...]:
        if not self.momentum:
            return (learning_rate,)
        inner, outer = {
            "heavy": (1.0, learning_rate),
            "average": (1.0 - self.momentum, learning_rate),
            "velocity": (learning_rate, 1.0),
        }[self.dialect]
        v_weight, push_weight = (self.momentum, 1.0) if self.nesterov else (1.0, 0.0)
        return inner, outer, self.momentum, v_weight, push_weight


@dataclass(frozen=True)
class AdaGrad(RuleOptimizer):
    """``G += g^2``, ``theta -= lr g / (sqrt(G) + epsilon)`` (Duchi, Hazan and Singer, JMLR 12, 2011, fig. 1)."""

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
    """

    learning_rate: float | Schedule = 0.001
    rho: float = 0.9
    epsilon: float = 1e-8
    momentum: float = 0.0
    centered: bool = False
    epsilon_inside: bool = False

    @property
    def rule(self) -> Rule:
        return rules.RMSPROP_MOMENTUM if self.momentum or self.centered else rules.RMSPROP

    def coefficients(self, learning_rate: float, t: int) -> tuple[float, ...]:
        inside, outside = _place(self.epsilon, self.epsilon_inside)
        plain = (learning_rate, self.rho, 1.0 - self.rho, inside, outside)
        return (*plain, self.momentum, float(self.centered)) if self.rule.slots == 3 else plain


@dataclass(frozen=True)
class Adam(RuleOptimizer):
    """Adaptive moments (Kingma and Ba, ICLR 2015, algorithm 1)::

        m = beta_1 m + (1 - beta_1) g
        v = beta_2 v + (1 - beta_2) g^2
        theta -= lr m / (1 - beta_1^t) / (sqrt(v / (1 - beta_2^t)) + epsilon)

    `epsilon_inside` puts epsilon under the root, as some texts print it.
    """

    learning_rate: float | Schedule = 0.001
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    epsilon_inside: bool = False
    rule = rules.ADAM

    def coefficients(self, learning_rate: float, t: int) -> tuple[float, ...]:
        places = _place(self.epsilon, self.epsilon_inside)
        return *_moments(self.beta_1, self.beta_2, t, learning_rate), *places, 0.0


@dataclass(frozen=True)
class AdamW(RuleOptimizer):
    """Adam, with the weights themselves decaying: ``theta -= lr weight_decay theta`` besides Adam's step (Loshchilov
    and Hutter, Decoupled weight decay regularization, ICLR 2019, algorithm 2, decay scaled by the learning rate).
    """

    learning_rate: float | Schedule = 0.001
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.01
    rule = rules.ADAM

    def coefficients(self, learning_rate: float, t: int) -> tuple[float, ...]:
        decay = learning_rate * self.weight_decay
        return *_moments(self.beta_1, self.beta_2, t, learning_rate), 0.0, self.epsilon, decay


@dataclass(frozen=True)
class AMSGrad(RuleOptimizer):
    """Adam that divides by the largest v so far (Reddi, Kale and Kumar, ICLR 2018, algorithm 2).

    The paper corrects no bias; with `bias_correction` (the default, as in PyTorch) both moments are corrected as in
    Adam, the second after its maximum is taken.
    """

    learning_rate: float | Schedule = 0.001
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    bias_correction: bool = True
    rule = rules.AMSGRAD

    def coefficients(self, learning_rate: float, t: int) -> tuple[float, ...]:
        *decays, m_scale, v_scale = _moments(self.beta_1, self.beta_2, t, learning_rate)
        if not self.bias_correction:
            m_scale, v_scale = learning_rate, 1.0
        return *decays, m_scale, v_scale, self.epsilon


@dataclass(frozen=True)
class NAdam(RuleOptimizer):
    """Adam with Nesterov's look-ahead (Dozat, ICLR workshop 2016, algorithm 2, with a constant beta_1)::

    m_hat = beta_1 m / (1 - beta_1^(t+1)) + (1 - beta_1) g / (1 - beta_1^t)
    """

    learning_rate: float | Schedule = 0.001
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    rule = rules.NADAM

    def coefficients(self, learning_rate: float, t: int) -> tuple[float, ...]:
        *decays, m_scale, v_scale = _moments(self.beta_1, self.beta_2, t, learning_rate)
        grad_scale = m_scale * (1.0 - self.beta_1)
        return *decays, learning_rate * self.beta_1 / (1.0 - self.beta_1 ** (t + 1)), grad_scale, v_scale, self.epsilon


@dataclass(frozen=True)
class RAdam(RuleOptimizer):
    """Rectified Adam (Liu et al., ICLR 2020, algorithm 2): plain momentum until the variance of 1/sqrt(v) is tractable,
    then Adam times a rectification that grows to 1.

    The paper calls it tractable when the length of the average, rho_t, is above 4; the authors' code and PyTorch
    wait until `tractable_length` = 5.
    """

    learning_rate: float | Schedule = 0.001
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
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
        safe = np.where(tractable, length, longest)
        rectification = tractable * np.sqrt((safe - 4) * (safe - 2) * longest / ((longest - 4) * (longest - 2) * safe))
        return *_moments(self.beta_1, self.beta_2, t, learning_rate), rectification, self.epsilon


@dataclass(frozen=True)
class Lion(RuleOptimizer):
    """Steps of one size, along the sign of a momentum (Chen et al., NeurIPS 2023, algorithm 2)::

    theta -= lr (sign(beta_1 m + (1 - beta_1) g) + weight_decay theta)
    m = beta_2 m + (1 - beta_2) g
    """

    learning_rate: float | Schedule = 0.0001
    beta_1: float = 0.9
    beta_2: float = 0.99
    weight_decay: float = 0.0
    rule = rules.LION

    def coefficients(self, learning_rate: float, t: int) -> tuple[float, ...]:
        decays = (self.beta_1, 1.0 - self.beta_1, self.beta_2, 1.0 - self.beta_2)
        return learning_rate, *decays, learning_rate * self.weight_decay


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
        kernels.active().update(rules.AVERAGE, (self.beta, 1.0 - self.beta), slots[-1], theta, slots[:0])

    def evaluated(self, theta: Array, slots: Array) -> Array:
        return slots[-1]


def _place(epsilon: float, inside: bool) -> tuple[float, float]:
    """Epsilon under the root and beside it."""
    return (epsilon, 0.0) if inside else (0.0, epsilon)


def _moments(beta_1: float, beta_2: float, t: int, learning_rate: float) -> tuple[float, ...]:
    """Decay rates and one minus each; the learning rate over m's correction, and one over v's.

    The moments start at 0, so after t steps their weights add up to 1 - beta^t only.
    """
    return beta_1, 1.0 - beta_1, beta_2, 1.0 - beta_2, learning_rate / (1.0 - beta_1**t), 1.0 / (1.0 - beta_2**t)


OPTIMIZERS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (SGD, AdaGrad, AdaDelta, RMSProp, Adam, AMSGrad, AdamW, NAdam, RAdam, Lion)
}
