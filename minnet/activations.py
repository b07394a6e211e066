"""Activations: functions applied to each number by itself.

One class carries jets through any of them, forward and back; each activation is a formula
(`minnet/kernels/formulas/activations.py`) and at most one parameter.

>>> import minnet as mn
>>> x = np.array([[-1.0, 0.0, 1.0]])
>>> kinks, smooth = (Identity, ReLU, LeakyReLU, Abs), (ELU, SmoothAbs, Softplus, SiLU, GELU, Sigmoid, Tanh, Sine)
>>> for kind in (*kinks, *smooth):
...     f = kind()
...     print(f"{f!s:22}", mn.Network([f], input_shape=(3,))(x)[0].round(3).tolist())
Identity()             [-1.0, 0.0, 1.0]
ReLU()                 [0.0, 0.0, 1.0]
LeakyReLU(0.01)        [-0.01, 0.0, 1.0]
Abs()                  [1.0, 0.0, 1.0]
ELU(1.0)               [-0.632, 0.0, 1.0]
SmoothAbs(0.1)         [1.005, 0.1, 1.005]
Softplus()             [0.313, 0.693, 1.313]
SiLU()                 [-0.269, 0.0, 0.731]
GELU()                 [-0.159, 0.0, 0.841]
Sigmoid()              [0.269, 0.5, 0.731]
Tanh()                 [-0.762, 0.0, 0.762]
Sine(1.0)              [-0.841, 0.0, 0.841]
"""

from abc import abstractmethod
from typing import Any

import numpy as np

from minnet import kernels
from minnet.errors import SettingError, is_number
from minnet.kernels.formulas import activations as formulas
from minnet.kernels.formulas.activations import Formula
from minnet.layers.base import ParameterFree
from minnet.layers.passes import Pass
from minnet.types import Array, Shape

__all__ = [
    "ACTIVATIONS",
    "ELU",
    "GELU",
    "Abs",
    "Activation",
    "Identity",
    "LeakyReLU",
    "ReLU",
    "SiLU",
    "Sigmoid",
    "Sine",
    "SmoothAbs",
    "Softplus",
    "Tanh",
]  # fmt: skip

SHARPEST = 1e-15  # epsilon of SmoothAbs


class Activation(ParameterFree):
    """``y[n,i] = f(x[n,i])`` for each number by itself, and the chain rule for derivatives. i counts whatever a sample
    holds.

    A new activation needs only its `formula`::

        class Cauchy(Activation):
            formula = Formula(
                f=lambda x, a: 1 / (1 + x**2),
                d1=lambda x, y, a: -2 * x * y**2,
                d2=lambda x, y, a: (6 * x**2 - 2) * y**3,
                d3=lambda x, y, a: 24 * x * (1 - x**2) * y**4,
            )

    Backpropagation of values is ``dx[0,n,i] = f'(x) dy[0,n,i]``; with derivatives, see
    `minnet/kernels/formulas/jets.py`.

    Attributes
    ----------
    formula : Formula
        f and its first three derivatives.
    parameter : float
        The `a` that the formula is given; 0 if it has none.
    parameter_name : str
        What the constructor calls it; empty if there is none.

    Examples
    --------
    >>> isinstance(Tanh(), Activation), ACTIVATIONS["Tanh"] is Tanh
    (True, True)
    """

    parameter = 0.0
    parameter_name = ""
    takes_lengths = True

    @property
    @abstractmethod
    def formula(self) -> Formula: ...

    @property
    def max_order(self) -> int:
        return self.formula.max_order

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def forward(self, x: Array, call: Pass) -> Array:
        self.x, self.order, self.y = x, call.order, (y := np.empty(x.shape, x.dtype))
        kernels.active.activation_forward(self.formula, self.parameter, x, call.order, y)
        return y

    def backward(self, dy: Array) -> Array:
        dx = np.empty(dy.shape, dy.dtype)
        kernels.active.activation_backward(self.formula, self.parameter, self.x, self.y, dy, self.order, dx)
        return dx

    def settings(self) -> dict[str, Any]:
        return {self.parameter_name: self.parameter} if self.parameter_name else {}


class Identity(Activation):
    """``x``."""

    formula = formulas.IDENTITY


class ReLU(Activation):
    """``max(x, 0)``; the derivative at 0 is taken as 0."""

    formula = formulas.RELU


class Abs(Activation):
    """``|x|``; the derivative at 0 is taken as 0."""

    formula = formulas.ABS


class Sigmoid(Activation):
    """``1 / (1 + exp(-x))``."""

    formula = formulas.SIGMOID


class Tanh(Activation):
    """``tanh(x)``."""

    formula = formulas.TANH


class Softplus(Activation):
    """``log(1 + exp(x))``."""

    formula = formulas.SOFTPLUS


class SiLU(Activation):
    """``x sigmoid(x)`` (Elfwing, Uchibe and Doya, Neural Networks 107, 2018), also called swish."""

    formula = formulas.SILU


class GELU(Activation):
    """``x Phi(x)`` with the normal distribution Phi, by the error function (Hendrycks and Gimpel, 2016)."""

    formula = formulas.GELU


class LeakyReLU(Activation):
    """``x`` for positive x, ``alpha x`` for negative (Maas, Hannun and Ng, 2013)."""

    formula = formulas.LEAKY_RELU
    parameter_name = "alpha"

    def __init__(self, alpha: float = 0.01) -> None:
        self.parameter = _positive("LeakyReLU", "alpha", alpha)


class ELU(Activation):
    """``x`` for positive x, ``alpha (exp(x) - 1)`` for negative (Clevert, Unterthiner and Hochreiter, 2016)."""

    formula = formulas.ELU
    parameter_name = "alpha"

    def __init__(self, alpha: float = 1.0) -> None:
        self.parameter = _positive("ELU", "alpha", alpha)


class Sine(Activation):
    """``sin(omega x)`` (Sitzmann et al., NeurIPS 2020, use omega = 30 in the first layer)."""

    formula = formulas.SINE
    parameter_name = "omega"

    def __init__(self, omega: float = 1.0) -> None:
        self.parameter = _positive("Sine", "omega", omega)


class SmoothAbs(Activation):
    """``sqrt(x^2 + epsilon^2)``: ``|x|`` with its kink rounded off.

    A search for the place of a kink needs to feel it from some way off. So one begins with an epsilon of the order of
    x itself, lets it fall, and ends with `Abs`.

    Parameters
    ----------
    epsilon : float
        The value at 0, and the half width of what is rounded; from 1e-15 on, whose square float32 still holds.
    """

    formula = formulas.SMOOTH_ABS
    parameter_name = "epsilon"

    def __init__(self, epsilon: float = 0.1) -> None:
        self.parameter = _positive("SmoothAbs", "epsilon", epsilon)
        if self.parameter < SHARPEST:
            raise SettingError(
                f"SmoothAbs: epsilon must be at least {SHARPEST:g}, not {epsilon!r}; Abs has a sharp kink"
            )


def _positive(owner: str, name: str, value: float) -> float:
    if not (is_number(value) and 0 < value < np.inf):
        raise SettingError(f"{owner}: {name} must be a positive number, not {value!r}")
    return float(value)


ACTIVATIONS: dict[str, type[Activation]] = {
    kind.__name__: kind
    for kind in (Identity, ReLU, LeakyReLU, ELU, Sigmoid, Tanh, Softplus, SiLU, GELU, Sine, Abs, SmoothAbs)
}
