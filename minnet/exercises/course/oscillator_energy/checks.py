"""Three points and more; ground states and others, on intervals that cut them off, of any sign and size."""

import numpy as np

from minnet.exercises.case import Case


def simpson(values, h):
    return h / 3 * (values[0] + 4 * values[1::2].sum() + 2 * values[2:-1:2].sum() + values[-1])


def energy_integrated(x, psi, first):
    h = x[1] - x[0]
    return (simpson(x**2 * psi, h) - (first[-1] - first[0])) / 2 / simpson(psi, h)


def energy_quotient(x, psi, first):
    h = x[1] - x[0]
    ends = psi[-1] * first[-1] - psi[0] * first[0]
    return (simpson(first**2 + x**2 * psi**2, h) - ends) / 2 / simpson(psi**2, h)


def cases(rng):
    for n, about in ((9, ""), (3, "three points"), (5, "five points")):
        yield Case("simpson", {"values": rng.normal(size=n), "h": float(rng.uniform(0.1, 0.5))}, about)
    for name in ("energy_integrated", "energy_quotient"):
        for n, size, bend, about in (
            (41, 1.0, 0.0, "the ground state, on an interval that cuts it off"),
            (41, 3.0, 0.7, "three times a function that is no state"),
            (9, -0.5, 0.4, "a negative psi on a few points"),
            (3, 1.0, 0.3, "three points"),
        ):
            x = np.linspace(-2 + rng.uniform(-0.4, 0.4), 1.5 + rng.uniform(-0.3, 0.3), n)
            falling = size * np.exp(-(x**2) / 2)
            psi = falling * (1 + bend * x**2)
            yield Case(name, {"x": x, "psi": psi, "first": falling * 2 * bend * x - x * psi}, about)
