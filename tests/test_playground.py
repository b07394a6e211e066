"""The playground without its page: what a race is, what it does, and the process that runs it."""

import dataclasses
from time import monotonic
from urllib.parse import parse_qs

import numpy as np
import pytest

import minnet as mn
from minnet.errors import DataError, SettingError
from minnet.experiments.adam.replay import published_network
from minnet.kernels.formulas import rules
from minnet.playground import study_rows
from minnet.playground.features import FEATURES
from minnet.playground.moments import QUANTITIES, SLOTS, parameter_name
from minnet.playground.own_file import from_csv
from minnet.playground.plane import SIDE
from minnet.playground.presets import PRESETS
from minnet.playground.problems import KINDS, OWN, generated
from minnet.playground.race import Race
from minnet.playground.racers import SCHEDULES, entry
from minnet.playground.series import WINDOW
from minnet.playground.settings import RaceSettings
from minnet.playground.slices import slice_of
from minnet.playground.thinned import ThinnedHistory
from minnet.playground.worker import MOST, Worker
from minnet.study import Row
from tests.checks import assert_close

SMALL = {"points": 60, "hidden": (5,), "racers": ("sgd(learning_rate=0.3)", "adam(learning_rate=0.05)")}


# What a race is.


@pytest.mark.parametrize("name", PRESETS)
def test_an_address_leads_to_the_same_race(name):
    settings = PRESETS[name].settings
    assert RaceSettings.from_query(parse_qs(settings.query(), keep_blank_values=True)) == settings


def test_an_address_without_hidden_layers():
    settings = RaceSettings(hidden=())
    assert RaceSettings.from_query(parse_qs(settings.query(), keep_blank_values=True)).hidden == ()
    assert RaceSettings().query() == ""
    assert RaceSettings(test=40).query() == "test=40"
    settings = RaceSettings(inputs=("sin(pi*x1)", "x1^2", "x2"))
    assert RaceSettings.from_query(parse_qs(settings.query())).inputs == ("x2", "x1^2", "sin(pi*x1)")
    settings = RaceSettings(l1=1e-3, l2=0.5, dropout=20, normalization="LayerNorm")
    assert RaceSettings.from_query(parse_qs(settings.query())) == settings
    assert RaceSettings.from_query({"tab": ["Study"], "unknown": ["1"]}) == RaceSettings()


@pytest.mark.parametrize(
    ("name", "value", "match"),
    [
        ("points", "9", "Points: 9 .* from 10 to 5000"), ("points", "1e9", "Points"), ("points", "nan", "Points"),
        ("noise", "-1", r"Noise \(%\): -1 .* from 0 to 100"),
        ("noise", "inf", "Noise"), ("hidden", "8 1000", "Hidden units: 1000"), ("hidden", "8 x", "Hidden units: 'x'"),
        ("seed", "-1", "Seed"), ("seed", "1.5", "Seed: '1.5' is not a whole number"),
        ("points", "1,000", "Points: '1,000'"),
        ("inputs", "x1 x3", "Inputs: there is no 'x3'"), ("inputs", " ", "at least one"),
        ("test", "91", "Test samples .* 0 to 90"), ("test", "2.5", "Test samples"),
        ("hidden", " ".join("8" * 7), "7 hidden layers"), ("activation", "tanh", "did you mean 'Tanh'"),
        ("data", "circle", "did you mean 'circles'"), ("loss", "cross", "cross-entropy"), ("batch_size", "501", "500"),
        ("racer", "adam", "no learning rate"), ("racer", "adan(learning_rate=0.1)", "did you mean 'Adam'"),
        ("racer", "adam(learning_rate=-1)", "positive"), ("racer", "adam(learning_rate=0.1, beta=3)", "beta"),
        ("racer", "__import__('os')", "not an optimizer"), ("racer", "adam(learning_rate=0.1, schedule='x')", "x"),
        ("racer", "adam(learning_rate=0.1, average=2)", "beta"), ("racer", "a" * 300, "200"),
        ("gain", "1e9", "Scale of weights"), ("target", "-1", "Stop below loss"),
        ("horizon", "0", "Steps of schedules"), ("l1", "-0.1", "L1 penalty"), ("l2", "11", "L2 penalty: 11 .* 0 to 10"),
        ("dropout", "100", "Dropout .* 0 to 90"), ("normalization", "batch", "did you mean 'BatchNorm'"),
    ],
)  # fmt: skip
def test_an_address_that_makes_no_race(name, value, match):
    with pytest.raises(SettingError, match=match):
        RaceSettings.from_query({name: [value]})


def test_a_batch_is_of_samples_that_are_learned_from():
    assert RaceSettings(points=100, test=20, batch_size=80).batch_size == 80
    with pytest.raises(SettingError, match="81 is more than the 80 points that are not held out"):
        RaceSettings(points=100, test=20, batch_size=81)


def test_six_optimizers_at_most():
    with pytest.raises(SettingError, match="1 to 6"):
        RaceSettings.from_query({"racer": 7 * ["adam(learning_rate=0.1)"]})


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_an_entry_has_its_schedule(schedule):
    optimizer = entry(f"adam(learning_rate=0.1, schedule={schedule!r})", 1000).make(0.5)
    assert SCHEDULES[schedule](0.05, 1000)(123) == mn.schedules.as_schedule(optimizer.learning_rate)(123)


def test_an_entry_can_be_averaged():
    optimizer = entry("sgd(learning_rate=0.1, average=0.02)", 10).make()
    assert (type(optimizer), optimizer.beta) == (mn.Averaged, 0.02)


# Problems.

CURVES = [*KINDS["Curves"]]
PLANES_AND_CURVES = [*KINDS["Classes in a plane"], *CURVES]


@pytest.mark.parametrize("name", PLANES_AND_CURVES)
def test_problems_are_what_they_say(name):
    problem = generated(name, 101, 0.0, 3)
    assert problem.x.shape == (101, 1 if name in CURVES else 2)
    assert set(problem.y) == set(range(problem.classes)) if problem.classes else np.isfinite(problem.y).all()
    low, high = problem.box
    drawn = np.column_stack([problem.x, problem.y])[:, :2]
    assert (low < drawn.min(axis=0)).all()
    assert (high > drawn.max(axis=0)).all()
    again = generated(name, 101, 0.0, 3)
    assert np.array_equal(problem.x, again.x)


def test_spirals_and_xor_are_classes_that_a_rule_tells_apart():
    problem = generated("spiral", 400, 0.0, 0)
    radius, angle = np.hypot(*problem.x.T), np.arctan2(problem.x[:, 1], problem.x[:, 0])
    assert_close(np.cos(angle - 3 * np.pi * radius / 2.5), 1 - 2 * problem.y, 1e-9)
    problem = generated("xor", 400, 0.0, 0)
    assert np.array_equal(problem.x[:, 0] * problem.x[:, 1] < 0, problem.y == 1)


@pytest.mark.parametrize("name", PLANES_AND_CURVES)
@pytest.mark.parametrize("percent", [1, 30, 90])
def test_what_is_held_out_and_what_is_learned_from_are_all_samples(name, percent):
    whole = generated(name, 101, 0.1, 3)
    problem = whole.split(percent, 5)
    x, y = problem.test
    assert len(y) == round(1.01 * percent)
    together = np.column_stack([np.concatenate([problem.x, x]), np.concatenate([problem.y, y])])
    assert sorted(map(tuple, together)) == sorted(map(tuple, np.column_stack([whole.x, whole.y])))
    if whole.classes:
        expected = np.bincount(whole.y.astype(int)) * len(problem.y) / 101
        assert np.abs(np.bincount(problem.y.astype(int)) - expected).max() <= 1
    assert [*map(list, problem.box)] == [*map(list, whole.box)]
    assert np.array_equal(whole.split(percent, 5).x, problem.x)
    assert not np.array_equal(whole.split(percent, 6).test[0], x)


def test_a_rare_class_stays_to_be_learned_and_without_a_test_nothing_changes():
    problem = dataclasses.replace(generated("moons", 50, 0.1, 0), y=(np.arange(50) == 7) * 1.0)
    assert problem.split(90, 0).y.sum() == 1
    assert problem.split(0, 0) is problem


LINES = "\n".join(f"{i / 10},{(i / 10) ** 2}" for i in range(30))
PLANE = "\n".join(f"{i % 5},{i // 5},{'ab'[i % 2]}" for i in range(30))


def test_own_files_are_curves_or_planes():
    curve = from_csv("time,height\n" + LINES)
    assert (curve.classes, curve.names, curve.x.shape) == (0, ("time", "height"), (30, 1))
    assert_close(curve.y.mean(), 0, 1e-12)
    assert_close(curve.y.std(), 1, 1e-12)
    plane = from_csv("u;v;kind\n" + PLANE.replace(",", ";"))
    assert (plane.classes, plane.names, plane.x.shape) == (2, ("u", "v", "kind"), (30, 2))


def test_a_column_of_an_own_file_is_a_series():
    """Cut into windows, scaled, and drawn on its own: nobody knows how it goes on."""
    values = np.sin(np.arange(80) / 3) + 5
    race = Race(RaceSettings(data=OWN, test=25, hidden=(3,), racers=("sgd(learning_rate=0.1)",)),
                "height\n" + "\n".join(map(repr, values.tolist())))  # fmt: skip
    problem, scaled = race.problem, (values - values.mean()) / values.std()
    assert (problem.kind, problem.names, problem.x.shape) == ("series", ("height", "next height"), (48, WINDOW, 1))
    assert_close(problem.known, scaled, 1e-12)
    assert np.isnan(problem.truth).all()
    assert np.isfinite(problem.box).all()
    race.advance(1)
    assert np.isfinite(race.frame().pictures[0, :, 1][-60:]).all()
    with pytest.raises(DataError, match="20 values; series of 26 to 5016"):
        from_csv("height\n" + "\n".join(map(str, range(20))))


def test_names_of_own_files_are_those_of_its_columns():
    for header in ('"a,b","c",kind', '\n\n"a,b", c ,kind'):
        assert from_csv(f"{header}\n{PLANE}").names == ("a,b", "c", "kind")


def test_some_samples_are_of_all_the_curve():
    x, y = generated("sine", 5000, 0.0, 0).subset(300)
    assert len(x) == len(y) <= 300
    assert (x[0], x[-1]) == (-1, 1)
    assert np.diff(x[:, 0]).max() < 2 * 2 / 300


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("u,v,kind\n" + "\n".join(f"0.1,{i},{i % 2}" for i in range(30)), "same in all"),
        ("u,v,kind\n" + "\n".join(f"{(-1) ** i * 1e308},{i},{i % 2}" for i in range(30)), "cannot be scaled"),
        ("x,y\n1,2\n", "1 samples"), ("", "empty"),
        ("x,y,z,w\n" + "\n".join("1,2,3,4" for _ in range(20)), "4 columns"),
        ("x,y\n" + LINES + "\n1,x", "finite"), ("u,v,kind\n" + "\n".join(f"{i},{i},{i}" for i in range(20)), "20 diff"),
        ("x,y\n" + "\n".join("1,2" for _ in range(20)), "same in all"), ("x,y\n" + LINES + "\n1", "1 cells"),
        ("x,y\n" + LINES + "\n1,$5", r"line 32, column 'y': '\$5' .*\(write 5\)"),
        ("u,v,kind\n" + PLANE + "\n1,2,A", "'A' is 'a' spelt otherwise"),
        ("u,v,kind\n" + PLANE + "\n1,2,-", "no value"),
        ("x" * 2_000_000, "2,000,000"), ("x,y\n" + "\n".join(f"{i},5" for i in range(20)), "not all the same"),
        ("x,y\n" + "\n".join(f"{i},{[0.1, 0.10000000000000002][i % 2]!r}" for i in range(20)), "not all the same"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_raced_on(text, match):
    with pytest.raises(DataError, match=match):
        from_csv(text)


def test_losses_suit_the_problem():
    plane, curve, three = (generated(name, 50, 0.1, 0) for name in ("moons", "sine", "blobs"))
    assert [type(p.loss("automatic")) for p in (plane, curve, three)] == [
        mn.BinaryCrossEntropy, mn.MeanSquaredError, mn.CategoricalCrossEntropy
    ]  # fmt: skip
    for problem, name in ((plane, "Huber"), (curve, "cross-entropy")):
        with pytest.raises(SettingError, match="choose"):
            problem.loss(name)
    outputs = np.array([[0.0, 1.0, 2.0]])
    assert_close(three.probabilities(outputs, three.loss("automatic")), np.exp(outputs) / np.exp(outputs).sum(), 1e-12)
    assert_close(plane.probabilities(np.array([[2.0]]), plane.loss("automatic"))[0, 1], 1 / (1 + np.exp(-2)), 1e-12)


# The race.


def test_a_race_trains_as_fit_does():
    """In whatever pieces it is advanced."""
    settings = RaceSettings(**SMALL)
    race = Race(settings)
    for steps in (1, 2, 30, 1, 66):
        race.advance(steps)
    x, y = race.problem.x, race.problem.targets
    for number, racer in enumerate(race.racers):
        net = Race(settings).racers[number].net
        mn.fit(net, x, y, loss=mn.BinaryCrossEntropy(), optimizer=settings.entries[number].make(), epochs=100)
        assert_close(racer.net.theta, net.theta, 1e-9)
    assert race.step == 100


@pytest.mark.parametrize("data", ["moons", "blobs", "sine"])
def test_nobody_is_trained_on_test_samples(data):
    """The race is that of `fit` on the rest, and the losses are of either."""
    settings = RaceSettings(**SMALL, data=data, test=25)
    race = Race(settings)
    start = [racer.net.theta.copy() for racer in race.racers]
    race.advance(40)
    problem, frame = race.problem, race.frame()
    assert (len(problem.y), len(problem.test[1])) == (45, 15)
    for number, racer in enumerate(race.racers):
        net = Race(settings).racers[number].net
        assert np.array_equal(net.theta, start[number])
        optimizer = settings.entries[number].make()
        mn.fit(net, problem.x, problem.targets, loss=problem.loss("automatic"), optimizer=optimizer, epochs=40)
        assert_close(racer.net.theta, net.theta, 1e-9)
        x, y = problem.test
        targets = np.eye(3)[y.astype(int)] if data == "blobs" else y[:, np.newaxis]
        assert frame.test_losses[-1, number] == pytest.approx(racer.loss(net(x), targets)[0], rel=1e-9)
        assert frame.losses[-1, number] == pytest.approx(racer.loss(net(problem.x), problem.targets)[0], rel=1e-9)


@pytest.mark.parametrize("test", [0, 25])
def test_a_network_learns_from_the_inputs_that_are_chosen(test):
    """As `fit` does from the columns, in training, test, pictures and the plane through its weights."""
    settings = RaceSettings(**SMALL, test=test, inputs=("sin(pi*x2)", "x1*x2", "x2^2"))
    assert settings.inputs == ("x2^2", "x1*x2", "sin(pi*x2)")
    race = Race(settings)
    net = Race(settings).racers[0].net
    race.advance(50)

    def columns(x):
        return np.stack([x[:, 1] * x[:, 1], x[:, 0] * x[:, 1], np.sin(np.pi * x[:, 1])], axis=1)

    problem, optimizer, frame = race.problem, settings.entries[0].make(), race.frame()
    mn.fit(net, columns(problem.x), problem.targets, loss=mn.BinaryCrossEntropy(), optimizer=optimizer, epochs=50)
    assert_close(race.racers[0].net.theta, net.theta, 1e-9)
    assert_close(frame.pictures[0][:, 1], 1 / (1 + np.exp(-net(columns(problem.grid(SIDE)))[:, 0])), 1e-6)
    if test:
        x, y = problem.test
        expected = mn.BinaryCrossEntropy()(net(columns(x)), y[:, np.newaxis])[0]
        assert frame.test_losses[-1, 0] == pytest.approx(expected, rel=1e-9)
    plane = slice_of(race)
    assert plane.losses.min() < 1.5 * frame.losses[-1].min()


def test_a_product_of_coordinates_tells_xor_apart_without_hidden_units():
    for inputs, learned in ((("x1", "x2"), False), (("x1*x2",), True)):
        race = Race(RaceSettings(data="xor", noise=0.0, hidden=(), inputs=inputs, racers=("adam(learning_rate=0.1)",)))
        race.advance(300)
        assert (race.frame().accuracies[-1, 0] > 0.97) == learned


def test_features_have_their_names_and_a_curve_has_none():
    problem = Race(RaceSettings(inputs=tuple(FEATURES), points=20)).problem
    assert problem.input_names == ("x₁", "x₂", "x₁²", "x₂²", "x₁ · x₂", "sin πx₁", "sin πx₂")
    assert generated("moons", 20, 0.1, 0).input_names == ("x₁", "x₂")
    assert Race(RaceSettings(data="sine", points=20)).problem.input_names == ("x",)
    for data, text in (("sine", ""), ("csv", "x,y\n" + LINES)):
        with pytest.raises(SettingError, match="for a curve, leave x1 and x2"):
            Race(RaceSettings(data=data, inputs=("x1^2",)), text)


def test_the_default_inputs_are_the_samples_themselves():
    problem = Race(RaceSettings(points=20)).problem
    assert problem.inputs(problem.x) is problem.x


def test_without_a_test_there_is_no_test_loss():
    assert np.isnan(Race(RaceSettings(**SMALL)).frame().test_losses).all()


def test_of_an_own_file_a_test_is_held_out_too():
    problem = Race(RaceSettings(data="csv", test=20), "u,v,kind\n" + PLANE).problem
    assert (len(problem.y), len(problem.test[1])) == (24, 6)


@pytest.mark.parametrize("pieces", [(140,), (1,) * 140, (5, 35, 3, 97), (6, 1, 1, 1, 50, 81)])
def test_batches_are_the_same_in_whatever_pieces(pieces):
    settings = RaceSettings(**SMALL, batch_size=9)  # 7 updates in an epoch
    race, other = Race(settings), Race(settings)
    for steps in pieces:
        race.advance(steps)
    for _ in range(20):
        other.advance(7)
    for one, two in zip(race.racers, other.racers, strict=True):
        assert (one.step.state.t, one.run.epoch) == (140, 20)
        assert_close(one.net.theta, two.net.theta, 1e-8)


def test_all_start_alike_and_first_weights_can_be_large():
    race, large = Race(RaceSettings(**SMALL)), Race(RaceSettings(**SMALL, gain=3.0))
    assert np.array_equal(race.racers[0].net.theta, race.racers[1].net.theta)
    assert_close(large.racers[0].net.layers[0].W, 3 * race.racers[0].net.layers[0].W, 1e-15)


def test_a_frame_says_how_it_stands():
    race = Race(RaceSettings(**SMALL))
    race.advance(300)
    frame = race.frame()
    loss, accuracy = race.racers[1].measures()
    assert (frame.losses[-1, 1], frame.accuracies[-1, 1], frame.steps[-1]) == (loss, accuracy, 300)
    scores = race.racers[1].net(race.problem.x)[:, 0]
    assert accuracy == np.mean((scores > 0) == race.problem.y)
    assert loss == pytest.approx(mn.BinaryCrossEntropy()(scores[:, None], race.problem.targets)[0], rel=1e-12)
    assert frame.pictures.shape == (2, SIDE**2, 2)
    assert_close(frame.pictures.sum(axis=2), np.ones((2, SIDE**2)), 1e-6)


def test_one_diverges_and_the_others_go_on():
    race = Race(RaceSettings(data="sine", points=50, hidden=(8,), activation="ReLU", noise=0.0,
                             racers=("sgd(learning_rate=1000)", "sgd(learning_rate=0.01)")))  # fmt: skip
    for _ in range(5):
        race.advance(100)
    assert race.racers[0].state == f"diverged at update {race.racers[0].step.state.t}"
    assert race.racers[1].state == ""
    frame = race.frame()
    assert np.isnan(frame.losses[-1, 0])
    assert np.isfinite(frame.losses[-1, 1])
    assert not race.over


def test_who_has_arrived_stops():
    race = Race(RaceSettings(**SMALL, target=0.6))
    while not race.over and race.step < 5000:
        race.advance(10)
    assert race.over
    assert all("arrived" in racer.state for racer in race.racers)
    assert race.history.values[-1][:, 0].max() < 0.6


def test_history_is_thinned_and_keeps_both_ends():
    history = ThinnedHistory(16)
    for step in range(1001):
        history.add(step, np.array([step]))
    steps, values = history.arrays()
    assert len(steps) <= 17
    assert (steps[0], steps[-1]) == (0, 1000)
    assert np.array_equal(steps, values[:, 0])
    assert np.diff(steps).max() <= 4 * np.diff(steps)[:-1].min()


def test_what_a_race_keeps_does_not_grow_with_its_updates():
    race = Race(RaceSettings(points=20, hidden=(2,), batch_size=10))
    for steps in (1, 3, 400):
        race.advance(steps)
    assert [racer.run.epoch for racer in race.racers] == [202] * len(race.racers)
    assert all(racer.run.history.history == {} for racer in race.racers)


def test_symmetric_start_learns_nothing_but_the_bias():
    race = Race(dataclasses.replace(PRESETS["Broken: symmetric start"].settings, points=100))
    race.advance(200)
    assert_close(race.history.values[-1][:, 0], np.full(4, np.log(2)), 1e-3)


# Moments.


def test_every_rule_has_its_slots():
    every = {rule for rule in vars(rules).values() if isinstance(rule, rules.Rule)} - {rules.AVERAGE}
    assert set(SLOTS) == every
    for rule, places in SLOTS.items():
        assert all(place is None or place < rule.slots for place in places)


def test_moments_of_a_weight_follow_the_formulas():
    """Adam's, by hand, from the gradients that were seen."""
    settings = RaceSettings(**SMALL | {"racers": ("adam(learning_rate=0.1)", "sgd(learning_rate=0.1)")})
    race = Race(settings)
    race.watch(7)
    for _ in range(6):
        race.advance(1)
    values = race.frame().moments.values  # steps, racers, quantities
    value, gradient, first, second, step = (values[:, 0, i] for i in range(len(QUANTITIES)))
    m = v = 0.0
    for t in range(1, 7):
        m, v = 0.9 * m + 0.1 * gradient[t], 0.999 * v + 0.001 * gradient[t] ** 2
        assert_close([first[t], second[t]], [m, v], 1e-12)
        move = -0.1 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        assert_close(step[t], move, 1e-6)
        assert_close(value[t] - value[t - 1], step[t], 1e-12)
    plain = values[1:, 1]
    assert np.isnan(plain[:, 2:4]).all()
    assert_close(plain[:, 4], -0.1 * plain[:, 1], 1e-12)


def test_parameters_have_names():
    net = published_network([3, 4], small=False)
    names = [parameter_name(net, i) for i in range(net.n_parameters)]
    assert len(set(names)) == net.n_parameters
    net.theta = np.arange(net.n_parameters)
    assert names[int(net.layers[2].W[1, 3])] == "layer 2, W[1, 3]"


# Slices.


def test_a_slice_shows_the_losses_that_the_race_had():
    settings = RaceSettings(**SMALL | {"racers": ("sgd(learning_rate=0.3)",)})
    race = Race(settings)
    for _ in range(20):
        race.advance(5)
    before = race.racers[0].net.theta.copy()
    plane = slice_of(race)
    assert np.array_equal(race.racers[0].net.theta, before)
    assert 0.9 < sum(plane.explained) <= 1 + 1e-12
    i, j = np.abs(plane.y - plane.paths[0, -1, 1]).argmin(), np.abs(plane.x - plane.paths[0, -1, 0]).argmin()
    assert plane.losses[i, j] == pytest.approx(race.history.values[-1][0, 0], rel=0.2)


def test_one_that_diverges_does_not_hide_the_plane_of_the_others():
    race = Race(RaceSettings(data="sine", points=50, hidden=(8, 8, 8), activation="ReLU", noise=0.0,
                             racers=("sgd(learning_rate=1e200)", "adam(learning_rate=1e100)",
                                     "sgd(learning_rate=0.01)")))  # fmt: skip
    for _ in range(20):
        race.advance(5)
    plane = slice_of(race)
    assert np.isfinite(plane.losses).all()
    assert np.isfinite(plane.paths[2]).all()
    assert np.isfinite(plane.paths[:, 0]).all()
    assert np.isnan(plane.paths[:2, 1:]).all()
    assert np.ptp(plane.x) < 100


def test_a_slice_of_a_race_that_has_not_begun():
    assert np.isfinite(slice_of(Race(RaceSettings(**SMALL))).losses).all()


# The process.


@pytest.fixture
def worker():
    errors = []
    worker = Worker(errors.append)
    worker.errors = errors
    yield worker
    worker.close()
    assert not worker.alive


def answer(worker, request, *arguments):
    """What the process answers; its message if that is an error."""
    answers, errors = [], len(worker.errors)
    worker.request(request, *arguments, then=answers.append)
    end = monotonic() + 60
    while not answers and len(worker.errors) == errors and monotonic() < end:
        worker.poll()
    return answers[0] if answers else worker.errors[-1]


def test_the_process_races(worker):
    problem, net, frame = answer(worker, "begin", RaceSettings(**SMALL), "")
    assert (problem.classes, net.n_inputs, frame.step) == (2, 2, 0)
    frame, running = answer(worker, "step")
    assert (frame.step, running) == (1, False)
    answer(worker, "run", None)
    first, running = answer(worker, "frame")
    while (later := answer(worker, "frame")[0]).step < first.step + 1000:
        assert running
    frame, running = answer(worker, "pause")
    assert not running
    assert frame.step >= later.step
    assert answer(worker, "frame")[0].step == frame.step
    race = Race(RaceSettings(**SMALL))
    race.advance(frame.step)
    assert_close(race.frame().losses[-1], frame.losses[-1], 1e-4)


def test_large_requests_and_large_answers_do_not_wait_for_each_other(worker):
    settings = RaceSettings(data="csv", hidden=(4,), racers=("adam(learning_rate=0.01)",) * 6)
    text = "u,v,kind\n" + "\n".join(f"{i % 50 / 7:.60f},{i // 50 / 7:.60f},{i % 7}" for i in range(5000))
    answer(worker, "begin", settings, text)
    answers = []
    for _ in range(3):
        worker.request("frame", then=answers.append)
        worker.request("begin", settings, text, then=answers.append)
    end = monotonic() + 60
    while len(answers) < 6 and monotonic() < end:
        worker.poll()
    assert len(answers) == 6


def test_what_goes_wrong_in_the_process_is_shown(worker):
    assert "1 samples" in answer(worker, "begin", RaceSettings(data="csv"), "a,b\n1,2")
    assert answer(worker, "frame") is None
    assert "no attribute" in answer(worker, "nonsense")
    worker.process.kill()
    worker.process.join()
    assert "has ended" in answer(worker, "frame")


def test_no_more_requests_wait_than_a_visitor_makes(worker):
    answers = []
    for _ in range(MOST + 7):
        worker.request("frame", then=answers.append)
    assert len(worker.errors) == 7
    assert f"behind by {MOST} requests" in worker.errors[0]
    end = monotonic() + 60
    while len(answers) < MOST and monotonic() < end:
        worker.poll()
    assert (len(answers), worker.busy) == (MOST, False)


def test_the_process_answers_for_landscapes_and_studies(worker):
    entries = RaceSettings(racers=("sgd(learning_rate=0.25)",)).entries
    (path,) = answer(worker, "trajectories", "saddle", (1.0, 1.0), 2, 1.0, entries)
    assert path.tolist() == [[1, 1], [0.5, 1.5], [0.25, 2.25]]
    run = {"optimizer": "gradient descent", "learning_rate": 0.1, "n": 50, "hidden": [4], "steps": 3}
    assert answer(worker, "replay", run, 10).shape == (100,)
    assert answer(worker, "slice") is None


# Rows of studies.


def row(settings, metrics=None, error=None, study="s"):
    return Row(study, str(settings), settings, 0, 0, metrics or {}, error, "", 1.0, {}, "")


def test_rows_are_filtered_by_what_varies():
    rows = [row({"n": n, "rate": rate, "hidden": [4, 4]}) for n in (100, 20) for rate in (0.1, 0.01)]
    assert study_rows.varying(rows) == {"n": ["20", "100"], "rate": ["0.01", "0.1"]}
    assert study_rows.filtered(rows, {}) == rows
    assert study_rows.filtered(rows, {"n": ["20"], "rate": []}) == rows[2:]
    assert study_rows.filtered(rows, {"n": ["20"], "rate": ["0.1"]}) == [rows[2]]
    assert study_rows.filtered([row({"m": 1})], {"n": ["20"]}) == []


def test_curves_and_when_they_are_below():
    one = row({}, {"loss": [3.0, 2.0, 1.0, 0.5], "final": 0.5})
    other = row({}, {"losses": [3.0, 1.0, 2.0], "epochs": [0, 10, 20], "name": "text"})
    assert study_rows.curves([one, other]) == ["loss", "losses"]
    assert study_rows.numbers([one, other]) == ["final"]
    assert study_rows.steps_below(one, 1.5) == 2  # updates
    assert study_rows.steps_below(other, 1.5) == 10
    assert np.isnan(study_rows.steps_below(one, 0.1))
    assert np.isnan(study_rows.steps_below(row({}), 0.1))


def test_metrics_of_any_kind_do_no_harm():
    rows = [row({}, {"loss": value}) for value in (0.3, "text", [1.0, "a", 2.0], [1.0, [2.0], 3.0], {"a": 1}, None)]
    assert study_rows.curves(rows) == []
    assert all(np.isnan(study_rows.steps_below(one, 0.5)) for one in rows)
    assert study_rows.steps_below(row({}, {"loss": [1.0, None, 0.1]}), 0.5) == 2


def test_only_runs_that_settings_say_everything_of_are_replayed():
    settings = {"optimizer": "Adam", "learning_rate": 0.1, "n": 50, "hidden": [4], "steps": 3}
    assert study_rows.can_be_replayed(row(settings))
    assert study_rows.can_be_replayed(row(settings | {"small": False}))
    assert not study_rows.can_be_replayed(row(settings | {"seed": 3}))  # a fair run: other data, other first weights
    assert not study_rows.can_be_replayed(row(settings | {"optimizer": ["Adam"]}))
