"""Rates of convergence and noise floors: what theory says, held against closed forms, SciPy and the optimizers."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime, minimize

import minnet as mn
from minnet.errors import DataError, SettingError
from minnet.experiments.adam import optimizer_rates
from minnet.numerics.descent import convex, gradient_noise, rates
from tests.figure_checks import names_of_figures

KAPPAS = [10.0, 100.0, 1000.0, 1e4]


def root_ratio(kappa):
    return (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)


# -- problems


def test_a_quadratic_has_the_curvatures_it_is_asked_for(rng):
    problem = convex.quadratic(100, 7, rng)
    assert problem.curvatures == pytest.approx(np.geomspace(0.01, 1, 7))
    axes = np.linalg.eigh(problem.hessian)[1]
    assert np.abs(problem.start @ axes) == pytest.approx(np.ones(7))
    assert problem.gradient(problem.start) == pytest.approx(approx_fprime(problem.start, problem.value), abs=1e-6)


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_logistic_regression_against_scipy_and_differences(rng, decay):
    x = np.column_stack([rng.normal(size=(60, 2)), np.ones(60)])
    labels = (x[:, 0] + rng.normal(size=60) > 0).astype(float)
    problem = convex.logistic("l", x, labels, decay, np.zeros(3))
    w = rng.normal(size=3)
    by_hand = -np.mean(np.log(np.where(labels > 0, 1, 0) + (1 - 2 * labels) / (1 + np.exp(x @ w)))) + decay * w @ w / 2
    assert problem.value(w) == pytest.approx(by_hand)
    assert problem.gradient(w) == pytest.approx(approx_fprime(w, problem.value), abs=1e-6)
    fitted = minimize(problem.value, np.zeros(3), jac=problem.gradient, options={"gtol": 1e-9})
    assert problem.minimum == pytest.approx(fitted.x, abs=1e-6)
    assert np.abs(problem.gradient(problem.minimum)).max() < 1e-15
    curved = approx_fprime(problem.minimum, problem.gradient, 1e-6)
    assert problem.hessian == pytest.approx(curved, abs=1e-5)


def test_separable_classes_have_a_margin_and_no_minimum():
    x, labels = np.array([[1.0, 2.0], [3.0, 2.0], [-1.0, -2.0], [-4.0, -2.0]]), np.array([1, 1, 0, 0])
    margin, direction = convex.largest_margin(x, labels)
    assert margin == pytest.approx(
        np.sqrt(5)
    )  # the two points at +-(1, 2) have the line between them as their bisector
    assert direction == pytest.approx(np.array([1, 2]) / np.sqrt(5))
    with pytest.raises(DataError, match="decay"):
        convex.logistic("l", x, labels, 0.0, np.zeros(2))
    with pytest.raises(DataError, match="separates"):
        convex.largest_margin(x, np.array([1, 0, 1, 0]))


# -- rates in theory


@pytest.mark.parametrize("kappa", KAPPAS)
def test_factors_are_those_of_the_textbooks(kappa):
    factors = {method.name: method.factor for method in rates.methods(np.geomspace(1 / kappa, 1, 5))}
    assert factors["gradient descent, h = 1/L"] == pytest.approx(1 - 1 / kappa)
    assert factors["gradient descent, h = 2/(L+mu)"] == pytest.approx((kappa - 1) / (kappa + 1))
    assert factors["heavy ball, Polyak's h and m"] == pytest.approx(root_ratio(kappa), rel=1e-6)
    assert factors["Nesterov"] == pytest.approx(1 - 1 / np.sqrt(kappa), rel=1e-6)


@pytest.mark.parametrize(("momentum", "nesterov"), [(0.0, False), (0.7, False), (0.7, True)])
def test_the_companion_matrix_makes_the_steps_of_sgd(momentum, nesterov):
    optimizer, theta, path = mn.SGD(0.3, momentum, nesterov), np.array([1.0, -2.0]), []
    curvatures, slots = np.array([0.5, 3.0]), optimizer.start(theta)
    for t in range(1, 8):
        optimizer.step(theta, curvatures * theta, slots, t, 0.3)
        path.append(theta.copy())
    assert path[0] == pytest.approx((1 - 0.3 * curvatures * (1 + momentum * nesterov)) * [1, -2])
    for number, curvature in enumerate(curvatures):
        matrix = rates.companion(curvature, 0.3, momentum, nesterov)
        for before, now, after in zip(path, path[1:], path[2:], strict=False):
            assert matrix @ [now[number], before[number]] == pytest.approx([after[number], now[number]])


def test_gradient_descent_on_a_quadratic_in_closed_form():
    problem = convex.quadratic(10, 3)
    descent = rates.descend(problem, mn.SGD(0.5), 20)
    expected = (1 - 0.5 * np.array([0.1, np.sqrt(0.1), 1.0])) ** 20
    assert descent.theta == pytest.approx(expected, rel=1e-13)
    assert descent.distances[-1] == pytest.approx(np.linalg.norm(expected))
    assert descent.distances[0] == pytest.approx(np.sqrt(3))


@pytest.mark.parametrize("kappa", KAPPAS)
def test_the_transient_of_polyaks_heavy_ball(kappa):
    """Along the largest curvature, e_t = (-f)^t (1 + 2 t sqrt(kappa) / (sqrt(kappa) + 1))."""
    root = np.sqrt(kappa)
    optimizer = mn.SGD(float(4 / (1 + 1 / root) ** 2), root_ratio(kappa) ** 2)
    theta = np.ones(1)
    slots = optimizer.start(theta)
    for t in range(1, 31):
        optimizer.step(theta, theta, slots, t, optimizer.learning_rate)
        assert theta[0] == pytest.approx((-root_ratio(kappa)) ** t * (1 + 2 * t * root / (root + 1)), rel=1e-9)


def test_dialects_of_momentum_differ_by_their_learning_rate_only():
    curvatures = np.geomspace(0.01, 1, 4)
    heavy, scaled = mn.SGD(0.2, 0.8), mn.SGD(0.2 / (1 - 0.8), 0.8, dialect="average")
    problem = convex.quadratic(100, 4)
    same = [rates.descend(problem, optimizer, 50).theta for optimizer in (heavy, scaled)]
    assert same[0] == pytest.approx(same[1], rel=1e-10)
    method = rates.methods(curvatures)[4]
    assert method.optimizer.dialect == "average"
    assert method.rate < 0.5 * rates.methods(curvatures)[3].rate


@pytest.mark.parametrize("kappa", KAPPAS[:3])
def test_measured_rates_on_quadratics(kappa, rng):
    problem = convex.quadratic(kappa, 10, rng)
    for method in rates.methods(problem.curvatures):
        path = rates.descend(problem, method.optimizer, 10**6, float(np.exp(-30))).distances
        assert rates.measured_rate(path) == pytest.approx(method.rate, rel=0.1), method.name
        assert rates.measured_rate(path, method.transient) == pytest.approx(method.rate, rel=0.01), method.name


def test_adagrad_on_one_axis_is_as_fast_as_its_sum_says():
    problem = convex.quadratic(1e3, 2)
    descent = rates.descend(problem, mn.AdaGrad(0.1, epsilon=0.0), 5000, 1e-15)
    predicted = rates.adagrad_rate(problem, 0.1, descent.slots[0])
    by_hand = -np.log(1 - 0.1 * problem.curvatures / np.sqrt(descent.slots[0])).max()
    assert predicted == pytest.approx(by_hand)
    assert rates.measured_rate(descent.distances) == pytest.approx(predicted, rel=0.01)
    assert descent.slots[0][0] / descent.slots[0][1] == pytest.approx(1e-6)  # no curvature is seen: sums scale with it


def test_rmsprop_jumps_from_one_side_of_the_minimum_to_the_other():
    problem = convex.quadratic(100, 3)
    descent = rates.descend(problem, mn.RMSProp(0.01), 2000)
    assert descent.distances[-1] == pytest.approx(rates.rmsprop_orbit(problem.curvatures, 0.01), rel=1e-6)
    assert np.abs(descent.theta) == pytest.approx(0.005 - 1e-8 / problem.curvatures)


def test_adam_is_stable_up_to_its_edge():
    """Adam with fixed v is a heavy ball in dialect "average": its factor passes 1 at `adam_edge`."""
    edge = rates.adam_edge(0.9)
    for curvature, stable in ((0.99 * edge, True), (1.01 * edge, False)):
        assert (rates.factor(np.array([curvature]), 1 - 0.9, 0.9) < 1) == stable
    problem, optimizer, curvatures = convex.quadratic(10, 2), mn.Adam(0.1), []
    rates.descend(
        problem, optimizer, 1, watch=lambda *at: curvatures.append(rates.adam_curvature(problem, optimizer, *at))
    )
    assert curvatures == [pytest.approx(0.1)]  # after one step, sqrt(v) = |g| = curvature, for each axis


@pytest.mark.parametrize("call", [lambda: convex.quadratic(1, 3), lambda: rates.methods(np.ones(3))])
def test_one_curvature_is_not_enough(call):
    with pytest.raises(SettingError):
        call()


def test_a_schedule_has_no_rate():
    with pytest.raises(SettingError, match="learning rate"):
        rates.descend(convex.quadratic(2, 2), mn.SGD(mn.schedules.Cosine(0.1, steps=5)), 3)


# -- noise


@pytest.fixture
def least_squares(rng):
    x = rng.normal(size=(32, 3)) * [1, 0.8, 0.6]
    return gradient_noise.LeastSquares(x, x @ [1, 2, 3] + 0.3 * rng.normal(size=32))


def test_moments_of_least_squares_are_sums_over_samples(least_squares):
    x, hessian, w = least_squares.x, least_squares.hessian, least_squares.minimum
    gradients = [xn * (xn @ w - yn) for xn, yn in zip(x, least_squares.y, strict=True)]
    assert np.mean(gradients, axis=0) == pytest.approx(np.zeros(3), abs=1e-14)
    assert least_squares.noise == pytest.approx(np.cov(np.transpose(gradients), bias=True))
    s = np.diag([1.0, 2.0, 3.0]) + 0.5
    spread = np.mean([(np.outer(r, r) - hessian) @ s @ (np.outer(r, r) - hessian) for r in x], axis=0)
    assert (least_squares.fourth @ s.ravel()).reshape(3, 3) == pytest.approx(spread)


def test_covariances_solve_their_equations(least_squares):
    h, size, hessian, noise = 0.1, 2, least_squares.hessian, least_squares.noise
    contraction = np.eye(3) - h * hessian
    s = gradient_noise.lyapunov_covariance(least_squares, h, size)
    assert s == pytest.approx(contraction @ s @ contraction + h**2 * noise / size)
    s = gradient_noise.exact_covariance(least_squares, h, size)
    now = gradient_noise.stationary_noise(least_squares, h, size)
    assert s == pytest.approx(contraction @ s @ contraction + h**2 * now)
    with pytest.raises(SettingError, match="without end"):
        gradient_noise.exact_covariance(least_squares, 5.0, 1)


def test_one_dimension_in_closed_form():
    """With x = 1 for all samples the noise is the same everywhere: S = h v / (b (2 - h)), v the variance of y."""
    problem = gradient_noise.LeastSquares(np.ones((4, 1)), np.array([0.0, 1.0, 3.0, 4.0]))
    for h, size in ((0.1, 1), (0.5, 2)):
        expected = h * 2.5 / (size * (2 - h))
        for covariance in (gradient_noise.lyapunov_covariance, gradient_noise.exact_covariance):
            assert covariance(problem, h, size)[0, 0] == pytest.approx(expected)
        assert gradient_noise.mean_excess(problem, h, size) == pytest.approx(2.5 / size / 2)
        beta = 0.2  # of an autoregression of coefficient a, the exponential mean has this fraction of its variance
        a = 1 - h
        fraction = beta * (1 + a * (1 - beta)) / ((2 - beta) * (1 - a * (1 - beta)))
        floor = gradient_noise.exponential_floor(problem, h, size, beta)
        assert floor == pytest.approx(expected / 2 * fraction)


def test_laws_agree_for_small_learning_rates(least_squares):
    proportional = gradient_noise.proportional_floor(least_squares, 1e-5, 4)
    exact = gradient_noise.floor(least_squares, gradient_noise.exact_covariance(least_squares, 1e-5, 4))
    assert exact == pytest.approx(proportional, rel=1e-4)
    for beta in (1.0, 1e-12):
        full = gradient_noise.exponential_floor(least_squares, 0.1, 4, beta)
        now = gradient_noise.floor(least_squares, gradient_noise.exact_covariance(least_squares, 0.1, 4))
        assert full == pytest.approx(now if beta == 1 else 0, abs=1e-10)


@pytest.mark.parametrize(("h", "size"), [(0.1, 1), (0.1, 8), (0.3, 2)])
def test_walks_end_on_the_floor_that_is_predicted(least_squares, h, size, rng):
    recorded = np.arange(200, 1001, 20)
    walks = gradient_noise.walk(least_squares, mn.SGD(h), size, recorded, walks=300, rng=rng)
    predicted = gradient_noise.floor(least_squares, gradient_noise.exact_covariance(least_squares, h, size))
    assert walks.excess.mean() == pytest.approx(predicted, rel=0.1)
    plain = gradient_noise.mean_excess(least_squares, h, size)
    assert walks.excess_of_mean[-1] * recorded[-1] == pytest.approx(plain, rel=0.2)


def test_walks_are_descents_of_their_own_batches(least_squares):
    h, recorded = 0.1, np.array([1, 4])
    walks = gradient_noise.walk(least_squares, mn.SGD(h), 8, recorded, walks=1, rng=np.random.default_rng(5))
    again, w = np.random.default_rng(5), least_squares.minimum.copy()
    for t in range(1, 5):
        chosen = again.integers(32, size=(1, 8))[0]
        x, y = least_squares.x[chosen], least_squares.y[chosen]
        w = w - h * x.T @ (x @ w - y) / 8
        if t in recorded:
            error = w - least_squares.minimum
            assert walks.excess[list(recorded).index(t)] == pytest.approx(error @ least_squares.hessian @ error / 2)


def test_reshuffled_epochs_see_every_sample_and_end_lower(least_squares, rng):
    whole = gradient_noise.walk(
        least_squares, mn.SGD(0.1), 32, np.array([50]), walks=2, rng=rng, reshuffled=True
    )  # a batch of all samples has no noise
    assert whole.excess[0] < 1e-25
    recorded = np.arange(100, 400) * 8
    independent, reshuffled = (
        gradient_noise.walk(least_squares, mn.SGD(0.02), 4, recorded, walks=20, rng=rng, reshuffled=order).excess.mean()
        for order in (False, True)
    )
    assert reshuffled < 0.1 * independent
    with pytest.raises(SettingError, match="divide"):
        gradient_noise.walk(least_squares, mn.SGD(0.1), 5, recorded, walks=1, rng=rng, reshuffled=True)


def test_averaging_lowers_the_floor_as_predicted(least_squares, rng):
    recorded = np.arange(300, 1500, 10)
    optimizer = mn.Averaged(mn.SGD(0.2), 0.05)
    walks = gradient_noise.walk(least_squares, optimizer, 1, recorded, walks=300, rng=rng)
    predicted = gradient_noise.exponential_floor(least_squares, 0.2, 1, 0.05)
    assert walks.excess.mean() == pytest.approx(predicted, rel=0.1)


# -- the experiment


@pytest.fixture(scope="module")
def result():
    return optimizer_rates.run(optimizer_rates.Config.fast(), rng=0)


def test_every_predicted_rate_is_met(result):
    for rate in result.rates:
        assert rate.measured == pytest.approx(rate.predicted, rel=0.1), (rate.problem, rate.method)
    assert {rate.problem for rate in result.rates} >= {"quadratic, rotated", "neuron", "neuron, decay 0.1"}


def test_sign_like_methods_hover_and_adam_is_at_its_edge(result):
    for hover in result.hovers:
        if hover.method == "RMSProp":
            assert hover.median == pytest.approx(np.sqrt(20) / 2, rel=0.25)
        elif hover.problem.endswith("rotated") and hover.learning_rate == 0.01 and hover.condition < 11:
            assert hover.curvature < 1.1 * rates.adam_edge(0.9)


def test_separable_classes_and_the_neuron(result):
    assert result.separable.exponent == pytest.approx(-1, abs=0.15)
    assert np.diff(result.separable.ratios[-50:]).min() > 0  # towards 1
    assert result.separable.ratios[-1] < 1
    assert np.diff(result.separable.losses).max() < 0
    assert result.neuron.accuracy_at_minimum == pytest.approx(0.957)
    assert np.median(result.neuron.accuracies) == pytest.approx(optimizer_rates.PUBLISHED["accuracy"], abs=0.02)
    (row,) = optimizer_rates.beside(result)
    assert (row.published, row.found) == ("0.945", f"{np.median(result.neuron.accuracies):.3f}")


def test_floors_and_means_are_met(result):
    for floor in result.floors:
        assert floor.independent == pytest.approx(floor.exact, rel=0.15)
        assert floor.reshuffled < floor.independent
    for mean in result.means:
        assert mean.measured == pytest.approx(mean.predicted, rel=0.35 if mean.learning_rate < 0.1 else 0.25)


def test_what_is_written(result):
    names = names_of_figures(optimizer_rates, result)
    assert len(set(names)) == len(names) == 8
    assert "heavy ball" in str(optimizer_rates.table(result))
    kinds = {record["kind"] for record in result.metrics()}
    assert kinds == {"rate", "hover", "floor", "mean", "separable", "neuron"}
    assert all(np.isfinite(values).all() for values in result.arrays().values())


@pytest.fixture(scope="module")
def least():
    """Two results of the least that there is to measure, with the same seed."""
    config = optimizer_rates.Config(
        (10.0,), adaptive_steps=100, accuracy=1e-2, separable_steps=100, learning_rates=(0.1,), batch_sizes=(16,),
        walks=2, mean_steps=100,
    )  # fmt: skip
    return [optimizer_rates.run(config, rng=0) for _ in range(2)]


def test_results_depend_on_the_seed_only(least):
    first, again = (result.arrays() for result in least)
    assert set(first) == set(again)
    for name, values in first.items():
        assert np.array_equal(values, again[name]), name


def test_one_learning_rate_will_do(least):
    result = least[0]
    assert {each.learning_rate for each in (*result.floors, *result.means)} == {0.1}


@pytest.mark.parametrize(
    "setting",
    [
        {"dimension": 1},
        {"batch_sizes": (5,)},
        {"walks": 1},
        {"samples": 2},
        {"accuracy": 0.0},
        {"learning_rates": (0.0,)},
    ],
)
def test_settings_that_cannot_be(setting):
    with pytest.raises(SettingError, match=next(iter(setting))):
        optimizer_rates.Config(**setting)
