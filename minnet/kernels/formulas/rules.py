"""Optimizer rules: one step of each method, from old parameters to new ones.

``rule(theta, grad, state, *coefficients) -> (theta, state)``: `state` is the tuple of what the method remembers
about a parameter, and the coefficients come from `Optimizer.coefficients`, which combines hyper-parameters and
the step number in float64. Where a name ends in `_rest` it is one minus the name before it. The classes in
`minnet/optimizers.py` say where each formula comes from.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from minnet.kernels.formulas.elementary import where

Number = Any
State = tuple[Any, ...]
Step = tuple[Number, State]


class Rule(NamedTuple):
    """A rule and how many numbers it remembers about each parameter, all zero before the first step."""

    step: Callable[..., Step]
    slots: int


def sgd(theta: Number, grad: Number, state: State, learning_rate: Number) -> Step:
    return theta - learning_rate * grad, state


def momentum(
    theta: Number,
    grad: Number,
    state: State,
    inner: Number,
    outer: Number,
    momentum: Number,
    v_weight: Number,
    push_weight: Number,
) -> Step:
    """The dialects in one: `inner` scales the gradient that enters v, `outer` the step that leaves it.

    The step is v (weights 1 and 0) or, for Nesterov, what v will be after another equal push (momentum and 1).
    """
    (v,) = state
    push = inner * grad
    v = momentum * v + push
    return theta - outer * (v_weight * v + push_weight * push), (v,)


def adagrad(theta: Number, grad: Number, state: State, learning_rate: Number, epsilon: Number) -> Step:
    (total,) = state
    total = total + grad * grad
    return theta - learning_rate * grad / (np.sqrt(total) + epsilon), (total,)


def adadelta(
    theta: Number,
    grad: Number,
    state: State,
    learning_rate: Number,
    rho: Number,
    rho_rest: Number,
    epsilon: Number,
) -> Step:
    square, moved = state
    square = rho * square + rho_rest * grad * grad
    change = np.sqrt(moved + epsilon) / np.sqrt(square + epsilon) * grad
    moved = rho * moved + rho_rest * change * change
    return theta - learning_rate * change, (square, moved)


def rmsprop(
    theta: Number,
    grad: Number,
    state: State,
    learning_rate: Number,
    rho: Number,
    rho_rest: Number,
    inside: Number,
    outside: Number,
) -> Step:
    """`inside` and `outside` the root are the two places epsilon can go; one of them is 0."""
    (square,) = state
    square = rho * square + rho_rest * grad * grad
    return theta - learning_rate * grad / (np.sqrt(square + inside) + outside), (square,)


def rmsprop_momentum(
    theta: Number,
    grad: Number,
    state: State,
    learning_rate: Number,
    rho: Number,
    rho_rest: Number,
    inside: Number,
    outside: Number,
    momentum: Number,
    centered: Number,
) -> Step:
    """`centered` is 1 to divide by the standard deviation of the gradient, 0 for its root mean square."""
    square, mean, v = state
    square = rho * square + rho_rest * grad * grad
    mean = rho * mean + rho_rest * grad
    spread = np.maximum(square - centered * mean * mean, 0.0)  # negative only by rounding
    v = momentum * v + grad / (np.sqrt(spread + inside) + outside)
    return theta - learning_rate * v, (square, mean, v)


def adam(
    theta: Number,
    grad: Number,
    state: State,
    beta_1: Number,
    beta_1_rest: Number,
    beta_2: Number,
    beta_2_rest: Number,
    m_scale: Number,
    v_scale: Number,
    inside: Number,
    outside: Number,
    decay: Number,
) -> Step:
    """`m_scale` is the learning rate over m's correction, `v_scale` one over v's, so that a single division is left.

    `decay` is learning rate times weight decay: AdamW's, and 0 for Adam.
    """
    m, v = state
    m = beta_1 * m + beta_1_rest * grad
    v = beta_2 * v + beta_2_rest * grad * grad
    return theta - decay * theta - m_scale * m / (np.sqrt(v_scale * v + inside) + outside), (m, v)


def amsgrad(
    theta: Number,
    grad: Number,
    state: State,
    beta_1: Number,
    beta_1_rest: Number,
    beta_2: Number,
    beta_2_rest: Number,
    m_scale: Number,
    v_scale: Number,
    epsilon: Number,
) -> Step:
    m, v, v_max = state
    m = beta_1 * m + beta_1_rest * grad
    v = beta_2 * v + beta_2_rest * grad * grad
    v_max = np.maximum(v_max, v)
    return theta - m_scale * m / (np.sqrt(v_scale * v_max) + epsilon), (m, v, v_max)


def nadam(
    theta: Number,
    grad: Number,
    state: State,
    beta_1: Number,
    beta_1_rest: Number,
    beta_2: Number,
    beta_2_rest: Number,
    m_scale: Number,
    grad_scale: Number,
    v_scale: Number,
    epsilon: Number,
) -> Step:
    """`m_scale` and `grad_scale` mix the moment and the gradient into Nesterov's look-ahead moment."""
    m, v = state
    m = beta_1 * m + beta_1_rest * grad
    v = beta_2 * v + beta_2_rest * grad * grad
    return theta - (m_scale * m + grad_scale * grad) / (np.sqrt(v_scale * v) + epsilon), (m, v)


def radam(
    theta: Number,
    grad: Number,
    state: State,
    beta_1: Number,
    beta_1_rest: Number,
    beta_2: Number,
    beta_2_rest: Number,
    m_scale: Number,
    v_scale: Number,
    rectification: Number,
    epsilon: Number,
) -> Step:
    """`rectification` is 0 while the variance of v is not tractable; the step is then m_hat alone."""
    m, v = state
    m = beta_1 * m + beta_1_rest * grad
    v = beta_2 * v + beta_2_rest * grad * grad
    adaptive = rectification / (np.sqrt(v_scale * v) + epsilon)
    return theta - m_scale * m * where(rectification > 0.0, adaptive, 1.0), (m, v)


def lion(
    theta: Number,
    grad: Number,
    state: State,
    learning_rate: Number,
    beta_1: Number,
    beta_1_rest: Number,
    beta_2: Number,
    beta_2_rest: Number,
    decay: Number,
) -> Step:
    (m,) = state
    direction = np.sign(beta_1 * m + beta_1_rest * grad)
    m = beta_2 * m + beta_2_rest * grad
    return theta - decay * theta - learning_rate * direction, (m,)


def average(mean: Number, theta: Number, state: State, beta: Number, beta_rest: Number) -> Step:
    """Moves a mean of parameters towards `theta`."""
    return beta * theta + beta_rest * mean, state


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
