"""Maps: each sample follows from the one before in a step of its own, and is identified as flows are."""

from dataclasses import replace

import numpy as np
import pytest

from minnet import dynamics
from minnet.dynamics import ITERATION, Functions, System
from minnet.errors import DataError, SettingError
from minnet.numerics.identification import (
    FlowMatching,
    JayaPowell,
    MultipleShooting,
    NextState,
    Regression,
    WeakForm,
    identify,
)
from tests.checks import assert_close

HENON = dynamics.simulate(dynamics.henon(), dt=1, samples=300)


def noisy(x, part, seed=0):
    return x + part * x.std(axis=0) * np.random.default_rng(seed).standard_normal(x.shape)


@pytest.mark.parametrize("system", [dynamics.henon(), dynamics.logistic(), dynamics.logistic(3.7)])
@pytest.mark.parametrize("method", [FlowMatching(), MultipleShooting(), Regression()])
def test_maps_without_noise_are_exact(system, method):
    model = identify(dynamics.simulate(system, dt=1, samples=200), kind="map", method=method)
    assert model.identified
    assert_close(model.coefficients, system.coefficients, 1e-10)
    assert model.system.is_map


def test_equations_are_of_the_next_state_and_are_iterated():
    model = identify(HENON, kind="map", variables=["u", "v"])
    assert model.equations(6) == ["u[n+1] = 1 + 1 v - 1.4 u^2", "v[n+1] = 0.3 u"]
    assert_close(model.simulate(HENON[0], dt=1, samples=10), HENON[:10], 1e-9)
    assert model.score(HENON[:50]) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_noise_of_samples_biases_all_but_multiple_shooting(seed):
    x, true = noisy(HENON, 0.1, seed), dynamics.henon().coefficients
    matched = identify(x, kind="map", method=FlowMatching())
    assert np.abs(matched.coefficients - true).max() > 0.04
    assert matched.verdict.startswith("biased")
    shot = identify(x, kind="map", method=MultipleShooting())
    assert shot.identified
    assert 0.08 < shot.sigma < 0.12
    assert (np.abs(shot.coefficients - true) <= 3 * shot.standard_errors).all()


def test_other_units_and_an_offset_give_the_same_map():
    model = identify(1e6 * HENON + 3e6, kind="map")
    assert model.identified
    assert_close(model.simulate(1e6 * HENON[0] + 3e6, dt=1, samples=8), 1e6 * HENON[:8] + 3e6, 1e-6)


def test_own_terms_without_the_variables_themselves():
    """Ricker's map of a population, ``N -> r N exp(-N)``."""
    ricker = System.from_function(
        lambda x: 12 * x * np.exp(-x), [0.5], method=ITERATION, step=1, name="Ricker", variables=["N"]
    )
    x = dynamics.simulate(ricker, dt=1, samples=60)
    terms = Functions({"N exp(-N)": lambda x: x[:, 0] * np.exp(-x[:, 0]), "N^2": lambda x: x[:, 0] ** 2})
    model = identify(x, kind="map", library=terms, variables=["N"])
    assert model.equations(6) == ["N[n+1] = 12 N exp(-N)"]


def test_missed_iterations_and_several_runs():
    with_a_gap = HENON[:80].copy()
    with_a_gap[20] = np.nan
    runs = [with_a_gap, HENON[100:150], np.delete(HENON[160:221], 30, axis=0)]
    times = [np.arange(80), np.arange(100, 150), np.delete(np.arange(61), 30)]
    model = identify(runs, times, kind="map")
    assert_close(model.coefficients, dynamics.henon().coefficients, 1e-9)


def test_a_known_form_of_a_map():
    model = identify(HENON, kind="map", method=JayaPowell(dynamics.henon, {"a": (0, 2), "b": (0, 1)}))
    assert_close(model.coefficients, dynamics.henon().coefficients, 1e-5)
    with pytest.raises(SettingError, match="Lorenz is a flow, and kind is 'map'"):
        identify(
            np.random.default_rng(0).random((50, 3)), kind="map", method=JayaPowell(dynamics.lorenz, {"rho": (0, 30)})
        )


def test_a_flow_is_no_map():
    with pytest.raises(SettingError, match="not 'maps'"):
        identify(HENON, kind="maps")
    with pytest.raises(DataError, match="numbers of iterations"):
        identify(HENON, 0.5, kind="map")
    with pytest.raises(SettingError, match="WeakForm: not for a map"):
        identify(HENON, kind="map", method=Regression(WeakForm()))
    with pytest.raises(SettingError, match="NextState: not for a flow"):
        identify(HENON, 0.1, method=Regression(NextState()))
    with pytest.raises(SettingError, match="t must be a positive time between samples"):
        identify(HENON)
    with pytest.raises(DataError, match="0 samples are followed by the next iteration"):
        identify(HENON, 2, kind="map")
    with pytest.raises(SettingError, match="a map's step is 1"):
        replace(dynamics.henon(), step=0.5)
