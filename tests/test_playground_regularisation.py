"""Penalties, dropout and normalisation in a race, and in everything that is shown of it."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import minnet as mn
from minnet.errors import SettingError
from minnet.playground.export import Recording, offline_page
from minnet.playground.moments import QUANTITIES, parameter_name
from minnet.playground.network_state import points_of
from minnet.playground.presets import PRESETS
from minnet.playground.race import Race
from minnet.playground.settings import RaceSettings
from minnet.playground.slices import slice_of
from minnet.playground.xray_view import XrayView
from tests.checks import assert_close

SMALL = {"points": 60, "hidden": (5, 4), "racers": ("sgd(learning_rate=0.3)", "adam(learning_rate=0.05)")}
ALL = SMALL | {"l1": 1e-3, "l2": 1e-2, "dropout": 25, "normalization": "BatchNorm"}


@pytest.fixture(scope="module")
def race():
    """With all of it, some way on."""
    race = Race(RaceSettings(**ALL))
    for _ in range(20):
        race.advance(5)
    return race


@pytest.mark.parametrize(
    "regularisation",
    [
        {"l1": 1e-3, "l2": 1e-2},
        {"l2": 1e-2, "dropout": 25},
        {"normalization": "BatchNorm"},
        {"normalization": "LayerNorm", "dropout": 25, "batch_size": 17},
    ],
)
def test_a_race_trains_as_fit_does(regularisation):
    settings = RaceSettings(**SMALL, **regularisation)
    race = Race(settings)
    for steps in (1, 3, 20, 16):
        race.advance(steps)
    penalty = mn.Penalty(settings.l1, settings.l2)
    for number, racer in enumerate(race.racers):
        net = Race(settings).racers[number].net
        mn.fit(
            net, race.problem.x, race.problem.targets, loss=mn.BinaryCrossEntropy(), penalty=penalty,
            optimizer=settings.entries[number].make(), epochs=40 // racer.updates, rng=np.random.default_rng((0, 2)),
            batch_size=settings.batch_size or None,
        )  # fmt: skip
        assert_close(racer.net.theta, net.theta, 1e-9)
        assert_close(racer.net.buffers, net.buffers, 1e-9)


def test_what_is_measured_and_drawn_is_inference(race):
    """Nothing is dropped, and the running means count; measuring changes nothing that is remembered."""
    before = [(racer.net.theta.copy(), racer.net.buffers.copy()) for racer in race.racers]
    frame = race.frame()
    for number, racer in enumerate(race.racers):
        outputs = racer.net(race.problem.x)
        loss = mn.BinaryCrossEntropy()(outputs, race.problem.targets)[0]
        assert race.history.values[-1][number, 0] == pytest.approx(loss, rel=1e-12)
        drawn = race.problem.probabilities(racer.net(points_of(race.problem)), racer.loss)
        assert_close(frame.pictures[number], drawn, 1e-6)
        assert np.array_equal(racer.net.theta, before[number][0])
        assert np.array_equal(racer.net.buffers, before[number][1])
    with_dropout, without = (Race(RaceSettings(**SMALL, dropout=percent)) for percent in (80, 0))
    assert_array_equal(with_dropout.history.values[0], without.history.values[0])


def test_batches_that_leave_a_single_sample():
    for batch_size, message in ((1, "batches of 1 leave one of 60"), (59, "batches of 59 leave one of 60")):
        settings = RaceSettings(**ALL | {"batch_size": batch_size})
        with pytest.raises(SettingError, match=message):
            Race(settings)
    Race(RaceSettings(**ALL | {"batch_size": 1, "normalization": "LayerNorm"}))
    Race(RaceSettings(**ALL | {"batch_size": 59, "hidden": ()}))


def test_losses_of_a_slice_are_those_of_the_weights_alone(race):
    """Before the first step it is spanned by two weights. At every point the samples have their own statistics there,
    whatever the running ones are."""
    settings = RaceSettings(**SMALL, normalization="BatchNorm")
    start = Race(settings)
    racer = start.racers[0]
    racer.net.buffers = np.arange(racer.net.buffers.size)
    plane = slice_of(start)
    assert racer.net.buffers.tolist() == list(range(racer.net.buffers.size))
    theta = racer.net.theta.copy()
    for i, j in ((0, 0), (20, 3), (35, 35)):
        racer.net.theta = theta + np.eye(2, theta.size).T @ [plane.x[j], plane.y[i]]
        outputs = racer.net.forward(start.problem.x[np.newaxis], mn.Pass(training=True))[0]
        expected = mn.BinaryCrossEntropy()(outputs, start.problem.targets)[0]
        assert plane.losses[i, j] == pytest.approx(expected, rel=1e-3)  # variances over n or n - 1
    plane = slice_of(race)
    assert np.isfinite(plane.losses).all()
    assert np.isfinite(plane.paths).all()


def test_the_drawing_has_the_dense_layers_alone(race):
    layers = race.racers[0].layers()
    assert [weights.shape for weights, _ in layers] == [(2, 5), (5, 4), (4, 1)]
    assert [values.shape for values in race.racers[0].unit_outputs(np.zeros((3, 2)))] == [
        (3, 2),
        (3, 5),
        (3, 4),
        (3, 1),
    ]


def test_the_x_ray_shows_gains_and_gradients_with_the_penalty(race):
    net, watched = race.racers[0].net, []
    assert [type(layer).__name__ for layer in net.layers[:4]] == ["Dense", "BatchNorm", "Tanh", "Dropout"]
    view = XrayView(watched.append)
    view.begin(net)
    view.array.value = "layer 1, gamma (5,)"
    view.unit.value = "3"
    assert parameter_name(net, watched[-1]) == "layer 1, gamma[3]"
    race.watch(watched[-1])
    view.show(race.frame().moments)
    assert np.isfinite(view.source.data["value0"][-1])
    assert view.name.text.startswith("layer 1, gamma[3]")
    gradients = []
    for l2 in (0.0, 5.0):
        other = Race(RaceSettings(**SMALL, l2=l2))
        weight = other.racers[0].net.theta[0]
        other.advance(1)
        gradients.append(other.frame().moments.values[-1, 0, QUANTITIES.index("gradient")])
    assert gradients[1] - gradients[0] == pytest.approx(5.0 * weight, rel=1e-9)


def test_a_large_network_overfits_few_samples_unless_its_weights_are_penalised():
    """What the preset says; losses of training and test after so many updates."""
    settings, losses = PRESETS["Overfitting"].settings, []
    for l2 in (0.0, 0.01):
        race = Race(replace(settings, l2=l2))
        for step in (100, 1000):
            race.advance(step - race.step)
            losses.append(race.history.values[-1][:, [0, 2]])
    (early, late), (_, penalised) = losses[:2], losses[2:]
    assert (late[:, 0] < 0.02).all()
    assert (late[:, 1] > 1.4 * early[:, 1]).all()
    assert late[2, 1] < late[:2, 1].min()
    assert (penalised[:, 1] < 0.4).all()


def test_one_that_diverges_says_so():
    race = Race(RaceSettings(**ALL | {"data": "sine", "activation": "ReLU", "normalization": "none", "l2": 10.0,
                                      "racers": ("sgd(learning_rate=1e6)", "adam(learning_rate=0.01)")}))  # fmt: skip
    race.advance(200)
    assert race.racers[0].state.startswith("diverged")
    assert race.racers[1].state == ""
    assert np.isfinite(slice_of(race).losses).all()


def test_the_export_says_what_keeps_networks_simple(race):
    recording = Recording()
    recording.add(race.frame())
    page = offline_page(race.settings, race.problem, recording)
    assert "noise 10 %" in page
    assert "L1 penalty 0.001; L2 penalty 0.01; dropout 25 %; BatchNorm" in page
