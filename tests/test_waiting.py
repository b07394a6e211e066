"""The line that says what is waited for: when, how often, and what makes it appear."""

import os
import subprocess
import sys

import pytest
from tqdm import tqdm

from minnet.waiting import Announcement, write


class Clock:
    """Time that passes when a test says so, and what happens at some time."""

    def __init__(self):
        self.now, self.timers = 100.0, []

    def __call__(self):
        return self.now

    def timer(self, seconds, function):
        return Timer(self, self.now + seconds, function)

    def advance(self, seconds):
        self.now += seconds
        for timer in [timer for timer in self.timers if timer.due <= self.now]:
            self.timers.remove(timer)
            timer.function()


class Timer:
    def __init__(self, clock, due, function):
        self.clock, self.due, self.function = clock, due, function

    def start(self):
        self.clock.timers.append(self)

    def cancel(self):
        if self in self.clock.timers:
            self.clock.timers.remove(self)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def lines():
    return []


@pytest.fixture
def work(clock, lines):
    return Announcement("wait", patience=2, pause=1, clock=clock, timer=clock.timer, write=lines.append)


def test_what_is_done_soon_is_not_announced(clock, lines, work):
    with work:
        clock.advance(1.9)
    clock.advance(10)
    assert lines == []


def test_what_takes_long_is_announced_while_it_goes_on(clock, lines, work):
    with work:
        clock.advance(1.9)
        assert lines == []
        clock.advance(0.2)
        assert lines == ["wait"]


def test_once_in_a_process(clock, lines, work):
    for _ in range(3):
        with work:
            clock.advance(5)
    assert lines == ["wait"]


def test_short_pieces_that_follow_each_other_are_one_wait(clock, lines, work):
    for _ in range(4):
        with work:
            clock.advance(0.4)
        clock.advance(0.1)
    assert lines == []
    with work:
        clock.advance(0.1)
    assert lines == ["wait"]


def test_short_pieces_far_apart_are_no_wait(clock, lines, work):
    for _ in range(20):
        with work:
            clock.advance(0.9)
        clock.advance(1.5)
    assert lines == []


def test_pieces_within_a_piece(clock, lines, work):
    with work:
        with work:
            clock.advance(0.5)
        clock.advance(1)
        with work:
            clock.advance(0.4)
        assert lines == []
        clock.advance(0.2)
        assert lines == ["wait"]


def test_a_timer_that_comes_too_late_says_nothing(clock, lines, work):
    with work:
        (timer,) = clock.timers
    timer.function()
    assert lines == []


def test_work_that_fails_is_over(clock, lines, work):
    with pytest.raises(ZeroDivisionError), work:
        raise ZeroDivisionError
    clock.advance(10)
    assert lines == []


def test_silence(clock, lines, work):
    work.silence()
    with work:
        clock.advance(10)
    assert lines == []


def test_work_goes_on_where_no_thread_can_be_started(clock, lines, work, monkeypatch):
    def refuse(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(Timer, "start", refuse)
    with work:
        clock.advance(10)
    assert lines == []


def test_a_line_stands_above_a_progress_bar(capsys):
    with tqdm(total=3, desc="training") as bar:
        write("wait")
        bar.update(3)
    error = capsys.readouterr().err
    assert "\rwait\n" in error
    assert error.rindex("training") > error.index("wait")


COMPILE = """
import numpy as np
from minnet.waiting import COMPILING

class AtOnce:
    def __init__(self, seconds, function):
        self.start, self.cancel = function, lambda: None

COMPILING._make_timer = AtOnce
from minnet.kernels import compiled
for dtype in ("float32", "float64"):
    compiled.softmax_forward(np.ones((2, 4), dtype), np.empty((2, 4), dtype))
"""


def test_kernels_that_are_compiled_are_announced_and_those_on_disk_are_not(tmp_path):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    first, second = (
        subprocess.run([sys.executable, "-c", COMPILE], env=environment, capture_output=True, text=True, check=True)
        for _ in range(2)
    )
    assert first.stderr.count("minnet is compiling kernels") == len(first.stderr.splitlines()) == 1
    assert (first.stdout, second.stdout, second.stderr) == ("", "", "")
