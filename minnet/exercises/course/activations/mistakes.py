"""How ReLU and tanh go wrong, forwards and backwards."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


@mistakes("x is changed by your relu: x[x < 0] = 0 writes into the array of the caller.", hint=2)
def relu__in_place(x):
    x[x < 0] = 0
    return x


@mistakes("Your result has 1 where x is positive: that is the derivative; the number itself is due.", hint=2)
def relu__step(x):
    return np.where(x > 0, 1.0, 0.0)


@mistakes("That is |x|: negative numbers become 0, not positive.", hint=2)
def relu__abs(x):
    return np.abs(x)


@mistakes("That is min(x, 0): yours keeps the negative numbers.", hint=2)
def relu__minimum(x):
    return np.minimum(x, 0)


@mistakes("That is max(-x, 0): yours keeps the negative numbers, with their sign changed.", hint=2)
def relu__of_minus_x(x):
    return np.maximum(-x, 0)


@mistakes("Negative numbers still count a little: that is a leaky ReLU; here they become 0.", hint=2)
def relu__leaky(x):
    return np.where(x > 0, x, 0.01 * x)


@mistakes("Your result is one number, the largest of all; every entry is compared with 0, by np.maximum.", hint=2)
def relu__largest(x):
    return max(x.max(), 0)


@mistakes("max(0, row) cannot compare a whole row with 0: np.maximum compares entry by entry, in any shape.", hint=2)
def relu__row_by_row(x):
    return np.array([max(0, row) for row in x])


@mistakes("Only the positive numbers are returned: the others become 0, and the shape stays.", hint=2)
def relu__chosen(x):
    return x[x > 0]


@mistakes("That is softplus, log(1 + exp(x)), a smooth one: max(x, 0) has a kink.", hint=2)
def relu__softplus(x):
    return np.logaddexp(0, x)


@mistakes("Your dx is f'(x) alone, 1 or 0: by the chain rule it is multiplied by dy.", hint=3)
def relu_backward__without_dy(x, dy):
    return np.where(x > 0, 1.0, 0.0)


@mistakes("At x = 0 yours lets dy pass: f'(0) is taken as 0.", hint=3)
def relu_backward__at_zero(x, dy):
    return np.where(x >= 0, dy, 0)


@mistakes("At x = 0 yours takes f' as 1/2; here f'(0) is 0.", hint=3)
def relu_backward__half_at_zero(x, dy):
    return np.heaviside(x, 0.5) * dy


@mistakes("Your dx is the ReLU of dy: it is the sign of x, not that of dy, that decides what passes.", hint=3)
def relu_backward__relu_of_dy(x, dy):
    return np.maximum(dy, 0)


@mistakes("Your dx is dy where x *and* dy are positive: the sign of dy does not matter.", hint=3)
def relu_backward__both_positive(x, dy):
    return np.where((x > 0) & (dy > 0), dy, 0)


@mistakes("dy is multiplied by max(x, 0), the value of the ReLU; its derivative is 1 or 0.", hint=3)
def relu_backward__times_value(x, dy):
    return np.maximum(x, 0) * dy


@mistakes("Your dx is max(x, 0), the way forward: where x is positive, dx is dy.", hint=3)
def relu_backward__forward(x, dy):
    return np.maximum(x, 0)


@mistakes("The whole of dy passes: it is stopped where x is not positive.", hint=3)
def relu_backward__everything(x, dy):
    return dy.copy()


@mistakes("dy passes where x is negative: it is the other way round.", hint=3)
def relu_backward__other_side(x, dy):
    return np.where(x < 0, dy, 0)


@mistakes("Where x is negative some of dy still passes, as in a leaky ReLU: here f' is 0.", hint=3)
def relu_backward__leaky(x, dy):
    return np.where(x > 0, dy, 0.01 * dy)


@mistakes("Only what passes is returned: the other entries are 0, and the shape stays.", hint=3)
def relu_backward__chosen(x, dy):
    return dy[x > 0]


@mistakes("Where x is negative you have -dy: that is the derivative of |x|; the ReLU's is 0 there.", hint=3)
def relu_backward__sign(x, dy):
    return np.sign(x) * dy


@mistakes("dy is changed by your function: dy[x <= 0] = 0 writes into the array of the caller. Copy it first.", hint=3)
def relu_backward__in_place(x, dy):
    dy[x <= 0] = 0
    return dy


@mistakes("dy is changed by your function: *= writes into the array of the caller.", hint=3)
def relu_backward__in_place_at_zero(x, dy):
    dy *= x >= 0
    return dy


@mistakes("exp(x) and exp(-x) overflow for large numbers of either sign, and inf / inf is nan.", hint=4)
def tanh__as_it_stands(x):
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


@mistakes("exp(2 x) overflows where x is large: take exp only of numbers that are not positive.", hint=4)
def tanh__growing(x):
    return (np.exp(2 * x) - 1) / (np.exp(2 * x) + 1)


@mistakes("exp(-2 x) overflows where x is far below 0: take exp only of numbers that are not positive.", hint=4)
def tanh__falling(x):
    return (1 - np.exp(-2 * x)) / (1 + np.exp(-2 * x))


@mistakes("2 sigmoid(2 x) - 1 is right, but its exp(-2 x) overflows where x is far below 0.", hint=4)
def tanh__by_sigmoid(x):
    return 2 / (1 + np.exp(-2 * x)) - 1


@mistakes("np.where computes both sides everywhere, so the side that overflows is computed too.", hint=4)
def tanh__both_sides(x):
    return np.where(x >= 0, tanh__falling(x), tanh__growing(x))


@mistakes("The sign is lost: with |x| everywhere, tanh of negative numbers comes out positive.", hint=4)
def tanh__no_sign(x):
    return np.tanh(np.abs(x))


@mistakes("That is 2 sigmoid(x) - 1, which is tanh(x / 2): tanh(x) is 2 sigmoid(2 x) - 1.", hint=4)
def tanh__of_half(x):
    return 2 / (1 + np.exp(-x)) - 1


@mistakes("That is the sigmoid, from 0 to 1: tanh goes from -1 to 1.", hint=4)
def tanh__sigmoid(x):
    return 1 / (1 + np.exp(-x))


@mistakes("The sign is wrong: tanh rises from -1 to 1.", hint=4)
def tanh__sign(x):
    return -np.tanh(x)


@mistakes("That is the tangent of a circle, np.tan; the hyperbolic one is np.tanh.", hint=4)
def tanh__tan(x):
    return np.tan(x)


@mistakes("That is the arc tangent, np.arctan; the hyperbolic tangent is np.tanh.", hint=4)
def tanh__arctan(x):
    return np.arctan(x)


@mistakes("That is the derivative of tanh, 1 - tanh(x)^2.", hint=4)
def tanh__derivative(x):
    return 1 - np.tanh(x) ** 2


@mistakes("x is cut to -1 ... 1: that is a rough picture of tanh, not tanh.", hint=4)
def tanh__cut(x):
    return np.clip(x, -1, 1)


@mistakes("You take tanh of y once more: y is tanh(x) already, and the derivative is 1 - y^2.", hint=5)
def tanh_backward__of_output(y, dy):
    return (1 - np.tanh(y) ** 2) * dy


@mistakes("Your dx is 1 - y^2 alone: by the chain rule it is multiplied by dy.", hint=5)
def tanh_backward__without_dy(y, dy):
    return 1 - y**2


@mistakes("Your derivative is 1 - y: the y is squared.", hint=5)
def tanh_backward__not_squared(y, dy):
    return (1 - y) * dy


@mistakes("Your derivative is y (1 - y), that of the sigmoid: tanh's is 1 - y^2.", hint=5)
def tanh_backward__sigmoid(y, dy):
    return y * (1 - y) * dy


@mistakes("Your derivative is y^2; it is 1 - y^2.", hint=5)
def tanh_backward__square(y, dy):
    return y**2 * dy


@mistakes("Your derivative is 1 + y^2: that of tan, where tanh has 1 - y^2.", hint=5)
def tanh_backward__plus(y, dy):
    return (1 + y**2) * dy


@mistakes("The sign is wrong: yours is y^2 - 1, which is never positive, though tanh rises.", hint=5)
def tanh_backward__sign(y, dy):
    return (y**2 - 1) * dy


@mistakes("Your derivative is (1 - y)^2: only the y is squared.", hint=5)
def tanh_backward__whole_square(y, dy):
    return (1 - y) ** 2 * dy


@mistakes("Brackets are missing: 1 - y**2 * dy is 1 - (y**2 * dy).", hint=5)
def tanh_backward__brackets(y, dy):
    return 1 - y**2 * dy


@mistakes("It is y that is squared, not dy.", hint=5)
def tanh_backward__dy_squared(y, dy):
    return 1 - dy**2


@mistakes("1 - y^2 is added to dy; by the chain rule the two are multiplied.", hint=5)
def tanh_backward__added(y, dy):
    return 1 - y**2 + dy


@mistakes("dy is multiplied by y, the value of tanh; its derivative is due, 1 - y^2.", hint=5)
def tanh_backward__times_value(y, dy):
    return y * dy


@mistakes("The whole is summed to one number: the derivatives are of every entry, in the shape of y.", hint=5)
def tanh_backward__summed(y, dy):
    return np.sum((1 - y**2) * dy)


@mistakes("dy is changed by your function: *= writes into the array of the caller.", hint=5)
def tanh_backward__in_place(y, dy):
    dy *= 1 - y**2
    return dy
