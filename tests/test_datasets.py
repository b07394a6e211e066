"""Data: known values, and scikit-learn's points for scikit-learn's seeds."""

import numpy as np
import pytest
from sklearn import datasets as sk

from minnet import datasets
from minnet.errors import SettingError


def test_sampled_functions():
    x, y = datasets.sample(datasets.gaussian, -5, 5, 10_001)
    assert (x[0], x[-1], x.shape, y.shape) == (-5, 5, (10_001,), (10_001,))
    assert y[5000] == pytest.approx(1 / np.sqrt(2 * np.pi), rel=1e-15)
    assert np.trapezoid(y, x) == pytest.approx(1, abs=1e-6)
    assert datasets.gaussian(np.array(5.0), mean=3, std=2) == pytest.approx(np.exp(-0.5) / np.sqrt(8 * np.pi))
    assert datasets.sine(np.pi / 2) == 1
    assert datasets.exp_sine(0.0) == 1


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (lambda: datasets.blobs(50, rng=0), lambda: sk.make_blobs(50, centers=2, random_state=0)),
        (
            lambda: datasets.circles(50, rng=0),
            lambda: sk.make_circles(50, noise=0.1, factor=0.3, random_state=0),
        ),
        (lambda: datasets.moons(50, rng=0), lambda: sk.make_moons(50, noise=0.1, random_state=0)),
    ],
)
def test_an_int_gives_the_points_of_scikit_learn(ours, theirs):
    for mine, yours in zip(ours(), theirs(), strict=True):
        assert np.array_equal(mine, yours)


def test_a_generator_is_welcome_too():
    first, second = (datasets.moons(20, rng=np.random.default_rng(1))[0] for _ in range(2))
    assert np.array_equal(first, second)


def test_digits_run_from_zero_to_one():
    x, labels = datasets.digits()
    assert (x.shape, x.min(), x.max(), set(labels)) == ((1797, 64), 0, 1, set(range(10)))


def test_split_keeps_pairs_together():
    x = np.arange(100.0)
    x_train, x_test, y_train, y_test = datasets.split(x, 2 * x, test_size=0.2, rng=0)
    assert (len(x_train), len(x_test)) == (80, 20)
    assert np.array_equal(y_train, 2 * x_train)
    assert np.array_equal(y_test, 2 * x_test)
    assert sorted([*x_train, *x_test]) == x.tolist()


def test_standardize_uses_the_training_data_alone(rng):
    train, test = datasets.standardize(rng.normal(3, 2, (500, 2)), np.full((1, 2), 3.0))
    assert np.allclose(train.mean(axis=0), 0, atol=1e-13)
    assert np.allclose(train.std(axis=0), 1)
    assert np.abs(test).max() < 0.2


@pytest.mark.parametrize("settings", [{"low": 1, "high": 0, "n": 3}, {"low": 0, "high": 1, "n": 0}])
def test_bad_samples_are_explained(settings):
    with pytest.raises(SettingError, match="sample: "):
        datasets.sample(datasets.sine, **settings)
    with pytest.raises(SettingError, match="std=0"):
        datasets.gaussian(np.zeros(3), std=0)
