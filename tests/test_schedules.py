"""Schedules against their closed forms, and against what training makes of them."""

from dataclasses import dataclass, field
from math import cos, isfinite, pi, sqrt

import numpy as np
import pytest

import minnet as mn
from minnet.errors import SettingError
from minnet.schedules import (
    SCHEDULES,
    Constant,
    Cosine,
    Exponential,
    Linear,
    OneCycle,
    Schedule,
    Step,
    WarmUp,
    as_schedule,
)

EXAMPLES = [
    pytest.param(Constant(0.3), {0: 0.3, 1: 0.3, 10**9: 0.3}, id="Constant"),
    # 0.8 * (1/2)^floor(step/3)
    pytest.param(Step(0.8, every=3, factor=0.5), {0: 0.8, 2: 0.8, 3: 0.4, 5: 0.4, 6: 0.2, 30: 0.8 / 1024}, id="Step"),
    pytest.param(Step(0.8, every=3), {2: 0.8, 3: 0.08, 6: 0.008}, id="Step, a tenth by default"),
    # 0.8 * (1/4)^(step/4)
    pytest.param(
        Exponential(0.8, every=4, factor=0.25),
        {0: 0.8, 1: 0.8 / sqrt(2), 2: 0.4, 4: 0.2, 8: 0.05, 10: 0.025},
        id="Exponential",
    ),
    pytest.param(Exponential(0.8, every=4), {0: 0.8, 4: 0.4, 8: 0.2}, id="Exponential, half by default"),
    pytest.param(Linear(0.8, steps=4), {0: 0.8, 1: 0.6, 3: 0.2, 4: 0.0, 99: 0.0}, id="Linear"),
    pytest.param(
        Linear(0.8, steps=8, minimum=0.4, hold=4), {0: 0.8, 4: 0.8, 5: 0.7, 6: 0.6, 8: 0.4, 9: 0.4}, id="Linear, held"
    ),
    # SGDR, eq. 5: minimum + (1 - minimum) (1 + cos(pi step/12)) / 2; cos(pi/4) = 1/sqrt(2), cos(pi/3) = 1/2
    pytest.param(
        Cosine(1.0, steps=12),
        {0: 1.0, 3: (1 + 1 / sqrt(2)) / 2, 4: 0.75, 6: 0.5, 8: 0.25, 12: 0.0, 13: 0.0, 1000: 0.0},
        id="Cosine",
    ),
    pytest.param(
        Cosine(1.0, steps=12, minimum=0.2), {0: 1.0, 4: 0.8, 6: 0.6, 8: 0.4, 12: 0.2, 99: 0.2}, id="Cosine, minimum"
    ),
    # Periods of 4 steps: down 0..3, and the restart at 4 is back at the top.
    pytest.param(
        Cosine(1.0, steps=4, restarts=None),
        {0: 1.0, 2: 0.5, 3: (1 - 1 / sqrt(2)) / 2, 4: 1.0, 6: 0.5, 4000: 1.0, 4002: 0.5},
        id="Cosine, restarting for ever",
    ),
    pytest.param(
        Cosine(1.0, steps=4, restarts=2, minimum=0.1),
        {4: 1.0, 6: 0.55, 8: 1.0, 10: 0.55, 12: 0.1, 13: 0.1, 100: 0.1},
        id="Cosine, two restarts",
    ),
    # Periods of 4, 8 and 16 steps, which begin at 0, 4 and 12.
    pytest.param(
        Cosine(1.0, steps=4, growth=2.0, restarts=None),
        {2: 0.5, 4: 1.0, 8: 0.5, 12: 1.0, 16: (1 + 1 / sqrt(2)) / 2, 20: 0.5, 28: 1.0},
        id="Cosine, growing periods",
    ),
    # Periods of 4, 2 and 1 steps, and then no whole step is left.
    pytest.param(
        Cosine(1.0, steps=4, growth=0.5, restarts=None, minimum=0.1),
        {0: 1.0, 4: 1.0, 5: 0.55, 6: 1.0, 7: 0.1, 8: 0.1, 10**6: 0.1},
        id="Cosine, shrinking periods",
    ),
    # Up 0.04 -> 1 in 3 of 10 steps, down to 1/250000 in 7.
    pytest.param(
        OneCycle(1.0, steps=10),
        {0: 0.04, 1: 0.04 + 0.96 / 4, 2: 0.04 + 0.96 * 3 / 4, 3: 1.0, 10: 4e-6, 11: 4e-6, 500: 4e-6},
        id="OneCycle",
    ),
    pytest.param(
        OneCycle(0.8, steps=8, rise=0.5, start_divisor=4.0, end_divisor=8.0),
        {0: 0.2, 2: 0.5, 4: 0.8, 6: 0.45, 8: 0.1, 9: 0.1},
        id="OneCycle, its own shape",
    ),
    # (step + 1)/4 of 0.2, then 0.2 * (1/2)^floor((step - 4)/2)
    pytest.param(
        WarmUp(Step(0.2, every=2, factor=0.5), steps=4),
        {0: 0.05, 1: 0.1, 3: 0.2, 4: 0.2, 5: 0.2, 6: 0.1, 8: 0.05},
        id="WarmUp, then Step",
    ),
    pytest.param(WarmUp(0.2, steps=2), {0: 0.1, 1: 0.2, 2: 0.2, 1000: 0.2}, id="WarmUp, then a number"),
    # A rate that itself begins low: OneCycle begins at 1/25.
    pytest.param(
        WarmUp(OneCycle(1.0, steps=10), steps=2), {0: 0.02, 1: 0.04, 2: 0.04, 5: 1.0, 12: 4e-6}, id="WarmUp, OneCycle"
    ),
]


@pytest.mark.parametrize(("schedule", "rates"), EXAMPLES)
def test_known_values(schedule, rates):
    for step, rate in rates.items():
        assert schedule(step) == pytest.approx(rate, rel=1e-12, abs=1e-16), f"step {step}"


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_has_known_values(name):
    assert any(type(example.values[0]) is SCHEDULES[name] for example in EXAMPLES)


@pytest.mark.parametrize("growth", [1.5, 1.25, 1.2, 3.0])
def test_every_restart_begins_at_the_top(growth):
    """SGDR, eq. 5: at a restart T_cur is 0 and the rate is the highest, also when a period is no whole number.

    Within a period the rate falls, so wherever it rises it must have risen to the top.
    """
    schedule = Cosine(1.0, steps=10, growth=growth, restarts=None)
    rates = [schedule(step) for step in range(400)]
    restarts = [step for step in range(1, 400) if rates[step] > rates[step - 1]]
    assert restarts[0] == 10
    assert len(restarts) >= 3
    assert [rates[step] for step in restarts] == [1.0] * len(restarts)


# One of each, for what holds for all; a new schedule is called with a rate and a number of steps.
SOME = {name: kind(0.1, 7) if name != "Constant" else kind(0.1) for name, kind in SCHEDULES.items()}


@pytest.mark.parametrize("name", SOME)
def test_rates_are_finite_numbers_and_positive_until_the_end(name):
    schedule = SOME[name]
    rates = [schedule(step) for step in range(300)]
    assert all(isinstance(rate, float) and isfinite(rate) and 0 <= rate <= 0.1 for rate in rates)
    assert min(rates[:7]) > 0


@pytest.mark.parametrize("name", SOME)
def test_schedules_have_no_memory(name):
    schedule = SOME[name]
    forwards = [schedule(step) for step in range(20)]
    assert [schedule(step) for step in reversed(range(20))] == forwards[::-1]


@pytest.mark.parametrize("name", SOME)
def test_equal_settings_make_equal_schedules_with_a_repr_that_tells_them(name):
    again = SCHEDULES[name](0.1) if name == "Constant" else SCHEDULES[name](0.1, 7)
    assert again == SOME[name]
    assert repr(again) == repr(SOME[name])
    assert "0.1" in repr(again)


# What optimizers and training make of them.


@dataclass(frozen=True)
class Noting(Schedule):
    """A schedule of one's own that notes which steps it is asked for."""

    steps: list = field(default_factory=list)

    def __call__(self, step):
        self.steps.append(step)
        return 0.1 / (step + 1)


def train(schedule, callbacks=(), epochs=2):
    """Five samples in batches of two: three updates an epoch. The gradient is always 1."""

    class Linear(mn.Loss):
        def __call__(self, y, target, weight=None):
            return float(y.mean()), np.full_like(y, 1 / y.size)

    net = mn.Network([mn.Dense(1, 1, weights=0.0)])
    optimizer = mn.SGD(schedule)
    history = mn.fit(
        net, np.zeros(5), np.zeros(5), loss=Linear(), optimizer=optimizer, epochs=epochs, batch_size=2,
        callbacks=callbacks,
    )  # fmt: skip
    return net, history


def test_steps_are_updates_counted_from_0():
    schedule = Noting()
    train(schedule)
    assert sorted(set(schedule.steps)) == [0, 1, 2, 3, 4, 5]


def test_every_update_takes_its_own_rate():
    """The bias falls by the rate: 0.1 (1 + 1/2 + 1/3 + 1/4 + 1/5 + 1/6) = 0.245."""
    net, _ = train(Noting())
    assert net.theta[1] == pytest.approx(-0.245, rel=1e-14)


def test_the_recorded_rate_is_that_of_the_last_update_of_an_epoch():
    _, history = train(Noting(), [mn.LearningRateRecorder()])
    assert history.history["learning_rate"] == pytest.approx([0.1 / 3, 0.1 / 6], rel=1e-14)


def test_a_number_is_a_constant_schedule():
    assert as_schedule(0.1) == as_schedule(np.float64(0.1)) == Constant(0.1)
    assert as_schedule(1) == Constant(1.0)
    cosine = Cosine(0.1, 5)
    assert as_schedule(cosine) is cosine


def test_a_cosine_brings_training_to_rest():
    """After its last step the rate is 0, so nothing moves any more."""
    once, _ = train(Cosine(0.1, steps=6), epochs=2)
    twice, _ = train(Cosine(0.1, steps=6), epochs=9)
    assert np.array_equal(once.theta, twice.theta)
    # 0.05 sum over 6 steps of (1 + cos(pi s/6)) = 0.05 (6 + 1): the cosines cancel but for the first
    assert once.theta[1] == pytest.approx(-0.05 * sum(1 + cos(pi * s / 6) for s in range(6)), rel=1e-13)
    assert once.theta[1] == pytest.approx(-0.35, rel=1e-13)


# Settings out of range.

NAN, INFINITY = float("nan"), float("inf")
WRONG = [
    (Constant, "learning_rate", [0, -1, NAN, INFINITY, "0.1", None]),
    (Step, "learning_rate", [0, -1, NAN]),
    (Step, "every", [0, -1, NAN]),
    (Step, "factor", [0, -1, NAN, INFINITY]),
    (Exponential, "learning_rate", [0, -1, NAN]),
    (Exponential, "every", [0, -1, NAN]),
    (Exponential, "factor", [0, -1, NAN, INFINITY]),
    (Linear, "learning_rate", [0, -1, NAN]),
    (Linear, "steps", [0, -1, NAN]),
    (Linear, "minimum", [-0.01, 0.2, NAN]),
    (Linear, "hold", [-1, 5, NAN]),
    (Cosine, "learning_rate", [0, -1, NAN]),
    (Cosine, "steps", [0, -1, NAN]),
    (Cosine, "growth", [0, -1, NAN]),
    (Cosine, "minimum", [-0.01, 0.2, NAN]),
    (Cosine, "restarts", [-1]),
    (OneCycle, "peak", [0, -1, NAN]),
    (OneCycle, "steps", [0, -1, NAN]),
    (OneCycle, "rise", [0, 1, -1, NAN]),
    (OneCycle, "start_divisor", [0, -1, NAN]),
    (OneCycle, "end_divisor", [0, -1, NAN]),
    (WarmUp, "steps", [0, -1, NAN]),
]


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        pytest.param(kind, name, value, id=f"{kind.__name__}-{name}={value!r}")
        for kind, name, values in WRONG
        for value in values
    ],
)
def test_a_setting_out_of_range_is_named(kind, name, value):
    required = {"learning_rate": 0.1, "peak": 0.1, "schedule": 0.1, "every": 5, "steps": 5}
    arguments = {key: default for key, default in required.items() if key in kind.__dataclass_fields__}
    with pytest.raises(SettingError, match=rf"^{kind.__name__}: {name}=.* must be"):
        kind(**arguments | {name: value})


@pytest.mark.parametrize("value", [0, -1, NAN, None, [0.1], "fast"])
def test_warm_up_needs_a_rate_to_warm_up_to(value):
    with pytest.raises(SettingError, match="must be a positive number or a schedule"):
        WarmUp(value, 5)
