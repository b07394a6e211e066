"""How initial weights go wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


@mistakes("The variance stands where rng.normal takes the standard deviation, its square root.", hint=2)
def he_normal__variance(fan_in, fan_out, rng):
    return rng.normal(0, 2 / fan_in, (fan_in, fan_out))


@mistakes("Your variance is 1 / fan_in (LeCun's): the 2 that makes up for the ReLU is missing.", hint=2)
def he_normal__lecun(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(1 / fan_in), (fan_in, fan_out))


@mistakes("The 2 stands outside of your root: the variance is 2 / fan_in, and the root is of the whole.", hint=2)
def he_normal__two_outside(fan_in, fan_out, rng):
    return rng.normal(0, 2 / np.sqrt(fan_in), (fan_in, fan_out))


@mistakes("The root is of the 2 alone in your standard deviation: it is of the whole fraction, fan_in too.", hint=2)
def he_normal__root_of_two(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(2) / fan_in, (fan_in, fan_out))


@mistakes("Your standard deviation is 1 / fan_in: it is the root of 2 / fan_in.", hint=2)
def he_normal__one_over_fan_in(fan_in, fan_out, rng):
    return rng.normal(0, 1 / fan_in, (fan_in, fan_out))


@mistakes("Your standard deviation has fan_out in it: each output adds up fan_in products.", hint=2)
def he_normal__fan_out(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(2 / fan_out), (fan_in, fan_out))


@mistakes("Your variance is 2 / (fan_in + fan_out), Glorot's; He's is 2 / fan_in.", hint=2)
def he_normal__glorot(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out))


@mistakes("Your standard deviation is sqrt(6 / fan_in), a limit for uniform numbers; here numbers are normal.", hint=2)
def he_normal__limit(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(6 / fan_in), (fan_in, fan_out))


@mistakes("Your standard deviation is 1: weights are not scaled at all.", hint=2)
def he_normal__unscaled(fan_in, fan_out, rng):
    return rng.normal(0, 1, (fan_in, fan_out))


@mistakes("Your numbers are divided by the standard deviation; they are multiplied by it.", hint=2)
def he_normal__divided(fan_in, fan_out, rng):
    return rng.normal(0, 1, (fan_in, fan_out)) / np.sqrt(2 / fan_in)


@mistakes("Your numbers are uniform; He's are normal here, from rng.normal.", hint=2)
def he_normal__uniform(fan_in, fan_out, rng):
    limit = np.sqrt(6 / fan_in)
    return rng.uniform(-limit, limit, (fan_in, fan_out))


@mistakes("Your numbers are uniform, from minus to plus the standard deviation; normal ones are asked for.", hint=2)
def he_normal__uniform_deviation(fan_in, fan_out, rng):
    deviation = np.sqrt(2 / fan_in)
    return rng.uniform(-deviation, deviation, (fan_in, fan_out))


@mistakes("Your weights have shape (fan_out, fan_in): a row for each input is asked for, (fan_in, fan_out).", hint=2)
def he_normal__transposed(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(2 / fan_in), (fan_out, fan_in))


@mistakes("Your weights are drawn as (fan_out, fan_in) and then transposed: draw them as (fan_in, fan_out).", hint=2)
def he_normal__drawn_transposed(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(2 / fan_in), (fan_out, fan_in)).T


@mistakes("The numbers are not drawn from the rng that is given, so nobody can repeat them.", hint=1)
def he_normal__own_generator(fan_in, fan_out, rng):
    return np.random.default_rng(0).normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out))


@mistakes("The limit lacks its root: it is sqrt(6 / (fan_in + fan_out)).", hint=3)
def glorot_uniform__no_root(fan_in, fan_out, rng):
    limit = 6 / (fan_in + fan_out)
    return rng.uniform(-limit, limit, (fan_in, fan_out))


@mistakes("The root is of the 6 alone in your limit: it is of the whole fraction.", hint=3)
def glorot_uniform__root_of_six(fan_in, fan_out, rng):
    limit = np.sqrt(6) / (fan_in + fan_out)
    return rng.uniform(-limit, limit, (fan_in, fan_out))


@mistakes("Your numbers lie between -1 and 1: weights are not scaled at all.", hint=3)
def glorot_uniform__unscaled(fan_in, fan_out, rng):
    return rng.uniform(-1, 1, (fan_in, fan_out))


@mistakes(
    "Your limit is the standard deviation, sqrt(2 / (fan_in + fan_out)): the limit has a 6, sqrt 3 times more.", hint=3
)
def glorot_uniform__deviation(fan_in, fan_out, rng):
    limit = np.sqrt(2 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, (fan_in, fan_out))


@mistakes("Your weights are all positive: the lower end is -limit, not 0.", hint=3)
def glorot_uniform__positive(fan_in, fan_out, rng):
    return rng.uniform(0, np.sqrt(6 / (fan_in + fan_out)), (fan_in, fan_out))


@mistakes("Your limit is made of fan_in alone: fan_out counts as well.", hint=3)
def glorot_uniform__fan_in(fan_in, fan_out, rng):
    limit = np.sqrt(6 / fan_in)
    return rng.uniform(-limit, limit, (fan_in, fan_out))


@mistakes("Your limit has the product of fan_in and fan_out in it; it is their sum.", hint=3)
def glorot_uniform__product(fan_in, fan_out, rng):
    limit = np.sqrt(6 / (fan_in * fan_out))
    return rng.uniform(-limit, limit, (fan_in, fan_out))


@mistakes(
    "Your limit has a 3 where the 6 is due: that would be right with the mean of both fans, not their sum.", hint=3
)
def glorot_uniform__three(fan_in, fan_out, rng):
    limit = np.sqrt(3 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, (fan_in, fan_out))


@mistakes("Brackets are missing: 6 / fan_in + fan_out is not 6 / (fan_in + fan_out).", hint=3)
def glorot_uniform__brackets(fan_in, fan_out, rng):
    limit = np.sqrt(6 / fan_in + fan_out)
    return rng.uniform(-limit, limit, (fan_in, fan_out))


@mistakes("Your numbers are normal: that is glorot_normal; uniform ones are asked for.", hint=3)
def glorot_uniform__normal(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out))


@mistakes("Your weights have shape (fan_out, fan_in): a row for each input is asked for, (fan_in, fan_out).", hint=3)
def glorot_uniform__transposed(fan_in, fan_out, rng):
    limit = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, (fan_out, fan_in))


@mistakes("Your weights are drawn as (fan_out, fan_in) and then transposed: draw them as (fan_in, fan_out).", hint=3)
def glorot_uniform__drawn_transposed(fan_in, fan_out, rng):
    return glorot_uniform__transposed(fan_in, fan_out, rng).T


@mistakes("The numbers are not drawn from the rng that is given, so nobody can repeat them.", hint=1)
def glorot_uniform__own_generator(fan_in, fan_out, rng):
    limit = np.sqrt(6 / (fan_in + fan_out))
    return np.random.default_rng(0).uniform(-limit, limit, (fan_in, fan_out))


def he(fan_in, fan_out, rng, variance=2):
    return rng.normal(0, np.sqrt(variance / fan_in), (fan_in, fan_out))


def through(x, widths, rng, draw=he, f=lambda y: np.maximum(y, 0), size=lambda y: np.mean(y**2)):
    """The layers with one thing changed: the weights, the activation, or what is kept."""
    result = []
    for width in widths:
        x = f(x @ draw(x.shape[1], width, rng))
        result.append(size(x))
    return np.array(result)


@mistakes("There is no ReLU in your layers: negative numbers go on as they are.", hint=4)
def mean_squares__no_relu(x, widths, rng):
    return through(x, widths, rng, f=lambda y: y)


@mistakes("Your mean squares are those before the ReLU, some twice too large; those behind it are asked for.", hint=4)
def mean_squares__before_relu(x, widths, rng):
    result = []
    for width in widths:
        y = x @ he(x.shape[1], width, rng)
        result.append(np.mean(y**2))
        x = np.maximum(y, 0)
    return np.array(result)


@mistakes("tanh stands in your layers where ReLU is asked for.", hint=4)
def mean_squares__tanh(x, widths, rng):
    return through(x, widths, rng, f=np.tanh)


@mistakes("You return variances: the mean is not subtracted before squaring (behind a ReLU it is not 0).", hint=5)
def mean_squares__variance(x, widths, rng):
    return through(x, widths, rng, size=np.var)


@mistakes("You return standard deviations; means of squares are asked for.", hint=5)
def mean_squares__deviation(x, widths, rng):
    return through(x, widths, rng, size=np.std)


@mistakes("You return roots of the mean squares; the mean squares themselves are asked for.", hint=5)
def mean_squares__root(x, widths, rng):
    return np.sqrt(through(x, widths, rng))


@mistakes("You square the means; the mean of the squares is asked for.", hint=5)
def mean_squares__square_of_mean(x, widths, rng):
    return through(x, widths, rng, size=lambda y: np.mean(y) ** 2)


@mistakes("You return means of y; the means of its squares are asked for.", hint=5)
def mean_squares__mean(x, widths, rng):
    return through(x, widths, rng, size=np.mean)


@mistakes("You have a mean for every sample; it is over samples and outputs, one number for each layer.", hint=5)
def mean_squares__of_each_sample(x, widths, rng):
    return through(x, widths, rng, size=lambda y: np.mean(y**2, axis=1))


@mistakes("You sum all squares; their mean, over samples and outputs, is asked for.", hint=5)
def mean_squares__sum(x, widths, rng):
    return through(x, widths, rng, size=lambda y: np.sum(y**2))


@mistakes("The squares are summed over the outputs and averaged over samples only: the mean is over both.", hint=5)
def mean_squares__sum_over_outputs(x, widths, rng):
    return through(x, widths, rng, size=lambda y: np.mean(np.sum(y**2, axis=1)))


@mistakes("Every layer takes x itself; it takes what the layer before has made.", hint=4)
def mean_squares__x_again(x, widths, rng):
    fans = [x.shape[1], *widths]
    weights = [he(i, o, rng) for i, o in zip(fans, widths, strict=False)]
    return np.array([np.mean(np.maximum(x @ W, 0) ** 2) for W in weights])


@mistakes(
    "The mean square of x comes first in your result; the first that is asked for is behind the first layer.", hint=5
)
def mean_squares__with_input(x, widths, rng):
    return np.array([np.mean(x**2), *through(x, widths, rng)])


@mistakes("Only one number is returned, that behind the last layer: one for each layer is asked for.", hint=5)
def mean_squares__last(x, widths, rng):
    return through(x, widths, rng)[-1]


@mistakes("The weights have the variance 1 / fan_in: signals lose half of their squares in each layer.", hint=2)
def mean_squares__lecun(x, widths, rng):
    return through(x, widths, rng, draw=lambda i, o, rng: he(i, o, rng, 1))


@mistakes("The weights of your layers have standard deviation 1: they are not scaled at all.", hint=4)
def mean_squares__unscaled(x, widths, rng):
    return through(x, widths, rng, draw=lambda i, o, rng: rng.normal(size=(i, o)))


@mistakes("The standard deviation is made of the layer's own width; the width before it, its fan_in, is due.", hint=4)
def mean_squares__fan_out(x, widths, rng):
    return through(x, widths, rng, draw=lambda i, o, rng: he(i, o, rng, 2 * i / o))


@mistakes("The fan_in of every layer is that of the first in your result: it is the width of the layer before.", hint=4)
def mean_squares__first_fan_in(x, widths, rng):
    first = x.shape[1]
    return through(x, widths, rng, draw=lambda i, o, rng: he(i, o, rng, 2 * i / first))


@mistakes("The weights are Glorot's; He's are asked for.", hint=4)
def mean_squares__glorot(x, widths, rng):
    def draw(i, o, rng):
        limit = np.sqrt(6 / (i + o))
        return rng.uniform(-limit, limit, (i, o))

    return through(x, widths, rng, draw=draw)
