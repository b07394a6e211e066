"""Rational right-hand sides: quotients of two sums of terms."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from minnet import dynamics
from minnet.dynamics import RK8, Functions, Polynomial, Rational, System
from minnet.errors import DataError, SettingError
from minnet.numerics.identification import FlowMatching, MultipleShooting, Regression, identify
from tests.checks import assert_close


def solved(rate, start, t):
    return solve_ivp(rate, (t[0], t[-1]), start, "DOP853", t, rtol=1e-12, atol=1e-12).y.T


def terms(model, i):
    return {name: value for name, value in zip(model.terms, model.coefficients[:, i], strict=True) if value}


@pytest.fixture(scope="module")
def kinetics():
    """Michaelis and Menten: ``ds/dt = 0.6 - 1.5 s / (0.3 + s)``, from five starts."""
    t = 0.05 * np.arange(80)
    return [solved(lambda t, s: 0.6 - 1.5 * s / (0.3 + s), [start], t) for start in (0.05, 0.5, 1, 2, 4)]


def test_terms_rates_and_slopes():
    library = Rational(Functions({"a": lambda x: x[:, 0] * x[:, 1]}), 1)
    assert library.names(["u", "v"]) == ["a", "/ u", "/ v"]
    assert library.expression(["2", "0", "-3"], ["u", "v"]) == "(2 a) / (1 - 3 v)"
    assert library.expression(["2", "0", "0"], ["u", "v"]) == "2 a"
    system = System("quotient", ("u", "v"), library, np.array([[2.0, 1], [0, 1], [-3, 0.5]]), np.ones(2))
    x = np.array([[1.0, 2.0], [0.5, -1.0]])
    assert_close(system.rate(x), np.array([[4 / -5, 2 / 3], [-1 / 4, -0.5]]), 1e-14)
    for i in range(2):
        h = 1e-6 * np.eye(2)[i]
        slopes = (system.rate(x + h) - system.rate(x - h)) / 2e-6
        assert_close(system.jacobian(x)[:, :, i], slopes, 1e-7)


def test_tangents_are_derivatives_by_states_and_coefficients():
    library, xi = Rational(2, 2), np.zeros((11, 2))
    rng = np.random.default_rng(0)
    xi[:6], xi[6:] = rng.standard_normal((6, 2)), 0.1 * rng.standard_normal((5, 2))
    free = np.argwhere(np.ones_like(xi, bool))
    x = 0.5 * rng.standard_normal((3, 2))

    def end(x, xi, free=free[:0]):
        S = np.concatenate([np.broadcast_to(np.eye(2), (3, 2, 2)), np.zeros((3, 2, len(free)))], axis=2)
        path, tangents = np.empty((1, 3, 2)), np.empty((1, *S.shape))
        library.flow(x, S, xi, free, RK8, 0.05, 4, path, tangents)
        return path[0], tangents[0]

    tangents, h = end(x, xi, free)[1], 1e-6
    for i in range(2):
        shift = h * np.eye(2)[i]
        assert_close(tangents[:, :, i], (end(x + shift, xi)[0] - end(x - shift, xi)[0]) / (2 * h), 1e-8)
    for k, (t, o) in enumerate(free):
        shift = np.zeros_like(xi)
        shift[t, o] = h
        assert_close(tangents[:, :, 2 + k], (end(x, xi + shift)[0] - end(x, xi - shift)[0]) / (2 * h), 1e-8)


def test_no_trajectory_leads_through_a_pole():
    """``dx/dt = 1 / (1 - x)`` arrives at 1 after a time of 1/2, and steps would jump over it."""
    system = System("pole", ("x",), Rational(0, 1), np.array([[1.0], [-1.0]]), np.zeros(1), step=0.1)
    path = dynamics.simulate(system, dt=0.1, samples=9)
    assert np.isfinite(path[:5]).all()
    assert np.isnan(path[6:]).all()


@pytest.mark.parametrize("degree", [1, 2])
def test_michaelis_menten(kinetics, degree):
    model = identify(kinetics, 0.05, library=Rational(degree, degree), variables=["s"])
    assert model.identified
    assert terms(model, 0) == pytest.approx({"1": 0.6, "s": -3, "/ s": 1 / 0.3}, rel=1e-8)
    assert model.equations(4) == ["ds/dt = (0.6 - 3 s) / (1 + 3.333 s)"]
    assert_close(model.simulate(kinetics[0][0], dt=0.05, samples=80), kinetics[0], 1e-8)


def test_noise(kinetics, rng):
    noisy = [x + 0.001 * rng.standard_normal(x.shape) for x in kinetics]
    model = identify(noisy, 0.05, library=Rational(1, 1), method=MultipleShooting(longest=16))
    assert model.identified
    assert terms(model, 0) == pytest.approx({"1": 0.6, "x": -3, "/ x": 1 / 0.3}, rel=0.02)


def test_each_equation_has_a_denominator_of_its_own():
    """Two genes that switch each other off (Gardner, Cantor and Collins, Nature 403, 2000)."""
    t = 0.1 * np.arange(60)

    def rate(t, x):
        return [3 / (1 + x[1] ** 2) - x[0], 3 / (1 + x[0] ** 2) - x[1]]

    x = [solved(rate, start, t) for start in ([0, 0.1], [3, 3], [0.2, 3.0], [1, 0.5])]
    model = identify(x, 0.1, library=Rational(Polynomial(3), Polynomial(2)))
    assert model.identified
    assert terms(model, 0) == pytest.approx({"1": 3, "x": -1, "x y^2": -1, "/ y^2": 1}, rel=1e-8)
    assert terms(model, 1) == pytest.approx({"1": 3, "y": -1, "x^2 y": -1, "/ x^2": 1}, rel=1e-8)


def test_no_denominator_where_none_is_needed():
    x = dynamics.simulate(dynamics.van_der_pol(), dt=0.1, samples=150)
    model = identify(x, 0.1, library=Rational(3, 1))
    assert terms(model, 0) == pytest.approx({"y": 1}, rel=1e-8)
    assert terms(model, 1) == pytest.approx({"x": -1, "y": 1, "x^2 y": -1}, rel=1e-8)


def test_a_rational_map():
    """Beverton and Holt's: ``x -> 2.5 x / (1 + x)``."""
    x = [0.1]
    for _ in range(30):
        x.append(2.5 * x[-1] / (1 + x[-1]))
    model = identify(np.array(x)[:, None], kind="map", library=Rational(1, 1))
    assert terms(model, 0) == pytest.approx({"x": 2.5, "/ x": 1}, rel=1e-8)


def test_what_does_not_fit(kinetics):
    with pytest.raises(SettingError, match="quotients are not linear in their coefficients"):
        identify(kinetics, 0.05, library=Rational(1, 1), method=Regression())
    with pytest.raises(SettingError, match="a Rational library takes none"):
        identify(kinetics[0], 0.05, library=Rational(1, 1), inputs={"u": np.arange(80.0)})
    with pytest.raises(SettingError, match="the denominator needs terms besides 1"):
        Rational(2, 0)
    with pytest.raises(SettingError, match="must not be quotients themselves"):
        Rational(Rational(1, 1), 1)
    pairs = [kinetics[0][2 * k : 2 * k + 2] for k in range(10)]
    with pytest.raises(DataError, match="enough samples in a row to estimate rates"):
        identify(pairs, 0.05, library=Rational(1, 1), method=FlowMatching())


@pytest.mark.parametrize("noise", [0.0, 1e-3])
def test_a_denominator_without_a_constant_is_told(noise, rng):
    """dx/dt = 1 / x - x / 2 has none; counted from another origin it has, and is found."""
    solution = solve_ivp(lambda _, x: 1 / x - x / 2, (0, 4), [0.2], "DOP853", np.linspace(0, 4, 81), rtol=1e-12, atol=0)
    x = solution.y.T + noise * solution.y.std() * rng.standard_normal((81, 1))
    model = identify(x, 0.05, library=Rational(2, 1))
    assert model.verdict.startswith("undecided")
    if not noise:
        assert "denominator of dx/dt may as well be 0; count x from another origin, as in x + 1" in model.verdict
        moved = identify(x + 1, 0.05, library=Rational(2, 1))
        assert moved.identified
        assert_close(moved.coefficients[:, 0], [-0.5, -1, 0.5, -1], 1e-6)
