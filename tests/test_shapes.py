"""Samples of any shape, passes, and buffers."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minnet as mn
from minnet.architecture import LAYERS, sample_shapes
from minnet.errors import DataError, DerivativeError, FileFormatError, SettingError, ShapeError
from tests.checks import PLACES, assert_close, example, sandwich, slope
from tests.test_layers import Scale

SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)


def of_shape(name, shape):
    """A layer that takes samples of this shape."""
    if name in ("Dense", "SpectralNorm"):
        dense = mn.Dense(shape[0], 3)
        return None if len(shape) > 1 else mn.SpectralNorm(dense) if name == "SpectralNorm" else dense
    if name == "Reshape":
        return mn.Reshape((int(np.prod(shape)), 1))
    if name in PLACES and (len(shape) - 1 not in PLACES[name] or min(shape[:-1]) < 2):
        return None
    return example(name, shape[-1])


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("name", LAYERS)
@settings(max_examples=30, deadline=None)  # the first call compiles
@given(shape=SHAPES, n=st.integers(2, 5))
def test_output_shape_is_what_forward_gives_and_backward_takes(name, training, shape, n):
    layer = of_shape(name, shape)
    if layer is None:
        return
    net = mn.Network([layer], input_shape=shape, rng=0)
    x = np.random.default_rng(0).standard_normal((1, n, *shape))
    buffers = net.buffers.copy()
    y = net.forward(x, mn.Pass(0, training, np.random.default_rng(1)))
    assert y.shape[2:] == net.output_shape == layer.output_shape(shape)
    assert net.sweep_back(np.ones_like(y)).shape == x.shape
    net.gradient()
    assert np.array_equal(net.buffers, buffers)


FLAT = ("Dense", "SpectralNorm")


@pytest.mark.parametrize("name", [name for name in LAYERS if name not in FLAT and 1 in PLACES.get(name, (1,))])
def test_gradients_of_samples_with_axes(name, kernels, rng):
    """Series of channels, in training, against central differences."""
    layers = [of_shape(name, (3, 2)), mn.Flatten()]
    layers.append(mn.Dense(sample_shapes(layers, (3, 2))[-1][0], 2))
    net = mn.Network(layers, input_shape=(3, 2), rng=rng)
    net.theta = rng.standard_normal(net.theta.size)
    x = rng.standard_normal((1, 5, 3, 2))

    def forward(x):
        return net.forward(x, mn.Pass(0, True, np.random.default_rng(7)))

    u = rng.standard_normal(forward(x).shape)
    dx, direction, gradient = net.sweep_back(u), rng.standard_normal(x.shape), net.gradient().copy()
    assert np.vdot(dx, direction) == pytest.approx(
        slope(lambda x: np.vdot(u, forward(x)), x, direction), rel=1e-6, abs=1e-6
    )
    theta = net.theta.copy()
    v = rng.standard_normal(theta.size)

    def of_theta(theta):
        net.theta = theta
        return np.vdot(u, forward(x))

    assert gradient @ v == pytest.approx(slope(of_theta, theta, v), rel=1e-6, abs=1e-6)


def test_softmax_is_over_the_last_axis(kernels):
    net = mn.Network([mn.Softmax()], input_shape=(2, 3))
    x = np.log([[[1.0, 2, 3], [4, 4, 2]]])
    assert_close(net(x), [[[1 / 6, 2 / 6, 3 / 6], [0.4, 0.4, 0.2]]], 1e-15)


def test_flatten_and_reshape_are_inverse_and_channels_run_fastest(dtype):
    net = mn.Network([mn.Flatten(), mn.Reshape((2, 2, 3)), mn.Flatten()], input_shape=(2, 2, 3), dtype=dtype)
    x = np.arange(24.0).reshape(2, 2, 2, 3)
    assert net(x).tolist() == x.reshape(2, 12).tolist()
    assert net.backward(np.ones((2, 12))).shape == x.shape


def test_pictures_are_learned_from_flattened(kernels):
    x = np.random.default_rng(0).standard_normal((60, 4, 3))
    y = x.sum(axis=(1, 2))
    net = mn.Network([mn.Flatten(), mn.Dense(12, 1)], input_shape=(4, 3), rng=0)
    history = mn.fit(net, x, y, loss=mn.MeanSquaredError(), optimizer=mn.Adam(0.05), epochs=200)
    assert history.history["loss"][-1] < 1e-3
    assert history.compiled == (kernels == "compiled")
    assert net.jacobian(x).shape == (60, 1, 13)
    plain = mn.Network([mn.Flatten(), mn.Dense(12, 1)], input_shape=(4, 3), rng=0)
    mn.fit(plain, x, y, loss=mn.MeanSquaredError(), optimizer=mn.Adam(0.05), epochs=200, compiled=False)
    assert_close(plain.theta, net.theta, 1e-9)


def test_series_are_targets_too(kernels):
    """One factor for each channel at all times; weights of samples, and a validation."""
    x = np.random.default_rng(0).standard_normal((40, 7, 2))
    for optimizer, epochs in ((mn.Adam(0.05), 300), (mn.LevenbergMarquardt(), 20)):
        net = mn.Network([Scale()], input_shape=(None, 2))
        mn.fit(
            net, x, x * [2.0, -3.0], loss=mn.MeanSquaredError(), optimizer=optimizer, epochs=epochs,
            sample_weight=np.linspace(0.5, 1, 40), validation_split=0.2,
        )  # fmt: skip
        assert_close(net.layers[0].s, [2.0, -3.0], 1e-3)
    with pytest.raises(ShapeError, match=r"y has shape \(40, 7\), but the network gives outputs of shape \(None, 2\)"):
        mn.fit(net, x, x[..., 0], loss=mn.MeanSquaredError(), optimizer=mn.Adam(), epochs=1)
    with pytest.raises(ShapeError, match=r"targets .* do not fit outputs"):
        mn.fit(net, x, x[:, :5], loss=mn.MeanSquaredError(), optimizer=mn.Adam(), epochs=1)


def test_classes_of_every_time(rng):
    """Labels (n, time) are one-hot rows (n, time, o); the mean is over samples and times."""
    scores, labels = rng.standard_normal((4, 5, 3)), rng.integers(0, 3, (4, 5))
    loss = mn.CategoricalCrossEntropy()
    by_label = loss.prepare(labels, 4, (5, 3), float, "y")
    value, slopes = loss(scores[np.newaxis], by_label)
    flat = loss(scores.reshape(20, 3), loss.prepare(labels.ravel(), 20, (3,), float, "y"))
    assert value == pytest.approx(flat[0], rel=1e-14)
    assert_close(slopes[0].reshape(20, 3), flat[1][0] if flat[1].ndim == 3 else flat[1], 1e-14)


@pytest.mark.parametrize(
    ("layers", "shape", "error", "message"),
    [
        ([mn.Flatten()], None, SettingError, "input_shape="),
        ([mn.Dense(12, 1)], (4, 3), ShapeError, r"layer 0, Dense\(12, 1\), takes 12 features.*Flatten\(\)"),
        ([mn.Flatten(), mn.Dense(4, 1)], (4, 3), ShapeError, "takes 4 features.*give 12"),
        ([mn.Flatten()], (None, 3), ShapeError, "fixed size"),
        ([mn.Reshape((5, 2))], (4, 3), ShapeError, "10 numbers, not of shape"),
        ([mn.BatchNorm()], (4, None), ShapeError, "last axis"),
        ([mn.Tanh()], (0, 3), SettingError, "shape of one sample"),
        ([mn.Tanh()], (), SettingError, "shape of one sample"),
        ([mn.Tanh()], "3", SettingError, "shape of one sample"),
    ],
)
def test_shapes_that_do_not_fit_are_explained(layers, shape, error, message):
    with pytest.raises(error, match=message):
        mn.Network(layers, input_shape=shape)


def test_a_refused_network_leaves_layers_free_for_other_features():
    layer = mn.BatchNorm()
    with pytest.raises(SettingError):
        mn.Network([layer, mn.Dense(3, 1, weights="bad")])
    assert mn.Network([layer, mn.Dense(2, 1)])(np.ones((4, 2))).shape == (4, 1)


def test_inputs_of_another_shape_are_explained():
    net = mn.Network([mn.Tanh()], input_shape=(None, 3))
    assert net(np.zeros((2, 9, 3))).shape == (2, 9, 3)
    for x in (np.zeros((2, 9, 4)), np.zeros(3), np.zeros((2, 3, 3, 3)), 1.0):
        with pytest.raises(ShapeError, match=r"takes \(samples, any, 3\)"):
            net(x)
    with pytest.raises(ShapeError, match=r"one sample of 27 features is x\[None, :\]"):
        net(np.zeros((9, 3)))
    with pytest.raises(DerivativeError, match="flat samples"):
        net.jet(np.zeros((2, 9, 3)))


def test_the_summary_gives_shapes_and_buffers():
    text = mn.Network([mn.BatchNorm(), mn.Flatten(), mn.Dense(6, 2)], input_shape=(3, 2)).summary()
    assert "(n, 3, 2)" in text
    assert "(n, 6)" in text
    assert text.splitlines()[-1].split() == ["buffers", "not", "learned", "5"]


# Dropout.


def test_dropout_keeps_the_mean_in_training_and_everything_in_inference(kernels, dtype):
    net = mn.Network([mn.Dropout(0.3)], input_shape=(1000,), dtype=dtype)
    x = np.ones((1, 100, 1000), dtype)
    y = net.forward(x, mn.Pass(training=True, rng=np.random.default_rng(0)))
    assert y.dtype == dtype
    assert set(np.unique(y)) == {0, dtype.type(1 / 0.7)}
    assert (y == 0).mean() == pytest.approx(0.3, abs=0.005)
    assert y.mean() == pytest.approx(1, abs=0.01)
    assert np.array_equal(net(x[0]), x[0])


def test_dropout_draws_anew_for_every_batch_from_the_run_alone():
    class See(mn.Dropout):
        masks = []  # noqa: RUF012

        def forward(self, x, call):
            y = super().forward(x, call)
            if call.training:
                self.masks.append(self.m.copy())
            return y

    def run():
        See.masks.clear()
        net = mn.Network([mn.Dense(2, 50), See(0.5), mn.Dense(50, 1)], rng=0)
        x = np.random.default_rng(0).standard_normal((20, 2))
        mn.fit(net, x, x[:, 0], loss=mn.MeanSquaredError(), optimizer=mn.SGD(), epochs=2, batch_size=10, rng=4)
        return [mask.tolist() for mask in See.masks]

    first = run()
    assert first == run()
    assert all(one != other for k, one in enumerate(first) for other in first[:k])


def test_dropout_without_a_generator_is_explained():
    net = mn.Network([mn.Dropout(0.5)], input_shape=(2,))
    with pytest.raises(SettingError, match=r"Pass\(training=True, rng="):
        net.forward(np.ones((1, 2, 2)), mn.Pass(training=True))
    with pytest.raises(SettingError, match="rate=1"):
        mn.Dropout(1)


# Batch normalisation.


def test_batch_norm_by_hand(kernels):
    """Values 1, 3 (mean 2, variance 1) and 10, 30 (mean 20, variance 100)."""
    net = mn.Network([mn.BatchNorm(epsilon=1e-300)], input_shape=(2,))
    net.layers[0].gamma, net.layers[0].beta = [1.0, 2.0], [0.0, 5.0]
    x = np.array([[[1.0, 10.0], [3.0, 30.0]]])
    assert_close(net.forward(x, mn.Pass(training=True))[0], [[-1, 3], [1, 7]], 1e-14)
    assert_close(net(x[0]), [[1, 25], [3, 65]], 1e-14)  # nothing was remembered yet: mean 0, variance 1
    net.update_buffers()
    assert_close(net.layers[0].mean, [2, 20], 1e-14)
    assert_close(net.layers[0].variance, [2, 200], 1e-14)  # unbiased
    assert_close(net(x[0]), [[-(2**-0.5), 5 - 2**0.5], [2**-0.5, 5 + 2**0.5]], 1e-14)


def test_running_statistics_move_by_momentum_once_enough_were_seen():
    net = mn.Network([mn.BatchNorm(momentum=0.75)], input_shape=(1,))
    means = []
    for mu in (8.0, 4.0, 0.0, 0.0, 0.0):
        net.forward(np.array([[[mu - 1], [mu + 1]]]), mn.Pass(training=True))
        net.update_buffers()
        means.append(float(net.layers[0].mean[0]))
    assert means == pytest.approx([8, 6, 4, 3, 2.25])


def test_passes_without_training_leave_statistics_alone():
    net = mn.Network([mn.BatchNorm()], input_shape=(1,))
    net(np.ones((5, 1)))
    net.update_buffers()
    assert net.buffers.tolist() == [0, 1, 0]


@pytest.mark.parametrize(("unit", "offset"), [(1.0, 0.0), (1e6, 0.0), (0.1, 0.0), (1.0, 1e4)])
def test_a_plain_fit_with_batch_norm_works_in_any_units(unit, offset, dtype):
    """Inference with running statistics is as good as training, after few steps, whatever the units of x."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((400, 2))
    y = np.sin(x[:, 0]) * x[:, 1]
    layers = [mn.BatchNorm(), mn.Dense(2, 32), mn.BatchNorm(), mn.Tanh(), mn.Dense(32, 1)]
    net = mn.Network(layers, rng=0, dtype=dtype)
    given = unit * x + offset
    history = mn.fit(
        net, given, y, loss=mn.MeanSquaredError(), optimizer=mn.Adam(0.02), epochs=40, batch_size=50, rng=0
    )
    assert np.mean((net(given)[:, 0] - y) ** 2) < 0.1 * np.var(y)
    assert history.history["loss"][-1] < 0.1 * np.var(y)


def test_a_batch_of_one_is_explained():
    net = mn.Network([mn.BatchNorm(), mn.Dense(2, 1)], rng=0)
    with pytest.raises(ShapeError, match=r"at least two values of every feature, not 1: choose a batch_size"):
        mn.fit(net, np.ones((5, 2)), np.ones(5), loss=mn.MeanSquaredError(), optimizer=mn.SGD(), epochs=1, batch_size=2)


def test_what_batch_norm_cannot_do_is_said_with_the_reason():
    net = mn.Network([mn.Dense(2, 3), mn.BatchNorm(), mn.Dense(3, 1)], rng=0)
    with pytest.raises(DerivativeError, match="couples"):
        net.jet(np.ones((2, 2)))
    with pytest.raises(DerivativeError, match=r"BatchNorm\(0.9, 1e-05\) couples the samples"):
        net.jacobian(np.ones((2, 2)))
    with pytest.raises(SettingError, match=r"layer 1, BatchNorm.* gives others in training"):
        mn.fit(
            net, np.ones((4, 2)), np.ones(4), loss=mn.MeanSquaredError(), optimizer=mn.LevenbergMarquardt(), epochs=1
        )


# Buffers go where parameters go.


def noisy(**settings):
    layers = [mn.Dense(2, 8), mn.BatchNorm(), mn.Tanh(), mn.Dropout(0.2), mn.Dense(8, 1)]
    return mn.Network(layers, rng=0, **settings)


X = np.random.default_rng(1).standard_normal((60, 2))
Y = X[:, 0] * X[:, 1]


def train(net, epochs=9, **options):
    return mn.fit(
        net, X, Y, loss=mn.MeanSquaredError(), optimizer=mn.Adam(0.01), epochs=epochs, batch_size=16, rng=2, **options
    )


def test_files_copies_and_other_processes_have_the_buffers(tmp_path, dtype):
    net = noisy(dtype=dtype)
    train(net)
    assert net.buffers.any()
    net.save(tmp_path / "net.npz")
    for twin in (mn.load(tmp_path / "net.npz"), copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert np.array_equal(twin.buffers, net.buffers)
        assert np.array_equal(twin(X), net(X))
        twin.buffers[...] = 1
        assert not np.array_equal(twin(X), net(X))


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_keeps_parameters_and_buffers_wherever_it_goes(name, tmp_path, rng):
    net = sandwich(name, rng=rng)
    net.theta, net.buffers = rng.random(net.theta.size), rng.random(net.buffers.size)
    net.save(tmp_path / "net.npz")
    for twin in (mn.load(tmp_path / "net.npz"), copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert repr(twin) == repr(net)
        assert (twin.sample_shapes, twin.theta.tolist()) == (net.sample_shapes, net.theta.tolist())
        assert twin.buffers.tolist() == net.buffers.tolist()
        assert np.array_equal(twin(X), net(X))


def test_a_file_without_its_buffers_is_refused(tmp_path):
    net = noisy()
    net.save(tmp_path / "net.npz")
    with np.load(tmp_path / "net.npz") as file:
        arrays = dict(file)
    del arrays["1.mean"]
    np.savez(tmp_path / "net.npz", **arrays)
    with pytest.raises(FileFormatError, match=r"'1\.mean' is missing"):
        mn.load(tmp_path / "net.npz")


def test_a_resumed_run_has_the_bits_of_one_that_never_stopped(tmp_path):
    """Running statistics, and the numbers that dropout draws."""
    path, whole, resumed = tmp_path / "run.npz", noisy(), noisy()
    history = train(whole, validation_split=0.2)
    train(noisy(), epochs=4, callbacks=[mn.Checkpoint(path)], validation_split=0.2)
    again = train(resumed, callbacks=[mn.Checkpoint(path)], resume=path, validation_split=0.2)
    assert again.history == history.history
    assert np.array_equal(resumed.theta, whole.theta)
    assert np.array_equal(resumed.buffers, whole.buffers)


def test_best_weights_and_divergence_take_the_buffers_along():
    class Keep(mn.Callback):
        def on_epoch_end(self, run):
            if run.epoch == 3:
                self.buffers = run.net.buffers.copy()
            run.history.record("score", abs(run.epoch - 3))

    net, keep = noisy(), Keep()
    train(net, callbacks=[keep, mn.EarlyStopping("score", mode="min", patience=2, restore_best_weights=True)])
    assert np.array_equal(net.buffers, keep.buffers)

    class Explode(mn.Callback):
        def on_epoch_end(self, run):
            self.before = run.states["net"].previous_buffers.copy()
            run.net.theta[...] = np.nan

    explode = Explode()
    with pytest.raises(mn.errors.DivergenceError):
        train(noisy(), callbacks=[explode])
    net = noisy()
    with pytest.raises(mn.errors.DivergenceError):
        train(net, callbacks=[explode])
    assert np.array_equal(net.buffers, explode.before)


def test_buffers_change_once_for_every_step():
    net = noisy()
    train(net, epochs=2)
    assert net.layers[1].steps == 8  # four batches an epoch


def test_fans_multiply_by_the_window():
    from minnet.initializers import INITIALIZERS

    rng = np.random.default_rng(0)
    assert INITIALIZERS["he_normal"]((5, 3, 16, 32), rng).std() == pytest.approx((2 / (15 * 16)) ** 0.5, rel=0.02)
    assert INITIALIZERS["glorot_uniform"]((5, 16, 32), rng).std() == pytest.approx((2 / (5 * 48)) ** 0.5, rel=0.02)
    flat = INITIALIZERS["orthogonal"]((3, 3, 2, 4), rng).reshape(18, 4)
    assert_close(flat.T @ flat, np.eye(4), 1e-12)
    with pytest.raises(DataError):
        mn.Network([mn.Dense(1, 1, weights=np.array([[np.inf]]))])


def test_copies_leave_behind_what_passes_remember():
    net = noisy()
    size = len(pickle.dumps(net))
    y = net.forward(np.zeros((1, 5000, 2)), mn.Pass(training=True, rng=np.random.default_rng(0)))
    net.backward(y[0])
    assert len(pickle.dumps(net)) < size + 1000
    assert "x" not in vars(copy.deepcopy(net).layers[0])


def test_a_network_with_shapes_in_its_layers_can_be_resumed(tmp_path):
    """Files give lists where layers have tuples."""

    def reshaped():
        return mn.Network([mn.Reshape((2, 1)), mn.Flatten(), mn.Dense(2, 1)], input_shape=(2,), rng=0)

    path, whole, resumed = tmp_path / "run.npz", reshaped(), reshaped()
    history = train(whole)
    train(reshaped(), epochs=4, callbacks=[mn.Checkpoint(path)])
    assert train(resumed, callbacks=[mn.Checkpoint(path)], resume=path).history == history.history
    assert np.array_equal(resumed.theta, whole.theta)
    whole.save(path)
    assert repr(mn.load(path)) == repr(whole)
    assert mn.load(path).header() == whole.header()
