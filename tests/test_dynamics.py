"""Systems and trajectories against closed forms, conserved quantities and SciPy."""

from dataclasses import replace

import numpy as np
import pytest

import minnet as mn
from minnet import dynamics, kernels
from minnet.dynamics import EULER, RK4, RK8, Functions, Polynomial, System
from minnet.dynamics.trajectories import steps_within
from minnet.errors import DataError, DtypeError, SettingError, ShapeError
from tests.checks import assert_close

SYSTEMS = [dynamics.lorenz(), dynamics.roessler(), dynamics.van_der_pol(), dynamics.lotka_volterra()]


def turning():
    """``dx/dt = v, dv/dt = -x`` from (1, 0): cos t and -sin t."""
    return System("turning", ("x", "v"), Polynomial(1), np.array([[0, 0], [0, -1], [1, 0]], float), np.array([1.0, 0]))


def test_terms_of_three_variables():
    expected = ["1", "x", "y", "z", "x^2", "x y", "x z", "y^2", "y z", "z^2"]
    assert Polynomial(2).names("xyz") == expected
    assert len(Polynomial(3).names("xyz")) == 20
    x, y, z = point = 2.0, 3.0, 5.0
    theta, slope = Polynomial(3).evaluate(np.array([point]))
    assert theta[0, :10].tolist() == [1, x, y, z, x * x, x * y, x * z, y * y, y * z, z * z]
    xyz = Polynomial(3).names("xyz").index("x y z")
    assert theta[0, xyz] == x * y * z
    assert slope[0, xyz].tolist() == [y * z, x * z, x * y]


def test_lorenz_rate_by_hand():
    rate = dynamics.lorenz().rate(np.array([[1.0, 2.0, 3.0]]))
    assert_close(rate[0], np.array([10.0, 1 * (28 - 3) - 2, 2 - 8.0]), 1e-15)


def test_other_rates_by_hand():
    rate = dynamics.roessler(a=0.3, b=0.4, c=5.0).rate(np.array([[1.0, 2.0, 3.0]]))
    assert_close(rate[0], np.array([-5.0, 1 + 0.3 * 2, 0.4 + 3 * (1 - 5.0)]), 1e-14)
    rate = dynamics.van_der_pol(mu=2.0).rate(np.array([[3.0, 0.5]]))
    assert_close(rate[0], np.array([0.5, 2 * (1 - 9) * 0.5 - 3]), 1e-14)
    rate = dynamics.lotka_volterra(1.0, 0.1, 1.5, 0.075).rate(np.array([[10.0, 4.0]]))
    assert_close(rate[0], np.array([10 - 0.1 * 40, 0.075 * 40 - 1.5 * 4]), 1e-14)
    assert dynamics.roessler().coefficients[0, 2] == 0.2
    assert dynamics.roessler().coefficients[3, 2] == -5.7


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
def test_jacobian_is_the_derivative_of_the_rate(system):
    x, h = np.random.default_rng(0).standard_normal((4, system.dimension)), 1e-6
    for i in range(system.dimension):
        shift = h * np.eye(system.dimension)[i]
        assert_close(system.jacobian(x)[:, :, i], (system.rate(x + shift) - system.rate(x - shift)) / (2 * h), 1e-8)


@pytest.mark.parametrize("method", [EULER, RK4, RK8], ids=lambda m: m.name)
def test_error_falls_with_the_order_of_the_method(method):
    def error(step):
        end = dynamics.simulate(replace(turning(), method=method), dt=2.0, samples=2, step=step)[1]
        return np.abs(end - [np.cos(2), -np.sin(2)]).max()

    coarse = {1: 0.01, 4: 0.1, 8: 0.4}[method.order]
    assert np.log2(error(coarse) / error(coarse / 2)) == pytest.approx(method.order, abs=0.3)


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
def test_fixed_steps_and_reference_agree(system):
    path = dynamics.simulate(system, dt=0.1, samples=21)
    assert_close(path, dynamics.reference_trajectory(system, path[0], 0.1 * np.arange(21)), 1e-9)


def test_lotka_volterra_keeps_its_invariant():
    alpha, beta, gamma, delta = 1.0, 0.1, 1.5, 0.075
    x, y = dynamics.simulate(dynamics.lotka_volterra(), dt=0.5, samples=100).T
    invariant = delta * x - gamma * np.log(x) + beta * y - alpha * np.log(y)
    assert np.ptp(invariant) < 1e-12


def test_logistic_map_is_a_squared_sine():
    path = dynamics.simulate(dynamics.logistic(4.0), [np.sin(0.3) ** 2], dt=1, samples=20)[:, 0]
    assert_close(path, np.sin(0.3 * 2.0 ** np.arange(20)) ** 2, 1e-9)


def test_henon_map_by_hand():
    path = dynamics.simulate(dynamics.henon(), [0.5, 0.25], dt=1, samples=2)
    assert_close(path[1], np.array([1 - 1.4 * 0.25 + 0.25, 0.15]), 1e-15)


def test_many_trajectories_are_those_of_each():
    starts = np.random.default_rng(1).standard_normal((5, 3))
    together = dynamics.simulate(dynamics.lorenz(), starts, dt=0.05, samples=10, transient=0.3)
    alone = [dynamics.simulate(dynamics.lorenz(), start, dt=0.05, samples=10, transient=0.3) for start in starts]
    assert together.shape == (5, 10, 3)
    assert_close(together, np.array(alone), 1e-13)


def test_own_right_hand_side():
    system = System.from_function(lambda x: np.stack([x[:, 1], -x[:, 0]], axis=1), [1.0, 0.0], step=0.1)
    t = 0.5 * np.arange(10)
    assert_close(dynamics.simulate(system, dt=0.5, samples=10)[:, 0], np.cos(t), 1e-12)
    assert_close(dynamics.reference_trajectory(system, system.start, t)[:, 0], np.cos(t), 1e-10)
    assert_close(system.jacobian(np.ones((1, 2)))[0], np.array([[0.0, 1], [-1, 0]]), 1e-9)


def flow(library, x, S, xi, free):
    path, tangents = np.empty((2, *x.shape)), np.empty((2, *S.shape))
    library.flow(x, S, xi, free, RK8, 0.02, 3, path, tangents)
    return path, tangents


@pytest.mark.parametrize("name", kernels.NAMES)
def test_tangents_are_derivatives_by_start_and_coefficients(name):
    system, h = dynamics.lorenz(), 1e-6
    x = np.array([[1.0, 2.0, 20.0], [-3.0, 1.0, 15.0]])
    free = np.array([[1, 0], [6, 1], [9, 2], [0, 0]])
    S = np.concatenate([np.broadcast_to(np.eye(3), (2, 3, 3)), np.zeros((2, 3, 4))], axis=2)
    with mn.use_kernels(name):
        _, tangents = flow(system.library, x, S, system.coefficients, free)
        for i in range(3):
            shift = h * np.eye(3)[i]
            shifted = [flow(system.library, x + s * shift, S, system.coefficients, free)[0] for s in (1, -1)]
            assert_close(tangents[..., i], (shifted[0] - shifted[1]) / (2 * h), 1e-7)
        for f, (t, o) in enumerate(free):
            change = np.zeros_like(system.coefficients)
            change[t, o] = h
            shifted = [flow(system.library, x, S, system.coefficients + s * change, free)[0] for s in (1, -1)]
            assert_close(tangents[..., 3 + f], (shifted[0] - shifted[1]) / (2 * h), 1e-6)


def test_kernels_and_libraries_of_functions_agree():
    system, rng = dynamics.roessler(), np.random.default_rng(2)
    x, S = rng.standard_normal((6, 3)), rng.standard_normal((6, 3, 5))
    free = np.array([[0, 0], [4, 2]])
    terms = {
        name: (lambda x, t=t: system.library.evaluate(x)[0][:, t]) for t, name in enumerate(system.library.names("xyz"))
    }
    slopes = {name: (lambda x, t=t: system.library.evaluate(x)[1][:, t]) for t, name in enumerate(terms)}
    results = [flow(Functions(terms, slopes), x, S, system.coefficients, free)]
    for name in kernels.NAMES:
        with mn.use_kernels(name):
            results.append(flow(system.library, x, S, system.coefficients, free))
    for path, tangents in results[1:]:
        assert_close(path, results[0][0], 1e-13)
        assert_close(tangents, results[0][1], 1e-12)


def test_blow_up_is_reported():
    growing = System("growing", ("x",), Polynomial(2), np.array([[0.0], [0.0], [1.0]]), np.array([1.0]))
    path = dynamics.simulate(growing, dt=0.5, samples=8)
    assert np.isfinite(path[:2]).all()
    assert not np.isfinite(path[-1]).any()
    with pytest.raises(DataError, match="blows up"):
        dynamics.reference_trajectory(growing, growing.start, np.linspace(0, 3, 7))


def test_steps_are_equal_and_none_is_too_long():
    assert [steps_within(duration, 0.02) for duration in (0.1, 0.05, 0.01, 0.0601)] == [5, 3, 1, 4]


def test_without_a_start_the_transient_is_left_out():
    system = dynamics.van_der_pol()
    path = dynamics.simulate(system, dt=0.1, samples=3, transient=0.3)
    later = dynamics.simulate(system, system.start, dt=0.1, samples=3, transient=system.transient + 0.3)
    assert_close(path, later, 1e-12)


def test_states_on_the_attractor_are_past_the_transient():
    """Of a motion that dies out like ``exp(-t)``, nothing is left after two transients of 10."""
    dying = System("dying", ("x",), Polynomial(1), np.array([[0.0], [-1.0]]), np.array([1.0]), transient=10)
    states = dynamics.states_on_attractor(dying, 50, rng=0)
    assert np.abs(states).max() < 1.1 * np.exp(-20)
    assert np.abs(states).min() > 0.9 * np.exp(-30)
    assert np.ptp(np.log(np.abs(states))) > 5  # at random moments


def test_noise_has_the_spread_it_says():
    x = np.random.default_rng(0).standard_normal((20_000, 2)) * [1.0, 50.0]
    noise = dynamics.add_noise(x, 0.05, rng=1) - x
    assert_close(noise.std(axis=0) / x.std(axis=0), np.array([0.05, 0.05]), 0.02)


def test_bad_input():
    system = dynamics.lorenz()
    with pytest.raises(ShapeError, match="x, y, z"):
        dynamics.simulate(system, [1.0, 2.0], dt=0.1, samples=3)
    with pytest.raises(SettingError, match="dt"):
        dynamics.simulate(system, dt=0, samples=3)
    with pytest.raises(SettingError, match="map"):
        dynamics.simulate(dynamics.henon(), dt=0.5, samples=3)
    with pytest.raises(SettingError, match="map"):
        dynamics.reference_trajectory(dynamics.henon(), [0, 0], [0.0, 1])
    with pytest.raises(DataError, match="increase"):
        dynamics.reference_trajectory(system, system.start, [0.0, 0, 1])
    with pytest.raises(DataError, match="finite"):
        dynamics.simulate(system, [np.nan, 0, 0], dt=0.1, samples=2)
    with pytest.raises(ShapeError, match="coefficients"):
        System("s", ("x",), Polynomial(1), np.zeros((3, 1)), np.zeros(1))
    with pytest.raises(ShapeError, match="rate"):
        System.from_function(lambda x: x[:, 0], [1.0, 2.0])
    with pytest.raises(SettingError, match="degree"):
        Polynomial(-1)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: dynamics.simulate(dynamics.lorenz(), ["a", 1, 2], dt=0.1, samples=3), DtypeError, "starts"),
        (lambda: dynamics.simulate(dynamics.henon(), dt=1, samples=3, transient=0.5), SettingError, "whole"),
        (lambda: dynamics.reference_trajectory(dynamics.lorenz(), [1, 1, 1], ["a", "b"]), DtypeError, "times"),
        (lambda: dynamics.lorenz(rho="a"), SettingError, "finite"),
        (lambda: System.from_function(lambda x: x, 1.0), ShapeError, "one state"),
        (lambda: System.from_function(lambda x: x, []), ShapeError, "one state"),
        (lambda: System.from_function(lambda x: x, [1.0, 2.0], variables=["a", "a"]), ShapeError, "different names"),
        (lambda: System.from_function(lambda x: x, [1.0], transient=-1), SettingError, "transient"),
        (lambda: System.from_function(lambda x: x, [1.0], step=0), SettingError, "step"),
        (lambda: dynamics.add_noise("a", 0.1, rng=0), DtypeError, "add_noise"),
    ],
)
def test_input_of_another_kind(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_a_start_without_a_rate_is_reported():
    """SciPy's search for the first step would not end."""
    with pytest.raises(DataError, match="start"), np.errstate(invalid="ignore"):
        dynamics.reference_trajectory(System.from_function(lambda x: np.sqrt(x), [1.0]), [-1.0], [0.0, 1.0])


def test_noise_leaves_gaps():
    x = np.array([[1.0, 2.0], [np.nan, 3.0], [4.0, 5.0]])
    np.testing.assert_array_equal(np.isnan(dynamics.add_noise(x, 0.1, rng=0)), np.isnan(x))
