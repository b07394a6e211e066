"""How differences go wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def differences(f, theta, difference):
    """``difference(value)`` of every entry, value(step) being f where that entry alone is moved by step."""
    gradient = np.zeros(theta.shape)
    for index in np.ndindex(theta.shape):

        def value(step, index=index):
            moved = theta.copy()
            moved[index] += step
            return f(moved)

        gradient[index] = difference(value)
    return gradient


def wrong(sentence, difference, hint=2):
    """A mistake in the difference, ``difference(value, h)``."""

    @mistakes(sentence, hint=hint)
    def numerical_gradient__difference(f, theta, h=1e-5):
        return differences(f, theta, lambda value: difference(value, h))


wrong("That is a forward difference, f(theta + h) - f(theta): it is off by some h, a central one by h^2.",
      lambda value, h: (value(h) - value(0)) / h)  # fmt: skip
wrong("That is a backward difference, f(theta) - f(theta - h): it is off by some h, a central one by h^2.",
      lambda value, h: (value(0) - value(-h)) / h)  # fmt: skip
wrong("From theta - h to theta + h it is 2 h: you divide by h.", lambda value, h: (value(h) - value(-h)) / h)
wrong("Parentheses are missing: / 2 * h divides by 2 and multiplies by h; write / (2 * h).",
      lambda value, h: (value(h) - value(-h)) / 2 * h)  # fmt: skip
wrong("The difference is not divided by h: you divide by 2 alone.", lambda value, h: (value(h) - value(-h)) / 2)
wrong("The difference is not divided: from theta - h to theta + h it is 2 h.", lambda value, h: value(h) - value(-h))
wrong("h is squared below your line: a first derivative is divided by 2 h.",
      lambda value, h: (value(h) - value(-h)) / h**2)  # fmt: skip
wrong("h is squared below your line: a first derivative is divided by 2 h.",
      lambda value, h: (value(h) - value(-h)) / (2 * h**2))  # fmt: skip
wrong("You divide by 4 h; from theta - h to theta + h it is 2 h.", lambda value, h: (value(h) - value(-h)) / (4 * h))
wrong(
    "Your second value is f(theta), not f(theta - h), and 2 h is divided by: from theta + h it is one h down to theta, "
    "and another one below it.",
    lambda value, h: (value(h) - value(0)) / (2 * h), 3,
)  # fmt: skip
wrong("Your first value is f(theta), not f(theta + h), and 2 h is divided by: h goes up and down.",
      lambda value, h: (value(0) - value(-h)) / (2 * h), 3)  # fmt: skip
wrong("Up minus down, not down minus up: the sign is wrong.", lambda value, h: (value(-h) - value(h)) / (2 * h))
wrong("The two values are added; it is up minus down.", lambda value, h: (value(h) + value(-h)) / (2 * h))
wrong("Parentheses are missing: only f(theta - h) is divided by 2 h, and f(theta + h) is whole.",
      lambda value, h: value(h) - value(-h) / (2 * h))  # fmt: skip
wrong("The size of the difference is returned: a derivative has a sign.",
      lambda value, h: abs(value(h) - value(-h)) / (2 * h))  # fmt: skip
wrong("Half of h on either side: the steps are h up and h down, and the difference is divided by 2 h.",
      lambda value, h: (value(h / 2) - value(-h / 2)) / h)  # fmt: skip
wrong("Your steps are 2 h up and 2 h down; they are h up and h down.",
      lambda value, h: (value(2 * h) - value(-2 * h)) / (4 * h))  # fmt: skip
wrong("Your steps are 2 h up and 2 h down, and 2 h is divided by; they are h up and h down.",
      lambda value, h: (value(2 * h) - value(-2 * h)) / (2 * h))  # fmt: skip
wrong("One step of 2 h up is a forward difference: it is h up and h down.",
      lambda value, h: (value(2 * h) - value(0)) / (2 * h))  # fmt: skip
wrong("That is a second derivative, f(theta + h) - 2 f(theta) + f(theta - h) over h^2.",
      lambda value, h: (value(h) - 2 * value(0) + value(-h)) / h**2)  # fmt: skip
wrong("h is not used: yours has a step of its own.", lambda value, h: (value(1e-5) - value(-1e-5)) / 2e-5)


def central(value, h):
    return (value(h) - value(-h)) / (2 * h)


def gradient_of(f, theta, h):
    return differences(f, theta, lambda value: central(value, h))


@mistakes("The step is relative to the entry: h is added, as it is.", hint=2)
def numerical_gradient__relative(f, theta, h=1e-5):
    steps = iter(h * theta.ravel())
    return differences(f, theta, lambda value: central(value, next(steps)))


@mistakes("The step grows with the entry: h is added, as it is, whatever the size of theta.", hint=2)
def numerical_gradient__scaled(f, theta, h=1e-5):
    steps = iter(h * np.maximum(1, np.abs(theta.ravel())))
    return differences(f, theta, lambda value: central(value, next(steps)))


@mistakes("The step grows with the entry: h is added, as it is, whatever the size of theta.", hint=2)
def numerical_gradient__scaled_by_sum(f, theta, h=1e-5):
    steps = iter(h * (1 + np.abs(theta.ravel())))
    return differences(f, theta, lambda value: central(value, next(steps)))


@mistakes("Entries that were moved are not put back before the next one is.", hint=3)
def numerical_gradient__not_put_back(f, theta, h=1e-5):
    return numerical_gradient__in_place(f, theta.copy(), h)


@mistakes("The steps add up in theta itself: it is not as before when it is over.", hint=3)
def numerical_gradient__in_place(f, theta, h=1e-5):
    gradient = np.empty(theta.shape)
    for index in np.ndindex(theta.shape):
        theta[index] += h
        up = f(theta)
        theta[index] -= 2 * h
        gradient[index] = (up - f(theta)) / (2 * h)
    return gradient


@mistakes(
    "Adding h, subtracting 2 h and adding h again leaves theta changed by a rounding error: keep the old entry and put "
    "that back, or move a copy.",
    hint=3,
)
def numerical_gradient__put_back_by_adding(f, theta, h=1e-5):
    gradient = np.empty(theta.shape)
    for index in np.ndindex(theta.shape):
        theta[index] += h
        up = f(theta)
        theta[index] -= 2 * h
        gradient[index] = (up - f(theta)) / (2 * h)
        theta[index] += h
    return gradient


@mistakes("Both copies are made once, before the loop: entries that were moved stay so. Copy for each entry.", hint=3)
def numerical_gradient__copied_once(f, theta, h=1e-5):
    gradient, up, down = np.empty(theta.shape), theta.copy(), theta.copy()
    for index in np.ndindex(theta.shape):
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient


@mistakes(
    "up = theta makes no copy: up and down are the same array, and the difference is 0. theta.copy() does.", hint=3
)
def numerical_gradient__no_copies(f, theta, h=1e-5):
    gradient, up, down = np.empty(theta.shape), theta, theta
    for index in np.ndindex(theta.shape):
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient


@mistakes("All entries are moved at once: that is one number, the derivative along (1, 1, ...).", hint=3)
def numerical_gradient__all_at_once(f, theta, h=1e-5):
    return np.full(theta.shape, (f(theta + h) - f(theta - h)) / (2 * h))


@mistakes("All entries are moved at once, and one number is returned: there is a derivative for every entry.", hint=3)
def numerical_gradient__one_number(f, theta, h=1e-5):
    return (f(theta + h) - f(theta - h)) / (2 * h)


@mistakes("theta[k] of an array of several axes is a whole row, which you move at once: np.ndindex.", hint=4)
def numerical_gradient__rows(f, theta, h=1e-5):
    gradient = np.zeros(theta.shape)
    for k in range(len(theta)):
        up, down = theta.copy(), theta.copy()
        up[k] += h
        down[k] -= h
        gradient[k] = (f(up) - f(down)) / (2 * h)
    return gradient


@mistakes("theta[k] of an array of several axes is a whole row: yours has one number for each. np.ndindex.", hint=4)
def numerical_gradient__one_for_each_row(f, theta, h=1e-5):
    rows = numerical_gradient__rows(f, theta, h)
    return rows.reshape(len(theta), -1)[:, 0].copy()


@mistakes("The gradient has the shape of theta, not (size,).", hint=4)
def numerical_gradient__flat(f, theta, h=1e-5):
    return gradient_of(f, theta, h).ravel()


def in_part(f, theta, h, part):
    gradient = np.zeros(theta.size)
    gradient[part] = gradient_of(f, theta, h).ravel()[part]
    return gradient.reshape(theta.shape)


@mistakes("The last entry is left out: range(size) ends before size by itself.", hint=4)
def numerical_gradient__without_last(f, theta, h=1e-5):
    return in_part(f, theta, h, slice(None, -1))


@mistakes("The first entry is left out: entries are counted from 0.", hint=4)
def numerical_gradient__without_first(f, theta, h=1e-5):
    return in_part(f, theta, h, slice(1, None))


@mistakes("Only the first entry has a derivative: a return inside of the loop ends it.", hint=4)
def numerical_gradient__first_alone(f, theta, h=1e-5):
    return in_part(f, theta, h, slice(1))


@mistakes("Derivatives are divided by the number of entries; nothing is averaged.", hint=2)
def numerical_gradient__averaged(f, theta, h=1e-5):
    return gradient_of(f, theta, h) / theta.size


@mistakes("The sum of all derivatives is returned; each entry of theta has its own.", hint=4)
def numerical_gradient__sum(f, theta, h=1e-5):
    return gradient_of(f, theta, h).sum()


@mistakes("That is a step downhill, theta minus the gradient; the gradient alone is asked for.", hint=1)
def numerical_gradient__step(f, theta, h=1e-5):
    return theta - gradient_of(f, theta, h)
