"""What every optimizer does, and all that a rule on flat vectors needs besides its formula."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, fields
from math import inf

import numpy as np

from minnet import kernels
from minnet.errors import check_range
from minnet.kernels.formulas.rules import Rule
from minnet.names import Named
from minnet.schedules import Schedule, as_schedule
from minnet.types import Array


class Optimizer(Named, ABC):
    """What `minnet.fit` needs: slots to start with, a step, and the parameters to evaluate with.

    >>> from minnet.optimizers import Adam
    >>> isinstance(Adam(), Optimizer), Adam(global_clipnorm=1.0).global_clipnorm
    (True, 1.0)
    """

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
        """What the rule is given after `theta`, `grad` and `state`, at step t.

        Compiled epochs ask for many steps at once: there, of an optimizer in `OPTIMIZERS`, both arguments are arrays.
        """

    def __post_init__(self) -> None:
        as_schedule(self.learning_rate)
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in RANGES and not (field.name == "global_clipnorm" and value is None):
                check_range(type(self).__name__, **{field.name: (value, *RANGES[field.name])})

    def start(self, theta: Array) -> Array:
        return np.zeros((self.rule.slots, theta.size), theta.dtype)

    def step(self, theta: Array, grad: Array, slots: Array, t: int, learning_rate: float) -> None:
        kernels.active.update(self.rule, self.coefficients(learning_rate, t), theta, grad, slots, self.global_clipnorm)

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
