"""The error of a correlation dimension holds what few pairs are worth, and what other distances would give."""

import numpy as np
import pytest

from minnet import dynamics
from minnet.numerics import chaos


def _circle(n, seed):
    angle = np.random.default_rng(seed).uniform(0, 2 * np.pi, n)
    return np.column_stack([np.cos(angle), np.sin(angle)])


def _rotation(n, start=0.0):
    """Angles of an irrational rotation, the most even there is."""
    angle = 2 * np.pi * (start + (np.sqrt(5) - 1) / 2 * np.arange(n))
    return np.column_stack([np.cos(angle), np.sin(angle)])


def _torus(n):
    angles = 2 * np.pi * np.outer(np.arange(n), [(np.sqrt(5) - 1) / 2, np.sqrt(2) - 1])
    return np.concatenate([np.cos(angles), np.sin(angles)], axis=1)


def _noise(n, d, seed=0):
    return np.random.default_rng(seed).standard_normal((n, d))


def _ikeda(n, seed=0):
    """The map of K. Ikeda (Opt. Commun. 30, 1979), with the parameters 0.4, 6 and 0.9."""
    z, orbit = complex(*np.random.default_rng(seed).uniform(-0.1, 0.1, 2)), np.empty(n + 200, complex)
    for k in range(n + 200):
        z = orbit[k] = 1 + 0.9 * z * np.exp(1j * (0.4 - 6 / (1 + abs(z) ** 2)))
    return np.column_stack([orbit.real, orbit.imag])[200:]


def _feigenbaum(n, seed=0):
    """The logistic map where its periods have doubled for ever."""
    start = np.random.default_rng(seed).uniform(0.1, 0.9, 1)
    return dynamics.simulate(dynamics.logistic(3.569945671870945), start, dt=1, samples=n, transient=5000)


def _orbit(system, n, seed, dt=1):
    start = dynamics.states_on_attractor(system, 1, rng=seed)[0]
    return dynamics.simulate(system, start, dt=dt, samples=n)


DIMENSIONS = {  # points of a seed, window, dimension and its uncertainty, and the largest error of use
    "circle": (lambda seed: _rotation(3000, seed / 7), 0, 1.0, 0.0, 0.2),
    "random circle": (lambda seed: _circle(3000, seed), 0, 1.0, 0.0, 0.03),
    "torus": (lambda seed: _torus(3000 + 50 * seed), 0, 2.0, 0.0, 1.5),
    "noise": (lambda seed: _noise(3000, 2, seed), 0, 2.0, 0.0, 0.1),
    "noise in 3 dimensions": (lambda seed: _noise(3000, 3, seed), 0, 3.0, 0.0, 0.3),
    "noise in 5 dimensions": (lambda seed: _noise(3000, 5, seed), 0, 5.0, 0.0, 0.7),
    "Feigenbaum": (lambda seed: _feigenbaum(3000, seed), 0, 0.500, 0.005, 0.3),  # Grassberger, Procaccia 1983
    "Ikeda": (lambda seed: _ikeda(3000, seed), 0, 1.69, 0.02, 0.15),
    "Henon": (lambda seed: _orbit(dynamics.henon(), 3000, seed), 0, 1.22, 0.02, 0.15),
    "Lorenz": (lambda seed: _orbit(dynamics.lorenz(), 3000, seed, 0.1), 10, 2.05, 0.01, 0.3),
    "Lorenz's x": (lambda seed: chaos.embed(_orbit(dynamics.lorenz(), 3000, seed, 0.1)[:, 0], 4), 10, 2.05, 0.01, 0.4),
}  # fmt: skip


def _holds(name, seed):
    points, window, expected, uncertainty, useful = DIMENSIONS[name]
    estimate = chaos.correlation_dimension(points(seed), window=window)
    assert estimate.error < useful
    return abs(estimate.dimension - expected) <= 2 * estimate.error + uncertainty


@pytest.mark.parametrize("name", DIMENSIONS)
def test_dimensions_lie_within_two_errors(name):
    """Few pairs and slopes that change with the distance: near edges, between the gaps of a lattice or a Cantor set."""
    assert _holds(name, 0)


@pytest.mark.acceptance
def test_dimensions_lie_within_two_errors_in_most_draws(capsys):
    for name in DIMENSIONS:
        share = np.mean([_holds(name, seed) for seed in range(40)])
        with capsys.disabled():
            print(f"\n{name:>24} {share:.0%} within two errors", end="")
        assert share >= 0.95


def test_the_error_of_a_dimension_is_its_scatter():
    """Of points that are independent, on a set that looks the same at all distances, where nothing else is in it."""
    estimates = [chaos.correlation_dimension(_circle(2000, seed), window=0) for seed in range(12)]
    scatter = np.std([estimate.dimension for estimate in estimates], ddof=1)
    assert 0.7 * scatter < np.median([estimate.error for estimate in estimates]) < 3 * scatter
