"""Optimizer rules: one step of each method, from old parameters to new ones.

``rule(theta, grad, state, *coefficients) -> (theta, state)``: `state` is the tuple of what the method remembers
about a parameter, and the coefficients come from `Optimizer.coefficients`, which combines hyper-parameters and
the step number in float64. The classes in `minnet/optimizers/` say where each formula comes from.

A new rule is a function and a `Rule` below; both kernels find it there.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from minnet.kernels.formulas.elementary import where

Number = Any  # a NumPy array, or one number inside a compiled loop
State = tuple[Any, ...]  # what is remembered, as in the rows of the slots
Step = tuple[Number, State]  # what a rule returns


class Rule(NamedTuple):
    """A rule and how many numbers (at most three) it remembers about each parameter, all zero before the first step.

    >>> import numpy as np
    >>> from dataclasses import dataclass
    >>> import minnet as mn
    >>> @dataclass(frozen=True)
    ... class Signs(mn.RuleOptimizer):
    ...     learning_rate: float = 0.5
    ...     rule = Rule(lambda theta, grad, state, rate: (theta - rate * np.sign(grad), state), slots=0)
    ...     def coefficients(self, learning_rate, t):
    ...         return (learning_rate,)
    >>> theta = np.array([1.0, 1.0])
    >>> Signs().step(theta, np.array([3.0, -0.1]), Signs().start(theta), 1, 0.5)
    >>> theta.tolist()
    [0.5, 1.5]
    """

    step: Callable[..., Step]
    slots: int


def divisor(root: Number, square: Number) -> Number:
    """What a step is divided by: a `root`, or a square, made of `square`, a mean of the squares of gradients.

    Where no gradient but 0 has come yet, and epsilon is 0, the step is 0 / 0: divided by 1, it is 0.
    """
    return where((root == 0.0) & (square == 0.0), 1.0, root)


def sgd(theta: Number, grad: Number, state: State, learning_rate: Number) -> Step:
    return theta - learning_rate * grad, state


def momentum(
    theta: Number,
    grad: Number,
    state: State,
    grad_scale: Number,
    step_scale: Number,
    momentum: Number,
    v_weight: Number,
    grad_weight: Number,
) -> Step:
    """The dialects in one: `grad_scale` multiplies the gradient that enters v, `step_scale` the step that leaves it.

    The step is v (weights 1 and 0) or, for Nesterov, what v will be after the same gradient again (momentum and 1).
    """
    (v,) = state
    scaled_grad = grad_scale * grad
    v = momentum * v + scaled_grad
    return theta - step_scale * (v_weight * v + grad_weight * scaled_grad), (v,)


def adagrad(theta: Number, grad: Number, state: State, learning_rate: Number, epsilon: Number) -> Step:
    (square_sum,) = state
    square_sum = square_sum + grad * grad
    return theta - learning_rate * grad / divisor(np.sqrt(square_sum) + epsilon, square_sum), (square_sum,)


def adadelta(
    theta: Number,
    grad: Number,
    state: State,
    learning_rate: Number,
    rho: Number,
    one_minus_rho: Number,
    epsilon: Number,
) -> Step:
    square, square_step = state
    square = rho * square + one_minus_rho * grad * grad
    step = np.sqrt(square_step + epsilon) / np.sqrt(divisor(square + epsilon, square)) * grad
    square_step = rho * square_step + one_minus_rho * step * step
    return theta - learning_rate * step, (square, square_step)


def rmsprop(
    theta: Number,
    grad: Number,
    state: State,
    learning_rate: Number,
    rho: Number,
    one_minus_rho: Number,
    epsilon_root: Number,
    epsilon: Number,
) -> Step:
    """Epsilon stands under the root (`epsilon_root`) or beside it (`epsilon`); the other is 0."""
    (square,) = state
    square = rho * square + one_minus_rho * grad * grad
    return theta - learning_rate * grad / divisor(np.sqrt(square + epsilon_root) + epsilon, square), (square,)


def rmsprop_momentum(
    theta: Number,
    grad: Number,
    state: State,
    learning_rate: Number,
    rho: Number,
    one_minus_rho: Number,
    epsilon_root: Number,
    epsilon: Number,
    momentum: Number,
    centered: Number,
) -> Step:
    """`centered` is 1 to divide by the standard deviation of the gradient, 0 for its root mean square."""
    square, mean, v = state
    square = rho * square + one_minus_rho * grad * grad
    mean = rho * mean + one_minus_rho * grad
    variance = np.maximum(square - centered * mean * mean, 0.0)  # negative only by rounding
    v = momentum * v + grad / divisor(np.sqrt(variance + epsilon_root) + epsilon, square)
    return theta - learning_rate * v, (square, mean, v)


def adam(
    theta: Number,
    grad: Number,
    state: State,
    beta_1: Number,
    one_minus_beta_1: Number,
    beta_2: Number,
    one_minus_beta_2: Number,
    m_scale: Number,
    v_scale: Number,
    epsilon_root: Number,
    epsilon: Number,
    decay: Number,
) -> Step:
    """`m_scale` is the learning rate over m's correction, `v_scale` one over v's, so that a single division is left.

    `decay` is learning rate times weight decay: AdamW's, and 0 for Adam.
    """
    m, v = state
    m = beta_1 * m + one_minus_beta_1 * grad
    v = beta_2 * v + one_minus_beta_2 * grad * grad
    root = np.sqrt(v_scale * v + epsilon_root) + epsilon
    return theta - decay * theta - m_scale * m / divisor(root, v), (m, v)


def amsgrad(
    theta: Number,
    grad: Number,
    state: State,
    beta_1: Number,
    one_minus_beta_1: Number,
    beta_2: Number,
    one_minus_beta_2: Number,
    m_scale: Number,
    v_scale: Number,
    epsilon: Number,
) -> Step:
    m, v, v_max = state
    m = beta_1 * m + one_minus_beta_1 * grad
    v = beta_2 * v + one_minus_beta_2 * grad * grad
    v_max = np.maximum(v_max, v)
    return theta - m_scale * m / divisor(np.sqrt(v_scale * v_max) + epsilon, v_max), (m, v, v_max)


def nadam(
    theta: Number,
    grad: Number,
    state: State,
    beta_1: Number,
    one_minus_beta_1: Number,
    beta_2: Number,
    one_minus_beta_2: Number,
    m_scale: Number,
    grad_scale: Number,
    v_scale: Number,
    epsilon: Number,
) -> Step:
    """`m_scale` and `grad_scale` mix the moment and the gradient into Nesterov's look-ahead moment."""
    m, v = state
    m = beta_1 * m + one_minus_beta_1 * grad
    v = beta_2 * v + one_minus_beta_2 * grad * grad
    return theta - (m_scale * m + grad_scale * grad) / divisor(np.sqrt(v_scale * v) + epsilon, v), (m, v)


def radam(
    theta: Number,
    grad: Number,
    state: State,
    beta_1: Number,
    one_minus_beta_1: Number,
    beta_2: Number,
    one_minus_beta_2: Number,
    m_scale: Number,
    v_scale: Number,
    rectification: Number,
    epsilon: Number,
) -> Step:
    """`rectification` is 0 while the variance of v is not tractable; the step is then m_hat alone."""
    m, v = state
    m = beta_1 * m + one_minus_beta_1 * grad
    v = beta_2 * v + one_minus_beta_2 * grad * grad
    adaptive = rectification / divisor(np.sqrt(v_scale * v) + epsilon, v)
    return theta - m_scale * m * where(rectification > 0.0, adaptive, 1.0), (m, v)


def lion(
    theta: Number,
    grad: Number,
    state: State,
    learning_rate: Number,
    beta_1: Number,
    one_minus_beta_1: Number,
    beta_2: Number,
    one_minus_beta_2: Number,
    decay: Number,
) -> Step:
    (m,) = state
    direction = np.sign(beta_1 * m + one_minus_beta_1 * grad)
    m = beta_2 * m + one_minus_beta_2 * grad
    return theta - decay * theta - learning_rate * direction, (m,)


def average(mean: Number, theta: Number, state: State, beta: Number, one_minus_beta: Number) -> Step:
    """Moves a mean of parameters towards `theta`."""
    return beta * theta + one_minus_beta * mean, state


SGD = Rule(sgd, slots=0)
MOMENTUM = Rule(momentum, slots=1)
ADAGRAD = Rule(adagrad, slots=1)
ADADELTA = Rule(adadelta, slots=2)
RMSPROP = Rule(rmsprop, slots=1)
RMSPROP_MOMENTUM = Rule(rmsprop_momentum, slots=3)
ADAM = Rule(adam, slots=2)
AMSGRAD = Rule(amsgrad, slots=3)
NADAM = Rule(nadam, slots=2)
RADAM = Rule(radam, slots=2)
LION = Rule(lion, slots=1)
AVERAGE = Rule(average, slots=0)

RULES = tuple(value for value in list(vars().values()) if isinstance(value, Rule))
"""All of the above; a rule's place is its code in compiled kernels."""
