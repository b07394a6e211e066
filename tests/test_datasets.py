"""Data: known values, and scikit-learn's points for scikit-learn's seeds."""

import mpmath
import numpy as np
import pytest
from scipy.integrate import simpson
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


def test_derivatives_of_the_gaussian_are_those_of_mpmath():
    def exact(t):
        return mpmath.npdf(t, mu=1, sigma=2)

    for at in (-3.0, 0.0, 1.0, 4.5):
        for k in (0, 1, 2):
            ours = datasets.gaussian(np.array(at), mean=1, std=2, derivative=k)
            assert ours == pytest.approx(float(mpmath.diff(exact, at, k)), abs=1e-15)


def test_inverse_gaussian_is_one_over_the_gaussian():
    x = np.linspace(-5, 5, 10_001)
    assert np.allclose(datasets.inverse_gaussian(x, 0.5, 1.5) * datasets.gaussian(x, 0.5, 1.5), 1, rtol=1e-14)
    mean_square = mpmath.quad(lambda t: 2 * mpmath.pi * mpmath.exp(t**2), [-5, 5]) / 10
    assert np.mean(datasets.inverse_gaussian(x) ** 2) == pytest.approx(float(mean_square), rel=1e-2)


def hermite_exactly(n, x):
    with mpmath.workdps(60):
        x = mpmath.mpf(x)
        norm = mpmath.sqrt(mpmath.mpf(2) ** n * mpmath.factorial(n) * mpmath.sqrt(mpmath.pi))
        return float(mpmath.exp(-(x**2) / 2) * mpmath.hermite(n, x) / norm)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 20, 500])
def test_hermite_functions_are_those_of_mpmath(n):
    turning_point = np.sqrt(2 * n + 1)
    x = np.append(np.linspace(-1.2, 1.2, 13) * turning_point, [0.1, 5.0, 38.0])
    assert datasets.hermite_function(n, x) == pytest.approx([hermite_exactly(n, at) for at in x], abs=2e-14)


def test_hermite_functions_in_closed_form():
    x = np.linspace(-5, 5, 101)
    factor = np.exp(-(x**2) / 2) / np.pi**0.25
    closed = [1 + 0 * x, 2 * x / np.sqrt(2), (4 * x**2 - 2) / np.sqrt(8), (8 * x**3 - 12 * x) / np.sqrt(48)]
    for n, polynomial in enumerate(closed):
        assert datasets.hermite_function(n, x) == pytest.approx(factor * polynomial, abs=1e-15)
    assert datasets.gaussian(x) == pytest.approx(
        datasets.hermite_function(0, x) / (np.pi**0.25 * np.sqrt(2)), rel=1e-14
    )


def test_hermite_functions_are_orthonormal_and_even_or_odd():
    x = np.linspace(-12, 12, 2001)
    psi = np.array([datasets.hermite_function(n, x) for n in range(6)])
    assert simpson(psi[:, None] * psi, x=x) == pytest.approx(np.eye(6), abs=1e-12)
    for n in range(6):
        assert psi[n] == pytest.approx((-1) ** n * psi[n, ::-1], abs=1e-14)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 20])
def test_derivatives_of_hermite_functions(n):
    x = np.linspace(-6, 6, 49)
    h = 0.001
    for k in (1, 2):
        below, above = (datasets.hermite_function(n, x + shift, derivative=k - 1) for shift in (-h, h))
        ours = datasets.hermite_function(n, x, derivative=k)
        assert ours == pytest.approx((above - below) / (2 * h), abs=1e-6 * (2 * n + 1) ** ((k + 2) / 2))
    closed = x * datasets.hermite_function(0, x) * -1
    assert n > 0 or datasets.hermite_function(0, x, derivative=1) == pytest.approx(closed, abs=1e-15)


@pytest.mark.parametrize("derivative", [0, 1, 2])
def test_functions_keep_shape_and_dtype(derivative, dtype):
    x = np.linspace(-1, 1, 6, dtype=dtype).reshape(2, 3)
    for y in (datasets.gaussian(x, derivative=derivative), datasets.hermite_function(3, x, derivative=derivative)):
        assert (y.shape, y.dtype) == ((2, 3), dtype)
    assert datasets.inverse_gaussian(x).dtype == dtype
    whole = np.array([0, 1, 200], dtype=np.uint8)
    assert np.array_equal(datasets.hermite_function(2, whole), datasets.hermite_function(2, whole.astype(float)))


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda x: datasets.gaussian(x, derivative=3), "gaussian: derivative=3"),
        (lambda x: datasets.gaussian(x, derivative=True), "gaussian: derivative=True"),
        (lambda x: datasets.inverse_gaussian(x, std=-1.0), "inverse_gaussian: std=-1.0"),
        (lambda x: datasets.hermite_function(-1, x), "hermite_function: n=-1"),
        (lambda x: datasets.hermite_function(1.5, x), "hermite_function: n=1.5"),
        (lambda x: datasets.hermite_function(501, x), "from 0 to 500"),
        (lambda x: datasets.hermite_function(1, x, derivative=-1), "derivative=-1"),
    ],
)
def test_settings_of_functions_are_explained(ask, message):
    with pytest.raises(SettingError, match=message):
        ask(np.zeros(3))


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
