"""Activations: f and its first three derivatives.

Every function takes the layer's one parameter `a` (a slope or a frequency; most ignore it). The derivatives are
also given `y = f(x)`, because most of them are cheapest in terms of it: tanh' = 1 - y^2.

Plain training uses f and f'. Training on derivatives of the network needs one more derivative than the order
trained on, which is why there are three.

A new activation is a `Formula` below, made of such functions; both kernels find it there.
"""

from collections.abc import Callable
from math import pi, sqrt
from typing import Any, NamedTuple

import numpy as np

from minnet.kernels.formulas.elementary import erf, exp_negative, expm1_negative, log1p_fraction, where
from minnet.kernels.formulas.elementary import tanh as hyperbolic_tangent

Number = Any  # a NumPy array, or one number inside a compiled loop


class Formula(NamedTuple):
    """An elementwise activation.

    Attributes
    ----------
    f : callable
        ``f(x, a)``.
    d1, d2, d3 : callable
        First to third derivative, ``d1(x, y, a)`` with ``y = f(x, a)``.
    max_order : int
        Highest order of jet worth carrying: 2 where f'' says something, 1 for piecewise linear functions,
        whose second derivative is zero wherever it exists.

    Examples
    --------
    >>> import minnet as mn
    >>> class Square(mn.Activation):
    ...     formula = Formula(
    ...         f=lambda x, a: x**2, d1=lambda x, y, a: 2 * x, d2=lambda x, y, a: 2 + 0 * x, d3=lambda x, y, a: 0 * x
    ...     )
    >>> jet = mn.Network([Square()], input_shape=(1,)).jet([[3.0]], order=2)
    >>> jet.value.item(), jet.first.item(), jet.second.item()
    (9.0, 6.0, 2.0)
    """

    f: Callable[..., Number]
    d1: Callable[..., Number]
    d2: Callable[..., Number]
    d3: Callable[..., Number]
    max_order: int = 2


def zero(x: Number, y: Number, a: Number) -> Number:
    return 0.0 * y


def identity(x: Number, a: Number) -> Number:
    return x


def identity_1(x: Number, y: Number, a: Number) -> Number:
    return 1.0 + 0.0 * y


def relu(x: Number, a: Number) -> Number:
    return np.maximum(x, 0.0)


def relu_1(x: Number, y: Number, a: Number) -> Number:
    return np.sign(y)


def leaky_relu(x: Number, a: Number) -> Number:
    return np.maximum(x, 0.0) + a * np.minimum(x, 0.0)


def leaky_relu_1(x: Number, y: Number, a: Number) -> Number:
    side = np.sign(x)
    return np.maximum(side, 0.0) - a * np.minimum(side, 0.0)


def absolute(x: Number, a: Number) -> Number:
    return np.abs(x)


def absolute_1(x: Number, y: Number, a: Number) -> Number:
    return np.sign(x)


# A hyperbola in place of |x|: with y = sqrt(x^2 + a^2), the ratios x / y and a / y are at most 1, and powers of y that
# could underflow are not needed.


def smooth_absolute(x: Number, a: Number) -> Number:
    return np.sqrt(x * x + a * a)


def smooth_absolute_1(x: Number, y: Number, a: Number) -> Number:
    return x / y


def smooth_absolute_2(x: Number, y: Number, a: Number) -> Number:
    return (a / y) * (a / y) / y


def smooth_absolute_3(x: Number, y: Number, a: Number) -> Number:
    return -3.0 * (a / y) * (a / y) * (x / y) / (y * y)


def elu(x: Number, a: Number) -> Number:
    return np.maximum(x, 0.0) + a * expm1_negative(np.minimum(x, 0.0))


def elu_1(x: Number, y: Number, a: Number) -> Number:
    return where(x > 0.0, 1.0, y + a)


def elu_2(x: Number, y: Number, a: Number) -> Number:
    return where(x > 0.0, 0.0, y + a)


def sigmoid(x: Number, a: Number) -> Number:
    e = exp_negative(-np.abs(x))
    return where(x >= 0.0, 1.0, e) / (1.0 + e)


def sigmoid_1(x: Number, y: Number, a: Number) -> Number:
    return y * (1.0 - y)


def sigmoid_2(x: Number, y: Number, a: Number) -> Number:
    return y * (1.0 - y) * (1.0 - 2.0 * y)


def sigmoid_3(x: Number, y: Number, a: Number) -> Number:
    p = y * (1.0 - y)
    return p * (1.0 - 6.0 * p)


def tanh(x: Number, a: Number) -> Number:
    return hyperbolic_tangent(x)


def tanh_1(x: Number, y: Number, a: Number) -> Number:
    return 1.0 - y * y


def tanh_2(x: Number, y: Number, a: Number) -> Number:
    return -2.0 * y * (1.0 - y * y)


def tanh_3(x: Number, y: Number, a: Number) -> Number:
    return (1.0 - y * y) * (6.0 * y * y - 2.0)


# Softplus is the integral of the sigmoid s, and with y = softplus(x): 1 - s = exp(-y).


def softplus(x: Number, a: Number) -> Number:
    return np.maximum(x, 0.0) + log1p_fraction(exp_negative(-np.abs(x)))


def softplus_1(x: Number, y: Number, a: Number) -> Number:
    return -expm1_negative(-y)


def softplus_2(x: Number, y: Number, a: Number) -> Number:
    return -expm1_negative(-y) * exp_negative(-y)


def softplus_3(x: Number, y: Number, a: Number) -> Number:
    return -expm1_negative(-y) * exp_negative(-y) * (2.0 * exp_negative(-y) - 1.0)


# SiLU is x s(x). With s the sigmoid, p = s' = s(1 - s), s'' = p(1 - 2s) and p' = p(1 - 2s).


def silu(x: Number, a: Number) -> Number:
    return x * sigmoid(x, a)


def silu_1(x: Number, y: Number, a: Number) -> Number:
    s = sigmoid(x, a)
    return s + y * (1.0 - s)


def silu_2(x: Number, y: Number, a: Number) -> Number:
    s = sigmoid(x, a)
    return s * (1.0 - s) * (2.0 + x * (1.0 - 2.0 * s))


def silu_3(x: Number, y: Number, a: Number) -> Number:
    s = sigmoid(x, a)
    p = s * (1.0 - s)
    return p * (3.0 * (1.0 - 2.0 * s) + x * (1.0 - 6.0 * p))


# GELU is x Phi(x), Phi the normal distribution and phi its density: Phi' = phi, phi' = -x phi.

HALF_ROOT = sqrt(0.5)
PHI_0 = 1.0 / sqrt(2.0 * pi)


def gelu(x: Number, a: Number) -> Number:
    return x * (0.5 + 0.5 * erf(HALF_ROOT * x))


def gelu_1(x: Number, y: Number, a: Number) -> Number:
    return 0.5 + 0.5 * erf(HALF_ROOT * x) + x * PHI_0 * exp_negative(-0.5 * x * x)


def gelu_2(x: Number, y: Number, a: Number) -> Number:
    return (2.0 - x * x) * PHI_0 * exp_negative(-0.5 * x * x)


def gelu_3(x: Number, y: Number, a: Number) -> Number:
    return x * (x * x - 4.0) * PHI_0 * exp_negative(-0.5 * x * x)


def sine(x: Number, a: Number) -> Number:
    return np.sin(a * x)


def sine_1(x: Number, y: Number, a: Number) -> Number:
    return a * np.cos(a * x)


def sine_2(x: Number, y: Number, a: Number) -> Number:
    return -a * a * y


def sine_3(x: Number, y: Number, a: Number) -> Number:
    return -a * a * (a * np.cos(a * x))


IDENTITY = Formula(identity, identity_1, zero, zero)
RELU = Formula(relu, relu_1, zero, zero, max_order=1)
LEAKY_RELU = Formula(leaky_relu, leaky_relu_1, zero, zero, max_order=1)
ABS = Formula(absolute, absolute_1, zero, zero, max_order=1)
ELU = Formula(elu, elu_1, elu_2, elu_2)
SIGMOID = Formula(sigmoid, sigmoid_1, sigmoid_2, sigmoid_3)
TANH = Formula(tanh, tanh_1, tanh_2, tanh_3)
SOFTPLUS = Formula(softplus, softplus_1, softplus_2, softplus_3)
SILU = Formula(silu, silu_1, silu_2, silu_3)
GELU = Formula(gelu, gelu_1, gelu_2, gelu_3)
SINE = Formula(sine, sine_1, sine_2, sine_3)
SMOOTH_ABS = Formula(smooth_absolute, smooth_absolute_1, smooth_absolute_2, smooth_absolute_3)

FORMULAS = tuple(value for value in list(vars().values()) if isinstance(value, Formula))
"""All of the above; a formula's place is its code in compiled kernels."""
