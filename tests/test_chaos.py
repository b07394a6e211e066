"""Lyapunov exponents against published and exact ones."""

import numpy as np
import pytest

import minnet as mn
from minnet import dynamics
from minnet.dynamics import Polynomial, System
from minnet.errors import DataError, SettingError
from minnet.numerics.chaos import divergence_of_twins, kaplan_yorke_dimension, lyapunov_spectrum

# Sprott, Chaos and Time-Series Analysis, 2003, appendix A; the logistic map's is exact
KNOWN = {
    "Lorenz": [0.9056, 0.0, -14.5723],
    "Roessler": [0.0714, 0.0, -5.3943],
    "logistic map": [np.log(2)],
    "Henon map": [0.41922, -1.62319],
}


@pytest.mark.parametrize(
    ("system", "time"),
    [(dynamics.lorenz(), 1500), (dynamics.roessler(), 4000), (dynamics.logistic(), 20_000), (dynamics.henon(), 20_000)],
    ids=lambda part: getattr(part, "name", ""),
)
def test_spectrum_of_known_systems(system, time):
    spectrum = lyapunov_spectrum(system, time=time, trajectories=16, rng=0)
    expected = np.array(KNOWN[system.name])
    assert (np.abs(spectrum.exponents - expected) < 4 * spectrum.errors + 1e-3).all()
    assert spectrum.errors[0] < 0.05 * expected[0] + 0.002
    assert spectrum.exponents.sum() == pytest.approx(spectrum.trace, abs=1e-6)
    np.testing.assert_allclose(spectrum.history[-1], spectrum.exponents, atol=1e-12)
    assert spectrum.times[-1] == pytest.approx(time / 16, rel=1e-3)


def test_linear_system_has_its_eigenvalues():
    A = np.array([[-1.0, 2.0], [0.0, -3.0]])
    system = System("linear", ("x", "y"), Polynomial(1), np.vstack([np.zeros(2), A.T]), np.array([1.0, 1.0]))
    spectrum = lyapunov_spectrum(system, time=400, trajectories=2, rng=0)
    np.testing.assert_allclose(spectrum.exponents, [-1, -3], atol=0.01)
    assert spectrum.trace == pytest.approx(-4, abs=1e-12)


def test_tangents_have_turned_before_they_are_measured():
    """After a transient of 20 they lie along the eigenvectors up to ``exp(-2 * 20)``, so one unit of time is enough."""
    A = np.array([[-1.0, 2.0], [0.0, -3.0]])
    coefficients = np.vstack([np.zeros(2), A.T])
    system = System("linear", ("x", "y"), Polynomial(1), coefficients, np.array([1.0, 1.0]), transient=20)
    spectrum = lyapunov_spectrum(system, time=2, trajectories=2, rng=0)
    np.testing.assert_allclose(spectrum.exponents, [-1, -3], atol=1e-9)
    assert spectrum.errors.max() < 1e-9


def test_lorenz_dimension():
    assert kaplan_yorke_dimension(np.array(KNOWN["Lorenz"])) == pytest.approx(2.0621, abs=1e-3)
    assert kaplan_yorke_dimension(np.array([-1.0, -2.0])) == 0
    assert kaplan_yorke_dimension(np.array([-2.0, 1.0])) == pytest.approx(1.5)
    assert kaplan_yorke_dimension(np.array([1.0, 1.0])) == 2


def test_twins_part_at_the_largest_exponent():
    divergence = divergence_of_twins(dynamics.henon(), dt=1, samples=60, pairs=400, distance=1e-12, rng=0)
    assert divergence.exponent == pytest.approx(0.419, abs=4 * divergence.error)
    assert divergence.error < 0.02
    assert divergence.log_distance[0] == pytest.approx(np.log(1e-12), abs=1e-3)


def test_twins_of_a_flow_in_its_units_of_time():
    divergence = divergence_of_twins(dynamics.lorenz(), dt=0.1, samples=230, pairs=40, rng=0)
    assert divergence.exponent == pytest.approx(0.9056, abs=4 * divergence.error)
    assert divergence.error < 0.05
    np.testing.assert_allclose(divergence.times, 0.1 * np.arange(230))
    first, last = np.interp([divergence.first, divergence.last], divergence.times, divergence.log_distance)
    assert np.log(1e-6) < first < np.log(1e-6) + 1
    assert -5.5 < last < -3.5  # a thousandth of the attractor's size, 12


def test_bad_input():
    with pytest.raises(SettingError, match="trajectories"):
        lyapunov_spectrum(dynamics.lorenz(), time=10, trajectories=1)
    with pytest.raises(SettingError, match="time"):
        lyapunov_spectrum(dynamics.lorenz(), time=0)
    with pytest.raises(DataError, match="longer"):
        divergence_of_twins(dynamics.lorenz(), dt=0.1, samples=5, pairs=2)
    with pytest.raises(DataError, match="longer"):  # there is a line, but it ends too early
        divergence_of_twins(dynamics.lorenz(), dt=0.1, samples=100, pairs=20, rng=0)
    growing = System("growing", ("x",), Polynomial(2), np.array([[0.0], [0.0], [1.0]]), np.array([1.0]))
    with pytest.raises(DataError, match="blows up"):
        lyapunov_spectrum(growing, time=100)


@pytest.mark.parametrize("frequency", [1.0, 1000.0])
def test_a_harmonic_oscillator_has_exponents_of_zero(frequency):
    """To rounding: there, no difference of sum and trace can be measured against the exponents."""
    system = System.from_function(
        lambda x: frequency * np.stack([x[:, 1], -x[:, 0]], axis=1), start=[1.0, 0.0], step=0.01 / frequency
    )
    spectrum = lyapunov_spectrum(system, time=20 / frequency, trajectories=2, rng=0)
    assert np.abs(spectrum.exponents / frequency).max() < 1e-10
    assert spectrum.trace == 0


def test_a_pendulum_has_exponents_of_zero_within_their_errors():
    """Tangents grow like t, so exponents fall like ln(t) / t, alike in all trajectories: their scatter says nothing."""
    system = System.from_function(lambda x: np.stack([x[:, 1], -np.sin(x[:, 0])], axis=1), start=[1.0, 0.0])
    for time in (20, 80):
        spectrum = lyapunov_spectrum(system, time=time, trajectories=4, rng=0)
        assert (np.abs(spectrum.exponents) <= spectrum.errors).all()


@pytest.mark.parametrize("time", [100, 300, 800])
def test_predators_and_prey_have_exponents_of_zero_within_their_errors(time):
    """The trajectories go the same way nearly together: what is left of a period is alike in all of them."""
    spectrum = lyapunov_spectrum(dynamics.lotka_volterra(), time=time, rng=1)
    assert (np.abs(spectrum.exponents) <= 1.5 * spectrum.errors).all()
    assert spectrum.errors.max() < 40 / time


def test_a_transient_that_all_trajectories_share_is_part_of_the_error():
    """Sprott's case A (Phys. Rev. E 50, 1994) keeps volumes in the long run: exponents of +-0.014 and 0, sum 0."""
    terms = Polynomial(2).names(("x", "y", "z"))
    coefficients = np.zeros((len(terms), 3))
    for term, equation, value in (("y", 0, 1), ("x", 1, -1), ("y z", 1, 1), ("1", 2, 1), ("y^2", 2, -1)):
        coefficients[terms.index(term), equation] = value
    system = System("Sprott A", ("x", "y", "z"), Polynomial(2), coefficients, np.array([0.0, 5.0, 0.0]))
    with mn.use_kernels("compiled"):
        spectrum = lyapunov_spectrum(system, time=800, rng=0)
    assert (np.abs(spectrum.exponents - [0.014, 0, -0.014]) <= 2 * spectrum.errors).all()


@pytest.mark.parametrize("velocity", [[0.0, 0.0], [1.0, np.sqrt(2)]])
def test_what_rests_or_moves_evenly_has_exponents_of_zero(velocity):
    """No rate in the Jacobian says what rounding is small against."""
    system = System.from_function(lambda x: 0 * x + np.array(velocity), start=[1.0, 2.0])
    spectrum = lyapunov_spectrum(system, time=20, trajectories=2, rng=0)
    assert np.abs(spectrum.exponents).max() < 1e-12


def test_intervals_that_are_too_long_are_refused():
    with pytest.raises(SettingError, match="shorter interval"):
        lyapunov_spectrum(dynamics.lorenz(), time=100, interval=50, rng=0)
    with pytest.raises(SettingError, match="whole number"):
        lyapunov_spectrum(dynamics.logistic(), time=100, interval=2.5, rng=0)


def test_a_superstable_point_has_minus_infinity():
    """At r = 2 the point 1/2 is fixed, and the map's slope is 0 there."""
    spectrum = lyapunov_spectrum(dynamics.logistic(2.0), time=100, rng=0)
    assert spectrum.exponents[0] == -np.inf
    assert spectrum.trace == -np.inf


def test_twins_that_meet_are_reported():
    with pytest.raises(DataError, match="met"):
        divergence_of_twins(dynamics.logistic(2.0), dt=1, samples=60, pairs=4, rng=0)
    with pytest.raises(DataError, match="met"):
        divergence_of_twins(dynamics.lorenz(), dt=0.1, samples=10, pairs=4, distance=1e-30, rng=0)
