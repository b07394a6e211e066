"""Levenberg-Marquardt against SciPy and closed forms; variable projection's gradient; solvers inside `fit`."""

from time import sleep

import numpy as np
import pytest

import minnet as mn
from minnet.errors import DataError, DivergenceError, SettingError
from minnet.jet import seed
from minnet.numerics.differentiation.oscillator import rayleigh_quotient
from minnet.solvers import SOLVERS, Damping, Problem, Solver, damped_least_squares
from minnet.solvers.variable_projection import Projected
from tests.checks import assert_close

X = np.linspace(-5, 5, 201)
Y = mn.datasets.gaussian(X)


def network(seed=0, width=8, hidden=1):
    layers = [mn.Rescale(-5, 5), mn.Dense(1, width, weights="steep", bias="spread"), mn.Tanh()]
    for _ in range(hidden - 1):
        layers += [mn.Dense(width, width), mn.Tanh()]
    return mn.Network([*layers, mn.Dense(width, 1)], rng=seed)


def problem(net, loss=None, x=X, y=Y, weight=None):
    loss = loss or mn.MeanSquaredError()
    inputs = net.as_inputs(x)
    return Problem(net, inputs, loss.prepare(y, len(x), net.output_shape, net.dtype, "y"), weight, loss)


# The algorithm.


def rosenbrock(theta):
    return np.array([10 * (theta[1] - theta[0] ** 2), 1 - theta[0]])


def rosenbrock_jacobian(theta):
    return np.array([[-20 * theta[0], 10.0], [-1.0, 0.0]])


@pytest.mark.parametrize("geodesic", [False, True])
def test_rosenbrock(geodesic):
    result = damped_least_squares(rosenbrock, rosenbrock_jacobian, [-1.2, 1.0], iterations=1000, geodesic=geodesic)
    assert result.theta == pytest.approx([1.0, 1.0], rel=1e-8)


def test_a_linear_problem_takes_a_step_or_two():
    A, b = np.array([[2.0, 0.0], [0.0, 3.0], [1.0, 1.0]]), np.array([2.0, 6.0, 3.0])
    tiny = Damping(start=1e-20)
    result = damped_least_squares(lambda t: A @ t - b, lambda t: A, np.zeros(2), iterations=2, damping=tiny)
    assert result.theta == pytest.approx([1.0, 2.0], rel=1e-14)


def test_the_first_step_by_hand():
    """r = theta - 3 from 0 with lambda = 1/2: the step is 3 / (1 + 1/2) = 2."""
    accepted = []
    damped_least_squares(
        lambda t: t - 3.0,
        lambda t: np.eye(1),
        np.zeros(1),
        iterations=1,
        damping=Damping(start=0.5),
        after=lambda theta, cost: bool(accepted.append((theta[0], cost))),
    )
    assert accepted == [(pytest.approx(2.0), pytest.approx(0.5))]


def test_the_geodesic_correction_by_hand():
    """r = t^2 from t = 1, no damping to speak of: v = -1/2; its second derivative along v is 1/2, so a = -1/4.

    2 |a| / |v| is 1, above 3/4: such a step is refused. With r = t^2 + 3 t, v = -4/5, a = -(2 v^2) / 5 = -0.256, and
    the step is v + a / 2.
    """
    settings = {"iterations": 1, "damping": Damping(start=1e-18), "geodesic": True}
    refused = damped_least_squares(lambda t: t**2, lambda t: np.diag(2 * t), np.ones(1), **settings)
    assert refused.theta[0] == 1
    taken = damped_least_squares(lambda t: t**2 + 3 * t, lambda t: np.diag(2 * t + 3), np.ones(1), **settings)
    assert taken.theta[0] == pytest.approx(1 - 0.8 - 0.128, rel=1e-12)


def test_why_it_ended():
    one = {"residuals": lambda t: t - 3.0, "jacobian": lambda t: np.eye(1), "theta": np.zeros(1)}
    assert "1 iterations" in damped_least_squares(**one, iterations=1).reason
    assert "zero" in damped_least_squares(**one, iterations=100).reason
    assert "caller" in damped_least_squares(**one, after=lambda theta, cost: True).reason
    flat = damped_least_squares(lambda t: np.ones(1), lambda t: np.zeros((1, 1)), np.zeros(1), iterations=1000)
    assert "no step" in flat.reason
    with pytest.raises(DataError, match="finite"):
        damped_least_squares(lambda t: t * np.nan, lambda t: np.eye(1), np.zeros(1))


@pytest.mark.parametrize(
    "setting", [{"start": 0}, {"up": 1}, {"down": 0.5}, {"floor": -1}, {"start": "much"}, {"start": np.inf}]
)
def test_damping_that_cannot_be(setting):
    with pytest.raises(SettingError, match=next(iter(setting))):
        Damping(**setting)


@pytest.mark.parametrize("solver", [mn.LevenbergMarquardt, mn.VariableProjection])
@pytest.mark.parametrize("setting", [{"damping": 3}, {"geodesic": "no"}])
def test_settings_of_a_solver_are_checked_when_it_is_made(solver, setting):
    with pytest.raises(SettingError, match=next(iter(setting))):
        solver(**setting)


# Networks as least-squares problems.


def sobolev_case(rng):
    net = mn.Network([mn.Dense(2, 4), mn.Tanh(), mn.Dense(4, 3)], rng=1)
    x = rng.standard_normal((25, 2))
    mask = mn.Mask(first=rng.random(25) < 0.6)
    y = mn.Jet(rng.standard_normal((25, 3)), rng.standard_normal((2, 25, 3)), mask=mask)
    return problem(net, mn.Sobolev((1, 0.3)), x, y, rng.random(25))


def values_case(rng):
    net = mn.Network([mn.Dense(2, 4), mn.Tanh(), mn.Dense(4, 3)], rng=1)
    return problem(net, None, rng.standard_normal((25, 2)), rng.standard_normal((25, 3)), rng.random(25))


@pytest.mark.parametrize("case", [values_case, sobolev_case])
def test_residuals_and_jacobian_are_those_of_the_loss(case, rng):
    task = case(rng)
    theta = task.net.theta.copy()
    r, J = task.residuals(theta), task.jacobian(theta)
    loss, gradient = task.loss_and_gradient(theta)
    assert 0.5 * r @ r == pytest.approx(loss, rel=1e-12)
    assert_close(J.T @ r, gradient, 1e-12)
    h = 1e-6
    v = rng.standard_normal(theta.size)
    assert_close(J @ v, (task.residuals(theta + h * v) - task.residuals(theta - h * v)) / (2 * h), 1e-8)


@pytest.mark.parametrize("case", [values_case, sobolev_case])
def test_kaufmans_jacobian_gives_the_gradient_of_the_projected_loss(case, rng):
    """And the last layer is the best there is: the gradient by its parameters is zero."""
    task = case(rng)
    projected = Projected(task)
    alpha = task.net.theta[: projected.n_inner].copy()
    gradient = projected.jacobian(alpha).T @ projected.residuals(alpha)

    def cost(alpha):
        r = projected.residuals(alpha)
        return 0.5 * r @ r

    h = 1e-5
    for direction in np.eye(alpha.size)[::3]:
        slope = (cost(alpha + h * direction) - cost(alpha - h * direction)) / (2 * h)
        assert gradient @ direction == pytest.approx(slope, rel=1e-6, abs=1e-9)
    _, full = task.loss_and_gradient(projected.complete(alpha))
    assert np.abs(full[projected.n_inner :]).max() < 1e-12
    assert_close(full[: projected.n_inner], gradient, 1e-9)


def test_jacobian_rows_of_jets_and_their_transpose_agree(rng):
    net = network()
    y = net.forward(seed(net.as_inputs(X[:9]), 2), mn.Pass(2))
    u, v = rng.standard_normal(y.shape), rng.standard_normal(net.n_parameters)
    J = net.jacobian_rows(y)
    net.forward(seed(net.as_inputs(X[:9]), 2), mn.Pass(2))
    net.sweep_back(u)
    assert np.vdot(u, J @ v) == pytest.approx(net.gradient() @ v, rel=1e-10)


# Inside fit.


@pytest.mark.parametrize("name", SOLVERS)
def test_fit_lowers_the_loss_and_keeps_its_contract(name):
    net, records = network(), []

    class Watch(mn.Callback):
        def on_epoch_end(self, run):
            loss, _ = mn.MeanSquaredError()(run.net(X), Y)
            records.append((run.epoch, loss, run.history.history["loss"][-1]))

    history = mn.fit(
        net,
        X,
        Y,
        loss=mn.MeanSquaredError(),
        optimizer=SOLVERS[name](),
        epochs=25,
        validation_data=(X, Y),
        callbacks=[Watch()],
    )
    losses = history.history["loss"]
    assert len(losses) == len(history.history["val_loss"]) == len(records) == 25
    assert [epoch for epoch, *_ in records] == list(range(1, 26))
    assert np.all(np.diff(losses) <= 0)
    assert losses[-1] < 0.1 * losses[0] or losses[-1] < 1e-9
    for _, real, recorded in records:  # callbacks see the parameters that the loss belongs to
        assert real == pytest.approx(recorded, rel=1e-6, abs=1e-20)
    assert mn.MeanSquaredError()(net(X), Y)[0] == pytest.approx(losses[-1], rel=1e-6)
    assert not history.compiled


def test_early_stopping_ends_a_solver():
    settings = {"loss": mn.MeanSquaredError(), "optimizer": mn.LevenbergMarquardt(), "epochs": 500}
    stop = mn.EarlyStopping(monitor="loss", patience=2, min_delta=1e9)
    history = mn.fit(network(), X, Y, **settings, callbacks=[stop])
    assert len(history.history["loss"]) < 10
    assert history.stopped


def test_the_gaussian_to_twelve_digits():
    """One hidden layer of 20; the full claim over twenty seeds is an acceptance test."""
    net = network(seed=3, width=20)
    nodes = -5 * np.cos(np.pi * (np.arange(200) + 0.5) / 200)
    target = mn.datasets.gaussian(nodes)
    mn.fit(net, nodes, target, loss=mn.MeanSquaredError(), optimizer=mn.VariableProjection(), epochs=1000)
    x = np.linspace(-5, 5, 10_001)
    assert np.abs(net(x)[:, 0] - mn.datasets.gaussian(x)).max() < 1e-11


def test_derivatives_in_the_loss(rng):
    x = np.linspace(0, 3, 30)
    target = mn.Jet(np.sin(x), np.cos(x))
    net = mn.Network(
        [mn.Rescale(0, 3), mn.Dense(1, 6, weights="steep", bias="spread"), mn.Tanh(), mn.Dense(6, 1)], rng=0
    )
    mn.fit(net, x, target, loss=mn.Sobolev(), optimizer=mn.VariableProjection(), epochs=200)
    jet = net.jet(np.linspace(0, 3, 301), 1)
    assert np.abs(jet.first[0, :, 0] - np.cos(np.linspace(0, 3, 301))).max() < 1e-5


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"batch_size": 10}, "all samples"),
        ({"loss": mn.Huber()}, "not a sum of squares"),
        ({"callbacks": [mn.Checkpoint("somewhere")]}, "resumed"),
        ({"resume": "somewhere"}, "resumed"),
        ({"callbacks": mn.EarlyStopping()}, "callbacks must be a list"),
        ({"callbacks": [mn.ReduceOnPlateau("loss", patience=1000)]}, "no learning rate"),
        ({"callbacks": [mn.LearningRateRecorder()], "epochs": 0}, "no learning rate"),
        ({"rng": "one"}, "rng must be a whole number"),
    ],
)
def test_what_a_solver_cannot_do(settings, match):
    settings = {"loss": mn.MeanSquaredError(), "optimizer": mn.LevenbergMarquardt(), "epochs": 3, **settings}
    with pytest.raises(SettingError, match=match):
        mn.fit(network(), X, Y, **settings)


def test_solvers_want_float64_and_a_dense_end():
    settings = {"loss": mn.MeanSquaredError(), "epochs": 3}
    narrow = mn.Network([mn.Dense(1, 3), mn.Tanh(), mn.Dense(3, 1)], rng=0, dtype="float32")
    bent = mn.Network([mn.Dense(1, 1), mn.Tanh()], rng=0)
    with pytest.raises(SettingError, match="float64"):
        mn.fit(narrow, X, Y, optimizer=mn.LevenbergMarquardt(), **settings)
    with pytest.raises(SettingError, match="needs parameters"):
        mn.fit(mn.Network([mn.Tanh()], input_shape=1), X, Y, optimizer=mn.LevenbergMarquardt(), **settings)
    with pytest.raises(SettingError, match="Dense layer at the end"):
        mn.fit(bent, X, Y, optimizer=mn.VariableProjection(), **settings)


@pytest.mark.parametrize("solver", [mn.LevenbergMarquardt(), mn.VariableProjection(), mn.LBFGS()])
def test_a_loss_that_is_not_finite_is_told_at_once(solver):
    settings = {"loss": mn.MeanSquaredError(), "optimizer": solver, "epochs": 3}
    with pytest.raises(DivergenceError, match="loss is inf"):
        mn.fit(network(), X, 1e200 * Y, **settings)
    net = network()
    net.theta[:] = np.nan
    with pytest.raises(DivergenceError, match="loss is nan"):
        mn.fit(net, X, Y, **settings)


class Slow(Solver):
    """Tries for a while, and gives up without an iteration."""

    def solve(self, problem, epochs, after):
        sleep(0.05)
        return problem.net.theta.copy(), "nothing is better"


def test_the_time_of_attempts_that_end_no_epoch_counts():
    history = mn.fit(network(), X, Y, loss=mn.MeanSquaredError(), optimizer=Slow(), epochs=3)
    assert history.stopped == "nothing is better"
    assert history.seconds >= 0.05


@pytest.mark.parametrize("solver", [mn.LevenbergMarquardt(), mn.VariableProjection(), mn.LBFGS()])
def test_no_epochs_change_nothing(solver):
    net = network()
    before = net.theta.copy()
    mn.fit(net, X, Y, loss=mn.MeanSquaredError(), optimizer=solver, epochs=0)
    assert np.array_equal(net.theta, before)


def test_projection_of_weights_and_networks_with_nothing_in_them():
    settings = {"loss": mn.MeanSquaredError(), "optimizer": mn.VariableProjection(), "epochs": 3}
    with pytest.warns(mn.TrainingWarning, match="sample_weight is 0 for all samples"):
        history = mn.fit(network(), X, Y, **settings, sample_weight=np.zeros(len(X)))
    assert history.history["loss"][-1] == 0
    with pytest.raises(SettingError, match="before the last layer"):
        mn.fit(mn.Network([mn.Dense(1, 1)], rng=0), X, Y, **settings)


def test_lbfgs_takes_any_loss():
    history = mn.fit(network(), X, Y, loss=mn.Huber(), optimizer=mn.LBFGS(), epochs=30)
    assert history.history["loss"][-1] < 0.1 * history.history["loss"][0]


# The twenty seeds.


@pytest.mark.acceptance
def test_twenty_seeds_of_the_gaussian(capsys):
    x = np.linspace(-5, 5, 10_001)
    nodes = -5 * np.cos(np.pi * (np.arange(200) + 0.5) / 200)
    g, errors, seconds, energies = mn.datasets.gaussian(x), [], [], []
    for number in range(20):
        net = network(seed=number, width=20)
        target = mn.datasets.gaussian(nodes)
        history = mn.fit(net, nodes, target, loss=mn.MeanSquaredError(), optimizer=mn.VariableProjection(), epochs=1000)
        jet = net.jet(x)
        parts = jet.value - g[:, None], jet.first[0] + (x * g)[:, None], jet.second[0] - ((x * x - 1) * g)[:, None]
        errors.append([np.abs(part).max() for part in parts])
        seconds.append(history.seconds)
        energies.append(abs(rayleigh_quotient(x, jet.value[:, 0], jet.first[0, :, 0]) - 0.5))
    worst = np.max(errors, axis=0)
    with capsys.disabled():
        print(f"\n1-20-1, 20 seeds, worst error of values and derivatives {worst}, longest fit {max(seconds):.2f} s, ")
        print(f"worst error of the energy {max(energies):.1e}")
    assert (worst <= [1e-11, 1e-9, 1e-7]).all()
    assert max(energies) <= 1e-9


@pytest.mark.acceptance
def test_two_layers_by_geodesic_steps(capsys):
    x = np.linspace(-5, 5, 10_001)
    nodes = -5 * np.cos(np.pi * (np.arange(200) + 0.5) / 200)
    errors = []
    for number in range(20):
        net = network(seed=number, width=20, hidden=2)
        target = mn.datasets.gaussian(nodes)
        mn.fit(net, nodes, target, loss=mn.MeanSquaredError(), optimizer=mn.LevenbergMarquardt(), epochs=600)
        errors.append(np.abs(net(x)[:, 0] - mn.datasets.gaussian(x)).max())
    with capsys.disabled():
        print(f"\n1-20-20-1, 20 seeds, median error {np.median(errors):.1e}, worst {max(errors):.1e}")
    assert np.median(errors) <= 1e-7
