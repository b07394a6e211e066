"""How differences go wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def differences(f, theta, ups, downs, divisor):
    gradient = np.empty(theta.shape)
    for index in np.ndindex(theta.shape):
        up, down = theta.copy(), theta.copy()
        up[index] += ups
        down[index] -= downs
        gradient[index] = (f(up) - f(down)) / divisor
    return gradient


@mistakes("That is a forward difference, f(theta + h) - f(theta): it is off by some h, a central one by h^2.", hint=2)
def numerical_gradient__forward(f, theta, h=1e-5):
    return differences(f, theta, h, 0, h)


@mistakes("That is a backward difference, f(theta) - f(theta - h): it is off by some h, a central one by h^2.", hint=2)
def numerical_gradient__backward(f, theta, h=1e-5):
    return differences(f, theta, 0, h, h)


@mistakes("From theta - h to theta + h it is 2 h: you divide by h.", hint=2)
def numerical_gradient__divided_by_h(f, theta, h=1e-5):
    return differences(f, theta, h, h, h)


@mistakes("Up minus down, not down minus up: the sign is wrong.", hint=2)
def numerical_gradient__sign(f, theta, h=1e-5):
    return -differences(f, theta, h, h, 2 * h)


@mistakes("Half of h on either side: the steps are h up and h down, and the difference is divided by 2 h.", hint=2)
def numerical_gradient__half_steps(f, theta, h=1e-5):
    return differences(f, theta, h / 2, h / 2, h)


@mistakes("h is not used: yours has a step of its own.", hint=2)
def numerical_gradient__own_step(f, theta, h=1e-5):
    return differences(f, theta, 1e-5, 1e-5, 2e-5)


@mistakes("Entries that were moved are not put back before the next one is.", hint=3)
def numerical_gradient__not_put_back(f, theta, h=1e-5):
    theta, gradient = theta.copy(), np.empty(theta.shape)
    for index in np.ndindex(theta.shape):
        theta[index] += h
        up = f(theta)
        theta[index] -= 2 * h
        gradient[index] = (up - f(theta)) / (2 * h)
    return gradient


@mistakes("The steps add up in theta itself: it is not as before when it is over.", hint=3)
def numerical_gradient__in_place(f, theta, h=1e-5):
    gradient = np.empty(theta.shape)
    for index in np.ndindex(theta.shape):
        theta[index] += h
        up = f(theta)
        theta[index] -= 2 * h
        gradient[index] = (up - f(theta)) / (2 * h)
    return gradient


@mistakes("All entries are moved at once: that is one number, the derivative along (1, 1, ...).", hint=3)
def numerical_gradient__all_at_once(f, theta, h=1e-5):
    return np.full(theta.shape, (f(theta + h) - f(theta - h)) / (2 * h))


@mistakes("The gradient has the shape of theta, not (size,).", hint=4)
def numerical_gradient__flat(f, theta, h=1e-5):
    return differences(f, theta, h, h, 2 * h).ravel()


@mistakes("The step is relative to the entry: h is added, as it is.", hint=2)
def numerical_gradient__relative(f, theta, h=1e-5):
    gradient = np.empty(theta.shape)
    for index in np.ndindex(theta.shape):
        up, down = theta.copy(), theta.copy()
        step = h * theta[index]
        up[index] += step
        down[index] -= step
        gradient[index] = (f(up) - f(down)) / (2 * step)
    return gradient
