"""Data in units of their own: what is standardised trains as if it had none, and what is not is named."""

import warnings

import numpy as np
import pytest

import minnet as mn
from minnet.checks import varies
from minnet.errors import DataError, SettingError, ShapeError
from minnet.numerics.integration import network_integral

RNG = np.random.default_rng(0)
X = RNG.uniform(-1, 1, (80, 2))
Y = np.stack([np.sin(3 * X[:, 0]), X[:, 1] ** 2, X.sum(axis=1)], axis=1)


def network(x, y, *, dtype="float64"):
    layers = [mn.Standardize(x), mn.Dense(2, 12), mn.Tanh(), mn.Dense(12, 3), mn.Standardize(y).inverse()]
    return mn.Network(layers, rng=0, dtype=dtype)


@pytest.fixture(autouse=True)
def no_scale_is_odd():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


# The layers.


def test_mean_0_and_standard_deviation_1():
    x = np.array([[1e6, 3.0, 7.0], [1e6 + 2, 3.0, 9.0], [1e6 + 4, 3.0, 2.0]])
    y = mn.Network([mn.Standardize(x)], rng=0)(x)
    assert y.mean(axis=0) == pytest.approx([0, 0, 0], abs=1e-15)
    assert y.std(axis=0) == pytest.approx([1, 0, 1], rel=1e-14)  # the second does not vary
    assert y[:, 0] == pytest.approx([-np.sqrt(1.5), 0, np.sqrt(1.5)], rel=1e-15)


@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
def test_the_inverse_brings_back(size):
    x = size * (100 + RNG.standard_normal((30, 4)))
    layer = mn.Standardize(x)
    back = mn.Network([layer, mn.Standardize(x).inverse()], rng=0)(x)
    assert back == pytest.approx(x, rel=1e-14)


def test_rounding_is_not_taken_for_spread():
    x = np.full(7, 0.1) * 1e6 / 3
    assert mn.Standardize(x + np.arange(7) * 1e-11).std.tolist() == [1.0]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.full(10, 0.1), False),  # the mean is 0.09999999999999999
        (1e6 + 1e-10 * np.arange(8), False),
        (1e6 + 1e-8 * np.arange(8), True),
        (1e-300 * np.array([1.0, 1.001]), True),
        (np.array([-1.7e308, 1.7e308]), True),
        (np.full(5, 0.1, "float32") * np.float32(1 + 2.0**-23) ** np.arange(5, dtype="float32"), False),
        (np.array([0.0, 1e-300]), True),
        (np.zeros(3), False),
        (np.array([2**60, 2**60 + 1]), True),
        (np.array([True, True]), False),
        (np.empty(0), False),
    ],
)
def test_what_differs_by_rounding_does_not_vary(values, expected):
    assert varies(values) is expected


def test_all_axes_but_the_last_are_samples_and_masked_values_are_left_out():
    x = RNG.standard_normal((5, 6, 7, 3))
    assert mn.Standardize(x).mean == pytest.approx(x.reshape(-1, 3).mean(axis=0), rel=1e-12)
    gaps = np.ma.array([1.0, 2.0, -9999.0, 3.0], mask=[0, 0, 1, 0])
    assert mn.Standardize(gaps).mean.tolist() == [2.0]
    assert mn.Standardize(gaps).std == pytest.approx([np.sqrt(2 / 3)], rel=1e-15)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({}, SettingError, r"as in Standardize\(x\)"),
        ({"x": X, "mean": 1.0, "std": 1.0}, SettingError, "or both mean and std"),
        ({"mean": 1.0}, SettingError, "both mean and std"),
        ({"mean": [1.0, 2.0], "std": 1.0}, ShapeError, "one number for each feature"),
        ({"mean": 1.0, "std": 0.0}, SettingError, "std positive"),
        ({"x": 3.0}, ShapeError, "the shape must be"),
        ({"x": np.empty((0, 2))}, ShapeError, "the shape must be"),
        ({"x": [1.0, np.nan]}, DataError, "not finite"),
        ({"x": np.ma.array([1.0, 2.0], mask=True)}, DataError, "all values of a feature are masked"),
    ],
)
def test_what_cannot_be_standardised(arguments, error, words):
    with pytest.raises(error, match=words):
        mn.Standardize(**arguments)
    with pytest.raises(ShapeError, match="takes 2 features"):
        mn.Network([mn.Dense(1, 3), mn.Standardize(X)])


def test_jets_integrals_and_files_pass(tmp_path):
    """f(x) = 1e6 + 1e3 tanh((x - 1000) / 50): its derivatives and its integral."""
    net = mn.Network(
        [mn.Standardize(mean=1000.0, std=50.0), mn.Dense(1, 1, weights=1.0), mn.Tanh(), mn.Dense(1, 1, weights=1.0),
         mn.Standardize(mean=1e6, std=1e3).inverse()],
        rng=0,
    )  # fmt: skip
    x = np.array([930.0, 1010.0])
    z = (x - 1000) / 50
    jet = net.jet(x)
    assert jet.value[:, 0] == pytest.approx(1e6 + 1e3 * np.tanh(z), rel=1e-15)
    assert jet.first[0, :, 0] == pytest.approx(20 / np.cosh(z) ** 2, rel=1e-13)
    assert jet.second[0, :, 0] == pytest.approx(-0.8 * np.tanh(z) / np.cosh(z) ** 2, rel=1e-13)
    integral = 1e6 * 80 + 5e4 * (np.log(np.cosh(z[1])) - np.log(np.cosh(z[0])))
    result = network_integral(net, x[0], x[1])
    assert result.value == pytest.approx([integral], rel=1e-15)
    assert abs(result.value[0] - integral) <= result.error[0] + 1e-15 * integral
    net.save(tmp_path / "net.npz")
    assert np.array_equal(mn.load(tmp_path / "net.npz")(x), net(x))


def test_integrals_over_boxes_of_features_in_different_units():
    x = np.array([[0.0, 1e4], [1e-3, 3e4]])
    net = mn.Network([mn.Standardize(x), mn.Dense(2, 5), mn.Tanh(), mn.Dense(5, 1)], rng=1)
    low, high = x
    nodes, weights = np.polynomial.legendre.leggauss(20)
    points = [(low[i] + high[i]) / 2 + (high[i] - low[i]) / 2 * nodes for i in range(2)]
    grid = np.stack(np.meshgrid(*points, indexing="ij"), axis=-1).reshape(-1, 2)
    expected = (high - low).prod() / 4 * np.outer(weights, weights).ravel() @ net(grid)[:, 0]
    assert network_integral(net, low, high).value == pytest.approx([expected], rel=1e-9)


# Training.

UNITS = [(1e-6, 0.0), (1e6, 0.0), (1.0, 1e4), (1e3, -1e6)]
METHODS = {
    "SGD": (mn.SGD(0.1), {"batch_size": 16}),
    "Adam": (mn.Adam(0.01), {"batch_size": 16}),
    "plain loop": (mn.Adam(0.01), {"compiled": False}),
    "L-BFGS": (mn.LBFGS(), {}),
    "Levenberg-Marquardt": (mn.LevenbergMarquardt(), {}),
}


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize(("unit", "offset"), UNITS)
def test_the_same_model_in_all_units(name, unit, offset):
    """Methods times units: standardised, data give the same model, up to rounding."""
    optimizer, settings = METHODS[name]
    settings = {"loss": mn.MeanSquaredError(), "optimizer": optimizer, "epochs": 8, "rng": 0, **settings}
    plain, other = network(X, Y), network(unit * X + offset, unit * Y + offset)
    losses = mn.fit(plain, X, Y, **settings).history["loss"]
    again = mn.fit(other, unit * X + offset, unit * Y + offset, **settings).history["loss"]
    rounding = 1e-13 * (1 + abs(offset) / unit)
    assert again == pytest.approx(losses, rel=1e5 * rounding)
    assert (other(unit * X + offset) - offset) / unit == pytest.approx(plain(X), abs=1e5 * rounding)


def test_losses_have_no_unit_and_derivatives_are_trained_on():
    """A Sobolev fit in seconds and metres is the one in milliseconds and kilometres; by both loops."""
    x = np.linspace(0, 1, 40)
    y, slope = np.sin(4 * x), 4 * np.cos(4 * x)
    histories = []
    for time, length, compiled in ((1.0, 1.0, True), (1e3, 1e-3, True), (1e3, 1e-3, False)):
        target = mn.Jet(length * y[:, None], first=(length / time * slope)[None, :, None])
        layers = [mn.Standardize(time * x), mn.Dense(1, 10), mn.Tanh(), mn.Dense(10, 1)]
        net = mn.Network([*layers, mn.Standardize(length * y).inverse()], rng=0)
        loss = mn.Sobolev((1.0, (time * x.std()) ** 2))
        with mn.use_kernels("compiled"):
            history = mn.fit(net, time * x, target, loss=loss, optimizer=mn.Adam(0.01), epochs=20, compiled=compiled)
        assert history.compiled == compiled
        histories.append(history.history["loss"])
    assert histories[1] == pytest.approx(histories[0], rel=1e-10)
    assert histories[2] == pytest.approx(histories[0], rel=1e-10)


def test_pictures_are_standardised_by_channel_in_compiled_epochs():
    x = 100 + 20 * RNG.standard_normal((30, 4, 4, 3)) * [1, 2, 3]
    y = np.arange(30) % 2
    losses = []
    for compiled in (True, False):
        net = mn.Network([mn.Standardize(x), mn.Flatten(), mn.Dense(48, 1)], input_shape=(4, 4, 3), rng=0)
        settings = {"loss": mn.BinaryCrossEntropy(), "optimizer": mn.Adam(0.01), "epochs": 5, "compiled": compiled}
        losses.append(mn.fit(net, x, y, **settings).history["loss"])
    assert losses[0] == pytest.approx(losses[1], rel=1e-12)


def test_validation_callbacks_and_checkpoints_see_the_whole_network(tmp_path):
    x, y = 1e4 + 10 * X, 1e6 * Y
    seen = []

    class Look(mn.Callback):
        def on_epoch_end(self, run):
            seen.append(run.net(x[:1]).max())

    settings = {"loss": mn.MeanSquaredError(), "optimizer": mn.Adam(0.01), "rng": 0, "batch_size": 20}
    net, path = network(x, y), tmp_path / "run.npz"
    history = mn.fit(net, x, y, epochs=6, validation_data=(x, y), callbacks=[Look(), mn.Checkpoint(path)], **settings)
    assert history.history["val_loss"][-1] < 3
    assert max(map(abs, seen)) > 1e4
    resumed, longer = network(x, y), network(x, y)
    mn.fit(
        resumed,
        x,
        y,
        epochs=9,
        resume=path,
        validation_data=(x, y),
        callbacks=[Look(), mn.Checkpoint(path)],
        **settings,
    )
    mn.fit(longer, x, y, epochs=9, validation_data=(x, y), callbacks=[], **settings)
    assert np.array_equal(resumed.theta, longer.theta)


def test_variable_projection_finds_the_last_dense_layer():
    x = np.linspace(1000, 2000, 100)
    y = 1e6 + np.sin(x / 100)
    net = mn.Network(
        [mn.Standardize(x), mn.Dense(1, 12), mn.Tanh(), mn.Dense(12, 1), mn.Standardize(y).inverse()], rng=0
    )
    mn.fit(net, x, y, loss=mn.MeanSquaredError(), optimizer=mn.VariableProjection(), epochs=100)
    assert np.abs(net(x)[:, 0] - y).max() < 1e-4


# Warnings.


def plain_fit(x, y, optimizer=mn.Adam(), loss=mn.MeanSquaredError(), layers=None):  # noqa: B008
    layers = layers or [mn.Dense(np.shape(x)[1], 4), mn.Tanh(), mn.Dense(4, 1)]
    return mn.fit(mn.Network(layers, rng=0), x, y, loss=loss, optimizer=optimizer, epochs=1)


@pytest.mark.parametrize("optimizer", [mn.Adam(), mn.LevenbergMarquardt()], ids=["optimizer", "solver"])
@pytest.mark.parametrize(
    ("scale", "offset", "words"),
    [
        ((1, 1000), 0, r"feature 1 has mean \S+ and standard deviation 6\d\d"),
        ((1, 1), (0, 1000), r"feature 1 has mean 1e\+03 and standard deviation 0\.6"),
        ((1e-6, 1e-6), 0, r"feature [01] has mean \S+ and standard deviation 6\S+e-07"),
    ],
)
def test_inputs_in_odd_units_are_named(scale, offset, words, optimizer):
    x = X * scale + offset
    with pytest.warns(mn.ScaleWarning, match=rf"of the inputs, {words}.*begin the network with Standardize\(x\)"):
        plain_fit(x, Y[:, 0], optimizer)
    layers = [mn.Standardize(x), mn.Dense(2, 4), mn.Tanh(), mn.Dense(4, 1)]
    plain_fit(x, Y[:, 0], optimizer, layers=layers)  # without a word


@pytest.mark.parametrize(("scale", "offset"), [(1e6, 0), (1e-6, 0), (1, 1e4)])
def test_targets_in_odd_units_are_named_to_optimizers(scale, offset):
    y = scale * Y[:, 0] + offset
    with pytest.warns(mn.ScaleWarning, match=r"of the targets, feature 0 has mean .*Standardize\(y\).inverse\(\)"):
        plain_fit(X, y)
    plain_fit(X, y, layers=[mn.Dense(2, 4), mn.Tanh(), mn.Dense(4, 1), mn.Standardize(y).inverse()])
    plain_fit(X, y, mn.LevenbergMarquardt())  # which has no use for it


@pytest.mark.parametrize(
    "x",
    [
        np.eye(200)[:80],  # classes, each of them rare
        np.linspace(0, 10, 160).reshape(80, 2),
        np.column_stack([np.ones(80), X[:, 0]]),  # a constant feature
        5e-2 * X,
        np.zeros((80, 2)),
    ],
    ids=["one-hot", "0 to 10", "constant", "small", "nothing"],
)
def test_usual_inputs_are_not_named(x):
    plain_fit(x, Y[:, 0])


def test_layers_that_normalise_are_believed():
    x = 1e3 * X + 5
    for first in ([mn.BatchNorm()], [mn.LayerNorm()]):
        plain_fit(x, Y[:, 0], layers=[*first, mn.Dense(2, 4), mn.Tanh(), mn.Dense(4, 1)])
    with pytest.warns(mn.ScaleWarning, match="of the inputs"):
        plain_fit(x, Y[:, 0], layers=[mn.Rescale(-1, 1), mn.Dense(2, 4), mn.Tanh(), mn.Dense(4, 1)])


@pytest.mark.parametrize("optimizer", [mn.Adam(), mn.LevenbergMarquardt()], ids=["optimizer", "solver"])
@pytest.mark.parametrize("x", [X * [1, 25], X * [15, 1], 20 * X, X * [1, 0.02]], ids=["25", "15", "20", "0.02"])
def test_inputs_that_cost_a_fit_are_named(x, optimizer):
    """Levenberg-Marquardt leaves 0.9, 0.7, 0.2 to 0.4 and 0.01 to 0.06, after as many steps as take it to 0.003."""
    with pytest.warns(mn.ScaleWarning, match=r"begin the network with Standardize\(x\)"):
        plain_fit(x, Y[:, 0], optimizer)


def two_outputs(y, optimizer, *, epochs=1, inverse=False, mask=False):
    last = [mn.Standardize(y).inverse()] if inverse else []
    net = mn.Network([mn.Dense(2, 12), mn.Tanh(), mn.Dense(12, 2), *last], rng=0)
    mn.fit(net, X, np.ma.MaskedArray(y, mask), loss=mn.MeanSquaredError(), optimizer=optimizer, epochs=epochs)
    return (np.abs(net(X) - y).max(axis=0) / np.abs(y).max(axis=0)).max()


@pytest.mark.parametrize("solver", [mn.LevenbergMarquardt(), mn.LBFGS()], ids=repr)
@pytest.mark.parametrize("unit", [1e6, 1e-6, 100, 1e-150])
def test_outputs_in_unequal_units_are_named_to_solvers(solver, unit):
    """The loss weighs them so: the smaller is not learned, and only the user can say whether it matters."""
    y = Y[:, :2] * [1, unit]
    smaller = 0 if unit > 1 else 1
    with pytest.warns(mn.ScaleWarning, match=rf"errors of feature {smaller} hardly count.*Standardize\(y\)") as caught:
        two_outputs(y, solver)
    assert len(caught) == 1
    assert two_outputs(y, solver, epochs=100, inverse=True) < 0.1  # without a word
    two_outputs(y, mn.VariableProjection())  # which solves for each output by itself
    two_outputs(np.where([True, False], y, 3.0), solver)  # a constant has no unit
    gaps = np.broadcast_to(np.arange(80)[:, np.newaxis] % 2 == 0, (80, 2))
    two_outputs(np.where(gaps, y, Y[:, :2]), solver, mask=gaps)  # and what is masked has none either


@pytest.mark.parametrize("loss", [mn.MeanSquaredError(), mn.Huber()], ids=repr)
def test_a_network_that_is_trained_already_is_believed(loss):
    y = 1e3 * Y[:, 0]
    net = mn.Network([mn.Dense(2, 12), mn.Tanh(), mn.Dense(12, 1)], rng=0)
    mn.fit(net, X, y, loss=mn.MeanSquaredError(), optimizer=mn.LevenbergMarquardt(), epochs=50)
    mn.fit(net, X, y, loss=loss, optimizer=mn.Adam(1e-6), epochs=1)
    net.theta[:] *= 0.1
    with pytest.warns(mn.ScaleWarning, match="of the targets"):
        mn.fit(net, X, y, loss=loss, optimizer=mn.Adam(1e-6), epochs=1)
