"""Least squares with a trust region: certified answers, units, and why it ended."""

import numpy as np
import pytest
from scipy.optimize import least_squares

from minnet.errors import DataError
from minnet.solvers import levenberg_marquardt

# NIST StRD, Misra1a (Misra 1978): y = b1 (1 - exp(-b2 x)), certified to 11 digits.
MISRA_X = np.array([77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0])
MISRA_Y = np.array([10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78])


def misra(theta):
    return theta[0] * (1 - np.exp(-theta[1] * MISRA_X)) - MISRA_Y


def misra_jacobian(theta):
    e = np.exp(-theta[1] * MISRA_X)
    return np.column_stack([1 - e, theta[0] * MISRA_X * e])


# NIST StRD, MGH10 (Meyer 1970): y = b1 exp(b2 / (x + b3)).
MEYER_X = np.arange(50.0, 126.0, 5.0)
MEYER_Y = np.array(
    [34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872], float
)


def meyer(theta):
    return theta[0] * np.exp(theta[1] / (MEYER_X + theta[2])) - MEYER_Y


def meyer_jacobian(theta):
    e, d = np.exp(theta[1] / (MEYER_X + theta[2])), MEYER_X + theta[2]
    return np.column_stack([e, theta[0] * e / d, -theta[0] * theta[1] * e / d**2])


def test_misra_to_its_certified_digits():
    result = levenberg_marquardt(misra, misra_jacobian, [500.0, 0.0001])
    assert result.theta == pytest.approx([2.3894212918e02, 5.5015643181e-04], rel=1e-9)
    assert 2 * result.cost == pytest.approx(1.2455138894e-01, rel=1e-10)
    scipy = least_squares(misra, [500.0, 0.0001], misra_jacobian, method="lm", xtol=1e-15, ftol=1e-15, gtol=1e-15)
    assert result.cost <= scipy.cost * (1 + 1e-12)


@pytest.mark.parametrize("start", [[2, 400_000, 25_000], [0.02, 4000, 250]])
def test_meyer_to_its_certified_digits_from_both_starts(start):
    """Damping all parameters alike, it is lost: one is a hundredth where another is four hundred thousand."""
    result = levenberg_marquardt(meyer, meyer_jacobian, start)
    assert result.theta == pytest.approx([5.6096364710e-03, 6.1813463463e03, 3.4522363462e02], rel=1e-7)


@pytest.mark.parametrize("unit", [2.0**-40, 2.0**30])
def test_units_change_nothing(unit):
    """Not a bit: they are powers of two."""
    one = levenberg_marquardt(misra, misra_jacobian, [250.0, 0.0005])
    scales = np.array([unit, 1 / unit])
    other = levenberg_marquardt(
        lambda theta: misra(theta / scales), lambda theta: misra_jacobian(theta / scales) / scales,
        np.array([250.0, 0.0005]) * scales,
    )  # fmt: skip
    assert np.array_equal(other.theta / scales, one.theta)
    assert other.iterations == one.iterations


def test_a_linear_problem_takes_a_step():
    A, b = np.array([[2.0, 0.0], [0.0, 3.0], [1.0, 1.0]]), np.array([2.0, 6.0, 3.0])
    result = levenberg_marquardt(lambda t: A @ t - b, lambda t: A, np.array([3.0, 3.0]), iterations=1)
    assert result.theta == pytest.approx([1.0, 2.0], rel=1e-14)


def test_the_first_step_is_as_long_as_the_radius():
    """From 1, the radius is 1, and the answer 3 is beyond it; a tenth more or less is allowed."""
    result = levenberg_marquardt(lambda t: t - 3.0, lambda t: np.eye(1), np.ones(1), iterations=1)
    assert 1.9 <= result.theta[0] <= 2.1


def test_parameters_without_effect_stay():
    result = levenberg_marquardt(lambda t: t[:1] - 3.0, lambda t: np.array([[1.0, 0.0]]), np.array([1.0, 5.0]))
    assert result.theta.tolist() == [pytest.approx(3.0), 5.0]


def test_steps_into_overflow_are_refused():
    result = levenberg_marquardt(
        lambda t: np.exp(t) - 2.0, lambda t: np.diag(np.exp(t)), np.array([-20.0])
    )  # the first Newton step leads to 1e9
    assert result.theta[0] == pytest.approx(np.log(2.0), rel=1e-12)


def test_why_it_ended():
    one = {"residuals": lambda t: t - 3.0, "jacobian": lambda t: np.eye(1), "theta": np.ones(1)}
    assert "1 iterations" in levenberg_marquardt(**one, iterations=1).reason
    assert "zero" in levenberg_marquardt(**one, iterations=100).reason
    assert "caller" in levenberg_marquardt(**one, after=lambda theta, cost: True).reason
    flat = levenberg_marquardt(lambda t: np.ones(1), lambda t: np.zeros((1, 1)), np.zeros(1))
    assert "no step" in flat.reason
    assert "zero" in levenberg_marquardt(lambda t: t, lambda t: np.eye(1), np.zeros(1)).reason
    for wrong in (np.nan, 1e200):
        with pytest.raises(DataError, match="finite"):
            levenberg_marquardt(lambda t, wrong=wrong: t * wrong, lambda t: np.eye(1), np.ones(1))
