"""Activations: f, f', f'', f''' against known values, for every activation there is."""

import mpmath
import numpy as np
import pytest

import minnet as mn
from minnet.activations import ACTIVATIONS
from tests.checks import assert_close

POINTS = np.array([-30.0, -5.0, -1.3, -0.4, -1e-3, 1e-3, 0.7, 2.0, 6.0, 30.0])

EXACT = {
    "Identity": lambda x: x,
    "ReLU": lambda x: max(x, 0),
    "LeakyReLU": lambda x: x if x > 0 else mpmath.mpf("0.01") * x,
    "Abs": abs,
    "ELU": lambda x: x if x > 0 else mpmath.expm1(x),
    "Sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "Tanh": mpmath.tanh,
    "Softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
    "SiLU": lambda x: x / (1 + mpmath.exp(-x)),
    "GELU": lambda x: x * mpmath.ncdf(x),
    "Sine": mpmath.sin,
}


@pytest.mark.parametrize("derivative", [0, 1, 2, 3])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_formulas_agree_with_fifty_digits(name, derivative):
    layer = ACTIVATIONS[name]()
    formula, a = layer.formula, layer.parameter
    y = formula.f(POINTS, a)
    ours = y if derivative == 0 else (formula.d1, formula.d2, formula.d3)[derivative - 1](POINTS, y, a)
    with mpmath.workdps(50):
        exact = [float(mpmath.diff(EXACT[name], mpmath.mpf(float(x)), derivative)) for x in POINTS]
    assert_close(ours, np.array(exact), 1e-14)


@pytest.mark.parametrize("derivative", [0, 1, 2, 3])
@pytest.mark.parametrize(
    ("layer", "exact"),
    [
        (mn.LeakyReLU(0.3), lambda x: x if x > 0 else mpmath.mpf(0.3) * x),
        (mn.ELU(0.4), lambda x: x if x > 0 else mpmath.mpf(0.4) * mpmath.expm1(x)),
        (mn.Sine(2.5), lambda x: mpmath.sin(mpmath.mpf(2.5) * x)),
    ],
    ids=["LeakyReLU", "ELU", "Sine"],
)
def test_formulas_with_a_parameter(layer, exact, derivative):
    formula, a = layer.formula, layer.parameter
    y = formula.f(POINTS, a)
    ours = y if derivative == 0 else (formula.d1, formula.d2, formula.d3)[derivative - 1](POINTS, y, a)
    with mpmath.workdps(50):
        known = [float(mpmath.diff(exact, mpmath.mpf(float(x)), derivative)) for x in POINTS]
    assert_close(ours, np.array(known), 1e-13)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_formulas_keep_float32(name):
    layer = ACTIVATIONS[name]()
    formula, a = layer.formula, layer.parameter
    x = POINTS.astype(np.float32)
    y = formula.f(x, a)
    parts = [y, formula.d1(x, y, a), formula.d2(x, y, a), formula.d3(x, y, a)]
    assert [part.dtype for part in parts] == [np.float32] * 4


@pytest.mark.parametrize("name", ["Sigmoid", "Tanh", "Softplus", "SiLU", "GELU", "ELU"])
def test_formulas_are_finite_and_silent_far_out(name, dtype):
    layer = ACTIVATIONS[name]()
    formula, a = layer.formula, layer.parameter
    x = np.array([-1e4, -800.0, 800.0, 1e4], dtype)
    y = formula.f(x, a)
    for part in (y, formula.d1(x, y, a), formula.d2(x, y, a), formula.d3(x, y, a)):
        assert np.isfinite(part).all()


def test_derivatives_at_the_kink_are_zero():
    """The convention for ReLU and |x| at 0, which the documentation states."""
    for name in ("ReLU", "Abs"):
        formula = ACTIVATIONS[name]().formula
        assert formula.d1(np.zeros(1), np.zeros(1), 0.0) == 0
