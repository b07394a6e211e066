"""Training: what an epoch is, what the history holds, and what is said about bad data."""

import numpy as np
import pytest

import minnet as mn
from minnet.checks import all_finite
from minnet.errors import DataError, DivergenceError, DtypeError, SettingError, ShapeError
from tests.checks import assert_close

X = np.linspace(-1, 1, 10)
Y = X**2


def small(dtype="float64"):
    return mn.Network([mn.Dense(1, 6), mn.Tanh(), mn.Dense(6, 1)], rng=0, dtype=dtype)


def train(net=None, x=X, y=Y, **settings):
    net = net or small()
    settings = {"loss": mn.MeanSquaredError(), "optimizer": mn.SGD(0.1), "epochs": 2, "rng": 0, **settings}
    return net, mn.fit(net, x, y, **settings)


def test_one_epoch_by_hand(kernels):
    """Batches of 4, 4 and 2 in order: every update by hand, and the sample-weighted mean of the losses before each."""
    by_hand, losses = small(), []
    for batch in (slice(0, 4), slice(4, 8), slice(8, 10)):
        error = by_hand(X[batch]) - Y[batch, None]
        losses.append(np.mean(error**2))
        by_hand.backward(2 * error / len(error))
        by_hand.theta[...] -= 0.1 * by_hand.gradient()
    net, history = train(epochs=1, batch_size=4, shuffle=False)
    assert_close(net.theta, by_hand.theta, 1e-14)
    assert history.history["loss"][0] == pytest.approx((4 * losses[0] + 4 * losses[1] + 2 * losses[2]) / 10, rel=1e-14)


def test_shuffling_sees_every_sample_once():
    """Inputs are one-hot, so that the weights record how often each sample came by; the last batch is ragged."""
    n = 10
    net = mn.Network([mn.Dense(n, 1, weights="zeros")])

    class Seen(mn.Loss):
        def __call__(self, y, target, weight=None):
            return 0.0, np.ones_like(y)

    mn.fit(net, np.eye(n), np.zeros(n), loss=Seen(), optimizer=mn.SGD(1.0), epochs=3, batch_size=4, rng=0)
    assert net.layers[0].W.ravel().tolist() == [-3.0] * n


def test_shuffling_depends_on_the_seed_alone():
    thetas = [train(batch_size=3, rng=rng)[0].theta for rng in (5, 5, np.random.default_rng(5), 6)]
    assert np.array_equal(thetas[0], thetas[1])
    assert np.array_equal(thetas[0], thetas[2])
    assert not np.array_equal(thetas[0], thetas[3])


def test_a_column_and_a_vector_are_the_same_data():
    columns, vectors = train(x=X[:, None], y=Y[:, None])[0], train()[0]
    assert np.array_equal(columns.theta, vectors.theta)


def test_weights_of_two_count_like_samples_twice():
    doubled, _ = train(x=np.r_[X, X[:3]], y=np.r_[Y, Y[:3]], optimizer=mn.SGD(0.1 * 13 / 10))
    weighted, _ = train(sample_weight=[2] * 3 + [1] * 7)
    assert_close(weighted.theta, doubled.theta, 1e-14)


def test_validation_split_takes_the_end_unshuffled():
    split, split_history = train(validation_split=0.3)
    apart, apart_history = train(x=X[:7], y=Y[:7], validation_data=(X[7:], Y[7:]))
    assert np.array_equal(split.theta, apart.theta)
    assert split_history.history == apart_history.history
    error = np.mean((split(X[7:])[:, 0] - Y[7:]) ** 2)
    assert split_history.history["val_loss"][-1] == pytest.approx(error, rel=1e-14)


def test_averaged_parameters_are_validated_and_left_behind():
    """With beta = 1/2 and three steps: avg = theta_3 / 2 + theta_2 / 4 + theta_1 / 8 + theta_0 / 8."""
    path = [small().theta.copy()]
    for epochs in (1, 2, 3):
        path.append(train(epochs=epochs)[0].theta)
    net, history = train(optimizer=mn.Averaged(mn.SGD(0.1), beta=0.5), epochs=3, validation_data=(X, Y))
    assert_close(net.theta, path[3] / 2 + path[2] / 4 + path[1] / 8 + path[0] / 8, 1e-14)
    assert history.history["val_loss"][-1] == pytest.approx(np.mean((net(X)[:, 0] - Y) ** 2), rel=1e-14)
    assert history.history["loss"] == train(epochs=3)[1].history["loss"]


def test_classes_from_labels_or_one_hot():
    x = np.random.default_rng(0).standard_normal((30, 2))
    labels = (x[:, 0] > 0).astype(int) + (x[:, 1] > 0)
    nets = []
    for y in (labels, np.eye(3)[labels]):
        net = mn.Network([mn.Dense(2, 3)], rng=0)
        mn.fit(net, x, y, loss=mn.CategoricalCrossEntropy(), optimizer=mn.Adam(0.1), epochs=50)
        nets.append(net)
    assert np.array_equal(nets[0].theta, nets[1].theta)


def test_sobolev_training_learns_the_derivative(kernels):
    x = np.linspace(0, 3, 40)
    net = mn.Network([mn.Dense(1, 20), mn.Tanh(), mn.Dense(20, 1)], rng=0)
    target = mn.Jet(np.sin(x), first=np.cos(x), second=-np.sin(x), mask=mn.Mask(None, second=x < 1.5))
    mn.fit(net, x, target, loss=mn.Sobolev((1, 1, 0.1)), optimizer=mn.Adam(0.02), epochs=1500)
    jet = net.jet(x)
    assert np.abs(jet.value[:, 0] - np.sin(x)).max() < 0.01
    assert np.abs(jet.first[0, :, 0] - np.cos(x)).max() < 0.03


def test_float32_training_stays_float32(kernels):
    net, _ = train(small("float32"), optimizer=mn.Adam(), sample_weight=np.ones(10), batch_size=3)
    assert net.theta.dtype == net.grad.dtype == net(X).dtype == np.float32


def test_kernels_train_alike(dtype):
    thetas = []
    for name in ("numpy", "compiled"):
        with mn.use_kernels(name):
            thetas.append(train(small(dtype), optimizer=mn.Adam(), epochs=20, batch_size=4)[0].theta)
    assert_close(thetas[0], thetas[1], 1e-12 if dtype == np.float64 else 1e-4)


def test_zero_epochs_change_nothing():
    net, history = train(epochs=0)
    assert np.array_equal(net.theta, small().theta)
    assert history.history == {}


BAD = [
    ({"y": Y[:9]}, ShapeError, "y has 9 samples, but there are 10 inputs"),
    ({"y": np.zeros((10, 2))}, ShapeError, r"y has shape \(10, 2\), but the network gives 1 outputs"),
    ({"x": np.zeros((10, 2)), "y": Y}, ShapeError, r"x has shape \(10, 2\)"),
    ({"x": [], "y": []}, DataError, "x has no samples"),
    (
        {"x": np.where(X > 0.5, np.nan, X)},
        DataError,
        r"x holds 3 values that are not finite, the first at index \(7, 0\)",
    ),
    ({"y": np.where(X > 0.9, np.inf, Y)}, DataError, r"y holds 1 values .*\(9, 0\): inf"),
    ({"y": ["a"] * 10}, DtypeError, "y must be real numbers"),
    ({"batch_size": 11}, SettingError, "batch_size=11 is larger than the 10 samples"),
    ({"batch_size": 0}, SettingError, "batch_size=0 is out of range"),
    ({"batch_size": 2.5}, SettingError, "batch_size=2.5"),
    ({"epochs": -1}, SettingError, "epochs=-1 is out of range"),
    ({"epochs": 1.5}, SettingError, "epochs=1.5"),
    ({"loss": mn.MeanSquaredError}, SettingError, "loss must be an object"),
    ({"loss": "mse"}, SettingError, r"such as MeanSquaredError\(\)"),
    ({"optimizer": "adam"}, SettingError, r"such as Adam\(\)"),
    ({"callbacks": [print]}, SettingError, "not a Callback"),
    ({"validation_split": 1.0}, SettingError, "validation_split=1.0"),
    ({"validation_split": 0.5, "validation_data": (X, Y)}, SettingError, "not both"),
    ({"validation_data": X}, SettingError, r"a pair \(x, y\)"),
    ({"validation_data": (X, Y[:3])}, ShapeError, "validation y has 3 samples"),
    ({"sample_weight": np.ones(9)}, ShapeError, r"sample_weight has shape \(9,\), expected \(10,\)"),
    ({"sample_weight": -np.ones(10)}, DataError, "must not be negative"),
    ({"sample_weight": np.full(10, np.nan)}, DataError, "sample_weight holds 10 values"),
    ({"y": mn.Jet(Y, Y)}, DataError, "use Sobolev"),
    ({"loss": mn.Sobolev()}, DataError, "must be a Jet"),
]


@pytest.mark.parametrize(("settings", "error", "words"), BAD, ids=[words for *_, words in BAD])
def test_bad_calls_are_explained(settings, error, words):
    with pytest.raises(error, match=words):
        train(**settings)


def test_cotangents_of_a_wrong_shape_never_reach_the_kernels():
    class Wrong(mn.Loss):
        def __call__(self, y, target, weight=None):
            return 1.0, np.ones((1, 100_000, 1))

    with pytest.raises(ShapeError, match=r"gave cotangents of shape \(1, 100000, 1\) for outputs \(1, 10, 1\)"):
        train(loss=Wrong())


def test_an_update_that_overflows_is_named_at_once(kernels):
    """lr 1e38 times a gradient of 10 is infinite in float32, though the loss before it is finite."""
    layers = [mn.Dense(1, 1, weights=1.0), mn.ReLU(), mn.Dense(1, 1, weights=10.0)]
    net = mn.Network(layers, dtype="float32")
    with pytest.raises(DivergenceError, match=r"update overflowed in epoch 1, batch 1"):
        train(net, np.ones(6), -np.ones(6), loss=mn.MeanAbsoluteError(), optimizer=mn.SGD(1e38), batch_size=2)
    assert net.theta.tolist() == [1, 0, 10, 0]


def test_a_validation_loss_that_is_not_finite_names_the_epoch():
    """A squared error of 1e60 is infinite in float32, while training data are harmless."""
    with pytest.raises(DivergenceError, match="validation loss is not finite in epoch 1, batch 1"):
        train(small("float32"), validation_data=([0.5], [1e30]))


def test_a_diverging_validation_of_averaged_parameters_leaves_those_before_the_last_update(kernels):
    net = small("float32")
    with pytest.raises(DivergenceError, match="validation loss is not finite in epoch 1, batch 1"):
        train(net, optimizer=mn.Averaged(mn.SGD(0.1), beta=0.5), validation_data=([0.5], [1e30]))
    assert np.array_equal(net.theta, small("float32").theta)


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.filterwarnings("ignore::minnet.ScaleWarning")
def test_a_gradient_whose_square_overflows_diverges_with_either_kernels(kernels, compiled):
    """An infinite mean square would hold a parameter still for ever, with a finite loss; or give NaN."""
    net = mn.Network([mn.Dense(1, 1, weights=1.0)], dtype="float32")
    x, y = [[1e25]], [[0.0]]
    for optimizer in (mn.Adam(), mn.RMSProp(), mn.AdaGrad(), mn.AMSGrad(), mn.NAdam(), mn.AdaDelta(), mn.RAdam()):
        with pytest.raises(DivergenceError, match=r"the update overflowed in epoch 1, batch 1 "):
            train(net, x, y, loss=mn.MeanAbsoluteError(), optimizer=optimizer, epochs=1, compiled=compiled)
        assert net.theta.tolist() == [1, 0]


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.filterwarnings("ignore::minnet.ScaleWarning")
def test_an_infinite_gradient_is_named_though_its_sign_is_finite(kernels, compiled):
    layers = [mn.Dense(1, 1, weights=0.0), mn.Dense(1, 1, weights=1e30)]
    net = mn.Network(layers, dtype="float32")
    with pytest.raises(DivergenceError, match="the gradient is not finite in epoch 1, batch 1 "):
        train(net, [[1e30]], [[1.0]], loss=mn.MeanAbsoluteError(), optimizer=mn.Lion(), epochs=1, compiled=compiled)
    assert net.theta.tolist() == [0, 0, np.float32(1e30), 0]


def test_data_too_large_for_float32_are_named():
    with pytest.raises(DataError, match="too large for float32"):
        train(small("float32"), y=1e300 * Y)


def test_numbers_whose_squares_overflow_are_finite_and_others_are_not(dtype):
    largest = np.finfo(dtype).max
    for values, finite in (([], True), ([largest, -largest], True), ([1, np.nan], False), ([largest, np.inf], False)):
        assert all_finite(np.array(values, dtype)) is finite


def test_divergence_is_named_and_leaves_finite_parameters(kernels, dtype):
    net = small(dtype)
    with pytest.raises(DivergenceError, match=r"in epoch \d+, batch [12] \(learning rate 1e\+06, SGD"):
        train(net, optimizer=mn.SGD(1e6), epochs=100, batch_size=5)
    assert np.isfinite(net.theta).all()
    assert np.isfinite(np.mean((net(X)[:, 0] - Y) ** 2))


def test_a_history_is_a_short_text_however_long_it_was():
    net = mn.mlp([1, 2, 1], "tanh", rng=0)
    x = np.linspace(-1, 1, 4)
    data = {"loss": mn.MeanSquaredError(), "optimizer": mn.SGD(0.01), "epochs": 3000, "validation_data": (x, x)}
    history = mn.fit(net, x, x, **data, rng=0)
    text = repr(history)
    assert len(text) < 120
    assert text.startswith("History(3,000 epochs in ")
    assert f"last loss {history.history['loss'][-1]:.4g}, val_loss {history.history['val_loss'][-1]:.4g}" in text
    assert str(history) == text
    assert repr(mn.History()) == "History(0 epochs in 0 s)"
    callback = mn.History({"own": [], "loss": [1.0]}, 0.5)
    assert repr(callback) == "History(1 epoch in 0.5 s; last loss 1)"
