"""Wave functions and their squares: which figure is which, and that projection reaches its digits."""

import numpy as np
import pytest
from scipy.stats import binomtest

import minnet as mn
from minnet.errors import SettingError
from minnet.experiments.gaussian import hermite
from minnet.experiments.gaussian.hermite import CASES, PUBLISHED, Config
from tests.figure_checks import names_of_figures


@pytest.fixture(scope="module")
def result():
    return hermite.run(Config.fast(), rng=0)


def test_the_thirty_two_figures_in_the_documents_order():
    assert [case.figure for case in CASES] == list(range(61, 93))
    by_figure = {case.figure: case for case in CASES}
    assert by_figure[61][1:] == (500, False, 0, 20)
    assert by_figure[64][1:] == (500, False, 1, 200)
    assert by_figure[75][1:] == (500, True, 3, 20)
    assert by_figure[83][1:] == (10_001, False, 3, 20)
    assert by_figure[92][1:] == (10_001, True, 3, 200)


@pytest.mark.parametrize("units", [20, 200])
def test_networks_are_as_large_as_the_published_ones(units):
    layers = [mn.Dense(1, units), mn.ReLU(), mn.Dense(units, units), mn.ReLU(), mn.Dense(units, 1)]
    assert mn.Network(layers, rng=0).n_parameters == PUBLISHED["parameters"][units]


def test_projection_reaches_ten_digits_and_eight_for_the_squares(result):
    assert result.projected.shape == (2, 4, 3)
    assert result.projected[0].max() < 1e-10
    assert result.projected[1].max() < 1e-8


def test_errors_are_those_of_the_curves(monkeypatch):
    monkeypatch.setattr(hermite, "DRAWN", 500)
    settings = {"points": 500, "hidden": 20, "n": 3, "epochs": 2, "batch_size": 20}
    metrics = hermite.fit_both(settings, np.random.default_rng(0))
    for kind, power in (("psi", 1), ("square", 2)):
        target = mn.datasets.hermite_function(3, np.linspace(-5, 5, 500)) ** power
        error = np.abs(metrics[f"{kind}_curve"] - target).max() / np.abs(target).max()
        assert metrics[f"{kind}_error"] == pytest.approx(error, rel=1e-12)


def test_the_drawn_curve_is_that_of_the_median_seed(result):
    assert all(curve.shape == (hermite.DRAWN,) for curve in result.predictions.values())
    case = CASES[0]
    target = mn.datasets.hermite_function(0, np.linspace(-5, 5, hermite.DRAWN))
    error = np.abs(result.predictions[case] - target).max() / target.max()
    assert error == pytest.approx(np.median(result.errors[case]), rel=0.01)


def test_psi_and_its_square_start_from_the_same_network(result):
    for n in range(4):
        settings = {"points": 500, "hidden": 20, "n": n, "epochs": 1, "batch_size": 20}
        first, second = (hermite.fit_both(settings, np.random.default_rng(0)) for _ in range(2))
        assert all(np.array_equal(first[key], second[key]) for key in first)
    ((*_, worse, pairs, p),) = result.harder()
    assert 0 <= worse <= pairs == 4 * 3
    assert p == pytest.approx(binomtest(worse, pairs).pvalue)


def test_published_numbers_beside_found_ones(result):
    """Worse is counted once more here, over all states and seeds."""
    by_kind = {
        squared: np.concatenate([errors for case, errors in result.errors.items() if case.squared == squared])
        for squared in (False, True)
    }
    worse = int((by_kind[True] > by_kind[False]).sum())
    assert [(row.published, row.found) for row in hermite.beside(result)] == [
        ("481", "481"), ("40,801", "-"), ("it seems so", f"{worse} of 12"), ("hard to see", "-"),
    ]  # fmt: skip


def test_figures_are_one_legible_page_and_an_answer(result):
    assert names_of_figures(hermite, result) == ["annexes", "squares"]


@pytest.mark.parametrize("setting", [{"points": (100,)}, {"hidden": (30,)}, {"seeds": 0}, {"epochs": 0}])
def test_settings_that_cannot_be(setting):
    with pytest.raises(SettingError, match=next(iter(setting))):
        Config(**setting)


@pytest.mark.acceptance
def test_twenty_seeds_of_every_function(capsys):
    full = hermite.run(Config(points=(500,), hidden=(20,), seeds=20), rng=0)
    with capsys.disabled():
        print(f"\nlargest errors over 20 seeds, psi_0 to psi_3 and their squares: {full.projected.max(axis=2)}")
    assert full.projected[0].max() <= 1e-10
    assert full.projected[1].max() <= 1e-8
