"""When parts of the playground's page are drawn again: half of the browser's time is left for the visitor."""

import pytest

from minnet.playground import turns
from minnet.playground.turns import Turn


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still, at ``clock[0]``."""
    now = [100.0]
    monkeypatch.setattr(turns, "perf_counter", lambda: now[0])
    return now


def test_the_first_time_is_at_once(clock):
    assert Turn(0.2).is_due


@pytest.mark.parametrize(
    ("drawing", "rest"), [(0.05, 0.15), (3.0, 3.0)], ids=["until so many seconds are over", "as long as it has drawn"]
)
def test_a_browser_rests(clock, drawing, rest):
    turn = Turn(0.2)
    turn.begin(7)
    clock[0] += drawing
    assert not turn.is_due  # it is drawing still
    turn.end(7)
    clock[0] += rest - 0.001
    assert not turn.is_due
    clock[0] += 0.002
    assert turn.is_due


def test_earlier_frames_do_not_end_it_and_later_ones_change_nothing(clock):
    turn = Turn(0.2)
    turn.begin(7)
    clock[0] += 1
    turn.end(6)
    clock[0] += 1.5
    assert not turn.is_due
    turn.end(9)  # the browser draws several at once
    clock[0] += 1
    turn.end(10)
    clock[0] += 1.51
    assert turn.is_due


def test_a_browser_that_was_away_rests_for_no_longer_than_one_that_draws(clock):
    """Pages behind others are not drawn, for hours."""
    turn = Turn(0.2)
    turn.begin(7)
    clock[0] += 3600
    turn.end(7)
    assert not turn.is_due
    clock[0] += turns.LONGEST + 0.01
    assert turn.is_due


def test_what_is_free_is_due_and_is_not_ended_by_what_was_sent_before(clock):
    turn = Turn(0.2)
    turn.begin(7)
    turn.free()
    assert turn.is_due
    clock[0] += 60
    turn.end(7)
    assert turn.is_due
