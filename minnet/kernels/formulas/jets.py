"""Jets: the chain rule that carries derivatives through any activation (Faa di Bruno).

Along one input direction s, a quantity x travels with x1 = dx/ds and x2 = d2x/ds2. An activation turns them into

    y = f(x),    y1 = f' x1,    y2 = f' x2 + f'' x1^2,

and backpropagation through these three lines turns cotangents dy, dy1, dy2 (the loss's derivatives with respect
to y, y1, y2) into those of x, x1, x2. Several directions share x, so their contributions to dx add up.

f1, f2, f3 are f', f'', f''' at x.
"""

from typing import Any

Number = Any


def first(f1: Number, x1: Number) -> Number:
    return f1 * x1


def second(f1: Number, f2: Number, x1: Number, x2: Number) -> Number:
    return f1 * x2 + f2 * x1 * x1


def value_cotangent_of_first(f2: Number, x1: Number, dy1: Number) -> Number:
    """What one direction adds to dx, beyond f' dy, in a jet of first order; there dx1 is f' dy1."""
    return f2 * x1 * dy1


def value_cotangent(f2: Number, f3: Number, x1: Number, x2: Number, dy1: Number, dy2: Number) -> Number:
    """The same in a jet of second order."""
    return f2 * x1 * dy1 + (f2 * x2 + f3 * x1 * x1) * dy2


def first_cotangent(f1: Number, f2: Number, x1: Number, dy1: Number, dy2: Number) -> Number:
    return f1 * dy1 + 2.0 * f2 * x1 * dy2


def second_cotangent(f1: Number, dy2: Number) -> Number:
    return f1 * dy2
