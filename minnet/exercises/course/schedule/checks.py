"""Each part of the schedule, the steps at which it passes to the next, no warm-up; descents through all parts."""

import math

import numpy as np

from minnet.exercises.case import Case


def learning_rate(step, peak, warmup, decay, minimum=0.0):
    if step < warmup:
        return peak * (step + 1) / warmup
    phase = min((step - warmup) / decay, 1)
    return minimum + (peak - minimum) * (1 + math.cos(math.pi * phase)) / 2


def scheduled_descent(gradient, theta, steps, peak, warmup, decay, minimum=0.0):
    for k in range(steps):
        theta = theta - learning_rate(k, peak, warmup, decay, minimum) * gradient(theta)
    return theta


def bowl(theta):
    """Gradient of a quadratic that is steeper from entry to entry."""
    return np.arange(1, theta.size + 1).reshape(theta.shape) * theta


def valley(theta):
    """Gradient of ``sum(log cosh theta) + sum(theta)^2 / 4``, whose entries depend on each other."""
    return np.tanh(theta) + theta.sum() / 2


def cases(rng):
    def drawn():
        peak, (warmup, decay) = rng.uniform(0.1, 0.9), rng.integers((3, 10), (7, 15))
        return {"peak": float(peak), "warmup": int(warmup), "decay": int(decay)}

    def rate(step, settings, about, **other):
        return Case("learning_rate", {"step": step} | settings | other, about)

    settings = drawn()
    warmup, end, minimum = settings["warmup"], settings["warmup"] + settings["decay"], settings["peak"] / 4
    for step, about in (
        (0, "the first step"),
        (1, "the warm-up"),
        (warmup - 1, "the last step of the warm-up"),
        (warmup, "the first step of the decay"),
        (warmup + 2, "the decay"),
        (end - 1, "the last step of the decay"),
        (end, "the step behind the decay"),
        (end + 1, "the step after that"),
        (end + 5, "a late step"),
    ):
        yield rate(step, settings, about, minimum=minimum)
    yield rate(warmup + 3, settings, "no minimum")
    yield rate(3, drawn() | {"warmup": 0}, "no warm-up", minimum=0.01)
    yield rate(0, drawn() | {"warmup": 0}, "no warm-up")
    yield rate(0, drawn() | {"warmup": 1}, "a warm-up of one step")
    short = {"peak": 0.2, "warmup": 3, "decay": 4, "minimum": 0.05}
    for gradient, shape, steps, other, about in (
        (bowl, (3,), 1, short, "one step"),
        (bowl, (3,), 3, short, "the warm-up"),
        (valley, (2, 2), 9, short, "all parts"),
        (valley, (4,), 3, {"peak": 0.3, "warmup": 0, "decay": 6}, "no warm-up and no minimum"),
    ):
        start = {"gradient": gradient, "theta": rng.uniform(0.5, 2, shape), "steps": steps}
        yield Case("scheduled_descent", start | other, about)
