"""Identified equations against the ones that made the data."""

from functools import cache
from time import perf_counter

import numpy as np
import pytest

from minnet import dynamics
from minnet.dynamics import Functions, Polynomial, System
from minnet.errors import DataError, DtypeError, SettingError, ShapeError
from minnet.numerics.identification import FlowMatching, LocalRegression, MultipleShooting, Regression, identify
from minnet.numerics.identification.equations import Equations
from minnet.numerics.identification.fitting import fit_coefficients, shift, units
from minnet.numerics.identification.integral import IntegralForm
from minnet.numerics.identification.intervals import Intervals
from minnet.numerics.identification.linear import least_squares
from minnet.numerics.identification.samples import make_problem
from minnet.numerics.identification.shooting import Segments
from tests.checks import assert_close


@cache
def lorenz_path(start, dt, duration):
    return dynamics.reference_trajectory(dynamics.lorenz(), start, dt * np.arange(round(duration / dt) + 1))


def sampled(start, dt, samples):
    """Samples of one of few trajectories, which tests share: they would take most of the time."""
    finest = min(dt, 0.05)
    path = lorenz_path(tuple(start), finest, 20 if dt * (samples - 1) <= 20 else 60)
    return path[:: round(dt / finest)][:samples].copy()


def lorenz_samples(dt, samples, noise=0.0, seed=0):
    rng = np.random.default_rng(seed)
    start = dynamics.simulate(dynamics.lorenz(), rng.normal([0, 0, 25], 5), dt=1, samples=1, transient=20)[0]
    return dynamics.add_noise(sampled(start, dt, samples), noise, rng=rng)


@pytest.mark.parametrize("dt", [0.1, 0.2])
def test_lorenz_without_noise(dt):
    model = identify(lorenz_samples(dt, 300), dt)
    assert model.identified
    np.testing.assert_array_equal(model.coefficients != 0, dynamics.lorenz().coefficients != 0)
    assert_close(model.coefficients, dynamics.lorenz().coefficients, 1e-9)


def test_lorenz_with_noise():
    model = identify(lorenz_samples(0.1, 400, noise=0.01), 0.1, method=MultipleShooting(longest=4))
    true = dynamics.lorenz().coefficients
    np.testing.assert_array_equal(model.coefficients != 0, true != 0)
    assert model.sigma == pytest.approx(0.01, rel=0.1)
    off = (model.coefficients - true)[true != 0] / model.standard_errors[true != 0]
    assert np.sqrt(np.mean(off**2)) < 2
    assert np.abs(off).max() > 0.01  # errors are as large as they say, not larger
    assert model.score(lorenz_samples(0.1, 100), 0.1) > 0.999


def test_gaps_uneven_times_and_several_trajectories():
    x = lorenz_samples(0.05, 300)
    x[100, 1] = np.nan
    t = 0.05 * np.arange(300)
    keep = np.r_[0:150, 151:300]  # one interval is twice as long
    for samples, times in ((x, 0.05), (x[keep], t[keep]), ([x[:120], x[140:260]], 0.05)):
        model = identify(samples, times)
        assert_close(model.coefficients, dynamics.lorenz().coefficients, 1e-8)


def test_own_terms():
    def rate(x):
        return np.stack([x[:, 1], -np.sin(x[:, 0]) - 0.1 * x[:, 1]], axis=1)

    pendulum = System.from_function(rate, [2.5, 0.0], step=0.1)
    library = Functions(
        {
            "x": lambda x: x[:, 0],
            "v": lambda x: x[:, 1],
            "sin(x)": lambda x: np.sin(x[:, 0]),
            "v^3": lambda x: x[:, 1] ** 3,
        }
    )
    path = dynamics.simulate(pendulum, dt=0.2, samples=80)
    model = identify(path, 0.2, library=library, variables=["x", "v"])
    assert model.equations(4) == ["dx/dt = 1 v", "dv/dt = -0.1 v - 1 sin(x)"]


def test_jacobians_are_derivatives_of_residuals():
    problem = make_problem(lorenz_samples(0.1, 60, noise=0.01), 0.1, Polynomial(2), None)
    xi = dynamics.lorenz().coefficients + 1e-3 * np.random.default_rng(0).standard_normal((10, 3))
    free, h = np.argwhere(np.ones((10, 3), bool))[::4], 1e-5
    objectives = Intervals(problem, 0.05), Segments(problem, 4, 0.05)
    for objective in objectives:
        objective.residuals(xi)
        J = objective.jacobian(xi, free)
        for column, (t, i) in zip(J.T, free, strict=True):
            shifted = []
            for sign in (1, -1):
                moved = xi.copy()
                moved[t, i] += sign * h
                shifted.append(objective.residuals(moved))
            difference = (shifted[0] - shifted[1]) / (2 * h)
            # Kaufman's form leaves out what is proportional to the residuals; the gradient has all of it
            r = objective.residuals(xi)
            assert abs(column @ r - difference @ r) < 2e-3 * np.linalg.norm(difference) * np.linalg.norm(r)


def test_integral_equations_are_exact_for_slow_rates():
    t = np.linspace(0, 1, 30)
    path = np.stack([t**3, np.ones_like(t) + t], axis=1)
    library = Functions({"t^2": lambda x: (x[:, 1] - 1) ** 2, "1": lambda x: np.ones(len(x))})
    equations = IntegralForm().equations(make_problem(path, t, library, None))
    assert_close(least_squares(equations, np.ones((2, 2), bool)).xi, np.array([[3.0, 0], [0, 1]]), 1e-12)


def test_least_squares_in_any_units():
    unit = np.array([1, 1e6, 1, 1, 1e-6])
    G = np.random.default_rng(0).standard_normal((200, 5))
    true = np.array([[2.0, 0], [3, 0], [0, 0], [0, -1], [0, 7]])
    xi = least_squares(Equations(G * unit, G @ true, list("abcde"), ("x", "y")), true != 0).xi
    assert_close(xi * unit[:, None], true, 1e-13)


def test_standard_errors_are_the_scatter_of_repetitions():
    true = dynamics.lorenz().coefficients
    z = []
    for seed in range(12):
        problem = make_problem(lorenz_samples(0.1, 200, noise=0.01, seed=seed), 0.1, Polynomial(2), None)
        fit = fit_coefficients(Segments(problem, 2, 0.05), true, true != 0)
        z.append((fit.xi - true)[true != 0] / fit.errors[true != 0])
    assert 0.7 < np.std(z) < 1.4


def test_equations_show_the_digits_that_are_known():
    model = identify(lorenz_samples(0.1, 400, noise=0.02), 0.1, method=MultipleShooting(longest=2))
    number = model.equations()[0].split(" = ")[1].split(" ")[0]
    assert len(number.strip("-").replace(".", "")) <= 4


def test_the_model_simulates_and_says_when_it_blows_up():
    x = lorenz_samples(0.05, 200)
    model = identify(x, 0.05)
    assert_close(model.simulate(x[0], dt=0.05, samples=20), x[:20], 1e-7)
    growing = System("g", ("x",), Polynomial(2), np.array([[0.0], [0.0], [1.0]]), np.array([1.0]))
    model = identify(dynamics.simulate(growing, dt=0.05, samples=18), 0.05)
    with pytest.raises(DataError, match="blow up after t ="):
        model.simulate([1.0], dt=0.05, samples=100)


def test_honest_verdicts():
    cycle = dynamics.simulate(System("c", ("x", "v"), Polynomial(1), np.array([[0, 0], [0, -1], [1, 0]], float),
                                     np.array([1.0, 0])), dt=0.1, samples=200)  # fmt: skip
    assert "tell" in identify(cycle, 0.1, method=FlowMatching(sparse=False)).verdict
    noise = np.random.default_rng(0).standard_normal((300, 2))
    assert not identify(noise, 0.1).identified


METHODS = [FlowMatching(), MultipleShooting(longest=4), Regression()]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_missing_terms_are_not_noise(method):
    """Van der Pol's equations need a cubic term; without, what is left is 0.07 of the spread."""
    x = dynamics.simulate(dynamics.van_der_pol(), dt=0.1, samples=300)
    assert identify(x, 0.1, method=method).verdict.startswith("incomplete")
    assert identify(x, 0.1, method=method, library=Polynomial(3)).identified


@pytest.mark.parametrize("method", METHODS[:2], ids=lambda method: method.name)
def test_no_equations_for_a_random_walk(method):
    x = np.cumsum(np.random.default_rng(0).standard_normal((300, 2)), axis=0)
    model = identify(x, 0.1, method=method)
    assert not model.coefficients.any()
    assert model.verdict.startswith("undecided")


def test_flow_matching_says_how_far_noise_moved_it():
    """At dt = 0.02 with 5 per cent of noise a term is lost, and the verdict says so; without, there is no bias."""
    model = identify(lorenz_samples(0.02, 1000, noise=0.05), 0.02, method=FlowMatching())
    assert model.verdict.startswith("biased")
    problem = make_problem(lorenz_samples(0.05, 600, noise=0.05), 0.05, Polynomial(2), None)
    fit = FlowMatching().fit(problem)
    unit = units(problem)
    off = shift(fit.xi, dynamics.lorenz().coefficients, unit)
    assert off / 6 < fit.bias < 6 * off
    assert FlowMatching().fit(make_problem(lorenz_samples(0.1, 400), 0.1, Polynomial(2), None)).bias == 0


def test_bad_input():
    x = lorenz_samples(0.1, 60)
    with pytest.raises(DataError, match="10 terms"):
        identify(x[:15], 0.1)
    with pytest.raises(DataError, match="y never changes"):
        identify(np.where([[False, True, False]], 1.0, x), 0.1)
    with pytest.raises(DataError, match="even times"):
        identify(x, np.r_[0:59, 60] * 0.1, method=MultipleShooting())
    with pytest.raises(DataError, match="increase"):
        identify(x, np.zeros(60))
    with pytest.raises(DataError, match="infinite"):
        identify(np.where(np.arange(60)[:, None] == 7, np.inf, x), 0.1)
    with pytest.raises(ShapeError, match="60 samples"):
        identify(x, np.arange(59.0))
    with pytest.raises(ShapeError, match="variables"):
        identify(x, 0.1, variables=["x", "y"])
    with pytest.raises(ShapeError, match="samples"):
        identify(x[:, 0], 0.1)
    with pytest.raises(SettingError, match="longest"):
        MultipleShooting(longest=1)
    with pytest.raises(SettingError, match="positive time"):
        identify(x, -0.1)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"x": []}, ShapeError, "samples"),
        ({"x": np.empty((60, 0))}, ShapeError, "samples"),
        ({"x": np.full((60, 2), "a")}, DtypeError, "real numbers"),
        ({"x": np.ones((60, 2)) * 1j}, DtypeError, "real numbers"),
        ({"t": ["a"] * 60}, DtypeError, "real numbers"),
        ({"t": [np.arange(20), np.arange(40)]}, ShapeError, "same times for all"),
        ({"variables": ["x", "x", "z"]}, SettingError, "names of their own"),
        ({"variables": [1, 2, 3]}, DtypeError, "text"),
        ({"library": 2}, SettingError, "Polynomial"),
        ({"method": FlowMatching}, SettingError, r"FlowMatching\(\)"),
        ({"method": "lasso"}, SettingError, r"FlowMatching\(\)"),
    ],
)
def test_input_of_another_kind(change, error, message):
    with pytest.raises(error, match=message):
        identify(**({"x": lorenz_samples(0.1, 60), "t": 0.1} | change))


def test_a_constant_that_is_rounded_is_one():
    assert np.full(60, 0.1).std() > 0
    with pytest.raises(DataError, match="x4 never changes"):
        identify(np.c_[lorenz_samples(0.1, 60), np.full(60, 0.1)], 0.1)


def test_units_beyond_squaring_are_refused():
    x = lorenz_samples(0.1, 60)
    for unit in (1e160, 1e-160):
        with pytest.raises(DataError, match="units"):
            identify(unit * x, 0.1)


def test_nested_lists_are_an_array():
    x = lorenz_samples(0.1, 60)
    np.testing.assert_array_equal(identify(x.tolist(), 0.1).coefficients, identify(x, 0.1).coefficients)


@pytest.mark.parametrize("method", [FlowMatching(), MultipleShooting(longest=4)])
def test_a_long_interval_is_a_gap(method):
    """Over 65 sampling intervals nothing can be predicted; if one counts, the search ends at other equations."""
    x, keep = lorenz_samples(0.05, 400), np.r_[0:150, 215:400]
    model = identify(x[keep], (0.05 * np.arange(400))[keep], method=method)
    assert model.identified
    assert_close(model.coefficients, dynamics.lorenz().coefficients, 1e-7)


def test_intervals_that_grow_steadily_are_no_gaps():
    t = np.geomspace(0.01, 10, 60)
    assert len(make_problem(np.exp(-t)[:, None], t, Polynomial(1), None).pieces) == 1


def test_digits_and_states_out_of_range():
    x = lorenz_samples(0.1, 60)
    for digits in (0, -1, 2.5, "a"):
        with pytest.raises(SettingError, match="digits"):
            identify(x, 0.1).equations(digits)
    with pytest.raises(DataError, match="finite"):
        LocalRegression(x, 0.1).predict(x[:2] * np.nan)


def attractor_samples(dt, noise, seed):
    start = dynamics.states_on_attractor(dynamics.lorenz(), 1, rng=seed)[0]
    path = dynamics.simulate(dynamics.lorenz(), start, dt=dt, samples=1000, step=0.002)
    return dynamics.add_noise(path, noise, rng=seed)


def ten_fits(capsys, dt, degree, noise, method):
    """Root mean square errors of the seven coefficients, whether there are exactly these, and verdicts; printed too."""
    library = Polynomial(degree)
    true = np.zeros((len(library.names("xyz")), 3))
    true[: len(dynamics.lorenz().coefficients)] = dynamics.lorenz().coefficients  # degree by degree
    rms, exact, verdicts, seconds = [], [], [], []
    for seed in range(10):
        x, before = attractor_samples(dt, noise, seed), perf_counter()
        model = identify(x, dt, method=method, library=library)
        seconds.append(perf_counter() - before)
        rms.append(np.sqrt(np.mean((model.coefficients - true)[true != 0] ** 2)))
        exact.append(np.array_equal(model.coefficients != 0, true != 0))
        verdicts.append(model.verdict)
    with capsys.disabled():
        print(
            f"\ndt {dt}, degree {degree}, noise {noise}: error {np.median(rms):.1e} (worst {max(rms):.1e}), exact "
            f"{sum(exact)} of 10, identified {verdicts.count('identified')}, {np.median(seconds):.1f} s "
            f"({max(seconds):.1f})"
        )
    return np.array(rms), np.array(exact), verdicts


@pytest.mark.acceptance
@pytest.mark.parametrize(("dt", "degree"), [(0.1, 2), (0.1, 3), (0.2, 2)])
def test_without_noise_all_digits_on_every_seed(capsys, dt, degree):
    rms, exact, verdicts = ten_fits(capsys, dt, degree, 0.0, FlowMatching())
    assert rms.max() < 1e-7
    assert exact.all()
    assert set(verdicts) == {"identified"}


@pytest.mark.acceptance
def test_one_percent_of_noise(capsys):
    rms, exact, _ = ten_fits(capsys, 0.1, 2, 0.01, MultipleShooting())
    assert exact.sum() >= 9
    assert rms.max() < 0.03


@pytest.mark.acceptance
def test_five_percent_of_noise(capsys):
    rms, _, verdicts = ten_fits(capsys, 0.1, 2, 0.05, MultipleShooting())
    assert all(error < 0.15 or "not converged" in verdict for error, verdict in zip(rms, verdicts, strict=True))
