"""Convolutions, their transposes, pooling and upsampling."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minnet as mn
from minnet.errors import DataError, SettingError, ShapeError
from minnet.kernels import compiled
from minnet.kernels import numpy as plain
from minnet.kernels.windows import Windows
from tests.checks import assert_close

PICTURE = np.array([[7, 2, 3, 3, 8], [4, 5, 3, 8, 4], [3, 3, 2, 8, 4], [2, 8, 7, 2, 7], [5, 4, 4, 5, 4.0]])
EDGE = np.array([[1, 0, -1], [1, 0, -1], [1, 0, -1.0]])


def alone(layer, shape, **options):
    return mn.Network([layer], input_shape=shape, rng=0, **options)


# Known answers.


def test_the_edge_filter_of_the_document(kernels, dtype):
    net = alone(mn.Conv2d(1, 1, 3, weights=EDGE[:, :, None, None]), (5, 5, 1), dtype=dtype)
    y = net(PICTURE[None, :, :, None])[0, :, :, 0]
    assert y.shape == (3, 3)
    assert y[0, 0] == 6
    expected = [[(PICTURE[r : r + 3, t : t + 3] * EDGE).sum() for t in range(3)] for r in range(3)]
    assert np.array_equal(y, expected)


def test_the_transposed_convolution_of_the_document(kernels, dtype):
    square = np.array([[0, 1], [2, 3.0]])
    net = alone(mn.ConvTranspose2d(1, 1, 2, weights=square[:, :, None, None]), (2, 2, 1), dtype=dtype)
    assert np.array_equal(net(square[None, :, :, None])[0, :, :, 0], [[0, 0, 1], [0, 4, 6], [4, 12, 9]])


def test_series_agree_with_numpy_convolve(kernels, rng):
    x, w = rng.standard_normal(20), rng.standard_normal(5)
    net = alone(mn.Conv1d(1, 1, 5, weights=w[::-1, None, None]), (None, 1))  # which turns the window around
    assert_close(net(x[None, :, None]).ravel(), np.convolve(x, w, "valid"), 1e-14)
    net = alone(mn.ConvTranspose1d(1, 1, 5, weights=w[:, None, None]), (None, 1))
    assert_close(net(x[None, :, None]).ravel(), np.convolve(x, w, "full"), 1e-14)


def test_circular_windows_are_a_product_of_fourier_transforms(kernels, rng):
    x, w = rng.standard_normal(16), rng.standard_normal(5)
    net = alone(mn.Conv1d(1, 1, 5, padding="circular", weights=w[:, None, None]), (16, 1))
    kernel = np.zeros(16)
    kernel[np.arange(-2, 3)] = w[::-1]
    expected = np.fft.irfft(np.fft.rfft(x) * np.fft.rfft(kernel), 16)
    assert_close(net(x[None, :, None]).ravel(), expected, 1e-13)


@pytest.mark.parametrize(("layer", "shifted"), [(mn.Conv1d, (1, 2)), (mn.ConvTranspose1d, (2, 1))])
def test_circular_outputs_move_with_their_inputs(layer, shifted, kernels, rng):
    net = alone(layer(2, 3, 4, 2, "circular"), (8, 2))
    x = rng.standard_normal((3, 8, 2))
    of_output, of_input = shifted
    assert_close(net(np.roll(x, of_input, 1)), np.roll(net(x), of_output, 1), 1e-14)


def test_one_place_is_a_dense_layer_at_every_time(kernels, rng):
    x, W, b = rng.standard_normal((4, 9, 5)), rng.standard_normal((5, 3)), rng.standard_normal(3)
    net = alone(mn.Conv1d(5, 3, 1, weights=W[None], bias=b), (None, 5))
    assert_close(net(x), x @ W + b, 1e-14)


def test_pooling_by_hand(kernels, dtype):
    x = np.arange(24.0).reshape(1, 4, 6, 1)
    assert alone(mn.MaxPool(2), (4, 6, 1), dtype=dtype)(x)[0, :, :, 0].tolist() == [[7, 9, 11], [19, 21, 23]]
    average = alone(mn.AveragePool((4, 2), (1, 3)), (4, 6, 1), dtype=dtype)(x)
    assert average[0, :, :, 0].tolist() == [[9.5, 12.5]]
    series = np.array([[[3.0, 0], [1, 2], [4, 1], [1, 5], [9, 0]]])
    assert alone(mn.MaxPool(3, 2), (None, 2), dtype=dtype)(series)[0].tolist() == [[4, 2], [9, 5]]
    assert alone(mn.UpSample(2), (2, 1), dtype=dtype)([[[1.0], [5.0]]]).ravel().tolist() == [1, 1, 5, 5]
    assert alone(mn.UpSample((1, 2)), (1, 1, 1), dtype=dtype)([[[[3.0]]]]).tolist() == [[[[3], [3]]]]


def test_a_maximum_passes_its_cotangent_to_the_first_place_that_has_it(kernels):
    net = alone(mn.MaxPool(3, 1), (4, 1))
    net([[[1.0], [2.0], [2.0], [0.0]]])
    assert net.backward([[[10.0], [1.0]]]).ravel().tolist() == [0, 11, 0, 0]


def test_nan_is_not_hidden(kernels):
    for layer in (mn.MaxPool(2), mn.AveragePool(2), mn.Conv1d(1, 1, 2), mn.ConvTranspose1d(1, 1, 2), mn.UpSample(2)):
        for place in (0, 1):
            x = np.ones((1, 1, 2, 1))
            x[0, 0, place] = np.nan
            assert np.isnan(alone(type(layer)(*layer.settings().values()), (2, 1)).forward(x)).any()


# Both kernels, over random shapes.

pairs = st.tuples(st.integers(1, 4), st.integers(1, 4))
places = st.tuples(st.integers(0, 5), st.integers(0, 5))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    dtype=st.sampled_from(["float64", "float32"]),
    shape=st.tuples(st.integers(1, 2), st.integers(1, 9), st.integers(1, 20), st.integers(1, 20)),
    outputs=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    window=pairs,
    windows=st.builds(Windows, pairs, pairs, places, st.booleans()),
    excess=st.tuples(st.integers(-2, 3), st.integers(-2, 3)),
    axes=st.integers(1, 2),
)
def test_both_kernels_convolve_alike(seed, dtype, shape, outputs, window, windows, excess, axes):
    """x and y of a convolution have the shapes of y and x of its transpose, and both have the same gradient."""
    outputs, window = outputs[:axes], window[:axes]
    windows = Windows(windows.stride[:axes], windows.dilation[:axes], windows.before[:axes], windows.circular)
    (k, n, i, o), reach = shape, windows.reach(outputs, window)
    inputs = [max(1, r - b + e) for r, b, e in zip(reach, windows.before, excess[:axes], strict=True)]
    rng = np.random.default_rng(seed)
    x, y, W, V, b, c = (
        rng.standard_normal(shape).astype(dtype)
        for shape in ((k, n, *inputs, i), (k, n, *outputs, o), (*window, i, o), (*window, o, i), (o,), (i,))
    )
    for name, arguments, results in (
        ("conv_forward", (x, W, b), [y]),
        ("conv_backward", (y, W), [x]),
        ("conv_gradient", (x, y), [W, b]),
        ("conv_transpose_forward", (y, V, c), [x]),
        ("conv_transpose_backward", (x, V), [y]),
        ("conv_transpose_gradient", (y, x), [V, c]),
    ):
        expected, actual = ([np.full_like(result, np.nan) for result in results] for _ in range(2))
        getattr(plain, name)(*arguments, windows, *expected)
        getattr(compiled, name)(*arguments, windows, *actual)
        for one, other in zip(actual, expected, strict=True):
            assert_close(one, other, 1e-12 if dtype == "float64" else 1e-4)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 2**32 - 1), st.sampled_from(["float64", "float32"]), pairs, pairs, pairs, st.integers(1, 5),
    st.integers(1, 2),
)  # fmt: skip
def test_both_kernels_pool_alike(seed, dtype, size, stride, outputs, channels, axes):
    size, stride, outputs = size[:axes], stride[:axes], outputs[:axes]
    rng = np.random.default_rng(seed)
    inputs = [(o - 1) * step + s for o, step, s in zip(outputs, stride, size, strict=True)]
    x = rng.integers(0, 4, (2, 3, *inputs, channels)).astype(dtype)  # with equal numbers
    y = rng.standard_normal((2, 3, *outputs, channels)).astype(dtype)
    results = []
    for module in (plain, compiled):
        best, winner, total = np.full_like(y[0], np.nan), np.full(y.shape[1:], -1), np.full_like(y, np.nan)
        put, spread, taken = np.full_like(x, np.nan), np.full_like(x, np.nan), np.full_like(y, np.nan)
        module.max_pool(x[0], size, stride, best, winner)
        module.take(x, winner, taken)
        module.put(y, winner, put)
        module.pool_sum(x, size, stride, 0.5, total)
        module.pool_spread(y, size, stride, 0.5, spread)
        results.append((best, winner, taken, put, total, spread))
        windows = np.lib.stride_tricks.sliding_window_view(x[0], size, tuple(range(1, 1 + axes)))
        every = tuple(slice(None, None, step) for step in stride)
        assert np.array_equal(best, taken[0])
        assert np.array_equal(best, windows[:, *every].max(tuple(range(-axes, 0))))
    for one, other in zip(*results, strict=True):
        assert_close(one, other, 1e-13 if dtype == "float64" else 1e-6)


@pytest.mark.parametrize("layer", [mn.Conv2d, mn.ConvTranspose2d])
def test_results_do_not_depend_on_the_number_of_threads(layer, rng):
    x = rng.standard_normal((1, 37, 12, 12, 16)).astype("float32")
    results = []
    for threads in (1, 2, 5):
        net = alone(layer(16, 24, 3, 2), (12, 12, 16), dtype="float32")
        with mn.use_threads(threads):
            y = net.forward(x)
            dx = net.sweep_back(y)
            results.append((y, dx, net.gradient()))
    for other in results[1:]:
        for one, same in zip(results[0], other, strict=True):
            assert np.array_equal(one, same)


# Layers.

SETTINGS = [(3, 1, 0, 1), (3, 2, 1, 1), (4, 2, "same", 1), (3, 3, "circular", 2), (2, 1, 3, 3), (5, 4, "same", 1)]


@pytest.mark.parametrize(
    ("layer", "arguments", "lengths"),
    [
        (mn.Conv1d, (3, 2, "same"), {9: 5, 10: 5, 1: 1}),
        (mn.Conv1d, (5, 3, "circular"), {9: 3, 10: 4}),
        (mn.Conv1d, (3, 3, 1), {11: 4, 12: 4, 13: 5}),
        (mn.Conv1d, (4, 1, 0, 2), {7: 1, 10: 4}),
        (mn.ConvTranspose1d, (4, 2, 1), {4: 8, 1: 2}),
        (mn.ConvTranspose1d, (3, 3, 0, 2, 1), {4: 15}),
        (mn.ConvTranspose1d, (2, 3, "same"), {4: 12, 1: 3}),
    ],
)
def test_lengths_by_hand(layer, arguments, lengths, kernels):
    for length, expected in lengths.items():
        net = alone(layer(1, 1, *arguments), (None, 1))
        assert net(np.ones((1, length, 1))).shape == (1, expected, 1)


@pytest.mark.parametrize("arguments", SETTINGS)
@pytest.mark.parametrize("length", [9, 10, 11])
def test_the_transpose_is_the_transpose(arguments, length, kernels, rng):
    """<conv(x), y> = <x, transpose(y)> for the transposed weights, as far as lengths can be the same."""
    size, stride, padding, dilation = arguments
    conv = alone(mn.Conv1d(2, 3, *arguments), (length, 2))
    outputs = conv.output_shape[0]
    if isinstance(padding, str):
        if outputs * stride != length:
            return
        extra = 0
    else:
        extra = length - ((outputs - 1) * stride + (size - 1) * dilation + 1 - 2 * padding)
    W = conv.layers[0].W
    transpose = alone(mn.ConvTranspose1d(3, 2, *arguments, extra, weights=W.swapaxes(1, 2)), (outputs, 3))
    assert transpose.output_shape == (length, 2)
    x, y = rng.standard_normal((4, length, 2)), rng.standard_normal((4, outputs, 3))
    assert np.vdot(conv(x), y) == pytest.approx(np.vdot(x, transpose(y)), rel=1e-12)


@pytest.mark.parametrize("layer", [mn.Conv1d, mn.ConvTranspose1d])
@pytest.mark.parametrize("arguments", SETTINGS)
@pytest.mark.parametrize("length", [1, 2, 7, 12])
def test_a_free_length_is_what_comes(layer, arguments, length, kernels, rng):
    free, fixed = (alone(layer(2, 2, *arguments), (axis, 2)) if axis is None else None for axis in (None, length))
    try:
        fixed = alone(layer(2, 2, *arguments), (length, 2))
    except ShapeError:
        with pytest.raises(ShapeError, match="gives nothing for"):
            free(np.ones((1, length, 2)))
        return
    x = rng.standard_normal((3, length, 2))
    assert np.array_equal(free(x), fixed(x))
    assert free(x).shape[1:] == fixed.output_shape
    with pytest.raises(ShapeError, match="gives nothing for 0 places"):
        free(x[:, :0])


def test_derivatives_of_a_network_with_windows(kernels, rng):
    """Flat inputs and outputs, windows between: first and second derivatives by central differences."""
    layers = [mn.Dense(2, 12), mn.Tanh(), mn.Reshape((6, 2)), mn.Conv1d(2, 3, 3, padding="same"), mn.Tanh()]
    layers += [mn.ConvTranspose1d(3, 2, 4, 2, 1), mn.AveragePool(2), mn.UpSample(2), mn.Flatten(), mn.Dense(24, 2)]
    net = mn.Network(layers, rng=0)
    x, h = rng.standard_normal((5, 2)), 1e-3
    jet = net.jet(x, order=2)
    for direction, step in enumerate(h * np.eye(2)):
        left, here, right = (net(x + m * step) for m in (-1, 0, 1))
        assert_close(jet.first[direction], (right - left) / (2 * h), 1e-5)
        assert_close(jet.second[direction], (left - 2 * here + right) / h**2, 1e-5)


def test_it_learns_to_find_a_pattern(rng):
    """Where in a series a bump is, whatever its place: a network with windows, pooled, against a dense one."""
    times, kinds = np.arange(40), np.arange(200) % 2
    centres = rng.uniform(8, 32, 200)
    bump = np.exp(-((times - centres[:, None]) ** 2) / 8)
    x = np.where(kinds[:, None] == 0, bump, np.gradient(bump, axis=1) * 2)[..., None]
    x += 0.05 * rng.standard_normal(x.shape)
    layers = [mn.Conv1d(1, 8, 7, padding="same"), mn.ReLU(), mn.MaxPool(40), mn.Flatten(), mn.Dense(8, 1)]
    net = mn.Network(layers, input_shape=(40, 1), rng=0)
    mn.fit(
        net,
        x[:100],
        kinds[:100],
        loss=mn.BinaryCrossEntropy(),
        optimizer=mn.Adam(0.01),
        epochs=60,
        batch_size=20,
        rng=0,
    )
    assert ((net(x[100:])[:, 0] > 0) == kinds[100:]).mean() > 0.95


# What cannot be.


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: mn.Conv1d(0, 3, 3), "Conv1d: channels_in must be a whole number >= 1, not 0"),
        (lambda: mn.Conv1d(3, 3, 2.5), r"kernel_size must be a whole number >= 1, not 2\.5"),
        (lambda: mn.Conv1d(3, 3, (2, 2)), "Conv1d: kernel_size must be one number"),
        (lambda: mn.Conv2d(3, 3, (2, 2, 2)), "kernel_size must be a number, or a pair"),
        (lambda: mn.Conv2d(3, 3, 3, stride=0), "Conv2d: stride must be a whole number >= 1, not 0"),
        (lambda: mn.Conv2d(3, 3, 3, stride=True), "stride must be a whole number"),
        (lambda: mn.Conv2d(3, 3, 3, padding=-1), "padding must be a whole number >= 0, not -1"),
        (lambda: mn.Conv2d(3, 3, 3, padding="valid"), "padding must be a number of places, 'same' or 'circular'"),
        (lambda: mn.Conv2d(3, 3, 3, dilation=(1, 0)), "dilation must be a whole number >= 1, not 0"),
        (lambda: mn.ConvTranspose1d(3, 3, 3, 2, output_padding=2), "output_padding must be less than stride"),
        (lambda: mn.ConvTranspose1d(3, 3, 3, 2, "same", output_padding=1), "and 0 with padding='same'"),
        (lambda: mn.Conv1d(3, 3, 3, weights=np.ones((3, 3))), r"shape \(3, 3\), expected \(3, 3, 3\)"),
        (lambda: mn.MaxPool(0), "MaxPool: size must be a whole number >= 1, or a pair"),
        (lambda: mn.AveragePool(2, 0), "AveragePool: stride must be"),
        (lambda: mn.UpSample((1, 2, 3)), "UpSample: factor must be"),
    ],
)
def test_settings_that_cannot_be(make, message):
    with pytest.raises((SettingError, ShapeError), match=message):
        mn.Network([make()])


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (mn.Conv1d(3, 4, 3), (10, 2), r"takes samples \(length, 3 channels\), not of shape \(10, 2\)"),
        (mn.Conv1d(3, 4, 3), (3,), "Reshape makes such samples"),
        (mn.Conv2d(3, 4, 3), (10, 3), r"takes samples \(height, width, 3 channels\), not of shape \(10, 3\)"),
        (mn.Conv1d(3, 4, 5, dilation=3), (10, 3), "gives nothing for 10 places: its window reaches over 13"),
        (mn.Conv2d(1, 1, (2, 5), padding=1), (4, 2, 1), "gives nothing for 2 places: its window reaches over 5"),
        (mn.ConvTranspose1d(1, 1, 2, padding=2), (2, 1), "gives nothing for 2 places.*use less padding"),
        (mn.MaxPool(4), (3, 1), "gives nothing for 3 places; use a smaller size"),
        (mn.AveragePool(2), (6,), r"takes samples \(time, channel\) or \(height, width, channel\)"),
    ],
)
def test_samples_that_do_not_fit(layer, shape, message):
    with pytest.raises(ShapeError, match=message):
        mn.Network([layer], input_shape=shape)


def test_nan_in_data_is_named():
    net = alone(mn.Conv1d(1, 1, 3, padding="same"), (5, 1))
    x = np.ones((4, 5, 1))
    x[2, 3, 0] = np.nan
    with pytest.raises(DataError, match=r"first at index \(2, 3, 0\)"):
        mn.fit(net, x, np.ones((4, 5, 1)), loss=mn.MeanSquaredError(), optimizer=mn.Adam(), epochs=1)
