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
    "SmoothAbs": lambda x: mpmath.sqrt(x**2 + mpmath.mpf(0.1) ** 2),
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
        (mn.SmoothAbs(0.3), lambda x: mpmath.sqrt(x**2 + mpmath.mpf(0.3) ** 2)),
    ],
    ids=["LeakyReLU", "ELU", "Sine", "SmoothAbs"],
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


@pytest.mark.parametrize("name", ["Sigmoid", "Tanh", "Softplus", "SiLU", "GELU", "ELU", "SmoothAbs"])
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


def test_smooth_abs_is_nearly_abs_and_its_derivatives_survive_the_smallest_epsilon(dtype):
    formula, x = mn.SmoothAbs(1e-15).formula, np.array([-2.0, -1e-15, 0.0, 1e-15, 2.0], dtype)
    a = dtype.type(1e-15)
    y = formula.f(x, a)
    assert_close(y[[0, -1]], np.abs(x[[0, -1]]), 1e-6)
    for part in (formula.d1(x, y, a), formula.d2(x, y, a), formula.d3(x, y, a)):
        assert np.isfinite(part).all()
    with pytest.raises(mn.errors.SettingError, match="Abs has a sharp kink"):
        mn.SmoothAbs(1e-16)
