"""Learning-rate schedules: functions of the step number, counted from 0 in updates (not epochs).

An optimizer takes one wherever it takes a learning rate: ``Adam(learning_rate=Cosine(1e-2, steps=1000))``.

>>> import minnet as mn
>>> mn.SGD(Step(0.1, every=10)).learning_rate
Step(learning_rate=0.1, every=10, factor=0.1)
>>> falling = Step(0.1, every=10), Exponential(0.1, every=10), Linear(0.1, steps=20), Cosine(0.1, steps=20)
>>> for schedule in (Constant(0.1), *falling, OneCycle(0.1, steps=20), WarmUp(Constant(0.1), steps=10)):
...     print(f"{type(schedule).__name__:12}", [round(schedule(step), 4) for step in (0, 5, 10, 20)])
Constant     [0.1, 0.1, 0.1, 0.1]
Step         [0.1, 0.1, 0.01, 0.001]
Exponential  [0.1, 0.0707, 0.05, 0.025]
Linear       [0.1, 0.075, 0.05, 0.0]
Cosine       [0.1, 0.0854, 0.05, 0.0]
OneCycle     [0.004, 0.0936, 0.0812, 0.0]
WarmUp       [0.01, 0.06, 0.1, 0.1]
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi

from minnet.errors import SettingError, check_range, is_number
from minnet.names import Named

__all__ = [
    "SCHEDULES", "Constant", "Cosine", "Exponential", "Linear", "OneCycle", "Schedule", "Step", "WarmUp",
    "as_schedule",
]  # fmt: skip


class Schedule(Named, ABC):
    """A learning rate for every step.

    >>> isinstance(SCHEDULES["Cosine"](0.1, steps=10), Schedule)
    True
    """

    @abstractmethod
    def __call__(self, step: int) -> float:
        """Learning rate of update number `step`, the first being 0."""


def _between(low: float, high: float) -> Callable[[float], bool]:
    return lambda value: low < value < high


INFINITY = float("inf")


def _power(factor: float, exponent: float) -> float:
    """``factor ** exponent``; infinite, not an error, where it is too large."""
    try:
        return factor**exponent
    except OverflowError:
        return INFINITY


@dataclass(frozen=True)
class Constant(Schedule):
    """Always the same."""

    learning_rate: float

    def __post_init__(self) -> None:
        check_range("Constant", learning_rate=(self.learning_rate, _between(0, INFINITY), "positive"))

    def __call__(self, step: int) -> float:
        return self.learning_rate


@dataclass(frozen=True)
class Step(Schedule):
    """``learning_rate * factor^floor(step / every)``."""

    learning_rate: float
    every: int
    factor: float = 0.1

    def __post_init__(self) -> None:
        check_range(
            "Step",
            learning_rate=(self.learning_rate, _between(0, INFINITY), "positive"),
            every=(self.every, _between(0, INFINITY), "a positive number of steps"),
            factor=(self.factor, _between(0, INFINITY), "positive"),
        )

    def __call__(self, step: int) -> float:
        return self.learning_rate * _power(self.factor, step // self.every)


@dataclass(frozen=True)
class Exponential(Schedule):
    """``learning_rate * factor^(step / every)``."""

    learning_rate: float
    every: int
    factor: float = 0.5

    def __post_init__(self) -> None:
        check_range(
            "Exponential",
            learning_rate=(self.learning_rate, _between(0, INFINITY), "positive"),
            every=(self.every, _between(0, INFINITY), "a positive number of steps"),
            factor=(self.factor, _between(0, INFINITY), "positive"),
        )

    def __call__(self, step: int) -> float:
        return self.learning_rate * _power(self.factor, step / self.every)


@dataclass(frozen=True)
class Linear(Schedule):
    """`learning_rate` for the first `hold` steps, then on a straight line down to `minimum` at step `steps`, and there
    from then on.
    """

    learning_rate: float
    steps: int
    minimum: float = 0.0
    hold: int = 0

    def __post_init__(self) -> None:
        check_range(
            "Linear",
            learning_rate=(self.learning_rate, _between(0, INFINITY), "positive"),
            steps=(self.steps, _between(0, INFINITY), "a positive number of steps"),
        )
        check_range(
            "Linear",
            minimum=(self.minimum, lambda m: 0 <= m <= self.learning_rate, "in [0, learning_rate]"),
            hold=(self.hold, lambda n: 0 <= n < self.steps, "in [0, steps)"),
        )

    def __call__(self, step: int) -> float:
        fall = min(max(step - self.hold, 0) / (self.steps - self.hold), 1.0)
        return self.learning_rate + (self.minimum - self.learning_rate) * fall


@dataclass(frozen=True)
class Cosine(Schedule):
    """Half a cosine from `learning_rate` down to `minimum`, then again from the top (Loshchilov and Hutter,
    SGDR, ICLR 2017, eq. 5). Each restart makes the period `growth` times longer; after `restarts` of them (None:
    for ever) the rate stays at the minimum.

    >>> cosine = Cosine(1.0, steps=4, restarts=1)
    >>> [round(cosine(step), 4) for step in range(9)]
    [1.0, 0.8536, 0.5, 0.1464, 1.0, 0.8536, 0.5, 0.1464, 0.0]
    """

    learning_rate: float
    steps: int
    minimum: float = 0.0
    growth: float = 1.0
    restarts: int | None = 0

    def __post_init__(self) -> None:
        check_range(
            "Cosine",
            learning_rate=(self.learning_rate, _between(0, INFINITY), "positive"),
            steps=(self.steps, _between(0, INFINITY), "a positive number of steps"),
            growth=(self.growth, _between(0, INFINITY), "positive"),
        )
        check_range("Cosine", minimum=(self.minimum, lambda m: 0 <= m <= self.learning_rate, "in [0, learning_rate]"))
        if self.restarts is not None:
            check_range("Cosine", restarts=(self.restarts, lambda n: n >= 0, "None or >= 0"))

    def __call__(self, step: int) -> float:
        since, period, cycle = step, float(self.steps), 0
        while since >= round(period) and (self.restarts is None or cycle < self.restarts):
            since, period, cycle = since - round(period), period * self.growth, cycle + 1
            if round(period) < 1:
                return self.minimum
        phase = min(since / round(period), 1.0)
        return self.minimum + (self.learning_rate - self.minimum) * (1 + cos(pi * phase)) / 2


@dataclass(frozen=True)
class OneCycle(Schedule):
    """Up from ``peak / start_divisor`` to `peak` during the first `rise` of the steps and down to
    ``peak / end_divisor``, both along half a cosine (Smith and Topin, Super-convergence, 2018; the cosine shape
    and the defaults are those in common use).
    """

    peak: float
    steps: int
    rise: float = 0.3
    start_divisor: float = 25.0
    end_divisor: float = 250_000.0

    def __post_init__(self) -> None:
        check_range(
            "OneCycle",
            peak=(self.peak, _between(0, INFINITY), "positive"),
            steps=(self.steps, _between(0, INFINITY), "a positive number of steps"),
            rise=(self.rise, _between(0, 1), "between 0 and 1"),
            start_divisor=(self.start_divisor, _between(0, INFINITY), "positive"),
            end_divisor=(self.end_divisor, _between(0, INFINITY), "positive"),
        )

    def __call__(self, step: int) -> float:
        top = self.rise * self.steps
        start, end = self.peak / self.start_divisor, self.peak / self.end_divisor
        if step < top:
            return start + (self.peak - start) * (1 - cos(pi * step / top)) / 2
        fall = min((step - top) / (self.steps - top), 1.0)
        return end + (self.peak - end) * (1 + cos(pi * fall)) / 2


@dataclass(frozen=True)
class WarmUp(Schedule):
    """Linear from 0 during the first `steps` updates, ``(step + 1) / steps`` of the first rate of what follows;
    then `schedule`, from its beginning.
    """

    schedule: "Schedule | float"
    steps: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "schedule", as_schedule(self.schedule))
        check_range("WarmUp", steps=(self.steps, _between(0, INFINITY), "a positive number of steps"))

    def __call__(self, step: int) -> float:
        following = as_schedule(self.schedule)
        if step < self.steps:
            return following(0) * (step + 1) / self.steps
        return following(step - self.steps)


def as_schedule(learning_rate: "Schedule | float") -> Schedule:
    """A number is a constant schedule.

    >>> as_schedule(0.1), as_schedule(Constant(0.1))(1000)
    (Constant(learning_rate=0.1), 0.1)
    """
    if isinstance(learning_rate, Schedule):
        return learning_rate
    if not is_number(learning_rate) or not 0 < learning_rate < INFINITY:
        raise SettingError(
            f"learning_rate={learning_rate!r} is out of range; it must be a positive number or a schedule"
        )
    return Constant(float(learning_rate))


SCHEDULES: dict[str, type[Schedule]] = {
    kind.__name__: kind for kind in (Constant, Step, Exponential, Linear, Cosine, OneCycle, WarmUp)
}
