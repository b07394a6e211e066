"""Thresholds of all kinds; one step, many, no penalty, a penalty that leaves nothing."""

import numpy as np

from minnet.exercises.case import Case


def soft_threshold(w, by):
    return np.sign(w) * np.maximum(np.abs(w) - by, 0)


def ista(A, b, penalty, steps):
    G, c = A.T @ A / len(A), A.T @ b / len(A)
    step = 1 / np.linalg.eigvalsh(G)[-1]
    w = np.zeros(A.shape[1])
    for _ in range(steps):
        w = soft_threshold(w - step * (G @ w - c), step * penalty)
    return w


def cases(rng):
    yield Case("soft_threshold", {"w": rng.normal(size=(2, 3)), "by": 0.5})
    yield Case("soft_threshold", {"w": np.array([3.0, -0.5, -2.0, 0.0]), "by": 1.0}, "both signs")
    yield Case("soft_threshold", {"w": np.array([0.7, 4.0, -3.5, -0.2, 2.5]), "by": 1.5}, "a larger threshold")
    yield Case("soft_threshold", {"w": rng.normal(size=4), "by": 0.0}, "a threshold of 0")
    A, noise = rng.normal(size=(12, 3)), rng.normal(size=12)
    b = A @ np.array([6.0, 0.0, -3.0]) + 0.1 * noise
    for penalty, steps, about in ((0.3, 1, "one step"), (0.3, 5, "a few steps"), (0.0, 7, "no penalty"),
                                  (100.0, 3, "a penalty that leaves nothing")):  # fmt: skip
        yield Case("ista", {"A": A, "b": b, "penalty": penalty, "steps": steps}, about)
    A, b = rng.normal(size=(5, 4)) * [3.0, 1.0, 0.5, 0.2], rng.normal(size=5)
    yield Case("ista", {"A": A, "b": b, "penalty": 0.05, "steps": 4}, "a matrix of other sizes")
    A = rng.normal(size=(8, 1)) + 0.4 * rng.normal(size=(8, 2))
    alike = {"A": A, "b": A @ np.array([3.0, -1.5]), "penalty": 0.1, "steps": 6}
    yield Case("ista", alike, "columns that are alike, so that a coefficient comes back")
