"""Right solutions of `lyapunov_logistic` in other styles, and the numbers of its text."""

import math

import numpy as np
import pytest

from minnet.dynamics import logistic, simulate
from minnet.numerics.chaos import lyapunov_spectrum


def orbit_into_an_array(r, x, n):
    orbit = np.empty(n)
    orbit[0] = x
    for k in range(1, n):
        orbit[k] = r * orbit[k - 1] - r * orbit[k - 1] ** 2
    return orbit


def orbit_as_a_list(r, x, n):
    return [x] if n == 1 else [x, *orbit_as_a_list(r, r * (x - x * x), n - 1)]


def orbit_about_one_half(r, x, n):
    """With the distance from 1/2: r x (1 - x) is r / 4 less r times its square."""
    orbit = [x]
    for _ in range(n - 1):
        orbit.append(0.25 * r - r * np.square(orbit[-1] - 0.5))
    return tuple(orbit)


def slope_by_cases(r, x):
    result = np.full(x.shape, -np.inf)
    for k in np.ndindex(x.shape):
        if x[k] != 0.5:
            result[k] = math.log(r) + math.log(abs(1 - 2 * x[k]))
    return result


def slope_where(r, x):
    slope = abs(r - 2 * r * x)
    return np.log(slope, out=np.full_like(slope, -np.inf), where=slope > 0)


def exponent_in_a_loop(r, x, n, transient=0):
    total = 0.0
    for k in range(transient + n):
        if k >= transient:
            total += math.log(abs(r * (1 - 2 * x)))
        x = r * x * (1 - x)
    return total / n


def exponent_of_x_minus_its_square(r, x, n, transient=0):
    total = 0.0
    for k in range(-transient, n):
        total += np.log(np.abs(r - 2 * r * x)) if k >= 0 else 0.0
        x = r * (x - x**2)
    return total / n


def exponent_after_the_transient(r, x, n, transient=0):
    for _ in range(transient):
        x = r * x * (1 - x)
    orbit = orbit_into_an_array(r, x, n)
    return np.sum(np.log(np.abs(1 - 2 * orbit))) / n + np.log(r)


VARIANTS = [
    {"logistic_orbit": orbit_into_an_array, "log_slope": slope_by_cases},
    {"logistic_orbit": orbit_as_a_list, "log_slope": slope_where},
    {"logistic_orbit": orbit_about_one_half, "lyapunov_exponent": exponent_in_a_loop},
    {"lyapunov_exponent": exponent_of_x_minus_its_square},
    {"lyapunov_exponent": exponent_after_the_transient},
]


def worked(logistic_orbit, log_slope, lyapunov_exponent):
    assert logistic_orbit(3.0, 0.5, 3) == pytest.approx([0.5, 0.75, 0.5625])
    assert log_slope(4.0, np.array([0.25, 0.75])) == pytest.approx([0.693147, 0.693147], abs=1e-6)
    assert log_slope(4.0, np.array([0.5]))[0] == -np.inf
    assert lyapunov_exponent(3.0, 0.75, 2) == pytest.approx(-0.287682, abs=1e-6)
    assert lyapunov_exponent(3.0, 0.75, 1, transient=1) == pytest.approx(-0.980829, abs=1e-6)
    for n, transient in ((1, 0), (5, 0), (3, 2)):
        assert lyapunov_exponent(2.5, 0.6, n, transient) == pytest.approx(-0.693147, abs=1e-6)
    assert lyapunov_exponent(3.2, 0.3, 2, 1000) == pytest.approx(-0.916291, abs=1e-6)
    assert lyapunov_exponent(4.0, 0.3, 100_000) == pytest.approx(np.log(2), abs=0.01)


def against_minnet(logistic_orbit, log_slope, lyapunov_exponent):
    for r in (3.2, 3.9):
        system = logistic(r)
        assert logistic_orbit(r, 0.3, 9) == pytest.approx(simulate(system, np.array([0.3]), dt=1, samples=9)[:, 0])
        points = np.array([[0.1], [0.45], [0.9]])
        assert log_slope(r, points) == pytest.approx(np.log(np.abs(system.jacobian(points)[:, :, 0])))
    assert lyapunov_exponent(3.5, 0.3, 4, 4000) == pytest.approx(
        lyapunov_spectrum(logistic(3.5), time=80, interval=4, rng=0).exponents[0], rel=1e-6
    )
