"""Steps of several shapes; residuals that are linear and that are not, steps taken and refused, a minimum.

No case goes on until a step changes the cost by rounding alone: there right solutions decide differently.
"""

import numpy as np

from minnet.exercises.case import Case


def damped_step(r, J, damping):
    return -np.linalg.solve(J.T @ J + damping * np.eye(J.shape[1]), J.T @ r)


def levenberg_marquardt(residuals, jacobian, theta, damping, steps):
    for _ in range(steps):
        r = residuals(theta)
        tried = theta + damped_step(r, jacobian(theta), damping)
        if np.sum(residuals(tried) ** 2) < np.sum(r**2):
            theta, damping = tried, damping / 3
        else:
            damping = 2 * damping
    return theta, damping


def arctan(theta):
    return np.arctan(theta)


def slope_of_arctan(theta):
    return np.diag(1 / (1 + theta**2))


def valley(theta):
    """Rosenbrock's: a bent valley, along which straight steps are too long."""
    return np.array([10 * (theta[1] - theta[0] ** 2), 1 - theta[0], 0.0])


def slope_of_valley(theta):
    return np.array([[-20 * theta[0], 10.0], [-1.0, 0.0], [0.0, 0.0]])


class Shift:
    """One unknown that is added to all residuals."""

    def __init__(self, offsets):
        self.offsets = offsets

    def __repr__(self):
        return f"theta + {np.round(self.offsets, 4).tolist()}"

    def __call__(self, theta):
        return theta[0] + self.offsets

    def jacobian(self, theta):
        return np.ones((len(self.offsets), 1))


def cases(rng):
    for m, p, damping, about in ((5, 3, 0.7, ""), (4, 1, 2.0, "one parameter"), (3, 3, 0.3, "square shapes")):
        arguments = {"r": rng.normal(size=m), "J": rng.normal(size=(m, p)), "damping": damping}
        yield Case("damped_step", arguments, about)
    A, b = rng.normal(size=(5, 2)), 3 * rng.normal(size=5)

    def linear(theta):
        return A @ theta - b

    def slope_of_linear(theta):
        return A.copy()

    def case(residuals, jacobian, theta, damping, steps, about):
        arguments = {"residuals": residuals, "jacobian": jacobian, "theta": theta, "damping": damping, "steps": steps}
        return Case("levenberg_marquardt", arguments, about)

    yield case(linear, slope_of_linear, rng.normal(size=2), 6.0, 1, "linear residuals, one step")
    yield case(linear, slope_of_linear, rng.normal(size=2), 6.0, 3, "linear residuals, three steps")
    for offsets, about in (
        ([1.0, 1.0, 1.0, -1.0], "a step that lowers the cost, and makes one residual larger"),
        ([3.0, 0.0, 0.0], "a step that lowers the cost, and makes two residuals larger"),
    ):
        shifts = Shift(rng.uniform(0.5, 2) * np.array(offsets))
        yield case(shifts, shifts.jacobian, np.zeros(1), 0.25, 1, about)
    far = rng.uniform(2.5, 3.5, size=1)
    yield case(arctan, slope_of_arctan, far, 1e-3, 1, "a step that is refused")
    yield case(arctan, slope_of_arctan, far, 1e-3, 7, "steps that are refused, and one that is taken at last")
    near = rng.uniform([1.2, -0.9], [1.5, -0.6])
    yield case(arctan, slope_of_arctan, near, 1.0, 3, "three steps that are taken")
    farther = rng.uniform(9.4, 9.9, size=1)
    yield case(arctan, slope_of_arctan, farther, 2e-3, 3, "a step that is taken, then some that are refused")
    start = np.array([-1.2, 1.0]) + 0.1 * rng.normal(size=2)
    yield case(valley, slope_of_valley, start, 1.0, 6, "a bent valley")
    yield case(valley, slope_of_valley, np.ones(2), 0.5, 1, "a step of 0 from the minimum: the cost is the same")
