"""The experiment `lorenz-identification`: what the document's rates cost, and what needs none."""

import numpy as np
import pytest

from minnet import dynamics
from minnet.errors import SettingError
from minnet.experiments.lorenz import lorenz_identification
from minnet.experiments.lorenz.lorenz_identification.methods import DOCUMENT, TABLED, TERMS, TRUE
from minnet.experiments.lorenz.lorenz_identification.runs import exponent, samples
from minnet.numerics.identification import identify
from tests.figure_checks import names_of_figures


@pytest.fixture(scope="module")
def result():
    return lorenz_identification.run(lorenz_identification.Config.fast(), rng=0)


def errors(result, dt):
    by_method = result.errors[list(lorenz_identification.PUBLISHED).index(dt)]
    return dict(zip(TABLED, np.median(by_method, axis=1), strict=True))


def test_first_order_rates_cost_what_was_published(result):
    """About 1 at dt = 0.01, several at 0.1, whatever the regression."""
    fine, coarse = errors(result, 0.01), errors(result, 0.1)
    for method in ("LASSO", "Galerkin", "ridge"):
        assert 0.5 < fine[method] < 3
        assert 3 < coarse[method] < 15
    assert fine["differences"] < 0.01


def test_a_search_of_seven_coefficients_ends_where_their_regression_does():
    """With Euler's step the next sample is linear in the coefficients: the minimum is least squares of rates."""
    x = samples({"seed": 0, "draw": 0}, 0.1, 0.0, 200)
    theta, rates = dynamics.Polynomial(2).evaluate(x[:-1])[0], np.diff(x, axis=0) / 0.1
    xi = identify(x, 0.1, method=DOCUMENT["Jaya-Powell, seven"](0.1)).coefficients
    for i, own in enumerate(TERMS.T):
        expected = np.linalg.lstsq(theta[:, own], rates[:, i], rcond=None)[0]
        np.testing.assert_allclose(xi[own, i], expected, rtol=1e-4)
    np.testing.assert_array_equal(xi != 0, TERMS)


def test_methods_without_rates_find_the_equations(result):
    """To seven digits and more at both times between samples; of all others at dt = 0.1 only the weak form is close."""
    for dt in lorenz_identification.PUBLISHED:
        by_method = errors(result, dt)
        assert by_method["flow matching"] < 1e-9
        assert by_method["Jaya-Powell, 8th order"] < 1e-6
    row = list(TABLED).index("flow matching")
    assert result.exact[:, row].all()
    assert result.identified[:, row].all()
    assert not result.identified[1, : len(DOCUMENT)].any()
    assert errors(result, 0.1)["differences"] > 1


def test_published_numbers_beside_found_ones(result):
    rows = lorenz_identification.beside(result)
    assert [row.published for row in rows] == ["0.9884", "0.3223", "6.6577", "-0.4516"]
    lasso = list(TABLED).index("LASSO")
    found = np.column_stack([result.errors[:, lasso, 0], result.exponents[:, lasso, 0]]).ravel()
    assert [row.found for row in rows] == [f"{number:.4f}" for number in found]


def test_exponents_tell_dead_systems_from_chaotic_ones(result):
    """Equations found by first-order rates at dt = 0.1 settle on a point; those of flow matching are chaotic."""
    coarse = dict(zip(TABLED, result.exponents[1, :, 0], strict=True))
    for method in ("LASSO", "Galerkin", "ridge"):
        assert coarse[method] < 0 or np.isnan(coarse[method])
    assert coarse["flow matching"] == pytest.approx(0.9, abs=0.4)  # 20 units of time


def test_an_exponent_of_what_blows_up_is_not_a_number():
    xi = TRUE.copy()
    xi[dynamics.Polynomial(2).names("xyz").index("x^2"), 0] = 1.0
    system = dynamics.System("broken", tuple("xyz"), dynamics.Polynomial(2), xi, dynamics.lorenz().start)
    assert np.isnan(exponent(system, 10.0))
    assert exponent(dynamics.lorenz(rho=10.0), 50.0) == pytest.approx(-0.5, abs=0.3)  # settles: twice negative


def test_table_records_and_figures(result):
    assert len(lorenz_identification.table(result).rows) == 2 * (1 + len(TABLED))
    records = result.metrics()
    assert len(records) == 1 + 2 * len(TABLED) + result.map_errors[..., 0].size
    assert records[1]["published_error"] == 0.9884
    assert TERMS.sum() == 7
    assert names_of_figures(lorenz_identification, result) == ["comparison", "butterflies", "map"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"mapped": ("magic",)}, "magic"),
        ({"dts": (0.0,)}, "dts"),
        ({"seeds": 0}, "seeds"),
        ({"duration": 1}, "duration"),
    ],
)
def test_settings_are_checked(settings, message):
    with pytest.raises(SettingError, match=message):
        lorenz_identification.Config(**settings)
