"""Measures of generated series: known answers, then what a newcomer hands in."""

import numpy as np
import pytest
from scipy import signal, stats

import minnet as mn
from minnet import dynamics
from minnet.errors import DataError, DtypeError, SettingError, ShapeError
from minnet.numerics import chaos
from minnet.numerics.generation import (
    compare_series,
    diversity,
    flow_map,
    marginals,
    plot_marginal,
    plot_residuals,
    plot_spectrum,
    spectra,
    spoilt,
)
from minnet.numerics.generation.fingerprint import LEVEL, difference
from minnet.numerics.generation.flow import Scaled, check_seam
from minnet.numerics.generation.prediction import Neighbours
from minnet.numerics.generation.series import decorrelation, stretch_length, stretches_of

HENON = dynamics.henon()


def henon(series, samples, seed):
    with mn.use_kernels("compiled"):
        return dynamics.simulate(HENON, dynamics.states_on_attractor(HENON, series, rng=seed), dt=1, samples=samples)


def step(states):
    """Henon's map, by hand."""
    x, y = states.T
    return np.stack([1 - 1.4 * x**2 + y, 0.3 * x], axis=1)


@pytest.fixture(scope="module")
def sets():
    return henon(30, 120, 1), henon(30, 120, 2)


@pytest.fixture(scope="module")
def comparison(sets):
    return compare_series(*sets, flow=step, train=henon(30, 120, 3), variables="xy")


# Distributions and spectra.


def test_distances_of_a_shifted_uniform_distribution():
    z = np.random.default_rng(0).uniform(size=(20, 500, 1))
    shifted = z + 0.1
    grid = marginals.grid_of(shifted, z)
    first, second = (marginals.distribution_functions(x, grid) for x in (shifted, z))
    assert marginals.ks_distance(first, second)[0] == pytest.approx(0.1, abs=0.01)
    assert marginals.wasserstein_distance(first, second, grid)[0] == pytest.approx(0.1, abs=1e-3)


def test_distances_are_scipys():
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((10, 300, 1)), 1.2 * rng.standard_normal((12, 200, 1)) + 0.1
    grid = marginals.grid_of(a, b)
    first, second = (marginals.distribution_functions(x, grid) for x in (a, b))
    exact = stats.ks_2samp(a.ravel(), b.ravel()).statistic
    assert marginals.ks_distance(first, second)[0] == pytest.approx(exact, abs=2e-3)
    exact = stats.wasserstein_distance(a.ravel(), b.ravel())
    assert marginals.wasserstein_distance(first, second, grid)[0] == pytest.approx(exact, abs=2e-3)


def test_dwell_times_by_hand():
    """Signs ++-- -+++ +-: three times inside, of 3, 4 samples; the first and last are cut off."""
    z = np.array([[1, 1, -1, -1, -1, 1, 1, 1, 1, -1]])
    assert marginals.dwell_functions(z, 6).tolist() == [[0, 0, 1, 2, 2, 2]]
    other = marginals.dwell_functions(np.array([[1, -1, -1, -1, 1, -1, -1, -1, 1, 1]]), 6)  # 3, 1, 3
    assert marginals.dwell_distance(marginals.dwell_functions(z, 6), other) == pytest.approx(0.5)
    assert marginals.dwell_distance(np.zeros((1, 6)), other) == 1


def test_twice_the_amplitude_is_six_decibels():
    z = np.random.default_rng(0).standard_normal((4, 200, 2))
    powers = [spectra.power(x)[1] for x in (2 * z, z)]
    np.testing.assert_allclose(spectra.spectral_difference(*powers), 20 * np.log10(2))


def test_autocorrelation_of_an_alternating_series():
    z = np.tile([1.0, -1.0], 50)[None, :, None]
    np.testing.assert_allclose(spectra.autocorrelation(spectra.lag_products(z, 4))[:, 0], [1, -1, 1, -1], atol=1e-12)
    noise = spectra.lag_products(np.random.default_rng(0).standard_normal((50, 1000, 1)), 3)
    difference = spectra.autocorrelation_difference(spectra.lag_products(z, 3), noise)
    assert difference[0] == pytest.approx(1, abs=0.01)


# The flow.


def test_residuals_of_exact_series_are_zero_and_those_of_noise_are_its_size():
    x = henon(5, 100, 0)
    mean, std = x.mean(axis=(0, 1)), x.std(axis=(0, 1))
    flow, z = Scaled(step, mean, std), (x - mean) / std
    assert flow.residuals(z).max() < 1e-12
    assert flow.residuals(z, steps=10).max() < 1e-8
    z[:, 50] += [0.03, 0.04]
    residuals = flow.residuals(z)
    assert residuals.shape == (5, 99)
    np.testing.assert_allclose(residuals[:, 49], 0.05)
    assert (residuals[:, 50] > 0.01).all()
    assert residuals[:, 51:].max() < 1e-12


def test_states_that_blow_up_are_far_away():
    flow = Scaled(step, np.zeros(2), np.ones(2))
    assert np.isfinite(flow.residuals(np.full((1, 30, 2), 1e100), steps=10)).all()


def test_flow_map_is_the_system(sets):
    states = sets[0][0]
    np.testing.assert_allclose(flow_map(HENON, 1)(states)[:-1], states[1:], atol=1e-12)


def test_seams():
    assert np.flatnonzero(check_seam("c", 4, 11)).tolist() == [3, 7]
    assert np.flatnonzero(check_seam("c", [3, 10], 11)).tolist() == [2, 9]
    assert check_seam("c", None, 11) is None
    for wrong in (0, -3, 11, 2.5, [0], [11], []):
        with pytest.raises(DataError, match="c: seam must be a period"):
            check_seam("c", wrong, 11)


# States, stretches, and determinism without a flow.


def test_stretches_are_whole_series_if_there_are_enough():
    many, few = np.zeros((30, 400, 1)), np.zeros((2, 400, 1))
    assert stretch_length(many, many, memory=3) == 400
    assert stretch_length(many, few, memory=3) == 60
    assert stretch_length(many, few, memory=50) == 400
    stretches = stretches_of(few, 60)
    assert stretches.z.shape == (12, 60, 1)
    assert stretches.halves.tolist() == 6 * [0] + 6 * [1]
    assert stretches_of(few[:1], 60).halves.tolist() == 3 * [0] + 3 * [1]


def test_decorrelation_of_a_cosine():
    """cos(2 pi k / 100) is below 1/e from k = 19 on."""
    phases = np.random.default_rng(0).uniform(0, 2 * np.pi, (300, 1, 1))
    z = np.cos(2 * np.pi * np.arange(400)[:, None] / 100 + phases)
    assert decorrelation(z) == pytest.approx(19, abs=1)


def test_a_hidden_variable_asks_for_delays():
    """Henon's x alone follows from two samples of it."""
    z = henon(30, 200, 0)[..., :1]
    neighbours = Neighbours(stretches_of((z - z.mean()) / z.std(), 200), 1, seed=0)
    assert (neighbours.embedding.count, neighbours.embedding.lag) == (2, 1)
    assert np.median(neighbours.residuals(neighbours.reference)[..., 0]) < 0.01


@pytest.mark.parametrize("level", [0.02, 0.05, 0.1])
def test_the_noise_level_is_recovered(level):
    z = henon(40, 150, 0) / henon(40, 150, 0).std(axis=(0, 1))
    flow = Scaled(step, np.zeros(2), henon(40, 150, 0).std(axis=(0, 1)))
    found = flow.residuals(spoilt.noisy(z, level, np.random.default_rng(1)))
    estimate, error = spoilt.noise_level(flow.residuals, found, z, seed=0)
    assert estimate == pytest.approx(level, rel=0.05)
    assert error < 0.05 * level
    assert spoilt.noise_level(flow.residuals, found + 100, z, seed=0)[0] == np.inf


def test_a_speed_put_right():
    t = np.arange(100.0)
    np.testing.assert_allclose(spoilt.at_speed(np.sin(0.1 * t)[None, :, None], 2.0)[0, :, 0], np.sin(0.1 * t[::2]))


def test_the_test_holds_its_level_and_sees_one_column():
    rng = np.random.default_rng(0)
    values = [difference({"marginals": rng.standard_normal((12, 30))}, {"marginals": rng.standard_normal((15, 30))},
                         seed=k).p_value for k in range(100)]  # fmt: skip
    assert 0.01 <= np.mean(np.array(values) <= 0.1) <= 0.2
    shifted = rng.standard_normal((15, 30))
    shifted[:, 7] += 5
    apart = difference({"marginals": shifted}, {"marginals": rng.standard_normal((12, 30))}, seed=0)
    assert apart.p_value <= LEVEL
    assert apart.sizes["marginals"] == pytest.approx(100, rel=0.2)  # 5 over a tolerance of 0.05


# Diversity.


def test_distances_between_series():
    z = np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 0.0]])[..., None]
    distances = diversity.series_distances(z, z)
    root = np.sqrt(12.5)
    np.testing.assert_allclose(distances, [[0, root, 0], [root, 0, root], [0, root, 0]], atol=1e-7)
    assert diversity.mean_distance(distances, np.arange(3)) == pytest.approx(2 * root / 3)
    assert diversity.mean_distance(distances, np.array([0, 2, 0])) == pytest.approx(0, abs=1e-7)


def test_copies_have_no_diversity(sets):
    result = compare_series(np.repeat(sets[0][:1], 30, axis=0), sets[1])
    assert result["diversity"].value == pytest.approx(0, abs=1e-6)
    assert result["different"].value == 1
    assert result.findings[0].kind == "collapse"
    assert result.findings[0].amount == 1
    assert result.verdict.startswith("Collapse: one series, repeated, among 30; otherwise indistinguishable")


def test_half_of_the_series_the_same(sets):
    x = sets[0].copy()
    x[15:] = x[15]
    (finding,) = compare_series(x, sets[1]).findings
    assert (finding.kind, finding.amount) == ("collapse", 16)


def test_series_that_are_alike_but_not_the_same(sets):
    """Nine tenths of each sample are common to all."""
    x = 0.9 * sets[0][:1] + 0.1 * sets[0]
    finding = compare_series(x, sets[1]).findings[0]
    assert (finding.kind, finding.amount) == ("collapse", None)
    assert "by only 0.11 of what real ones do" in finding.sentence
    assert "collapse" not in {f.kind for f in compare_series(0.1 * sets[0], sets[1]).findings}


def test_distances_of_copies_follow_the_tail():
    """The least of 1000 numbers with P(d < r) = r^2 is below sqrt(1e-3 / 1000) once in a thousand times."""
    d = np.sqrt((np.arange(1000) + 0.5) / 1000)
    exact = diversity.closeness(d, 1000, most=np.inf)
    assert 1e-4 < exact < 1e-3  # two standard errors of D below sqrt(1e-6)
    assert diversity.closeness(d, 1000, most=1) < exact
    assert diversity.closeness(d, 1e-9, most=1) == pytest.approx(np.sort(d)[diversity.TAIL - 1])
    assert diversity.closeness(np.zeros(100), 10, most=1) == diversity.SAME


def test_copies_at_any_shift_are_found(sets):
    train = henon(30, 240, 3)
    x = np.stack([series[7 * k % 100 :][:120] for k, series in enumerate(train)])
    result = compare_series(x, sets[1], train=train)
    assert [finding.kind for finding in result.findings] == ["copies"]
    assert result.findings[0].amount == 1
    assert result["copied"].value == 1
    assert "copies of training series: 30 of 30" in result.verdict.lower()
    assert compare_series(x, sets[1]).findings == ()  # nothing to have been copied from
    assert compare_series(sets[1], sets[1]).findings[0].kind == "copies"  # of the reference


# All together.


def test_real_series(comparison):
    assert comparison.verdict == "Indistinguishable from the reference (30 series against 30)."
    assert comparison.findings == () == comparison.notes[1:]
    for name in ("ks", "wasserstein", "autocorrelation"):
        assert (comparison[name].value < 0.06).all()
        assert (comparison[name].error > 0).all()
        assert (comparison[name].ceiling < 0.08).all()
    assert comparison["flow"].value < 1e-12 < comparison["flow"].floor
    assert comparison["flow_ten"].value < 1e-8
    assert comparison["diversity"].value == pytest.approx(1, abs=0.02)
    assert comparison["nearest_train"].value == pytest.approx(1, abs=0.15)
    assert comparison["copied"].value < 0.02
    assert comparison["dimension"].value == pytest.approx(1.2, abs=0.12)
    assert comparison["dimension"].floor > 1.6


def test_exponents_stand_between_surrogates_and_real_series():
    x, y = henon(8, 250, 1), henon(8, 250, 2)
    result = compare_series(x, y)
    for name in ("eckmann", "rosenstein"):
        assert result[name].value == pytest.approx(1, abs=0.2)
        assert (result[name].floor < 0.6).all()


def test_the_table_fits_a_terminal(comparison):
    lines = str(comparison).splitlines()
    assert max(map(len, lines)) <= 100
    assert lines[0].split() == ["generated", "+-", "real-real", "surrogates"]
    assert any(line.startswith("KS distance: y ") for line in lines)
    assert comparison.verdict in lines


def test_many_variables_take_two_lines_of_the_table():
    rng = np.random.default_rng(0)
    mixing = rng.standard_normal((2, 12))
    result = compare_series(henon(24, 60, 1) @ mixing, henon(24, 60, 2) @ mixing)
    assert result.findings == ()
    assert result["ks"].value.shape == (12,)
    assert sum(line.startswith("KS distance") for line in str(result).splitlines()) == 2


@pytest.fixture(scope="module")
def noisy(sets):
    x = dynamics.add_noise(sets[0][:24, :60], 0.05, rng=0)
    return x, sets[1][:24, :60], compare_series(x, sets[1][:24, :60], step)


@pytest.mark.parametrize(("scale", "offset"), [(1e-6, 0.0), (1e6, 0.0), (1.0, 1e4)])
def test_units_do_not_matter(noisy, scale, offset):
    x, y, plain = noisy
    flow = lambda states: scale * step((states - offset) / scale) + offset  # noqa: E731
    other = compare_series(scale * x + offset, scale * y + offset, flow)
    assert [f.kind for f in plain.findings] == [f.kind for f in other.findings] == ["noise"]
    for name, measure in plain.measures.items():
        np.testing.assert_allclose(other[name].value, measure.value, rtol=0.02, atol=1e-6, err_msg=name)


def test_the_same_seed_gives_the_same_numbers(noisy):
    assert str(compare_series(*noisy[:2], step)) == str(noisy[2])


@pytest.mark.parametrize("kind", ["phase", "shuffled", "white", "backwards", "noise", "seams", "other"])
def test_what_is_wrong_is_called_by_its_name(sets, kind):
    """With full evidence in the acceptance test."""
    x, rng = sets[0], np.random.default_rng(0)
    made = {
        "phase": lambda: spoilt.surrogates_of(x, chaos.phase_randomised, rng),
        "shuffled": lambda: spoilt.in_random_order(x, rng), "white": lambda: rng.uniform(-1, 1, x.shape),
        "backwards": lambda: x[:, ::-1], "noise": lambda: dynamics.add_noise(x, 0.05, rng=rng),
        "seams": lambda: np.concatenate([henon(30, 20, k) for k in range(6)], axis=1),
        "other": lambda: dynamics.simulate(dynamics.henon(a=1.35), np.zeros((30, 2)) + 0.1 * rng.random((30, 2)), dt=1,
                                           samples=120, transient=100),
    }  # fmt: skip
    named = {
        "phase": "surrogates",
        "white": "independent",
        "backwards": "reversed",
        "seams": "jumps",
        "other": "different",
    }
    (finding,) = compare_series(made[kind](), sets[1]).findings
    assert finding.kind == named.get(kind, kind)
    if kind == "noise":
        assert finding.amount == pytest.approx(0.05, abs=0.005)
    if kind == "seams":
        assert "every 20 samples" in finding.sentence


@pytest.mark.parametrize("kind", ["noise", "escape", "backwards", "frozen"])
@pytest.mark.parametrize("count", [2, 9])
def test_some_series_unlike_all_others(sets, kind, count):
    """Which means over all series hide."""
    x, rng = sets[0].copy(), np.random.default_rng(0)
    if kind == "noise":
        x[:count] = rng.uniform(-1, 1, x[:count].shape)
    if kind == "escape":
        x[:count, 60:] *= np.exp(0.3 * np.arange(60))[:, np.newaxis]
    if kind == "backwards":
        x[:count] = x[:count, ::-1]
    if kind == "frozen":
        x[:count] = x[:count, :1] + 1e-3 * rng.standard_normal(x[:count].shape)
    (finding,) = compare_series(x, sets[1]).findings
    assert finding.kind == "some"
    assert finding.amount == count / 30
    assert f"{count} of 30 series are unlike any of the reference (the first is number 0)" in finding.sentence


@pytest.mark.parametrize("law", ["sines", "autoregression", "walk", "amplitudes"])
def test_series_of_one_law_are_alike_also_where_they_are_few_and_remember_long(law):
    rng = np.random.default_rng(0)

    def made(count):
        noise, phases = rng.standard_normal((count, 300)), rng.uniform(0, 2 * np.pi, (count, 1))
        if law == "walk":
            return noise.cumsum(axis=1)
        if law == "autoregression":
            return signal.lfilter([1], [1, -0.99], noise)[:, 100:]
        size = np.exp(rng.standard_normal((count, 1))) if law == "amplitudes" else 1
        return size * np.sin(0.2 * np.arange(200) + phases)

    for count in (1, 3, 30):
        assert compare_series(made(count), made(count)).findings == ()


def test_what_hardly_moves_and_what_was_compared_with_itself(sets):
    (finding,) = compare_series(1e-3 * sets[0], sets[1]).findings
    assert "hardly move: no standard deviation is more than 0.001" in finding.sentence
    (finding,) = compare_series(sets[1], sets[1], train=henon(30, 120, 3)).findings
    assert "copies of the reference's own series: 30 of 30" in finding.sentence


@pytest.mark.parametrize("factor", [1e300, 1e-200])
@pytest.mark.filterwarnings("error")
def test_units_at_the_edge_of_what_numbers_can_be(sets, factor):
    assert compare_series(factor * sets[0], factor * sets[1]).findings == ()


@pytest.mark.filterwarnings("error")
def test_series_that_escape(sets):
    x = sets[0].copy()
    x[0, 50:] = 1e308
    result = compare_series(x, sets[1], step)
    assert [finding.kind for finding in result.findings] == ["some"]
    assert "1 of 30 series escape: values further than 1e+06" in result.notes[-1]


def test_seams_are_measured_with_the_flow(sets):
    x = np.concatenate([henon(30, 20, k) for k in range(6)], axis=1)
    result = compare_series(x, sets[1], step, seam=20)
    assert result["flow_inside"].value < 1e-12
    assert result["flow_seam"].value > 1
    assert [finding.kind for finding in result.findings] == ["jumps"]


def test_constant_series(sets):
    x = sets[0].copy()
    x[:5] = 0.3
    assert compare_series(x, sets[1]).findings[0].amount == 5
    (finding,) = compare_series(np.zeros((4, 50, 2)), sets[1], step).findings
    assert (finding.kind, finding.amount) == ("constant", 4)


def test_one_short_series():
    result = compare_series(henon(1, 16, 1), henon(1, 16, 2))
    assert result.findings == ()
    assert result.verdict.startswith("Too few independent stretches to tell; no gross difference")
    assert "Exponents are left out" in " ".join(result.notes)
    assert str(result)


def test_one_long_series_of_one_variable():
    """Without a second axis there is one variable; without series enough they are cut."""
    x, y = henon(1, 900, 1)[..., 0], henon(1, 900, 2)[..., 0]
    assert compare_series(x, y).findings == ()
    (finding,) = compare_series(np.random.default_rng(0).permuted(x, axis=1), y).findings
    assert finding.kind == "shuffled"


def test_a_flow_that_does_not_fit(sets):
    result = compare_series(*sets, flow=lambda states: states)
    assert result.findings == ()
    assert "The flow does not fit the reference itself" in result.notes[-1]


def test_plots_draw_what_was_compared(comparison):
    ax = plot_marginal(comparison, 1)
    assert ax.get_xlabel() == "y"
    for line in ax.lines:
        values = line.get_xdata()
        assert np.sum(line.get_ydata()) * (values[1] - values[0]) == pytest.approx(1, abs=0.01)
    ax = plot_spectrum(comparison, 0, dt=0.5)
    assert ax.lines[0].get_xdata().max() == pytest.approx(1)
    assert ax.lines[0].get_ydata().max() == pytest.approx(0)
    ax = plot_residuals(comparison, step)
    assert [line.get_ydata()[0] for line in ax.lines] == [100, 100]
    medians = dict(part.split() for part in ax.get_title().removeprefix("median: ").split(", "))
    assert list(medians) == ["real", "generated"]
    assert max(map(float, medians.values())) < 1e-12
    import matplotlib.pyplot as plt

    plt.close("all")


def test_bad_input(sets):
    x, y = sets
    cases = [
        (ShapeError, "must be \\(series, sample, variable\\).*a single series is generated", (x[0, :, 0], y), {}),
        (ShapeError, "generated has 1 variables, reference has 2", (x[..., 0], y), {}),
        (ShapeError, "train has 1", (x, y), {"train": x[..., 0]}),
        (ShapeError, "2 variables need as many names", (x, y), {"variables": "xyz"}),
        (ShapeError, "the flow returned", (x, y), {"flow": lambda states: states[:, 0]}),
        (DataError, "is empty", (x[:0], y), {}),
        (DataError, "reference have 15 samples; at least 16", (x, y[:, :15]), {}),
        (DataError, "variable 1 of the reference is constant", (x, y * [1, 0]), {}),
        (DataError, "generated holds 1 values that are not finite", (np.where(x == x[0, 3, 0], np.nan, x), y), {}),
        (DataError, "seam must be", (x, y), {"seam": 500}),
        (DataError, "seam must be", (x, y), {"seam": "a"}),
        (DataError, "with seam=1 every step crosses", (x, y), {"seam": 1}),
        (SettingError, "flow_map.system, dt. makes one, not System", (x, y), {"flow": HENON}),
        (SettingError, "variables must be a list of names", (x, y), {"variables": [1, 2]}),
        (DtypeError, "real numbers", (x + 1j, y), {}),
        (SettingError, "dt=0 is out of range", (x, y), {"dt": 0}),
        (SettingError, "dwell=2 must be", (x, y), {"dwell": 2}),
        (SettingError, "rng must be", (x, y), {"rng": -1}),
    ]  # fmt: skip
    for error, match, arrays, settings in cases:
        with pytest.raises(error, match=f"compare_series.*{match}"):
            compare_series(*arrays, **settings)
