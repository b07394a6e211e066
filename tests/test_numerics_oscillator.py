"""Energies of the oscillator: n + 1/2, on any interval, and the published number that is none of them."""

import mpmath
import numpy as np
import pytest
from scipy.integrate import simpson

from minnet.datasets import gaussian, hermite_function
from minnet.errors import DataError, ShapeError
from minnet.numerics.differentiation import finite_differences
from minnet.numerics.differentiation.oscillator import (
    integrated_energy,
    integrated_energy_by_parts,
    published_energy,
    rayleigh_quotient,
    residual,
)

X = np.linspace(-5, 5, 10_001)
PUBLISHED = 1.4999776991944938
LAST_DIGIT = 2.3e-16  # between neighbouring float64 numbers from 1 to 2


def wave_function(n, x):
    return [hermite_function(n, x, derivative=k) for k in (0, 1, 2)]


@pytest.mark.parametrize("n", range(6))
def test_rayleigh_quotient_of_exact_wave_functions(n):
    psi, first, _ = wave_function(n, X)
    assert rayleigh_quotient(X, psi, first) == pytest.approx(n + 0.5, abs=1e-12)
    assert rayleigh_quotient(X, -7 * psi, -7 * first) == pytest.approx(n + 0.5, abs=1e-12)


@pytest.mark.parametrize(("low", "high"), [(-5, 5), (-1, 1), (-2, 0.7), (1, 3)])
@pytest.mark.parametrize("n", range(4))
def test_every_energy_is_exact_on_any_interval(n, low, high):
    x = np.linspace(low, high, 4001)
    psi, first, second = wave_function(n, x)
    assert rayleigh_quotient(x, psi, first) == pytest.approx(n + 0.5, abs=1e-10)
    if n % 2 == 0 or low != -high:
        assert integrated_energy_by_parts(x, psi, first) == pytest.approx(n + 0.5, abs=1e-9)
        assert integrated_energy(x, psi, second) == pytest.approx(n + 0.5, abs=1e-9)


def test_the_boundary_term_counts():
    for n, size in ((0, -3.9e-11), (3, -6.3e-7)):
        psi, first, _ = wave_function(n, X)
        without = simpson(first**2 + X**2 * psi**2, x=X) / 2 / simpson(psi**2, x=X)
        assert without - rayleigh_quotient(X, psi, first) == pytest.approx(size, rel=0.01)


def test_formula_4_gives_one_half_for_the_gaussian_of_the_document():
    """It does not matter that the density is normalised to int psi = 1 and not to int psi^2 = 1."""
    psi, first = gaussian(X), gaussian(X, derivative=1)
    assert integrated_energy_by_parts(X, psi, first) == pytest.approx(0.5, abs=1e-14)
    assert integrated_energy(X, psi, gaussian(X, derivative=2)) == pytest.approx(0.5, abs=1e-14)
    assert rayleigh_quotient(X, psi, first) == pytest.approx(0.5, abs=1e-14)
    forward = finite_differences.forward_difference(gaussian, X, 0.001)  # its errors at the two ends are the same
    assert integrated_energy_by_parts(X, psi, forward) == pytest.approx(0.5, abs=1e-10)


def test_known_energies_of_other_gaussians():
    """Of exp(-a x^2 / 2), on the whole axis: (a + 1/a) / 4 by Rayleigh, 1 / (2 a) by formula (4)."""
    x = np.linspace(-20, 20, 10_001)
    for a in (0.5, 1.0, 2.0):
        psi, first = (gaussian(x, std=a**-0.5, derivative=k) for k in (0, 1))
        assert rayleigh_quotient(x, psi, first) == pytest.approx((a + 1 / a) / 4, rel=1e-10)
        assert integrated_energy_by_parts(x, psi, first) == pytest.approx(1 / (2 * a), rel=1e-10)


def test_published_energy_to_every_digit():
    assert repr(published_energy(X, gaussian(X))) == "1.4999776991944938"
    with mpmath.workdps(30):
        norm = mpmath.erf(5 / mpmath.sqrt(2))
        closed = mpmath.mpf(3) / 2 - 15 * mpmath.npdf(5) / norm
        second_moment = mpmath.quad(lambda t: t**2 * mpmath.npdf(t), [-5, 0, 5])
        assert mpmath.almosteq(closed, 1.5 * second_moment / norm, 1e-25)
        assert abs(closed - mpmath.mpf(PUBLISHED)) < LAST_DIGIT


@pytest.mark.parametrize(("p", "q", "r"), [(1.5, 0, 0), (1, 0.5, 0.5), (0.5, 1, 1), (2, -0.5, -0.5)])
def test_readings_of_the_published_energy(p, q, r):
    """p + q = p + r = 3/2 gives it with the exact psi' at the ends, and with no difference over the grid's step."""
    psi = gaussian(X)
    potential, norm = (simpson(values, x=X) for values in (X**2 * psi, psi))

    def reading(first):
        return (p * potential + q * (first[-1] - first[0])) / norm + r

    assert reading(gaussian(X, derivative=1)) == pytest.approx(PUBLISHED, rel=0, abs=3 * LAST_DIGIT)
    for first in (
        finite_differences.forward_difference(gaussian, X, 0.001),
        finite_differences.central_difference(gaussian, X, 0.001),
        np.gradient(psi, X),
    ):
        assert q == 0 or abs(reading(first) - PUBLISHED) > 2e-11


def test_published_energy_is_not_that_of_the_ground_state():
    x = np.linspace(-12, 12, 4001)
    for n in (0, 2):
        psi, first, _ = wave_function(n, x)
        assert integrated_energy_by_parts(x, psi, first) == pytest.approx(n + 0.5, abs=1e-10)
        assert published_energy(x, psi) == pytest.approx(3 * (n + 0.5), abs=1e-10)


def test_tails_move_formula_4_and_leave_the_rayleigh_quotient():
    psi, first, _ = wave_function(0, X)
    assert integrated_energy_by_parts(X, gaussian(X) + 0.01, gaussian(X, derivative=1)) == pytest.approx(
        0.833, abs=1e-3
    )

    def moved(energy, size):
        bump, slope = (gaussian(X, 2.5, 0.5, derivative=k) for k in (0, 1))
        return abs(energy(X, psi + size * bump, first + size * slope) - 0.5)

    assert moved(integrated_energy_by_parts, 1e-3) / moved(integrated_energy_by_parts, 1e-4) == pytest.approx(
        10, rel=0.01
    )
    assert moved(rayleigh_quotient, 1e-3) / moved(rayleigh_quotient, 1e-4) == pytest.approx(100, rel=0.01)
    assert moved(rayleigh_quotient, 1e-3) < moved(integrated_energy_by_parts, 1e-3) / 100


@pytest.mark.parametrize("n", range(4))
def test_residual_of_exact_wave_functions(n):
    psi, _, second = wave_function(n, X)
    assert np.abs(residual(X, psi, second, n + 0.5)).max() < 1e-14
    assert residual(X, psi, second, n - 0.5) == pytest.approx(psi, abs=1e-14)


@pytest.mark.parametrize("n", [1, 3])
def test_odd_wave_functions_are_0_over_0(n):
    psi, first, second = wave_function(n, X)
    assert simpson(X**2 * psi, x=X) - (first[-1] - first[0]) == pytest.approx(0, abs=1e-14)
    for energy, values in (
        (integrated_energy_by_parts, (psi, first)),
        (integrated_energy, (psi, second)),
        (published_energy, (psi,)),
    ):
        with pytest.raises(DataError, match=f"{energy.__name__}: the integral of psi.*use rayleigh_quotient"):
            energy(X, *values)


def test_everything_is_computed_in_float64():
    psi, first, _ = wave_function(1, X)
    energy = rayleigh_quotient(X, psi.astype(np.float32), first.astype(np.float32))
    assert isinstance(energy, float)
    assert energy == pytest.approx(1.5, abs=1e-7)


@pytest.mark.parametrize(
    ("x", "psi", "error", "message"),
    [
        (X[:2], X[:2], ShapeError, r"x has shape \(2,\)"),
        (X[:, None], X, ShapeError, "x has shape"),
        (X, gaussian(X)[:, None], ShapeError, r"psi has shape \(10001, 1\).*pass \[:, 0\]"),
        (X[::-1], gaussian(X), DataError, "x must increase"),
        (X, np.where(X > 4, np.nan, 1), DataError, "psi holds"),
        (X, 0 * X, DataError, "is 0 everywhere"),
    ],
)
def test_bad_samples_are_explained(x, psi, error, message):
    with pytest.raises(error, match=f"rayleigh_quotient: .*{message}"):
        rayleigh_quotient(x, psi, psi)
