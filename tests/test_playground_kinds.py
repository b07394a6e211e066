"""Kinds of problems in the playground: curves with slopes, digits and series, and what is drawn of each."""

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

import minnet as mn
from minnet.errors import SettingError
from minnet.playground.digits import confusion
from minnet.playground.pictures import PICTURES
from minnet.playground.plane import SIDE
from minnet.playground.presets import PRESETS
from minnet.playground.problems import GENERATED, KINDS, generated
from minnet.playground.race import Race
from minnet.playground.series import FUTURE, PAST, WINDOW
from minnet.playground.settings import RaceSettings
from minnet.playground.slices import slice_of
from tests.checks import assert_close

pytest.importorskip("bokeh", reason="the playground needs Bokeh")

from bokeh.models import CheckboxGroup

from minnet.playground.digits_view import IMAGES, RIGHT_TEXT, WRONG_TEXT, coloured
from minnet.playground.export import Recording, offline_page
from minnet.playground.network_state import network_state
from minnet.playground.network_view import NetworkView
from minnet.playground.race_view import RaceView

SMALL = {"points": 60, "test": 20, "hidden": (5,), "racers": ("sgd(learning_rate=0.05)", "adam(learning_rate=0.02)")}
OF_KIND = {"slope": "sine with slope", "digits": "digits", "series": "two sines"}


def raced(data, steps, **settings):
    race = Race(RaceSettings(**SMALL | {"data": data} | settings))
    race.advance(steps)
    return race


@pytest.fixture(scope="module")
def races():
    """A short race of each kind."""
    return {kind: raced(data, 15) for kind, data in OF_KIND.items()}


# Every kind.


@pytest.mark.parametrize("kind", OF_KIND)
def test_a_race_of_any_kind_trains_as_fit_does(races, kind):
    race, settings = races[kind], races[kind].settings
    problem, frame = race.problem, race.frame()
    losses = {"digits": mn.CategoricalCrossEntropy(), "series": mn.MeanSquaredError()}
    loss = losses[kind] if kind in losses else problem.loss("slopes")
    net, optimizer = Race(settings).racers[1].net, settings.entries[1].make()
    assert (len(problem.y), len(problem.test[1])) == (48, 12)
    mn.fit(net, problem.x, problem.targets, loss=loss, optimizer=optimizer, epochs=15)
    assert_close(race.racers[1].net.theta, net.theta, 1e-9)
    assert_close(np.nan_to_num(frame.pictures[1], nan=9.0), np.nan_to_num(problem.picture(net, loss), nan=9.0), 1e-6)
    x, targets = problem.held_out
    after = mn.fit(net, x, targets, loss=loss, optimizer=mn.SGD(1e-9), epochs=1)
    assert frame.test_losses[-1, 1] == pytest.approx(after.history["loss"][0], rel=1e-9)
    assert np.isnan(frame.accuracies).all() == (kind != "digits")


@pytest.mark.parametrize("kind", OF_KIND)
def test_the_landscape_of_any_kind_has_the_losses_of_the_race(kind):
    race = raced(OF_KIND[kind], 0, test=0, racers=("adam(learning_rate=0.02)",))
    for _ in range(8):
        race.advance(2)
    plane = slice_of(race)
    i, j = np.abs(plane.y - plane.paths[0, -1, 1]).argmin(), np.abs(plane.x - plane.paths[0, -1, 0]).argmin()
    if plane.samples == len(race.problem.y):
        assert plane.losses[i, j] == pytest.approx(race.frame().losses[-1, 0], rel=0.2)
    assert plane.losses.shape == (36, 36)
    assert np.isfinite(plane.losses).all()


@pytest.mark.parametrize("kind", OF_KIND)
def test_a_picture_of_any_kind_is_drawn_exported_and_says_that_it_is_lost(races, kind):
    race, view, recording = races[kind], RaceView(), Recording()
    start = Race(race.settings)
    for each in (start, race):
        view.begin(each.settings, each.problem)
        view.show(each.frame())
        view.show_standings(each.frame())
        recording.add(each.frame())
    assert view.pictures[0].layout in view.panels[0].children
    page = offline_page(race.settings, race.problem, recording)
    assert view.legend.text[:60] in page.replace("\\u", "")
    picture = view.pictures[0]
    picture.show(race.frame().pictures[0], "diverged at update 7", ())
    assert (picture.note.visible, picture.note.text) == (True, "diverged\nat update 7")
    picture.show(race.frame().pictures[0], "", ())
    assert not picture.note.visible


def test_one_view_shows_one_kind_after_another(races):
    view, settings = RaceView(), RaceSettings(points=30)
    plane = Race(settings)
    view.begin(settings, plane.problem)
    view.choose(["test", "classes"])
    assert list(view.options.labels) == ["Show test samples, as squares", "Show classes, or signs, alone, however sure"]
    first = view.pictures
    for kind, offered in (("digits", 1), ("series", 1), ("slope", 1)):
        view.begin(races[kind].settings, races[kind].problem)
        view.show(races[kind].frame())
        assert (len(view.options.labels), view.options.active) == (offered, [0])
        assert [panel.visible for panel in view.panels] == [True, True, False, False, False, False]
    view.options.active = []  # of slopes, test samples
    assert view.shown == ("classes",)
    view.begin(settings, plane.problem)
    assert (view.pictures is first, view.options.active) == (True, [1])


@pytest.mark.parametrize("name", GENERATED)
def test_a_loss_that_does_not_suit_and_inputs_that_cannot_be_chosen(name):
    problem = generated(name, 40, 0.1, 0)
    assert repr(problem.loss("automatic")) == repr(problem.loss(next(iter(problem.losses()))))
    for loss in {"squares", "cross-entropy", "absolute", "Huber", "slopes"} - set(problem.losses()):
        with pytest.raises(SettingError, match=f"Loss: {loss} is not for {problem.what}; choose automatic, .* or "):
            problem.loss(loss)
    if name not in KINDS["Classes in a plane"] | KINDS["Surfaces over a plane"]:
        with pytest.raises(SettingError, match=f"for {problem.what}, leave x1 and x2"):
            problem.with_features(("x1^2",))


# Curves with slopes.


@pytest.mark.parametrize("name", KINDS["Curves with their slopes"])
def test_slopes_are_the_derivatives_of_the_values(name):
    x, values, slopes = generated(name, 40, 0.0, 0).truth.T
    assert_close(np.gradient(values, x)[1:-1], slopes[1:-1], 0.02)
    problem = generated(name, 160, 0.0, 0)
    assert np.array_equal(problem.y, problem.truth[:, 1:])


def test_the_slope_that_is_drawn_is_that_of_the_network(races):
    race = races["slope"]
    jet = race.racers[1].net.jet(race.problem.along(), order=1)
    numbers = race.frame().pictures[1]
    assert_close(numbers[:, 0], jet.value[:, 0], 1e-6)
    assert_close(numbers[:, 1], jet.first[0, :, 0], 1e-6)
    x = race.problem.along()[:, 0]
    assert_close(np.gradient(numbers[:, 0].astype(float), x)[1:-1], numbers[1:-1, 1], 0.01)
    view = RaceView()
    view.begin(race.settings, race.problem)
    view.show(race.frame())
    drawn = view.pictures[1].sources["curve"].data
    assert np.array_equal(drawn["slope"], numbers[:, 1])
    assert list(view.pictures[1].dots[1].samples.data["y"]) == list(race.problem.y[:, 1])


def test_values_alone_can_be_learned():
    """Then the race is that of the mean square of values, and slopes are drawn all the same."""
    race = raced("sine with slope", 30, loss="squares")
    problem, net = race.problem, Race(race.settings).racers[1].net
    mn.fit(net, problem.x, problem.y[:, 0], loss=mn.MeanSquaredError(), optimizer=race.settings.entries[1].make(),
           epochs=30)  # fmt: skip
    assert_close(race.racers[1].net.theta, net.theta, 1e-9)
    assert race.frame().losses[-1, 1] == pytest.approx(np.mean((net(problem.x)[:, 0] - problem.y[:, 0]) ** 2), rel=1e-9)
    assert race.frame().pictures.shape[2] == 2


def test_a_racer_may_learn_by_a_loss_of_its_own_and_is_measured_like_the_others():
    racers = ("adam(learning_rate=0.02)", "adam(learning_rate=0.02, loss='squares')")
    race, alone = raced("sine with slope", 30, racers=racers), raced("sine with slope", 30, loss="squares")
    assert_close(race.racers[1].net.theta, alone.racers[1].net.theta, 1e-12)
    assert np.abs(race.racers[0].net.theta - race.racers[1].net.theta).max() > 0.1
    problem = race.problem
    jet = race.racers[1].net.jet(problem.x, order=1)
    ratio = problem.truth[:, 1].var() / problem.truth[:, 2].var()
    found = np.column_stack([jet.value, jet.first[0]])
    squares = np.mean((found - problem.y) ** 2, axis=0)
    assert race.frame().losses[-1, 1] == pytest.approx(squares[0] + ratio * squares[1], rel=1e-9)
    with pytest.raises(SettingError, match=r"SGD 0.1, loss='squares': .* all learn by the same one"):
        raced("moons", 0, racers=("sgd(learning_rate=0.1, loss='squares')",))
    with pytest.raises(SettingError, match="Loss: Huber is not for a curve with its slope"):
        raced("sine with slope", 0, racers=("sgd(learning_rate=0.1, loss='Huber')",))
    with pytest.raises(SettingError, match="there is no loss 'square'; did you mean 'squares'"):
        RaceSettings(racers=("sgd(learning_rate=0.1, loss='square')",))


# Digits.


def test_confusions_are_those_of_scikit_learn(races):
    race = races["digits"]
    problem, numbers = race.problem, race.frame().pictures[1]
    said = race.racers[1].net(problem.everything()[0]).argmax(axis=1)
    assert np.array_equal(numbers[:, 0], said)
    for part, true in ((slice(0, 48), problem.y), (slice(48, None), problem.test[1])):
        counts = confusion(numbers[part, 0], true)
        assert np.array_equal(counts, confusion_matrix(true, said[part], labels=range(10)))
        assert np.array_equal(counts.sum(axis=1), np.bincount(true.astype(int), minlength=10))
    assert np.trace(confusion(said[:48], problem.y)) / 48 == race.frame().accuracies[-1, 1]


def test_digits_are_drawn_class_by_class_in_proportion():
    whole = mn.datasets.digits()[1]
    problem = generated("digits", 500, 0.0, 1).split(30, 1)
    for labels, count in ((problem.y, 350), (problem.test[1], 150)):
        expected = count * np.bincount(whole) / len(whole)
        assert np.abs(np.bincount(labels.astype(int)) - expected).max() <= 1.5
    assert len(np.unique(problem.x, axis=0)) == 350
    assert len(generated("digits", 1797, 0.0, 0).y) == 1797
    with pytest.raises(SettingError, match="Points: there are 1797 digits"):
        generated("digits", 1798, 0.0, 0)


def test_each_digit_is_learned_from_before_any_is_held_out():
    problem = generated("digits", 12, 0.0, 0).split(90, 0)
    assert sorted(problem.y) == list(range(10))
    assert len(problem.test[1]) == 2
    with pytest.raises(SettingError, match=r"Test samples \(%\): .* of 10 samples none is left"):
        generated("digits", 10, 0.0, 0).split(20, 0)


def test_images_have_what_is_said_of_them_and_wrong_ones_are_marked(races):
    race, view = races["digits"], RaceView()
    view.begin(race.settings, race.problem)
    view.show(race.frame())
    picture, numbers = view.pictures[1], race.frame().pictures[1]
    x, y = race.problem.test
    answers = picture.sources["answers"].data
    assert len(answers["text"]) == min(IMAGES, 12)
    said = race.racers[1].net(x).argmax(axis=1)
    assert list(map(int, answers["text"])) == list(said)
    assert answers["colour"] == [WRONG_TEXT if wrong else RIGHT_TEXT for wrong in said != y]
    assert np.array_equal(answers["box"], said != y)
    assert np.array_equal(picture.images.data["image"][3][::-1], x[3].reshape(8, 8))
    scores = race.racers[1].net(x)
    sure = (np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)).max(axis=1)
    assert_close(answers["alpha"], 0.25 + 0.75 * sure, 1e-6)
    counts = picture.sources["test counts"].data
    assert sum(map(int, counts["text"])) == 12
    for row, column, count in zip(counts["y"], counts["x"], counts["text"], strict=True):
        assert np.sum((y == -row) & (said == column)) == int(count)
    view.choose(["classes"])
    view.show(race.frame())
    assert np.array_equal(picture.sources["answers"].data["alpha"], np.ones(12))
    assert len(numbers) == 60


def test_only_what_has_changed_is_painted_again(races):
    race, view, painted = races["digits"], RaceView(), []
    view.begin(race.settings, race.problem)
    frame = race.frame()
    view.show(frame)
    for name, source in view.pictures[1].sources.items():
        source.on_change("data", lambda attribute, old, new, name=name: painted.append(name))
    view.show(frame)
    assert painted == []
    frame.pictures[1, -1, 0] = (frame.pictures[1, -1, 0] + 1) % 10  # of one image of the test
    view.show(frame, slow=False)
    assert painted == ["answers"]
    view.show(frame)
    assert painted == ["answers", "test colours", "test counts"]


def test_a_matrix_is_blue_where_it_is_right_and_orange_where_it_is_wrong():
    counts = np.zeros((10, 10), int)
    counts[3, 3], counts[3, 8] = 4, 1
    pixels = coloured(counts)[::-1].view(np.uint8).reshape(10, 10, 4).astype(int)
    assert pixels[3, 3, 2] > pixels[3, 3, 0] + 100
    assert pixels[3, 8, 0] > pixels[3, 8, 2] + 50
    assert (pixels[[0, 8, 9], [0, 3, 9]] == 255).all()


def test_without_a_test_the_images_are_those_that_are_learned_from():
    race, view = raced("digits", 0, test=0), RaceView()
    view.begin(race.settings, race.problem)
    view.show(race.frame())
    picture = view.pictures[0]
    assert [picture.matrices[name].visible for name in ("training", "test")] == [True, False]
    said = race.racers[0].net(race.problem.x[:IMAGES]).argmax(axis=1)
    assert list(map(int, picture.sources["answers"].data["text"])) == list(said)


# Series.


@pytest.mark.parametrize("name", KINDS["Series"])
def test_a_series_is_cut_into_windows_and_what_follows_them(name):
    whole = generated(name, 100, 0.0, 2)
    problem = whole.split(25, 0)
    truth = problem.truth
    assert (problem.x.shape, problem.test[0].shape, truth.shape) == (
        (75, WINDOW, 1), (25, WINDOW, 1), (WINDOW + 100 + FUTURE,)
    )  # fmt: skip
    for number in (0, 7, 74):
        assert np.array_equal(problem.x[number, :, 0], truth[number : number + WINDOW])
        assert problem.y[number] == truth[number + WINDOW]
    assert np.array_equal(problem.test[1], truth[WINDOW + 75 : WINDOW + 100])  # the future is not learned from
    assert_close([truth.mean(), truth.std()], [0, 1], 1e-12)
    assert list(problem.times[[0, -1]]) == [WINDOW + 75 - PAST, WINDOW + 75 + FUTURE - 1]


def test_predictions_are_those_of_a_loop_by_hand(races):
    race = races["series"]
    problem, net, numbers = race.problem, race.racers[1].net, race.frame().pictures[1]
    x, y = problem.everything()
    learned = len(problem.y)
    times = problem.times - WINDOW  # the first sample predicts the value at WINDOW
    for place, time in enumerate(times):
        if time < len(y):
            assert numbers[place, 0] == pytest.approx(net(x[time : time + 1])[0, 0], abs=1e-6)
    assert np.isnan(numbers[times > len(y), 0]).all()
    assert np.isnan(numbers[times < learned, 1]).all()
    window = [*problem.x[-1, 1:, 0], problem.y[-1]]
    for said in numbers[times >= learned, 1]:
        prediction = net(np.array(window).reshape(1, WINDOW, 1))[0, 0]
        assert said == pytest.approx(prediction, abs=1e-6)
        window = [*window[1:], prediction]


def test_what_an_lstm_needs():
    for settings, match in (({"hidden": ()}, "Hidden units: .* one hidden layer"), ({"activation": "ReLU"}, "Tanh")):
        with pytest.raises(SettingError, match=match):
            raced("two sines", 0, **settings)
    deep, large = raced("two sines", 1, hidden=(4, 3)), raced("two sines", 0, gain=2.0)
    assert [type(layer).__name__ for layer in deep.racers[0].net.layers] == ["LSTM", "LSTM", "Dense"]
    plain = raced("two sines", 0).racers[0].net.layers[0]
    assert_close(large.racers[0].net.layers[0].U, 2 * plain.U, 1e-15)


def test_what_cannot_be_drawn_says_so(races):
    view = NetworkView(lambda *request: None, lambda *edit: None, lambda hidden: None, CheckboxGroup())
    for kind, race in races.items():
        view.begin(race.settings, race.problem, ["one"])
        is_drawn = kind == "slope"
        assert is_drawn == view.drawn.visible == (not view.undrawn.text)
        assert view.weights.figure.visible == (kind == "digits")
        assert (network_state(race, 0) is None) == (kind == "series")
        if not is_drawn:
            assert "X-ray" in view.undrawn.text


def test_weights_of_pixels_are_pictures(races):
    """Of each unit of the first layer, the first row above: red where they are positive, blue where negative."""
    race = races["digits"]
    view = NetworkView(
        lambda racer, then: then(network_state(race, racer)), lambda *edit: None, lambda hidden: None, CheckboxGroup()
    )
    view.begin(race.settings, race.problem, [entry.label for entry in race.settings.entries])
    view.racer.value = "1"
    weights = race.racers[1].net.layers[0].W
    pictures = np.array(view.weights.images.data["image"])
    assert pictures.shape == (weights.shape[1], 8, 8)
    red, _, blue, _ = np.moveaxis(pictures.view(np.uint8).reshape(*pictures.shape, 4).astype(int), -1, 0)
    seen = (red - blue)[:, ::-1].reshape(len(pictures), 64).T
    large = np.abs(weights) > 0.1 * np.abs(weights).max()
    assert (np.sign(seen) == np.sign(weights))[large].all()
    row, column = np.divmod(np.arange(weights.shape[1]), 8)
    assert_close([view.weights.images.data["x"], view.weights.images.data["y"]], [column, -1.25 * (row + 1)], 1e-12)


@pytest.mark.parametrize(("name", "steps"), [("A curve with its slope", 2000), ("Digits", 60), ("A series", 60)])
def test_presets_of_new_kinds_learn(name, steps):
    race = Race(PRESETS[name].settings)
    before = race.frame().losses[-1]
    race.advance(steps)
    after = race.frame().losses[-1]
    assert (after < 0.5 * before).sum() >= 2
    if name == "A curve with its slope":  # of each pair, who is told the slopes finds them
        assert (after[[0, 2]] < 0.1 * after[[1, 3]]).all()


def test_a_surface_is_learned_and_drawn_in_colours_of_its_heights():
    race = Race(
        RaceSettings(data="hills", points=200, inputs=("x1", "x2", "x1*x2"), racers=("adam(learning_rate=0.03)",))
    )
    race.advance(300)
    picture, problem = PICTURES["surface"](0), race.problem
    picture.begin(problem, ())
    picture.show(race.frame().pictures[0], "", ())
    (image,) = picture.sources["image"].data["image"]
    values = race.racers[0].net(problem.inputs(problem.grid(SIDE)))[:, 0]
    red, _, blue = image.view(np.uint8).reshape(-1, 4)[:, :3].T.astype(int)
    strong = np.abs(values) > 0.1 * problem.scale
    assert strong.any()
    assert (np.sign(red - blue)[strong] == np.sign(values)[strong]).all()
    assert network_state(race, 0).outputs[-1].shape == (SIDE**2, 1)
    assert picture.dots.samples.data["colour"][int(problem.y.argmax())][1:3] > "B0"
    assert picture.dots.samples.data["colour"][int(problem.y.argmin())][5:] > "A0"
    recording = Recording()
    recording.add(race.frame())
    page = offline_page(race.settings, problem, recording)
    assert "above 0" in page
