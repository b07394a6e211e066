"""What is legal and hardly ever meant is said, once; what is meant is not."""

import warnings

import numpy as np
import pytest

import minnet as mn
from minnet.errors import SettingError

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
    ],
    ids=["linear stack", "dead", "sigmoid", "tanh", "one-hot"],
)  # fmt: skip
def test_slips_are_named_once(layers, y, loss, words):
    with pytest.warns(mn.TrainingWarning, match=words) as caught:
        fit(layers, y, loss)
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_a_loss_that_has_risen_beyond_hope_is_told():
    with pytest.warns(mn.TrainingWarning, match=r"the loss has risen to .*, \de\+\d\d times that of a constant"):
        fit([mn.Dense(2, 1)], X[:, 0], mn.MeanSquaredError(), optimizer=mn.SGD(10.0), epochs=12)


def test_of_a_constant_target_no_loss_is_beyond_hope():
    """A constant answer leaves its rounding, 1e-34: a loss that rises from 3e-6 to 5e-6 is 1e28 times that."""
    net = [mn.Dense(2, 1, weights=0.001, bias=0.1)]
    fit(net, np.full(len(X), 0.1), mn.MeanSquaredError(), optimizer=mn.SGD(1.5), epochs=12)


@pytest.mark.parametrize(
    ("layers", "y", "loss"),
    [
        ([mn.Dense(2, 1), mn.Dense(1, 4)], np.tile(X, 2), mn.MeanSquaredError()),  # a bottleneck
        ([mn.Dense(2, 8), mn.Identity(), mn.Dense(8, 1)], X[:, 0], mn.MeanSquaredError()),
        ([mn.Dense(2, 8), mn.ReLU(), mn.Dense(8, 1)], X[:, 0], mn.MeanSquaredError()),
        ([mn.Dense(2, 1), mn.Sigmoid()], LABELS, mn.MeanSquaredError()),
        ([mn.Dense(2, 1)], LABELS, mn.BinaryCrossEntropy()),
        ([mn.Dense(2, 2)], np.eye(2)[LABELS], mn.MeanSquaredError()),
        ([mn.Dense(2, 1), mn.Tanh()], np.ma.MaskedArray(np.where(LABELS, 0.5, 99), 1 - LABELS), mn.MeanSquaredError()),
    ],
)
def test_what_may_be_meant_is_not_warned_of(layers, y, loss):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit(layers, y, loss)
