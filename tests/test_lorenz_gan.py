"""The experiment `lorenz-gan`: its parts, and that its short form tells dynamics from noise."""

import numpy as np
import pytest

from minnet.errors import SettingError
from minnet.experiments.lorenz import lorenz_gan
from minnet.experiments.lorenz.lorenz_gan import pictures, runs
from minnet.experiments.lorenz.lorenz_gan.data import FLOW, mirrored, real_series
from minnet.experiments.lorenz.lorenz_gan.predictor import Predictor
from minnet.experiments.lorenz.lorenz_gan.result import CROP
from minnet.experiments.lorenz.lorenz_gan.training import Crops, Penalty, Units
from tests.figure_checks import names_of_figures


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return lorenz_gan.run(lorenz_gan.Config.fast(), rng=0, checkpoints=tmp_path_factory.mktemp("gan"))


def value(result, kind, measure):
    return np.mean(result.comparisons[kind][0][measure].value)


def test_a_predictor_obeys_the_flow_and_a_few_steps_of_a_generator_do_not(result):
    assert value(result, "real", "flow") < 1e-6
    assert value(result, "predictor", "flow") < 0.05
    assert value(result, "pictures", "flow") > 1
    assert value(result, "shadows", "flow") < 0.1 * value(result, "series", "flow")


def test_surrogates_have_the_exponents_that_were_said_to_show_chaos(result):
    """By the slides' recipe; they do not obey the flow at all."""
    assert (result.exponents["surrogates"] > 0.4).all()
    assert value(result, "surrogates", "flow") > 1
    assert "surrogate" in result.comparisons["surrogates"][0].verdict.lower()


def test_published_numbers_beside_found_ones(result):
    rows = lorenz_gan.beside(result)
    assert [row.published for row in rows] == ["1.35, 1.25, 0.86", "2.86, 3.05, 3.64"]
    for kind, row in zip(("pictures", "real"), rows, strict=True):
        assert [float(number) for number in row.found.split(", ")] == pytest.approx(result.exponents[kind], abs=0.0051)


def test_series_are_left_in_files_of_their_own_in_physical_units(result):
    arrays = result.arrays()
    for kind in ("published", "better"):
        assert arrays[f"{kind}/generated"].shape == arrays[f"{kind}/reference"].shape == (4, 320, 3)
    assert 20 < arrays["better/reference"][..., 2].mean() < 27


def test_the_table_ends_with_the_verdicts_and_the_figures_can_be_read(result):
    table = lorenz_gan.table(result)
    assert table.headers[-1] == "real"
    assert table.rows[-1][-1] == result.comparisons["real"][0].verdict
    names = names_of_figures(lorenz_gan, result)
    assert names == ["pictures", "series", "butterflies", "spectra", "residuals", "exponents", "losses"]


def test_a_picture_is_a_series_row_by_row(rng):
    x = rng.standard_normal((2, 1024, 3))
    assert np.array_equal(pictures.to_pictures(x)[1, 3, 5], x[1, 3 * 32 + 5])
    assert np.array_equal(pictures.to_series(pictures.to_pictures(x)), x)


def test_crops_are_stretches_half_of_them_mirrored(rng):
    series = real_series(40, 300, rng)
    units = Units.of(series)
    crops = units.physical(Crops(units)(units.scaled(series), rng))
    assert crops.shape == (40, CROP, 3)
    following = FLOW(crops[:, :-1].reshape(-1, 3)).reshape(40, -1, 3)
    assert np.abs(crops[:, 1:] - following).max() < 1e-2  # float32; the mirror image obeys the flow too
    mirrored = [not np.isclose(crop[0], x, atol=1e-3).all(axis=1).any() for crop, x in zip(crops, series, strict=True)]
    assert 8 <= sum(mirrored) <= 32


def test_mirror_images_obey_the_flow(rng):
    x = real_series(50, 20, rng)
    images = mirrored(x, rng)
    assert 10 < (images[:, 0, 0] != x[:, 0, 0]).sum() < 40
    assert np.array_equal(images[..., 2], x[..., 2])
    assert np.abs(images[:, 1:] - FLOW(images[:, :-1].reshape(-1, 3)).reshape(50, -1, 3)).max() < 1e-6


def test_the_penalty_and_its_derivative(rng):
    predictor = Predictor.learned(rng.standard_normal((4, 50, 3)).astype("float32"), 1, rng, width=8)
    x, direction = (rng.standard_normal((2, 7, 3)).astype("float32") for _ in range(2))
    value, slope = predictor.penalty(x)
    errors = x[:, 1:] - predictor(x[:, :-1])
    assert value == pytest.approx(np.linalg.norm(errors, axis=2).mean(), rel=1e-5)
    h = 1e-2
    numerical = (predictor.penalty(x + h * direction)[0] - predictor.penalty(x - h * direction)[0]) / (2 * h)
    assert np.vdot(slope, direction) == pytest.approx(numerical, rel=2e-2, abs=1e-3)


def test_the_penalty_waits_and_grows(rng):
    predictor = Predictor.learned(rng.standard_normal((4, 50, 3)).astype("float32"), 1, rng, width=8)
    x = rng.standard_normal((2, 7, 3)).astype("float32")
    value, slope = predictor.penalty(x)
    for step, weight in ((0, 0), (15, 0), (50, 3), (99, 3)):
        assert Penalty(predictor, 3.0, steps=100)(x, step)[0] == pytest.approx(weight * value)
        assert np.allclose(Penalty(predictor, 3.0, steps=100)(x, step)[1], weight * slope)
    assert 0 < Penalty(predictor, 3.0, steps=100)(x, 20)[0] < 3 * value


def test_with_slope_is_the_derivative(rng):
    predictor = Predictor.learned(rng.standard_normal((4, 50, 3)).astype("float32"), 1, rng, width=8)
    x = rng.standard_normal((5, 3)).astype("float32")
    y, slope = predictor.with_slope(x)
    assert np.allclose(y, predictor(x), atol=1e-6)
    for i, unit in enumerate(1e-2 * np.eye(3, dtype="float32")):
        assert np.allclose(slope[:, :, i], (predictor(x + unit) - predictor(x - unit)) / 2e-2, atol=1e-2)


def test_settings_that_cannot_be():
    with pytest.raises(SettingError, match="1024 samples, not for 2000"):
        lorenz_gan.Config(samples=2000)
    with pytest.raises(SettingError, match="samples=100 is out of range"):
        lorenz_gan.Config(samples=100)


def test_iterated_series_begin_at_the_states(rng):
    series = real_series(4, 60, rng)
    units = Units.of(series)
    predictor = Predictor.learned(units.scaled(series), 1, rng, width=8)
    assert np.allclose(runs.iterated(series[:, 0], 5, units, predictor)[:, 0], series[:, 0], atol=1e-3)


# At full size. What must hold for the better generator's series, each of x, y and z.
MOST = {
    "ks": 0.02, "wasserstein": 0.03, "spectrum": 1.2, "autocorrelation": [0.02, 0.02, 0.05], "flow": 0.05,
    "flow_90": 0.12, "seam_ratio": 1.1, "flow_ten": 0.4, "dimension": 2.3, "dwell": 0.12, "rosenstein": 1.1,
    "copied": 0.0,
}  # fmt: skip
LEAST = {"diversity": 0.97, "eckmann": [0.75, 0.7, 0.6], "rosenstein": 0.93}


def shortfalls(records):
    """Measures of the shadows that miss their targets: (seed, measure, values)."""
    missed = []
    for record in records:
        if record["kind"] == "shadows" and record.get("measure") != "verdict":
            name, values = record["measure"], np.atleast_1d(record.get("value"))
            if (name in MOST and (values > MOST[name]).any()) or (name in LEAST and (values < LEAST[name]).any()):
                missed.append((record["seed"], name, values.round(4).tolist()))
    return missed


@pytest.mark.acceptance
def test_three_generators_keep_the_chaos():
    """An hour; the pictures do not matter here."""
    result = lorenz_gan.run(lorenz_gan.Config(seeds=3, picture_steps=1), rng=0, progress=True)
    print(lorenz_gan.table(result))
    assert shortfalls(result.metrics()) == []
