"""`mn.trace`: the arrays of one step of training, nothing changed by looking, and what is wrong in words."""

from copy import deepcopy
from html import unescape

import numpy as np
import pytest

import minnet as mn
from minnet.architecture import LAYERS
from minnet.layers import Pass
from minnet.tracing.arrays import KINDS, TracedArray
from minnet.tracing.trace import WIDTH
from tests.checks import sandwich


def by_hand():
    """One input, two ReLU units of weights 1 and -1, and their sum: see the numbers in the docstring of `trace`."""
    return mn.Network([mn.Dense(1, 2, weights=[[1.0, -1.0]]), mn.ReLU(), mn.Dense(2, 1, weights=1.0)])


def test_numbers_worked_out_by_hand():
    """Inputs 1 and 3 give 1 and 3, where 0 is wanted: the mean of squares is 5, its slopes are 1 and 3."""
    step = mn.trace(by_hand(), [1.0, 3.0], [0.0, 0.0], mn.MeanSquaredError())
    assert step.loss == 5
    expected = {
        (None, "x"): [[1], [3]], (0, "output"): [[1, -1], [3, -3]], (1, "output"): [[1, 0], [3, 0]],
        (2, "output"): [[1], [3]], (2, "d output"): [[1], [3]], (1, "d output"): [[1, 1], [3, 3]],
        (0, "d output"): [[1, 0], [3, 0]], (None, "dx"): [[1], [3]], (2, "dW"): [[10], [0]], (2, "db"): [4],
        (0, "dW"): [[10, 0]], (0, "db"): [4, 0], (0, "W"): [[1, -1]], (0, "b"): [0, 0], (2, "W"): [[1], [1]],
        (2, "b"): [0],
    }  # fmt: skip
    assert {(array.layer, array.what) for array in step.arrays} == set(expected)
    for key, values in expected.items():
        assert np.array_equal(step[key], values), key
    with pytest.raises(KeyError, match="named by layer and name"):
        step[0, "V"]


def test_what_is_said_of_an_array():
    array = TracedArray(0, "Dense(2, 2)", KINDS[2], "W", np.array([[3.0, 0.0], [-4.0, 1.0]]))
    numbers = array.mean, array.spread, array.largest, array.zeros, array.norm, array.size
    assert numbers == pytest.approx((0, np.sqrt(26 / 4), 4, 0.25, np.sqrt(26), np.sqrt(26 / 4)))
    row = mn.trace(by_hand(), [1.0, 3.0], [0.0, 0.0], mn.MeanSquaredError()).table().rows[4]
    assert row == ("", "W", "(1, 2)", "0", "1", "1", "0 %", "10")
    tiny = TracedArray(0, "", KINDS[2], "W", np.array([3e-200, 4e-200]))
    assert tiny.norm == pytest.approx(5e-200)
    assert (tiny.mean, tiny.spread) == pytest.approx((3.5e-200, 0.5e-200), rel=1e-12)
    huge = TracedArray(0, "", KINDS[2], "W", np.array([-6e307, 1.7e308]))
    assert (huge.mean, huge.spread) == pytest.approx((5.5e307, 1.15e308), rel=1e-12)
    assert np.isnan(TracedArray(0, "", KINDS[2], "W", np.array([np.inf, 1.0, -np.inf])).mean)
    some = TracedArray(0, "", KINDS[0], "output", np.array([1.0, 2, 9]), np.array([True, True, False]))
    assert (some.mean, some.largest) == (1.5, 2)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_as_in_training(name, dtype, rng):
    net = sandwich(name, rng=rng, dtype=dtype)
    x, y = rng.standard_normal((7, 2)), rng.standard_normal((7, 3))
    loss, before = mn.MeanSquaredError(), deepcopy(net)
    step = mn.trace(net, x, y, loss, rng=5)
    assert np.array_equal(net.theta, before.theta)
    assert np.array_equal(net.buffers, before.buffers)
    outputs = before.forward(before.as_inputs(x)[np.newaxis], Pass(training=True, rng=np.random.default_rng(5)))
    value, dy = loss(outputs[0], y.astype(dtype))
    assert step.loss == pytest.approx(value, rel=1e-6)
    dx = before.sweep_back(dy[np.newaxis].astype(dtype))
    gradient = before.gradient()
    last = len(net.layers) - 1
    parts = [array.values.ravel() for array in step.arrays if array.kind == "gradient by parameters"]
    for own, expected in (
        (step[last, "output"], outputs[0]), (step[None, "dx"], dx[0]), (np.concatenate(parts), gradient),
    ):  # fmt: skip
        assert own.dtype == dtype
        assert np.allclose(own, expected, rtol=1e-5 if dtype == "float32" else 1e-10, atol=1e-5 * (dtype == "float32"))
    text = str(step)
    assert all(len(line) <= WIDTH for line in text.splitlines())
    assert f" {name}(" in text


def test_nothing_is_changed_by_looking(rng):
    layers = [mn.Dense(3, 8), mn.BatchNorm(), mn.Tanh(), mn.Dropout(0.5), mn.Dense(8, 2)]
    net, x = mn.Network(layers, rng=0), rng.standard_normal((10, 3))
    y = net(x)
    net.backward(np.ones_like(y))
    before = net.theta.copy(), net.buffers.copy(), net.gradient().copy()
    generator = np.random.default_rng(3)
    state = deepcopy(generator.bit_generator.state)
    first = mn.trace(net, x, rng.standard_normal((10, 2)), mn.MeanSquaredError(), rng=generator)
    assert generator.bit_generator.state == state
    for kept, now in zip(before, (net.theta, net.buffers, net.grad), strict=True):
        assert np.array_equal(kept, now)
    assert np.array_equal(net.gradient(), before[2])  # what layers remember is still the last evaluation's
    assert np.array_equal(first[2, "output"] == 0, np.zeros((10, 8), bool))
    dropped = np.random.default_rng(3).random((10, 8)) < 0.5
    assert np.array_equal(first[3, "output"] == 0, dropped)


def test_labels_masks_weights_and_derivatives(rng):
    net, x = mn.mlp([2, 5, 3], "tanh", rng=0), rng.standard_normal((6, 2))
    labels = np.array([0, 1, 2, 2, 1, 0])
    step = mn.trace(net, x, labels, mn.CategoricalCrossEntropy())
    scores = net(x)
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    assert np.allclose(step[2, "d output"], (p - np.eye(3)[labels]) / 6)
    assert step.loss == pytest.approx(-np.log(p[np.arange(6), labels]).mean())
    weight = np.array([1.0, 0, 2, 1, 1, 1])
    weighted = mn.trace(net, x, labels, mn.CategoricalCrossEntropy(), sample_weight=weight)
    assert np.allclose(weighted[2, "d output"], step[2, "d output"] * weight[:, np.newaxis])
    y = np.ma.masked_array(np.zeros((6, 3)), mask=np.eye(6, 3))
    gaps = mn.trace(net, x, y, mn.MeanSquaredError())
    assert np.array_equal(gaps[2, "d output"] == 0, np.eye(6, 3, dtype=bool))
    slopes = mn.trace(mn.mlp([1, 4, 1], "tanh", rng=0), x[:, 0], mn.Jet(x[:, 0], first=x[:, 1]), mn.Sobolev())
    assert slopes[0, "output"].shape == (2, 6, 4)
    assert "then come derivatives" in str(slopes)


def test_series_that_end_before_their_padding(rng):
    net = mn.Network([mn.SimpleRNN(1, 3), mn.Conv1d(3, 1, 1)], rng=0)
    x = np.ones((2, 5, 1))
    x[1, 2:] = 77
    step = mn.trace(net, x, np.zeros((2, 5, 1)), mn.MeanSquaredError(), lengths=[5, 2])
    rows = {(array.layer, array.what): array for array in step.arrays}
    assert len(rows[0, "output"].numbers) == 3 * 7
    assert rows[None, "x"].largest == 1
    assert rows[0, "output"].zeros == 0
    last = mn.Network([mn.SimpleRNN(1, 3, return_sequences=False), mn.Dense(3, 1)], rng=0)
    assert mn.trace(last, x, [0, 0], mn.MeanSquaredError(), lengths=[5, 2]).loss > 0


def test_targets_with_a_unit():
    y = np.array([1e6, 3e6, 5e6])
    net = mn.Network([mn.Dense(1, 1, weights=1.0), mn.Standardize(y).inverse()], rng=0)
    step = mn.trace(net, [0.0, 0.0, 0.0], y, mn.MeanSquaredError())
    assert step.loss == pytest.approx(1)
    assert "it has no unit" in str(step)


def chain(count, factor, rng=0):
    """Layers that multiply by a factor, with nothing between them that could bend it."""
    layers = [mn.Dense(2, 2, weights=factor * np.eye(2)) for _ in range(count)]
    return mn.Network(layers, rng=rng)


@pytest.mark.parametrize(
    ("factor", "word"), [(0.1, "vanishes by a factor of 10 "), (4.0, "explodes by a factor of 4 ")]
)
def test_gradients_that_shrink_or_grow_by_a_known_factor(factor, word):
    step = mn.trace(chain(5, factor), np.eye(2), np.eye(2), mn.MeanSquaredError())
    outputs, words = step.findings  # outputs do the same on their way
    assert outputs.startswith(
        f"outputs {'shrink' if factor < 1 else 'grow'} by a factor of {max(factor, 1 / factor):g} per"
    )
    assert word in words
    assert "at layer 4, " in words
    assert words.endswith("at layer 0")
    assert mn.trace(chain(5, 1.0), np.eye(2), 2 * np.eye(2), mn.MeanSquaredError()).findings == []
    assert mn.trace(chain(2, factor), np.eye(2), np.eye(2), mn.MeanSquaredError()).findings == []


@pytest.mark.parametrize("backwards", [False, True])
def test_a_gradient_that_vanishes_along_time_by_a_known_factor(backwards):
    """A state that is halved at every time, and so small that tanh is the identity."""
    rnn = mn.SimpleRNN(1, 1, False, backwards, weights=1.0, recurrent_weights=0.5)
    net = mn.Network([rnn, mn.Dense(1, 1, weights=1.0)])
    (words,) = mn.trace(net, np.full((4, 21, 1), 1e-6), np.ones(4), mn.MeanSquaredError()).findings
    assert "through layer 0, SimpleRNN" in words
    assert "vanishes by a factor of 2 per time, over 20 of them" in words


def test_dead_units_and_layers():
    net = mn.Network([mn.Dense(1, 4, weights=[[1.0, 1, 1, 1]], bias=[0, 0, 0, -9.0]), mn.ReLU(), mn.Dense(4, 1)], rng=0)
    x, loss = np.linspace(-1, 1, 20), mn.MeanSquaredError()
    assert mn.trace(net, x, x, loss).findings == [
        "dead units, which are 0 for all samples and do not learn: 1 of 4 in layer 1, ReLU()"
    ]
    net.layers[0].b = -9.0
    assert mn.trace(net, x, x, loss).findings == [
        "all outputs of layer 1, ReLU(), are 0 for all samples: dead, nothing before it learns",
        "all numbers of dW of layer 0, dW of layer 2 are 0: these weights do not learn from this batch",
    ]
    zeros = mn.Network([mn.Dense(1, 3, weights="zeros"), mn.Tanh(), mn.Dense(3, 1)], rng=0)
    assert mn.trace(zeros, x, x, loss).findings[0].startswith("all outputs of layer 0, Dense(1, 3), are 0")


def test_saturated_units():
    """The slope of tanh is below 5 % beyond 2.18, that of the sigmoid below 5 % of 1/4 beyond 4.36."""
    x = np.array([2.1, 2.3, 4.0, -5.0])
    for activation, scale, share in (
        (mn.Tanh(), 1, "75%"), (mn.Sigmoid(), 1, None), (mn.Sigmoid(), 2, "75%"), (mn.ReLU(), 9, None),
        (mn.Sine(), 1, None),
    ):  # fmt: skip
        net = mn.Network([activation, mn.Dense(1, 1)], rng=0)
        found = mn.trace(net, scale * x, x, mn.MeanSquaredError()).findings
        assert [words[-len(f"{share} of layer 0, {activation}") :] for words in found] == (
            [] if share is None else [f"{share} of layer 0, {activation}"]
        )
    jets = mn.Network([mn.Tanh(), mn.Dense(1, 1)], rng=0)
    assert mn.trace(jets, x, mn.Jet(x, first=x), mn.Sobolev()).findings[0].endswith("75% of layer 0, Tanh()")


def test_outputs_that_shrink_in_every_layer(rng):
    """ReLU keeps half of the mean square of symmetric numbers: He's weights have a 2 for it, LeCun's have not."""
    layers = [part for _ in range(12) for part in (mn.Dense(100, 100, weights="lecun_normal"), mn.ReLU())]
    found = mn.trace(mn.Network(layers, rng=0), rng.normal(size=(50, 100)), np.zeros((50, 100)), mn.MeanSquaredError())
    factor = next(float(words.split()[6]) for words in found.findings if words.startswith("outputs shrink"))
    assert factor == pytest.approx(np.sqrt(2), rel=0.05)
    he = [part for _ in range(12) for part in (mn.Dense(100, 100, weights="he_normal"), mn.ReLU())]
    found = mn.trace(mn.Network(he, rng=0), rng.normal(size=(50, 100)), np.zeros((50, 100)), mn.MeanSquaredError())
    assert not any("outputs" in words for words in found.findings)
    raw = mn.trace(mn.mlp([1, 9, 1], "tanh", rng=0), [1900.0, 2000.0], [0.0, 1.0], mn.MeanSquaredError()).findings
    assert "saturated" in raw[0]
    assert not any("outputs" in words for words in raw)  # it is the unit of the inputs


def test_where_numbers_stop_being_finite():
    def found(break_it, x=(1.0, 2.0)):
        net = mn.mlp([1, 3, 2, 1], "tanh", rng=0)
        break_it(net)
        return mn.trace(net, np.array(x), [0.0, 0.0], mn.MeanSquaredError()).findings

    def weight(net):
        net.theta[7] = np.nan  # W of layer 2: 3 + 3 before it

    assert found(weight) == ["nan first appears in W of layer 2, Dense(3, 2): at [0, 1], 1 of 6 numbers"]

    def overflow(net):
        net.layers[4].W = 1e200
        net.layers[4].b = 1e200

    assert found(overflow) == ["the loss is inf, though all outputs are finite"]

    class Bad(mn.Tanh):
        def backward(self, dy):
            return super().backward(dy) / 0.0

    net = mn.Network([mn.Dense(1, 2), mn.Tanh(), mn.Dense(2, 2), Bad(), mn.Dense(2, 1)], rng=0)
    (words,) = mn.trace(net, [1.0, 2.0], [0.0, 0.0], mn.MeanSquaredError()).findings
    assert words == "inf first appears in d output of layer 2, Dense(2, 2): at [0, 0], 4 of 4 numbers"


def test_a_loss_without_slope():
    net = mn.Network([mn.Dense(1, 1, weights=1.0)])
    assert mn.trace(net, [1.0, 2.0], [1.0, 2.0], mn.MeanSquaredError()).findings == [
        "the loss, 0, has no slope here: all gradients are 0"
    ]


def test_what_does_not_fit_is_answered_as_by_fit():
    with pytest.raises(ValueError, match="y has 3 samples"):
        mn.trace(by_hand(), [1.0, 2.0], [1.0, 2.0, 3.0], mn.MeanSquaredError())
    with pytest.raises(ValueError, match=r"^trace: loss must be an object such as MeanSquaredError"):
        mn.trace(by_hand(), [1.0], [1.0], "mse")
    with pytest.raises(ValueError, match=r"^trace: the first argument must be a Network, not list"):
        mn.trace([mn.Dense(1, 1)], [1.0], [1.0], mn.MeanSquaredError())
    with pytest.raises(ValueError, match=r"^trace: BinaryCrossEntropy\(\) takes scores"):
        mn.trace(mn.Network([mn.Dense(1, 1), mn.Sigmoid()]), [1.0], [1.0], mn.BinaryCrossEntropy())
    with pytest.raises(ValueError, match=r"trace has no setting 'criterion'; it is called loss"):
        mn.trace(by_hand(), [1.0], [1.0], criterion=mn.MeanSquaredError())


def test_a_page_has_it_escaped():
    class Odd(mn.Tanh):
        def __repr__(self):
            return "<b>odd</b>\n" * 30

    net = mn.Network([mn.Dense(1, 2), Odd(), mn.Dense(2, 1)], rng=0)
    step = mn.trace(net, [1.0, 2.0], [1.0, 2.0], mn.MeanSquaredError())
    html = step._repr_html_()
    assert "<b>" not in html
    assert "&lt;b&gt;odd" in html
    assert max(map(len, str(step).splitlines())) <= WIDTH
    assert all("gradient: length of the loss's" in " ".join(unescape(text).split()) for text in (html, str(step)))


def test_the_picture_has_every_size_where_it_belongs():
    step = mn.trace(by_hand(), [1.0, 3.0], [0.0, 0.0], mn.MeanSquaredError())
    ax = step.plot()
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "input",
        "0 Dense(1, 2)",
        "1 ReLU()",
        "2 Dense(2, 1)",
    ]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(KINDS)
    points = {(line.get_marker(), round(float(line.get_ydata()[0]))): float(line.get_xdata()[0]) for line in ax.lines
              if len(line.get_xdata()) == 1}  # fmt: skip
    assert points["o", 0] == pytest.approx(np.sqrt(5))  # inputs 1 and 3
    assert points["^", 2] == pytest.approx(np.sqrt(5))  # 1, 1, 3, 3
    assert points["D", 1] == pytest.approx(np.sqrt((100 + 16) / 4))  # of dW and db together
    low, high = ax.get_xlim()
    assert all(low <= x <= high for x in points.values())
    net = by_hand()
    net.layers[2].W = 0.0
    texts = [text.get_text() for text in mn.trace(net, [1.0, 3.0], [1.0, 0.0], mn.MeanSquaredError()).plot().texts]
    assert set(texts) == {"0"}
    net.theta[0] = np.nan
    texts = [text.get_text() for text in mn.trace(net, [1.0, 3.0], [1.0, 0.0], mn.MeanSquaredError()).plot().texts]
    assert "not finite" in texts
    net.layers[0].W, net.layers[2].W = 1e-300, 1e150
    low, high = mn.trace(net, [1.0, 3.0], [1.0, 0.0], mn.MeanSquaredError()).plot().get_xlim()
    assert 0 < low < 1e-300
    assert 1e150 < high < np.inf
