"""What the playground draws, writes and reads, without a browser: samples, numbers, files, widgets, plots."""

import base64
import importlib
import inspect
import logging
import re
from html import unescape
from types import SimpleNamespace

import numpy as np
import pytest

from minnet.errors import DataError, SettingError
from minnet.playground import browser, study_rows
from minnet.playground.numbers import Number, with_points
from minnet.playground.own_file import decoded, from_csv
from minnet.playground.presets import PRESETS
from minnet.playground.problems import OWN
from minnet.playground.race import Race
from minnet.playground.sampling import representative, shares
from minnet.playground.settings import RaceSettings
from minnet.playground.slices import slice_of
from minnet.study import Row

pytest.importorskip("bokeh", reason="the playground needs Bokeh")

from bokeh.document import Document
from bokeh.events import DocumentReady
from bokeh.models import Div
from bokeh.server.connection import ServerConnection

from minnet.playground.announcer import Announcer, standing
from minnet.playground.controls import NO_OPTIMIZER, Controls
from minnet.playground.export import Recording, offline_page
from minnet.playground.landscape_view import LandscapeView
from minnet.playground.lesson import PARTS, TABS
from minnet.playground.page import Page
from minnet.playground.picture import PANEL, SHOWN
from minnet.playground.pictures import PICTURES
from minnet.playground.race_view import RaceView
from minnet.playground.server import CLOSED, LOGGED, Playground, make_server
from minnet.playground.study_view import StudyView
from minnet.playground.theme import CLASS_COLOURS, COLOURS, luminance, markers, rgba
from minnet.playground.xray_view import XrayView

DIVERGING = RaceSettings(data="sine", points=50, hidden=(8,), activation="ReLU", noise=0.0,
                         racers=("sgd(learning_rate=1000)", "sgd(learning_rate=0.01)"))  # fmt: skip

# Samples that are drawn.


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (np.arange(500) % 2, [125, 125]),
        (np.sort(np.arange(500) % 2), [125, 125]),
        (np.arange(500) // 2 % 2, [125, 125]),
        (np.arange(1000) % 3, [84, 83, 83]),
        ((np.arange(5000) % 100 == 0).astype(int), [247, 3]),  # 247.5 and 2.5
        ((np.arange(5000) == 77).astype(int), [249, 1]),
        (np.minimum(np.arange(5000), 6), [1, 1, 1, 1, 1, 1, 244]),
        (np.arange(249) % 2, [125, 124]),
        (np.arange(250) % 2, [125, 125]),
        (np.arange(251) % 2, [125, 125]),
    ],
)
def test_classes_are_drawn_in_the_proportions_of_the_data(labels, expected):
    x = np.column_stack([np.arange(len(labels)), labels])
    chosen = representative(x, labels.astype(float), labels.max() + 1, 250)
    assert np.all(np.abs(np.bincount(labels[chosen]) - expected) <= 1)
    assert (len(set(chosen)), list(chosen)) == (min(len(x), 250), sorted(chosen))


def test_samples_of_a_class_are_of_all_of_it():
    """Whatever their order: neighbours alternate between two places, so that every second one would show one place."""
    labels, place = np.arange(4000) % 2, np.arange(4000) // 2 % 2
    chosen = representative(np.column_stack([place, labels]), labels.astype(float), 2, 250)
    for label in range(2):
        assert 0.35 < place[chosen][labels[chosen] == label].mean() < 0.65


def test_shares_are_proportional_with_the_given_sum():
    rng = np.random.default_rng(0)
    for _ in range(100):
        counts = rng.integers(1, 1000, rng.integers(2, 8))
        total = int(rng.integers(len(counts), counts.sum()))
        parts = shares(counts, total)
        assert parts.sum() == total
        assert (parts <= counts).all()
        exact = total * counts / counts.sum()
        assert (np.abs(parts - exact) < 1)[exact >= 1].all() or (exact < 1).any()


def test_a_curve_is_drawn_in_all_its_parts_whatever_its_order():
    x = np.linspace(0, 1, 1000)
    two = np.where(np.arange(1000) % 2, 1.0, -1.0)  # two branches, measured in turns
    for order in (np.arange(1000), np.random.default_rng(1).permutation(1000)):
        chosen = representative(x[order, np.newaxis], two[order], 0, 250)
        drawn = np.sort(x[order][chosen])
        assert (drawn[0], drawn[-1]) == (0, 1)
        assert np.diff(drawn).max() < 0.01
        assert 0.35 < (two[order][chosen] > 0).mean() < 0.65


@pytest.mark.parametrize("name", ["spiral", "xor", "moons", "circles", "blobs"])
def test_the_race_and_its_export_show_all_classes(name):
    settings = RaceSettings(data=name, racers=("adam(learning_rate=0.01)",))
    race, view, recording = Race(settings), RaceView(), Recording()
    view.begin(settings, race.problem)
    colours = view.pictures[0].dots.samples.data["colour"]
    assert len(colours) == SHOWN
    for label in range(race.problem.classes):
        share = np.mean(race.problem.y == label)
        assert abs(colours.count(CLASS_COLOURS[label]) - share * SHOWN) <= 1
    recording.add(race.frame())
    page = offline_page(settings, race.problem, recording)
    assert all(page.count(f'"{colour}"') > 50 for colour in CLASS_COLOURS[: race.problem.classes])


@pytest.mark.parametrize("data", ["circles", "sine"])
def test_test_samples_are_shown_when_asked_for(data):
    settings, calls = RaceSettings(data=data, points=100, test=20), []
    race, recording, view = Race(settings), Recording(), RaceView(lambda: calls.append(1))
    view.begin(settings, race.problem)
    view.show(race.frame())
    view.show_standings(race.frame())
    recording.add(race.frame())
    dots = [picture.dots for picture in view.pictures[:4]]
    assert not any(each.squares.visible for each in dots)
    view.choose(["test", "unknown"])
    assert (view.shown, len(calls)) == (("test",), 1)
    assert all(each.squares.visible for each in dots)
    assert "squares: of the test" in view.legend.text
    drawn = dots[2].tests.data
    assert (len(drawn["x"]), len(dots[2].samples.data["x"])) == (20, 80)
    held_out = race.problem.test
    assert list(drawn["y"]) == list(held_out[0][:, 1] if data == "circles" else held_out[1])
    assert view.curves.data["test1"][-1] == race.racers[1].test_loss()
    assert f"<td>{race.racers[1].test_loss():.3g}</td>" in view.standings.text
    assert view.loss.title.text == "Loss of training samples; pale: test"
    for shown in ((), ("test",)):
        page = offline_page(settings, race.problem, recording, shown)
        assert ("squares: of the test" in page) == bool(shown)
        assert f"test loss {race.racers[1].test_loss():.3g}" in page
        assert "20 % of the samples held out" in page


def test_classes_alone_are_drawn_as_if_certain():
    probabilities = np.array([[0.51, 0.49], [0.2, 0.8], [1.0, 0.0], [np.nan, np.nan]])
    sure = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [np.nan, np.nan]])
    assert np.array_equal(rgba(probabilities, 2, alone=True), rgba(sure, 2))
    assert not np.array_equal(rgba(probabilities, 2), rgba(sure, 2))
    three = np.array([[0.3, 0.3, 0.4], [0.1, 0.5, 0.4], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]])
    assert np.array_equal(rgba(three, 2, alone=True), rgba(np.eye(3)[[2, 1, 0, 2]], 2))


@pytest.mark.parametrize("data", ["circles", "blobs"])
def test_the_race_and_its_export_show_classes_alone(data):
    settings = RaceSettings(data=data, points=60, racers=("adam(learning_rate=0.01)",))
    race, view, recording = Race(settings), RaceView(), Recording()
    view.begin(settings, race.problem)
    race.advance(20)
    recording.add(race.frame())
    colours = {}
    for shown in ((), ("classes",)):
        view.choose(shown)
        view.show(race.frame())
        assert ("paler" in view.legend.text) == (not shown)
        colours[shown] = len(np.unique(view.pictures[0].sources["image"].data["image"][0]))
    assert colours[()] > 10 > race.problem.classes >= colours["classes",] > 1
    pages = [offline_page(settings, race.problem, recording, shown) for shown in ((), ("classes",), ("test",))]
    images = [re.findall(r'"image",\[.{1,400}', page)[0] for page in pages]
    assert images[0] == images[2] != images[1]


def test_without_a_test_nothing_is_said_of_one():
    settings = RaceSettings(points=50)
    race, recording, view = Race(settings), Recording(), RaceView()
    view.begin(settings, race.problem)
    view.show_standings(race.frame())
    recording.add(race.frame())
    page = offline_page(settings, race.problem, recording)
    assert view.loss.title.text == "Loss of all samples"
    assert view.accuracy.title.text == "Accuracy on all samples"
    for text in (view.standings.text, page):
        assert "test loss" not in text
        assert "held out" not in text


# Numbers.


@pytest.mark.parametrize(
    ("text", "value"), [("0,01", 0.01), (" 1.5 ", 1.5), ("1e-2", 0.01), ("-0,5e-1", -0.05), (",5", 0.5), ("2", 2)]
)
def test_numbers_have_points_or_commas(text, value):
    assert Number("Noise", -1, 2).read(text) == value


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "'' is not a number"), ("1,2,3", "not a number"), ("x", "not a number; a number from 0 to 2"),
        ("nan", "not a number"), ("2,5", "Noise: 2.5 is out of range; a number from 0 to 2 is needed"),
    ],
)  # fmt: skip
def test_what_is_no_number_or_out_of_range(text, match):
    with pytest.raises(SettingError, match=match):
        Number("Noise", 0, 2).read(text)


def test_whole_numbers():
    number = Number("Points", 10, 5000, whole=True)
    assert isinstance(number.read("500"), int)
    for text in ("10.5", "1,000"):
        with pytest.raises(SettingError, match=f"Points: '{text}' is not a whole number.* from 10 to 5000"):
            number.read(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("momentum=0,9, nesterov=True", "momentum=0.9, nesterov=True"),
        ("beta_1=0,9,beta_2=0,99", "beta_1=0.9,beta_2=0.99"), ("epsilon=1,5e-8", "epsilon=1.5e-8"),
        ("momentum=0.9, nesterov=True", "momentum=0.9, nesterov=True"), ("rho=1, epsilon=2", "rho=1, epsilon=2"),
    ],
)  # fmt: skip
def test_arguments_with_decimal_commas(text, read):
    assert with_points(text) == read


# The controls.


@pytest.fixture
def controls():
    calls = []
    controls = Controls(lambda: calls.append(1))
    controls.calls = calls
    controls.show(RaceSettings())
    return controls


def test_what_is_shown_is_what_is_read(controls):
    for preset in PRESETS.values():
        controls.show(preset.settings)
        assert controls.settings() == preset.settings
    other = RaceSettings(
        test=35, inputs=("x1*x2", "sin(pi*x1)"), l1=1e-3, l2=0.5, dropout=20, normalization="BatchNorm"
    )
    controls.show(other)
    assert controls.settings() == other
    assert controls.calls == []


def test_an_empty_lane_has_forgotten_its_last_optimizer(controls):
    controls.show(PRESETS["Schedules"].settings)
    controls.show(PRESETS["A curve"].settings)
    controls.fields[4].name.value = "Adam"
    assert controls.settings().racers[4] == "adam(learning_rate=0.01)"
    lane = controls.fields[0]
    lane.rate.value, lane.schedule.value, lane.arguments.value = "0.5", "cosine", "momentum=0.9"
    calls = len(controls.calls)
    lane.name.value = NO_OPTIMIZER
    assert len(controls.calls) == calls + 1
    lane.name.value = "SGD"
    assert controls.settings().racers[0] == "sgd(learning_rate=0.01)"


def test_decimal_commas_in_all_fields(controls):
    controls.numbers["noise"].value = "2,5"
    controls.fields[0].rate.value, controls.fields[0].arguments.value = "0,05", "momentum=0,9"
    settings = controls.settings()
    assert (settings.noise, settings.racers[0]) == (2.5, "sgd(learning_rate=0.05, momentum=0.9)")


@pytest.mark.parametrize(
    ("name", "text", "match"),
    [
        ("points", "9", "Points: 9 is out of range; a whole number from 10 to 5000"),
        ("noise", "", r"Noise \(%\): '' is not a number"), ("seed", "1.5", "Seed: '1.5' is not a whole number"),
        ("target", "-1", "Stop below loss: -1 is out of range; a number from 0 to 1000000"),
    ],
)  # fmt: skip
def test_a_field_that_is_out_of_range_says_its_range(controls, name, text, match):
    controls.numbers[name].value = text
    with pytest.raises(SettingError, match=match):
        controls.settings()


@pytest.mark.parametrize("text", ["", "x", "0", "-1"])
def test_a_learning_rate_says_which_it_is(controls, text):
    controls.fields[2].rate.value = text
    with pytest.raises(SettingError, match="Learning rate of optimizer 3, RMSProp: "):
        controls.settings()


# Files.

PLANE = "\n".join(f"{i % 5}.5,{i // 5},{'ab'[i % 2]}" for i in range(30))
COMMAS = "\n".join(f"{i % 5},5;{i // 5};{'ab'[i % 2]}" for i in range(30))


@pytest.mark.parametrize(
    "content",
    [
        f"u,v,kind\n{PLANE}".encode(), f"u,v,kind\n{PLANE}".encode("utf-8-sig"), f"u,v,kind\n{PLANE}".encode("utf-16"),
        f"u,v,kind\n{PLANE}\n".replace("\n", "\r\n").encode(), f"u;v;kind\n{COMMAS}".encode(),
        f'"u";"v";"kind"\r\n{COMMAS}'.replace("\n", "\r\n").encode("utf-8-sig"),
        f"u;v;kind\n{COMMAS}".replace(";", "\t").encode(), f"\n\nu;v;kind\n{COMMAS}".encode(),
    ],
)  # fmt: skip
def test_files_as_spreadsheets_save_them(content):
    problem = from_csv(decoded(content))
    assert (problem.names, problem.labels, problem.x.shape) == (("u", "v", "kind"), ("a", "b"), (30, 2))
    assert np.isclose(problem.x[1, 0] - problem.x[0, 0], 1 / np.std(np.arange(5)))


def test_names_in_quotes_may_hold_separators():
    assert from_csv('"a, b, c, d";v;kind\n' + COMMAS).names == ("a, b, c, d", "v", "kind")


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "your file is empty"), ("\ufeff", "your file is empty"), (" \r\n\r\n", "your file is empty"),
        ("u,v,kind\n", "0 samples"), ("x,y\n" + "1,5,2,5\n" * 20, "line 2: 4 cells.* semicolons"),
        ('x,y\n1,2\n"1,5",2\n', r"line 3, column 'x': '1,5' .*\(write 1.5\)"),
        ("u,v,kind\n1,,a\n", "line 2, column 'v'"),
        ("u,v,kind\n" + PLANE + "\nx,1,a", "line 32, column 'u': 'x' is not a finite number"),
    ],
)  # fmt: skip
def test_files_with_faults_are_told_with_line_and_column(text, match):
    with pytest.raises(DataError, match=match):
        from_csv(text)


@pytest.mark.parametrize("row", ["1,2,A", "1,2,-", "1,2,n.a.", "1,x,a", "1,2,", "1e200,2,a"])
def test_advice_is_for_who_sees_the_page(row):
    with pytest.raises(DataError, match="line 32") as raised:
        from_csv("u,v,kind\n" + PLANE + "\n" + row)
    assert not re.search("task|target|regression|classification", str(raised.value))


def test_bytes_that_are_no_text():
    with pytest.raises(DataError, match="UTF-8"):
        decoded(b"PK\x03\x04\0\xff")


def test_a_file_that_is_no_text_or_empty(controls):
    controls._on_file(base64.b64encode(b"PK\x03\x04\0\xff").decode())
    with pytest.raises(DataError, match="UTF-8"):
        controls.settings()
    controls.file.set_from_json("value", base64.b64encode(f"u,v,kind\n{PLANE}".encode()).decode())
    assert controls.settings().data == "csv"
    controls.file.set_from_json("value", "")
    controls.file.set_from_json("filename", "empty.csv")
    with pytest.raises(DataError, match="your file is empty"):
        controls.settings()
    controls.file.set_from_json("value", "")
    controls.file.set_from_json("filename", "")
    assert (controls.settings().data, controls.upload) == ("csv", None)


# Plots.


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_colours_of_classes_are_not_those_of_racers_and_edges_can_be_seen():
    assert not set(CLASS_COLOURS) & set(COLOURS)
    assert np.isclose(contrast("#000000", "#FFFFFF"), 21)
    drawn = markers(np.arange(len(CLASS_COLOURS)))
    assert drawn["colour"] == list(CLASS_COLOURS)
    assert min(map(contrast, drawn["colour"], drawn["edge"])) > 4.5


def test_a_panel_says_that_and_when_its_racer_diverged():
    race, view, recording = Race(DIVERGING), RaceView(), Recording()
    view.begin(DIVERGING, race.problem)
    for _ in range(6):
        view.show(race.frame())
        recording.add(race.frame())
        race.advance(1 if race.step < 5 else 100)
    update = race.racers[0].step.state.t
    view.show(race.frame())
    recording.add(race.frame())
    assert [picture.note.visible for picture in view.pictures] == [True, False]
    assert view.pictures[0].note.text == f"diverged\nat update {update}"
    assert np.isnan(view.pictures[0].sources["curve"].data["value"]).all()
    assert np.isfinite(view.pictures[1].sources["curve"].data["value"]).all()
    view.show_standings(race.frame())
    assert f"diverged at update {update}" in view.standings.text
    assert f"diverged\\nat update {update}" in offline_page(DIVERGING, race.problem, recording)
    view.begin(DIVERGING, race.problem)
    view.show(Race(DIVERGING).frame())
    assert not view.pictures[0].note.visible


@pytest.mark.parametrize(("data", "has_accuracy"), [("sine", False), ("moons", True)])
def test_curves_have_no_accuracy(data, has_accuracy):
    settings = RaceSettings(data=data, points=30)
    race, view = Race(settings), RaceView()
    view.begin(settings, race.problem)
    view.show_standings(race.frame())
    assert ("accuracy" in view.standings.text) == has_accuracy
    assert view.standings.text.count("<th>") == view.standings.text.count("<td>") / 4


def test_long_titles_of_the_export_have_the_width_of_their_pictures():
    racer = "sgd(learning_rate=0.1, momentum=0.95, nesterov=True, schedule='one-cycle', average=0.015)"
    settings = RaceSettings(points=30, racers=(racer,))
    race, recording = Race(settings), Recording()
    recording.add(race.frame())
    page = offline_page(settings, race.problem, recording)
    # of a Div, which breaks long texts; its text is HTML of a page in a page
    ((width, title),) = re.findall(r'"width":(\d+),"text":"[^{}]*?&lt;/span&gt; (SGD[^"]*)"', page)
    assert (int(width), unescape(unescape(title))) == (PANEL, settings.entries[0].short)


def landscape_of(race):
    view = LandscapeView(lambda *arguments: None, lambda then: None)
    view.begin([entry.label for entry in race.settings.entries])
    view._show_slice_of_race(slice_of(race))
    return view


def test_a_start_is_typed_or_clicked():
    asked = []
    view = LandscapeView(lambda name, start, *others: asked.append((name, start)), lambda then: None)
    view.places[0].value = "1,5"
    view._on_tap(SimpleNamespace(x=0.25, y=-2.0))
    assert [place.value for place in view.places] == ["0.25", "-2"]
    view.places[1].value = "far"
    assert view.fault.text.startswith("Start y: &#x27;far&#x27; is not a number")
    view.kind.value = "rosenbrock"
    assert view.places[0].value == f"{asked[-1][1][0]:.4g}"
    assert asked[:2] == [("himmelblau", (1.5, asked[0][1][1])), ("himmelblau", (0.25, -2.0))]
    assert len(asked) == 3


def test_the_landscape_of_a_race_that_has_not_moved():
    race = Race(RaceSettings(points=30, hidden=(3,)))
    before = landscape_of(race).map
    assert before.title.text.startswith("Nothing has moved yet")
    assert "%" not in before.xaxis.axis_label + before.yaxis.axis_label
    for _ in range(5):
        race.advance(1)
    after = landscape_of(race).map
    assert "moved most" in after.title.text
    assert "% of the movement" in after.xaxis.axis_label


def test_updates_of_a_landscape_out_of_range():
    asked = []
    view = LandscapeView(lambda *arguments: asked.append(arguments[2]), lambda then: None)
    view.steps.value = "6000"
    assert (view.fault.text, asked) == ("Updates: 6000 is out of range; a whole number from 1 to 5000 is needed", [])
    view.steps.value = "50"
    assert (view.fault.text, asked) == ("", [50])


def test_units_out_of_range_in_the_x_ray():
    watched = []
    view = XrayView(watched.append)
    view.begin(Race(RaceSettings(hidden=(3,))).racers[0].net)
    view.row.value, view.unit.value = "1", "2"
    assert watched[-1] == 5
    view.unit.value = "3"
    assert view.fault.text == "to unit: 3 is out of range; a whole number from 0 to 2 is needed"
    view.begin(Race(RaceSettings(hidden=(2,))).racers[0].net)
    assert (view.fault.text, view.row.value, view.unit.value, watched[-1]) == ("", "0", "0", 0)


# Studies.


def run(settings, metrics=None, error=None, study="s", repeat=0):
    return Row(study, "0123456789abcdef", settings, 0, repeat, metrics or {}, error, "", 1.0, {}, "")


def test_only_studies_and_columns_with_values(monkeypatch, tmp_path):
    empty, full = tmp_path / "empty.sqlite", tmp_path / "full.sqlite"
    curve = {"loss": [3.0, 2.0, 1.0], "final_loss": 1.0, "never": None}
    code = "0123456789abcdef"
    stores = {
        str(empty): [run({"n": 1}, study="nothing")],
        str(full): [
            run({"n": 1}, study="nothing"),
            *(run({"learning_rate": rate, "hidden": [4, 4], "clip": clip, "code": c}, curve)
              for rate, clip, c in ((0.1, None, code), (0.01, 1.0, code[::-1]))),
            run({"n": 3}, {"error": 0.5}, study="numbers"),
        ],
    }  # fmt: skip
    monkeypatch.setattr("minnet.study.read", lambda path: stores[path])
    view = StudyView([empty, full], lambda settings, then: None)
    view.open()
    assert (view.store.value, view.study.options, view.study.value) == (str(full), ["s", "numbers"], "s")
    titles = ["learning rate", "clip", "final loss", "time (s)"]
    assert [column.title for column in view.table.columns] == titles
    assert all(column.formatter.null_format == "" for column in view.table.columns)
    assert "learning rate 0.1, clip none" in view.legend.text
    assert [figure.yaxis.axis_label for figure in view.plots.values()] == ["loss", "loss"]
    view.threshold.value = "1,5"
    assert "converged after" in [column.title for column in view.table.columns]
    view.study.value = "numbers"
    assert [column.title for column in view.table.columns] == ["error", "time (s)"]
    assert not any(figure.visible for figure in view.plots.values())
    assert view.text.text == "1 of 1 runs. They have no curves."
    view.store.value = str(empty)
    assert "nothing to see" in view.text.text
    assert not view.table.visible
    shown = " ".join([view.text.text, view.legend.text, *(str(figure.title.text) for figure in view.plots.values())])
    assert code not in shown
    assert code[:8] not in shown


def test_no_store_is_read_but_those_that_are_offered(monkeypatch, tmp_path):
    """A browser can put anything into a field, and other choices, too."""
    read = []
    monkeypatch.setattr("minnet.playground.study_view.study.read", lambda path: read.append(path) or [])
    view = StudyView([tmp_path / "one.sqlite"], lambda *arguments: None)
    view.store.options = [*view.store.options, "/somebody/else.sqlite"]
    view.store.value = "/somebody/else.sqlite"
    view.open()
    assert read == [str(tmp_path / "one.sqlite")]


def test_names_from_files_are_no_formulas():
    """Which may be links that run what they like."""
    name = r"$$\href{javascript:alert(1)}{x}$$"
    race = Race(RaceSettings(data=OWN, racers=("sgd(learning_rate=0.1)",)),
                f"{name},y\n" + "\n".join(f"{i},{i % 3}" for i in range(20)))  # fmt: skip
    picture = PICTURES["curve"](0, axes=True)
    picture.begin(race.problem, ())
    label = picture.layout.xaxis[0].axis_label
    assert (type(label).__name__, label.text) == ("PlainText", name)
    document = Document()
    page = Page(document, {"data": [name]}, [])
    try:
        assert "there is no" in page.message.text
        for page.tabs.active in reversed(range(len(TABS))):  # what is first put into the page by this
            texts = list(document.select({"type": Div}))
            assert all(text.disable_math for text in texts), page.views.name
        assert {page.message, page.race_view.legend, page.landscape_view.text, page.study_view.text} <= set(texts)
    finally:
        page.close()


def test_runs_are_called_by_what_tells_them_apart():
    rows = [run({"n": n, "hidden": [4, 4]}) for n in (1, 2)]
    assert study_rows.differing(rows) == ["n"]
    assert study_rows.label(rows[0], ["n"]) == "n 1"
    assert study_rows.label(run({"n": 1, "code": "0123456789abcdef"}, repeat=2), []) == "n 1, repeat 3"
    assert study_rows.label(run({}), []) == "repeat 1"


def test_curves_say_what_they_are_drawn_against():
    rows = [
        run({}, {"losses": [3.0, 1.0, 2.0], "epochs": [0, 10, 20], "spectrum": [1.0, 2.0, 3.0, 4.0], "loss": [1.0]})
    ]
    assert [study_rows.along(rows, name) for name in ("losses", "spectrum", "loss")] == [
        "epochs", "place in the list", "updates"
    ]  # fmt: skip


# What is told, and whom.


def test_what_is_read_aloud_is_the_last_and_not_too_often():
    now, said = [0.0], []
    announcer = Announcer(said.append, lambda: now[0])
    for now[0] in np.arange(0, 5, 0.5):
        announcer.give(f"{now[0]:g}")
        announcer.tick()
        announcer.tick()
    assert said == ["0", "2", "4"]
    now[0] = 10.0
    announcer.tick()
    announcer.tick()
    assert said[3:] == ["4.5"]


def test_the_standing_of_a_race_is_a_sentence():
    race = Race(DIVERGING)
    race.advance(1200)
    loss = race.frame().losses[-1, 1]
    words = f"1,200 updates. one: {race.racers[0].state}; two: loss {loss:.3g}."
    assert standing(race.frame(), ["one", "two"]) == words


def test_an_address_that_makes_no_race_says_so():
    document = Document()
    page = Page(document, {"points": ["1e99"]}, [])
    try:
        assert page.message.text.startswith("The address does not describe a race: Points: 1e+99 is out of range")
        assert page.controls.numbers["points"].value == "500"
    finally:
        page.close()


def test_a_link_hides_what_a_lesson_is_not_about():
    """What is hidden keeps what it is set to, is in the address, and can be shown again."""
    page = Page(Document(), {"hide": ["noise rate X-ray lesson"], "noise": ["3"], "tab": ["X-ray"]}, [])
    try:
        assert page.message.text == ""
        hidden = [page.controls.numbers["noise"], page.controls.fields[5].rate, page.lesson.layout]
        assert not any(model.visible for model in hidden)
        assert page.controls.data.visible
        assert page.controls.settings().noise == 3
        assert page.tabs.active == 0  # not the one that is hidden
        assert page.tabs.stylesheets[1:] == [".bk-tab:nth-child(3) { display: none; }"]
        assert page.address.value == "noise=3.0&hide=noise+rate+X-ray+lesson"
        page.lesson.boxes.active = []
        assert all(model.visible for model in hidden)
        assert (page.tabs.stylesheets[1:], page.address.value) == ([], "noise=3.0")
        for name in PARTS:
            page.lesson.hide([name])  # each is something
        with pytest.raises(SettingError, match="the page has no 'nosie'; did you mean 'noise'"):
            page.lesson.hide(["nosie"])
    finally:
        page.close()


def test_a_race_that_goes_on_is_drawn_at_once_however_long_it_has_rested(monkeypatch):
    """A network is drawn when the frame after it is: which comes after the pause, if there is one between."""
    clock, asked = [100.0], []
    monkeypatch.setattr("minnet.playground.turns.perf_counter", lambda: clock[0])
    page = Page(Document(), {"tab": ["Network"]}, [])
    try:
        page.worker.close()
        page.worker = SimpleNamespace(alive=True, busy=False, close=lambda: None, request=lambda *a, **k: None)
        page.network_view.update = lambda: asked.append(page.frames.sent)
        race = Race(page.settings)
        page.race_view.begin(page.settings, race.problem)
        page._draw(race.frame())  # of a race that stands
        clock[0] += 3600
        page._on_start()
        for _ in range(3):
            page._draw(race.frame())
            page.frames.drawn = page.frames.sent
            clock[0] += 1
        assert asked == [1, 2, 4]
    finally:
        page.close()


def test_another_draw_is_the_next_seed(controls):
    for text, seed in (("7", "8"), ("1000000", "0"), ("seven", "0")):
        controls.numbers["seed"].value = text
        controls._on_redraw()
        assert controls.numbers["seed"].value == seed


# The server.


def test_a_tab_that_waits_for_a_place_hears_that_there_is_one():
    """Also when it becomes free before the browser has loaded the page: later it is only told of changes."""
    playground = Playground(0, [])
    document = Document()
    context = SimpleNamespace(request=SimpleNamespace(headers={}, arguments={}))
    document._session_context = lambda: context
    playground.open(document)
    [waiting] = document.roots
    playground.most_tabs = 1
    assert document.session_callbacks == []
    document.callbacks.trigger_event(DocumentReady())
    [again] = document.session_callbacks
    assert waiting.visible
    again.callback()
    assert not waiting.visible


def test_a_text_that_was_written_before_it_is_on_a_page_is_there_when_it_is():
    live, document = browser.live_text(), Document()
    live.text = "before"
    assert live.div.text == "before"
    document.add_root(live.div)
    live.text = "after"  # which the browser writes where it stands
    assert live.div.text == "before"


def test_the_log_is_quiet_about_closed_tabs_alone(caplog):
    source = inspect.getsource(importlib.import_module("bokeh.server.views.ws"))
    assert f'log.warning("{CLOSED}")' in source  # else a new version of Bokeh says it otherwise
    server, _ = make_server(Playground(1, []), "127.0.0.1", 0, [])
    server.stop()
    log = logging.getLogger("bokeh.server.views.ws")
    log.warning(CLOSED)
    log.warning("another warning")
    log.error("cannot read %r", "x" * 100_000)
    connection = ServerConnection.__new__(ServerConnection)  # after its end
    connection._session = None
    handler = logging.getLogger("bokeh.server.protocol_handler")
    for fail in (lambda: connection.session, lambda: pytest.fail("another error")):
        try:
            fail()
        except (AssertionError, pytest.fail.Exception):
            handler.exception("error handling message")
    quoted = f"cannot read '{'x' * (LOGGED - 13)} ..."
    assert caplog.messages == ["another warning", quoted, "error handling message"]
