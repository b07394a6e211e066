"""Right solutions of `ista` in other styles, and the numbers of its text."""

import numpy as np
import pytest


def threshold_by_cases(w, by):
    return np.where(w > by, w - by, np.where(w < -by, w + by, 0))


def threshold_by_clip(w, by):
    return w - np.clip(w, -by, by)


def by_residuals(A, b, penalty, steps):
    m, w = len(b), np.zeros(A.shape[1])
    step = m / np.linalg.norm(A, 2) ** 2
    for _ in range(steps):
        w = threshold_by_clip(w + step / m * A.T @ (b - A @ w), step * penalty)
    return w


def in_loops(A, b, penalty, steps):
    m, t = A.shape
    step = 1 / max(np.linalg.eigvalsh(A.T @ A / m))
    w = [0.0] * t
    for _ in range(steps):
        residual = [sum(A[k, j] * w[j] for j in range(t)) - b[k] for k in range(m)]
        slope = [sum(A[k, j] * residual[k] for k in range(m)) / m for j in range(t)]
        w = [float(threshold_by_cases(np.array(w[j] - step * slope[j]), step * penalty)) for j in range(t)]
    return np.array(w)


VARIANTS = [
    {"soft_threshold": threshold_by_cases},
    {"soft_threshold": threshold_by_clip, "ista": by_residuals},
    {"ista": in_loops},
]


def worked(soft_threshold, ista):
    assert soft_threshold(np.array([3, -0.5, -2]), 1) == pytest.approx([2, 0, -1])
    for steps in (1, 5):
        assert ista(np.ones((2, 1)), np.array([2.0, 4.0]), 1.0, steps) == pytest.approx([2])
    assert ista(np.full((2, 1), 2.0), np.array([2.0, 4.0]), 1.0, 1) == pytest.approx([1.25])
