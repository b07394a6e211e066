"""How the integral of a network goes wrong."""

import math

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


@mistakes("exp(t) overflows for a large weight, in log(1 + exp(t)): see the exercise on the sigmoid.", hint=1)
def unit_integral__overflow(w, b, low, high):
    return unit(w, b, low, high, F=lambda t: np.log(1 + np.exp(t)))


@mistakes("A weight of 0 is divided by in yours, 0 / 0; and near 0 the difference has lost its digits.", hint=3)
def unit_integral__no_small_weights(w, b, low, high):
    return np.float64(softplus(w * high + b) - softplus(w * low + b)) / w


@mistakes("Only w = 0 is treated by itself; a weight of 1e-12 loses the digits too, so ask for its size.", hint=3)
def unit_integral__zero_only(w, b, low, high):
    return (softplus(w * high + b) - softplus(w * low + b)) / w if w else middle(w, b, low, high)


@mistakes("For a weight near 0 you forget b: the unit is then sigmoid(b), and not 1/2.", hint=3)
def unit_integral__half_near_zero(w, b, low, high):
    return unit(w, b, low, high, near=lambda *_: (high - low) / 2)


@mistakes("For a weight near 0 you return sigmoid(b), not multiplied by the length.", hint=3)
def unit_integral__value_near_zero(w, b, low, high):
    return unit(w, b, low, high, near=lambda *_: middle(w, b, low, high) / (high - low))


@mistakes("exp(t) overflows for a large weight in yours, and a weight of 0 is divided by: both need care.", hint=1)
def unit_integral__as_it_stands(w, b, low, high):
    return np.float64(np.log(1 + np.exp(w * high + b)) - np.log(1 + np.exp(w * low + b))) / w


@mistakes("exp(t) overflows for a large weight in yours, and one of 1e-12 loses the digits: ask for its size.", hint=1)
def unit_integral__as_it_stands_but_for_zero(w, b, low, high):
    return unit_integral__as_it_stands(w, b, low, high) if w else middle(w, b, low, high)


@mistakes("Every negative weight counts as near 0 in yours: ask for the size, abs(w * (high - low)).", hint=3)
def unit_integral__negative_is_small(w, b, low, high):
    return middle(w, b, low, high) if w < 0 else unit(w, b, low, high)


@mistakes("The value in the middle times the length is for weights near 0 alone; others have two softplus.", hint=2)
def unit_integral__middle_always(w, b, low, high):
    return middle(w, b, low, high)


@mistakes("For a weight near 0 softplus stands in yours; the unit is a sigmoid, and nearly constant.", hint=3)
def unit_integral__softplus_near_zero(w, b, low, high):
    return unit(w, b, low, high, near=lambda *_: (high - low) * softplus(w * (low + high) / 2 + b))


@mistakes("In yours w is multiplied with x + b; the argument is w x + b.", hint=2)
def unit_integral__bias_times_w(w, b, low, high):
    return unit(w, w * b, low, high, near=lambda *_: middle(w, b, low, high))


@mistakes("The two softplus are added in yours; it is the upper one minus the lower one.", hint=2)
def unit_integral__sum(w, b, low, high):
    return unit(w, b, low, high) + (2 * softplus(w * low + b) / w if abs(w * (high - low)) >= 1e-4 else 0)


@mistakes("Yours is the softplus of a difference; it is the difference of two softplus.", hint=2)
def unit_integral__softplus_of_difference(w, b, low, high):
    return softplus(w * (high - low) + b) / w if abs(w * (high - low)) >= 1e-4 else middle(w, b, low, high)


@mistakes("Your difference is divided by the length as well: that is the mean, not the integral.", hint=2)
def unit_integral__mean(w, b, low, high):
    return unit(w, b, low, high, divisor=w * (high - low))


@mistakes("Your softplus is that of -(w x + b): its derivative is a sigmoid that falls.", hint=2)
def unit_integral__sign_of_argument(w, b, low, high):
    return unit(w, b, low, high, F=lambda t: softplus(-t))


@mistakes("math.exp raises an error for numbers beyond 709: take exp only of numbers that are not positive.", hint=1)
def unit_integral__math(w, b, low, high):
    return unit(w, b, low, high, F=lambda t: math.log(1 + math.exp(t)))


@mistakes("np.where computes both sides everywhere, so a weight of 0 is divided by in yours: use if.", hint=3)
def unit_integral__both_sides(w, b, low, high):
    quotient = np.float64(softplus(w * high + b) - softplus(w * low + b)) / w
    return np.where(abs(w * (high - low)) < 1e-4, middle(w, b, low, high), quotient)


@mistakes("c is missing: a constant has an integral as well.", hint=4)
def network_integral__no_constant(w, b, v, c, low, high):
    return network(w, b, v, c, low, high, of_constant=0.0)


@mistakes("c is added as it is; its integral is c (high - low).", hint=4)
def network_integral__constant_as_it_is(w, b, v, c, low, high):
    return network(w, b, v, c, low, high, of_constant=c)


@mistakes("c is counted once for every unit; it stands in y once.", hint=4)
def network_integral__constant_for_each(w, b, v, c, low, high):
    return network(w, b, v, c, low, high, of_constant=len(w) * c * (high - low))


@mistakes("The weights v are missing: units are added as if each had the weight 1.", hint=4)
def network_integral__without_v(w, b, v, c, low, high):
    return network(w, b, np.ones(len(v)), c, low, high)


@mistakes("Weights near 0 are divided by in yours: use unit_integral for each unit, which sees to them.", hint=3)
def network_integral__no_small_weights(w, b, v, c, low, high):
    return np.dot(v, (softplus(w * high + b) - softplus(w * low + b)) / w) + c * (high - low)


@mistakes("The integral of each unit is returned, (h,); one number is asked for, their weighted sum.", hint=4)
def network_integral__of_each(w, b, v, c, low, high):
    return np.array([network([wj], [bj], [vj], c, low, high) for wj, bj, vj in zip(w, b, v, strict=True)])


@mistakes("c is counted in every unit, times v; it stands in y once, by itself.", hint=4)
def network_integral__constant_in_units(w, b, v, c, low, high):
    return network(w, b, v, c, low, high, of_constant=np.sum(v) * c * (high - low))


@mistakes("c is added once for every unit; it stands in y once, and its integral is c (high - low).", hint=4)
def network_integral__constant_added_for_each(w, b, v, c, low, high):
    return network(w, b, v, c, low, high, of_constant=len(w) * c)


@mistakes("The integral of c is c (high - low); yours is that of c x.", hint=4)
def network_integral__constant_squared(w, b, v, c, low, high):
    return network(w, b, v, c, low, high, of_constant=c * (high**2 - low**2) / 2)


@mistakes("The units are multiplied by the length as well; their integrals have it already, only c has not.", hint=4)
def network_integral__all_times_length(w, b, v, c, low, high):
    return network(w, b, v, c, low, high, of_constant=c) * (high - low)


@mistakes("Sums of v and of the units are multiplied; each unit has a weight v of its own.", hint=4)
def network_integral__product_of_sums(w, b, v, c, low, high):
    return network(w, b, np.full(len(v), np.sum(v)), c, low, high)


@mistakes("Only the last unit is in yours: the sum is overwritten in the loop, = where += is due.", hint=4)
def network_integral__last_unit(w, b, v, c, low, high):
    return network(w[-1:], b[-1:], v[-1:], c, low, high)


@mistakes("All four corners are added; two of them are subtracted.", hint=5)
def rectangle_integral__all_added(w, b, low, high):
    return corners(w, b, low, high, signs=(1, 1, 1, 1)) / (w[0] * w[1])


@mistakes("Only two corners are in yours, the upper minus the lower one; a rectangle has four.", hint=5)
def rectangle_integral__two_corners(w, b, low, high):
    return corners(w, b, low, high, signs=(1, 0, 0, -1)) / (w[0] * w[1])


@mistakes("The corner of both lower ends has the wrong sign: minus times minus is plus.", hint=5)
def rectangle_integral__last_corner(w, b, low, high):
    return corners(w, b, low, high, signs=(1, -1, -1, -1)) / (w[0] * w[1])


@mistakes("Your sum is not divided: each of the two integrations divides by a weight.", hint=5)
def rectangle_integral__not_divided(w, b, low, high):
    return corners(w, b, low, high)


@mistakes("Your sum is divided by w_1 alone; each of the two integrations divides by its weight.", hint=5)
def rectangle_integral__divided_by_the_first(w, b, low, high):
    return corners(w, b, low, high) / w[0]


@mistakes("softplus stands at the corners of yours: that is one integration, and a rectangle takes two.", hint=5)
def rectangle_integral__softplus(w, b, low, high):
    return corners(w, b, low, high, P=softplus) / (w[0] * w[1])


@mistakes("exp(t) overflows for large t: for t > 0 P has its second form, with exp(-t).", hint=5)
def rectangle_integral__overflow(w, b, low, high):
    return corners(w, b, low, high, P=lambda t: -spence(1 + np.exp(t))) / (w[0] * w[1])


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


@mistakes("For t below -709 exp(-t) overflows, in the second form of P: that is for t > 0 only.", hint=5)
def rectangle_integral__second_form_alone(w, b, low, high):
    return corners(w, b, low, high, P=lambda t: np.pi**2 / 6 + t**2 / 2 + spence(1 + np.exp(-t))) / (w[0] * w[1])


@mistakes("np.where computes both sides everywhere, so the side that overflows is computed too: use exp(-|t|).", hint=5)
def rectangle_integral__both_sides(w, b, low, high):
    def P(t):
        return np.where(t <= 0, -spence(1 + np.exp(t)), np.pi**2 / 6 + t**2 / 2 + spence(1 + np.exp(-t)))

    return corners(w, b, low, high, P=P) / (w[0] * w[1])


@mistakes("t^2 is not halved in your P: for t > 0 it is pi^2 / 6 + t^2 / 2 + spence(1 + exp(-t)).", hint=5)
def rectangle_integral__square_not_halved(w, b, low, high):
    def P(t):
        return dilogarithm(t) + (t**2 / 2 if t > 0 else 0)

    return corners(w, b, low, high, P=P) / (w[0] * w[1])


@mistakes("The size of w_1 w_2 is divided by: with weights of both signs your integral comes out negative.", hint=5)
def rectangle_integral__size_of_weights(w, b, low, high):
    return corners(w, b, low, high) / abs(w[0] * w[1])


@mistakes("Integrals over both sides are multiplied; the sigmoid of a sum is no product of two sigmoids.", hint=5)
def rectangle_integral__product(w, b, low, high):
    return unit(w[0], b, low[0], high[0]) * unit(w[1], b, low[1], high[1])


@mistakes("pi is not squared in your P: for t > 0 it is pi^2 / 6 + t^2 / 2 + spence(1 + exp(-t)).", hint=5)
def rectangle_integral__pi_not_squared(w, b, low, high):
    def P(t):
        return dilogarithm(t) + (np.pi / 6 - np.pi**2 / 6 if t > 0 else 0)

    return corners(w, b, low, high, P=P) / (w[0] * w[1])
