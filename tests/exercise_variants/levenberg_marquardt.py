"""Right solutions of `levenberg_marquardt` in other styles, the numbers of its text, and minnet's own solver."""

import numpy as np
import pytest

from minnet.solvers.damped_least_squares import Damping, damped_least_squares


def step_by_longer_residuals(r, J, damping):
    """Least squares of J v + r with one more residual, sqrt(damping) v_j, for each parameter."""
    p = J.shape[1]
    return np.linalg.lstsq(np.vstack([J, np.sqrt(damping) * np.eye(p)]), -np.append(r, np.zeros(p)), rcond=None)[0]


def step_by_singular_values(r, J, damping):
    U, s, V = np.linalg.svd(J, full_matrices=False)
    return -V.T @ (s / (s**2 + damping) * (U.T @ r))


def step_in_loops(r, J, damping):
    m, p = J.shape
    A = [[sum(J[k, i] * J[k, j] for k in range(m)) for j in range(p)] for i in range(p)]
    for j in range(p):
        A[j][j] += damping
    return np.linalg.inv(A) @ [-sum(J[k, j] * r[k] for k in range(m)) for j in range(p)]


def remembering(residuals, jacobian, theta, damping, steps):
    """r and J are computed anew only where theta has moved."""
    theta = np.array(theta, float)
    r, J = residuals(theta), jacobian(theta)
    cost = r @ r / 2
    for _ in range(steps):
        tried = theta + step_by_singular_values(r, J, damping)
        new_r = residuals(tried)
        new_cost = new_r @ new_r / 2
        if new_cost >= cost:
            damping *= 2
            continue
        theta, r, J, cost = tried, new_r, jacobian(tried), new_cost
        damping /= 3
    return theta, damping


def in_plain_numbers(residuals, jacobian, theta, damping, steps):
    theta, k = list(theta), 0
    while k < steps:
        r = residuals(np.array(theta))
        v = step_in_loops(r, jacobian(np.array(theta)), damping)
        tried = [a + b for a, b in zip(theta, v, strict=True)]
        if sum(e * e for e in residuals(np.array(tried))) < sum(e * e for e in r):
            theta, damping = tried, damping * (1 / 3)
        else:
            damping = damping + damping
        k += 1
    return [theta, damping]


def recursively(residuals, jacobian, theta, damping, steps):
    if not steps:
        return theta.copy(), damping
    v = step_by_longer_residuals(residuals(theta), jacobian(theta), damping)
    better = np.linalg.norm(residuals(theta + v)) < np.linalg.norm(residuals(theta))
    state = (theta + v, damping / 3) if better else (theta, 2 * damping)
    return recursively(residuals, jacobian, *state, steps - 1)


def with_the_cost_remembered(residuals, jacobian, theta, damping, steps):
    """theta itself is returned where no step is taken; the half stays in the cost."""
    cost = 0.5 * sum(residuals(theta) ** 2)
    for _ in range(steps):
        J = jacobian(theta)
        v = np.linalg.solve(np.einsum("kj,ki->ji", J, J) + damping * np.identity(len(theta)), -residuals(theta) @ J)
        if (tried := 0.5 * sum(residuals(theta + v) ** 2)) < cost:
            theta, cost, damping = theta + v, tried, damping / 3
        else:
            damping = damping / 0.5
    return theta, damping


VARIANTS = [
    {"levenberg_marquardt": with_the_cost_remembered},
    {"damped_step": step_by_longer_residuals, "levenberg_marquardt": recursively},
    {"damped_step": step_by_singular_values, "levenberg_marquardt": remembering},
    {"damped_step": step_in_loops, "levenberg_marquardt": in_plain_numbers},
]


def worked(damped_step, levenberg_marquardt):
    assert damped_step(np.array([2.0, 1.0]), np.array([[1.0], [3.0]]), 10.0) == pytest.approx([-0.25])

    def off(theta):
        return theta - 4

    def one(theta):
        return np.ones((1, 1))

    for steps, theta, damping in ((1, 2, 2 / 3), (2, 3.2, 2 / 9)):
        assert np.hstack(levenberg_marquardt(off, one, np.ones(1), 2.0, steps)) == pytest.approx([theta, damping])

    def slope(theta):
        return np.diag(1 / (1 + theta**2))

    start = np.array([10.0])
    assert damped_step(np.arctan(start), slope(start), 0.002) == pytest.approx([-6.942524], abs=1e-6)
    for steps, damping in ((1, 0.000667), (2, 0.001333)):
        right = pytest.approx([3.057476, damping], abs=1e-6)
        assert np.hstack(levenberg_marquardt(np.arctan, slope, start, 0.002, steps)) == right
    there = np.array([3.057476])
    step = damped_step(np.arctan(there), slope(there), 0.002 / 3)
    assert step == pytest.approx([-12.1], abs=0.05)
    assert there + step == pytest.approx([-9.1], abs=0.05)


def against_minnet(damped_step, levenberg_marquardt):
    def valley(theta):
        return np.array([10 * (theta[1] - theta[0] ** 2), 1 - theta[0]])

    def slope(theta):
        return np.array([[-20 * theta[0], 10.0], [-1.0, 0.0]])

    start = np.array([-1.2, 1.0])
    largest = np.diag(slope(start).T @ slope(start)).max()
    for steps in range(1, 12):
        right = damped_least_squares(valley, slope, start, iterations=steps, damping=Damping(start=1 / largest))
        assert levenberg_marquardt(valley, slope, start, 1.0, steps)[0] == pytest.approx(right.theta, rel=1e-8)
