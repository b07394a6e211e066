"""How a loss on slopes, and its gradient, go wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def outputs(x, w, b, v, c, slope=lambda h, z: 1 - h**2, factor=None, shift=0.0):
    z = np.outer(x, w) + b
    h = np.tanh(z)
    return h @ v + c, slope(h, z) @ (v * w if factor is None else factor) + shift


def loss(y, y1, t, t1, **change):
    """The loss with other weights or factors."""
    e, e1 = y - t, y1 - t1
    weight, slope_weight, value_weight = (change.get(name, 1.0) for name in ("weight", "slope_weight", "value_weight"))
    two, mean, n = change.get("two", 2), change.get("mean", np.mean), change.get("n", len(e))
    value = value_weight * mean(e**2) + weight * mean(e1**2)
    return value, two * value_weight * e / n, two * slope_weight * e1 / n


def sweep(x, dy, dy1, w, b, v, **part):
    """The gradient with some of its terms multiplied by a factor: `bend`, `direct`, `in_v`, `in_c`."""
    h = np.tanh(np.outer(x, w) + b)
    d = part.get("slope", lambda h: 1 - h**2)(h)
    bend = part.get("bend", lambda h, d: -2 * h * d)(h, d)
    dz = v * (d * dy[:, np.newaxis] + bend * part.get("rate", w) * dy1[:, np.newaxis])
    dw = x @ (dz * part.get("in_w", 1)) + part.get("direct", 1) * v * (dy1 @ d)
    dv = dy @ h + part.get("in_v", w) * (dy1 @ d)
    return dw, dz.sum(axis=0), dv, dy.sum() + part.get("in_c", 0) * dy1.sum()


@mistakes("Your slope lacks the factor w_j: z = w x + b moves w times as fast as x.", hint=2)
def values_and_slopes__without_w(x, w, b, v, c):
    return outputs(x, w, b, v, c, factor=v)


@mistakes("Your slope lacks the factor v_j, with which each unit stands in y.", hint=2)
def values_and_slopes__without_v(x, w, b, v, c):
    return outputs(x, w, b, v, c, factor=w)


@mistakes("Your slope has c in it: a constant does not move with x.", hint=2)
def values_and_slopes__constant(x, w, b, v, c):
    return outputs(x, w, b, v, c, shift=c)


@mistakes("Your slope of tanh is 1 - z^2; it is 1 - tanh(z)^2.", hint=2)
def values_and_slopes__slope_of_z(x, w, b, v, c):
    return outputs(x, w, b, v, c, slope=lambda h, z: 1 - z**2)


@mistakes("Your slope of tanh is taken at tanh(z), not at z: it is 1 - tanh(z)^2, with one tanh.", hint=2)
def values_and_slopes__tanh_twice(x, w, b, v, c):
    return outputs(x, w, b, v, c, slope=lambda h, z: 1 - np.tanh(h) ** 2)


@mistakes("h (1 - h) is the slope of a sigmoid; that of h = tanh(z) is 1 - h^2.", hint=2)
def values_and_slopes__of_sigmoid(x, w, b, v, c):
    return outputs(x, w, b, v, c, slope=lambda h, z: h * (1 - h))


@mistakes("Your slope is sum_j v_j w_j tanh(z_j): tanh itself, where its slope 1 - tanh^2 is due.", hint=2)
def values_and_slopes__not_differentiated(x, w, b, v, c):
    return outputs(x, w, b, v, c, slope=lambda h, z: h)


@mistakes("c is missing in y.", hint=1)
def values_and_slopes__no_constant(x, w, b, v, c):
    return outputs(x, w, b, v, 0.0)


@mistakes("Your slope has x where w_j is due: z = w x + b is differentiated by x here, not by w.", hint=2)
def values_and_slopes__by_w(x, w, b, v, c):
    y, y1 = outputs(x, w, b, v, c, factor=v)
    return y, x * y1


@mistakes("Your slope has w_j twice: one factor w_j comes from z = w x + b.", hint=2)
def values_and_slopes__w_squared(x, w, b, v, c):
    return outputs(x, w, b, v, c, factor=v * w**2)


@mistakes("There is no tanh in your y: v is multiplied with tanh(z).", hint=1)
def values_and_slopes__no_tanh(x, w, b, v, c):
    return (np.outer(x, w) + b) @ v + c, outputs(x, w, b, v, c)[1]


@mistakes("The order is y, y1.", hint=1)
def values_and_slopes__order(x, w, b, v, c):
    return outputs(x, w, b, v, c)[::-1]


@mistakes("Your dy and dy1 lack the 2 of the squares.", hint=3)
def sobolev_loss__no_two(y, y1, t, t1, weight=1.0):
    return loss(y, y1, t, t1, weight=weight, slope_weight=weight, two=1)


@mistakes("The weight is in the loss, but not in dy1.", hint=3)
def sobolev_loss__weight_not_in_slopes(y, y1, t, t1, weight=1.0):
    return loss(y, y1, t, t1, weight=weight)


@mistakes("The weight is in dy1, but not in the loss.", hint=3)
def sobolev_loss__weight_not_in_loss(y, y1, t, t1, weight=1.0):
    return loss(y, y1, t, t1, slope_weight=weight)


@mistakes("The weight is never used.", hint=3)
def sobolev_loss__no_weight(y, y1, t, t1, weight=1.0):
    return loss(y, y1, t, t1)


@mistakes("The weight is squared in yours: it stands before the mean of the squares, not in them.", hint=3)
def sobolev_loss__weight_squared(y, y1, t, t1, weight=1.0):
    return loss(y, y1, t, t1, weight=weight**2, slope_weight=weight**2)


@mistakes("The weight belongs to the slopes; yours is on the values.", hint=3)
def sobolev_loss__weight_on_values(y, y1, t, t1, weight=1.0):
    return loss(y, y1, t, t1, value_weight=weight)


@mistakes("dy and dy1 lack the 1 / n of the means.", hint=3)
def sobolev_loss__slope_not_averaged(y, y1, t, t1, weight=1.0):
    return loss(y, y1, t, t1, weight=weight, slope_weight=weight, n=1)


@mistakes("Squares are summed over the samples, in the loss and in its derivatives; means are asked for.", hint=3)
def sobolev_loss__sum(y, y1, t, t1, weight=1.0):
    return loss(y, y1, t, t1, weight=weight, slope_weight=weight, mean=np.sum, n=1)


@mistakes("Everything is half as large in yours: each mean is over n, not 2 n, and no 1/2 is in front of it.", hint=3)
def sobolev_loss__halved(y, y1, t, t1, weight=1.0):
    return tuple(part / 2 for part in loss(y, y1, t, t1, weight=weight, slope_weight=weight))


@mistakes("dy and dy1 have the wrong sign: the loss grows with y where y is above t.", hint=3)
def sobolev_loss__sign(y, y1, t, t1, weight=1.0):
    value, dy, dy1 = loss(y, y1, t, t1, weight=weight, slope_weight=weight)
    return value, -dy, -dy1


@mistakes("Your dy and dy1 are the errors: the 2 of the squares and the 1 / n of the means are missing.", hint=3)
def sobolev_loss__errors_alone(y, y1, t, t1, weight=1.0):
    return loss(y, y1, t, t1, weight=weight, slope_weight=weight, two=1, n=1)


@mistakes("The weight is in dy too: it belongs to the slopes, so to dy1 alone.", hint=3)
def sobolev_loss__weight_in_dy(y, y1, t, t1, weight=1.0):
    value, dy, dy1 = loss(y, y1, t, t1, weight=weight, slope_weight=weight)
    return value, weight * dy, dy1


@mistakes("The loss is made of absolute values; its errors are squared.", hint=3)
def sobolev_loss__absolute(y, y1, t, t1, weight=1.0):
    value = np.mean(np.abs(y - t)) + weight * np.mean(np.abs(y1 - t1))
    return value, np.sign(y - t) / len(y), weight * np.sign(y1 - t1) / len(y)


@mistakes("dy and dy1 are one number each; every entry of y and y1 has a derivative of its own.", hint=3)
def sobolev_loss__summed_slopes(y, y1, t, t1, weight=1.0):
    value, dy, dy1 = loss(y, y1, t, t1, weight=weight, slope_weight=weight)
    return value, dy.sum(), dy1.sum()


@mistakes("Only the loss is returned; dy and dy1 are asked for as well.", hint=1)
def sobolev_loss__loss_only(y, y1, t, t1, weight=1.0):
    return loss(y, y1, t, t1, weight=weight)[0]


@mistakes("Roots of the means are added in your loss; the means themselves are asked for.", hint=3)
def sobolev_loss__roots(y, y1, t, t1, weight=1.0):
    _, dy, dy1 = loss(y, y1, t, t1, slope_weight=weight)
    return np.sqrt(np.mean((y - t) ** 2)) + weight * np.sqrt(np.mean((y1 - t1) ** 2)), dy, dy1


@mistakes("dy1 is not used: that is the gradient of a loss on values alone.", hint=4)
def gradients__values_only(x, dy, dy1, w, b, v):
    return sweep(x, dy, 0 * dy1, w, b, v)


@mistakes("Your dv is that of the values alone: y1 has v in it as well, w_j (1 - tanh^2) dy1 is missing.", hint=4)
def gradients__v_of_values(x, dy, dy1, w, b, v):
    return sweep(x, dy, dy1, w, b, v, in_v=0)


@mistakes("Your dv lacks the w_j of the slope, in its second term.", hint=4)
def gradients__v_without_w(x, dy, dy1, w, b, v):
    return sweep(x, dy, dy1, w, b, v, in_v=1)


@mistakes("Your dc has the sum of dy1 in it: c does not stand in y1.", hint=4)
def gradients__c_of_slopes(x, dy, dy1, w, b, v):
    return sweep(x, dy, dy1, w, b, v, in_c=1)


@mistakes("In your db and dw, 1 - tanh(z)^2 stands still; it moves with z, by -2 tanh(z) (1 - tanh(z)^2).", hint=5)
def gradients__no_bend(x, dy, dy1, w, b, v):
    return sweep(x, dy, dy1, w, b, v, bend=lambda h, d: 0)


@mistakes("The second derivative of tanh has the wrong sign in db and dw: it is -2 tanh (1 - tanh^2).", hint=5)
def gradients__bend_sign(x, dy, dy1, w, b, v):
    return sweep(x, dy, dy1, w, b, v, bend=lambda h, d: 2 * h * d)


@mistakes("The derivative of 1 - tanh^2 is -2 tanh times the slope of tanh, 1 - tanh^2, which db and dw lack.", hint=5)
def gradients__bend_without_slope(x, dy, dy1, w, b, v):
    return sweep(x, dy, dy1, w, b, v, bend=lambda h, d: -2 * h)


@mistakes("db and dw lack the w_j that y1 has as a factor, in the term with dy1.", hint=5)
def gradients__bend_without_w(x, dy, dy1, w, b, v):
    return sweep(x, dy, dy1, w, b, v, rate=1)


@mistakes("Your dw lacks a term: w is a factor of y1 too, which gives v_j (1 - tanh^2) dy1.", hint=6)
def gradients__w_as_factor(x, dy, dy1, w, b, v):
    return sweep(x, dy, dy1, w, b, v, direct=0)


@mistakes("Your dw has only the term of w as a factor of y1: w also moves z, by x, as b does by 1.", hint=6)
def gradients__w_through_z(x, dy, dy1, w, b, v):
    return sweep(x, dy, dy1, w, b, v, in_w=0)


@mistakes("The gradients are means over the samples; sums are due, dy and dy1 have the 1 / n already.", hint=4)
def gradients__averaged(x, dy, dy1, w, b, v):
    return tuple(part / len(x) for part in sweep(x, dy, dy1, w, b, v))


@mistakes("The order is dw, db, dv, dc; yours begins with v and c.", hint=1)
def gradients__order(x, dy, dy1, w, b, v):
    dw, db, dv, dc = sweep(x, dy, dy1, w, b, v)
    return dv, dc, dw, db


@mistakes("Your dv has v in it: y and y1 are linear in v, so their derivatives by it are without.", hint=4)
def gradients__v_in_dv(x, dy, dy1, w, b, v):
    dw, db, _, dc = sweep(x, dy, dy1, w, b, v)
    return dw, db, sweep(x, dy, dy1, w, b, v, in_v=v * w)[2], dc


@mistakes("Your db is that of the values alone: y1 moves with b too, by -2 tanh (1 - tanh^2) v_j w_j.", hint=5)
def gradients__b_of_values(x, dy, dy1, w, b, v):
    dw, _, dv, dc = sweep(x, dy, dy1, w, b, v)
    return dw, sweep(x, dy, dy1, w, b, v, bend=lambda h, d: 0)[1], dv, dc


@mistakes("In your dw, 1 - tanh(z)^2 stands still; it moves with w, by -2 tanh(z) (1 - tanh(z)^2) x.", hint=5)
def gradients__no_bend_in_w(x, dy, dy1, w, b, v):
    return sweep(x, dy, dy1, w, b, v, bend=lambda h, d: 0)[0], *sweep(x, dy, dy1, w, b, v)[1:]


@mistakes("Your dw lacks x: z moves by x with w, and by 1 with b.", hint=6)
def gradients__w_without_x(x, dy, dy1, w, b, v):
    _, db, dv, dc = sweep(x, dy, dy1, w, b, v)
    return db + sweep(x, dy, dy1, w, b, v, in_w=0)[0], db, dv, dc


@mistakes("Your dw has w_j in its last term: y1 is linear in that w, so its derivative is v_j (1 - tanh^2).", hint=6)
def gradients__direct_with_w(x, dy, dy1, w, b, v):
    return sweep(x, dy, dy1, w, b, v, direct=w)


@mistakes("db and dw lack the v_j with which unit j stands in y and y1.", hint=5)
def gradients__without_v(x, dy, dy1, w, b, v):
    dw, db, _, _ = sweep(x, dy, dy1, w, b, np.ones(len(v)))
    return dw, db, *sweep(x, dy, dy1, w, b, v)[2:]


@mistakes("In db and dw, dy is not multiplied with the slope of tanh, 1 - tanh(z)^2.", hint=5)
def gradients__values_without_slope(x, dy, dy1, w, b, v):
    right, values = sweep(x, dy, dy1, w, b, v), sweep(x, dy, 0 * dy1, w, b, v)
    dw, db = (a - c for a, c in zip(right[:2], values[:2], strict=True))
    return dw + v * (x @ dy), db + v * dy.sum(), *right[2:]


@mistakes("Your dc is dy itself: every sample has the same c, so their derivatives add up to one number.", hint=4)
def gradients__c_of_each(x, dy, dy1, w, b, v):
    return *sweep(x, dy, dy1, w, b, v)[:3], dy


@mistakes("The order is dw, db, dv, dc; yours has dv before db.", hint=1)
def gradients__v_before_b(x, dy, dy1, w, b, v):
    dw, db, dv, dc = sweep(x, dy, dy1, w, b, v)
    return dw, dv, db, dc


@mistakes("In your dv, dy1 is multiplied with tanh(z); y1 has w_j (1 - tanh(z)^2) beside v_j.", hint=4)
def gradients__tanh_for_slope_in_dv(x, dy, dy1, w, b, v):
    dw, db, _, dc = sweep(x, dy, dy1, w, b, v)
    return dw, db, (dy + dy1) @ np.tanh(np.outer(x, w) + b), dc


@mistakes("Your dw lacks v_j in its last term, v_j (1 - tanh^2) dy1.", hint=6)
def gradients__direct_without_v(x, dy, dy1, w, b, v):
    return sweep(x, dy, dy1, w, b, v, direct=1 / v)
