"""Right solutions of `initializers` in other styles, the numbers of its text, and minnet's own initializers."""

import numpy as np
import pytest

from minnet.initializers import INITIALIZERS


def he_scaled(fan_in, fan_out, rng):
    return (2 / fan_in) ** 0.5 * rng.standard_normal((fan_in, fan_out))


def he_row_by_row(fan_in, fan_out, rng):
    return [[rng.normal(scale=np.sqrt(2.0 / fan_in)) for _ in range(fan_out)] for _ in range(fan_in)]


def he_by_name(fan_in, fan_out, rng):
    return rng.normal(size=(fan_in, fan_out), loc=0, scale=(fan_in / 2) ** -0.5)


def he_flat(fan_in, fan_out, rng):
    return rng.normal(0.0, np.sqrt(2) / np.sqrt(fan_in), size=fan_in * fan_out).reshape(fan_in, fan_out)


def glorot_scaled(fan_in, fan_out, rng):
    return np.sqrt(6 / (fan_in + fan_out)) * (2 * rng.random((fan_in, fan_out)) - 1)


def glorot_entry_by_entry(fan_in, fan_out, rng):
    W, c = np.empty((fan_in, fan_out)), np.sqrt(3 * 2 / (fan_in + fan_out))
    for index in np.ndindex(W.shape):
        W[index] = rng.uniform(-c, c)
    return W


def glorot_by_name(fan_in, fan_out, rng):
    limit = (6 / (fan_in + fan_out)) ** 0.5
    return rng.uniform(low=-limit, high=limit, size=[fan_in, fan_out])


def squares_with_weights_first(x, widths, rng):
    weights = [he_scaled(i, o, rng) for i, o in zip([x.shape[1], *widths[:-1]], widths, strict=True)]
    result = np.zeros(len(widths))
    for k, W in enumerate(weights):
        x = x @ W
        x[x < 0] = 0
        result[k] = (x * x).sum() / x.size
    return result


def squares_recursively(x, widths, rng):
    if not widths:
        return []
    y = np.einsum("ni,io->no", x, he_flat(x.shape[1], widths[0], rng)).clip(min=0)
    return [float((y**2).mean()), *squares_recursively(y, widths[1:], rng)]


def squares_in_loops(x, widths, rng):
    rows, result = x.tolist(), []
    for o in widths:
        W = he_row_by_row(len(rows[0]), o, rng)
        rows = [[max(0.0, sum(a * w[j] for a, w in zip(row, W, strict=True))) for j in range(o)] for row in rows]
        result.append(sum(y * y for row in rows for y in row) / (len(rows) * o))
    return tuple(result)


VARIANTS = [
    {"he_normal": he_by_name, "glorot_uniform": glorot_by_name},
    {"he_normal": he_scaled, "glorot_uniform": glorot_scaled, "mean_squares": squares_with_weights_first},
    {"he_normal": he_row_by_row, "glorot_uniform": glorot_entry_by_entry, "mean_squares": squares_recursively},
    {"he_normal": he_flat, "glorot_uniform": glorot_by_name, "mean_squares": squares_in_loops},
]


def worked(he_normal, glorot_uniform, mean_squares):
    rng = np.random.default_rng(0)
    he, glorot = he_normal(50, 200, rng), glorot_uniform(50, 10, rng)
    assert he.shape == (50, 200)
    assert he.std() == pytest.approx(0.2, rel=0.03)
    assert he.mean() == pytest.approx(0, abs=0.01)
    assert glorot.shape == (50, 10)
    assert 0.31 < glorot.max() < 0.316228
    assert -0.316228 < glorot.min() < -0.31

    class Deviations:
        def normal(self, loc, scale, size):
            return np.full(size, loc + scale)

    assert mean_squares(np.array([[2.0]]), [2, 1], Deviations()) == pytest.approx([8, 32])
    x = rng.normal(size=(50, 100))
    kept = mean_squares(x, 10 * [300], rng) / np.mean(x**2)
    assert kept.min() > 0.5
    assert kept.max() < 2


def against_minnet(he_normal, glorot_uniform, mean_squares):
    for name, drawn in (("he_normal", he_normal), ("glorot_uniform", glorot_uniform)):
        own = INITIALIZERS[name]((7, 3), np.random.default_rng(1))
        np.testing.assert_allclose(drawn(7, 3, np.random.default_rng(1)), own, rtol=0, atol=1e-12)
