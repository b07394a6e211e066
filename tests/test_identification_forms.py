"""Equations made from samples: derivatives and integrals whose values are known."""

import numpy as np
import pytest
from scipy.integrate import odeint

from minnet import dynamics
from minnet.dynamics import Functions, Polynomial
from minnet.errors import DataError, SettingError
from minnet.numerics.identification import (
    FiniteDifferences,
    ForwardDifferences,
    Loess,
    QuinticSpline,
    SavitzkyGolay,
    WeakForm,
)
from minnet.numerics.identification.derivatives import nearest
from minnet.numerics.identification.linear import least_squares
from minnet.numerics.identification.problem import Piece
from minnet.numerics.identification.samples import make_problem
from tests.checks import assert_close

LORENZ = dynamics.lorenz().coefficients
UNEVEN = np.cumsum(np.random.default_rng(0).uniform(0.5, 1.5, 30))
EVEN = 0.25 * np.arange(30.0)


def lorenz_samples(dt, samples, noise=0.0, seed=0):
    """By SciPy's LSODA, from a random start, when the first 20 units of time are over."""
    rng = np.random.default_rng(seed)

    def rate(x, t):
        return 10 * (x[1] - x[0]), x[0] * (28 - x[2]) - x[1], x[0] * x[1] - 8 / 3 * x[2]

    times = 20 + dt * np.arange(samples)
    path = odeint(rate, rng.normal([0, 0, 25], 5), np.r_[0, times], rtol=1e-12, atol=1e-12, mxstep=100_000)[1:]
    return dynamics.add_noise(path, noise, rng=rng)


@pytest.mark.parametrize(
    ("estimate", "degree", "t"),
    [
        (ForwardDifferences(), 1, UNEVEN),
        (FiniteDifferences(2), 2, EVEN),
        (FiniteDifferences(2), 2, UNEVEN),
        (FiniteDifferences(4), 4, EVEN),
        (FiniteDifferences(8), 8, UNEVEN),
        (SavitzkyGolay(9, 4), 4, EVEN),
        (QuinticSpline(), 5, UNEVEN),
        (Loess(9, 2), 2, UNEVEN),
        (Loess(8, 3), 3, EVEN),
    ],
)
def test_polynomials_are_differentiated_exactly(estimate, degree, t):
    s = (t - t.mean()) / np.ptp(t)
    exact, more = (np.polynomial.Polynomial(np.arange(1.0, d + 2)) for d in (degree, degree + 2))
    states, rates = estimate.estimate(Piece(t, exact(s)[:, None]))
    lost = (len(t) - len(rates)) // 2
    inner = slice(lost, lost + len(rates))
    assert_close(states[:, 0], exact(s)[inner], 1e-12)
    assert_close(rates[:, 0], exact.deriv()(s)[inner] / np.ptp(t), 1e-11)
    off = estimate.estimate(Piece(t, more(s)[:, None]))[1][:, 0] - more.deriv()(s)[inner] / np.ptp(t)
    assert np.abs(off).max() > 1e-9  # two degrees more are not


@pytest.mark.parametrize(
    ("estimate", "order"),
    [
        (ForwardDifferences(), 1),
        (FiniteDifferences(2), 2),
        (FiniteDifferences(4), 4),
        (FiniteDifferences(8), 8),
        (SavitzkyGolay(9, 4), 4),
        (QuinticSpline(), 6),
        (Loess(9, 2), 2),
    ],
)
def test_orders_of_convergence_on_a_sine(estimate, order):
    errors = []
    for n in (60, 120):
        t = np.linspace(0, 6, n + 1)
        states, rates = estimate.estimate(Piece(t, np.sin(t)[:, None]))
        lost = (len(t) - len(rates)) // 2
        inner = (t[lost : lost + len(rates)] > 1.5) & (t[lost : lost + len(rates)] < 4.5)
        errors.append(np.abs(rates[:, 0] - np.cos(t[lost : lost + len(rates)]))[inner].max())
        assert states.shape == rates.shape
    assert np.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.25)


def test_second_order_weights_are_the_textbooks():
    x = np.array([[1.0], [4.0], [2.0]])
    assert FiniteDifferences(2).estimate(Piece(np.array([0, 0.5, 1.0]), x))[1].item() == 1.0
    # slopes 3 / 1 and -2 / 3, each weighted with the length of the other interval
    assert FiniteDifferences(2).estimate(Piece(np.array([0.0, 1, 4]), x))[1].item() == pytest.approx((9 - 2 / 3) / 4)


def test_nearest_neighbours_are_the_nearest():
    t = UNEVEN
    for k in (4, 7):
        for at, chosen in zip(range(30), nearest(t, np.arange(30), k), strict=True):
            brute = np.sort(np.argsort(np.abs(t - t[at]))[:k])
            np.testing.assert_array_equal(chosen, brute)


def test_local_regression_is_a_weighted_fit_at_each_sample():
    x = np.random.default_rng(2).standard_normal(30)
    value, slope = (part[:, 0] for part in Loess(7, 2).estimate(Piece(UNEVEN, x[:, None])))
    for n in range(3, 27):
        d = np.abs(UNEVEN - UNEVEN[n])
        near = np.argsort(d)[:7]
        weights = (1 - (d[near] / d[near].max()) ** 3) ** 3
        fitted = np.polyfit(UNEVEN[near] - UNEVEN[n], x[near], 2, w=np.sqrt(weights))
        assert_close(np.array([value[n - 3], slope[n - 3]]), fitted[:0:-1], 1e-11)


def test_smoothing_beats_interpolation_on_noise():
    t = np.linspace(0, 12, 600)
    x = np.sin(t) + 0.01 * np.random.default_rng(1).standard_normal(600)
    error = {}
    for estimate in (FiniteDifferences(2), SavitzkyGolay(31, 4), QuinticSpline(0.014), Loess(41, 2)):
        rates = estimate.estimate(Piece(t, x[:, None]))[1][:, 0]
        lost = (600 - len(rates)) // 2
        error[estimate.name] = np.sqrt(np.mean((rates - np.cos(t[lost : lost + len(rates)])) ** 2))
    assert error["FiniteDifferences"] == pytest.approx(0.01 / np.sqrt(2) / (12 / 599), rel=0.1)
    assert max(error["SavitzkyGolay"], error["QuinticSpline"], error["Loess"]) < error["FiniteDifferences"] / 5


def test_weak_form_is_integration_by_parts():
    """``dx/dt = 3 t^2`` with x = t^3: both sides are integrals of polynomials, which sums of enough samples give."""
    t = np.linspace(0, 1, 81)
    library = Functions({"3 t^2": lambda x: 3 * x[:, 1] ** 2, "1": lambda x: np.ones(len(x))})
    problem = make_problem(np.stack([t**3, t], axis=1), t, library, None)
    equations = WeakForm(80, 12).equations(problem)
    node, weight = np.polynomial.legendre.leggauss(20)
    weight = weight / 2 * (1 - node**2) ** 12
    integrals = np.array([weight @ (3 * ((node + 1) / 2) ** 2), weight.sum()])
    assert_close(equations.A[0], integrals, 1e-13)
    assert_close(equations.B[0], integrals, 1e-13)
    assert equations.reach == 79
    assert len(WeakForm(10).equations(problem).A) == 71


def test_published_and_reachable_errors_on_lorenz_samples():
    """Second-order differences are useless at dt = 0.1, the weak form is not; both with the true terms only."""
    rms = {}
    for form in (FiniteDifferences(2), WeakForm(12)):
        off = []
        for seed in range(6):
            problem = make_problem(lorenz_samples(0.1, 1000, seed=seed), 0.1, Polynomial(2), None)
            xi = least_squares(form.equations(problem), LORENZ != 0).xi
            off.append(np.sqrt(np.mean((xi - LORENZ)[LORENZ != 0] ** 2)))
        rms[form.name] = np.median(off)
    assert 4 < rms["FiniteDifferences"] < 10
    assert rms["WeakForm"] < 0.06


def test_first_order_differences_leave_errors_of_the_published_size():
    """At dt = 0.01 the document has 0.77 to 0.99, and its formula is this one."""
    for seed in range(3):
        problem = make_problem(lorenz_samples(0.01, 10_000, seed=seed), 0.01, Polynomial(2), None)
        xi = least_squares(ForwardDifferences().equations(problem), LORENZ != 0).xi
        assert 0.9 < np.sqrt(np.mean((xi - LORENZ)[LORENZ != 0] ** 2)) < 1.1


@pytest.mark.parametrize("form", [FiniteDifferences(4), SavitzkyGolay(7, 4), QuinticSpline(), Loess(9, 3), WeakForm(8)])
def test_no_equation_reaches_over_a_gap(form):
    x = lorenz_samples(0.01, 117)
    broken = x.copy()
    broken[60] = np.nan
    broken[110] = np.nan  # what follows is too short for any of the forms
    broken[113] = np.nan
    parts = [form.equations(make_problem(part, 0.01, Polynomial(2), None)) for part in (x[:60], x[61:110])]
    whole = form.equations(make_problem(broken, 0.01, Polynomial(2), None))
    assert_close(whole.A, np.concatenate([part.A for part in parts]), 1e-9)
    assert_close(whole.B, np.concatenate([part.B for part in parts]), 1e-9)


def test_bad_input_is_named():
    uneven = make_problem(lorenz_samples(0.05, 60), np.r_[0:30, 31:61] * 0.05, Polynomial(2), None)
    for form in (SavitzkyGolay(), WeakForm()):
        with pytest.raises(DataError, match=f"{form.name} needs samples at even times"):
            form.equations(uneven)
    for form in (FiniteDifferences(8), QuinticSpline(), Loess()):
        assert np.isfinite(form.equations(uneven).B).all()
    for wrong, word in (
        (lambda: FiniteDifferences(3), "order"),
        (lambda: SavitzkyGolay(8), "window"),
        (lambda: SavitzkyGolay(5, 5), "degree"),
        (lambda: QuinticSpline(-1.0), "noise"),
        (lambda: Loess(3), "neighbours"),
        (lambda: Loess(6, 4), "degree"),
        (lambda: WeakForm(3), "width"),
        (lambda: WeakForm(8, 0), "power"),
    ):
        with pytest.raises(SettingError, match=word):
            wrong()
