"""Penalties of weights: closed forms, derivatives of the whole objective, and what they leave alone."""

import numpy as np
import pytest
from sklearn.linear_model import Lasso

import minnet as mn
from minnet.architecture import LAYERS
from minnet.errors import FileFormatError, SettingError
from minnet.penalties import weight_ranges
from minnet.solvers import Problem
from tests.checks import assert_close, sandwich, slope
from tests.test_layers import Scale

N = 40
LOSS = mn.MeanSquaredError()


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(5)
    x = rng.standard_normal((N, 4))
    return x, x @ [2.0, -1.0, 0.05, 0.0] + 3.0 + 0.1 * rng.standard_normal(N)


def small(dtype="float64"):
    net = mn.mlp([4, 6, 1], rng=0, dtype=dtype)
    net.theta[...] += 0.3
    return net


def test_l2_on_a_linear_network_is_ridge_regression(data, kernels):
    """The intercept is not penalised: so the closed form is that of centred data."""
    x, y = data
    l2, net = 0.5, mn.Network([mn.Dense(4, 1)], rng=0)
    history = mn.fit(net, x, y, loss=LOSS, optimizer=mn.SGD(0.2), epochs=400, penalty=mn.Penalty(l2=l2))
    centred = x - x.mean(axis=0)
    ridge = np.linalg.solve(centred.T @ centred + N * l2 / 2 * np.eye(4), centred.T @ (y - y.mean()))
    assert_close(net.layers[0].W[:, 0], ridge, 1e-12)
    assert_close(net.layers[0].b, [y.mean() - x.mean(axis=0) @ ridge], 1e-12)
    assert history.history["loss"][-1] == pytest.approx(np.mean((net(x)[:, 0] - y) ** 2), rel=1e-12)


@pytest.mark.parametrize("solver", [mn.LevenbergMarquardt(), mn.LBFGS()])
def test_solvers_take_l2_penalties(solver, data):
    """Ridge regression on a linear network; on others, an end where the gradient of loss and penalty is 0. Of targets
    in millions too, which solvers bring to units of their own."""
    x, y = data
    for unit, l2 in ((1.0, 0.5), (1e6, 0.5)):
        net = mn.Network([mn.Dense(4, 1)], rng=0)
        history = mn.fit(net, x, unit * y, loss=LOSS, optimizer=solver, epochs=60, penalty=mn.Penalty(l2=l2))
        centred = x - x.mean(axis=0)
        ridge = np.linalg.solve(centred.T @ centred + N * l2 / 2 * np.eye(4), centred.T @ (y - y.mean()))
        assert_close(net.layers[0].W[:, 0] / unit, ridge, 1e-7)
        assert history.history["loss"][-1] == pytest.approx(np.mean((net(x)[:, 0] - unit * y) ** 2), rel=1e-12)
    net, penalty = mn.mlp([4, 2, 1], rng=0), mn.Penalty(l2=0.05)
    mn.fit(net, x, y, loss=LOSS, optimizer=solver, epochs=400, penalty=penalty)
    net.backward(LOSS(net(x), y[:, np.newaxis])[1])
    net.gradient()
    assert np.abs(net.grad).max() > 1e-3
    penalty.add_gradient(net)
    assert np.abs(net.grad).max() < 1e-6


def test_residuals_of_a_penalty(data, rng):
    """``|r|^2 / 2`` is loss and penalty, and ``J^T r`` their gradient."""
    x, y = data
    net, penalty = small(), mn.Penalty(l2=0.3)
    problem = Problem(net, x, LOSS.prepare(y, N, (1,), net.dtype, "y"), np.linspace(0.5, 2, N), LOSS, penalty)
    theta = rng.standard_normal(net.n_parameters)
    value, gradient = problem.loss_and_gradient(theta)
    r, J = problem.residuals(theta), problem.jacobian(theta)
    assert r @ r / 2 == pytest.approx(value, rel=1e-13)
    assert_close(J.T @ r, gradient, 1e-12)
    direction = rng.standard_normal(theta.size)
    numerical = slope(lambda theta: problem.loss_and_gradient(theta)[0], theta, direction)
    assert gradient @ direction == pytest.approx(numerical, rel=1e-7)


def test_l1_on_a_linear_network_is_scikit_learns_lasso(data):
    """Where its weights are zero, gradient descent trembles around zero by about a step."""
    x, y = data
    net, rate = mn.Network([mn.Dense(4, 1)], rng=0), 1e-3
    mn.fit(net, x, y, loss=LOSS, optimizer=mn.SGD(rate), epochs=6000, penalty=mn.Penalty(l1=0.4))
    lasso = Lasso(alpha=0.2, tol=1e-12).fit(x, y)
    assert (lasso.coef_ == 0).sum() == 2
    assert np.abs(net.layers[0].W[:, 0] - lasso.coef_).max() < 2 * rate * 0.4
    assert net.layers[0].b[0] == pytest.approx(lasso.intercept_, abs=1e-3)


@pytest.mark.parametrize("name", ["Dense", "BatchNorm", "LayerNorm", "Conv2d", "LSTM", "SpectralNorm"])
def test_the_gradient_is_that_of_loss_and_penalty(name, kernels, rng):
    """A step of gradient descent, against central differences of the whole objective."""
    net, penalty = sandwich(name, rng=rng), mn.Penalty(l1=0.3, l2=0.7)
    x, y = rng.standard_normal((5, 2)), rng.standard_normal((5, 3))
    before, direction = net.theta.copy(), rng.standard_normal(net.theta.size)

    def objective(theta):
        net.theta = theta
        outputs = net.forward(x[np.newaxis], mn.Pass(training=True))[0]
        return np.mean((outputs - y) ** 2) + penalty.value(net)

    expected = slope(objective, before, direction)
    net.theta = before
    step = mn.Supervised(net, LOSS, mn.SGD(0.01), penalty=penalty)
    data, _ = mn.training_data(net, LOSS, x, y)
    step.step(data[:], mn.Pass(training=True))
    assert (before - net.theta) / 0.01 @ direction == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_says_which_of_its_parameters_are_weights(name, rng):
    net = sandwich(name, rng=rng)
    weights = np.zeros(net.n_parameters, bool)
    for first, stop in weight_ranges(net):
        weights[first:stop] = True
    for layer in net.layers:
        for parameter in layer.shapes:
            setattr(layer, parameter, np.full_like(getattr(layer, parameter), parameter in ("W", "U")))
    assert weights.tolist() == net.theta.astype(bool).tolist()


@pytest.mark.parametrize(
    "optimizer",
    [
        mn.SGD(0.1, momentum=0.9),
        mn.Adam(0.01),
        mn.AdamW(0.01, weight_decay=0.1, global_clipnorm=0.05),
        mn.Averaged(mn.SGD(0.1, global_clipnorm=0.3), beta=0.2),
    ],
    ids=repr,
)
def test_compiled_epochs_do_what_the_plain_loop_does(optimizer, data, dtype):
    """With ragged batches; and the penalty comes before clipping, which it would make ineffective otherwise."""
    x, y = data
    nets, losses = [], []
    for compiled in (True, False):
        net = small(dtype)
        settings = {"loss": LOSS, "optimizer": optimizer, "batch_size": 7, "rng": 3, "compiled": compiled}
        with mn.use_kernels("compiled"):
            history = mn.fit(net, x, y, epochs=3, penalty=mn.Penalty(0.2, 0.5), **settings)
        assert history.compiled == compiled
        assert net.theta.dtype == dtype
        nets.append(net)
        losses.append(history.history["loss"])
    tolerance = 1e-12 if dtype == np.float64 else 2e-4
    assert_close(nets[0].theta, nets[1].theta, tolerance)
    assert_close(losses[0], losses[1], tolerance)


@pytest.mark.parametrize("compiled", [True, False])
def test_a_penalty_of_zeros_is_none_to_the_last_bit(compiled, data):
    results = []
    for penalty in (None, mn.Penalty()):
        net = small()
        mn.fit(net, *data, loss=LOSS, optimizer=mn.Adam(), epochs=3, penalty=penalty, compiled=compiled)
        results.append(net.theta.tobytes())
    assert results[0] == results[1]


def test_the_loss_is_that_of_the_data_whatever_weighs_and_masks_them(data, kernels):
    """Weights of samples and masks are the loss's: the penalty is the same, and the measured loss without it."""
    x, y = data
    weight, masked = np.linspace(0.5, 2, N), np.ma.masked_greater(y, 4)
    penalty, before, steps = mn.Penalty(l1=0.1, l2=1.0), small(), []
    for target, options in ((y, {}), (y, {"sample_weight": weight}), (masked, {})):
        without, with_penalty = small(), small()
        histories = [
            mn.fit(net, x, target, loss=LOSS, optimizer=mn.SGD(1.0), epochs=1, penalty=each, **options)
            for net, each in ((without, None), (with_penalty, penalty))
        ]
        assert histories[0].history["loss"] == pytest.approx(histories[1].history["loss"], rel=1e-14)
        steps.append(without.theta - with_penalty.theta)
    expected = np.zeros(before.n_parameters)
    for first, stop in weight_ranges(before):
        w = before.theta[first:stop]
        expected[first:stop] = 0.1 * np.sign(w) + w
    assert (expected == 0).sum() == 6 + 1  # biases
    for step in steps:
        assert_close(step, expected, 1e-13)


def test_penalties_that_cannot_be(data):
    x, y = data
    own = mn.Network([Scale(), mn.Dense(4, 1)], rng=0)
    settings = {"loss": LOSS, "optimizer": mn.SGD(), "epochs": 1}

    def solved(solver, penalty):
        mn.fit(small(), x, y, loss=LOSS, optimizer=solver, epochs=1, penalty=penalty)

    for make, message in (
        (lambda: mn.Penalty(l2=-1.0), "l2=-1.0 is out of range; l2 must be finite and >= 0"),
        (lambda: mn.Penalty(l1=np.inf), "l1=inf"),
        (lambda: mn.Penalty(l1=np.nan), "l1=nan"),
        (lambda: mn.fit(small(), x, y, penalty=0.1, **settings), r"must be an object such as Penalty\(l2=1e-4\)"),
        (lambda: mn.fit(small(), x, y, l2=0.1, **settings), r"penalty=Penalty\(l2=1e-4\)"),
        (lambda: mn.fit(own, x, y, penalty=mn.Penalty(l1=1), **settings), r'layer 0, Scale\(\), must say .*\("s",\)'),
        (lambda: solved(mn.LBFGS(), mn.Penalty(l1=1)), "has none at 0"),
        (lambda: solved(mn.VariableProjection(), mn.Penalty(l2=1)), "minimises the loss alone; use LevenbergMarquardt"),
    ):
        with pytest.raises(SettingError, match=message):
            make()
    mn.fit(own, x, y, penalty=mn.Penalty(), **settings)


def test_a_layer_of_ones_own_names_its_weights(data):
    class Penalised(Scale):
        weight_names = ("s",)

    net = mn.Network([Penalised(), mn.Dense(4, 1, weights="zeros")], rng=0)
    net.layers[0].s = 2.0
    assert mn.Penalty(l2=1.0).value(net) == 4 * 2.0**2 / 2
    mn.fit(net, *data, loss=LOSS, optimizer=mn.SGD(0.1), epochs=1, penalty=mn.Penalty(l2=1.0))
    assert_close(net.layers[0].s, np.full(4, 2.0 - 0.1 * 2.0), 1e-15)  # the weights behind it are 0: no other gradient


def test_a_checkpoint_belongs_to_its_penalty(data, tmp_path):
    path = tmp_path / "run.npz"

    def theta(epochs, penalty, resume):
        net, settings = small(), {"loss": LOSS, "optimizer": mn.Adam(), "batch_size": 7, "rng": 0}
        callbacks = [mn.Checkpoint(path)]
        mn.fit(net, *data, epochs=epochs, penalty=penalty, resume=resume, callbacks=callbacks, **settings)
        return net.theta.tobytes()

    whole = theta(4, mn.Penalty(l2=0.1), None)
    theta(2, mn.Penalty(l2=0.1), None)
    for other in (None, mn.Penalty(l2=0.2)):
        with pytest.raises(FileFormatError, match=r"penalty differs: there Penalty\(l1=0.0, l2=0.1\)"):
            theta(4, other, path)
    assert theta(4, mn.Penalty(l2=0.1), path) == whole
