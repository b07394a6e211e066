"""How derivatives lose their way through a network."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def through(z, z1, z2, first=lambda y, z: 1 - y**2, second=lambda y, z: -2 * y * (1 - y**2)):
    """tanh's jet with other derivatives."""
    y = np.tanh(z)
    return y, first(y, z) * z1, first(y, z) * z2 + second(y, z) * z1**2


def dense(jet, W, b):
    return jet[0] @ W + b, jet[1] @ W, jet[2] @ W


def network(x, W1, b1, W2, b2, W3, b3, seed=None, after=(through, through, lambda *jet: jet)):
    """The network's jet with another beginning, or with other functions after its layers."""
    jet = seed or (x, np.ones(x.shape), np.zeros(x.shape))
    for W, b, function in zip((W1, W2, W3), (b1, b2, b3), after, strict=True):
        jet = function(*dense(jet, W, b))
    return jet


@mistakes("Your f'' is -2 y; the chain rule adds the slope of y itself: -2 y (1 - y^2).", hint=2)
def tanh_jet__second_without_slope(z, z1, z2):
    return through(z, z1, z2, second=lambda y, z: -2 * y)


@mistakes("Your f'' has the wrong sign: where tanh is positive it bends down, -2 y (1 - y^2).", hint=2)
def tanh_jet__second_sign(z, z1, z2):
    return through(z, z1, z2, second=lambda y, z: 2 * y * (1 - y**2))


@mistakes("Your f'' lacks its factor 2: the derivative of 1 - y^2 is -2 y (1 - y^2).", hint=2)
def tanh_jet__second_halved(z, z1, z2):
    return through(z, z1, z2, second=lambda y, z: -y * (1 - y**2))


@mistakes("Your f'' is -2 z (1 - y^2), with z where y = tanh(z) is due.", hint=2)
def tanh_jet__second_of_z(z, z1, z2):
    return through(z, z1, z2, second=lambda y, z: -2 * z * (1 - y**2))


@mistakes("In your y2, f'' is multiplied with z1, not with its square.", hint=2)
def tanh_jet__not_squared(z, z1, z2):
    y, y1, y2 = through(z, z1, z2)
    return y, y1, y2 + 2 * y * (1 - y**2) * (z1**2 - z1)


@mistakes("Your y2 lacks the term f'' z1^2: tanh bends, even where z2 is 0.", hint=2)
def tanh_jet__first_term_only(z, z1, z2):
    return through(z, z1, z2, second=lambda y, z: 0)


@mistakes("Your y2 lacks the term f' z2: a z that bends makes y bend.", hint=2)
def tanh_jet__second_term_only(z, z1, z2):
    return through(z, z1, 0 * z2)


@mistakes("In your y2, f' and f'' have changed places: it is f' z2 + f'' z1^2.", hint=2)
def tanh_jet__exchanged(z, z1, z2):
    y, y1, _ = through(z, z1, z2)
    return y, y1, -2 * y * (1 - y**2) * z2 + (1 - y**2) * z1**2


@mistakes("Your y2 has y1^2 where z1^2 is due: the formula takes z1 as it came in, not what became of it.", hint=2)
def tanh_jet__new_first_squared(z, z1, z2):
    y, y1, _ = through(z, z1, z2)
    return y, y1, (1 - y**2) * z2 - 2 * y * (1 - y**2) * y1**2


@mistakes("Your y2 is f'' z2: that treats the second derivative like the first; it is f' z2 + f'' z1^2.", hint=2)
def tanh_jet__second_times_second(z, z1, z2):
    y, y1, _ = through(z, z1, z2)
    return y, y1, -2 * y * (1 - y**2) * z2


@mistakes("Your y1 and y2 are f' and f'': what z does with the input, z1 and z2, is not in them.", hint=2)
def tanh_jet__without_inner(z, z1, z2):
    return through(z, np.ones_like(z1), np.zeros_like(z2))


@mistakes("Your f' is 1 - tanh(y)^2, the slope at y; it is 1 - y^2, since y is the tanh already.", hint=2)
def tanh_jet__tanh_twice(z, z1, z2):
    return through(z, z1, z2, lambda y, z: 1 - np.tanh(y) ** 2, lambda y, z: -2 * y * (1 - np.tanh(y) ** 2))


@mistakes("Your f' is 1 - z^2; it is 1 - y^2, with y = tanh(z).", hint=2)
def tanh_jet__slope_of_z(z, z1, z2):
    return through(z, z1, z2, lambda y, z: 1 - z**2, lambda y, z: -2 * y * (1 - z**2))


@mistakes("y (1 - y) and its derivative belong to the sigmoid: tanh has f' = 1 - y^2.", hint=2)
def tanh_jet__of_sigmoid(z, z1, z2):
    return through(z, z1, z2, lambda y, z: y * (1 - y), lambda y, z: y * (1 - y) * (1 - 2 * y))


@mistakes("cosh overflows where z is beyond 710: write f' with y = tanh(z), which does not.", hint=2)
def tanh_jet__by_cosh(z, z1, z2):
    return through(z, z1, z2, lambda y, z: 1 / np.cosh(z) ** 2, lambda y, z: -2 * y / np.cosh(z) ** 2)


@mistakes("In your y2, f'' is multiplied with z1 z2; it belongs to z1^2.", hint=2)
def tanh_jet__mixed_product(z, z1, z2):
    y, y1, _ = through(z, z1, z2)
    return y, y1, (1 - y**2) * z2 - 2 * y * (1 - y**2) * z1 * z2


@mistakes("In your y2, f'' z1^2 counts twice: it is f' z2 + f'' z1^2.", hint=2)
def tanh_jet__bend_doubled(z, z1, z2):
    return through(z, z1, z2, second=lambda y, z: -4 * y * (1 - y**2))


@mistakes("Your f'' has the square of 1 - y^2 in it; it is -2 y (1 - y^2).", hint=2)
def tanh_jet__slope_squared(z, z1, z2):
    return through(z, z1, z2, second=lambda y, z: -2 * y * (1 - y**2) ** 2)


@mistakes("Your f'' has y^2 where y is due: it is -2 y (1 - y^2), and changes its sign at 0.", hint=2)
def tanh_jet__y_squared(z, z1, z2):
    return through(z, z1, z2, second=lambda y, z: -2 * y**2 * (1 - y**2))


@mistakes("Your f' is 1 - y, without the square: it is 1 - y^2.", hint=2)
def tanh_jet__slope_not_squared(z, z1, z2):
    return through(z, z1, z2, lambda y, z: 1 - y, lambda y, z: -2 * y * (1 - y))


@mistakes("Your f'' is -2 tanh(y) (1 - y^2): y is the tanh already.", hint=2)
def tanh_jet__tanh_twice_in_bend(z, z1, z2):
    return through(z, z1, z2, second=lambda y, z: -2 * np.tanh(y) * (1 - y**2))


@mistakes("The order is y, y1, y2, three results; y is missing in yours.", hint=1)
def tanh_jet__derivatives_only(z, z1, z2):
    return through(z, z1, z2)[1:]


@mistakes("In your y2, z1 and z2 have changed places: it is f' z2 + f'' z1^2.", hint=2)
def tanh_jet__arguments_exchanged(z, z1, z2):
    y, y1, _ = through(z, z1, z2)
    return y, y1, through(z, z2, z1)[2]


@mistakes("Yours takes the tanh of z1 and z2 as well; derivatives go through tanh by the chain rule.", hint=2)
def tanh_jet__of_each(z, z1, z2):
    return np.tanh(z), np.tanh(z1), np.tanh(z2)


@mistakes("Your second derivative is the square of the first; it is f' z2 + f'' z1^2.", hint=2)
def tanh_jet__square_of_first(z, z1, z2):
    y, y1, _ = through(z, z1, z2)
    return y, y1, y1**2


@mistakes("The bias is added to the derivatives too: it does not move, so it moves the value alone.", hint=3)
def dense_jet__bias_everywhere(x, x1, x2, W, b):
    return x @ W + b, x1 @ W + b, x2 @ W + b


@mistakes("The bias is missing in the value.", hint=3)
def dense_jet__no_bias(x, x1, x2, W, b):
    return x @ W, x1 @ W, x2 @ W


@mistakes("Your derivatives are W: that is dy/dx. Along the input they are x1 W and x2 W.", hint=3)
def dense_jet__weights(x, x1, x2, W, b):
    return x @ W + b, np.tile(W.sum(axis=0), (len(x), 1)), np.zeros((len(x), len(b)))


@mistakes("Your y2 has W in it twice (W^2): a linear layer takes x2 to x2 W.", hint=3)
def dense_jet__weights_squared(x, x1, x2, W, b):
    return x @ W + b, x1 @ W, x2 @ W**2


@mistakes("Your y2 is 0: a linear layer does not bend, but what comes in has, by x2, so it is x2 W.", hint=3)
def dense_jet__second_lost(x, x1, x2, W, b):
    return x @ W + b, x1 @ W, np.zeros((len(x), len(b)))


@mistakes("The bias is added to y1 too: it does not move, so it moves the value alone.", hint=3)
def dense_jet__bias_in_first(x, x1, x2, W, b):
    return x @ W + b, x1 @ W + b, x2 @ W


@mistakes("There is a tanh after the last layer; the output is x W3 + b3 as it is.", hint=5)
def network_jet__tanh_at_the_end(x, W1, b1, W2, b2, W3, b3):
    return network(x, W1, b1, W2, b2, W3, b3, after=(through, through, through))


@mistakes("There is no tanh after the second layer.", hint=5)
def network_jet__one_tanh(x, W1, b1, W2, b2, W3, b3):
    return network(x, W1, b1, W2, b2, W3, b3, after=(through, lambda *jet: jet, lambda *jet: jet))


@mistakes("Your jet begins with x where its first derivative, 1, is due.", hint=4)
def network_jet__begins_with_x(x, W1, b1, W2, b2, W3, b3):
    return network(x, W1, b1, W2, b2, W3, b3, seed=(x, x, np.zeros(x.shape)))


@mistakes("Your jet begins with a second derivative of 1: that of x by itself is 0.", hint=4)
def network_jet__begins_bent(x, W1, b1, W2, b2, W3, b3):
    return network(x, W1, b1, W2, b2, W3, b3, seed=(x, np.ones(x.shape), np.ones(x.shape)))


@mistakes("Your derivatives are 0: the jet begins with a first derivative of 1, since x moves with itself.", hint=4)
def network_jet__begins_still(x, W1, b1, W2, b2, W3, b3):
    return network(x, W1, b1, W2, b2, W3, b3, seed=(x, np.zeros(x.shape), np.zeros(x.shape)))


@mistakes("Your second derivative is only that of the last bend: the one that came before, f' z2, is lost.", hint=2)
def network_jet__earlier_bend_lost(x, W1, b1, W2, b2, W3, b3):
    def forgetful(z, z1, z2):
        return through(z, z1, 0 * z2)

    return network(x, W1, b1, W2, b2, W3, b3, after=(through, forgetful, lambda *jet: jet))


@mistakes("Your jet is x three times: by itself x has the first derivative 1 and the second 0.", hint=4)
def network_jet__begins_with_x_alone(x, W1, b1, W2, b2, W3, b3):
    return network(x, W1, b1, W2, b2, W3, b3, seed=(x, x, x))


@mistakes("Your jet begins with x as its second derivative: that of x by itself is 0.", hint=4)
def network_jet__begins_with_x_last(x, W1, b1, W2, b2, W3, b3):
    return network(x, W1, b1, W2, b2, W3, b3, seed=(x, np.ones(x.shape), x))


@mistakes("The biases are added to the derivatives too: use dense_jet, in which they move the value alone.", hint=3)
def network_jet__biases_everywhere(x, W1, b1, W2, b2, W3, b3):
    jet = x, np.ones(x.shape), np.zeros(x.shape)
    jet = through(*(part @ W1 + b1 for part in jet))
    jet = through(*(part @ W2 + b2 for part in jet))
    return tuple(part @ W3 + b3 for part in jet)


@mistakes("The derivatives lack the last layer: they go through W3 as the value does.", hint=5)
def network_jet__last_layer_of_the_value(x, W1, b1, W2, b2, W3, b3):
    y, y1, y2 = network(x, W1, b1, W2, b2, np.eye(len(W3)), np.zeros(len(W3)))
    return y @ W3 + b3, y1, y2


@mistakes("Your second derivative is a product of second derivatives; it is f' z2 + f'' z1^2 in each layer.", hint=2)
def network_jet__product_of_bends(x, W1, b1, W2, b2, W3, b3):
    def bent(z, z1, z2):
        y = np.tanh(z)
        return y, (1 - y**2) * z1, -2 * y * (1 - y**2) * z2

    def first(z, z1, z2):
        return through(z, z1, z2)

    return network(x, W1, b1, W2, b2, W3, b3, after=(first, bent, lambda *jet: jet))


@mistakes("Only the value is returned; its two derivatives are asked for as well.", hint=1)
def network_jet__value_only(x, W1, b1, W2, b2, W3, b3):
    return network(x, W1, b1, W2, b2, W3, b3)[0]


@mistakes("Your jet begins behind the first layer, with 1 and 0: there x W1 + b1 has the derivative W1.", hint=4)
def network_jet__first_layer_skipped(x, W1, b1, W2, b2, W3, b3):
    z = x @ W1 + b1
    jet = through(z, np.ones(z.shape), np.zeros(z.shape))
    return dense(through(*dense(jet, W2, b2)), W3, b3)


@mistakes("Your second derivative is the square of the first; the jet has a third part, y2, of its own.", hint=2)
def network_jet__square_of_first(x, W1, b1, W2, b2, W3, b3):
    y, y1, _ = network(x, W1, b1, W2, b2, W3, b3)
    return y, y1, y1**2
