"""Right solutions of `sigmoid` in other styles, and the numbers of its text."""

import numpy as np
import pytest


def sigmoid_in_a_loop(x):
    result = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        e = np.exp(-abs(x[index]))
        result[index] = 1 / (1 + e) if x[index] >= 0 else e / (1 + e)
    return result


def sigmoid_by_log(x):
    return np.exp(-np.logaddexp(0, -x))


def sigmoid_of_parts(x):
    result = np.empty_like(x)
    positive = x >= 0
    result[positive] = 1 / (1 + np.exp(-x[positive]))
    e = np.exp(x[~positive])
    result[~positive] = e / (1 + e)
    return result


VARIANTS = [
    {"sigmoid": sigmoid_in_a_loop},
    {"sigmoid": sigmoid_by_log},
    {"sigmoid": sigmoid_of_parts},
    {"softplus": lambda x: np.logaddexp(0, x)},
    {"softplus": lambda x: np.log1p(np.exp(-abs(x))) + x * (x > 0)},
]


def worked(sigmoid, softplus):
    assert sigmoid(np.log(3.0)) == pytest.approx(0.75)
    assert softplus(0.0) == pytest.approx(0.693147, abs=1e-6)
    assert sigmoid(np.array(-50.0)) == pytest.approx(1.928750e-22, rel=1e-6)
    assert softplus(np.array(-40.0)) == pytest.approx(4.248354e-18, rel=1e-6)
    assert (sigmoid(np.array(-800.0)), softplus(np.array(800.0))) == (0, 800)
