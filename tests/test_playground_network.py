"""The playground's networks, to be looked at and changed by hand while they are trained."""

from html import unescape

import numpy as np
import pytest

from minnet.errors import SettingError
from minnet.playground.network_state import network_state, points_of
from minnet.playground.race import Race, Racer
from minnet.playground.settings import RaceSettings
from minnet.playground.switches import places
from tests.checks import assert_close

pytest.importorskip("bokeh", reason="the playground needs Bokeh")

from bokeh.events import ButtonClick, Tap

from minnet.playground import diagram
from minnet.playground.controls import Controls
from minnet.playground.diagram import Diagram, Part
from minnet.playground.export import Recording, offline_page
from minnet.playground.layer_buttons import LayerButtons
from minnet.playground.network_view import NetworkView
from minnet.playground.race_view import RaceView
from minnet.playground.theme import CLASS_COLOURS
from minnet.playground.unit_pictures import LINE, NEGATIVE, POSITIVE, ZERO, curve, of_class, signed, smaller

RACERS = (
    "sgd(learning_rate=0.3, momentum=0.9)",
    "adamw(learning_rate=0.05, weight_decay=0.01)",
    "rmsprop(learning_rate=0.02)",
    "sgd(learning_rate=0.3, average=0.05)",
)
SETTINGS = {"points": 60, "noise": 0.1, "hidden": (5, 3), "racers": RACERS}

# Changes by hand.


def parameters_of(net, unit):
    """Places of a unit of the first hidden layer's own parameters, of its outgoing weights, and of all others."""
    (first, bias), (second, _), *_ = places(net)
    own, outgoing = np.append(first[:, unit], bias[unit]), second[unit]
    return own, outgoing, np.setdiff1d(np.arange(net.n_parameters), np.concatenate([own, outgoing]))


@pytest.mark.parametrize("batch_size", [0, 13])
def test_a_network_with_a_unit_off_learns_as_one_without_it(batch_size):
    race = Race(RaceSettings(**SETTINGS, batch_size=batch_size))
    without = RaceSettings(**SETTINGS | {"hidden": (4, 3)}, batch_size=batch_size)
    for number, racer in enumerate(race.racers):
        own, outgoing, others = parameters_of(racer.net, 2)
        race.switch(number, (1, 2), on=False)
        smaller_one = Racer(without.entries[number], without, race.problem)
        state, smaller_state = racer.step.state, smaller_one.step.state
        smaller_state.theta[...], smaller_state.slots[...] = state.theta[others], state.slots[:, others]
        start = state.theta.copy()
        for steps in (0, 1, 24):
            racer.advance(steps)
            smaller_one.advance(steps)
            assert_close(state.theta[others], smaller_state.theta, 1e-7)
            assert_close(
                racer.unit_outputs(points_of(race.problem))[-1],
                smaller_one.unit_outputs(points_of(race.problem))[-1],
                1e-6,
            )
        assert (state.theta[others] != start[others]).all()
        assert (state.theta[outgoing] == 0).all()
        assert np.array_equal(state.theta[own], start[own])


def test_a_unit_is_switched_on_as_it_was():
    race = Race(RaceSettings(**SETTINGS))
    race.advance(11)
    for number, racer in enumerate(race.racers):
        own, outgoing, others = parameters_of(racer.net, 2)
        held, state, outputs = [*own, *outgoing], racer.step.state, racer.unit_outputs(points_of(race.problem))[-1]
        theta, slots = state.theta.copy(), state.slots.copy()
        race.switch(number, (1, 2), on=False)
        assert np.abs(racer.unit_outputs(points_of(race.problem))[-1] - outputs).max() > 1e-3
        race.switch(number, (1, 2), on=True)
        assert np.array_equal(racer.unit_outputs(points_of(race.problem))[-1], outputs)
        race.switch(number, (1, 2), on=False)
        racer.advance(7)
        race.switch(number, (1, 2), on=True)
        assert np.array_equal(state.theta[held], theta[held])
        assert np.array_equal(state.slots[:, held], slots[:, held])
        assert (state.theta[others] != theta[others]).all()
        racer.advance(1)
        assert (state.theta[held] != theta[held]).all()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_units_are_switched_on_in_any_order(order):
    race = Race(RaceSettings(**SETTINGS))
    state, units = race.racers[1].step.state, [(0, 1), (1, 2), (2, 0)]  # each has a weight to the next
    former = state.theta.copy()
    for unit in units:
        race.switch(1, unit, on=False)
    assert (state.theta == 0).sum() == (former == 0).sum() + 5 + 3 + 1
    for number in order:
        race.switch(1, units[number], on=True)
        assert (race.racers[1].unit_outputs(points_of(race.problem))[3] != 0).all()
    assert np.array_equal(state.theta, former)
    assert race.racers[1].switches.off == {}


def test_a_parameter_is_set_and_the_race_goes_on_from_there():
    race = Race(RaceSettings(**SETTINGS))
    race.advance(5)
    for number, racer in enumerate(race.racers):
        place = int(racer.switches.places[1][0][4, 1])
        race.set_parameter(number, place, 2.5)
        assert racer.layers()[1][0][4, 1] == 2.5  # what is evaluated with, an average too
        assert race.history.values[-1][number, 0] == racer.measures()[0]
        assert race.frame().steps.tolist() == [0, 5]
        racer.advance(1)
        assert 0 < abs(racer.net.theta[place] - 2.5) < 0.5


def test_what_cannot_be_changed_by_hand():
    race = Race(RaceSettings(data="sine", points=30, hidden=(3,), activation="ReLU", noise=0.0, target=10.0,
                             racers=("sgd(learning_rate=1000)", "sgd(learning_rate=0.01)")))  # fmt: skip
    race.switch(1, (1, 0), on=False)
    outgoing = race.racers[1].switches.places[1][0][0, 0]
    with pytest.raises(SettingError, match="held at 0; switch the unit on"):
        race.set_parameter(1, int(outgoing), 1.0)
    for unit in ((2, 0), (1, 3), (1, -1), (-1, 0)):
        with pytest.raises(SettingError, match=f"layer {unit[0]} has no unit {unit[1]}"):
            race.switch(1, unit, on=False)
    assert "arrived" in race.racers[1].state
    race.set_parameter(1, 1, 1e4)
    assert race.racers[1].state == ""  # it has farther to go now
    race.racers[0].state = "diverged at update 7"
    with pytest.raises(SettingError, match="optimizer 1 has diverged at update 7"):
        race.set_parameter(0, 0, 1.0)


# What there is to see.


def test_outputs_of_units_are_those_after_the_activation():
    race = Race(RaceSettings(points=40, hidden=(4,), inputs=("x1", "x2^2"), racers=RACERS[:1]))
    race.advance(3)
    race.switch(0, (1, 3), on=False)
    state = network_state(race, 0)
    (W, b), (V, c) = race.racers[0].layers()
    x = np.column_stack([points_of(race.problem)[:, 0], points_of(race.problem)[:, 1] ** 2])
    hidden = np.tanh(x @ W + b) * [1, 1, 1, 0]
    second = 1 / (1 + np.exp(-(hidden @ V + c)))
    for outputs, expected in zip(state.outputs, (x, hidden, np.hstack([1 - second, second])), strict=True):
        assert_close(outputs, expected, 1e-6)
    assert (state.sizes, state.step, state.off) == ([2, 4, 1], 3, {(1, 3)})


def test_pictures_have_known_colours():
    def rgb(image):
        return image.view(np.uint8).reshape(*image.shape, 4)[..., :3]

    def colour(text):
        return [int(text[i : i + 2], 16) for i in (1, 3, 5)]

    values = np.array([[2.0, -2.0, 0.0, np.nan], [1.0, -8.0, 2.0, 2.0]]).T
    full, clipped = rgb(signed(values, 2, 2.0))
    assert full.tolist() == [[colour(POSITIVE), colour(NEGATIVE)], [[255] * 3, [200] * 3]]
    assert clipped[0].tolist() == [[(255 + c) // 2 for c in colour(POSITIVE)], colour(NEGATIVE)]
    assert rgb(signed(values, 2, 2.0, alone=True))[1, 0, 0].tolist() == colour(POSITIVE)
    p = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.4, 0.3, 0.3], [0.2, 0.3, 0.5]])
    second = rgb(of_class(p, 1, 2))
    assert second[0].tolist() == [[255] * 3, colour(CLASS_COLOURS[1])]
    assert rgb(of_class(p, 0, 2, alone=True))[1].tolist() == [colour(CLASS_COLOURS[0]), [255] * 3]
    drawn = rgb(curve(np.linspace(-1, 1, 32), 8, 1.0))[..., 0]
    heights = 4 * (1 + 0.92 * (-1 + 2 * (4 * np.arange(8) + 2) / 31))  # in the middle of the columns
    assert (drawn[heights.astype(int), range(8)] == LINE).all()
    assert 8 <= (drawn == LINE).sum() <= 24
    assert set(np.unique(drawn)) == {LINE, ZERO, 255}
    assert smaller(np.arange(16.0), 4, 2).tolist() == [2.5, 4.5, 10.5, 12.5]


def known_race():
    """Networks of 2, 3 and 1 units with weights that are easy to read."""
    race = Race(RaceSettings(points=30, hidden=(3,), racers=RACERS[:2]))
    for racer in race.racers:
        (first, _), (last, _) = ((layer.W, layer.b) for layer in (racer.net.layers[0], racer.net.layers[2]))
        first[...], last[...] = [[2.0, -1.0, 0.0], [0.5, 4.0, -4.0]], [[1.0], [-2.0], [3.0]]
        racer.net.layers[0].b[...] = [0.25, 0.0, -3.0]
    return race


def test_the_diagram_of_a_known_network():
    race, drawing = known_race(), Diagram()
    race.switch(0, (1, 1), on=False)
    drawing.begin([2, 3, 1], race.problem)
    drawing.show(network_state(race, 0))
    nodes, edges = drawing.nodes.data, drawing.edges.data
    assert list(nodes["x"]) == [0.5, 0.5, 1.5, 1.5, 1.5, 2.5]
    assert list(nodes["y"]) == [2.5, 1.5, 3, 2, 1, 2]  # of four rows, from below
    assert nodes["name"][1:4] == ["x₂", "layer 1, unit 0", "layer 1, unit 1"]
    assert nodes["name"][-1] == "output (class)"
    assert nodes["bias"] == ["no bias: an input"] * 2 + [f"bias {b}" for b in ("0.25", "0", "-3", "0")]
    assert [size > 0 for size in nodes["cross"]] == [False, False, False, True, False, False]
    assert (nodes["low"][3], nodes["high"][3]) == (0, 0)
    weights = [2, -1, 0, 0.5, 4, -4, 1, 0, 3]
    assert list(edges["weight"]) == weights
    thick = diagram.THINNEST + (diagram.THICKEST - diagram.THINNEST) * np.abs(weights) / 4
    assert_close(edges["width"], thick, 1e-12)
    assert [colour for colour, w in zip(edges["colour"], weights, strict=True) if w] == [
        POSITIVE if w > 0 else NEGATIVE for w in weights if w
    ]
    assert (edges["source"][4], edges["target"][4]) == ("x₂", "layer 1, unit 1")
    assert [edges[end][4] for end in ("x0", "y0", "x1", "y1")] == [0.5, 1.5, 1.5, 2]
    inputs, hidden, _ = drawing.images.data["image"]
    (first, _) = drawing.pictures(network_state(race, 0), 0, slice(2))
    assert np.array_equal(inputs[-20:], first)  # above the second
    assert not inputs[20:23].any()
    assert (hidden[23:43] == 0xFFFFFFFF).all()  # the unit that is off
    assert drawing.images.data["height"] == [86, 132, 40]
    assert drawing.hit(1.5, 2, 600) == Part(1, 1)
    assert drawing.hit(0.8, 1.65, 600) == Part(1, 1, 1)
    assert drawing.hit(2.5, 3.5, 600) is None


def test_wide_networks_are_drawn_in_part_and_those_of_zeros_too():
    race, drawing = Race(RaceSettings(points=30, hidden=(40,), racers=RACERS[:1], gain=0.0, data="blobs")), Diagram()
    drawing.begin([2, 40, 3], race.problem)
    drawing.show(network_state(race, 0))
    assert len(drawing.nodes.data["x"]) == 2 + diagram.MOST + 3
    assert [image.shape for image in drawing.images.data["image"]] == [(23 * n - 3, 20) for n in (2, diagram.MOST, 3)]
    assert list(drawing.edges.data["width"]) == [diagram.THINNEST] * (5 * diagram.MOST)
    drawing.mark(Part(1, 39))
    assert drawing.marked_node.data["x"] == []
    drawing.mark(Part(2, 1, 3))
    assert drawing.marked_edge.data["x1"] == [2.5]
    alone, sure = Diagram(), Race(RaceSettings(points=30, hidden=(), data="sine", racers=RACERS[:1]))
    alone.begin([1, 1], sure.problem)
    alone.show(network_state(sure, 0))
    assert len(alone.edges.data["width"]) == 1


def press(button):
    button._trigger_event(ButtonClick(button))


class Network:
    """A view of a race without a process, and what it asks for."""

    def __init__(self, race):
        self.race, self.sizes = race, []
        race_view = RaceView()
        self.view = NetworkView(self._request, self._edit, self.sizes.append, race_view.options)
        self.begin(race)

    def begin(self, race):
        self.race = race
        self.view.begin(race.settings, race.problem, [entry.label for entry in race.settings.entries])
        self.view.update()

    def _request(self, racer, then):
        then(network_state(self.race, racer))

    def _edit(self, name, *arguments):
        getattr(self.race, name)(*arguments)
        self.view.update()


def test_fields_and_clicks_select_and_change_the_chosen_network():
    network = Network(known_race())
    view, fields, race = network.view, network.view.fields, network.race
    view.racer.value = "1"
    assert fields.part == Part(2, 0)
    assert fields.switch_button.disabled
    fields.layer.value = "1"
    fields.unit.value = "2"
    fields.parameter.value = "1"
    assert "layer 1, unit 2</b>: weight from x₂ <b>-4</b>" in fields.text.text
    assert view.diagram.marked_edge.data["x1"] == [1.5]
    fields.value.value = "1,5"
    assert [racer.net.layers[0].W[1, 2] for racer in race.racers] == [-4, 1.5]
    assert ("<b>1.5</b>" in fields.text.text, fields.value.value) == (True, "")
    fields.value.value = "many"
    assert "New value: 'many' is not a number" in unescape(fields.fault.text)
    network.view.update()  # as while a race runs
    assert fields.fault.text
    assert fields.fault.html_attributes == {"role": "alert"}  # screen readers say it
    view.diagram.figure.set_from_json("inner_width", 600)  # as the browser does
    view.diagram.figure._trigger_event(Tap(view.diagram.figure, x=1.5, y=3.0))
    assert (fields.part, fields.unit.value, fields.parameter.value) == (Part(1, 0), "0", "bias")
    assert fields.fault.text == ""
    assert view.plot.title.text == "layer 1, unit 0"
    view.pointed.value = "4"
    assert view.plot.title.text == "layer 1, unit 2"
    view.pointed.value = ""
    assert view.plot.title.text == "layer 1, unit 0"
    press(fields.switch_button)
    assert (race.racers[0].switches.off, list(race.racers[1].switches.off)) == ({}, [(1, 0)])
    assert "held at 0" in fields.text.text
    assert fields.switch_button.label == "Switch on"
    fields.select(Part(2, 0, 0))
    assert fields.value.disabled
    fields.select(Part(0, 1))
    assert fields.parameter.disabled
    network.begin(Race(RaceSettings(points=30, hidden=(2, 2), data="sine", racers=RACERS[:1])))
    assert (view.racer.value, fields.part) == ("0", Part(3, 0))
    assert view.plot.line.data["y"].shape == (160,)


def test_layers_and_units_are_added_and_removed_in_place():
    asked = []
    buttons = LayerButtons(asked.append)
    buttons.begin([2, 8, 1, 1])
    assert (buttons.layers.text, buttons.titles[2].text) == ("2 hidden layers", "<b>layer 2</b><br>1 unit")
    assert [button.disabled for button in buttons.fewer[:2]] == [False, True]
    assert [column.visible for column in buttons.columns] == [True] * 3 + [False] * 4 + [True]
    for click in (buttons.add_layer, buttons.remove_layer, buttons.more[1], buttons.fewer[0]):
        press(click)
    assert asked == [(8, 1, 1), (8,), (8, 2), (7, 1)]
    buttons.begin([2, *[64] * 6, 1])
    assert (buttons.add_layer.disabled, buttons.more[5].disabled) == (True, True)
    assert buttons.titles[1].text == "<b>layer 1</b><br>16 of 64 units"
    buttons.begin([2, 1])
    assert buttons.remove_layer.disabled
    controls = Controls(lambda: asked.append(controls.settings().hidden))
    controls.show(RaceSettings())
    controls.hidden.value = "8 9"
    assert asked[-1] == (8, 9)


def test_a_saved_race_has_the_network_as_it_was():
    race, recording = known_race(), Recording()
    recording.add(race.frame())
    page = offline_page(race.settings, race.problem, recording, (), network_state(race, 1))
    assert "The network of AdamW(learning_rate=0.05, weight_decay=0.01) after 0 updates" in page
    assert "inputs: 2, layer 1: 3, outputs: 1" in page
    assert "layer 1, unit 2" in page
    assert "The network of" not in offline_page(race.settings, race.problem, recording)
