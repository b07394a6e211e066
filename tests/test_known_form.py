"""Jaya and Powell on parameters of a known form, and LOESS as a predictor."""

from dataclasses import replace

import numpy as np
import pytest

from minnet import dynamics
from minnet.errors import DataError, SettingError, ShapeError
from minnet.numerics.identification import JayaPowell, LocalRegression, identify
from minnet.solvers.jaya import jaya

BOUNDS = {"sigma": (0, 30), "rho": (0, 60), "beta": (0, 10)}


def test_jaya_finds_the_minimum_among_many():
    """Rastrigin's function has a hundred local minima in these bounds, and 0 at 0."""
    point, cost = jaya(
        lambda x: float(np.sum(x**2 - 10 * np.cos(2 * np.pi * x) + 10)), [[-5, 5]] * 2, rng=0, generations=300
    )
    assert cost < 1e-8
    np.testing.assert_allclose(point, 0, atol=1e-5)


@pytest.mark.parametrize("seed", range(8))
def test_a_step_of_jaya_by_hand(seed):
    """Two points, one generation: each moves by its own random numbers, and stays if it was better."""
    rng = np.random.default_rng(seed)
    points = rng.uniform([-4, -4], [2, 2], (2, 2))
    costs = ((points + 1) ** 2).sum(axis=1)
    best, worst = points[costs.argmin()], points[costs.argmax()]
    r_1, r_2 = rng.random((2, 2, 2))
    moved = np.clip(points + r_1 * (best - abs(points)) - r_2 * (worst - abs(points)), -4, 2)
    expected = min(costs.min(), ((moved + 1) ** 2).sum(axis=1).min())
    point, cost = jaya(lambda x: float(np.sum((x + 1) ** 2)), [[-4, 2]] * 2, rng=seed, population=2, generations=1)
    assert cost == pytest.approx(expected, rel=1e-12)
    assert cost == pytest.approx(np.sum((point + 1) ** 2), rel=1e-12)


def test_jaya_walks_around_where_there_is_no_cost():
    point, cost = jaya(lambda x: float(np.log(x[0]) ** 2) if x[0] > 0 else np.nan, [[-5, 5]], rng=0, generations=100)
    assert cost < 1e-6
    assert point[0] == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("bounds", [[[1, 1]], [[0, np.inf]], [0, 1], [[2, 1]]])
def test_bounds_are_checked(bounds):
    with pytest.raises(SettingError, match="bounds"):
        jaya(lambda x: 0.0, bounds)


def test_parameters_of_a_known_form():
    x = dynamics.simulate(dynamics.lorenz(12, 30, 2), dt=0.1, samples=200, transient=10)
    model = identify(x, 0.1, method=JayaPowell(lambda **p: replace(dynamics.lorenz(**p), step=0.02), BOUNDS))
    assert model.identified
    np.testing.assert_allclose(model.coefficients, dynamics.lorenz(12, 30, 2).coefficients, atol=1e-7)


def test_with_the_datas_own_integrator_nothing_is_left():
    """Data made by Euler's method, fitted with the same steps: residuals are rounding."""
    form = lambda **p: replace(dynamics.lorenz(**p), method=dynamics.EULER, step=0.01)  # noqa: E731
    x = dynamics.simulate(form(), dt=0.05, samples=300)
    model = identify(x, 0.05, method=JayaPowell(form, BOUNDS))
    assert model.sigma < 1e-9
    np.testing.assert_allclose(model.coefficients, dynamics.lorenz().coefficients, atol=1e-7)


def test_standard_errors_are_those_of_repeated_measurements():
    """Euler's steps with noise added to the ends alone: errors of sigma (twice in its equation) over many draws."""
    form = lambda **p: replace(dynamics.lorenz(**p), method=dynamics.EULER, step=0.05)  # noqa: E731
    starts = dynamics.simulate(dynamics.lorenz(), dt=0.05, samples=100)
    coefficients, standard_errors = [], []
    for draw in range(12):
        finals = starts + 0.05 * form().rate(starts) + 0.1 * np.random.default_rng(draw).standard_normal(starts.shape)
        pairs = [np.stack(pair) for pair in zip(starts, finals, strict=True)]
        model = identify(pairs, 0.05, method=JayaPowell(form, BOUNDS, generations=20))
        coefficients.append(model.coefficients[2, 0])
        standard_errors.append(model.standard_errors[2, 0])
    assert np.std(coefficients) == pytest.approx(np.mean(standard_errors), rel=0.5)
    assert np.mean(coefficients) == pytest.approx(10, abs=4 * np.mean(standard_errors) / np.sqrt(12))


def test_a_form_that_does_not_fit_is_refused():
    x = dynamics.simulate(dynamics.lorenz(), dt=0.1, samples=100)
    with pytest.raises(ShapeError, match="Van der Pol has the variables x, v"):
        identify(x, 0.1, method=JayaPowell(dynamics.van_der_pol, {"mu": (0, 2)}))
    with pytest.raises(SettingError, match="term x\\^2"):
        identify(x, 0.1, method=JayaPowell(dynamics.lorenz, BOUNDS), library=dynamics.Polynomial(1))
    with pytest.raises(SettingError, match="sigm"):
        JayaPowell(dynamics.lorenz, {"sigm": (0, 30)})
    with pytest.raises(SettingError, match="pairs"):
        JayaPowell(dynamics.lorenz, {"sigma": 3})
    with pytest.raises(SettingError, match="at least one parameter"):
        JayaPowell(dynamics.lorenz, {})
    with pytest.raises(DataError, match="blow up"):
        identify(x, 0.1, method=JayaPowell(dynamics.lorenz, {"beta": (-1e5, -1e4)}, generations=1))


@pytest.mark.parametrize("degree", [0, 1, 2])
def test_local_regression_is_exact_for_polynomials_of_its_degree(degree):
    """Changes that are a polynomial of the state are met, wherever the neighbours are."""
    rng = np.random.default_rng(0)
    starts = rng.uniform(-1, 1, (300, 2))
    change = [lambda x: np.full_like(x, 0.3), lambda x: x @ [[0.2, 0.5], [-0.4, 0.1]], lambda x: x**2 - x[:, ::-1]][
        degree
    ]
    pairs = [np.stack(pair) for pair in zip(starts, starts + change(starts), strict=True)]
    x = rng.uniform(-0.5, 0.5, (20, 2))
    np.testing.assert_allclose(LocalRegression(pairs, 1.0, degree=degree).predict(x), x + change(x), atol=1e-10)


def test_local_regression_gets_better_with_samples():
    x = dynamics.simulate(dynamics.lorenz(), dt=0.05, samples=9000, transient=20)
    few, many = (LocalRegression(x[:n], 0.05, degree=2).score(x[8000:]) for n in (1000, 8000))
    assert 1 - many < (1 - few) / 20
    assert LocalRegression(x[:8000], 0.05).simulate(x[0], 50).shape == (50, 3)


def test_local_regression_is_told_what_it_needs():
    x = np.random.default_rng(0).normal(size=(10, 3))
    with pytest.raises(DataError, match="9 samples with a next one, but 12 neighbours"):
        LocalRegression(x, 0.1)
    with pytest.raises(SettingError, match="above 4"):
        LocalRegression(x, 0.1, neighbours=3)
    with pytest.raises(DataError, match="even"):
        LocalRegression(np.tile(x, (3, 1)), np.cumsum(np.arange(1, 31)) * 0.1)
    with pytest.raises(ShapeError, match=r"\(n, 3\)"):
        LocalRegression(np.tile(x, (3, 1)), 0.1).predict(np.zeros(3))
