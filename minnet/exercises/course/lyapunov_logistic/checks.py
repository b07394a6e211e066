"""Chaos for a few iterations, before rounding has grown: right solutions round in different ways, and must all pass;
a cycle for a thousand; a slope of 0."""

import numpy as np

from minnet.exercises.case import Case

FAR = 0.02  # from 1/2, where the logarithm of the slope is sensitive


def logistic_orbit(r, x, n):
    points = [x]
    while len(points) < n:
        points.append(r * points[-1] * (1 - points[-1]))
    return np.array(points)


def log_slope(r, x):
    with np.errstate(divide="ignore"):
        return np.log(np.abs(r * (1 - 2 * x)))


def lyapunov_exponent(r, x, n, transient=0):
    return log_slope(r, logistic_orbit(r, x, transient + n)[transient:]).mean()


def drawn(rng, length):
    """r and x of a chaotic orbit that keeps away from 1/2."""
    while True:
        r, x = round(rng.uniform(3.7, 4), 3), round(rng.uniform(0.1, 0.4), 3)
        if np.abs(logistic_orbit(r, x, length) - 0.5).min() > FAR:
            return {"r": r, "x": x}


def cases(rng):
    yield Case("logistic_orbit", drawn(rng, 6) | {"n": 6}, tolerance=1e-8)
    yield Case("logistic_orbit", drawn(rng, 1) | {"n": 1}, "one point")
    yield Case("logistic_orbit", {"r": 3.2, "x": round(rng.uniform(0.1, 0.4), 2), "n": 40}, "a cycle of two")
    yield Case("log_slope", {"r": round(rng.uniform(2, 4), 2), "x": rng.uniform(0, 0.45, size=4)}, "points below 1/2")
    yield Case(
        "log_slope", {"r": round(rng.uniform(2, 4), 2), "x": rng.uniform(0.55, 1, size=(3, 2))}, "points above 1/2"
    )
    special = np.array([0.5, *rng.uniform(0.55, 1, size=2)])
    yield Case("log_slope", {"r": round(rng.uniform(2, 4), 2), "x": special}, "x = 1/2, where the slope is 0")
    for n, transient, about in (
        (7, 0, ""),
        (1, 0, "one point"),
        (6, 3, "a transient"),
        (5, 1, "one point left out"),
    ):
        yield Case("lyapunov_exponent", drawn(rng, n + transient) | {"n": n, "transient": transient}, about, 1e-8)
    cycle = {"r": 3.2, "x": round(rng.uniform(0.1, 0.4), 2), "n": 1000}
    yield Case("lyapunov_exponent", cycle, "a thousand points of a cycle")
