"""Surrogates keep what they promise and nothing else, and tests with them are wrong as often as they say."""

import numpy as np
import pytest

import minnet as mn
from minnet import dynamics
from minnet.errors import DataError, SettingError
from minnet.numerics import chaos

KINDS = [chaos.shuffled, chaos.phase_randomised, chaos.aaft]


def lorenz(samples):
    """Data, made by the fast kernels whichever are in use."""
    with mn.use_kernels("compiled"):
        return dynamics.simulate(dynamics.lorenz(), dt=0.1, samples=samples)


def power(x):
    return np.abs(np.fft.rfft(x)) ** 2


@pytest.fixture(params=[500, 501])
def series(request):
    return lorenz(request.param)[:, 2]


def test_shuffled_keeps_the_values_only(series):
    surrogate = chaos.shuffled(series, rng=0)
    assert np.array_equal(np.sort(surrogate), np.sort(series))
    assert abs(np.corrcoef(surrogate[1:], surrogate[:-1])[0, 1]) < 0.2


def test_phase_randomised_keeps_the_power_spectrum(series):
    surrogate = chaos.phase_randomised(series, rng=0)
    np.testing.assert_allclose(power(surrogate), power(series), rtol=1e-10)
    assert surrogate.mean() == pytest.approx(series.mean())
    assert abs(np.corrcoef(surrogate, series)[0, 1]) < 0.5


def test_phases_are_uniform():
    """Mean phase factors of many surrogates vanish like one over the root of their number."""
    x = np.random.default_rng(0).standard_normal(32)
    streams = np.random.default_rng(1).spawn(2000)
    turned = np.mean([np.fft.rfft(chaos.phase_randomised(x, rng=rng)) / np.fft.rfft(x) for rng in streams], axis=0)
    assert np.abs(turned[1:-1]).max() < 4 / np.sqrt(2000)
    np.testing.assert_allclose(turned[[0, -1]], 1)


def test_aaft_keeps_the_values_and_nearly_the_spectrum(series):
    surrogate = chaos.aaft(series, rng=0)
    assert np.array_equal(np.sort(surrogate), np.sort(series))
    correlation = [np.corrcoef(x[1:], x[:-1])[0, 1] for x in (series, surrogate)]
    assert correlation[1] == pytest.approx(correlation[0], abs=0.1)
    assert abs(np.corrcoef(surrogate, series)[0, 1]) < 0.5


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_makes_the_same_surrogate(kind, series):
    before = series.copy()
    assert np.array_equal(kind(series, rng=3), kind(series, rng=3))
    assert not np.array_equal(kind(series, rng=3), kind(series, rng=4))
    assert np.array_equal(series, before)


@pytest.mark.parametrize(("shift", "rank", "p_value"), [(-1.0, 20, 0.1), (1.0, 1, 0.1), (0.0, 10, 1.0)])
def test_ranks_by_hand(shift, rank, p_value):
    """Nineteen surrogates that are all lower, all higher, or all equal."""
    x = np.arange(10.0)
    result = chaos.surrogate_test(x, np.mean, surrogate=lambda x, *, rng: x + shift, count=19, rng=0)
    assert (result.value, result.rank, result.p_value) == (4.5, rank, p_value)
    assert result.surrogates.tolist() == [4.5 + shift] * 19


def test_ranks_in_the_middle():
    def stepped(x, *, rng):
        steps.append(len(steps))
        return x + steps[-1] - 2.5

    steps = []
    result = chaos.surrogate_test(np.arange(10.0), np.mean, surrogate=stepped, count=9, rng=0)
    assert (result.rank, result.p_value) == (4, 0.8)  # three below, six above


@pytest.mark.parametrize("kind", [chaos.phase_randomised, chaos.aaft])
def test_a_linear_process_is_refused_as_often_as_it_should_be(kind):
    """A test at 10 per cent, of 200 series of noise with a memory; binomial scatter is 2 per cent."""
    refused = 0
    for stream in np.random.default_rng(0).spawn(200):
        noise = stream.standard_normal(129)
        x = noise[1:] + 0.6 * noise[:-1]
        result = chaos.surrogate_test(x, lambda x: np.mean(np.diff(x) ** 3), surrogate=kind, count=19, rng=stream)
        refused += result.p_value <= 0.1
    assert 0.04 < refused / 200 < 0.17


@pytest.mark.parametrize("kind", KINDS)
def test_chaos_is_told_from_noise_of_the_same_spectrum(kind):
    x = lorenz(600)[:, 0]
    statistic = lambda x: chaos.prediction_error(x, dimension=3, window=10)  # noqa: E731
    result = chaos.surrogate_test(x, statistic, surrogate=kind, count=39, rng=0)
    assert (result.rank, result.p_value) == (1, 0.05)
    assert result.value < 0.4 * result.surrogates.min()


def test_a_positive_exponent_proves_nothing():
    """Linear noise with the spectrum of Lorenz's x has one too, by the algorithm as its authors have it."""
    x = lorenz(1000)[:, 0]
    noise = chaos.phase_randomised(x, rng=0)
    assert chaos.eckmann(noise, dt=0.1, dimension=10, matrix_dimension=4).exponents[0] > 0.9


def test_bad_input():
    x = np.arange(10.0)
    with pytest.raises(SettingError, match="count"):
        chaos.surrogate_test(x, np.mean, surrogate=chaos.shuffled, count=0)
    with pytest.raises(DataError, match="surrogate 0 is nan"):
        chaos.surrogate_test(x, lambda y: 0.0 if y is x or y[0] == 0 else np.nan, surrogate=lambda x, *, rng: x + 1)
    with pytest.raises(DataError, match="the series is"):
        chaos.surrogate_test(x, lambda x: x, surrogate=chaos.shuffled)
    for kind in KINDS:
        with pytest.raises(DataError, match=f"{kind.__name__}: .*not finite"):
            kind(np.array([1.0, np.inf, 2.0, 3.0]), rng=0)
        with pytest.raises(DataError, match="too few"):
            kind(x[:3], rng=0)


def test_a_statistic_of_all_series_at_once_gives_the_same(rng):
    x, settings = rng.standard_normal(60).cumsum(), {"surrogate": chaos.aaft, "count": 9, "rng": 3}
    one = chaos.surrogate_test(x, lambda y: float(y[:30].mean()), **settings)
    many = chaos.surrogate_test(x, lambda y: y[:, :30].mean(axis=1), vectorized=True, **settings)
    assert (one.value, one.rank, one.p_value) == (many.value, many.rank, many.p_value)
    assert np.array_equal(one.surrogates, many.surrogates)
    with pytest.raises(DataError, match="surrogate 2"):
        chaos.surrogate_test(x, lambda y: np.where(np.arange(10) == 3, np.nan, 1.0), vectorized=True, **settings)
