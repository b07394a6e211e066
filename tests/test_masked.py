"""Masked arrays (`numpy.ma`): what is masked is missing. Targets may have gaps; anything else says that it cannot."""

import numpy as np
import pytest

import minnet as mn
from minnet import datasets, dynamics
from minnet.errors import DataError
from minnet.numerics import chaos
from minnet.numerics.generation import compare_series, shadow
from minnet.numerics.identification import identify
from minnet.solvers.damped_least_squares import damped_least_squares
from minnet.solvers.jaya import jaya
from minnet.solvers.levenberg_marquardt import levenberg_marquardt

X = np.linspace(-1, 1, 40)
GAPS = np.arange(40) % 3 == 1


def trained(loss, outputs, y, **settings):
    net = mn.Network([mn.Dense(1, 6), mn.Tanh(), mn.Dense(6, outputs)], rng=0)
    settings = {"optimizer": mn.Adam(0.01), "epochs": 3, "batch_size": 40, **settings}
    history = mn.fit(net, settings.pop("x", X), y, loss=loss, **settings)
    return net.theta, history.history["loss"]


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize(
    ("loss", "outputs", "y"),
    [
        (mn.MeanSquaredError(), 1, X**2),
        (mn.Huber(), 1, X**2),
        (mn.BinaryCrossEntropy(), 1, (X > 0).astype(float)),
        (mn.CategoricalCrossEntropy(), 3, np.arange(40) % 3),
        (mn.CategoricalCrossEntropy(), 2, np.eye(2)[np.arange(40) % 2]),
    ],
    ids=["squares", "Huber", "binary", "labels", "one-hot"],
)
def test_gaps_in_targets_count_as_little_as_samples_left_out(loss, outputs, y, compiled):
    """-9999 is under the mask; no value is good there."""
    mask = np.broadcast_to(GAPS.reshape(-1, *(1,) * (y.ndim - 1)), y.shape)
    masked = np.ma.MaskedArray(np.where(mask, -9999, y), mask)
    theta, losses = trained(loss, outputs, masked, compiled=compiled)
    expected, without = trained(loss, outputs, y[~GAPS], x=X[~GAPS], batch_size=None)
    np.testing.assert_allclose(losses, without, rtol=1e-12)
    np.testing.assert_allclose(theta, expected, rtol=1e-9, atol=1e-12)


def test_gaps_of_one_output_leave_the_other():
    y = np.stack([X, X**2], axis=1)
    mask = np.stack([GAPS, ~GAPS], axis=1)
    _, losses = trained(mn.MeanSquaredError(), 2, np.ma.MaskedArray(np.where(mask, np.nan, y), mask))
    net = mn.Network([mn.Dense(1, 6), mn.Tanh(), mn.Dense(6, 2)], rng=0)
    assert losses[0] == pytest.approx(np.mean(((net(X) - y) ** 2)[~mask]))


def test_solvers_leave_gaps_out_too():
    y = np.ma.MaskedArray(np.where(GAPS, 1e9, X**2), GAPS)
    net = mn.Network([mn.Dense(1, 8), mn.Tanh(), mn.Dense(8, 1)], rng=0)
    mn.fit(net, X, y, loss=mn.MeanSquaredError(), optimizer=mn.LevenbergMarquardt(), epochs=50)
    assert np.abs(net(X)[:, 0] - X**2).max() < 1e-3


def test_nothing_masked_is_as_without_a_mask():
    plain, masked = (trained(mn.MeanSquaredError(), 1, y) for y in (X**2, np.ma.MaskedArray(X**2)))
    assert np.array_equal(plain[0], masked[0])


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("batch_size", [40, 5])
def test_accuracy_is_of_the_labels_that_are_known(compiled, batch_size):
    """What is masked says the opposite; the first batch of five has no label at all."""
    labels, gaps = (X > 0).astype(int), GAPS | (np.arange(40) < 5)
    net = mn.Network([mn.Dense(1, 1, weights=50.0)])
    y = np.ma.MaskedArray(np.where(gaps, 1 - labels, labels), gaps)
    settings = {"loss": mn.BinaryCrossEntropy(), "optimizer": mn.SGD(1e-9), "epochs": 2, "shuffle": False}
    history = mn.fit(net, X, y, accuracy=True, batch_size=batch_size, compiled=compiled, **settings).history
    assert history["accuracy"] == [1.0, 1.0]
    two = mn.Network([mn.Dense(1, 2, weights=50.0)])
    gaps = np.stack([gaps, ~gaps], axis=1)
    y = np.ma.MaskedArray(np.where(gaps, 1 - labels[:, None], labels[:, None]), gaps)
    history = mn.fit(two, X, y, accuracy=True, compiled=compiled, validation_data=(X, y), **settings).history
    assert history["accuracy"] == history["val_accuracy"] == [1.0, 1.0]


def test_a_loss_that_is_called_leaves_gaps_out():
    outputs, y = np.arange(6.0).reshape(3, 2), np.ones((3, 2))
    gaps = np.array([[True, False], [False, False], [False, True]])
    value, slopes = mn.MeanSquaredError()(outputs, np.ma.MaskedArray(np.where(gaps, -9999, y), gaps))
    assert value == pytest.approx((0 + 1 + 4 + 9) / 4)
    np.testing.assert_allclose(slopes, [[0, 0], [0.5, 1], [1.5, 0]])
    column = np.ma.MaskedArray([1, -9999, 0], [0, 1, 0])
    scores = np.array([[9.0], [1.0], [-9.0]])
    assert mn.BinaryCrossEntropy()(scores, column)[0] == pytest.approx(np.log1p(np.exp(-9)))
    assert mn.BinaryCrossEntropy().accuracy(scores, column) == 1
    one_hot = np.ma.MaskedArray([[0, 1], [-9999, 7], [0, 1]], [[0, 0], [1, 1], [0, 0]])
    assert mn.CategoricalCrossEntropy().accuracy(np.array([[1.0, 2.0], [0, 9], [5, 1]]), one_hot) == 0.5
    value, slopes = mn.CategoricalCrossEntropy()(np.zeros((3, 2)), one_hot)
    assert value == pytest.approx(np.log(2))
    np.testing.assert_allclose(slopes, [[0.25, -0.25], [0, 0], [0.25, -0.25]])


@pytest.mark.parametrize("method", [mn.BinaryCrossEntropy(), mn.BinaryCrossEntropy().accuracy], ids=["loss", "share"])
def test_a_loss_of_nothing_is_not_0(method):
    with pytest.raises(DataError, match="all targets are masked"):
        method(X[:, np.newaxis], np.ma.MaskedArray(X, True))


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [(True, False, "leaves 32 samples to train"), (False, True, "leaves 8 samples to validate")],
)
@pytest.mark.parametrize("optimizer", [mn.Adam(), mn.LevenbergMarquardt()], ids=["optimizer", "solver"])
def test_no_part_of_a_split_is_all_masked(first, last, words, optimizer):
    y = np.ma.MaskedArray(X**2, np.where(np.arange(40) < 32, first, last))
    net, order = mn.mlp([1, 3, 1], rng=0), {"loss": mn.MeanSquaredError(), "optimizer": optimizer, "epochs": 1}
    with pytest.raises(DataError, match=rf"y: validation_split=0\.2 {words} with, of which all values are masked"):
        mn.fit(net, X, y, validation_split=0.2, **order)
    with pytest.raises(DataError, match="validation y: all values are masked"):
        mn.fit(net, X, X, validation_data=(X, np.ma.MaskedArray(X, True)), **order)


def test_functions_keep_the_gaps_of_their_points():
    """-9999 is under the mask, where a density would be 0, a number like any other."""
    x = np.ma.MaskedArray([0.5, -9999.0], [False, True])
    for function in (datasets.gaussian, datasets.inverse_gaussian, datasets.sine, datasets.exp_sine):
        with np.errstate(over="ignore"):
            values = function(x)
        assert np.ma.getmaskarray(values).tolist() == [False, True]
        assert values[0] == pytest.approx(function(np.array([0.5]))[0], rel=1e-15)
    assert np.ma.getmaskarray(datasets.hermite_function(3, x)).tolist() == [False, True]
    assert np.ma.getmaskarray(datasets.kinked_ridge(np.ma.stack([x, x], axis=1))).tolist() == [False, True]


STARTS = np.ma.MaskedArray(np.ones((2, 3)), np.eye(2, 3) > 0)
SERIES = np.random.default_rng(0).standard_normal((3, 60, 2))
HOLES = np.ma.MaskedArray(SERIES, SERIES > 1)
COLUMN = np.ma.MaskedArray(X, GAPS)


@pytest.mark.parametrize(
    "call",
    [
        lambda: mn.mlp([1, 3, 1], rng=0)(COLUMN),
        lambda: mn.mlp([1, 3, 1], rng=0).jet(COLUMN, 1),
        lambda: trained(mn.MeanSquaredError(), 1, X, x=COLUMN),
        lambda: trained(mn.MeanSquaredError(), 1, X, sample_weight=np.ma.MaskedArray(np.ones(40), GAPS)),
        lambda: mn.train(mn.Adversarial(mn.mlp([1, 1], rng=0), mn.mlp([1, 1], rng=1)), COLUMN, epochs=1),
        lambda: mn.integrate((X, COLUMN), (-1, 1)),
        lambda: mn.estimate_statistics(mn.mlp([1, 3, 1], rng=0), COLUMN),
        lambda: compare_series(HOLES, SERIES),
        lambda: shadow(HOLES, lambda x: (x, np.broadcast_to(np.eye(2), (len(x), 2, 2)))),
        lambda: identify(HOLES[0], 0.1),
        lambda: chaos.mutual_information(HOLES[0, :, 0], max_lag=5),
        lambda: chaos.correlation_dimension(HOLES[0], window=1),
        lambda: chaos.phase_randomised(HOLES[0, :, 0], rng=0),
        lambda: dynamics.simulate(dynamics.lorenz(), STARTS, dt=0.1, samples=3),
        lambda: dynamics.add_noise(HOLES, 0.1, rng=0),
        lambda: datasets.standardize(X[:, np.newaxis], COLUMN[:, np.newaxis]),
        lambda: mn.MeanSquaredError()(COLUMN, X),
        lambda: mn.MeanSquaredError()(X, X, COLUMN),
        lambda: setattr(mn.mlp([1, 3, 1], rng=0).layers[0], "b", COLUMN[:3]),
        lambda: mn.TrainState(COLUMN.copy(), mn.Adam()),
        lambda: mn.TrainState(X.copy(), mn.Adam()).apply(COLUMN),
        lambda: levenberg_marquardt(lambda t: t, lambda t: np.eye(40), COLUMN),
        lambda: levenberg_marquardt(lambda t: t * COLUMN, lambda t: np.eye(40), X),
        lambda: damped_least_squares(lambda t: t, lambda t: np.eye(40), COLUMN),
        lambda: damped_least_squares(lambda t: t * COLUMN, lambda t: np.eye(40), X),
        lambda: jaya(lambda x: 0.0, np.ma.MaskedArray([[0.0, 1.0]], [[True, False]])),
    ],
)  # fmt: skip
def test_elsewhere_gaps_are_an_error_with_a_number(call):
    with pytest.raises(DataError, match=r"has \d+ masked values"):
        call()
