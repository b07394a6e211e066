"""Right solutions of `spectral_norm` in other styles, the numbers of its text, and minnet's own layer."""

import math

import numpy as np
import pytest

import minnet as mn


def iteration_by_square(W, u):
    """v need not have length 1, if u has in the end."""
    M = W.reshape(-1, len(u))
    new = (M.T @ M) @ u
    return new / math.sqrt(new @ new)


def iteration_in_loops(W, u):
    rows = [list(row) for row in W.reshape(-1, W.shape[-1])]
    v = [sum(a * b for a, b in zip(row, u, strict=True)) for row in rows]
    new = [sum(row[o] * v[k] for k, row in enumerate(rows)) for o in range(len(u))]
    size = math.sqrt(sum(a * a for a in new))
    return [a / size for a in new]


def iteration_by_einsum(W, u):
    v = np.einsum("...o,o->...", W, u)
    v = v / np.sqrt(np.square(v).sum())
    new = np.tensordot(v, W, v.ndim)
    return new / np.sqrt(np.einsum("o,o->", new, new))


def norm_in_loops(W, u, steps=1):
    for _ in range(steps):
        u = iteration_in_loops(W, u)
    sigma = math.sqrt(sum(float(row @ np.asarray(u)) ** 2 for row in W.reshape(-1, W.shape[-1])))
    return W / sigma, sigma, list(u)


def norm_by_quotient(W, u, steps=1):
    """|M u| as v M u, with v anew."""
    u = u + 0.0
    while steps > 0:
        u, steps = iteration_by_square(W, u), steps - 1
    v = np.tensordot(W, u, 1)
    sigma = float(np.sum(v / np.linalg.norm(v) * (W @ u)))
    return np.multiply(W, 1 / sigma), sigma, u


def norm_at_once(W, u, steps=1):
    M = W.reshape(-1, W.shape[-1])
    u = np.linalg.matrix_power(M.T @ M, steps) @ u
    u = u / np.linalg.norm(u)
    return W / np.linalg.norm(M @ u), np.array(np.linalg.norm(M @ u)), u


VARIANTS = [
    {"power_iteration": iteration_by_square, "spectral_norm": norm_by_quotient},
    {"power_iteration": iteration_in_loops, "spectral_norm": norm_in_loops},
    {"power_iteration": iteration_by_einsum, "spectral_norm": norm_at_once},
]


def worked(power_iteration, spectral_norm):
    W, u = np.diag([3.0, 1.0]), np.array([0.6, 0.8])
    assert power_iteration(W, u) == pytest.approx([0.989203, 0.146549], abs=1e-6)
    assert power_iteration(W[:, None], u) == pytest.approx([0.989203, 0.146549], abs=1e-6)
    scaled, sigma, _ = spectral_norm(W, u)
    assert sigma == pytest.approx(2.971227, abs=1e-6)
    assert np.diag(scaled) == pytest.approx([1.009684, 0.336561], abs=1e-6)
    assert spectral_norm(W, u, 0)[1] == pytest.approx(1.969772, abs=1e-6)


def against_minnet(power_iteration, spectral_norm):
    layer = mn.SpectralNorm(mn.Dense(4, 3))
    net = mn.Network([layer], rng=0)
    net.update_buffers()
    W, u = layer.W.copy(), layer.u.copy()
    for steps in range(1, 5):
        net.update_buffers()
        scaled, sigma, new = spectral_norm(W, u, steps)
        np.testing.assert_allclose(layer.u, new, rtol=1e-12)
        x = np.random.default_rng(steps).normal(size=(5, 4))
        np.testing.assert_allclose(net(x), x @ scaled, rtol=1e-12, atol=1e-14)
        assert layer.sigma == pytest.approx(sigma, rel=1e-12)
    np.testing.assert_allclose(power_iteration(W, u), spectral_norm(W, u, 1)[2], rtol=1e-12)
