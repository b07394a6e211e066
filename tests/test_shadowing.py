"""Trajectories near given series."""

import numpy as np
import pytest

from minnet import dynamics
from minnet.errors import DataError, SettingError, ShapeError
from minnet.numerics.generation import shadow


def henon(x):
    """The map and its derivative."""
    y = np.stack([1 - 1.4 * x[:, 0] ** 2 + x[:, 1], 0.3 * x[:, 0]], axis=1)
    slope = np.zeros((*x.shape, 2))
    slope[:, 0, 0], slope[:, 0, 1], slope[:, 1, 0] = -2.8 * x[:, 0], 1, 0.3
    return y, slope


def henon_series(samples, rng):
    start = dynamics.states_on_attractor(dynamics.henon(), 6, rng=rng)
    return dynamics.simulate(dynamics.henon(), start, dt=1.0, samples=samples)


@pytest.fixture
def exact(rng):
    return henon_series(300, rng)


def test_of_a_linear_map_it_is_a_least_squares_problem(rng):
    """Against a dense solver. A change is made if the sum of squares falls, which by rounding is known to 1e-16: so to
    the root of that."""
    A, w, series = rng.standard_normal((2, 2)), 0.3, rng.standard_normal((1, 9, 2))
    scale = series[0].std(axis=0)
    ours = shadow(series, lambda x: (x @ A.T, np.broadcast_to(A, (len(x), 2, 2))), weights=150 * (w,))
    rows = np.zeros((8, 2, 9, 2))
    for n in range(8):
        rows[n, :, n + 1], rows[n, :, n] = np.eye(2), -(A * scale / scale[:, None])
    matrix = np.vstack([rows.reshape(16, 18), w * np.eye(18)])
    right = np.concatenate([np.zeros(16), w * (series[0] / scale).ravel()])
    expected = np.linalg.lstsq(matrix, right, rcond=None)[0].reshape(9, 2) * scale
    assert np.abs(ours[0] - expected).max() < 1e-7


@pytest.mark.parametrize("noise", [0.01, 0.03])
def test_noise_is_reduced_and_the_map_is_obeyed(exact, noise, rng):
    noisy = exact + noise * exact.std(axis=(0, 1)) * rng.standard_normal(exact.shape)
    x = shadow(noisy, henon)
    before, after = (np.abs(s[:, 1:] - henon(s[:, :-1].reshape(-1, 2))[0].reshape(6, -1, 2)).mean() for s in (noisy, x))
    assert after < 0.02 * before
    inside = slice(5, -5)  # at the ends only the past, or the future, is known
    assert np.abs(x - exact)[:, inside].mean() < 0.5 * np.abs(noisy - exact)[:, inside].mean()


def test_trajectories_stay_as_they_are(exact):
    assert np.allclose(henon(exact[0, :-1])[0], exact[0, 1:])  # the map here is the system's
    assert np.abs(shadow(exact, henon) - exact).max() < 1e-10


def test_where_the_map_is_wavy_every_iteration_makes_series_better(rng):
    """Noise and sin(6 x), which no straight line is like: full steps would make half of them worse (they are halved),
    and undamped ones come to rest at twice the sum of damped ones."""
    series, w = rng.standard_normal((10, 30, 1)), 0.1

    def wavy(x):
        return np.sin(6 * x), (6 * np.cos(6 * x))[..., np.newaxis]

    def to_be_made_small(x):
        errors, moved = x[:, 1:] - wavy(x[:, :-1])[0], x - series
        return (np.square(errors).sum(axis=(1, 2)) + w**2 * np.square(moved).sum(axis=(1, 2))) / series.var()

    totals = np.array([to_be_made_small(shadow(series, wavy, weights=(w,) * count)) for count in (*range(1, 9), 12)])
    assert (np.diff(totals, axis=0) <= 1e-12).all()
    assert totals[-1].mean() < 6


@pytest.fixture(scope="module")
def noisy_and_shadowed():
    rng = np.random.default_rng(0)
    noisy = henon_series(100, rng) + 0.02 * rng.standard_normal((6, 100, 2))
    return noisy, shadow(noisy, henon)


@pytest.mark.parametrize("factor", [2.0**-20, 2.0**20, 2.0**500])
def test_units_make_no_difference(noisy_and_shadowed, factor):
    """Powers of two, which change no rounding: where a series may be near two orbits, rounding decides."""
    noisy, shadowed = noisy_and_shadowed

    def scaled(x):
        y, slope = henon(x / factor)
        return y * factor, slope

    assert (shadow(noisy * factor, scaled) / factor == shadowed).all()


def test_what_it_cannot_use(exact):
    with pytest.raises(ShapeError, match=r"an array \(series, sample, variable\), not of shape \(6, 300\)"):
        shadow(exact[..., 0], henon)
    with pytest.raises(DataError, match="variable 0 of series is constant"):
        shadow(np.ones((2, 5, 2)), henon)
    for weights in ((0.0,), (np.nan,), "a", 0):
        with pytest.raises(SettingError, match="weights must be positive numbers"):
            shadow(exact, henon, weights=weights)
    with pytest.raises(SettingError, match="the next states and their derivatives, a tuple of two arrays, not ndarray"):
        shadow(exact, lambda x: x)
    with pytest.raises(DataError, match="the step gives derivatives that are not finite"):
        shadow(exact, lambda x: (x, np.full((*x.shape, 2), np.nan)))
    with pytest.raises(ShapeError, match=r"derivatives \(1794, 2, 2\), not \(1794, 2\) and \(1794, 2\)"):
        shadow(exact, lambda x: (x, x))
    exact[1, 2, 0] = np.nan
    with pytest.raises(DataError, match=r"first at index \(1, 2, 0\)"):
        shadow(exact, henon)
