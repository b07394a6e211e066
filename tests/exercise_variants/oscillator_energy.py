"""Right solutions of `oscillator_energy` in other styles, the numbers of its text, and minnet's own formulas."""

import numpy as np
import pytest
import scipy.integrate

from minnet.datasets import gaussian, hermite_function
from minnet.numerics.differentiation.oscillator import integrated_energy_by_parts, rayleigh_quotient


def simpson_in_a_loop(values, h):
    total = 0.0
    for k in range(0, len(values) - 2, 2):
        total += h / 3 * (values[k] + 4 * values[k + 1] + values[k + 2])
    return total


def simpson_by_weights(values, h):
    w = np.ones(len(values))
    w[1:-1] = np.where(np.arange(1, len(values) - 1) % 2, 4, 2)
    return w @ values * h / 3


def simpson_of_scipy(values, h):
    return scipy.integrate.simpson(values, dx=h)


def integrated_in_halves(x, psi, first):
    h = (x[-1] - x[0]) / (len(x) - 1)
    kinetic = -0.5 * (first[-1] - first[0])
    return (kinetic + simpson_in_a_loop(0.5 * x**2 * psi, h)) / simpson_in_a_loop(psi, h)


def integrated_by_scipy(x, psi, first):
    integral = scipy.integrate.simpson
    return float((integral(psi * x * x, x=x) + first[0] - first[-1]) / (2 * integral(psi, x=x)))


def quotient_of_a_normalised_psi(x, psi, first):
    h = np.diff(x).mean()
    size = np.sqrt(simpson_by_weights(psi**2, h))
    u, u1 = psi / size, first / size
    energy = simpson_by_weights(u1 * u1, h) / 2 + simpson_by_weights((x * u) ** 2, h) / 2
    return energy - (u * u1)[-1] / 2 + (u * u1)[0] / 2


def quotient_in_a_loop(x, psi, first):
    above = [f * f + (s * p) * (s * p) for s, p, f in zip(x, psi, first, strict=True)]
    below = [p * p for p in psi]
    ends = psi[-1] * first[-1] - psi[0] * first[0]
    return (simpson_in_a_loop(above, x[1] - x[0]) - ends) / simpson_in_a_loop(below, x[1] - x[0]) / 2


VARIANTS = [
    {"simpson": simpson_in_a_loop, "energy_integrated": integrated_in_halves, "energy_quotient": quotient_in_a_loop},
    {"simpson": simpson_by_weights, "energy_quotient": quotient_of_a_normalised_psi},
    {"simpson": simpson_of_scipy, "energy_integrated": integrated_by_scipy},
]


def worked(simpson, energy_integrated, energy_quotient):
    assert simpson(np.array([0.0, 1.0, 4.0]), 1.0) == pytest.approx(2.666667, abs=1e-6)
    assert simpson(np.array([0.0, 1.0, 4.0, 9.0, 16.0]), 1.0) == pytest.approx(21.333333, abs=1e-6)
    example = np.array([-1.0, 0.0, 1.0]), np.array([1.0, 2.0, 1.0]), np.array([2.0, 0.0, -2.0])
    assert energy_integrated(*example) == pytest.approx(0.7)
    assert energy_quotient(*example) == pytest.approx(0.611111, abs=1e-6)


def against_minnet(simpson, energy_integrated, energy_quotient):
    x = np.linspace(-1.5, 2.0, 201)
    assert energy_integrated(x, gaussian(x), gaussian(x, derivative=1)) == pytest.approx(0.5, abs=1e-8)
    psi, first = hermite_function(3, x), hermite_function(3, x, derivative=1)
    assert energy_quotient(x, psi, first) == pytest.approx(3.5, abs=1e-6)
    psi, first = np.cos(x), np.exp(x)  # no state, and not each other's derivative
    assert energy_integrated(x, psi, first) == pytest.approx(integrated_energy_by_parts(x, psi, first))
    assert energy_quotient(x, psi, first) == pytest.approx(rayleigh_quotient(x, psi, first))
