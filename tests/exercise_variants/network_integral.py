"""Right solutions of `network_integral` in other styles, the numbers of its text, and minnet's own integrals."""

import math

import numpy as np
import pytest
from scipy.special import expit, spence

import minnet as mn
from minnet.numerics.integration.network_integrals import network_integral as of_network


def unit_with_math(w, b, low, high):
    def softplus(t):
        return max(t, 0.0) + math.log1p(math.exp(-abs(t)))

    length, t = high - low, w * (low + high) / 2 + b
    if -1e-4 < w * length < 1e-4:
        return length / (1 + math.exp(-t)) if t > 0 else length * math.exp(t) / (1 + math.exp(t))
    return softplus(w * high + b) / w - softplus(w * low + b) / w


def unit_by_reflection(w, b, low, high):
    """sigmoid(-t) = 1 - sigmoid(t), so a negative weight can be turned; near 0 to first order about low."""
    if w < 0:
        return (high - low) - unit_by_reflection(-w, -b, low, high)
    if w * (high - low) < 1e-6:
        s = expit(b + w * low)
        return (high - low) * (s + s * (1 - s) * w * (high - low) / 2)
    return np.diff(np.log1p(np.exp(-np.abs(t := w * np.array([low, high]) + b))) + np.where(t > 0, t, 0))[0] / w


def network_in_arrays(w, b, v, c, low, high):
    low, high, small = float(low), float(high), np.abs(w * (high - low)) < 1e-4
    divisor = np.where(small, 1, w)
    units = (np.logaddexp(0, divisor * high + b) - np.logaddexp(0, divisor * low + b)) / divisor
    return (np.where(small, (high - low) * expit(w * (low + high) / 2 + b), units) * v).sum() + (high - low) * c


def network_in_a_loop(w, b, v, c, low, high):
    total = c * high - c * low
    for j in range(len(w)):
        total += v[j] * unit_with_math(float(w[j]), b[j], low, high)
    return total


def rectangle_in_arrays(w, b, low, high):
    t = b + w[0] * np.array([[high[0]], [low[0]]]) + w[1] * np.array([[high[1], low[1]]])
    small = spence(1 + np.exp(-np.abs(t)))
    P = np.where(t > 0, np.pi**2 / 6 + t**2 / 2 + small, -small)
    return np.sum(P * [[1, -1], [-1, 1]]) / np.prod(w)


def rectangle_written_out(w, b, low, high):
    (a, c), (d, e) = low, high

    def P(x, y):
        t = w[0] * x + w[1] * y + b
        if t > 0:
            return math.pi**2 / 6 + t * t / 2 + spence(1 + math.exp(-t))
        return -spence(1 + math.exp(t))

    return float((P(d, e) - P(d, c) - P(a, e) + P(a, c)) / w[0] / w[1])


VARIANTS = [
    {"unit_integral": unit_with_math, "network_integral": network_in_arrays},
    {"unit_integral": unit_by_reflection, "rectangle_integral": rectangle_in_arrays},
    {"network_integral": network_in_a_loop, "rectangle_integral": rectangle_written_out},
]


def worked(unit_integral, network_integral, rectangle_integral):
    high = np.log(3) / 2
    assert unit_integral(2.0, 0.0, 0.0, high) == pytest.approx(0.346574, abs=1e-6)
    assert unit_integral(0.0, 0.0, 0.0, 3.0) == pytest.approx(1.5)
    parts = np.array([2.0, 0.0]), np.zeros(2), np.array([2.0, 4.0])
    assert network_integral(*parts, 1.0, 0.0, high) == pytest.approx(2.341066, abs=1e-6)
    assert rectangle_integral(np.ones(2), -1.0, np.zeros(2), np.ones(2)) == pytest.approx(0.5)


def against_minnet(unit_integral, network_integral, rectangle_integral):
    rng = np.random.default_rng(0)
    net = mn.Network([mn.Dense(1, 5), mn.Sigmoid(), mn.Dense(5, 1)], rng=0)
    net.theta = 3 * rng.normal(size=net.theta.size)
    net.layers[0].W[0, :2] = 1000, 1e-11
    (w, b), (v, c) = ((layer.W.ravel(), layer.b) for layer in net.layers[::2])
    right = of_network(net, -1.0, 2.0).value[0]
    assert network_integral(w, b, v, c[0], -1.0, 2.0) == pytest.approx(right, rel=1e-8)
    net = mn.Network([mn.Dense(2, 1), mn.Sigmoid(), mn.Dense(1, 1, weights=1.0)], rng=1)
    low, high = np.array([-1.0, 0.5]), np.array([0.3, 2.0])
    weights = net.layers[0].W[:, 0]
    assert rectangle_integral(weights, 0.0, low, high) == pytest.approx(of_network(net, low, high).value[0])
