"""Known inputs: variables that drive the equations and have none of their own."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from minnet.dynamics import RK8, Functions, Polynomial
from minnet.errors import DataError, DtypeError, SettingError, ShapeError
from minnet.numerics.identification import FiniteDifferences, FlowMatching, MultipleShooting, Regression, identify
from minnet.numerics.identification.forcing import Driven, driven_flow
from tests.checks import assert_close

T = 0.1 * np.arange(200)
STEPS = np.random.default_rng(1).choice([-1.0, 0.0, 2.0], len(T))


def wave(t):
    return np.sin(1.3 * t) + 0.5 * np.cos(0.37 * t)


def solved(rate, start, t):
    return solve_ivp(rate, (t[0], t[-1]), start, "DOP853", t, rtol=1e-12, atol=1e-12).y.T


@pytest.fixture(scope="module")
def duffing():
    """``x'' = -x - 0.2 x' - 0.5 x^3 + 0.8 u(t)``."""
    return solved(lambda t, x: [x[1], -x[0] - 0.2 * x[1] - 0.5 * x[0] ** 3 + 0.8 * wave(t)], [1.0, 0.0], T)


@pytest.fixture(scope="module")
def switched():
    """``x'' = -x - 0.3 x' + u + u x / 2``, with an input that is held between samples."""
    states = [np.zeros(2)]
    for u in STEPS[:-1]:
        states.append(solved(lambda t, x, u=u: [x[1], -x[0] - 0.3 * x[1] + u + u * x[0] / 2], states[-1], T[:2])[-1])
    return np.array(states)


def terms(model, i):
    return {name: value for name, value in zip(model.terms, model.coefficients[:, i], strict=True) if value}


@pytest.mark.parametrize(
    ("method", "tolerance"),
    [(FlowMatching(), 1e-5), (MultipleShooting(longest=8), 1e-5), (Regression(), 1e-4),
     (Regression(FiniteDifferences(4)), 1e-2)],
)  # fmt: skip
def test_a_driven_oscillator(duffing, method, tolerance):
    """What a cubic spline leaves out of the input, some 1e-6, is all that is left."""
    model = identify(duffing, T, library=Polynomial(3), inputs={"u": wave(T)}, method=method)
    assert model.variables == ("x", "y")
    assert model.inputs == ("u",)
    assert terms(model, 0) == pytest.approx({"y": 1}, rel=tolerance)
    assert terms(model, 1) == pytest.approx({"x": -1, "y": -0.2, "u": 0.8, "x^3": -0.5}, rel=tolerance)


def test_noise_and_gaps(duffing, rng):
    x = duffing + 0.01 * duffing.std(axis=0) * rng.standard_normal(duffing.shape)
    u = wave(T)
    x[100], u[150] = np.nan, np.nan
    model = identify(x, T, library=Polynomial(3), inputs={"u": u}, method=MultipleShooting(longest=16))
    assert model.identified
    assert set(terms(model, 0)) == {"y"}
    assert set(terms(model, 1)) == {"x", "y", "u", "x^3"}
    assert model.coefficients[model.terms.index("u"), 1] == pytest.approx(0.8, abs=0.02)


def test_inputs_that_are_held_between_samples(switched):
    model = identify(switched, T, inputs={"u": STEPS})
    assert model.identified
    assert model.between == "hold"  # as it has three values
    assert terms(model, 1) == pytest.approx({"x": -1, "y": -0.3, "u": 1, "x u": 0.5}, rel=1e-9)
    assert_close(model.simulate(switched[0], dt=0.1, samples=200, inputs={"u": STEPS}), switched, 1e-8)
    assert model.score(switched[:40], T[:40], inputs={"u": STEPS[:40]}) == pytest.approx(1, abs=1e-12)
    several = [switched[:100], switched[100:]]
    again = identify(several, 0.1, inputs={"u": [STEPS[:100], STEPS[100:]]}, between="hold")
    assert_close(again.coefficients, model.coefficients, 1e-8)
    few = slice(60)
    assert identify(switched[few], T[few], inputs={"u": wave(T[few])}).between == "spline"
    assert not identify(switched[few], T[few], inputs={"u": STEPS[few]}, between="linear").sigma < 1e-3


def test_own_terms_of_inputs(switched):
    library = Functions({
        "v": lambda x: x[:, 1], "x": lambda x: x[:, 0], "u": lambda x: x[:, 2], "x u": lambda x: x[:, 0] * x[:, 2],
    })  # fmt: skip
    model = identify(switched, T, library=library, inputs={"u": STEPS}, between="hold")
    assert terms(model, 1) == pytest.approx({"x": -1, "v": -0.3, "u": 1, "x u": 0.5}, rel=1e-6)


def test_a_driven_map():
    x = [0.3]
    for u in STEPS[:-1]:
        x.append(0.5 * x[-1] + 0.2 * u + 0.1 * u * x[-1])
    model = identify(np.array(x)[:, None], kind="map", inputs={"u": STEPS})
    assert model.equations(4) == ["x[n+1] = 0.5 x + 0.2 u + 0.1 x u"]
    assert_close(model.simulate([[0.3]], dt=1, samples=9, inputs={"u": STEPS[:9]})[0, :, 0], np.array(x[:9]), 1e-9)


@pytest.mark.parametrize("library", [Polynomial(2), Functions({"x u": lambda x: x[:, 0] * x[:, 1]})])
def test_driven_flow_is_the_solution(library):
    """``x' = x u`` with ``u = 1 + t^2 - t^3``, whose steps of eighth order are exact to rounding."""
    xi = np.zeros((len(library.names("xu")), 1))
    xi[library.names("xu").index("x u")] = 1
    forcing = np.array([1.0, 0.0, 2.0, -6.0]).reshape(1, 1, 4, 1)
    path, tangents = np.empty((1, 1, 1)), np.empty((1, 1, 1, 1))
    driven_flow(
        library, np.ones((1, 1)), np.ones((1, 1, 1)), xi, np.empty((0, 2), int), RK8, 0.05, 20, path, tangents, forcing
    )
    expected = np.exp(1 + 1 / 3 - 1 / 4)
    assert_close(path[0, 0], np.array([expected]), 1e-12)
    assert_close(tangents[0, 0, 0], np.array([expected]), 1e-8 if isinstance(library, Functions) else 1e-12)


def test_slopes_of_driven_terms():
    driven = Driven(Polynomial(2), 1, 1)
    x = np.random.default_rng(0).standard_normal((4, 5))
    theta, slope = driven.evaluate(x)
    assert theta.shape == (4, len(driven.names("abcde"))) == slope.shape[:2]
    for i in range(5):
        h = 1e-6 * np.eye(5)[i]
        assert_close(slope[:, :, i], (driven.evaluate(x + h)[0] - driven.evaluate(x - h)[0]) / 2e-6, 1e-8)


def test_bad_inputs(switched):
    def fit(**settings):
        return identify(switched, T, **settings)

    with pytest.raises(DtypeError, match="inputs must be given by name"):
        fit(inputs=STEPS)
    with pytest.raises(DtypeError, match="inputs must be given by name"):
        fit(inputs={"u": STEPS}).score(switched, T, inputs=STEPS)
    with pytest.raises(ShapeError, match="input u must have a value for each sample, 200, not"):
        fit(inputs={"u": STEPS[:-1]})
    with pytest.raises(SettingError, match="names of their own, not x, y, x"):
        fit(inputs={"x": STEPS})
    with pytest.raises(DataError, match="u never changes"):
        fit(inputs={"u": np.ones(200)})
    with pytest.raises(SettingError, match="between must be one of 'spline', 'linear', 'hold', not 'step'"):
        fit(inputs={"u": STEPS}, between="step")
    with pytest.raises(DataError, match="iterations are missing"):
        identify(switched, np.cumsum(1 + np.arange(200) % 2), kind="map", inputs={"u": STEPS})
    model = fit(inputs={"u": STEPS}, between="hold")
    for call in (
        lambda **u: model.simulate(switched[0], dt=0.1, samples=5, **u),
        lambda **u: model.score(switched, T, **u),
    ):
        with pytest.raises(SettingError, match="its inputs are u, and none were given"):
            call()
        with pytest.raises(SettingError, match="its inputs are u, and v were given"):
            call(inputs={"v": STEPS})
    with pytest.raises(ShapeError, match="input u must have 5 values"):
        model.simulate(switched[0], dt=0.1, samples=5, inputs={"u": STEPS})
