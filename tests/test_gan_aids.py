"""The experiment `gan-aids`: collapse on eight gaussians, and what a single aid does about it."""

from dataclasses import replace

import numpy as np
import pytest

import minnet as mn
from minnet.errors import SettingError
from minnet.experiments.lorenz import gan_aids
from minnet.experiments.lorenz.gan_aids.aids import AIDS, SLIDES, Setup, setup
from minnet.experiments.lorenz.gan_aids.gaussians import CENTRES, SPREAD, eight_gaussians, judge, pair
from tests.figure_checks import names_of_figures


@pytest.fixture(scope="module")
def result():
    with mn.use_kernels("compiled"):  # thousands of steps; other tests compare the kernels
        return gan_aids.run(gan_aids.Config.fast(), rng=0)


def test_noise_keeps_a_generator_from_collapsing(result):
    plain, aided = (result.values(name, "modes") for name in ("plain", "falling noise"))
    assert (aided >= plain).all()
    assert np.median(aided) >= 7 > np.median(plain)
    assert result.values("falling noise", "kl").max() < 0.3


def test_published_numbers_beside_found_ones(result):
    """Noise has been seen to be better in modes, above; as good as none is not better."""
    modes, spectrum = gan_aids.beside(result)
    assert (modes.published, modes.found) == ("8", "1 of 1 tried")
    plain, aided = (np.median(result.of_series(name, "spectrum")) for name in ("plain", "falling noise"))
    assert (spectrum.published, spectrum.found) == ("8", f"{int(aided < plain)} of 1 tried")
    alike = replace(result, runs=dict.fromkeys(result.runs, result.runs["plain"]), on_series={})
    assert [row.found for row in gan_aids.beside(alike)] == ["0 of 1 tried", "-"]


def test_the_data_are_good_and_their_halves_are_told_from_them():
    x = eight_gaussians(20_000, np.random.default_rng(0))
    measures = judge(x)
    assert measures["modes"] == 8
    assert measures["good"] == pytest.approx(1 - np.exp(-4.5), abs=0.003)
    assert measures["kl"] < 0.001
    assert judge(x[x[:, 0] > 1.0])["modes"] == 3
    assert judge(x[x[:, 0] > 1.0])["kl"] == pytest.approx(np.log(8 / 3), abs=0.001)
    assert judge(np.tile(CENTRES[0], (50, 1))) == {"modes": 1, "good": 1.0, "kl": pytest.approx(np.log(8))}
    assert judge(CENTRES + np.array([4 * SPREAD, 0]))["good"] == 0


@pytest.mark.parametrize("name", AIDS)
def test_every_aid_changes_something_and_can_be_played(name):
    aids = setup([name])
    assert aids != Setup()
    rngs = np.random.default_rng(0).spawn(2)
    game = mn.Adversarial(*pair(aids, 8, rngs), **aids.options(1e-3, steps=10))
    mn.train(game, eight_gaussians(64, np.random.default_rng(0)), epochs=2, batch_size=16, rng=0)
    layers = {type(layer).__name__ for layer in (*game.generator.layers, *game.discriminator.layers)}
    assert ("SpectralNorm" in layers, "BatchNorm" in layers, "Dropout" in layers) == (
        aids.spectral_norm, aids.batch_norm, aids.dropout > 0,
    )  # fmt: skip


def test_aids_are_tried_alone_and_left_out():
    sets = gan_aids.Config().sets()
    assert len(sets) == 1 + len(AIDS) + 1 + len(SLIDES)
    assert sets["plain"] == ()
    assert sets["all"] == tuple(SLIDES)
    assert sets["all but dropout"] == tuple(name for name in SLIDES if name != "dropout")
    assert list(gan_aids.Config(aids=("hinge loss", "dropout")).sets_on_series()) == ["plain", "dropout"]
    two = gan_aids.Config(aids=("falling noise", "dropout")).sets()  # all but one of two is the other alone
    assert list(two) == ["plain", "falling noise", "dropout", "all"]
    with pytest.raises(SettingError, match="each aid once, not dropout, dropout"):
        gan_aids.Config(aids=("dropout", "dropout"))
    with pytest.raises(SettingError, match="aids: there is no choice 'noise'"):
        gan_aids.Config(aids=("noise",))
    with pytest.raises(SettingError, match="seeds=0"):
        gan_aids.Config(seeds=0)


def test_sets_begin_alike():
    generators = [pair(setup(aids), 8, np.random.default_rng(3).spawn(2))[0] for aids in ([], ["dropout"])]
    assert np.array_equal(generators[0].theta, generators[1].theta)


def test_table_metrics_and_figures(result):
    text = str(gan_aids.table(result))
    assert "falling noise" in text
    assert [record["data"] for record in result.metrics()] == 4 * ["eight gaussians"] + 2 * ["Lorenz series"]
    assert result.arrays()["plain.series"].shape == (1, 200, 3)
    assert result.arrays()["plain.samples"].shape == (2, 400, 2)
    assert result.arrays()["plain.modes"].shape == (2, 30)  # after every epoch
    names = names_of_figures(gan_aids, result)
    assert names == ["alone", "measures", "series_measures", "series", "way"]
    only_gaussians = replace(result, on_series={})
    assert "-" in str(gan_aids.table(only_gaussians)).splitlines()[-1]
    assert names_of_figures(gan_aids, only_gaussians) == ["alone", "measures", "way"]
