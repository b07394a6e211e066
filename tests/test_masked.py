"""Masked arrays (`numpy.ma`): what is masked is missing. Targets may have gaps; anything else says that it cannot."""

import numpy as np
import pytest

import minnet as mn
from minnet import dynamics
from minnet.errors import DataError
from minnet.numerics import chaos
from minnet.numerics.generation import compare_series, shadow
from minnet.numerics.identification import identify

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
    ],
)  # fmt: skip
def test_elsewhere_gaps_are_an_error_with_a_number(call):
    with pytest.raises(DataError, match=r"has \d+ masked values"):
        call()
