"""What is measured on a series: against closed forms, brute force, nolds, and the exponents of known systems."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform

import minnet as mn
from minnet import dynamics
from minnet.errors import DataError, DtypeError, SettingError, ShapeError
from minnet.numerics import chaos
from minnet.numerics.chaos.embedding import neighbours


def simulated(*arguments, **settings):
    """Data, made by the fast kernels whichever are in use; others are tested with flows."""
    with mn.use_kernels("compiled"):
        return dynamics.simulate(*arguments, **settings)


def henon(samples):
    return simulated(dynamics.henon(), dt=1, samples=samples)


def logistic(samples):
    return simulated(dynamics.logistic(), [0.3], dt=1, samples=samples)[:, 0]


def lorenz(samples, dt):
    return simulated(dynamics.lorenz(), dt=dt, samples=samples)


def lorenz_x(samples, dt):
    return lorenz(samples, dt)[:, 0]


def henon_x(samples):
    return henon(samples)[:, 0]


def roessler_x(samples, dt):
    return simulated(dynamics.roessler(), dt=dt, samples=samples)[:, 0]


def autoregression(samples, rho, seed=0):
    """``x[n+1] = rho x[n] + noise``, of variance 1."""
    noise = np.random.default_rng(seed).standard_normal(samples) * np.sqrt(1 - rho**2)
    x = np.empty(samples)
    x[0] = noise[0] / np.sqrt(1 - rho**2)
    for n in range(1, samples):
        x[n] = rho * x[n - 1] + noise[n]
    return x


# -- embedding


def test_delay_vectors_by_hand():
    vectors = chaos.embed(np.arange(7.0), dimension=3, lag=2)
    assert vectors.tolist() == [[0, 2, 4], [1, 3, 5], [2, 4, 6]]


@pytest.mark.parametrize("p", [2.0, np.inf])
@pytest.mark.parametrize("window", [0, 7])
def test_neighbours_are_those_of_brute_force(p, window):
    points = np.random.default_rng(0).standard_normal((150, 3)).cumsum(axis=0)  # near in time is near in space
    indices, distances = neighbours(points, 3, window=window, owner="test", p=p)
    every = squareform(pdist(points, "euclidean" if p == 2 else "chebyshev"))
    apart = np.abs(np.arange(150)[:, None] - np.arange(150)) > window
    every[~apart] = np.inf
    np.testing.assert_allclose(distances, np.sort(every, axis=1)[:, :3])
    np.testing.assert_array_equal(indices, np.argsort(every, axis=1)[:, :3])


def test_information_between_gaussian_numbers():
    """Of two with correlation r it is ``-ln(1 - r^2) / 2``; of a number with itself, nearly the log of the bins."""
    mutual = chaos.mutual_information(autoregression(50_000, 0.8), max_lag=20)
    expected = -0.5 * np.log(1 - 0.8 ** (2 * np.arange(1, 4)))
    np.testing.assert_allclose(mutual.information[1:4], expected, rtol=0.06)
    assert np.abs(mutual.information[18:]).max() < 2e-3
    of_itself = chaos.mutual_information(autoregression(50_000, 0.8), max_lag=1, bins=8).information[0]
    assert np.log(4) < of_itself < np.log(8)  # the bins of the two axes do not begin at the same places


def test_the_first_minimum():
    """Of Lorenz's x it is at 0.16 to 0.2; a chaotic map has none before its curve is noise."""
    by_hand = chaos.MutualInformation(np.arange(6), np.array([3.0, 2.0, 1.0, 1.5, 0.5, 2.0]))
    assert by_hand.first_minimum == 2
    mutual = chaos.mutual_information(lorenz_x(10_000, 0.01), max_lag=40)
    assert mutual.first_minimum == pytest.approx(18, abs=4)
    assert chaos.mutual_information(henon_x(5000), max_lag=4).first_minimum is None


@pytest.mark.parametrize("samples", [500, 2000, 10_000])
@pytest.mark.parametrize("period", [2 * np.pi / 0.0617, 100])
def test_the_curve_of_a_sine_has_its_minimum_at_a_quarter_of_its_period(samples, period):
    """It is flat there, but for what histograms make of a curve."""
    series = np.sin(2 * np.pi / period * np.arange(samples))
    assert chaos.mutual_information(series, max_lag=60).first_minimum == pytest.approx(25, abs=4)


@pytest.mark.parametrize("step", [0.5, 2.0])
@pytest.mark.parametrize("samples", [1000, 10_000])
def test_noise_and_digits_do_not_move_the_first_minimum(samples, step):
    x = lorenz_x(samples, 0.01)
    clean = chaos.mutual_information(x, max_lag=40).first_minimum
    noisy = x + 0.05 * x.std() * np.random.default_rng(0).standard_normal(samples)
    digitised = step * np.round(x / step)
    assert chaos.mutual_information(noisy, max_lag=40).first_minimum == pytest.approx(clean, abs=2)
    assert chaos.mutual_information(digitised, max_lag=40).first_minimum == pytest.approx(clean, abs=4)


@pytest.mark.parametrize("period", [100, 102.3])
def test_what_is_periodic_has_an_exponent_of_zero(period):
    """All neighbours at rounding's distance are the same point of the period again."""
    series = np.sin(2 * np.pi * np.arange(3000) / period)
    for region in ((0.0, 1.0), None):
        divergence = chaos.rosenstein(series, dt=0.01, dimension=3, lag=25, window=60, horizon=100, region=region)
        assert abs(divergence.exponent) <= max(3 * divergence.error, 1e-3)
        assert divergence.error < 0.2


def test_digitised_points_have_no_dimension_at_the_scale_of_their_steps():
    x = lorenz_x(5000, 0.02)
    points = chaos.embed(2 * np.round(x / 2), 3, lag=8)
    with pytest.raises(DataError, match="digitised in steps of 2"):
        chaos.correlation_dimension(points, window=50)
    wider = chaos.correlation_dimension(points, window=50, region=(6.0, 14.0))
    plain = chaos.correlation_dimension(chaos.embed(x, 3, lag=8), window=50, region=(6.0, 14.0))
    assert wider.dimension == pytest.approx(plain.dimension, abs=0.15)
    fine = chaos.embed(np.round(x, 2), 3, lag=8)
    assert chaos.correlation_dimension(fine, window=50).dimension == pytest.approx(2.0, abs=0.15)


@pytest.mark.parametrize(
    ("x", "lag", "window", "dimension"),
    [
        (lambda: henon_x(3000), 1, 0, 2),
        (lambda: np.sin(0.1 * np.arange(3000)), 15, 0, 2),
        (lambda: lorenz_x(8000, 0.02), 8, 50, 3),
    ],
    ids=["Henon", "sine", "Lorenz"],
)
def test_dimensions_without_false_neighbours(x, lag, window, dimension):
    neighbours = chaos.false_neighbours(x(), lag=lag, max_dimension=5, window=window)
    assert neighbours.minimum_dimension() == dimension
    assert neighbours.fractions[dimension - 2] > 0.03


def test_noise_has_false_neighbours_in_any_dimension():
    neighbours = chaos.false_neighbours(np.random.default_rng(0).standard_normal(2000), lag=1, max_dimension=8)
    assert neighbours.minimum_dimension() is None
    assert neighbours.fractions[-1] > 0.1


# -- Eckmann


@pytest.mark.parametrize(("dimension", "stride"), [(2, None), (4, None), (4, 1), (6, 2)])
def test_a_damped_oscillation_has_its_damping(dimension, stride):
    """``e^(-c t) cos w t`` obeys one linear map of two samples exactly; both exponents are -c."""
    t = 0.05 * np.arange(2000)
    spectrum = chaos.eckmann(
        np.exp(-0.05 * t) * np.cos(2 * t), dt=0.05, dimension=dimension, matrix_dimension=2, stride=stride
    )
    np.testing.assert_allclose(spectrum.exponents.sum(), -0.1, rtol=1e-8)
    np.testing.assert_allclose(spectrum.exponents, -0.05, atol=0.04)  # what a finite product leaves; 2 ln(...) / t
    assert spectrum.exponents[0] >= spectrum.exponents[1]


@pytest.mark.parametrize(
    ("x", "dt", "dimension", "matrix", "place", "expected", "tolerance"),
    [
        (lambda: logistic(3000), 1, 2, 2, 1, np.log(2), 0.01),  # the first of its two is spurious
        (lambda: henon_x(3000), 1, 2, 2, 0, 0.41922, 0.04),
        (lambda: lorenz_x(10_000, 0.1), 0.1, 4, 4, 0, 0.9056, 0.05),
        (lambda: roessler_x(10_000, 0.5), 0.5, 3, 3, 0, 0.0714, 0.1),
    ],
    ids=["logistic map", "Henon map", "Lorenz", "Roessler"],
)
def test_eckmann_finds_known_exponents(x, dt, dimension, matrix, place, expected, tolerance):
    window = round(5 / dt) if dt < 1 else 0
    spectrum = chaos.eckmann(x(), dt=dt, dimension=dimension, matrix_dimension=matrix, window=window)
    assert spectrum.exponents[place] == pytest.approx(expected, rel=tolerance)
    assert spectrum.exponents.sum() == pytest.approx(spectrum.trace, abs=1e-9)
    np.testing.assert_allclose(spectrum.history[-1], spectrum.exponents)


def test_more_dimensions_than_the_map_has_make_a_spurious_exponent():
    """The map's both are still there, and a third, larger than either."""
    spectrum = chaos.eckmann(henon_x(3000), dt=1, dimension=3, matrix_dimension=3)
    assert spectrum.exponents[0] > 0.7
    assert spectrum.exponents[1] == pytest.approx(0.41922, abs=0.02)
    assert spectrum.exponents[2] == pytest.approx(-1.62319, abs=0.03)


SERIES = {
    "Lorenz": (lambda: lorenz_x(800, 0.1), 0.1),
    "Henon": (lambda: henon_x(600), 1.0),
    "logistic": (lambda: logistic(600), 1.0),
}


@pytest.mark.parametrize("name", SERIES)
def test_eckmann_agrees_with_nolds(name):
    """By its own settings, 10 and 4, with maps of three samples multiplied at every sample; and where m is 1."""
    nolds = pytest.importorskip("nolds")
    make, dt = SERIES[name]
    x = make()
    spectrum = chaos.eckmann(x, dt=dt, dimension=10, matrix_dimension=4, stride=1)
    np.testing.assert_allclose(spectrum.exponents, np.sort(nolds.lyap_e(x, tau=dt))[::-1], atol=2e-3 / dt)
    spectrum = chaos.eckmann(x, dt=dt, dimension=3, matrix_dimension=3, window=4)
    theirs = nolds.lyap_e(x, emb_dim=3, matrix_dim=3, min_tsep=4, tau=dt)
    np.testing.assert_allclose(spectrum.exponents, np.sort(theirs)[::-1], atol=2e-3 / dt)


def test_maps_that_lead_on_by_three_samples_follow_each_other():
    x, settings = SERIES["Lorenz"][0](), {"dt": 0.1, "dimension": 10, "matrix_dimension": 4}
    spectrum, every = chaos.eckmann(x, **settings), chaos.eckmann(x, **settings, stride=1)
    np.testing.assert_array_equal(spectrum.exponents, chaos.eckmann(x, **settings, stride=3).exponents)
    assert spectrum.exponents[0] < 0.7 * every.exponents[0]
    assert spectrum.exponents.sum() == pytest.approx(spectrum.trace, abs=1e-9)
    assert every.exponents.sum() == pytest.approx(every.trace, abs=1e-9)
    assert spectrum.times[-1] == pytest.approx(0.3 * (788 // 3))  # maps for 788 of 800 samples


@pytest.mark.parametrize("settings", [{"stride": 1}, {}, {"count": 6, "window": 5}])
def test_exponents_of_many_series_are_those_of_each_to_the_bit(settings, rng):
    walks = rng.standard_normal((4, 300)).cumsum(axis=1)
    settings |= {"dt": 0.1, "dimension": 7, "matrix_dimension": 4}
    of_each = [chaos.eckmann(x, **settings).exponents[0] for x in walks]
    assert chaos.largest_exponents(walks, **settings).tolist() == of_each


def test_a_series_without_exponents_is_told_from_the_others(rng):
    x = rng.standard_normal(200)
    many = chaos.largest_exponents([np.ones(200), x, np.full(200, np.nan)], dt=1, dimension=3, matrix_dimension=3)
    assert np.isfinite(many).tolist() == [False, True, False]
    assert np.isnan(chaos.largest_exponents([np.ones(200)], dt=1, dimension=3, matrix_dimension=3)).all()
    with pytest.raises(SettingError, match="multiple"):
        chaos.largest_exponents([x], dt=1, dimension=4, matrix_dimension=3)


def test_the_largest_exponent_comes_first():
    """Both of an oscillation are 0, and which of them chance makes the larger depends on the phase."""
    for phase in np.linspace(0, 3, 8):
        spectrum = chaos.eckmann(np.cos(0.37 * np.arange(300) + phase), dt=1, dimension=2, matrix_dimension=2)
        assert spectrum.exponents[0] >= spectrum.exponents[1]
        assert spectrum.history[-1].tolist() == spectrum.exponents.tolist()


def test_errors_tell_how_long_the_series_was():
    """The scatter over series of 500 samples is what one of them says its error is, within a factor of two."""
    spectra = [
        chaos.eckmann(x, dt=1, dimension=2, matrix_dimension=2)
        for x in henon_x(6000).reshape(12, 500)
    ]  # fmt: skip
    scatter = np.std([spectrum.exponents[0] for spectrum in spectra], ddof=1)
    assert 0.5 < np.mean([spectrum.errors[0] for spectrum in spectra]) / scatter < 2


# -- Rosenstein


@pytest.mark.parametrize(
    ("x", "dt", "settings", "expected", "tolerance"),
    [
        (lambda: logistic(3000), 1, {"dimension": 1, "window": 0, "horizon": 6, "region": (0, 6)}, np.log(2), 0.01),
        (lambda: henon_x(5000), 1, {"dimension": 2, "window": 0, "horizon": 9, "region": (2, 9)}, 0.41922, 0.03),
        (
            lambda: lorenz_x(10_000, 0.02), 0.02,
            {"dimension": 5, "lag": 5, "window": 60, "horizon": 120, "region": (0.8, 2.4)}, 0.9056, 0.1,
        ),
    ],
    ids=["logistic map", "Henon map", "Lorenz"],
)  # fmt: skip
def test_lines_through_regions_have_known_slopes(x, dt, settings, expected, tolerance):
    divergence = chaos.rosenstein(x(), dt=dt, **settings)
    assert divergence.exponent == pytest.approx(expected, rel=tolerance)
    assert 0 < divergence.error < tolerance * expected
    assert (divergence.first, divergence.last) == pytest.approx(settings["region"])


@pytest.mark.parametrize("name", SERIES)
def test_rosenstein_agrees_with_nolds(name):
    nolds = pytest.importorskip("nolds")
    make, dt = SERIES[name]
    x = make()
    for dimension, lag, window, horizon in ((10, 2, 15, 19), (3, 1, 3, 6)):
        settings = {"dimension": dimension, "lag": lag, "window": window, "horizon": horizon}
        divergence = chaos.rosenstein(x, dt=dt, **settings, region=(0, horizon * dt))
        theirs = {"emb_dim": dimension, "lag": lag, "min_tsep": window, "trajectory_len": horizon + 1}
        assert divergence.exponent == pytest.approx(nolds.lyap_r(x, tau=dt, fit="poly", **theirs), rel=1e-6)


# -- correlation dimension


def _circle(n):
    angle = np.random.default_rng(0).uniform(0, 2 * np.pi, n)
    return np.column_stack([np.cos(angle), np.sin(angle)])


@pytest.mark.parametrize(
    ("points", "window", "expected", "tolerance"),
    [
        (lambda: _circle(4000), 0, 1.0, 0.02),
        (
            lambda: np.random.default_rng(0).random((5000, 2)),
            0,
            2.0,
            0.06,
        ),  # points near the edge have fewer neighbours
        (lambda: henon(10_000), 0, 1.2, 0.05),  # 1.21 to 1.25 in the literature; from six starts 1.16 to 1.21
        (lambda: lorenz(20_000, 0.1), 10, 2.05, 0.06),
    ],
    ids=["circle", "square", "Henon map", "Lorenz"],
)
def test_correlation_dimension_of_known_sets(points, window, expected, tolerance):
    estimate = chaos.correlation_dimension(points(), window=window)
    assert estimate.dimension == pytest.approx(expected, abs=tolerance)
    assert estimate.error < 1.5 * tolerance


@pytest.mark.parametrize("window", [0, 5])
def test_correlation_sums_are_those_of_brute_force(window):
    points = np.random.default_rng(1).standard_normal((300, 2)).cumsum(axis=0).round()  # some distances are radii
    estimate = chaos.correlation_dimension(points, window=window, region=(1.0, 8.0))
    first, second = np.triu_indices(300, window + 1)
    distances = np.linalg.norm(points[first] - points[second], axis=1)
    sums = [(distances <= radius).mean() for radius in estimate.radii]
    np.testing.assert_allclose(estimate.sums, sums, atol=1e-12)
    assert (estimate.first, estimate.last) == (1.0, 8.0)


# -- prediction


def test_prediction_error_of_noise_and_of_a_map():
    """Of independent numbers the mean of four is no better a guess than their mean: ``sqrt(1 + 1/4)``."""
    noise = np.random.default_rng(0).standard_normal(5000)
    assert chaos.prediction_error(noise, dimension=2, window=0) == pytest.approx(np.sqrt(1.25), rel=0.03)
    assert chaos.prediction_error(logistic(3000), dimension=1, window=0) < 0.01
    for factor in (1e155, 1e300, 1e-200):  # whose squares are out of range
        scaled = chaos.prediction_error(factor * noise[:500], dimension=2, window=0)
        assert scaled == pytest.approx(chaos.prediction_error(noise[:500], dimension=2, window=0))
    wave = np.tile(
        np.sin(2 * np.pi * np.arange(50) / 50), 10
    )  # four equal neighbours at the least, all with its future
    assert chaos.prediction_error(wave, dimension=2, lag=3, horizon=7, window=20) < 1e-12


# -- bad input

MEASURES = {
    "embed": lambda x, **dt: chaos.embed(x, 3, 2),
    "mutual_information": lambda x, **dt: chaos.mutual_information(x, max_lag=20),
    "false_neighbours": lambda x, **dt: chaos.false_neighbours(x, lag=2, max_dimension=4),
    "prediction_error": lambda x, **dt: chaos.prediction_error(x, dimension=3, window=2),
    "eckmann": lambda x, dt=0.1: chaos.eckmann(x, dt=dt, dimension=7, matrix_dimension=4),
    "rosenstein": lambda x, dt=0.1: chaos.rosenstein(x, dt=dt, dimension=3, window=5, horizon=20),
}


@pytest.mark.parametrize("name", MEASURES)
def test_series_that_are_none(name):
    measure, x = MEASURES[name], henon_x(200)
    with pytest.raises(DataError, match=rf"{name}: 1 of 200 samples are not finite, the first x\[7\]"):
        measure(np.where(np.arange(200) == 7, np.nan, x))
    with pytest.raises(DataError, match=f"{name}: .* too few"):
        measure(x[:4])
    with pytest.raises(DataError, match=f"{name}: .* constant"):
        measure(np.full(200, 3.0))
    with pytest.raises(DataError, match=f"{name}: .* constant"):
        measure(3.0 + 1e-15 * x)
    with pytest.raises(ShapeError, match=f"{name}: .*one coordinate"):
        measure(henon(200))
    with pytest.raises(DtypeError, match=f"{name}: .*real"):
        measure(x + 1j)
    with pytest.raises(DtypeError, match=f"{name}: .*real"):
        measure(["one", "two"])


@pytest.mark.parametrize("name", ["eckmann", "rosenstein"])
@pytest.mark.parametrize("dt", [0, -0.1, np.nan, np.inf, "0.1", None])
def test_the_time_between_samples_must_be_one(name, dt):
    with pytest.raises(SettingError, match=f"{name}: dt=.*time between samples"):
        MEASURES[name](henon_x(200), dt=dt)


def test_the_time_between_samples_has_no_default():
    with pytest.raises(SettingError, match="needs dt"):
        chaos.eckmann(henon_x(200), dimension=4, matrix_dimension=4)
    with pytest.raises(SettingError, match="needs dt"):
        chaos.rosenstein(henon_x(200), dimension=4, window=0, horizon=5)


def test_settings_out_of_range():
    x = henon_x(200)
    with pytest.raises(SettingError, match="lag"):
        chaos.embed(x, 2, 0)
    with pytest.raises(SettingError, match="multiple"):
        chaos.eckmann(x, dt=1, dimension=6, matrix_dimension=4)
    with pytest.raises(SettingError, match="count"):
        chaos.eckmann(x, dt=1, dimension=4, matrix_dimension=4, count=3)
    with pytest.raises(DataError, match="delay vectors are too few"):
        chaos.eckmann(x, dt=1, dimension=4, matrix_dimension=4, window=150)
    with pytest.raises(SettingError, match="region"):
        chaos.rosenstein(x, dt=1, dimension=2, window=0, horizon=5, region=(2, 9))
    with pytest.raises(SettingError, match="region"):
        chaos.rosenstein(x, dt=1, dimension=2, window=0, horizon=5, region=(2.2, 2.8))
    assert chaos.rosenstein(np.tile([0.0, 1.0, 3.0], 70), dt=1, dimension=2, window=0, horizon=6).exponent < 0.1
    with pytest.raises(ShapeError, match="embedded"):
        chaos.correlation_dimension(x, window=0)
    with pytest.raises(DataError, match="finite"):
        chaos.correlation_dimension(np.full((200, 2), np.nan), window=0)
    with pytest.raises(DataError, match="same"):
        chaos.correlation_dimension(np.ones((200, 2)), window=0)
    with pytest.raises(DataError, match="too few"):
        chaos.correlation_dimension(henon(120), window=20)
    for region in ((2.0, 1.0), (0.0, 1.0), (1e-9, 2e-9)):
        with pytest.raises(SettingError, match="region"):
            chaos.correlation_dimension(henon(500), window=0, region=region)


def test_a_constant_stretch_is_told():
    x = np.concatenate([henon_x(300), np.zeros(300)])
    with pytest.raises(DataError, match="singular"):
        chaos.eckmann(x, dt=1, dimension=2, matrix_dimension=2)


@pytest.mark.parametrize("exponent", [-1000, -600, 520, 990])
def test_the_unit_of_a_series_changes_nothing(exponent):
    """Not a digit, where it is a power of two, though squares of distances are out of range."""
    x = np.sin(0.3 * np.arange(400)) + np.sin(0.1 * np.sqrt(2) * np.arange(400))
    in_other_units = np.ldexp(x, exponent)
    settings = {"lag": 4, "max_dimension": 3, "window": 10}
    fractions = [chaos.false_neighbours(series, **settings).fractions for series in (x, in_other_units)]
    assert np.array_equal(*fractions)
    ours, theirs = (
        chaos.correlation_dimension(chaos.embed(series, 3, 4), window=10, region=region)
        for series, region in ((x, (0.1, 1.0)), (in_other_units, tuple(np.ldexp([0.1, 1.0], exponent))))
    )
    assert (ours.dimension, ours.error) == (theirs.dimension, theirs.error)
    assert np.array_equal(np.ldexp(ours.radii, exponent), theirs.radii)
