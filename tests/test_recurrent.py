"""Recurrent layers: worked by hand, back through time, lengths, and states that are carried on."""

import copy
from math import exp, tanh

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

import minnet as mn
from minnet.errors import DataError, DerivativeError, DtypeError, SettingError, ShapeError
from minnet.kernels import compiled
from minnet.kernels import numpy as plain
from minnet.kernels.formulas import recurrence
from tests.checks import assert_close, slope

KINDS = [mn.LSTM, mn.GRU, mn.SimpleRNN]
CELLS = [recurrence.LSTM, recurrence.GRU, recurrence.RNN]
LENGTHS = np.array([7, 1, 3, 7, 5])


def sigmoid(a):
    return 1 / (1 + exp(-a))


def stacked(kind, *, backwards=False, sequences=True, dtype="float64", seed=1):
    """Two recurrent layers, all parameters drawn."""
    net = mn.Network([kind(3, 4), kind(4, 2, sequences, backwards)], rng=0, dtype=dtype)
    net.theta = np.random.default_rng(seed).standard_normal(net.theta.size)
    return net


# By hand.


def test_one_step_of_an_lstm(kernels):
    """x = 2, h = 0.5, c = -1, one unit; each gate by itself."""
    layer = mn.LSTM(1, 1, weights=[[0.1, 0.2, 0.3, 0.4]], recurrent_weights=[[0.5, -0.6, 0.7, -0.8]], bias=[0, 1, 0, 0])
    net = mn.Network([layer])
    y = net.forward(np.full((1, 1, 1, 1), 2.0), mn.Pass(states={layer: np.array([[[0.5]], [[-1.0]]])}))
    i, f = sigmoid(0.2 + 0.25), sigmoid(0.4 - 0.3 + 1)
    g, o = tanh(0.6 + 0.35), sigmoid(0.8 - 0.4)
    c = f * -1 + i * g
    assert y.item() == pytest.approx(o * tanh(c), rel=1e-14)
    assert_close(net.states()[layer][:, 0, 0], [o * tanh(c), c], 1e-15)


def test_one_step_of_a_gru(kernels):
    """The reset gate multiplies what the state contributes after the product, with its bias."""
    layer = mn.GRU(1, 1, weights=[[0.1, 0.2, 0.3]], recurrent_weights=[[0.5, -0.6, 0.7]], bias=[0.1, -0.1, 0.2, 0.3])
    net = mn.Network([layer])
    y = net.forward(np.full((1, 1, 1, 1), 2.0), mn.Pass(states={layer: np.array([[[0.5]]])}))
    r, z = sigmoid(0.2 + 0.25 + 0.1), sigmoid(0.4 - 0.3 - 0.1)
    n = tanh(0.6 + 0.2 + r * (0.35 + 0.3))
    assert y.item() == pytest.approx((1 - z) * n + z * 0.5, rel=1e-14)


def test_three_steps_of_a_plain_network_and_back(kernels):
    """h = tanh(w x + u h): the gradient by u, w and b through two steps, by the chain rule on paper."""
    net = mn.Network([mn.SimpleRNN(1, 1, False, weights=[[0.5]], recurrent_weights=[[2.0]], bias=[0.1])])
    x = [1.0, -1.0, 0.5]
    h1 = tanh(0.5 * x[0] + 0.1)
    h2 = tanh(0.5 * x[1] + 2 * h1 + 0.1)
    h3 = tanh(0.5 * x[2] + 2 * h2 + 0.1)
    assert net(np.reshape(x, (1, 3, 1))).item() == pytest.approx(h3, rel=1e-14)
    d3 = 1 - h3**2
    d2 = d3 * 2 * (1 - h2**2)
    d1 = d2 * 2 * (1 - h1**2)
    dx = net.backward([[1.0]])
    assert_close(dx[0, :, 0], [0.5 * d1, 0.5 * d2, 0.5 * d3], 1e-15)
    by_w, by_u, by_b = d1 * x[0] + d2 * x[1] + d3 * x[2], d2 * h1 + d3 * h2, d1 + d2 + d3
    assert_close(net.gradient(), [by_w, by_u, by_b], 1e-15)


def test_what_a_newcomer_gets():
    """Forget gates open, orthogonal U and Glorot's W gate by gate."""
    net = mn.Network([mn.LSTM(3, 8)], rng=0)
    layer = net.layers[0]
    assert layer.b.reshape(4, 8).tolist() == [[0] * 8, [1] * 8, [0] * 8, [0] * 8]
    for gate in np.split(layer.U, 4, axis=1):
        assert_close(gate.T @ gate, np.eye(8), 1e-14)
    assert len({gate.tobytes() for gate in np.split(layer.U, 4, axis=1)}) == 4
    limit = np.sqrt(6 / (3 + 8))
    assert 0.9 * limit < np.abs(layer.W).max() < limit
    assert repr(net) == "Network(LSTM(3, 8, True, False); 384 parameters, float64)"
    assert net.input_shape == (None, 3)
    assert net.output_shape == (None, 8)
    assert "W (3, 32), U (8, 32), b (32,)" in net.summary()
    assert mn.Network([mn.GRU(3, 8)]).n_parameters == 3 * 24 + 8 * 24 + 32
    zero = mn.Network([mn.LSTM(3, 8, weights="zeros", recurrent_weights=0.0, bias="zeros")])
    assert not zero.theta.any()


# Back through time.


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("sequences", [False, True])
@pytest.mark.parametrize("lengths", [None, LENGTHS])
def test_gradients_through_time(kind, backwards, sequences, lengths, kernels, rng):
    net = stacked(kind, backwards=backwards, sequences=sequences)
    call, x = mn.Pass(lengths=lengths), rng.standard_normal((1, 5, 7, 3))
    cotangent = rng.standard_normal(net.forward(x, call).shape)
    dx, gradient, theta = net.sweep_back(cotangent), net.gradient().copy(), net.theta.copy()
    direction = rng.standard_normal(x.shape)
    numerical = slope(lambda x: np.vdot(cotangent, net.forward(x, call)), x, direction)
    assert np.vdot(dx, direction) == pytest.approx(numerical, rel=1e-7, abs=1e-7)

    def of_theta(theta):
        net.theta = theta
        return np.vdot(cotangent, net.forward(x, call))

    direction = rng.standard_normal(theta.size)
    assert gradient @ direction == pytest.approx(slope(of_theta, theta, direction), rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_of_what_begins_with_a_state(kind, kernels, rng):
    net = mn.Network([kind(2, 3)], rng=0)
    x, start = rng.standard_normal((1, 4, 5, 2)), rng.standard_normal((2 if kind is mn.LSTM else 1, 4, 3))
    call = mn.Pass(states={net.layers[0]: start})
    cotangent = rng.standard_normal((1, 4, 5, 3))
    net.forward(x, call)
    net.sweep_back(cotangent)
    gradient, theta, direction = net.gradient().copy(), net.theta.copy(), rng.standard_normal(net.theta.size)

    def of_theta(theta):
        net.theta = theta
        return np.vdot(cotangent, net.forward(x, call))

    assert gradient @ direction == pytest.approx(slope(of_theta, theta, direction), rel=1e-7, abs=1e-7)


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(CELLS), st.integers(0, 2**32 - 1), st.sampled_from(["float64", "float32"]), st.booleans(),
    st.integers(1, 40), st.integers(0, 9), st.integers(1, 5), st.integers(1, 20), st.booleans(), st.booleans(),
)  # fmt: skip
def test_both_kernels_give_the_same_numbers(cell, seed, dtype, backwards, n, t, i, h, padded, sequences):
    rng = np.random.default_rng(seed)
    p, states, gates = h + 1 + i, 1 + cell.memory, len(cell.inputs)
    outputs = (n, t, h) if sequences else (n, h)
    x, start, dy = (rng.standard_normal(shape).astype(dtype) for shape in ((n, t, i), (states, n, h), outputs))
    parameters = [
        (rng.standard_normal(shape) / np.sqrt(p)).astype(dtype)
        for shape in ((i, gates * h), (h, gates * h), (cell.blocks * h,))
    ]
    lengths = rng.integers(0, t + 1, n) if padded else np.full(n, t)
    steps = lengths.max()
    results = []
    for module in (plain, compiled):

        def nan(*shape):
            return np.full(shape, np.nan, dtype)

        V, z, a, da = (
            nan(cell.blocks, p, h),
            nan(steps + 1, n, p),
            nan(steps, cell.kept, n, h),
            nan(steps, cell.blocks, n, h),
        )
        tape = recurrence.Tape(cell, backwards, lengths, start, V, z, a, nan(steps + 1, n, h), da)
        y, dx, gradients = nan(*outputs), nan(n, t, i), [nan(*part.shape) for part in parameters]
        rows = [nan(n, *part.shape) for part in parameters]
        module.recurrence_forward(tape, x, *parameters, y)
        module.recurrence_backward(tape, dy, dx)
        module.recurrence_gradient(tape, *gradients)
        module.recurrence_jacobian(tape, *rows)
        used = (part for part in (z, a, da, *([tape.c] if cell.memory else [])))
        results.append((*used, y, dx, *gradients, *rows))
    for expected, actual in zip(*results, strict=True):
        assert_close(actual, expected, 1e-13 if dtype == "float64" else 2e-5)


def test_results_do_not_depend_on_threads():
    """To the bit: groups of samples follow from shapes, and their gradients are added in order."""
    x = np.random.default_rng(0).standard_normal((1, 100, 60, 3)).astype("float32")
    results = []
    for threads in (1, 2, 3):
        with mn.use_threads(threads), mn.use_kernels("compiled"):
            net = mn.Network([mn.LSTM(3, 40)], rng=0, dtype="float32")
            y = net.forward(x)
            results.append((y, net.sweep_back(np.cos(y)), net.gradient().copy()))
    for other in results[1:]:
        for one, same in zip(results[0], other, strict=True):
            assert np.array_equal(one, same)


@pytest.mark.parametrize("kind", KINDS)
def test_thousands_of_steps_and_extreme_inputs_stay_finite(kind, kernels, dtype):
    """Gates saturate; nothing overflows on the way there or back. What is not a number is not hidden."""
    net = mn.Network([kind(1, 3)], rng=0, dtype=dtype)
    net.theta *= 3
    for scale in (1e-6, 1.0, 1e6):
        x = scale * np.random.default_rng(0).standard_normal((2, 2000, 1))
        assert np.isfinite(net(x)).all()
        assert np.isfinite(net.backward(np.ones((2, 2000, 3)))).all()
        assert np.isfinite(net.gradient()).all()
    x[1, 1000] = np.nan
    y = net(x)
    assert np.isfinite(y[0]).all()
    assert np.isfinite(y[1, :1000]).all()
    assert np.isnan(y[1, 1000:]).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(0, 5, 3), (2, 0, 3), (1, 1, 3)])
def test_few_samples_and_times(kind, shape, kernels):
    for sequences in (True, False):
        net = stacked(kind, sequences=sequences)
        y = net(np.ones(shape))
        assert y.shape == ((*shape[:2], 2) if sequences else (shape[0], 2))
        assert net.backward(y).shape == shape
        assert np.isfinite(net.gradient()).all()


def test_what_vanishes_and_what_does_not():
    """The cotangent of the first input, from the last output: through forget gates at sigmoid(0) = 1/2 it halves at
    every step, through ones that are open it does not."""
    size = {}
    for bias in (0.0, 10.0):
        net = mn.Network([mn.LSTM(1, 4, False, bias=np.repeat([0, bias, 0, 0], 4), recurrent_weights="zeros")], rng=0)
        x = np.zeros((1, 41, 1))
        net(x)
        size[bias] = np.abs(net.backward(np.ones((1, 4)))[0, :, 0])
    assert size[0.0][20] / size[0.0][40] == pytest.approx(0.5**20, rel=1e-6)
    assert size[10.0][0] / size[10.0][40] == pytest.approx(1, rel=0.01)


# Lengths.


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("sequences", [False, True])
def test_a_padded_series_is_the_series(kind, backwards, sequences, kernels, rng):
    """Outputs, cotangents and gradients as of each series alone, whatever the padding holds."""
    net, x = stacked(kind, backwards=backwards, sequences=sequences), rng.standard_normal((5, 7, 3))
    x[np.arange(7) >= LENGTHS[:, np.newaxis]] = 1e3
    y = net(x, lengths=LENGTHS)
    dy = rng.standard_normal(y.shape)
    dx, gradient = net.backward(dy), net.gradient().copy()
    final = [array.copy() for array in net.states().values()]
    total = np.zeros_like(gradient)
    for n, length in enumerate(LENGTHS):
        alone = net(x[n : n + 1, :length])
        assert_close(alone[0], y[n, :length] if sequences else y[n], 1e-14)
        assert_close(net.backward(dy[n : n + 1, :length] if sequences else dy[n : n + 1])[0], dx[n, :length], 1e-13)
        total += net.gradient()
        for state, whole in zip(net.states().values(), final, strict=True):
            assert_close(state[:, 0], whole[:, n], 1e-14)
        assert not dx[n, length:].any()
        assert not sequences or not y[n, length:].any()
    assert_close(gradient, total, 1e-13)


@pytest.mark.parametrize("loss", [mn.MeanSquaredError(), mn.Huber(0.5), mn.BinaryCrossEntropy()])
@pytest.mark.parametrize("weight", [None, np.array([1.0, 2.0, 0.5, 0.0, 3.0])])
def test_the_loss_is_the_mean_over_the_steps_that_count(loss, weight, kernels, rng):
    net, x = stacked(mn.LSTM), rng.standard_normal((5, 7, 3))
    y = rng.integers(0, 2, (5, 7, 2)).astype(float)
    data, _ = mn.training_data(net, loss, x, y, weight, lengths=LENGTHS)
    step = mn.Supervised(net, loss, mn.SGD(0.1))
    measured = step.evaluate(data)["loss"]
    before, total, gradient = net.theta.copy(), 0.0, np.zeros_like(net.theta)
    for n, length in enumerate(LENGTHS):
        factor = length / LENGTHS.sum() * (1 if weight is None else weight[n])
        value, dy = loss(net(x[n : n + 1, :length]), y[n : n + 1, :length])
        total += factor * value
        net.backward(factor * dy)
        gradient += net.gradient()
    assert measured == pytest.approx(total, rel=1e-12)
    assert step.step(data, mn.Pass(training=True))["loss"] == pytest.approx(total, rel=1e-12)
    assert_close(net.theta, before - 0.1 * gradient, 1e-12)


def test_classes_of_every_step_that_counts(rng):
    """Cross entropy and accuracy; labels in the padding are any."""
    net, loss, x = stacked(mn.GRU), mn.CategoricalCrossEntropy(), rng.standard_normal((5, 7, 3))
    labels = rng.integers(0, 2, (5, 7))
    data, _ = mn.training_data(net, loss, x, labels, lengths=LENGTHS)
    y = net.forward(x[np.newaxis], mn.Pass(lengths=LENGTHS))
    counts = np.arange(7) < LENGTHS[:, np.newaxis]
    value, slopes = loss(y, data.target)
    expected, _ = loss(y[0][counts], np.eye(2)[labels[counts]])
    assert value == pytest.approx(expected, rel=1e-13)
    assert not slopes[0][~counts].any()
    assert loss.accuracy(y, data.target) == np.mean(y[0][counts].argmax(axis=-1) == labels[counts])
    binary = mn.BinaryCrossEntropy()
    target = binary.prepare(np.eye(2)[labels], 5, (7, 2), float, "y")
    target = type(target)(target.values, np.broadcast_to(counts[..., np.newaxis], target.values.shape))
    hits = (y[0] >= 0) == (np.eye(2)[labels] >= 0.5)
    assert binary.accuracy(y, target) == np.mean(hits[counts])


def test_fit_with_lengths_does_not_see_the_padding(kernels, rng, tmp_path):
    """Shuffled along, validated with their own, and part of what a checkpoint belongs to."""
    x, lengths = rng.standard_normal((40, 9, 2)), rng.integers(1, 10, 40)
    counts = np.arange(9) < lengths[:, np.newaxis]
    y = np.tanh(np.cumsum(x, axis=1))
    runs = []
    for padding in (0.0, 123.0):
        padded, targets = (np.where(counts[..., np.newaxis], array, padding) for array in (x, y))
        net = mn.Network([mn.SimpleRNN(2, 2)], rng=0)
        history = mn.fit(
            net, padded, targets, loss=mn.MeanSquaredError(), optimizer=mn.Adam(0.01), epochs=3, batch_size=16, rng=0,
            lengths=lengths, validation_data=(padded[:10], targets[:10], lengths[:10]),
            callbacks=[mn.Checkpoint(tmp_path / "run.npz")],
        )  # fmt: skip
        runs.append((net.theta, history.history))
    assert np.array_equal(runs[0][0], runs[1][0])
    assert runs[0][1] == runs[1][1]
    with pytest.raises(ValueError, match="data differs"):
        mn.fit(
            mn.Network([mn.SimpleRNN(2, 2)], rng=0), padded, targets, loss=mn.MeanSquaredError(),
            optimizer=mn.Adam(0.01), epochs=5, batch_size=16, rng=0, lengths=np.full(40, 9),
            validation_data=(padded[:10], targets[:10], lengths[:10]),
            callbacks=[mn.Checkpoint(tmp_path / "other.npz")], resume=tmp_path / "run.npz",
        )  # fmt: skip


def test_series_are_classified_by_their_end(kernels):
    """A sum that must be remembered to the end of series of unequal length."""
    rng = np.random.default_rng(0)
    lengths = rng.integers(3, 13, 300)
    x = rng.choice([-1.0, 1.0], (300, 12, 1))
    counts = np.arange(12) < lengths[:, np.newaxis]
    y = np.sign((x[..., 0] * counts).sum(axis=1) + 0.5) > 0
    net = mn.Network([mn.LSTM(1, 8, return_sequences=False), mn.Dense(8, 1)], rng=0)
    history = mn.fit(
        net, x, y, loss=mn.BinaryCrossEntropy(), optimizer=mn.Adam(0.02), epochs=25, batch_size=30, rng=0,
        lengths=lengths, accuracy=True,
    )  # fmt: skip
    assert history.history["accuracy"][-1] > 0.97
    assert not history.compiled


@pytest.mark.parametrize(
    ("layers", "lengths", "error", "message"),
    [
        ([mn.LSTM(3, 2), mn.BatchNorm()], LENGTHS, SettingError, r"layer 1, BatchNorm.* does not heed the lengths"),
        ([mn.Conv1d(3, 3, 3), mn.GRU(3, 2)], LENGTHS, SettingError, "return_sequences=False"),
        ([mn.LSTM(3, 2)], [1, 2], ShapeError, r"expected one for each sample: \(5,\)"),
        ([mn.LSTM(3, 2)], [1, 2, 8, 4, 5], DataError, "from 0 to the 7 times.*sample 2 is 8"),
        ([mn.LSTM(3, 2)], [1, 2, -1, 4, 5], DataError, "sample 2 is -1"),
        ([mn.LSTM(3, 2)], [1, 2.5, 1, 4, 5], DataError, "sample 1 is 2.5"),
        ([mn.LSTM(3, 2)], [1, np.nan, 1, 4, 5], DataError, "sample 1 is nan"),
        ([mn.LSTM(3, 2)], ["1"] * 5, DtypeError, "lengths must be real numbers"),
    ],
)
def test_lengths_that_cannot_be(layers, lengths, error, message):
    with pytest.raises(error, match=message):
        mn.Network(copy.deepcopy(layers), rng=0)(np.ones((5, 7, 3)), lengths=lengths)


def test_lengths_where_they_make_no_sense():
    flat = mn.Network([mn.Dense(3, 1)], rng=0)
    with pytest.raises(ShapeError, match="lengths are those of series"):
        flat(np.ones((5, 3)), lengths=[1] * 5)
    net, x = mn.Network([mn.SimpleRNN(3, 2)], rng=0), np.ones((5, 7, 3))
    fitted = {"loss": mn.MeanSquaredError(), "epochs": 1}
    with pytest.raises(DataError, match="from 1 to the 7 times"):
        mn.fit(net, x, x[..., :2], optimizer=mn.Adam(), lengths=[0] * 5, **fitted)
    with pytest.raises(SettingError, match="all of one length"):
        mn.fit(net, x, x[..., :2], optimizer=mn.LevenbergMarquardt(), lengths=[1] * 5, **fitted)
    with pytest.raises(SettingError, match=r"\(x, y, lengths\) of series"):
        mn.fit(net, x, x[..., :2], optimizer=mn.Adam(), validation_data=(x,), **fitted)


def test_layers_that_map_each_time_by_itself_take_lengths(rng):
    """A forecast: LSTM, activation, a convolution of one time, normalisation of each time."""
    net = mn.Network([mn.LSTM(3, 4), mn.LayerNorm(), mn.Tanh(), mn.Dropout(0.5), mn.Conv1d(4, 2, 1)], rng=0)
    x = rng.standard_normal((5, 7, 3))
    y = net(x, lengths=LENGTHS)
    for n, length in enumerate(LENGTHS):
        assert_close(y[n, :length], net(x[n : n + 1, :length])[0], 1e-14)


# States that are carried on.


@pytest.mark.parametrize("kind", KINDS)
def test_a_series_in_parts_is_the_series(kind, kernels, rng):
    net, x = stacked(kind), rng.standard_normal((1, 4, 10, 3))
    whole, last = net.forward(x), net.states()
    states, parts = None, []
    for part in (slice(0, 3), slice(3, 4), slice(4, 10)):
        parts.append(net.forward(x[:, :, part], mn.Pass(states=states)))
        states = net.states()
    assert_close(np.concatenate(parts, axis=2), whole, 1e-14)
    for layer in net.layers:
        assert_close(states[layer], last[layer], 1e-14)
    again = net.forward(x)
    assert np.array_equal(again, whole)  # nothing is carried on unasked


@pytest.mark.parametrize("kind", KINDS)
def test_a_window_as_long_as_the_series_is_no_window(kind, kernels, rng):
    x, y = rng.standard_normal((5, 7, 3)), rng.standard_normal((5, 7, 2))
    nets = [stacked(kind), stacked(kind)]
    loss, penalty = mn.MeanSquaredError(), mn.Penalty(l1=0.1, l2=0.2)
    steps = [
        mn.Truncated(nets[0], loss, mn.SGD(0.1), window=7, penalty=penalty),
        mn.Supervised(nets[1], loss, mn.SGD(0.1), penalty=penalty),
    ]
    values = []
    for net, step in zip(nets, steps, strict=True):
        data, _ = mn.training_data(net, loss, x, y, lengths=LENGTHS)
        values.append(step.step(data, mn.Pass(training=True))["loss"])
    assert values[0] == pytest.approx(values[1], rel=1e-14)
    assert_close(nets[0].theta, nets[1].theta, 1e-14)


def test_windows_update_one_by_one_and_carry_states(rng):
    """By hand: three windows, of which the last is shorter, for series that end in the first, the second, the third."""
    x, y, lengths = rng.standard_normal((3, 8, 3)), rng.standard_normal((3, 8, 2)), np.array([2, 6, 8])
    net, loss = stacked(mn.LSTM), mn.MeanSquaredError()
    step = mn.Truncated(net, loss, mn.SGD(1e-300), window=3)  # all but none
    data, _ = mn.training_data(net, loss, x, y, lengths=lengths)
    measured = step.step(data, mn.Pass(training=True))["loss"]
    assert step.state.t == 3
    ended = [state.copy() for state in net.states().values()]
    assert measured == pytest.approx(step.evaluate(data)["loss"], rel=1e-13)
    for state, whole in zip(ended, net.states().values(), strict=True):
        assert_close(state, whole, 1e-14)
    by_hand = stacked(mn.LSTM)
    learner = mn.Truncated(net, loss, mn.SGD(0.1), window=3)
    learner.step(data, mn.Pass(training=True))
    states = None
    for first, inside in ((0, [2, 3, 3]), (3, [0, 3, 3]), (6, [0, 0, 2])):
        part = by_hand.forward(x[np.newaxis, :, first : first + 3], mn.Pass(lengths=inside, states=states))[0]
        counts = (np.arange(part.shape[1]) < np.array(inside)[:, np.newaxis])[..., np.newaxis]
        by_hand.backward(2 * (part - y[:, first : first + 3]) * counts / (2 * np.sum(inside)))
        states = by_hand.states()
        by_hand.theta -= 0.1 * by_hand.gradient()
    assert_close(net.theta, by_hand.theta, 1e-13)


def test_truncated_training_learns_and_resumes(kernels, rng, tmp_path):
    """Sums that fade, of long series; a run resumed from its checkpoint ends with the same bits."""
    x = 0.3 * rng.standard_normal((12, 60, 1))
    y = lfilter([1.0], [1.0, -0.7], x, axis=1)[..., [0, 0]]

    def run(epochs, **options):
        net = mn.Network([mn.SimpleRNN(1, 2)], rng=0)
        step = mn.Truncated(net, mn.MeanSquaredError(), mn.Adam(0.02), window=20)
        data, held_out = mn.training_data(net, mn.MeanSquaredError(), x, y, split=0.25)
        history = mn.train(
            step, data, validation=held_out, epochs=epochs, batch_size=3, rng=1,
            callbacks=[mn.Checkpoint(tmp_path / "run.npz")], **options,
        )  # fmt: skip
        return net.theta, history.history

    theta, history = run(20)
    assert history["val_loss"][-1] < 0.3 * history["val_loss"][0]
    run(8)
    resumed, again = run(20, resume=tmp_path / "run.npz")
    assert np.array_equal(theta, resumed)
    assert again == history


@pytest.mark.parametrize(
    ("layers", "window", "error", "message"),
    [
        ([mn.LSTM(3, 2)], 0, SettingError, "window=0 is out of range"),
        ([mn.LSTM(3, 2)], 2.5, SettingError, "window=2.5 is out of range"),
        ([mn.LSTM(3, 2, False)], 3, SettingError, "must map series to series"),
        ([mn.Dense(3, 2)], 3, SettingError, "must map series to series"),
        ([mn.LSTM(3, 2, True, True)], 3, SettingError, "reads from the end"),
        ([mn.LSTM(3, 2), mn.Conv1d(2, 2, 3)], 3, SettingError, "does not heed the lengths"),
    ],
)
def test_windows_that_cannot_be(layers, window, error, message):
    net = mn.Network(copy.deepcopy(layers), rng=0)
    with pytest.raises(error, match=message):
        mn.Truncated(net, mn.MeanSquaredError(), mn.Adam(), window=window)


def test_truncated_training_takes_training_data(rng):
    net = mn.Network([mn.LSTM(3, 2)], rng=0)
    step = mn.Truncated(net, mn.MeanSquaredError(), mn.Adam(), window=3)
    with pytest.raises(SettingError, match="what training_data gives"):
        mn.train(step, (np.ones((4, 5, 3)), np.ones((4, 5, 2))), epochs=1)


@pytest.mark.parametrize(
    ("states", "error", "message"),
    [
        (lambda layer: {}, SettingError, "of another network"),
        (lambda layer: {layer: np.zeros((1, 5, 2))}, ShapeError, r"shape \(1, 5, 2\), expected \(2, 5, 2\)"),
    ],
)
def test_states_that_do_not_fit(states, error, message):
    layer = mn.LSTM(3, 2)
    net = mn.Network([layer], rng=0)
    with pytest.raises(error, match=message):
        net.forward(np.ones((1, 5, 7, 3)), mn.Pass(states=states(layer)))


def test_states_are_not_for_the_way_back():
    layer = mn.GRU(3, 2, go_backwards=True)
    net = mn.Network([layer], rng=0)
    assert net.states() == {}
    net(np.ones((5, 7, 3)))
    with pytest.raises(SettingError, match="reads a series from its end"):
        net.forward(np.ones((1, 5, 7, 3)), mn.Pass(states=net.states()))


# What cannot be, and files.


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 2), "n_inputs must be a positive integer, not 0"),
        ((3, 2.0), "n_hidden must be a positive integer, not 2.0"),
        ((3, True), "n_hidden must be a positive integer, not True"),
        ((3, 2, 1), "return_sequences must be True or False, not 1"),
        ((3, 2, True, "yes"), "go_backwards must be True or False, not 'yes'"),
    ],
)
def test_settings_that_cannot_be(kind, arguments, message):
    with pytest.raises(SettingError, match=f"{kind.__name__}: {message}"):
        kind(*arguments)


def test_shapes_and_initializers_that_cannot_be():
    with pytest.raises(ShapeError, match=r"takes series \(time, 3 features\), not samples of shape \(3,\); Reshape"):
        mn.Network([mn.LSTM(3, 2)], input_shape=(3,))
    with pytest.raises(ShapeError, match=r"layer 1, .*takes series \(time, 3 features\).*\(None, 4\)"):
        mn.Network([mn.LSTM(3, 4), mn.GRU(3, 4)])
    with pytest.raises(ShapeError, match="takes 4 features"):
        mn.Network([mn.LSTM(3, 4), mn.Dense(4, 1)])
    with pytest.raises(SettingError, match="LSTM, U: there is no initializer 'orthogonl'; did you mean 'orthogonal'"):
        mn.Network([mn.LSTM(3, 4, recurrent_weights="orthogonl")])


def test_there_are_no_derivatives_along_inputs():
    net = mn.Network([mn.Dense(1, 6), mn.Reshape((3, 2)), mn.LSTM(2, 2, False)], rng=0)
    with pytest.raises(DerivativeError, match="couples features, times or samples"):
        net.jet([0.5])
    with pytest.raises(DerivativeError, match="no rule for derivatives along its inputs"):
        net.layers[2].forward(np.ones((2, 1, 3, 2)), mn.Pass(1))


@pytest.mark.parametrize("kind", KINDS)
def test_files_and_copies(kind, rng, tmp_path):
    """Settings, parameters; not what a pass has left."""
    net, x = stacked(kind, backwards=True, sequences=False), rng.standard_normal((5, 7, 3))
    y = net(x)
    net.save(tmp_path / "net.npz")
    for other in (mn.load(tmp_path / "net.npz"), copy.deepcopy(net)):
        assert repr(other) == repr(net)
        assert other.states() == {}
        assert np.array_equal(other(x), y)
