"""What is legal and hardly ever meant is said, once; what is meant is not."""

import warnings
from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import expit, ndtr

import minnet as mn
from minnet.activations import ACTIVATIONS
from minnet.errors import SettingError
from minnet.training.layer_slips import layer_slips, reach
from minnet.training.order import chance_of_largest

RNG = np.random.default_rng(0)
X = RNG.standard_normal((60, 2))
LABELS = (X[:, 0] > 0).astype(int)


def fit(layers, y, loss, **settings):
    settings = {"optimizer": mn.SGD(0.01), "epochs": 2, "rng": 0, **settings}
    return mn.fit(mn.Network(layers, rng=0), X, y, loss=loss, **settings)


@pytest.mark.parametrize(
    ("layer", "outputs", "loss"),
    [(mn.Sigmoid, 1, mn.BinaryCrossEntropy()), (mn.Softmax, 2, mn.CategoricalCrossEntropy())],
)
def test_probabilities_are_not_given_to_a_loss_of_scores(layer, outputs, loss):
    with pytest.raises(SettingError, match=rf"applies {layer.__name__}\(\) itself; leave the last layer out"):
        fit([mn.Dense(2, outputs), layer()], LABELS, loss)
    fit([mn.Dense(2, outputs), layer(), mn.Identity()], LABELS, loss)  # for those who mean it


@pytest.mark.parametrize(
    ("layers", "y", "loss", "words"),
    [
        ([mn.Dense(2, 8), mn.Dense(8, 1)], X[:, 0], mn.MeanSquaredError(), r"layers 0 and 1, .* one linear map"),
        ([mn.Dense(2, 8, bias=-50.0), mn.ReLU(), mn.Dense(8, 1)], X[:, 0], mn.MeanSquaredError(), "layer 1.* are dead"),
        ([mn.Dense(2, 1), mn.Sigmoid()], 2.0 * LABELS - 1, mn.MeanSquaredError(), "targets go from -1 .*than 0 to 1"),
        ([mn.Dense(2, 1), mn.Tanh()], 3 * X[:, 0], mn.Huber(), "no more than -1 to 1"),
        ([mn.Dense(2, 3)], np.eye(3)[np.arange(60) % 3], mn.MeanSquaredError(), r"CategoricalCrossEntropy\(\)"),
        ([mn.Dense(2, 2)], np.eye(2)[LABELS], mn.MeanSquaredError(), r"CategoricalCrossEntropy\(\)"),
        ([mn.Dense(2, 8), mn.Dense(8, 8), mn.Dense(8, 1)], X[:, 0], mn.Huber(), "layers 0 and 1"),
        ([mn.Dense(2, 8), mn.Dropout(0.1), mn.Dense(8, 1)], X[:, 0], mn.MeanSquaredError(), "layers 0 and 2, .* one"),
        ([mn.Dense(2, 8), mn.BatchNorm(), mn.Dense(8, 1)], X[:, 0], mn.MeanSquaredError(), "layers 0 and 2, .* one"),
        ([mn.Dense(2, 8), mn.Tanh(), mn.Dense(8, 8, bias=-50.0), mn.ReLU(), mn.Dense(8, 1)], X[:, 0],
         mn.MeanSquaredError(), "layer 3.* are dead"),
        ([mn.Dense(2, 8, weights="zeros"), mn.Tanh(), mn.Dense(8, 1, weights="zeros")], X[:, 0], mn.MeanSquaredError(),
         "all units of layer 0, .* learn as one"),
        ([mn.Dense(2, 8, weights="ones"), mn.Sigmoid(), mn.Dense(8, 2, weights=0.1)], X, mn.Huber(), "learn as one"),
        ([mn.Dense(2, 1), mn.ReLU()], LABELS, mn.BinaryCrossEntropy(), r"ReLU\(\), gives no less than 0"),
        ([mn.Dense(2, 1), mn.Softplus()], LABELS, mn.BinaryCrossEntropy(), "no less than 0"),
        ([mn.Dense(2, 1), mn.Abs(), mn.Flatten()], LABELS, mn.BinaryCrossEntropy(), "no less than 0"),
        ([mn.Dense(2, 1), mn.Tanh()], LABELS, mn.BinaryCrossEntropy(), "no more than -1 to 1"),
        ([mn.Dense(2, 1), mn.ELU(2.0)], LABELS, mn.BinaryCrossEntropy(), "no less than -2"),
        ([mn.Dense(2, 1), mn.GELU()], LABELS, mn.BinaryCrossEntropy(), r"no less than -0\.17"),
        ([mn.Dense(2, 2), mn.Softmax()], np.eye(2)[LABELS], mn.BinaryCrossEntropy(), "no more than 0 to 1"),
        ([mn.Dense(2, 2), mn.Sigmoid()], LABELS, mn.CategoricalCrossEntropy(), "no more than 0 to 1"),
        ([mn.Dense(2, 2), mn.ReLU()], LABELS, mn.CategoricalCrossEntropy(), "no less than 0"),
        ([mn.Dense(2, 1), mn.Softmax()], LABELS, mn.MeanSquaredError(), "layer 1, .* gives the same for all samples"),
        ([mn.Dense(2, 1), mn.Softmax()], LABELS, mn.BinaryCrossEntropy(), r"or use Sigmoid\(\)"),
        ([mn.Dense(2, 1), mn.LayerNorm()], X[:, 0], mn.MeanSquaredError(), "the same for all samples"),
        ([mn.Dense(2, 1), mn.LayerNorm(), mn.Tanh()], X[:, 0] / 4, mn.MeanSquaredError(), "layer 1, .* the same"),
        ([mn.Dense(2, 1), mn.ReLU()], X[:, 0], mn.MeanSquaredError(), "no less than 0"),
        ([mn.Dense(2, 1), mn.Softplus()], X[:, 0], mn.Huber(), "no less than 0"),
        ([mn.Dense(2, 1), mn.Abs()], -np.abs(X[:, 0]), mn.MeanSquaredError(), "no less than 0"),
        ([mn.Dense(2, 1), mn.Sine(3.0)], 2 * X[:, 0], mn.MeanSquaredError(), "no more than -1 to 1"),
        ([mn.Dense(2, 1), mn.Tanh(), mn.Standardize(3 * X[:, :1]).inverse()], 3 * X[:, 0], mn.MeanSquaredError(),
         "no more than -1 to 1"),
    ],
)  # fmt: skip
def test_slips_are_named_once(layers, y, loss, words):
    with pytest.warns(mn.TrainingWarning, match=words) as caught:
        fit(layers, y, loss)
    assert len(caught) == 1
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    ("layer", "outputs", "loss"),
    [(mn.Sigmoid, 1, mn.BinaryCrossEntropy()), (mn.Softmax, 2, mn.CategoricalCrossEntropy())],
)
@pytest.mark.parametrize("behind", [mn.Flatten, lambda: mn.Dropout(0.1)], ids=["Flatten", "Dropout"])
def test_what_is_behind_probabilities_may_leave_them_what_they_are(layer, outputs, loss, behind):
    with pytest.raises(SettingError, match=rf"applies {layer.__name__}\(\) itself"):
        fit([mn.Dense(2, outputs), layer(), behind()], LABELS, loss)


@pytest.mark.parametrize(
    ("first", "second", "are_one"),
    [
        (mn.Conv1d(2, 4, 3), mn.Conv1d(4, 2, 3), True),
        (mn.Conv2d(2, 4, 3), mn.Conv2d(4, 8, 1), True),
        (mn.Conv2d(2, 4, (3, 1)), mn.Conv2d(4, 8, (1, 3)), False),  # separable: fewer weights
        (mn.Conv2d(8, 2, 1), mn.Conv2d(2, 8, 3), False),  # a bottleneck
        (mn.Conv1d(2, 4, 3), mn.ConvTranspose1d(4, 2, 3), False),
    ],
    ids=str,
)
def test_convolutions_that_are_one(first, second, are_one):
    net = mn.Network([first, second], rng=0)
    words = layer_slips(net, np.zeros((1, *(6,) * (len(net.input_shape) - 1), net.n_inputs)))
    assert [("one linear map" in word) for word in words] == [True] * are_one


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_the_range_of_an_activation_is_that_of_its_formula(name):
    """By hand; of GELU and SiLU the minimum by SciPy."""
    ranges = {
        "Sigmoid": (0, 1), "Tanh": (-1, 1), "Sine": (-1, 1), "ReLU": (0, np.inf), "Softplus": (0, np.inf),
        "Abs": (0, np.inf), "SmoothAbs": (0.1, np.inf), "ELU": (-1, np.inf),
        "SiLU": (minimize_scalar(lambda x: x * expit(x), (-2, -1)).fun, np.inf),
        "GELU": (minimize_scalar(lambda x: x * ndtr(x), (-2, -1)).fun, np.inf),
    }  # fmt: skip
    assert reach(ACTIVATIONS[name]()) == pytest.approx(ranges.get(name, (-np.inf, np.inf)), abs=1e-6)


class Bell(mn.Activation):
    formula = mn.Formula(
        f=lambda x, a: 1 / (1 + x**2),
        d1=lambda x, y, a: -2 * x * y**2,
        d2=lambda x, y, a: (6 * x**2 - 2) * y**3,
        d3=lambda x, y, a: 24 * x * (1 - x**2) * y**4,
    )


def test_an_activation_of_ones_own_has_a_range_as_well():
    assert reach(Bell()) == pytest.approx((0, 1), abs=1e-5)
    with pytest.warns(mn.TrainingWarning, match=r"the last layer, Bell\(\), gives no more than"):
        fit([mn.Dense(2, 1), Bell()], LABELS, mn.BinaryCrossEntropy())


def test_weights_of_samples_that_are_all_zero():
    with pytest.warns(mn.TrainingWarning, match="sample_weight is 0 for all samples"):
        fit([mn.Dense(2, 1)], X[:, 0], mn.MeanSquaredError(), sample_weight=np.zeros(60))
    fit([mn.Dense(2, 1)], X[:, 0], mn.MeanSquaredError(), sample_weight=(np.arange(60) == 3) * 1.0)


@pytest.mark.parametrize("optimizer", [mn.RMSProp(1e5), mn.Adam(10.0)], ids=str)
def test_a_loss_of_classes_that_has_risen_is_told(optimizer):
    labels = np.random.default_rng(1).integers(0, 2, 60)  # there is nothing to learn
    with pytest.warns(mn.TrainingWarning, match="the loss has risen to .* smaller learning rate"):
        fit([mn.Dense(2, 8), mn.ReLU(), mn.Dense(8, 1)], labels, mn.BinaryCrossEntropy(), optimizer=optimizer, epochs=8)


def test_a_loss_that_falls_from_far_away_is_not_lost():
    fit([mn.Dense(2, 1, bias=20.0)], X[:, 0], mn.MeanSquaredError())


def test_steps_that_are_trained_by_train_are_looked_at_too():
    net, loss = mn.Network([mn.Dense(2, 8), mn.Dense(8, 1)], rng=0), mn.MeanSquaredError()
    data, _ = mn.training_data(net, loss, 1e3 * X, X[:, 0])
    with pytest.warns(mn.TrainingWarning) as caught:
        mn.train(mn.Supervised(net, loss, mn.SGD(1e-9)), data, epochs=1)
    assert [str(warning.message)[:17] for warning in caught] == ["fit: layers 0 and", "fit: of the input"]
    assert {warning.filename for warning in caught} == {__file__}


def test_a_loss_that_has_risen_beyond_hope_is_told():
    with pytest.warns(mn.TrainingWarning, match=r"the loss has risen to .*, \de\+\d\d times that of a constant"):
        fit([mn.Dense(2, 1)], X[:, 0], mn.MeanSquaredError(), optimizer=mn.SGD(10.0), epochs=12)


def test_of_a_constant_target_no_loss_is_beyond_hope():
    """A constant answer leaves its rounding, 1e-34: a loss that rises from 3e-6 to 5e-6 is 1e28 times that."""
    net = [mn.Dense(2, 1, weights=0.001, bias=0.1)]
    fit(net, np.full(len(X), 0.1), mn.MeanSquaredError(), optimizer=mn.SGD(1.5), epochs=12)


IN_ORDER = np.linspace(-1, 1, 40)
CLASSES = np.repeat([0, 1, 2], 20)


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (IN_ORDER, IN_ORDER**2, "last 8 samples, which have the largest values of feature 0 of the inputs"),
        (-IN_ORDER, IN_ORDER**2, "smallest values of feature 0 of the inputs"),
        (np.cos(30 * IN_ORDER), IN_ORDER, "largest values of feature 0 of the targets"),
        (np.repeat(np.arange(8), 5), IN_ORDER**2, "feature 0 of the inputs"),  # a grid, its first coordinate
        (np.column_stack([np.cos(30 * IN_ORDER), IN_ORDER]), IN_ORDER**2, "feature 1 of the inputs"),
    ],
)
@pytest.mark.parametrize("optimizer", [mn.SGD(1e-3), mn.LevenbergMarquardt()], ids=["optimizer", "solver"])
def test_samples_in_order_are_not_split_without_a_word(x, y, words, optimizer):
    net = mn.Network([mn.Dense(1 if x.ndim == 1 else 2, 3), mn.Tanh(), mn.Dense(3, 1)], rng=0)
    settings = {"loss": mn.MeanSquaredError(), "optimizer": optimizer, "epochs": 1}
    with pytest.warns(mn.TrainingWarning, match=words) as caught:
        mn.fit(net, x, y, validation_split=0.2, **settings)
    assert [warning.filename for warning in caught] == [__file__]
    mn.fit(net, x[:32], y[:32], validation_data=(x[32:], y[32:]), **settings)  # it is meant
    order = np.random.default_rng(0).permutation(40)
    mn.fit(net, x[order], y[order], validation_split=0.2, **settings)


def test_classes_in_order_are_not_split_without_a_word():
    """The classes that are held out are among those to train with, and yet they are not like them."""
    net = mn.Network([mn.Dense(2, 3)], rng=0)
    x = np.random.default_rng(0).standard_normal((60, 2))
    settings = {"loss": mn.CategoricalCrossEntropy(), "optimizer": mn.SGD(0.1), "epochs": 1, "validation_split": 0.2}
    with pytest.warns(mn.TrainingWarning, match="12 samples, of which 12 of 12 are of class 2, but 8 of 48"):
        mn.fit(net, x, CLASSES, **settings)
    with pytest.warns(mn.TrainingWarning, match="of which 0 of 12 are of class 1, but 40 of 48 of the others"):
        mn.fit(mn.mlp([2, 1]), x, (np.arange(60) < 40).astype(int), **settings | {"loss": mn.BinaryCrossEntropy()})
    mn.fit(net, x, np.random.default_rng(0).permutation(CLASSES), **settings)


def test_the_chance_of_the_largest_by_counting():
    """Over all ways to hold out three of seven, in which they are the largest, equals in any order."""
    for values in (np.arange(7.0), np.array([0, 1, 1, 2, 2, 2, 3.0]), np.zeros(7), np.array([0, 0, 0, 0, 0, 0, 1.0])):
        choices = [list(last) for last in combinations(range(7), 3)]
        pairs = [(np.delete(values, last), values[last]) for last in choices]
        largest = [train.max() <= last.min() for train, last in pairs]
        chances = {chance_of_largest(*pair) for pair, is_largest in zip(pairs, largest, strict=True) if is_largest}
        assert max(chances) == pytest.approx(np.mean(largest), rel=1e-12)
        assert len(chances) == 1
        others = [chance_of_largest(*pair) for pair, is_largest in zip(pairs, largest, strict=True) if not is_largest]
        assert set(others) <= {1.0}


@pytest.mark.parametrize(
    ("layers", "y", "loss"),
    [
        ([mn.Dense(2, 1), mn.Dense(1, 4)], np.tile(X, 2), mn.MeanSquaredError()),  # a bottleneck
        ([mn.Dense(2, 8), mn.Identity(), mn.Dense(8, 1)], X[:, 0], mn.MeanSquaredError()),
        ([mn.Dense(2, 8), mn.ReLU(), mn.Dense(8, 1)], X[:, 0], mn.MeanSquaredError()),
        ([mn.Dense(2, 1), mn.Sigmoid()], LABELS, mn.MeanSquaredError()),
        ([mn.Dense(2, 1)], LABELS, mn.BinaryCrossEntropy()),
        ([mn.Dense(2, 1), mn.Tanh(), mn.Identity()], LABELS, mn.BinaryCrossEntropy()),
        ([mn.Dense(2, 1), mn.LeakyReLU(0.2)], LABELS, mn.BinaryCrossEntropy()),
        ([mn.Dense(2, 1), mn.ELU(5.0)], LABELS, mn.BinaryCrossEntropy()),
        ([mn.Dense(2, 2), mn.Dropout(0.1)], LABELS, mn.CategoricalCrossEntropy()),
        ([mn.Dense(2, 1), mn.ReLU()], np.maximum(X[:, 0], 0), mn.MeanSquaredError()),
        ([mn.Dense(2, 1), mn.Softplus()], np.abs(X[:, 0]) + 0.01 * X[:, 1], mn.MeanSquaredError()),  # noise below 0
        ([mn.Dense(2, 1), mn.Tanh()], X[:, 0] / np.abs(X[:, 0]).max() * (1 + 2e-16), mn.MeanSquaredError()),
        ([mn.Dense(2, 1), mn.SiLU()], X[:, 0] - X[:, 0].min(), mn.MeanSquaredError()),
        ([mn.Dense(2, 2), mn.Softmax()], np.stack([LABELS * 0.8, 1 - LABELS * 0.8], axis=1), mn.MeanSquaredError()),
        ([mn.Dense(2, 8), mn.LayerNorm(), mn.Dense(8, 1)], X[:, 0], mn.MeanSquaredError()),
        ([mn.Dense(2, 8), mn.Tanh(), mn.Dense(8, 1, weights="zeros")], X[:, 0], mn.MeanSquaredError()),
        ([mn.Dense(2, 8, weights="zeros"), mn.Tanh(), mn.Dense(8, 1)], X[:, 0], mn.MeanSquaredError()),
        ([mn.Dense(2, 1, weights="ones"), mn.Tanh(), mn.Dense(1, 1)], X[:, 0], mn.MeanSquaredError()),
        ([mn.Dense(2, 8, bias=-50.0), mn.ELU(), mn.Dense(8, 1)], X[:, 0], mn.MeanSquaredError()),
        ([mn.Dense(2, 1), mn.Tanh()], np.where(LABELS, 1 + 2e-16, -1 - 2e-16), mn.MeanSquaredError()),
        ([mn.Dense(2, 1), mn.Sigmoid()], LABELS * np.float32(1 + 2e-7), mn.MeanSquaredError()),
        ([mn.Dense(2, 1)], np.where(LABELS, 1 + 2e-16, -2e-17), mn.BinaryCrossEntropy()),
        ([mn.Dense(2, 1), mn.Tanh()], np.ma.MaskedArray(np.where(LABELS, 0.5, 99), 1 - LABELS), mn.MeanSquaredError()),
    ],
)
def test_what_may_be_meant_is_not_warned_of(layers, y, loss):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit(layers, y, loss)
