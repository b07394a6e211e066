"""Layers that normalise: by hand, with large offsets, and spectral norms against singular values."""

import copy
import pickle

import numpy as np
import pytest

import minnet as mn
from minnet.errors import DerivativeError, FileFormatError, SettingError, ShapeError
from minnet.layers.spectral_norm import length
from tests.checks import assert_close, slope
from tests.test_layers import Scale

TRAINING = mn.Pass(training=True)


# Batch and layer normalisation.


def test_layer_norm_by_hand(kernels):
    """Features 1, 3 have mean 2 and variance 1; 10, 30 mean 20 and variance 100; every time by itself."""
    net = mn.Network([mn.LayerNorm(epsilon=1e-300)], input_shape=(2, 2))
    net.layers[0].gamma, net.layers[0].beta = [1.0, 2.0], [0.0, 5.0]
    assert_close(net([[[1.0, 3.0], [30.0, 10.0]]]), [[[-1, 7], [1, 3]]], 1e-14)
    assert_close(net.backward([[[1.0, 0.0], [0.0, 1.0]]]), np.zeros((1, 2, 2)), 1e-14)  # two features have no freedom
    assert_close(net.gradient(), [-1, -1, 1, 1], 1e-14)


def test_layer_norm_does_the_same_in_training_and_by_single_samples(kernels, rng):
    net = mn.Network([mn.LayerNorm()], input_shape=(None, 6))
    x = rng.standard_normal((5, 4, 6))
    assert np.array_equal(net.forward(x[np.newaxis], TRAINING)[0], net(x))
    assert_close(np.concatenate([net(x[n : n + 1]) for n in range(5)]), net(x), 1e-15)
    assert net.jacobian(x[:2, :1]).shape == (2, 1, 6, 12)


def test_a_single_feature_becomes_beta(kernels):
    net = mn.Network([mn.LayerNorm(), mn.Dense(1, 1)], rng=0)
    net.layers[0].beta = 0.25
    net.layers[1].W = 2.0
    assert_close(net([[3.0], [-1e9]]), [[0.5], [0.5]], 1e-15)
    assert_close(net.backward([[1.0], [1.0]]), [[0.0], [0.0]], 1e-15)


@pytest.mark.parametrize("layer", [mn.BatchNorm, mn.LayerNorm])
def test_a_large_offset_costs_nothing_in_float32(layer, kernels, rng):
    """Sums of squares of 10 000 +- 1 have no digit left of the variance in float32."""
    x = (1e4 + rng.standard_normal((300, 40))).astype("float32")
    over = 0 if layer is mn.BatchNorm else 1
    exact = x.astype(float) - x.mean(axis=over, dtype=float, keepdims=True)
    exact /= np.sqrt(np.square(exact).mean(axis=over, keepdims=True) + 1e-5)
    net = mn.Network([layer()], input_shape=(40,), dtype="float32")
    assert np.abs(net.forward(x[np.newaxis], TRAINING)[0] - exact).max() < 1e-5
    double = mn.Network([layer()], input_shape=(40,))
    double.forward(x[np.newaxis].astype(float), TRAINING)
    dy = rng.standard_normal((300, 40)).astype("float32")
    assert_close(net.backward(dy), double.backward(dy), 1e-5)
    assert_close(net.gradient(), double.gradient(), 1e-5)


def test_a_first_row_far_out_costs_nothing(kernels, rng):
    """The compiled pass subtracts the first row from all others."""
    x = rng.standard_normal((1000, 3))
    x[0] = 1e9
    net = mn.Network([mn.BatchNorm()], input_shape=(3,))
    net.forward(x[np.newaxis], TRAINING)
    net.update_buffers()
    assert_close((net.layers[0].mean - x.mean(axis=0)) / x.std(axis=0), np.zeros(3), 1e-12)
    assert_close(net.layers[0].variance / x.var(axis=0, ddof=1), np.ones(3), 1e-10)


def test_gradients_of_batch_norm_in_inference_are_by_its_running_statistics(kernels, rng):
    net = mn.Network([mn.BatchNorm()], input_shape=(2,))
    net.layers[0].mean, net.layers[0].variance = [1.0, -2.0], [4.0, 0.25]
    x, dy = rng.standard_normal((2, 6, 2))
    net(x)
    assert_close(net.backward(dy), dy / np.sqrt(np.array([4, 0.25]) + 1e-5), 1e-14)
    z = (x - [1, -2]) / np.sqrt(np.array([4, 0.25]) + 1e-5)
    assert_close(net.gradient(), [*(z * dy).sum(axis=0), *dy.sum(axis=0)], 1e-14)


def test_what_layer_norm_cannot_do_is_said():
    with pytest.raises(ShapeError, match=r"LayerNorm.*last axis, the features, is fixed, not \(4, None\)"):
        mn.Network([mn.LayerNorm()], input_shape=(4, None))
    with pytest.raises(SettingError, match="epsilon=0 is out of range"):
        mn.LayerNorm(0)
    net = mn.Network([mn.Dense(2, 3), mn.LayerNorm(), mn.Dense(3, 1)], rng=0)
    with pytest.raises(DerivativeError, match="couples features, times or samples"):
        net.jet(np.ones((2, 2)))


# Spectral normalisation.


def spectral(i=6, o=4, rng=0, **settings):
    return mn.Network([mn.SpectralNorm(mn.Dense(i, o, **settings))], rng=rng)


def largest(W):
    return np.linalg.svd(W.reshape(-1, W.shape[-1]), compute_uv=False)[0]


def test_sigma_follows_a_drifting_matrix_to_one_percent(kernels, rng):
    net = spectral(30, 20)
    layer, drift = net.layers[0], 0.002 * rng.standard_normal((30, 20))
    x = rng.standard_normal((1, 3, 30))
    for _ in range(100):
        layer.W += drift
        net.forward(x, TRAINING)
        net.update_buffers()
    net.forward(x)
    assert layer.sigma == pytest.approx(largest(layer.W), rel=0.01)
    assert largest(layer.wrapped.W) == pytest.approx(1, rel=0.01)
    assert np.linalg.norm(layer.u) == pytest.approx(1)


@pytest.mark.parametrize(("i", "o"), [(9, 7), (7, 9), (2, 7), (7, 2), (1, 5), (5, 1), (40, 3), (3, 40)])
def test_sigma_is_found_from_any_start(i, o, rng):
    """Also where u begins worse than any row of W."""
    for seed in range(6):
        left, _, right = np.linalg.svd(rng.standard_normal((i, o)), full_matrices=False)
        values = 3.0 * 0.8 ** np.arange(len(right))
        net = spectral(i, o, rng=seed, weights=left * values @ right)
        if seed % 2:
            # the direction in which W stretches least, but for rounding, without which nothing would lead away from it
            net.layers[0].u = right[-1] + 1e-15 * rng.standard_normal(right.shape[1])
        for _ in range(250):
            net.update_buffers()
        net(np.ones((1, i)))
        assert net.layers[0].sigma == pytest.approx(3.0, rel=1e-3)


def test_iterations_without_a_norm_overflow_or_vanish():
    """The slides' formulas: u = W v, v = W^T u, sigma = u^T W v, at every step of training."""
    for scale in (3.0, 0.1):
        W = scale * np.eye(5, 4)
        v = np.ones(4) / 2
        sigmas = []
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(1000):
                u = W @ v
                v = W.T @ u
                sigmas.append(u @ W @ v)
        assert sigmas[0] == pytest.approx(scale**4)  # not scale
        assert sigmas[1] == pytest.approx(scale**8)
        assert not np.isfinite(sigmas[-1]) if scale > 1 else sigmas[-1] == 0
        net = spectral(5, 4, weights=W)
        for _ in range(1000):
            net.update_buffers()
        net(np.ones((1, 5)))
        assert net.layers[0].sigma == pytest.approx(scale)


def test_gradients_go_through_sigma(kernels, rng):
    """By u as well as by the norm of a W that has left u behind, which the checks of all layers do not tell apart."""
    net = spectral()
    x, u = rng.standard_normal((1, 5, 6)), rng.standard_normal((1, 5, 4))
    kinds = set()
    for _ in range(30):
        theta = rng.standard_normal(net.theta.size)
        net.theta = theta
        net.layers[0].u = rng.standard_normal(4)
        net.layers[0].u /= np.linalg.norm(net.layers[0].u)
        net.forward(x)
        kinds.add(np.linalg.matrix_rank(net.layers[0].slope()))
        net.sweep_back(u)
        gradient, v = net.gradient().copy(), rng.standard_normal(theta.size)

        def of_theta(theta):
            net.theta = theta
            return np.vdot(u, net.forward(x))

        assert gradient @ v == pytest.approx(slope(of_theta, theta, v), rel=1e-6, abs=1e-6)
    assert kinds == {1, 4}


def test_jets_pass_through(rng):
    net = mn.Network([mn.SpectralNorm(mn.Dense(2, 5)), mn.Tanh(), mn.SpectralNorm(mn.Dense(5, 1))], rng=rng)
    plain = mn.mlp([2, 5, 1])
    net(np.ones((1, 2)))
    for layer, other in ((0, 0), (2, 2)):
        plain.layers[other].W, plain.layers[other].b = net.layers[layer].wrapped.W, net.layers[layer].b
    x = rng.standard_normal((4, 2))
    assert_close(net.jet(x).second, plain.jet(x).second, 1e-14)


@pytest.mark.parametrize("scale", [0.0, 1e-30, 1e-12, 1.0, 1e12, 1e30])
def test_weights_of_any_size_come_out_as_one(scale, dtype, rng):
    W = scale * rng.standard_normal((6, 4))
    net = mn.Network([mn.SpectralNorm(mn.Dense(6, 4, weights=W))], rng=0, dtype=dtype)
    for _ in range(200):
        net.update_buffers()
    net(np.ones((1, 6)))
    assert largest(net.layers[0].wrapped.W) == pytest.approx(1 if scale else 0, rel=1e-4)


def test_weights_set_by_hand_do_no_harm():
    """From one direction to another, so that W u is exactly 0."""
    net = spectral(3, 2, weights=[[5.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    layer = net.layers[0]
    for _ in range(20):
        net.update_buffers()
    assert np.array_equal(np.abs(layer.u), [1, 0])
    layer.W = [[0.0, 0.0], [0.0, 7.0], [0.0, 0.0]]
    net(np.eye(3))
    assert largest(layer.wrapped.W) == pytest.approx(2**0.5)
    net.backward(np.ones((3, 2)))
    assert np.isfinite(net.gradient()).all()
    net.update_buffers()
    net(np.eye(3))
    assert_close(layer.wrapped.W, [[0, 0], [0, 1], [0, 0]], 1e-15)
    layer.W = 0.0
    assert_close(net(np.eye(3)), np.zeros((3, 2)), 0)
    net.backward(np.ones((3, 2)))
    net.update_buffers()
    assert np.isfinite(net.gradient()).all()
    assert np.isfinite(net.buffers).all()


def test_a_window_counts_with_the_inputs(rng):
    """Weights (*window, in, out) as one matrix; a layer of one's own does as well as a built-in one."""

    class Window(Scale):
        shapes = {"W": (3, 2, 5)}  # noqa: RUF012
        initial = {"W": "glorot_uniform"}  # noqa: RUF012

        def forward(self, x, call):
            self.x = x
            return x[..., :1] * self.W.sum()

    net = mn.Network([mn.SpectralNorm(Window())], input_shape=(4,), rng=rng)
    for _ in range(100):
        net.update_buffers()
    net(np.ones((1, 4)))
    layer = net.layers[0]
    assert layer.sigma == pytest.approx(np.linalg.svd(layer.W.reshape(6, 5), compute_uv=False)[0], rel=1e-3)


def test_the_wrapped_layer_is_a_copy():
    dense = mn.Dense(3, 3)
    net = mn.Network([dense, mn.SpectralNorm(dense)], rng=0)
    net.layers[1].W = 0.0
    x = np.ones((1, 3))
    assert_close(net(x), [[0.0, 0.0, 0.0]], 0)
    assert net.layers[0].W.any()


def trained(path=None, **options):
    layers = [mn.SpectralNorm(mn.Dense(2, 6)), mn.Tanh(), mn.SpectralNorm(mn.Dense(6, 6)), mn.Tanh(), mn.Dense(6, 1)]
    net, x = mn.Network(layers, rng=0), np.random.default_rng(0).standard_normal((40, 2))
    callbacks = [] if path is None else [mn.Checkpoint(path)]
    options = {"epochs": 6, "batch_size": 10, "rng": 1, "callbacks": callbacks, **options}
    history = mn.fit(net, x, x[:, 0] * x[:, 1], loss=mn.MeanSquaredError(), optimizer=mn.Adam(0.05), **options)
    assert not history.compiled
    return net


def test_copies_files_and_checkpoints_keep_everything(tmp_path, kernels):
    net, path = trained(), tmp_path / "net.npz"
    x = np.linspace(-1, 1, 8).reshape(4, 2)
    net.save(path)
    assert "SpectralNorm(Dense(2, 6))" in repr(net)
    for twin in (copy.deepcopy(net), pickle.loads(pickle.dumps(net)), mn.load(path)):
        assert repr(twin) == repr(net)
        assert np.array_equal(twin.buffers, net.buffers)
        assert np.array_equal(twin(x), net(x))
        twin.theta[:] = 0
        twin.update_buffers()
        assert net.theta.any()
    trained(path, epochs=3)
    resumed = trained(path, resume=path)
    assert np.array_equal(resumed.theta, net.theta)
    assert np.array_equal(resumed.buffers, net.buffers)


def test_files_are_read_strictly(tmp_path):
    net, path = mn.Network([mn.SpectralNorm(Weights())], input_shape=(2,), rng=0), tmp_path / "net.npz"
    net.save(path)
    with pytest.raises(FileFormatError, match=r"unknown layer 'own\.Weights'; pass its class"):
        mn.load(path)
    assert np.array_equal(mn.load(path, layers=[Weights]).theta, net.theta)


class Weights(Scale):
    """A layer of one's own with weights W."""

    shapes = {"W": (None, 2)}  # noqa: RUF012
    initial = {"W": "ones"}  # noqa: RUF012

    def forward(self, x, call):
        return x @ self.W


def test_solvers_take_it(rng):
    """Its Jacobian is exact: the sum of squares falls to that of the best map of norm 1."""
    net, x = spectral(2, 2), rng.standard_normal((50, 2))
    for _ in range(50):
        net.update_buffers()
    target = x @ [[0.6, -0.8], [0.8, 0.6]] + [1.0, 2.0]
    mn.fit(net, x, target, loss=mn.MeanSquaredError(), optimizer=mn.LevenbergMarquardt(), epochs=30)
    net.update_buffers()
    assert np.mean((net(x) - target) ** 2) < 1e-6


@pytest.mark.parametrize(
    "layer", [mn.Tanh(), mn.BatchNorm(), mn.SpectralNorm(mn.Dense(2, 2)), Scale(), 3, mn.Dense, mn.mlp([1, 1])]
)
def test_other_layers_are_refused(layer):
    with pytest.raises(SettingError, match="SpectralNorm takes a layer with weights W and at most a bias b"):
        mn.SpectralNorm(layer)


def test_a_layer_of_a_network_is_refused():
    with pytest.raises(SettingError, match="already belongs to a network"):
        mn.SpectralNorm(mn.mlp([1, 1]).layers[0])
    with pytest.raises(ShapeError, match=r"layer 0, SpectralNorm\(Dense\(2, 3\)\).* takes 2 features"):
        mn.Network([mn.SpectralNorm(mn.Dense(2, 3))], input_shape=(4,))


def test_lengths_beyond_the_range_of_squares():
    for dtype in ("float32", "float64"):
        info = np.finfo(dtype)
        for size in (info.tiny, 1.0, info.max / 4):
            assert length(np.array([3 * size / 4, size], dtype)) == pytest.approx(1.25 * size, rel=1e-6)
    assert length(np.zeros(3)) == 0
    assert np.isnan(length(np.array([1.0, np.nan])))
