"""How coefficients are searched and dropped, and data with holes in them."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from minnet import dynamics
from minnet.dynamics import Polynomial, System
from minnet.errors import DataError
from minnet.numerics.identification import FlowMatching, LocalRegression, Model, MultipleShooting, identify
from minnet.numerics.identification.fitting import Fit, fit_coefficients
from minnet.numerics.identification.identify import _verdict
from minnet.numerics.identification.integral import IntegralForm
from minnet.numerics.identification.intervals import Intervals
from minnet.numerics.identification.pruning import _compensated, prune, select
from minnet.numerics.identification.samples import make_problem
from minnet.numerics.identification.shooting import Segments, _step
from tests.checks import assert_close
from tests.test_identification import sampled

TRUE = dynamics.lorenz().coefficients


def lorenz_samples(dt, samples, noise=0.0, seed=0):
    rng = np.random.default_rng(seed)
    start = dynamics.states_on_attractor(dynamics.lorenz(), 1, rng=rng)[0]
    return dynamics.add_noise(sampled(start, dt, samples), noise, rng=rng)


class Lines:
    """Residuals ``X xi - y`` for one variable: what least squares makes of them is known."""

    n_nuisance = 0

    def __init__(self, X, y):
        self.X, self.y = X, y
        library = SimpleNamespace(units=lambda x, spread: spread / np.sqrt(np.mean(x**2, axis=0))[:, None])
        self.problem = SimpleNamespace(library=library, points=X, spread=np.ones(1), tick=lambda: None)

    def residuals(self, xi):
        return self.X @ xi[:, 0] - self.y

    def jacobian(self, xi, free):
        return self.X[:, free[:, 0]]


def collinear_terms(noise=0.1):
    """Eight terms of which six made y; the second is nearly the first, and the last resembles both."""
    rng = np.random.default_rng(5)
    Q = np.linalg.qr(rng.standard_normal((400, 10)))[0] * 20
    X = Q[:, :8].copy()
    X[:, 1] = X[:, 0] + 0.004 * Q[:, 1]
    X[:, 7] = 0.6 * X[:, 0] + 0.8 * Q[:, 7]
    weights = np.array([1.0, 0, 2, -2, 2, -2, 2, 0])
    # an error with a part along what only the last term has makes this one look needed, and the first two needless
    error = noise * (Q[:, 8] + 0.06 * Q[:, 7])
    return Lines(X, X @ weights + error), weights != 0


def test_a_collinear_term_is_exchanged():
    """Dropped together, two nearly equal terms leave a third in their place; an exchange brings one of them back."""
    objective, needed = collinear_terms()
    everything = np.ones((8, 1), bool)
    fit = fit_coefficients(objective, np.zeros((8, 1)), everything)
    pruned, selected = prune(objective, fit), select(objective, fit)
    assert not pruned.support[[0, 1]].any()
    assert pruned.support[7]
    assert selected.support[[0, 1]].sum() == 1
    np.testing.assert_array_equal(selected.support[2:, 0], needed[2:])
    assert selected.sigma < 0.5 * pruned.sigma


def test_coefficients_take_up_what_those_dropped_did():
    """Of linear residuals, derivatives tell everything: the others are then where least squares has them."""
    rng = np.random.default_rng(0)
    objective = Lines(rng.standard_normal((50, 3)) @ rng.standard_normal((3, 3)), rng.standard_normal(50))
    support = np.array([[True], [False], [True]])
    compensated = _compensated(objective, rng.standard_normal((3, 1)), support)
    expected = np.linalg.lstsq(objective.X[:, [0, 2]], objective.y, rcond=None)[0]
    assert_close(compensated[:, 0], np.array([expected[0], 0, expected[1]]), 1e-10)


def test_what_is_dropped_is_not_significant():
    """Terms at 2 and at 8 standard errors; and one at 40 that adds 1e-5 of its equation."""
    Q = np.linalg.qr(np.random.default_rng(1).standard_normal((400, 5)))[0] * 20
    for noise, weights, needed in (
        (1.0, [1.0, 0.1, 0.4, 0], [True, False, True, False]),
        (5e-6, [1.0, 1e-5, 0.4, 0], [True, False, True, False]),
    ):
        objective = Lines(Q[:, :4], Q[:, :4] @ weights + noise * Q[:, 4])
        fit = fit_coefficients(objective, np.zeros((4, 1)), np.ones((4, 1), bool))
        np.testing.assert_array_equal(prune(objective, fit).support[:, 0], needed)
    assert prune(objective, fit, largest=0.1 * fit.sigma) is fit


def test_segments_that_blow_up_begin_again_from_zeros():
    problem = make_problem(lorenz_samples(0.1, 60), 0.1, Polynomial(2), None)
    objective = Segments(problem, 2, 0.05)
    wild = np.full((10, 3), 1e3)
    assert np.isinf(objective.residuals(wild)).all()
    assert not np.isfinite(objective.jacobian(wild, np.argwhere(TRUE != 0))).all()
    fit = fit_coefficients(Segments(problem, 2, 0.05), wild, TRUE != 0, 100)
    assert_close(fit.xi, TRUE, 1e-4)


def test_segments_grow_while_only_noise_is_left():
    """In 64 intervals of 0.2 an error grows by e^11: such segments find no start, and must not be kept."""
    model = identify(lorenz_samples(0.2, 200, noise=0.02), 0.2, method=MultipleShooting(longest=64))
    np.testing.assert_array_equal(model.coefficients != 0, TRUE != 0)
    assert model.identified
    assert model.sigma == pytest.approx(0.02, rel=0.1)
    assert np.sqrt(np.mean((model.coefficients - TRUE)[TRUE != 0] ** 2)) < 0.1


def test_segments_stop_growing_where_terms_are_missing():
    """Without the products no equations fit, and the longer the segments, the less."""
    x = lorenz_samples(0.05, 200, noise=0.02)
    lengths = []
    for degree in (1, 2):
        problem = make_problem(x, 0.05, Polynomial(degree), None)
        start = FlowMatching(sparse=False).fit(problem)
        grown = MultipleShooting(longest=8)._extend(problem, start, 0.025, None)
        lengths.append([objective.length for objective, _ in grown])
    assert lengths == [[2], [2, 4, 8]]


def test_states_come_closer_to_the_truth_than_samples():
    clean, noisy = lorenz_samples(0.05, 161), lorenz_samples(0.05, 161, noise=0.02)
    objective = Segments(make_problem(noisy, 0.05, Polynomial(2), None), 8, 0.025)
    objective.jacobian(TRUE, np.argwhere(TRUE != 0))
    assert np.std(objective.states - clean[:-1:8]) < 0.8 * np.std(objective.data[:, 0] - clean[:-1:8])


def test_gaps_and_several_trajectories_with_noise():
    x = lorenz_samples(0.05, 200, noise=0.01)
    x[[40, 41, 120], [0, 1, 2]] = np.nan
    for samples in (x, [x[:90], lorenz_samples(0.05, 100, noise=0.01, seed=3)]):
        model = identify(samples, 0.05, method=MultipleShooting(longest=8))
        np.testing.assert_array_equal(model.coefficients != 0, TRUE != 0)
        assert model.sigma == pytest.approx(0.01, rel=0.15)
    problem = make_problem(x, 0.05, Polynomial(2), None)
    objective = Segments(problem, 8, 0.05)
    assert len(objective.data) == 4 + 9 + 9  # samples 0 to 39, 42 to 119 and 121 to 199
    assert np.isfinite(objective.data).all()


def test_pieces_of_two_samples():
    x = lorenz_samples(0.05, 240)
    pairs = list(x.reshape(-1, 2, 3))
    assert_close(identify(pairs, 0.05).coefficients, TRUE, 1e-8)
    with pytest.raises(DataError, match="nowhere are there 3 samples in a row without a gap"):
        identify(pairs, 0.05, method=MultipleShooting())


def test_large_libraries_begin_with_their_lower_degrees():
    """All 20 terms of degree 3 at once begin with equations that blow up, and the search ends elsewhere."""
    fit = FlowMatching(sparse=False).fit(make_problem(lorenz_samples(0.25, 120), 0.25, Polynomial(3), None))
    assert fit.sigma < 1e-9
    assert_close(fit.xi[:10], TRUE, 1e-7)


def test_uneven_times():
    rng = np.random.default_rng(0)
    times = np.cumsum(rng.uniform(0.03, 0.12, 150))
    start = dynamics.states_on_attractor(dynamics.lorenz(), 1, rng=rng)[0]
    x = dynamics.reference_trajectory(dynamics.lorenz(), start, times)
    model = identify(x, times, method=FlowMatching())
    assert model.identified
    assert_close(model.coefficients, TRUE, 1e-8)
    assert model.score(x, times) > 1 - 1e-12


def test_a_blow_up_is_an_error_and_not_a_storm_of_warnings():
    """dx/dt = x^2 from 1 is infinite at t = 1; the suite turns warnings into errors."""
    growing = System("g", ("x",), Polynomial(2), np.array([[0.0], [0.0], [1.0]]), np.array([1.0]))
    model = Model(growing, None, 0.0, "identified")
    for starts in ([1.0], [[0.1], [1.0]]):
        with pytest.raises(DataError, match="blow up after t =") as raised:
            model.simulate(starts, dt=0.1, samples=40)
        last = float(str(raised.value).split("t = ")[1].split(";")[0])
        path = dynamics.simulate(growing, np.atleast_2d(starts)[-1], dt=0.1, samples=40)
        assert last == pytest.approx(0.1 * np.flatnonzero(np.isfinite(path[:, 0]))[-1])
        assert last < 1.5
    assert model.simulate([[0.1], [0.2]], dt=0.1, samples=40).shape == (2, 40, 1)
    assert model.score(dynamics.simulate(growing, dt=0.05, samples=18), 0.05) > 0.9999


def test_the_explained_part_of_a_constant_drift_is_none():
    """What moves evenly is explained by its mean: a model without any motion beyond that scores 0."""
    x = np.array([0.0, 1, 3, 4, 6, 7, 9])[:, None]
    drift = System("d", ("x",), Polynomial(0), np.array([[1.5]]), np.array([0.0]))
    assert Model(drift, None, 0.0, "identified").score(x, 1.0) == pytest.approx(0, abs=1e-12)


def test_local_means_are_weighted_by_distance():
    """Of degree 0, by hand: weights (1 - u^3)^3 at u = 1/4, 1/2 and 1 of the farthest neighbour's distance."""
    starts, changes = np.array([1.0, 2, 4, 9]), np.array([1.0, 2, 5, 100])
    pairs = [np.array([[start], [start + change]]) for start, change in zip(starts, changes, strict=True)]
    weights = np.array([(1 - 1 / 64) ** 3, (1 - 1 / 8) ** 3, 0])
    predicted = LocalRegression(pairs, 1.0, degree=0, neighbours=3).predict(np.zeros((1, 1)))
    assert predicted[0, 0] == pytest.approx(weights @ changes[:3] / weights.sum(), rel=1e-6)


def test_integrals_over_uneven_times_are_trapezoidal():
    """Exact for rates that are linear in time: of x = t and y = t^2 they are 1 and 2 x."""
    t = np.cumsum(np.random.default_rng(0).uniform(0.1, 0.3, 40))
    problem = make_problem(np.stack([t, t**2], axis=1), t, Polynomial(1), None)
    equations = IntegralForm().equations(problem)
    assert_close(equations.B, equations.A @ np.array([[1.0, 0], [0, 2], [0, 0]]), 1e-12)


def test_local_regression_does_not_look_over_gaps():
    """A jump at a gap is no change that ever followed a state."""
    x = np.cumsum(np.full((60, 2), [0.1, 0.2]), axis=0)
    x[30] = np.nan
    x[31:] += 1000
    predictor = LocalRegression(x, 1.0, degree=0, neighbours=57)  # all that have a next sample
    assert_close(predictor.predict(x[:5]), x[:5] + np.array([0.1, 0.2]), 1e-9)


def test_local_regression_explains_no_chance():
    """Steps of 5, and noise: who predicts 5 explains nothing of what varies."""
    x = np.cumsum(5 + np.random.default_rng(0).standard_normal((200, 1)), axis=0)
    assert LocalRegression(x, 1.0, degree=0, neighbours=100).score(x) < 0.3


def test_local_regression_in_any_units():
    x = lorenz_samples(0.05, 500)
    unit = np.array([1.0, 1e4, 1e-3])
    plain = LocalRegression(x, 0.05).predict(x[:50] + 0.1)
    scaled = LocalRegression(x * unit, 0.05).predict((x[:50] + 0.1) * unit)
    assert_close(scaled / unit, plain, 1e-8)


def test_each_verdict_is_given():
    fine = {
        "xi": np.ones((2, 1)),
        "support": np.ones((2, 1), bool),
        "sigma": 0.01,
        "condition": 10.0,
        "converged": True,
    }
    fine |= {"bias": 0.0, "autocorrelated": False, "beyond": 0.0, "misplaced_noise": False}
    for change, words in (
        ({}, ""),
        ({"converged": False}, "still under way"),
        ({"sigma": np.inf}, "blow up"),
        ({"sigma": 0.5}, "more than noise"),
        ({"condition": 2e7}, "undecided"),
        ({"bias": 0.1}, "off by some 10.0%"),
        ({"support": np.zeros((2, 1), bool)}, "no term"),
        ({"autocorrelated": True}, "incomplete"),
        ({"misplaced_noise": True}, "acts on the system"),
        ({"beyond": 0.2}, "one degree more would explain 20%"),
    ):
        assert words in _verdict(SimpleNamespace(**fine | change))
    with pytest.raises(DataError, match="not finite"):
        _verdict(SimpleNamespace(**fine | {"xi": np.array([[np.nan]])}))


def test_steps_are_as_short_as_the_noise_asks_for():
    """At dt = 0.3 steps of half of it are too long for 0.1 per cent of noise: they would err by more than the noise."""
    problem = make_problem(lorenz_samples(0.3, 100), 0.3, Polynomial(2), None)
    exact = Fit(TRUE, TRUE != 0, np.zeros(TRUE.shape), 0.0, 1.0, converged=True)
    coarse, fine = (
        Intervals(problem, step).residuals(TRUE) for step in (0.15, _step(problem, replace(exact, sigma=1e-3)))
    )
    assert np.sqrt(np.mean(coarse**2)) > 1e-4
    assert np.sqrt(np.mean(fine**2)) < 1e-5
    assert _step(problem, replace(exact, sigma=100.0)) == pytest.approx(0.15)
