"""How the integral of a network goes wrong."""

import numpy as np
from scipy.special import spence

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def softplus(t):
    return np.logaddexp(0, t)


def sigmoid(t):
    return np.exp(-softplus(-t))


def middle(w, b, low, high):
    return (high - low) * sigmoid(w * (low + high) / 2 + b)


def unit(w, b, low, high, F=softplus, divisor=None, near=middle):
    """The integral with another antiderivative, another divisor, or another value near w = 0."""
    if abs(w * (high - low)) < 1e-4:
        return near(w, b, low, high)
    return (F(w * high + b) - F(w * low + b)) / (w if divisor is None else divisor)


def network(w, b, v, c, low, high, of_constant=None, integral=unit):
    units = np.array([integral(wj, bj, low, high) for wj, bj in zip(w, b, strict=True)])
    return np.dot(v, units) + (c * (high - low) if of_constant is None else of_constant)


def dilogarithm(t):
    small = spence(1 + np.exp(-abs(t)))
    return -small if t <= 0 else np.pi**2 / 6 + t**2 / 2 + small


def corners(w, b, low, high, P=dilogarithm, signs=(1, -1, -1, 1)):
    """The sum over the corners (high, high), (high, low), (low, high), (low, low)."""
    ends = [(x1, x2) for x1 in (high[0], low[0]) for x2 in (high[1], low[1])]
    return sum(s * P(w[0] * x1 + w[1] * x2 + b) for s, (x1, x2) in zip(signs, ends, strict=True))


@mistakes("Your difference is not divided by w: the derivative of softplus(w x + b) by x has a factor w.", hint=2)
def unit_integral__not_divided(w, b, low, high):
    return unit(w, b, low, high, divisor=1)


@mistakes("Your difference is multiplied by w; it is divided.", hint=2)
def unit_integral__multiplied(w, b, low, high):
    return unit(w, b, low, high, divisor=1 / w if w else 1)


@mistakes("You divide by the size of w: for a negative w the integral comes out negative. Divide by w.", hint=2)
def unit_integral__size_of_w(w, b, low, high):
    return unit(w, b, low, high, divisor=abs(w))


@mistakes("Your difference is that of two sigmoids; at the ends it is the antiderivative, softplus.", hint=2)
def unit_integral__of_sigmoids(w, b, low, high):
    return unit(w, b, low, high, F=sigmoid)


@mistakes("max(t, 0) is softplus for large t only: log(1 + exp(t)) is log 2 at 0.", hint=2)
def unit_integral__relu(w, b, low, high):
    return unit(w, b, low, high, F=lambda t: max(t, 0.0))


@mistakes("The ends have changed places: it is the upper one minus the lower one.", hint=2)
def unit_integral__ends(w, b, low, high):
    return -unit(w, b, low, high, near=lambda *args: -middle(*args))


@mistakes("Only the upper end is in yours: the softplus at the lower one is subtracted.", hint=2)
def unit_integral__upper_end(w, b, low, high):
    return unit(w, b, low, high) + (softplus(w * low + b) / w if abs(w * (high - low)) >= 1e-4 else 0)


@mistakes("Yours is the mean over the interval: it is not multiplied by the length.", hint=2)
def unit_integral__mean(w, b, low, high):
    return unit(w, b, low, high) / (high - low)


@mistakes("exp(t) overflows for a large weight, in log(1 + exp(t)): see the exercise on the sigmoid.", hint=1)
def unit_integral__overflow(w, b, low, high):
    return unit(w, b, low, high, F=lambda t: np.log(1 + np.exp(t)))


@mistakes("A weight of 0 is divided by in yours, 0 / 0; and near 0 the difference has lost its digits.", hint=3)
def unit_integral__no_small_weights(w, b, low, high):
    return np.float64(softplus(w * high + b) - softplus(w * low + b)) / w


@mistakes("Only w = 0 is treated by itself; a weight of 1e-12 loses the digits too, so ask for its size.", hint=3)
def unit_integral__zero_only(w, b, low, high):
    return (softplus(w * high + b) - softplus(w * low + b)) / w if w else middle(w, b, low, high)


@mistakes("Your integral for a weight near 0 is 0; the unit is then a constant, sigmoid(b).", hint=3)
def unit_integral__nothing_near_zero(w, b, low, high):
    return unit(w, b, low, high, near=lambda *_: 0.0)


@mistakes("For a weight near 0 you forget b: the unit is then sigmoid(b), and not 1/2.", hint=3)
def unit_integral__half_near_zero(w, b, low, high):
    return unit(w, b, low, high, near=lambda *_: (high - low) / 2)


@mistakes("For a weight near 0 you return sigmoid(b), not multiplied by the length.", hint=3)
def unit_integral__value_near_zero(w, b, low, high):
    return unit(w, b, low, high, near=lambda *_: middle(w, b, low, high) / (high - low))


@mistakes("For a weight near 0 you return the length times b; it is the length times sigmoid(b).", hint=3)
def unit_integral__bias_near_zero(w, b, low, high):
    return unit(w, b, low, high, near=lambda *_: (high - low) * b)


@mistakes("c is missing: a constant has an integral as well.", hint=4)
def network_integral__no_constant(w, b, v, c, low, high):
    return network(w, b, v, c, low, high, of_constant=0.0)


@mistakes("c is added as it is; its integral is c (high - low).", hint=4)
def network_integral__constant_as_it_is(w, b, v, c, low, high):
    return network(w, b, v, c, low, high, of_constant=c)


@mistakes("c is counted once for every unit; it stands in y once.", hint=4)
def network_integral__constant_for_each(w, b, v, c, low, high):
    return network(w, b, v, c, low, high, of_constant=len(w) * c * (high - low))


@mistakes("The integral of c is c (high - low); yours has the sum of the ends.", hint=4)
def network_integral__sum_of_the_ends(w, b, v, c, low, high):
    return network(w, b, v, c, low, high, of_constant=c * (high + low))


@mistakes("The weights v are missing: units are added as if each had the weight 1.", hint=4)
def network_integral__without_v(w, b, v, c, low, high):
    return network(w, b, np.ones(len(v)), c, low, high)


@mistakes("The units are averaged; they are added.", hint=4)
def network_integral__mean(w, b, v, c, low, high):
    return network(w, b, v / len(v), c, low, high)


@mistakes("Weights near 0 are divided by in yours: use unit_integral for each unit, which sees to them.", hint=3)
def network_integral__no_small_weights(w, b, v, c, low, high):
    return np.dot(v, (softplus(w * high + b) - softplus(w * low + b)) / w) + c * (high - low)


@mistakes("The integral of each unit is returned, (h,); one number is asked for, their weighted sum.", hint=4)
def network_integral__of_each(w, b, v, c, low, high):
    return np.array([network([wj], [bj], [vj], c, low, high) for wj, bj, vj in zip(w, b, v, strict=True)])


@mistakes("All four corners are added; two of them are subtracted.", hint=5)
def rectangle_integral__all_added(w, b, low, high):
    return corners(w, b, low, high, signs=(1, 1, 1, 1)) / (w[0] * w[1])


@mistakes("Only two corners are in yours, the upper minus the lower one; a rectangle has four.", hint=5)
def rectangle_integral__two_corners(w, b, low, high):
    return corners(w, b, low, high, signs=(1, 0, 0, -1)) / (w[0] * w[1])


@mistakes("The corner of both lower ends has the wrong sign: minus times minus is plus.", hint=5)
def rectangle_integral__last_corner(w, b, low, high):
    return corners(w, b, low, high, signs=(1, -1, -1, -1)) / (w[0] * w[1])


@mistakes("All signs are reversed: + is at (high, high) and (low, low).", hint=5)
def rectangle_integral__signs(w, b, low, high):
    return -corners(w, b, low, high) / (w[0] * w[1])


@mistakes("Your sum is not divided: each of the two integrations divides by a weight.", hint=5)
def rectangle_integral__not_divided(w, b, low, high):
    return corners(w, b, low, high)


@mistakes("Your sum is divided by w_1 alone; each of the two integrations divides by its weight.", hint=5)
def rectangle_integral__divided_by_the_first(w, b, low, high):
    return corners(w, b, low, high) / w[0]


@mistakes("Your sum is divided by w_1 + w_2; each integration divides once, so it is the product.", hint=5)
def rectangle_integral__divided_by_the_sum(w, b, low, high):
    return corners(w, b, low, high) / (w[0] + w[1])


@mistakes("softplus stands at the corners of yours: that is one integration, and a rectangle takes two.", hint=5)
def rectangle_integral__softplus(w, b, low, high):
    return corners(w, b, low, high, P=softplus) / (w[0] * w[1])


@mistakes("exp(t) overflows for large t: for t > 0 P has its second form, with exp(-t).", hint=5)
def rectangle_integral__overflow(w, b, low, high):
    return corners(w, b, low, high, P=lambda t: -spence(1 + np.exp(t))) / (w[0] * w[1])


@mistakes("P has the wrong sign where t <= 0: it is -spence(1 + exp(t)), and positive.", hint=5)
def rectangle_integral__sign_of_P(w, b, low, high):
    return corners(w, b, low, high, P=lambda t: dilogarithm(t) if t > 0 else -dilogarithm(t)) / (w[0] * w[1])


@mistakes("spence(z) is the dilogarithm of 1 - z, so its argument is 1 + exp(...); your 1 is missing.", hint=5)
def rectangle_integral__argument_of_spence(w, b, low, high):
    def P(t):
        small = spence(np.exp(-abs(t)))
        return -small if t <= 0 else np.pi**2 / 6 + t**2 / 2 + small

    return corners(w, b, low, high, P=P) / (w[0] * w[1])


@mistakes("In P the spence of positive t has the wrong sign: pi^2 / 6 + t^2 / 2 + spence(1 + exp(-t)).", hint=5)
def rectangle_integral__sign_of_spence(w, b, low, high):
    def P(t):
        small = spence(1 + np.exp(-abs(t)))
        return -small if t <= 0 else np.pi**2 / 6 + t**2 / 2 - small

    return corners(w, b, low, high, P=P) / (w[0] * w[1])
