"""Every layer there is: gradients, input cotangents and Jacobians against central differences."""

import numpy as np
import pytest

import minnet as mn
from minnet.architecture import LAYERS
from minnet.jet import seed
from tests.checks import SMOOTH, assert_close, example, sandwich, slope

CASES = [(name, order) for name in LAYERS for order in range(1 + example(name, 1).max_order)]
ROWS = [name for name in LAYERS if name != "BatchNorm"]  # which couples samples


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize(("name", "order"), CASES)
def test_gradient_and_input_cotangents(name, order, training, kernels, rng):
    """In training too: through the statistics of a batch, and with the same numbers dropped."""
    net = sandwich(name, rng=rng)

    def forward(x):
        return net.forward(x, mn.Pass(order, training, np.random.default_rng(7)))

    x = seed(rng.standard_normal((4, 2)), order)
    cotangent = rng.standard_normal(forward(x).shape)

    def scalar_of_theta(theta):
        net.theta[...] = theta
        return np.vdot(cotangent, forward(x))

    theta = net.theta.copy()
    forward(x)
    dx = net.sweep_back(cotangent)
    gradient = net.gradient().copy()
    for _ in range(3):
        direction = rng.standard_normal(theta.size)
        assert gradient @ direction == pytest.approx(slope(scalar_of_theta, theta, direction), rel=1e-6, abs=1e-6)
    net.theta[...] = theta
    for _ in range(3):
        direction = rng.standard_normal(x.shape)
        numerical = slope(lambda x: np.vdot(cotangent, forward(x)), x, direction)
        assert np.vdot(dx, direction) == pytest.approx(numerical, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", ROWS)
def test_jacobian_transposed_times_cotangent_is_the_gradient(name, kernels, rng):
    net = sandwich(name, rng=rng)
    x, r = rng.standard_normal((7, 2)), rng.standard_normal((7, 3))
    J = net.jacobian(x)
    net(x)
    net.backward(r)
    assert_close(np.einsum("nop,no->p", J, r), net.gradient(), 1e-12)


@pytest.mark.parametrize(("name", "order"), [(name, order) for name, order in CASES if name in ROWS])
def test_rows_summed_over_samples_are_the_gradient(name, order, kernels, rng):
    """Each layer's `jacobian` is its `gradient` before the sum over samples, for jets too."""
    net = sandwich(name, rng=rng)
    y = net.forward(seed(rng.standard_normal((4, 2)), order), mn.Pass(order))
    net.sweep_back(rng.standard_normal(y.shape))
    net.gradient()
    for layer in net.layers:
        rows = {name: np.full((4, *shape), np.nan) for name, shape in layer.shapes.items()}
        layer.jacobian(rows)
        for name, row in rows.items():
            assert_close(row.sum(axis=0), getattr(layer, f"d{name}"), 1e-12)


@pytest.mark.parametrize("name", LAYERS)
def test_jacobian_and_its_transpose_agree(name, kernels, rng):
    """<v, J^T u> = <J v, u>, with J v by central differences and J^T u by backpropagation."""
    net = sandwich(name, rng=rng)
    x, u, v = rng.standard_normal((5, 2)), rng.standard_normal((5, 3)), rng.standard_normal(net.theta.size)
    net(x)
    net.backward(u)
    backward = v @ net.gradient()
    theta = net.theta.copy()

    def outputs(theta):
        net.theta[...] = theta
        return np.vdot(net(x), u)

    assert backward == pytest.approx(slope(outputs, theta, v), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", LAYERS)
def test_backward_twice_changes_nothing(name, kernels, rng):
    net = sandwich(name, rng=rng)
    dy = rng.standard_normal((4, 3))
    net(rng.standard_normal((4, 2)))
    first = net.backward(dy), net.gradient().copy()
    second = net.backward(dy), net.gradient().copy()
    assert np.array_equal(first[0], second[0])
    assert np.array_equal(first[1], second[1])


@pytest.mark.parametrize(("name", "order"), CASES)
def test_a_gradient_does_without_the_cotangents_of_the_inputs(name, order, kernels, rng):
    """The same to the bit, whether the cotangents of a first layer's inputs are computed or not."""
    net = sandwich(name, rng=rng, first=True)
    y = net.forward(seed(rng.standard_normal((5, 6)), order), mn.Pass(order))
    dy = rng.standard_normal(y.shape)
    net.sweep_back(dy)
    expected = net.gradient().copy()
    net.grad[...] = np.nan
    assert np.array_equal(net.gradient(dy), expected)
    assert np.array_equal(net.gradient(), expected)


@pytest.mark.parametrize("name", LAYERS)
def test_no_samples_have_no_outputs_and_a_gradient_of_zero(name, kernels, rng):
    net = sandwich(name, rng=rng)
    net.grad[...] = np.nan
    assert net(np.empty((0, 2))).shape == (0, 3)
    assert net.backward(np.empty((0, 3))).shape == (0, 2)
    assert not net.gradient().any()


@pytest.mark.parametrize("name", SMOOTH)
def test_jets_agree_with_finite_differences_of_the_network(name, kernels, rng):
    """First derivatives to 1e-7 and second to 1e-5, by fourth-order central differences."""
    net = mn.Network([mn.Dense(2, 6), LAYERS[name](), mn.Dense(6, 6), LAYERS[name](), mn.Dense(6, 2)], rng=rng)
    x, h = rng.standard_normal((9, 2)), 1e-3
    jet = net.jet(x, order=2)
    for direction, step in enumerate(h * np.eye(2)):
        far_left, left, here, right, far_right = (net(x + m * step) for m in (-2, -1, 0, 1, 2))
        first = (far_left - 8 * left + 8 * right - far_right) / (12 * h)
        second = (-far_left + 16 * left - 30 * here + 16 * right - far_right) / (12 * h * h)
        assert np.abs(jet.first[direction] - first).max() < 1e-7
        assert np.abs(jet.second[direction] - second).max() < 1e-5


@pytest.mark.parametrize(("name", "order"), CASES)
def test_float32_agrees_with_float64_and_stays_float32(name, order, kernels, rng):
    exact, rounded = (sandwich(name, rng=np.random.default_rng(3), dtype=dtype) for dtype in ("float64", "float32"))
    exact.theta[...] = rounded.theta
    x = rng.standard_normal((4, 2)).astype("float32")
    cotangent = rng.standard_normal(exact.forward(seed(x.astype(float), order), mn.Pass(order)).shape)
    results = []
    for net in (exact, rounded):
        y = net.forward(seed(x.astype(net.dtype), order), mn.Pass(order))
        dx = net.sweep_back(cotangent.astype(net.dtype))
        results.append((y, dx, net.gradient()))
        assert [array.dtype for array in results[-1]] == [net.dtype] * 3
    for ours, true in zip(results[1], results[0], strict=True):
        assert_close(ours, true, 1e-4)


def test_derivatives_of_a_known_function(kernels):
    """3 sin(2 x + 0.3) as a network."""
    layers = [mn.Dense(1, 1, weights=[[2.0]], bias=[0.3]), mn.Sine(), mn.Dense(1, 1, weights=[[3.0]])]
    x = np.linspace(-2, 2, 11)
    jet = mn.Network(layers).jet(x)
    assert_close(jet.value[:, 0], 3 * np.sin(2 * x + 0.3), 1e-14)
    assert_close(jet.first[0, :, 0], 6 * np.cos(2 * x + 0.3), 1e-14)
    assert_close(jet.second[0, :, 0], -12 * np.sin(2 * x + 0.3), 1e-14)


def test_softmax_of_large_scores(kernels):
    net = mn.Network([mn.Dense(3, 3, weights=np.eye(3)), mn.Softmax()])
    assert_close(net([[1000.0, 1000.0, -1000.0]]), [[0.5, 0.5, 0.0]], 1e-15)
    assert_close(net([[0.0, np.log(2), np.log(3)]]), [[1 / 6, 2 / 6, 3 / 6]], 1e-15)


class Cauchy(mn.Activation):
    """The example of `Activation`'s docstring."""

    formula = mn.Formula(
        f=lambda x, a: 1 / (1 + x**2),
        d1=lambda x, y, a: -2 * x * y**2,
        d2=lambda x, y, a: (6 * x**2 - 2) * y**3,
        d3=lambda x, y, a: 24 * x * (1 - x**2) * y**4,
    )


@pytest.mark.parametrize("order", [0, 1, 2])
def test_an_activation_of_ones_own(order, kernels, rng):
    net = mn.Network([mn.Dense(2, 5), Cauchy(), mn.Dense(5, 1)], rng=rng)
    x = seed(rng.standard_normal((4, 2)), order)
    cotangent = rng.standard_normal(net.forward(x, mn.Pass(order)).shape)
    dx, direction = net.sweep_back(cotangent), rng.standard_normal(x.shape)
    numerical = slope(lambda x: np.vdot(cotangent, net.forward(x, mn.Pass(order))), x, direction)
    assert np.vdot(dx, direction) == pytest.approx(numerical, rel=1e-6)


class Scale(mn.Layer):
    """The worked example of the README: one factor per feature, y = x s, for samples of any shape."""

    shapes = {"s": (None,)}  # noqa: RUF012
    initial = {"s": "ones"}  # noqa: RUF012
    max_order = 2

    def output_shape(self, input_shape):
        return input_shape

    def forward(self, x, call):
        self.x = x
        return x * self.s

    def backward(self, dy):
        self.dy = dy
        return dy * self.s

    def gradient(self):
        self.ds[...] = (self.x * self.dy).sum(axis=tuple(range(self.x.ndim - 1)))

    def jacobian(self, rows):
        rows["s"][...] = (self.x * self.dy).sum(axis=(0, *range(2, self.x.ndim - 1)))

    def settings(self):
        return {}


def test_a_layer_of_ones_own_learns_and_is_saved(kernels, tmp_path):
    net = mn.Network([Scale(), mn.Dense(2, 1, weights=[[1.0], [1.0]])], rng=0)
    x = np.random.default_rng(0).standard_normal((50, 2))
    mn.fit(net, x, x @ [3.0, 2.0], loss=mn.MeanSquaredError(), optimizer=mn.Adam(0.1), epochs=300)
    assert_close(net.layers[0].s * net.layers[1].W[:, 0], [3.0, 2.0], 1e-3)
    net.save(tmp_path / "net.npz")
    again = mn.load(tmp_path / "net.npz", layers=[Scale])
    assert np.array_equal(again(x), net(x))


class Reversed(mn.layers.base.ParameterFree):
    """A layer of one's own that gives a view with another order of memory."""

    max_order = 2

    def output_shape(self, input_shape):
        return input_shape

    def forward(self, x, call):
        return x[..., ::-1]

    def backward(self, dy):
        return dy[..., ::-1]

    def settings(self):
        return {}


@pytest.mark.parametrize("follower", ["Tanh", "Dense", "BatchNorm", "Softmax"])
def test_a_layer_may_give_views(follower, kernels, rng):
    layers = [mn.Dense(3, 6), Reversed(), example(follower, 6)]
    net = mn.Network(layers, rng=rng)
    copies = mn.Network([mn.Dense(3, 6), example(follower, 6)], rng=0)
    copies.theta[...] = net.theta
    copies.layers[0].W, copies.layers[0].b = net.layers[0].W[:, ::-1].copy(), net.layers[0].b[::-1].copy()
    x = rng.standard_normal((5, 3))
    assert np.array_equal(net(x), copies(x))
    dy = rng.standard_normal(net(x).shape)
    copies(x)
    assert_close(net.backward(dy), copies.backward(dy), 1e-12)
