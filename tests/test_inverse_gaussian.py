"""One over a gaussian: that the document's way fails as published, and that relative errors do not."""

from dataclasses import replace

import numpy as np
import pytest

from minnet import datasets
from minnet.errors import SettingError
from minnet.experiments.gaussian import inverse_gaussian
from minnet.experiments.gaussian.inverse_gaussian import LOGARITHM, SQUARED, WEIGHTED, Config
from tests.figure_checks import names_of_figures


@pytest.fixture(scope="module")
def result():
    return inverse_gaussian.run(Config.fast(), rng=0)


def test_squared_errors_fail_by_billions_as_published(result):
    published = result.fits[0]
    assert published.figure == 58
    assert published.loss[0] > 1e9
    assert published.error[0] > 1


def test_published_numbers_beside_found_ones(result):
    losses = [row for row in inverse_gaussian.beside(result) if row.quantity.startswith("loss, figure")]
    assert [row.published for row in losses] == 3 * ["some billions"]
    assert [row.found for row in losses] == [f"{result.fits[0].loss[0]:.1e}", "-", "-"]
    as_59 = replace(result, fits=[replace(result.fits[0], figure=59)])
    for shown, seconds in ((result, "-"), (as_59, f"{result.fits[0].seconds[0]:.1f}")):
        last = inverse_gaussian.beside(shown)[-1]
        assert (last.quantity, last.published, last.found) == ("seconds of training, figure 59", "300", seconds)


def test_the_logarithm_is_right_to_nine_digits_everywhere(result):
    errors = {fitted.name: fitted.error for fitted in result.fits}
    assert errors[LOGARITHM].shape == (3,)
    assert errors[LOGARITHM].max() < 1e-9
    assert errors[WEIGHTED].max() < 0.02
    assert errors[SQUARED].min() > 3 * errors[WEIGHTED].max()  # by the same networks and the same solver


def test_errors_are_those_of_the_function_itself(result):
    fitted = result.fits[-1]
    expected = np.abs(fitted.curve[0] - datasets.inverse_gaussian(result.x)) / datasets.inverse_gaussian(result.x)
    assert fitted.error[0] == pytest.approx(expected.max(), rel=1e-3)


def test_figures_and_table_show_every_fit(result):
    assert names_of_figures(inverse_gaussian, result) == ["figure-58", "relative-errors"]
    assert [row[0] for row in inverse_gaussian.table(result).rows][1:] == [SQUARED, WEIGHTED, LOGARITHM]


@pytest.mark.parametrize(
    ("setting", "match"), [({"figures": (57,)}, "no figure 57"), ({"points": 5}, "points"), ({"seeds": 0}, "seeds")]
)
def test_settings_that_cannot_be(setting, match):
    with pytest.raises(SettingError, match=match):
        Config(**setting)


@pytest.mark.acceptance
def test_twenty_seeds_to_nine_digits(capsys):
    full = inverse_gaussian.run(Config(figures=()), rng=0)
    errors = full.fits[-1].error
    with capsys.disabled():
        print(f"\n1 / gaussian by its logarithm, {len(errors)} seeds, worst relative error {errors.max():.1e}")
    assert errors.max() <= 1e-9
