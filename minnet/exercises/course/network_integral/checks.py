"""Weights of either sign, large ones, none, and one near 0; one unit, several; intervals and rectangles."""

import numpy as np
from scipy.special import spence

from minnet.exercises.case import Case


def unit_integral(w, b, low, high):
    if abs(w * (high - low)) < 1e-4:
        return (high - low) * np.exp(-np.logaddexp(0, -(w * (low + high) / 2 + b)))
    return (np.logaddexp(0, w * high + b) - np.logaddexp(0, w * low + b)) / w


def network_integral(w, b, v, c, low, high):
    units = [unit_integral(wj, bj, low, high) for wj, bj in zip(w, b, strict=True)]
    return np.dot(v, units) + c * (high - low)


def dilogarithm(t):
    small = spence(1 + np.exp(-abs(t)))
    return -small if t <= 0 else np.pi**2 / 6 + t**2 / 2 + small


def rectangle_integral(w, b, low, high):
    total = 0.0
    for x1, sign1 in ((high[0], 1), (low[0], -1)):
        for x2, sign2 in ((high[1], 1), (low[1], -1)):
            total += sign1 * sign2 * dilogarithm(w[0] * x1 + w[1] * x2 + b)
    return total / (w[0] * w[1])


def cases(rng):
    def interval():
        return {"low": -1 + rng.uniform(-0.3, 0.3), "high": 2 + rng.uniform(-0.5, 0.5)}

    def unit(w, b, about):
        return Case("unit_integral", {"w": w, "b": float(b)} | interval(), about, 1e-8)

    def network(w, about):
        h = len(w)
        arguments = {"w": w, "b": rng.normal(size=h), "v": rng.normal(size=h), "c": float(rng.normal())}
        return Case("network_integral", arguments | interval(), about, 1e-8)

    def rectangle(w, about, share=1.0):
        """t is 0 at this share of the first side, and near the middle of the second."""
        low, high = np.array([-1.0, 0.2]) + rng.uniform(-0.1, 0.1, 2), np.array([2.0, 1.0]) + rng.uniform(-0.1, 0.1, 2)
        b = -w @ (low + np.array([share, rng.uniform(0.3, 0.7)]) * (high - low))
        return Case("rectangle_integral", {"w": w, "b": float(b), "low": low, "high": high}, about, 1e-8)

    yield unit(float(rng.uniform(0.5, 2)), rng.normal(), "")
    yield unit(-float(rng.uniform(0.5, 2)), rng.normal(), "a negative weight")
    yield unit(float(rng.uniform(1500, 2000)), 300 * rng.normal(), "a large weight")
    yield unit(-float(rng.uniform(1500, 2000)), 300 * rng.normal(), "a large negative weight")
    yield unit(0.0, rng.normal(), "a weight of 0")
    near = "a weight near 0, where the difference of two softplus loses its digits"
    yield unit(1e-12 * float(rng.uniform(2, 3)), 1 + rng.uniform(), near)
    yield unit(-1e-10 * float(rng.uniform(2, 3)), 1 + rng.uniform(), near)
    yield network(rng.normal(size=3) + 2, "")
    yield network(-rng.uniform(0.5, 2, size=1), "one unit")
    yield network(np.array([1200.0, 0.0, -1.5, 1e-11]), "weights large and small")
    yield rectangle(rng.uniform(0.5, 2, size=2), "")
    yield rectangle(rng.uniform(0.5, 2, size=2) * [-1, 1], "weights of both signs")
    yield rectangle(rng.uniform([1000, 30], [1500, 60]), "a large weight, t far above 0", 0.1)
    yield rectangle(rng.uniform([1000, 30], [1500, 60]), "a large weight, t far below 0", 0.9)
