"""How long the rest takes is estimated from what comes after the first report, which contains compiling."""

import io

import pytest

import minnet as mn
from minnet import progress


class Clock:
    """A time that is set."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("tqdm.std.time", clock)
    return clock


def bar(**settings):
    return progress.ProgressBar(file=io.StringIO(), mininterval=0, ascii=True, ncols=100, **settings)


def remaining(shown):
    return str(shown).partition("<")[2].partition(",")[0]


def test_compiling_is_not_extrapolated(clock):
    shown = bar(total=1001)
    assert remaining(shown) == "?"
    clock.now = 4.4
    shown.update()
    assert remaining(shown) == "?"  # and not 73 minutes
    clock.now += 0.1
    shown.update(10)
    assert remaining(shown) == "00:09"  # 990 at a hundred per second
    clock.now += 9.9
    shown.update(990)
    assert remaining(shown) == "00:00"


def test_runs_that_go_on_begin_to_count_anew(clock):
    shown = bar(total=20, initial=10)
    clock.now = 100.0
    shown.update()
    assert remaining(shown) == "?"
    clock.now += 2
    shown.update()
    assert remaining(shown) == "00:16"


def test_runs_side_by_side_all_belong_to_the_first_report(clock):
    shown = bar(total=10, at_once=2)
    clock.now = 60.0
    shown.update()
    clock.now += 0.01
    shown.update()
    assert remaining(shown) == "?"
    clock.now += 4.1
    shown.update()
    shown.update()
    assert remaining(shown) == "00:12"


def test_a_bar_that_is_not_shown():
    hidden = bar(total=3, disable=True)
    hidden.update()
    hidden.close()


def test_training_shows_such_a_bar(monkeypatch):

    made = []

    class Seen(progress.ProgressBar):
        def __init__(self, **settings):
            made.append(settings)
            super().__init__(**settings | {"disable": True})

    monkeypatch.setattr("minnet.training.watch.ProgressBar", Seen)
    net, x = mn.mlp([1, 2, 1], "tanh", rng=0), [0.0, 1.0]
    mn.fit(net, x, x, loss=mn.MeanSquaredError(), optimizer=mn.SGD(0.1), epochs=2)
    assert [settings["total"] for settings in made] == [2]
