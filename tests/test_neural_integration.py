"""The published integrals of ln x: their slips, shown and predicted; and a better method, to nine digits."""

import numpy as np
import pytest

import minnet as mn
from minnet.errors import SettingError
from minnet.experiments.integration import genz_integration, neural_integration
from minnet.experiments.integration.neural_integration import Config, logarithm, published
from minnet.experiments.integration.neural_integration.published import (
    INTERVALS,
    PUBLISHED,
    SIMPSON_POINTS,
    published_bias,
)
from tests.figure_checks import names_of_figures


@pytest.fixture(scope="module")
def result():
    return neural_integration.run(Config.fast(), rng=0)


def test_the_exact_integrals(result):
    """5 ln 5 - 5 = 3.0472 by hand."""
    assert result.exact[0] == pytest.approx(3.0471895621705, abs=1e-12)
    assert np.abs(result.exact[1:] - np.array(PUBLISHED["simpson"][1:])).max() < 1e-7


def test_simpson_as_published_to_the_last_digit(result):
    """Its number of points is not in the text; with 100 of them all nine integrals agree, and the first is -inf."""
    assert result.simpson == pytest.approx(PUBLISHED["simpson"], rel=1e-14)
    other = logarithm.simpson(np.linspace(*INTERVALS[1:].T, SIMPSON_POINTS + 1))
    assert np.abs(other - PUBLISHED["simpson"][1:]).min() > 1e-10


def test_published_numbers_beside_found_ones(result):
    rows = neural_integration.beside(result)
    published = ["3.93645814556901", "39.7984886815476", "36.86745586847303", "2.5071e-04"]
    assert [row.published for row in rows] == published
    found = [*result.as_written[:2], result.simpson[1], result.val_loss[-1]]
    assert [float(row.found) for row in rows] == pytest.approx(found, rel=1e-4)
    assert rows[2].found == "36.86745587"


def test_the_published_drift_is_a_bias_that_enters_once(result):
    """The bias implied by the first deviation predicts the next two to half a per cent."""
    length = np.diff(INTERVALS)[:, 0]
    deviation = (np.array(PUBLISHED["network"]) - result.exact)[1:4]
    predicted = (1 - length[1:4]) * published_bias()
    assert published_bias() == pytest.approx(-0.209, abs=1e-3)
    assert predicted == pytest.approx(deviation, rel=5e-3)


def test_the_same_expressions_drift_by_the_formula(result):
    """Run with a finite logarithm, they err by (1 - L) b_2 and by nothing else (float32 rounding)."""
    assert result.finite - result.whole == pytest.approx(result.drift, abs=2e-3)
    assert np.abs(result.drift[1:]).min() > 0.1


def test_a_network_by_hand_through_the_published_expressions():
    """One flat unit, sigma(0) = 1/2, on an interval of length 4: 4 v / 2 + c, where 4 v / 2 + 4 c is right."""
    net = published.network(1)
    net.theta = [1e-7, 0.0, 3.0, 0.5]
    assert published.integral_as_written(net, 0, 4, published.li_1) == pytest.approx(6.5, rel=0.1)
    net.theta = [-2.0, 0.0, 3.0, 0.5]
    assert np.isfinite(published.integral_as_written(net, 0, 40))
    assert np.isinf(published.integral_as_written(net, 0, 50))  # e^100 at one end
    assert np.isnan(published.integral_as_written(net, 45, 50))  # and at both


def test_overflow_where_the_exponent_passes_that_of_float32(result):
    exponents = published.largest_exponent(result.net, INTERVALS.astype(float).ravel()).reshape(-1, 2)
    assert np.isfinite(result.as_written).all() == (exponents.max() < 88.7)
    assert not np.isfinite(result.as_written[exponents[:, 1] > 88.8]).any()
    assert np.isfinite(result.finite).all()
    assert np.isfinite(result.whole).all()


def test_logarithmic_scales_reach_nine_digits(result):
    """1e-6 with 30 units, 1e-8 with 50, over all ten intervals; error estimates are of the size of the errors."""
    worst = dict(zip(result.config.widths, result.worst()[:, -1], strict=True))
    assert worst[30] < 1e-6
    assert worst[50] < 1e-8
    assert worst[10] > 1e-4  # too few


def test_tables_and_figures(result):
    assert len(neural_integration.table(result).rows) == 15
    assert names_of_figures(neural_integration, result) == [
        "losses",
        "deviations",
        "exponents",
        "widths",
    ]


@pytest.mark.parametrize("setting", [{"widths": ()}, {"hidden": 0}, {"evaluations": (3,)}])
def test_settings_that_cannot_be(setting):
    with pytest.raises(SettingError, match=next(iter(setting))):
        Config(**setting)


@pytest.fixture(scope="module")
def compared():
    return genz_integration.run(genz_integration.Config.fast(), rng=0)


def test_smooth_families_to_four_digits_with_400_evaluations(compared):
    """Quasi-Monte Carlo, with 512 of them, is worse on every smooth function."""
    network, quasi = (compared.errors[name][:4, :, -1, 0] for name in ("network", "qmc_quad"))
    assert network.max() < 1e-3
    assert np.median(network) < 5e-5
    assert (network < quasi).all()


def test_kinks_and_jumps_are_where_it_loses(compared):
    assert compared.errors["network"][4:].min() > 1e-4
    assert np.nanmax(compared.nquad[:4]) < 1e-6  # of smooth functions, with 441 and 9261


def test_figures_and_table_of_the_comparison(compared):
    assert len(genz_integration.table(compared).rows) == 13
    assert names_of_figures(genz_integration, compared) == ["errors", "estimates"]


@pytest.mark.parametrize("setting", [{"families": ("round",)}, {"dimensions": (1,)}, {"draws": 0}])
def test_comparisons_that_cannot_be(setting):
    with pytest.raises(SettingError, match=next(iter(setting))):
        genz_integration.Config(**setting)


@pytest.mark.acceptance
def test_thirty_and_fifty_units_in_under_five_seconds(capsys):
    for units, limit in ((30, 1e-6), (50, 1e-8)):
        metrics = logarithm.integrate_logarithm({"units": units, "evaluations": 400}, np.random.default_rng(0))
        worst = np.abs(metrics["errors"]).max()
        with capsys.disabled():
            print(f"\n{units} units: largest error of ten integrals {worst:.1e}, {metrics['seconds']:.2f} s")
        assert worst < limit
        assert metrics["seconds"] < 5


@pytest.mark.acceptance
def test_smooth_families_to_1e_5_with_2000_evaluations(capsys):
    """The median over the draws; the worst are printed."""
    smooth = ("oscillatory", "product peak", "corner peak", "gaussian")
    comparison = genz_integration.run(
        genz_integration.Config(families=smooth, evaluations=(2000,)), rng=0, progress=True
    )
    with capsys.disabled():
        print(f"\n{genz_integration.table(comparison)}")
        print("worst of the draws:", comparison.errors["network"].max(axis=-1)[..., 0])
    assert np.median(comparison.errors["network"], axis=-1).max() < 1e-5


def test_the_figure_of_a_network_integral_is_that_of_its_values(result):
    """An independent look at the trained network: its integral by the trapezoidal rule."""
    x = np.linspace(5, 20, 30_001)
    values = np.concatenate([result.net(part)[:, 0].astype(float) for part in np.array_split(x, 30)])
    step = x[1] - x[0]
    assert result.whole[1] == pytest.approx(step * (values.sum() - 0.5 * (values[0] + values[-1])), rel=1e-5)
    assert isinstance(result.net, mn.Network)
