"""Finite differences: hand-worked numbers, observed orders, and the branch where rounding takes over."""

import numpy as np
import pytest

from minnet.datasets import gaussian
from minnet.errors import SettingError
from minnet.numerics.differentiation.finite_differences import central_difference, forward_difference, second_difference

# formula, derivative it stands for, order, factor of h^order f^(derivative + order) in its truncation error
FORMULAS = [(forward_difference, 1, 1, 1 / 2), (central_difference, 1, 2, 1 / 6), (second_difference, 2, 2, 1 / 12)]
each_formula = pytest.mark.parametrize(("formula", "derivative", "order", "factor"), FORMULAS)
UNIT_ROUNDOFF = {"float64": 2.0**-53, "float32": 2.0**-24}


def sine_derivative(x, k):
    return np.sin(x + k * np.pi / 2)


@each_formula
@pytest.mark.parametrize(
    ("function", "exact"),
    [
        (np.sin, sine_derivative),
        (np.exp, lambda x, k: np.exp(x)),
        (gaussian, lambda x, k: gaussian(x, derivative=k)),
    ],
    ids=["sine", "exp", "gaussian"],
)
def test_halving_the_step_shows_the_order(formula, derivative, order, factor, function, exact):
    x = np.array([0.3, 0.7, 1.4])
    coarse, fine = (np.abs(formula(function, x, h) - exact(x, derivative)) for h in (2.0**-6, 2.0**-7))
    assert np.log2(coarse / fine) == pytest.approx(order, abs=0.06)


@each_formula
def test_truncation_error_is_the_next_term_of_the_series(formula, derivative, order, factor):
    x, h = np.linspace(-1.2, -0.4, 9), 2.0**-9
    error = formula(np.sin, x, h) - sine_derivative(x, derivative)
    assert error == pytest.approx(factor * h**order * sine_derivative(x, derivative + order), rel=0.02)


@each_formula
def test_polynomials_below_the_order_are_exact(formula, derivative, order, factor):
    x = np.array([-2.0, 0.5, 3.0])
    degree = derivative + order - 1
    polynomial = np.polynomial.Polynomial(np.arange(1.0, degree + 2))
    assert formula(polynomial, x, 0.25) == pytest.approx(polynomial.deriv(derivative)(x), abs=1e-12)
    assert np.abs(formula(lambda x: x ** (degree + 1), x + 10, 0.25)).max() > 0


def test_symmetric_formulas_keep_symmetry():
    x = np.linspace(-5, 5, 101)
    first, second = central_difference(gaussian, x, 2.0**-10), second_difference(gaussian, x, 2.0**-10)
    assert first == pytest.approx(-first[::-1], abs=1e-12)
    assert second == pytest.approx(second[::-1], abs=1e-9)
    assert np.abs(np.add(first, central_difference(gaussian, -x, 2.0**-10))).max() < 1e-12
    one_sided = forward_difference(gaussian, x, 2.0**-10)
    assert np.abs(one_sided + one_sided[::-1]).max() > 1e-4


@pytest.mark.parametrize(
    ("formula", "power", "bound"),
    [
        (forward_difference, 1, lambda u, h: 2 * u / h),
        (central_difference, 1, lambda u, h: u / h),
        (second_difference, 2, lambda u, h: 4 * u / h**2),
    ],
)
def test_rounding_grows_as_the_step_falls_and_keeps_its_bound(formula, power, bound):
    """Values rounded to float32, all else in float64 and with exact steps: what differs is rounding alone."""
    x = np.linspace(-1, 1, 2001)

    def rounding(h):
        return formula(lambda x: gaussian(x).astype(np.float32).astype(float), x, h) - formula(gaussian, x, h)

    for h in (2.0**-6, 2.0**-10):
        assert np.abs(rounding(h)).max() < bound(UNIT_ROUNDOFF["float32"] * gaussian(0.0), h)
    coarse, fine = (np.sqrt(np.mean(rounding(h) ** 2)) for h in (2.0**-6, 2.0**-10))
    assert np.log2(fine / coarse) == pytest.approx(4 * power, abs=0.2)


@pytest.mark.parametrize(
    ("formula", "derivative", "best"),
    [
        (forward_difference, 1, lambda u: 2 * u ** (1 / 2)),
        (central_difference, 1, lambda u: (3 * u) ** (1 / 3)),
        (second_difference, 2, lambda u: (48 * u) ** (1 / 4)),
    ],
)
def test_best_step_is_near_the_documented_one(formula, derivative, best, dtype):
    """exp has f = f' = f'' = ..., so that the ratios in the docstring are 1."""
    x = np.linspace(0, 1, 1001)

    def rounded(x):
        return np.exp(x).astype(dtype).astype(float)

    h = best(UNIT_ROUNDOFF[dtype.name])
    near, above, below = (np.abs(formula(rounded, x, step) - np.exp(x)).max() for step in (h, 30 * h, h / 30))
    assert 5 * near < min(above, below)


def test_float32_spoils_second_differences_on_the_grid_of_the_document():
    x = np.linspace(-4, 4, 8001)

    def rounded(x):
        return gaussian(x).astype(np.float32)

    errors = {h: np.abs(second_difference(rounded, x, h) - gaussian(x, derivative=2)).max() for h in (0.001, 0.03)}
    assert 0.04 < errors[0.001] < 0.07
    assert errors[0.03] < 0.0002


def test_a_kink_gives_spikes_instead_of_a_second_derivative():
    x = np.linspace(-1, 1, 201)
    for h in (2.0**-7, 2.0**-9):
        spikes = second_difference(lambda x: np.maximum(x, 0), x, h)
        assert spikes[100] == 1 / h
        assert spikes[np.abs(x) > h] == pytest.approx(0, abs=1e-9)


def test_values_may_have_any_shape():
    x = np.arange(6.0).reshape(2, 3)
    for formula, derivative, _, _ in FORMULAS:
        assert formula(np.sin, x, 1e-4) == pytest.approx(sine_derivative(x, derivative), abs=1e-3)
        assert np.ndim(formula(np.sin, 1.0, 1e-4)) == 0


@pytest.mark.parametrize("step", [0, -0.1, np.inf, np.nan, "0.1", None])
@each_formula
def test_bad_steps_are_explained(formula, derivative, order, factor, step):
    with pytest.raises(SettingError, match=rf"{formula.__name__}: step=.* must be positive"):
        formula(np.sin, np.zeros(3), step)
