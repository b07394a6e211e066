"""Right solutions of `gradient_check` in other styles, and the numbers of its text."""

import numpy as np
import pytest


def with_one_copy(f, theta, h=1e-5):
    moved, gradient = theta.astype(float), np.zeros(theta.shape)
    for index, value in np.ndenumerate(theta):
        moved[index] = value + h
        up = f(moved)
        moved[index] = value - h
        gradient[index] = (up - f(moved)) / (2 * h)
        moved[index] = value
    return gradient


def by_basis(f, theta, h=1e-5):
    units = h * np.eye(theta.size).reshape(theta.size, *theta.shape)
    return np.reshape([(f(theta + e) - f(theta - e)) / (2 * h) for e in units], theta.shape)


def flattened(f, theta, h=1e-5):
    flat = theta.reshape(-1)
    result = np.empty(flat.size)
    for k in range(flat.size):
        step = np.zeros(flat.size)
        step[k] = h
        result[k] = f((flat + step).reshape(theta.shape)) / (2 * h) - f((flat - step).reshape(theta.shape)) / (2 * h)
    return result.reshape(theta.shape)


VARIANTS = [{"numerical_gradient": f} for f in (with_one_copy, by_basis, flattened)]


def worked(numerical_gradient):
    gradient = numerical_gradient(lambda theta: float(theta[0] ** 3), np.array([2.0]), h=0.1)
    assert gradient == pytest.approx([12.01])
    gradient = numerical_gradient(lambda theta: float(theta[0] ** 3 + 2 * theta[1] ** 3), np.array([2.0, 1.0]), h=0.1)
    assert gradient == pytest.approx([12.01, 6.02])
