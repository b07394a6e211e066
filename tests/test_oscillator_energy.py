"""The oscillator's energy: the published number, what the document's networks give, and the exact levels."""

from dataclasses import replace

import numpy as np
import pytest

import minnet as mn
from minnet.errors import SettingError
from minnet.experiments.gaussian import oscillator_energy
from minnet.experiments.gaussian.oscillator_energy import LEVELS, PUBLISHED, Config
from tests.figure_checks import names_of_figures


@pytest.fixture(scope="module")
def result():
    return oscillator_energy.run(Config.fast(), rng=0)


def test_the_printed_analytic_value_to_its_last_digit():
    x = np.linspace(-5, 5, 10_001)
    value = oscillator_energy.published_energy(x, mn.datasets.gaussian(x))
    assert abs(value - PUBLISHED["analytic"]) <= np.spacing(1.5)


def test_readings_of_the_same_networks_differ_as_they_must(result):
    printed, formula, rayleigh = np.median(result.energies[20], axis=1)
    assert printed == pytest.approx(1.5, abs=0.3)
    assert formula == pytest.approx(0.5, abs=0.1)
    assert rayleigh == pytest.approx(0.5, abs=0.03)
    assert (result.energies[20][2] > 0.5 - 1e-6).all()  # no state has less energy than the ground state


def test_published_numbers_beside_found_ones(result):
    rows = [(row.published, row.found) for row in oscillator_energy.beside(result)]
    as_printed, seconds = result.energies[20][0], result.seconds[20]
    assert rows == [
        ("1.4999776991944938", f"{result.analytic:.16f}"),
        ("1.456233543380499", f"{np.mean(as_printed):.4f}"),
        ("0.6997537755810965", f"{np.std(as_printed, ddof=1):.4f}"),
        ("7769.223750829697", f"{seconds:.1f}"),
    ]
    two = replace(result, energies={20: result.energies[20], 200: result.energies[20] + 1}, seconds={20: 1, 200: 2})
    *_, row = oscillator_energy.beside(two)
    assert (row.quantity, row.found) == ("seconds of all runs, figure 56 (here with batches of 20, 200)", "1.0, 2.0")


def test_four_levels_to_ten_digits(result):
    assert result.levels.shape == (len(LEVELS), 2)
    assert np.abs(result.levels - (np.arange(4)[:, None] + 0.5)).max() < 1e-10


def test_results_do_not_depend_on_the_number_of_threads(result):
    with mn.use_threads(1):
        alone = oscillator_energy.run(Config.fast(), rng=0)
    assert np.array_equal(alone.energies[20], result.energies[20])
    assert np.array_equal(alone.levels, result.levels)


def test_table_and_figures(result):
    rows = [row[0] for row in oscillator_energy.table(result).rows]
    assert [row for row in rows if row.startswith("published")] == [f"published, figure {n}" for n in (54, 55, 56)]
    assert names_of_figures(oscillator_energy, result) == ["energies-batch20", "levels"]


@pytest.mark.parametrize("setting", [{"runs": 1}, {"epochs": 0}, {"points": 10}, {"seeds": 0}])
def test_settings_that_cannot_be(setting):
    with pytest.raises(SettingError, match=next(iter(setting))):
        Config(**setting)


@pytest.mark.acceptance
def test_a_hundred_runs_as_published_in_under_two_minutes(capsys):
    full = oscillator_energy.run(Config(batch_sizes=(20,)), rng=0)
    with capsys.disabled():
        print(f"\n{oscillator_energy.table(full)}")
    assert full.seconds[20] < 120
    assert np.abs(full.levels - (np.arange(4)[:, None] + 0.5)).max() < 1e-8
