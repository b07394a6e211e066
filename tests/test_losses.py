"""Losses: known answers by hand and by scikit-learn, and every slope against central differences."""

from math import e, log

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.metrics import log_loss

import minnet as mn
from minnet.errors import DataError, DtypeError, SettingError, ShapeError
from minnet.losses import LOSSES, Target

BCE, CCE = mn.BinaryCrossEntropy(), mn.CategoricalCrossEntropy()

# Every registered loss with its defaults, and some settings.
SOME = {name: kind() for name, kind in LOSSES.items()} | {
    "Huber, small delta": mn.Huber(0.3),
    "Sobolev, second derivatives": mn.Sobolev((1.0, 0.5, 0.25)),
    "Sobolev, without values": mn.Sobolev((0.0, 2.0)),
}


def sample(loss, seed=0, n=5, outputs=3, directions=2, dtype="float64"):
    """Outputs of the engine (k, n, o), targets that suit any loss, and weights.

    Rows of targets lie between 0 and 1 and sum to 1; derivatives are any numbers.
    """
    rng = np.random.default_rng(seed)
    y = 2 * rng.standard_normal((1 + loss.order * directions, n, outputs))
    parts = rng.standard_normal((3, directions, n, outputs))
    target = rng.dirichlet(np.ones(outputs), n)
    if loss.order:
        target = mn.Jet(target, *parts[: loss.order])
    return y.astype(dtype), loss.prepare(target, n, (outputs,), dtype, "y"), rng.uniform(0.2, 3.0, n)


def central_differences(loss, y, target, weight, h=1e-6):
    slopes = np.empty_like(y)
    for index in np.ndindex(y.shape):
        step = np.zeros_like(y)
        step[index] = h
        slopes[index] = (loss(y + step, target, weight)[0] - loss(y - step, target, weight)[0]) / (2 * h)
    return slopes


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize(("n", "outputs", "directions"), [(5, 3, 2), (1, 1, 1), (4, 1, 3), (2, 4, 1)])
@pytest.mark.parametrize("name", SOME)
def test_the_cotangent_is_the_derivative_of_the_value(name, n, outputs, directions, weighted):
    loss = SOME[name]
    y, target, weight = sample(loss, n + outputs, n, outputs, directions)
    weight = weight if weighted else None
    value, slopes = loss(y, target, weight)
    assert type(value) is float
    assert slopes.shape == y.shape
    assert_allclose(slopes, central_differences(loss, y, target, weight), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", SOME)
def test_neither_outputs_nor_targets_nor_weights_are_changed(name):
    loss = SOME[name]
    y, target, weight = sample(loss)
    before = y.copy(), target.values.copy(), weight.copy()
    loss(y, target, weight)
    for array, copy in zip((y, target.values, weight), before, strict=True):
        assert np.array_equal(array, copy)


@pytest.mark.parametrize("name", SOME)
def test_doubling_the_weights_doubles_the_loss(name):
    loss = SOME[name]
    y, target, weight = sample(loss)
    value, slopes = loss(y, target, weight)
    twice, twice_slopes = loss(y, target, 2 * weight)
    assert twice == pytest.approx(2 * value, rel=1e-14)
    assert_allclose(twice_slopes, 2 * slopes, rtol=1e-14)


@pytest.mark.parametrize("name", SOME)
def test_weights_of_one_change_nothing(name):
    loss = SOME[name]
    y, target, _ = sample(loss)
    value, slopes = loss(y, target)
    same, same_slopes = loss(y, target, np.ones(5))
    assert same == pytest.approx(value, rel=1e-14)
    assert_allclose(same_slopes, slopes, rtol=1e-14)


@pytest.mark.parametrize("name", SOME)
def test_a_sample_of_weight_zero_does_not_matter(name):
    """The others then sum to what they sum to alone; the mean divides by the number of samples, 5 and not 4."""
    loss = SOME[name]
    y, target, weight = sample(loss)
    weight[-1] = 0
    value, slopes = loss(y, target, weight)
    alone, alone_slopes = loss(y[:, :4], target[:4], weight[:4])
    assert value == pytest.approx(alone * 4 / 5, rel=1e-14)
    assert_allclose(slopes[:, :4], alone_slopes * 4 / 5, rtol=1e-14)
    assert (slopes[:, 4] == 0).all()


@pytest.mark.parametrize("name", SOME)
def test_the_mean_of_two_halves_is_the_whole(name):
    loss = SOME[name]
    y, target, weight = sample(loss, n=6)
    halves = [loss(y[:, part], target[part], weight[part])[0] for part in (slice(0, 3), slice(3, 6))]
    assert loss(y, target, weight)[0] == pytest.approx(sum(halves) / 2, rel=1e-14)


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("name", [*SOME, "Huber, delta from NumPy"])
def test_float32_stays_float32(name, weighted):
    loss = SOME.get(name, mn.Huber(np.float64(0.5)))
    y, target, weight = sample(loss, dtype="float32")
    assert target.values.dtype == np.float32
    weight = weight if weighted else None
    value, slopes = loss(y, target, weight)
    assert slopes.dtype == np.float32
    fine = Target(target.values.astype(float), target.mask)
    fine_value, fine_slopes = loss(y.astype(float), fine, weight)
    assert value == pytest.approx(fine_value, rel=1e-5)
    assert_allclose(slopes, fine_slopes, rtol=1e-4, atol=1e-6)


# Known answers.

Y = np.array([[1.0, -2.0], [0.0, 3.0]])
T = np.array([[0.0, -2.0], [2.0, 0.5]])  # errors 1, 0, -2, 2.5


@pytest.mark.parametrize(
    ("loss", "value", "slopes"),
    [
        # (1 + 0 + 4 + 6.25)/4;  2 e/4
        pytest.param(mn.MeanSquaredError(), 2.8125, [[0.5, 0.0], [-1.0, 1.25]], id="MeanSquaredError"),
        # (1 + 0 + 2 + 2.5)/4;  sign(e)/4, and 0 where there is no error
        pytest.param(mn.MeanAbsoluteError(), 1.375, [[0.25, 0.0], [-0.25, 0.25]], id="MeanAbsoluteError"),
        # delta = 1: 1/2, 0, 2 - 1/2, 2.5 - 1/2, in all 4;  e clipped to +-1, over 4
        pytest.param(mn.Huber(), 1.0, [[0.25, 0.0], [-0.25, 0.25]], id="Huber"),
        # delta = 2: 1/2, 0, 4/2, 2 (2.5 - 1) = 3, in all 5.5;  e clipped to +-2, over 4
        pytest.param(mn.Huber(2.0), 1.375, [[0.25, 0.0], [-0.5, 0.5]], id="Huber, delta=2"),
        # delta = 10 is never reached: half the squared error
        pytest.param(mn.Huber(10.0), 1.40625, [[0.25, 0.0], [-0.5, 0.625]], id="Huber, delta=10"),
    ],
)
def test_regression_losses_worked_out_by_hand(loss, value, slopes):
    computed, computed_slopes = loss(Y, T)
    assert computed == pytest.approx(value, rel=1e-15)
    assert_allclose(computed_slopes, slopes, rtol=1e-15)


def test_weights_worked_out_by_hand():
    # samples weigh 2 and 0.5: (2 (1 + 0) + 0.5 (4 + 6.25))/4 = 7.125/4
    value, slopes = mn.MeanSquaredError()(Y, T, [2.0, 0.5])
    assert value == pytest.approx(1.78125, rel=1e-15)
    assert_allclose(slopes, [[1.0, 0.0], [-0.5, 0.625]], rtol=1e-15)


def test_binary_cross_entropy_worked_out_by_hand():
    """Scores 0, log 3 and -log 3 are probabilities 1/2, 3/4 and 1/4."""
    y, t = np.array([[0.0], [log(3)], [-log(3)], [log(3)]]), np.array([[1.0], [1.0], [1.0], [0.25]])
    value, slopes = BCE(y, t)
    # -log(1/2), -log(3/4), -log(1/4), -(1/4) log(3/4) - (3/4) log(1/4)
    expected = log(2) + log(4 / 3) + log(4) + 0.25 * log(4 / 3) + 0.75 * log(4)
    assert value == pytest.approx(expected / 4, rel=1e-14)
    # p - t: -1/2, -1/4, -3/4, 1/2
    assert_allclose(slopes, [[-0.125], [-0.0625], [-0.1875], [0.125]], rtol=1e-14)


def test_categorical_cross_entropy_worked_out_by_hand():
    """Scores log 1, log 2, log 5 are probabilities 1/8, 2/8, 5/8, whatever is added to all three."""
    y = np.log([[1.0, 2.0, 5.0], [1.0, 2.0, 5.0]]) + np.array([[0.0], [7.0]])
    value, slopes = CCE(y, np.array([[0.0, 0.0, 1.0], [0.5, 0.5, 0.0]]))
    assert value == pytest.approx((log(8 / 5) + 0.5 * log(8) + 0.5 * log(4)) / 2, rel=1e-14)
    assert_allclose(slopes, np.array([[1 / 8, 2 / 8, -3 / 8], [-3 / 8, -2 / 8, 5 / 8]]) / 2, rtol=1e-14)


def test_probabilities_that_were_rounded_have_exact_slopes_all_the_same():
    """Three times 0.333 is 0.999; the slope is p sum(t) - t, not p - t."""
    y, t = np.array([[[0.5, -1.0, 2.0]]]), np.array([[0.333, 0.333, 0.333]])
    target = CCE.prepare(t, 1, (3,), float, "y")
    assert_allclose(CCE(y, target)[1], central_differences(CCE, y, target, None), rtol=1e-7, atol=1e-9)
    assert CCE(y, target)[1].sum() == pytest.approx(0, abs=1e-15)


def test_two_classes_are_one_score():
    """softmax of (s, 0) is sigmoid(s)."""
    s, t = np.array([[0.3], [-2.0], [5.0]]), np.array([[1.0], [0.0], [0.25]])
    binary, slopes = BCE(s, t)
    both, both_slopes = CCE(np.hstack([s, 0 * s]), np.hstack([t, 1 - t]))
    assert both == pytest.approx(binary, rel=1e-14)
    assert_allclose(both_slopes[:, :1], slopes, rtol=1e-13)


def test_sobolev_worked_out_by_hand():
    """One sample, one output, two directions: each order is averaged by itself, then weighted."""
    y = np.array([1.0, 2.0, 3.0, 4.0, 5.0]).reshape(5, 1, 1)  # value, d/dx_0, d/dx_1, d2/dx_0^2, d2/dx_1^2
    jet = mn.Jet([0.0], first=np.reshape([2.5, 1.0], (2, 1, 1)), second=np.reshape([4.0, 8.0], (2, 1, 1)))
    loss = mn.Sobolev((3.0, 2.0, 0.5))
    value, slopes = loss(y, loss.prepare(jet, 1, (1,), float, "y"))
    # 3 * 1 + 2 (0.25 + 4)/2 + 0.5 (0 + 9)/2
    assert value == pytest.approx(3 + 4.25 + 2.25, rel=1e-15)
    # 3 * 2 * 1;  2 * 2 e/2: -1, 4;  0.5 * 2 e/2: 0, -1.5
    assert_allclose(slopes.ravel(), [6.0, -1.0, 4.0, 0.0, -1.5], rtol=1e-15)


def test_sobolev_without_derivatives_is_the_squared_error():
    y, target, weight = sample(mn.Sobolev((1.0, 0.0)))
    value, slopes = mn.Sobolev((1.0, 0.0))(y, target, weight)
    plain, plain_slopes = mn.MeanSquaredError()(y[0], target.values[0], weight)
    assert value == pytest.approx(plain, rel=1e-14)
    assert_allclose(slopes[0], plain_slopes, rtol=1e-14)
    assert (slopes[1:] == 0).all()


# Against scikit-learn.


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
def test_cross_entropies_are_those_of_scikit_learn(weighted):
    """On moderate scores, where probabilities are not rounded. scikit-learn divides by the sum of the weights."""
    rng = np.random.default_rng(3)
    y, weight = 2 * rng.standard_normal((30, 4)), rng.uniform(0.1, 2, 30) if weighted else np.ones(30)
    labels = rng.integers(0, 4, 30)
    p = np.exp(y) / np.exp(y).sum(axis=1, keepdims=True)
    expected = log_loss(labels, p, sample_weight=weight, labels=range(4)) * weight.mean()
    assert CCE(y, CCE.prepare(labels, 30, (4,), float, "y"), weight)[0] == pytest.approx(expected, rel=1e-12)

    yes = rng.integers(0, 2, (30, 4))
    p = 1 / (1 + np.exp(-y))
    columns = [log_loss(yes[:, o], p[:, o], sample_weight=weight, labels=[0, 1]) * weight.mean() for o in range(4)]
    assert BCE(y, yes, weight)[0] == pytest.approx(np.mean(columns), rel=1e-12)


# Scores of any size.


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("size", [100.0, 1000.0, 1e30])
def test_binary_cross_entropy_of_huge_scores_is_exact(size, dtype):
    y = np.array([[size], [-size], [size], [-size]], dtype)
    t = np.array([[1], [0], [0], [1]], dtype)
    for row, (value, slope) in enumerate([(0.0, 0.0), (0.0, 0.0), (size, 1.0), (size, -1.0)]):
        loss, slopes = BCE(y[row : row + 1], t[row : row + 1])
        assert loss == pytest.approx(float(np.dtype(dtype).type(value)), rel=1e-15, abs=1e-40)
        assert slopes[0, 0] == pytest.approx(slope, abs=1e-40)


def test_binary_cross_entropy_keeps_what_is_smaller_than_rounding():
    """log(1 + exp(-100)) = exp(-100), though 1 + exp(-100) is 1; and p - 0 = exp(-100) on the other side."""
    value, _ = BCE(np.array([[100.0]]), np.array([[1.0]]))
    assert value == pytest.approx(e**-100, rel=1e-12, abs=0)
    value, slopes = BCE(np.array([[-100.0]]), np.array([[0.0]]))
    assert value == pytest.approx(e**-100, rel=1e-12, abs=0)
    assert slopes[0, 0] == pytest.approx(e**-100, rel=1e-12, abs=0)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("size", [100.0, 1000.0, 1e30])
def test_categorical_cross_entropy_of_huge_scores_is_exact(size, dtype):
    y = np.array([[size, 0.0, -size]], dtype)
    exact = float(np.dtype(dtype).type(size))
    for label, (value, slopes) in enumerate(
        [(0.0, [0.0, 0.0, 0.0]), (exact, [1.0, -1.0, 0.0]), (2 * exact, [1.0, 0.0, -1.0])]
    ):
        loss, loss_slopes = CCE(y, np.eye(3, dtype=dtype)[[label]])
        assert loss == pytest.approx(value, rel=1e-15, abs=1e-40)
        assert_allclose(loss_slopes, [slopes], rtol=1e-15, atol=1e-40)


def test_categorical_cross_entropy_of_equal_scores():
    for score in (0.0, 1000.0, -1000.0):
        value, slopes = CCE(np.full((1, 4), score), np.eye(4)[[2]])
        assert value == pytest.approx(log(4), rel=1e-14)
        assert_allclose(slopes, [[0.25, 0.25, -0.75, 0.25]], rtol=1e-14)


# Huber's two pieces.


@pytest.mark.parametrize("delta", [0.5, 1.0, 3.0])
def test_huber_is_smooth_where_its_pieces_meet(delta):
    loss, target = mn.Huber(delta), np.zeros((1, 1))
    for sign in (1, -1):
        inside, inside_slope = loss(np.array([[sign * delta * (1 - 1e-9)]]), target)
        outside, outside_slope = loss(np.array([[sign * delta * (1 + 1e-9)]]), target)
        assert inside == pytest.approx(outside, rel=1e-8)
        assert inside == pytest.approx(delta**2 / 2, rel=1e-8)
        assert_allclose(inside_slope, outside_slope, rtol=1e-8)
        assert outside_slope[0, 0] == sign * delta


# Labels.


@pytest.mark.parametrize("labels", [[2, 0, 1, 2], np.array([2, 0, 1, 2], np.uint8), [2.0, 0.0, 1.0, 2.0]])
def test_class_labels_are_one_hot_rows(labels):
    y = np.random.default_rng(0).standard_normal((1, 4, 3))
    one_hot = [[0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
    by_label, by_row = (CCE(y, CCE.prepare(target, 4, (3,), float, "y")) for target in (labels, one_hot))
    assert by_label[0] == by_row[0]
    assert np.array_equal(by_label[1], by_row[1])


def test_training_on_labels_is_training_on_one_hot_rows():
    x, labels = np.random.default_rng(0).standard_normal((6, 2)), np.array([0, 1, 2, 2, 1, 0])
    nets = [mn.Network([mn.Dense(2, 3)], rng=0) for _ in range(2)]
    for net, target in zip(nets, (labels, np.eye(3)[labels]), strict=True):
        mn.fit(net, x, target, loss=CCE, optimizer=mn.SGD(0.1), epochs=3, batch_size=4, rng=0)
    assert np.array_equal(nets[0].theta, nets[1].theta)


@pytest.mark.parametrize("name", [name for name in SOME if not name.startswith(("Sobolev", "Categorical"))])
def test_in_a_call_by_hand_a_vector_is_the_column_of_a_single_output(name):
    """(n, 1) minus (n,) is (n, n) in NumPy, and would be a wrong loss without a word."""
    y, t = np.array([[0.5], [1.0], [2.0]]), np.array([0.0, 1.0, 0.5])
    value, slopes = SOME[name](y, t)
    assert value == SOME[name](y, t[:, np.newaxis])[0]
    assert slopes.shape == y.shape
    with pytest.raises(ShapeError, match=r"targets \(3,\) do not fit outputs \(3, 2\)"):
        SOME[name](np.zeros((3, 2)), t)


def test_labels_in_a_call_by_hand_are_not_taken_for_probabilities():
    with pytest.raises(ShapeError, match=r"targets \(3,\) do not fit outputs \(3, 3\)"):
        CCE(np.zeros((3, 3)), np.array([0, 1, 2]))


# Targets known in part.


def masked_sample(loss, seed=1, n=4, outputs=2, directions=3):
    """Outputs, a jet, and a mask with some entries of every part unknown."""
    rng = np.random.default_rng(seed)
    y = rng.standard_normal((1 + loss.order * directions, n, outputs))
    value, parts = rng.standard_normal((n, outputs)), rng.standard_normal((loss.order, directions, n, outputs))
    return y, value, parts, mn.Mask(rng.random(value.shape) < 0.6, *(rng.random(parts.shape) < 0.6))


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("loss", [mn.Sobolev(), mn.Sobolev((2.0, 0.5, 0.25))], ids=repr)
def test_slopes_where_only_some_entries_are_known(loss, weighted):
    y, value, parts, mask = masked_sample(loss)
    weight = np.array([0.5, 2.0, 1.0, 3.0]) if weighted else None
    target = loss.prepare(mn.Jet(value, *parts, mask=mask), 4, (2,), float, "y")
    _, slopes = loss(y, target, weight)
    assert_allclose(slopes, central_differences(loss, y, target, weight), rtol=1e-6, atol=1e-8)
    assert (slopes[~target.mask] == 0).all()
    assert (slopes[target.mask] != 0).all()


@pytest.mark.parametrize(
    ("loss", "part"),
    [
        (mn.Sobolev(), "value"),
        (mn.Sobolev(), "first"),
        (mn.Sobolev((2.0, 0.5, 0.25)), "value"),
        (mn.Sobolev((2.0, 0.5, 0.25)), "first"),
        (mn.Sobolev((2.0, 0.5, 0.25)), "second"),
    ],
    ids=str,
)
@pytest.mark.parametrize("nonsense", [1e6, float("nan"), float("inf")])
def test_what_is_not_known_never_matters(loss, part, nonsense):
    y, value, parts, mask = masked_sample(loss)
    target = mn.Jet(value, *parts, mask=mask)
    expected = loss(y, loss.prepare(target, 4, (2,), float, "y"))
    spoilt = {"value": value.copy(), "first": parts[0].copy(), "second": parts[-1].copy()}
    spoilt[part][~getattr(mask, part)] = nonsense
    if loss.order == 1:
        del spoilt["second"]
    computed = loss(y, loss.prepare(mn.Jet(**spoilt, mask=mask), 4, (2,), float, "y"))
    assert computed[0] == expected[0]
    assert np.array_equal(computed[1], expected[1])


def test_a_mask_worked_out_by_hand():
    """Values known at the first of two samples, slopes at the second: each mean runs over the one that is known."""
    y = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(2, 2, 1)
    loss = mn.Sobolev((1.0, 0.5))
    target = mn.Jet([0.0, 0.0], [0.0, 0.0], mask=mn.Mask([True, False], [False, True]))
    value, slopes = loss(y, loss.prepare(target, 2, (1,), float, "y"))
    assert value == 1.0 + 0.5 * 16.0
    assert slopes.ravel().tolist() == [2.0, 0.0, 0.0, 0.5 * 8.0]


def test_nothing_known_of_one_order_is_no_loss():
    y = np.ones((2, 3, 1))
    target = mn.Jet(np.zeros(3), np.zeros(3), mask=mn.Mask(None, np.zeros(3, bool)))
    value, slopes = mn.Sobolev()(y, mn.Sobolev().prepare(target, 3, (1,), float, "y"))
    assert value == 1.0
    assert (slopes[1] == 0).all()


SAMPLES, FULL_VALUE, FULL = np.array([True, False, True]), np.ones((3, 2), bool), np.ones((2, 3, 2), bool)
FULL[1, :, 0] = FULL_VALUE[2] = False


@pytest.mark.parametrize("second", [None, SAMPLES, FULL], ids=["all", "samples", "entries"])
@pytest.mark.parametrize("first", [None, SAMPLES, FULL], ids=["all", "samples", "entries"])
@pytest.mark.parametrize("value", [None, SAMPLES, FULL_VALUE], ids=["all", "samples", "entries"])
def test_masks_of_any_form_can_be_combined(value, first, second):
    """Each part is None, a choice of samples, or one boolean for every entry."""
    zeros = np.zeros((2, 3, 2))
    loss = mn.Sobolev((1.0, 1.0, 1.0))
    target = mn.Jet(np.zeros((3, 2)), zeros, zeros, mask=mn.Mask(value, first, second))
    mask = loss.prepare(target, 3, (2,), float, "y").mask
    for part, where in ((value, slice(0, 1)), (first, slice(1, 3)), (second, slice(3, 5))):
        full = True if part is None else part[:, np.newaxis] if part is SAMPLES else part
        assert np.array_equal(mask[where], np.broadcast_to(full, mask[where].shape))


def test_more_derivatives_than_a_loss_compares_are_left_out():
    """With their masks, which have nothing to mask then."""
    full = mn.Jet(np.zeros(3), np.ones(3), np.ones(3))
    assert mn.Sobolev().prepare(full, 3, (1,), float, "y").values.shape == (2, 3, 1)
    masked = mn.Jet(np.zeros(3), np.ones(3), np.ones(3), mask=mn.Mask(None, None, SAMPLES))
    mask = mn.Sobolev().prepare(masked, 3, (1,), float, "y").mask
    assert mask is None or mask.all()


def test_training_on_slopes_and_one_value_finds_the_line():
    """All slopes are 2, and the value is known at 0 only, where it is 1: the line is 2 x + 1."""
    x = np.linspace(-1, 1, 5)
    target = mn.Jet(np.where(x == 0, 1.0, 1e6), np.full(5, 2.0), mask=mn.Mask(x == 0))
    net = mn.Network([mn.Dense(1, 1)], rng=0)
    history = mn.fit(net, x, target, loss=mn.Sobolev(), optimizer=mn.SGD(0.2), epochs=100)
    assert_allclose(net.theta, [2.0, 1.0], rtol=1e-12)
    assert history.history["loss"][-1] < 1e-20


# Targets and settings that cannot be used.

ZEROS = np.zeros((4, 2))
NAN_ROW = np.array([[0.5, 0.5]] * 3 + [[np.nan, 0.5]])


@pytest.mark.parametrize("name", [name for name in SOME if not name.startswith("Sobolev")])
@pytest.mark.parametrize(
    ("target", "error", "message"),
    [
        pytest.param(np.zeros((4, 3)), ShapeError, r"y has shape \(4, 3\), but the network gives 2 outputs", id="wide"),
        pytest.param(np.zeros((1, 4, 2)), ShapeError, r"y has shape \(1, 4, 2\)", id="three axes"),
        pytest.param(np.full((3, 2), 0.5), ShapeError, "y has 3 samples, but there are 4 inputs", id="too few"),
        pytest.param([[0.5, 0.5], [1.0]], ShapeError, "y must not be nested lists of unequal lengths", id="ragged"),
        pytest.param(NAN_ROW, DataError, r"y holds 1 values that are not finite.* \(3, 0\)", id="nan"),
        pytest.param(ZEROS + 1j, DtypeError, "y must be real numbers, not complex128", id="complex"),
        pytest.param([["a", "b"]] * 4, DtypeError, "y must be real numbers, not <U1", id="text"),
        pytest.param(mn.Jet(ZEROS, [ZEROS]), DataError, r"y is a Jet, but .* use Sobolev, or y\.value", id="Jet"),
    ],
)
def test_targets_that_do_not_fit_are_refused(name, target, error, message):
    with pytest.raises(error, match=message):
        SOME[name].prepare(target, 4, (2,), float, "y")


@pytest.mark.parametrize("name", [name for name in SOME if not name.startswith("Sobolev")])
def test_a_vector_serves_as_the_column_of_a_single_output(name):
    prepared = SOME[name].prepare([1, 1, 1], 3, (1,), np.float32, "y")
    assert prepared.values.shape == (1, 3, 1)
    assert prepared.values.dtype == np.float32


@pytest.mark.parametrize(
    ("loss", "target", "error", "message"),
    [
        pytest.param(BCE, [[0.0, 1.1]] * 4, DataError, "between 0 and 1, found 0.0 to 1.1", id="BCE above 1"),
        pytest.param(BCE, [[-1, 1]] * 4, DataError, "between 0 and 1, found -1.0 to 1.0", id="BCE of -1 and 1"),
        pytest.param(CCE, [[0.5, 0.6]] * 4, DataError, r"sum to 1 .*sums run from 1\.1 to 1\.1", id="CCE sums"),
        pytest.param(CCE, [[1.5, -0.5]] * 4, DataError, "needs probabilities", id="CCE negative"),
        pytest.param(CCE, [0, 1, 2, 0], DataError, "labels must be integers from 0 to 1", id="label too large"),
        pytest.param(CCE, [0, 1, -1, 0], DataError, "labels must be integers from 0 to 1", id="label negative"),
        pytest.param(CCE, [0, 1, 0.5, 0], DataError, "labels must be integers from 0 to 1", id="label fractional"),
        pytest.param(CCE, [0, 1, np.nan, 0], DataError, "labels must be integers|not finite", id="label NaN"),
        pytest.param(CCE, [0, 1, 1e300, 0], DataError, "labels must be integers from 0 to 1", id="label huge"),
        pytest.param(CCE, ["a", "b", "a", "b"], DtypeError, "y must be real numbers, not <U1", id="label text"),
        pytest.param(CCE, [0, 1, 0], ShapeError, "3 samples, but there are 4", id="too few labels"),
        pytest.param(mn.Sobolev(), ZEROS, DataError, "y must be a Jet .*not ndarray", id="Sobolev without Jet"),
        pytest.param(mn.Sobolev(), mn.Jet(ZEROS), DataError, "derivatives of order 0.*compares order 1", id="order 0"),
        pytest.param(
            mn.Sobolev((1, 1, 1)), mn.Jet(ZEROS, [ZEROS]), DataError, "of order 1.*compares order 2", id="order 1"
        ),
        pytest.param(mn.Sobolev(), mn.Jet(NAN_ROW, [ZEROS]), DataError, r"y\.value holds 1", id="Sobolev NaN"),
        pytest.param(mn.Sobolev(), mn.Jet(ZEROS, [NAN_ROW]), DataError, "y.* holds 1 values", id="Sobolev NaN slope"),
        pytest.param(
            mn.Sobolev(), mn.Jet(ZEROS[:3], [ZEROS[:3]]), ShapeError, "3 samples, but there are 4", id="Sobolev too few"
        ),
        pytest.param(
            mn.Sobolev(),
            mn.Jet(ZEROS, [ZEROS], mask=mn.Mask(None, [1, 0, 1, 1])),
            DataError,
            "mask.first must be boolean",
            id="mask of integers",
        ),
        pytest.param(
            mn.Sobolev(),
            mn.Jet(ZEROS, [ZEROS], mask=mn.Mask(None, [True] * 3)),
            ShapeError,
            r"mask.first \(3, 1\) does not fit",
            id="mask too short",
        ),
    ],
)
def test_targets_that_a_loss_cannot_use_are_refused(loss, target, error, message):
    with pytest.raises(error, match=message):
        loss.prepare(target, 4, (2,), float, "y")


@pytest.mark.parametrize(("n_inputs", "directions"), [(1, 2), (2, 1)])
def test_derivatives_along_the_wrong_number_of_directions_are_refused(n_inputs, directions):
    net = mn.Network([mn.Dense(n_inputs, 1)])
    target = mn.Jet(np.zeros(4), np.zeros((directions, 4, 1)))
    with pytest.raises(ShapeError, match="direction"):
        mn.fit(net, np.zeros((4, n_inputs)), target, loss=mn.Sobolev(), optimizer=mn.SGD(), epochs=1)


@pytest.mark.parametrize("name", LOSSES)
def test_fit_says_what_is_wrong_with_targets(name):
    net = mn.Network([mn.Dense(1, 2)])
    with pytest.raises((ShapeError, DataError), match=r"^y "):
        mn.fit(net, np.zeros(4), np.zeros((4, 3)), loss=SOME[name], optimizer=mn.SGD(), epochs=1)


@pytest.mark.parametrize("delta", [0, -1.0, float("nan"), "1"])
def test_huber_needs_a_positive_delta(delta):
    with pytest.raises(SettingError, match="Huber: delta="):
        mn.Huber(delta)


@pytest.mark.parametrize("weights", [(), (1.0,), (1, 1, 1, 1), (1, -1), (1, float("nan")), (float("inf"), 1)])
def test_sobolev_needs_two_or_three_weights(weights):
    with pytest.raises(SettingError, match="Sobolev: weights must be two or three numbers >= 0"):
        mn.Sobolev(weights)


def test_losses_say_what_they_are():
    assert repr(mn.Huber(0.5)) == "Huber(delta=0.5)"
    assert repr(mn.Sobolev((1, 2))) == "Sobolev(weights=(1.0, 2.0))"
    assert [SOME[name].order for name in LOSSES] == [1 if name == "Sobolev" else 0 for name in LOSSES]
    assert mn.Sobolev((1, 1, 1)).order == 2
