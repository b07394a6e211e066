"""Right solutions of `schedule` in other styles, the numbers of its text, and minnet's own schedules."""

import math

import numpy as np
import pytest

import minnet as mn
from minnet.schedules import Cosine, WarmUp


def rate_by_parts(step, peak, warmup, decay, minimum=0.0):
    if step < warmup:
        return (step + 1) / warmup * peak
    if step < warmup + decay:
        return minimum + 0.5 * (peak - minimum) * (1 + np.cos((step - warmup) * np.pi / decay))
    return minimum


def rate_by_squares(step, peak, warmup, decay, minimum=0.0):
    """``(1 + cos a) / 2`` is ``cos(a / 2)^2``."""
    if step >= warmup:
        k = min(step - warmup, decay)
        return minimum + (peak - minimum) * math.cos(math.pi * k / decay / 2) ** 2
    return peak / warmup * (step + 1)


def rate_from_a_table(step, peak, warmup, decay, minimum=0.0):
    rising = peak * np.linspace(0, 1, warmup + 1)[1:]
    falling = (peak + minimum) / 2 + (peak - minimum) / 2 * np.cos(np.linspace(0, np.pi, decay + 1))
    return [*rising, *falling][min(step, warmup + decay)]


def rate_as_an_array(step, peak, warmup, decay, minimum=0.0):
    k = np.clip(np.array(step) - warmup, 0, decay)
    fallen = peak - (peak - minimum) * np.sin(np.pi / 2 * k / decay) ** 2
    return np.where(step < warmup, peak * (step + 1) / max(warmup, 1), fallen)


def descent_of_a_copy(gradient, theta, steps, peak, warmup, decay, minimum=0.0):
    theta = theta.copy()
    for k in range(steps):
        theta -= rate_by_parts(k, peak, warmup, decay, minimum) * gradient(theta)
    return theta


def descent_while_steps_are_left(gradient, theta, steps, peak, warmup, decay, minimum=0.0):
    k = 0
    while k < steps:
        theta = np.add(theta, -rate_by_squares(k, peak, warmup, decay, minimum) * gradient(theta))
        k += 1
    return theta


def descent_recursively(gradient, theta, steps, *settings, k=0, **named):
    if k == steps:
        return theta
    theta = theta - rate_from_a_table(k, *settings, **named) * gradient(theta)
    return descent_recursively(gradient, theta, steps, *settings, k=k + 1, **named)


VARIANTS = [
    {"learning_rate": rate_by_parts, "scheduled_descent": descent_of_a_copy},
    {"learning_rate": rate_by_squares, "scheduled_descent": descent_while_steps_are_left},
    {"learning_rate": rate_from_a_table, "scheduled_descent": descent_recursively},
    {"learning_rate": rate_as_an_array},
]


def worked(learning_rate, scheduled_descent):
    settings = {"peak": 1, "warmup": 2, "decay": 4, "minimum": 0.2}
    rates = [learning_rate(step, **settings) for step in range(8)]
    assert rates == pytest.approx([0.5, 1, 1, 0.882843, 0.6, 0.317157, 0.2, 0.2], abs=1e-6)

    def moved(steps, **settings):
        return scheduled_descent(lambda theta: theta, np.array([1.0]), steps, **settings)

    assert [moved(steps, **settings)[0] for steps in (1, 2)] == [0.5, 0]
    lower = settings | {"peak": 0.5, "minimum": 0.1}
    assert [learning_rate(step, **lower) for step in range(3)] == [0.25, 0.5, 0.5]
    assert [moved(steps, **lower)[0] for steps in (1, 2, 3)] == [0.75, 0.375, 0.1875]


def against_minnet(learning_rate, scheduled_descent):
    own = WarmUp(Cosine(0.3, steps=7, minimum=0.02), steps=4)
    rates = [learning_rate(step, 0.3, 4, 7, 0.02) for step in range(15)]
    assert rates == pytest.approx([own(step) for step in range(15)], rel=1e-12)
    assert learning_rate(3, 0.3, 0, 7) == pytest.approx(Cosine(0.3, steps=7)(3), rel=1e-12)
    start = np.array([0.5, -1.0])
    theta, optimizer = start.copy(), mn.SGD(own)
    with mn.use_kernels("numpy"):
        for t in range(1, 13):
            optimizer.step(theta, np.tanh(theta), optimizer.start(theta), t, own(t - 1))
    assert scheduled_descent(np.tanh, start, 12, 0.3, 4, 7, 0.02) == pytest.approx(theta, rel=1e-12)
