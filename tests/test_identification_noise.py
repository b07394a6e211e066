"""Noise of the samples and noise that acts on the system are told apart, and each has its method."""

from dataclasses import replace

import numpy as np
import pytest

from minnet import dynamics
from minnet.dynamics import EULER, Polynomial, System
from minnet.numerics.identification import FlowMatching, JayaPowell, MultipleShooting, identify
from minnet.numerics.identification.intervals import Intervals
from minnet.numerics.identification.noise import drives_the_system, system_share
from minnet.numerics.identification.samples import make_problem

XI = np.array([[0.0], [3.8], [-3.8]])


def logistic_orbit(rng, samples=300, in_system=0.0, of_samples=0.0):
    x = np.empty(samples)
    x[0] = 0.3
    for n in range(samples - 1):
        x[n + 1] = np.clip(3.8 * x[n] * (1 - x[n]) + in_system * rng.standard_normal(), 0.01, 0.99)
    return (x + of_samples * rng.standard_normal(samples))[:, None]


def intervals_of(x):
    return Intervals(make_problem(x, None, Polynomial(2), None, "map"), 1.0)


@pytest.mark.parametrize(("noise", "share"), [((0.002, 0.0), 1.0), ((0.0, 0.002), 0.0)])
def test_the_share_of_the_system_is_all_or_nothing(rng, noise, share):
    found, error = system_share(intervals_of(logistic_orbit(rng, 3000, *noise)), XI)
    assert 0 < error < 0.2
    assert abs(found - share) < 3 * error


def test_the_share_of_a_mixture_is_in_between(rng):
    """Of samples, |r|^2 is s^2 (1 + F^2) on the mean; so much noise of the system makes half of the squares."""
    x = logistic_orbit(rng, 3000)
    of_samples = 0.002 * np.sqrt(np.mean(1 + (3.8 * (1 - 2 * x)) ** 2))
    intervals = intervals_of(logistic_orbit(rng, 3000, of_samples, 0.002))
    share, error = system_share(intervals, XI)
    assert abs(share - 0.5) < 3 * error
    assert not drives_the_system(intervals, XI)


def test_too_few_samples_say_nothing(rng):
    assert np.isnan(system_share(intervals_of(logistic_orbit(rng, 30, 0.01)), XI)[0])


def test_noise_of_a_map_biases_the_wrong_method_only():
    errors, verdicts = [], []
    for seed in range(12):
        x = logistic_orbit(np.random.default_rng(seed), in_system=0.02)
        model = identify(x, kind="map")
        assert model.identified
        assert np.array_equal(model.coefficients != 0, XI != 0)
        errors.append((model.coefficients - XI)[1:, 0] / model.standard_errors[1:, 0])
        verdicts.append(identify(x, kind="map", method=MultipleShooting()).verdict)
    assert "identified" not in verdicts
    assert sum(verdict.startswith("biased: noise acts on the system") for verdict in verdicts) > 9
    assert 0.4 < np.sqrt(np.mean(np.square(errors))) < 1.6


def test_a_flow_that_is_shaken(rng):
    """Van der Pol's oscillator with white noise on both variables, by small steps of Euler and Maruyama."""
    x, path, h = np.array([1.0, 0.0]), [], 1e-3
    for n in range(40_000):
        if n % 100 == 0:
            path.append(x)
        rate = np.array([x[1], (1 - x[0] ** 2) * x[1] - x[0]])
        x = x + h * rate + 0.03 * np.sqrt(h) * rng.standard_normal(2)
    model = identify(np.array(path), 0.1, library=Polynomial(3))
    assert model.identified
    assert np.array_equal(model.coefficients != 0, dynamics.van_der_pol().coefficients != 0)


@pytest.mark.parametrize("noise", [0.001, 0.01, 0.03])
def test_noise_of_the_samples_is_not_taken_for_the_systems(noise, rng):
    x = dynamics.simulate(dynamics.henon(), dt=1, samples=300)
    for method in (FlowMatching(), MultipleShooting()):
        model = identify(x + noise * x.std(axis=0) * rng.standard_normal(x.shape), kind="map", method=method)
        assert "acts on the system" not in model.verdict


def test_derivatives_by_samples(rng):
    """Of a linear flow they are the matrix exponential, of any units."""
    A = np.array([[-0.1, 1.0], [-2.0, -0.3]])
    system = System("linear", ("x", "y"), Polynomial(1), np.vstack([[0, 0], A.T]), np.array([1.0, 0.5]))
    x = dynamics.simulate(system, dt=0.1, samples=50) * [1.0, 100.0]
    xi = np.vstack([[0, 0], (np.diag([1, 100]) @ A @ np.diag([1, 0.01])).T])
    intervals = Intervals(make_problem(x, 0.1, Polynomial(1), None), 0.05)
    eigenvalues, vectors = np.linalg.eig(A)
    flow = (vectors @ np.diag(np.exp(0.1 * eigenvalues)) @ np.linalg.inv(vectors)).real
    ratio = intervals.problem.scale / [1, 100]
    np.testing.assert_allclose(intervals.by_states(xi)[7], flow * ratio / ratio[:, None], rtol=1e-9)


def test_what_a_coarse_step_leaves_out_is_not_noise():
    """Euler's steps of 0.01 miss 0.5 % of the spread of Lorenz's system; it is alike from sample to sample."""
    x = dynamics.simulate(dynamics.lorenz(), dt=0.01, samples=500)
    bounds = {"sigma": (0, 30), "rho": (0, 60), "beta": (0, 10)}
    coarse = JayaPowell(lambda **p: replace(dynamics.lorenz(**p), method=EULER, step=0.01), bounds, generations=20)
    assert identify(x, 0.01, method=coarse).verdict.startswith("incomplete")
    assert identify(x, 0.01, method=JayaPowell(dynamics.lorenz, bounds, generations=20)).identified
