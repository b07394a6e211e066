"""The experiment `lyapunov`: known exponents, the published ones and what they are made of. Plots of measurements."""

import numpy as np
import pytest

import minnet as mn
from minnet import dynamics
from minnet.errors import SettingError
from minnet.experiments.lorenz import lyapunov
from minnet.experiments.lorenz.lyapunov.result import EMBEDDINGS, KNOWN
from minnet.numerics import chaos
from tests.figure_checks import names_of_figures


@pytest.fixture(scope="module")
def result():
    with mn.use_kernels("compiled"):  # long flows; other tests compare the kernels
        return lyapunov.run(lyapunov.Config.fast(), rng=0)


def test_exponents_from_equations_and_twins(result):
    for name, spectrum in result.spectra.items():
        error = spectrum["errors"][:, 0].max()
        assert np.abs(spectrum["exponents"][:, 0] - KNOWN[name]).max() < 4 * error + 1e-3
        assert np.abs(spectrum["sum_less_trace"]).max() < 1e-6
    assert result.twins.exponent == pytest.approx(0.9056, abs=4 * result.twins.error)
    assert result.twins.error < 0.03


def test_the_published_numbers_are_made_by_the_published_recipe(result):
    """Every map in the product and the transient kept: within a tenth. Without either: far away."""
    published = [lyapunov.PUBLISHED[name] for name in "xyz"]
    as_published, on_attractor = result.recipe[1, 0].mean(axis=0), result.recipe[0, 0].mean(axis=0)
    np.testing.assert_allclose(as_published, published, rtol=0.1)
    assert (on_attractor > as_published).all()
    by_the_paper = result.recipe[0, 1].mean(axis=0)
    assert (by_the_paper < 0.6 * on_attractor).all()
    assert (by_the_paper > 1.2).all()  # the embedding's part: still too large


def test_published_numbers_beside_found_ones(result):
    rows = lyapunov.beside(result)
    assert [row.published for row in rows] == ["0.9056", "2.86", "3.05", "3.64"]
    records = result.metrics()
    (lorenz,) = (r["exponent"] for r in records if r.get("system") == "Lorenz")
    recipe = [r["every_map"] for r in records if r["kind"] == "recipe" and r["begun"] == "rest"]
    assert [row.found for row in rows] == [f"{lorenz:.4f}", *(f"{exponent:.2f}" for exponent in recipe)]


def test_embeddings_of_few_dimensions_find_the_exponent_in_x(result):
    exponents = {
        embedding: values.mean(axis=0) for embedding, values in zip(EMBEDDINGS, result.embeddings[0], strict=True)
    }
    assert exponents[3, 3][0] == pytest.approx(0.9056, rel=0.15)
    assert exponents[10, 4][0] > 1.2
    assert exponents[7, 4].min() > 1.4
    assert result.neighbours[:, 0].mean() == pytest.approx(0.9056, rel=0.15)


def test_surrogates_have_positive_exponents_and_are_badly_predicted(result):
    """The recipe makes linear noise chaotic; what tells the data from it is the error of prediction."""
    noise, data = (part["phase-randomised"] for part in (result.surrogates, result.values))
    assert (noise[:, :2] > 0.4).all()
    assert (data[:, 2] < 0.3 * noise[:, 2]).all()
    assert (result.rejected("phase-randomised")[2] == result.config.tested).all()


def test_table_metrics_and_figures(result):
    text = str(lyapunov.table(result))
    for number in ("2.86", "3.05", "3.64", "0.9056", "0.0714"):
        assert number in text
    names = set(names_of_figures(lyapunov, result))
    assert names == {"divergence", "convergence", "recipe", "embeddings", "surrogates"}
    kinds = {record["kind"] for record in result.metrics()}
    assert kinds == {"equations", "twins", "neighbours", "recipe", "embedding", "surrogates"}
    assert all(np.isfinite(array).all() for array in result.arrays().values())


def test_settings_out_of_range():
    with pytest.raises(SettingError, match="series"):
        lyapunov.Config(series=1)
    with pytest.raises(SettingError, match="samples"):
        lyapunov.Config(samples=(10,))
    with pytest.raises(SettingError, match="kinds"):
        lyapunov.Config(kinds=("nonsense",))


def test_plots_show_what_was_measured():
    with mn.use_kernels("compiled"):
        x = dynamics.simulate(dynamics.lorenz(), dt=0.05, samples=1500)[:, 0]
    information = chaos.mutual_information(x, max_lag=10)
    ax = chaos.plot_mutual_information(information, dt=0.05)
    assert ax.lines[1].get_xdata()[0] == pytest.approx(0.05 * information.first_minimum)
    false = chaos.false_neighbours(x, lag=3, max_dimension=3)
    assert chaos.plot_false_neighbours(false).lines[0].get_ydata() == pytest.approx(100 * false.fractions)
    divergence = chaos.rosenstein(x, dt=0.05, dimension=3, lag=3, window=20, horizon=60, region=(1, 2))
    line = chaos.plot_divergence(divergence).lines[1]
    assert np.ptp(line.get_ydata()) / np.ptp(line.get_xdata()) == pytest.approx(divergence.exponent)
    dimension = chaos.correlation_dimension(chaos.embed(x, 3, 3), window=20)
    assert chaos.plot_correlation_sums(dimension).lines[1].get_ydata()[0] == dimension.dimension
    spectrum = chaos.eckmann(x, dt=0.05, dimension=4, matrix_dimension=4)
    drawn = chaos.plot_convergence(spectrum, reference=0.9056)
    assert drawn.lines[0].get_ydata()[-1] == pytest.approx(spectrum.exponents[0])
    assert drawn.lines[1].get_ydata()[0] == 0.9056
    test = chaos.surrogate_test(x, np.std, surrogate=lambda x, *, rng: x * rng.uniform(1, 2), count=9, rng=0)
    drawn = chaos.plot_surrogate_test(test, statistic="standard deviation")
    assert drawn.lines[0].get_xdata()[0] == test.value
    assert "rank 1 of 10" in drawn.get_legend().get_texts()[1].get_text() + drawn.get_legend().get_texts()[0].get_text()


@pytest.mark.acceptance
def test_known_exponents_at_full_length():
    """Lorenz's within 0.5 per cent by T = 20 000 in each of five runs' mean; the others' within 2 per cent."""
    spectra = [chaos.lyapunov_spectrum(dynamics.lorenz(), time=20_000, rng=seed) for seed in range(5)]
    errors = np.array([spectrum.exponents[0] / 0.9056 - 1 for spectrum in spectra])
    print("Lorenz, relative errors at T = 20 000:", errors)
    assert np.sqrt(np.mean(errors**2)) < 0.005
    assert max(abs(spectrum.exponents.sum() - spectrum.trace) for spectrum in spectra) < 1e-6
    others = (dynamics.roessler(), 50_000), (dynamics.logistic(), 200_000), (dynamics.henon(), 200_000)
    for system, time in others:
        spectrum = chaos.lyapunov_spectrum(system, time=time, rng=0)
        print(system.name, spectrum.exponents, spectrum.errors, spectrum.exponents.sum() - spectrum.trace)
        assert spectrum.exponents[0] == pytest.approx(KNOWN[system.name], rel=0.02)
        assert abs(spectrum.exponents.sum() - spectrum.trace) < 1e-6


@pytest.mark.acceptance
def test_the_published_numbers_over_fifty_series():
    recipe = {"dt": 0.1, "dimension": 10, "matrix_dimension": 4, "stride": 1}
    starts = np.random.default_rng(1).standard_normal((50, 3))
    paths = dynamics.simulate(dynamics.lorenz(), starts, dt=0.1, samples=1000)
    exponents = np.array([[chaos.eckmann(path[:, i], **recipe).exponents[0] for i in range(3)] for path in paths])
    print("by the published recipe:", exponents.mean(axis=0), "+-", exponents.std(axis=0, ddof=1))
    published = [lyapunov.PUBLISHED[name] for name in "xyz"]
    assert (np.abs(exponents.mean(axis=0) - published) < 1.5 * exponents.std(axis=0)).all()
    np.testing.assert_allclose(exponents.mean(axis=0), published, rtol=0.05)
