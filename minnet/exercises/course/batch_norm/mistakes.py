"""How batch normalisation goes wrong, forwards and backwards."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def forward(x, gamma, beta, epsilon, axis=0, ddof=0, scale=lambda var, epsilon: 1 / np.sqrt(var + epsilon)):
    mu, var = x.mean(axis=axis), x.var(axis=axis, ddof=ddof)
    return gamma * (x - mu) * scale(var, epsilon) + beta, mu, var


def parts(x, epsilon, ddof=0):
    scale = 1 / np.sqrt(x.var(axis=0, ddof=ddof) + epsilon)
    return (x - x.mean(axis=0)) * scale, scale


def backward(x, gamma, dy, epsilon, dx):
    """The right derivatives by gamma and beta, and a wrong one by x: of z, the scale, dy and its two means."""
    z, scale = parts(x, epsilon)
    return dx(z, gamma * scale, dy, dy.mean(axis=0), (z * dy).mean(axis=0)), (z * dy).sum(axis=0), dy.sum(axis=0)


@mistakes(
    "Mean and variance are those of each sample (axis 1): that is layer normalisation. Axis 0 is the batch.", hint=2
)
def batch_norm__over_features(x, gamma, beta, epsilon=1e-5):
    mu, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    return gamma * (x - mu) / np.sqrt(var + epsilon) + beta, mu[:, 0], var[:, 0]


@mistakes("Mean and variance are those of all numbers at once; every feature has its own: axis=0.", hint=2)
def batch_norm__over_all(x, gamma, beta, epsilon=1e-5):
    return forward(x, gamma, beta, epsilon, axis=None)


@mistakes("Your variance is divided by n - 1; the biased one, divided by n, is asked for.", hint=2)
def batch_norm__unbiased(x, gamma, beta, epsilon=1e-5):
    return forward(x, gamma, beta, epsilon, ddof=1)


@mistakes("The variance is the mean of the squares, minus nothing: it is that of x - mu.", hint=2)
def batch_norm__not_centred(x, gamma, beta, epsilon=1e-5):
    mu, var = x.mean(axis=0), (x**2).mean(axis=0)
    return gamma * (x - mu) / np.sqrt(var + epsilon) + beta, mu, var


@mistakes(
    "mean(x^2) - mean(x)^2 is the variance, but loses its digits where the mean is large: both are 1e12, and what is "
    "left of their difference is mostly rounding. Take the mean of (x - mu)^2.",
    hint=2,
)
def batch_norm__difference_of_squares(x, gamma, beta, epsilon=1e-5):
    mu = x.mean(axis=0)
    var = (x**2).mean(axis=0) - mu**2
    return gamma * (x - mu) / np.sqrt(var + epsilon) + beta, mu, var


@mistakes("Epsilon stands under the root, beside the variance; yours is added to the root.", hint=3)
def batch_norm__epsilon_beside_the_root(x, gamma, beta, epsilon=1e-5):
    return forward(x, gamma, beta, epsilon, scale=lambda var, epsilon: 1 / (np.sqrt(var) + epsilon))


@mistakes("Epsilon is missing: a feature that does not vary is divided by 0.", hint=3)
def batch_norm__no_epsilon(x, gamma, beta, epsilon=1e-5):
    return forward(x, gamma, beta, epsilon, scale=lambda var, epsilon: 1 / np.sqrt(var))


@mistakes("Epsilon is always 1e-5 in your function; it is an argument.", hint=3)
def batch_norm__epsilon_fixed(x, gamma, beta, epsilon=1e-5):
    return forward(x, gamma, beta, 1e-5)


@mistakes("The root is missing: x - mu is divided by sqrt(var + epsilon), the standard deviation.", hint=3)
def batch_norm__no_root(x, gamma, beta, epsilon=1e-5):
    return forward(x, gamma, beta, epsilon, scale=lambda var, epsilon: 1 / (var + epsilon))


@mistakes("x - mu is divided by the deviation of all numbers at once; every feature has its own variance.", hint=3)
def batch_norm__divided_by_that_of_all(x, gamma, beta, epsilon=1e-5):
    mu, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mu) / np.sqrt(x.var() + epsilon) + beta, mu, var


@mistakes("The mean is not subtracted: z is (x - mu) / sqrt(var + epsilon).", hint=3)
def batch_norm__mean_kept(x, gamma, beta, epsilon=1e-5):
    return gamma * x / np.sqrt(x.var(axis=0) + epsilon) + beta, x.mean(axis=0), x.var(axis=0)


@mistakes("gamma and beta have changed places: gamma multiplies, beta is added.", hint=3)
def batch_norm__swapped(x, gamma, beta, epsilon=1e-5):
    return forward(x, beta, gamma, epsilon)


@mistakes("beta is multiplied by gamma in your y: it is gamma z + beta, not gamma (z + beta).", hint=3)
def batch_norm__shifted_first(x, gamma, beta, epsilon=1e-5):
    return forward(x, gamma, gamma * beta, epsilon)


@mistakes("Your y is z: gamma and beta are not used.", hint=3)
def batch_norm__without_gamma_and_beta(x, gamma, beta, epsilon=1e-5):
    return forward(x, 1.0, 0.0, epsilon)


@mistakes("The third result is the standard deviation; the variance is asked for.", hint=1)
def batch_norm__deviation_returned(x, gamma, beta, epsilon=1e-5):
    y, mu, var = forward(x, gamma, beta, epsilon)
    return y, mu, np.sqrt(var)


@mistakes("The third result has epsilon in it; the variance alone is asked for.", hint=1)
def batch_norm__epsilon_returned(x, gamma, beta, epsilon=1e-5):
    y, mu, var = forward(x, gamma, beta, epsilon)
    return y, mu, var + epsilon


@mistakes("mu and var are (1, i), where (i,) is asked for: keepdims is not needed, x - mu fits without it.", hint=1)
def batch_norm__keepdims(x, gamma, beta, epsilon=1e-5):
    y, mu, var = forward(x, gamma, beta, epsilon)
    return y, mu[None], var[None]


@mistakes("Only y is returned; mu and var are asked for as well.", hint=1)
def batch_norm__y_only(x, gamma, beta, epsilon=1e-5):
    return forward(x, gamma, beta, epsilon)[0]


@mistakes("x is changed in place: x -= mu writes into the array of the caller.", hint=1)
def batch_norm__in_place(x, gamma, beta, epsilon=1e-5):
    result = forward(x, gamma, beta, epsilon)
    x -= x.mean(axis=0)
    return result


@mistakes("Mean and variance are taken for constants: they are made of x, and bring the two means into dx.", hint=4)
def batch_norm_backward__constants(x, gamma, dy, epsilon=1e-5):
    return backward(x, gamma, dy, epsilon, lambda z, scale, dy, by_mean, by_var: scale * dy)


@mistakes("The way through the mean is missing in your dx: the term mean(dy).", hint=4)
def batch_norm_backward__not_through_mean(x, gamma, dy, epsilon=1e-5):
    return backward(x, gamma, dy, epsilon, lambda z, scale, dy, by_mean, by_var: scale * (dy - z * by_var))


@mistakes("In your dx stand sums where means are due: those of dgamma and dbeta, divided by n.", hint=4)
def batch_norm_backward__sums(x, gamma, dy, epsilon=1e-5):
    n = len(x)
    return backward(
        x, gamma, dy, epsilon, lambda z, scale, dy, by_mean, by_var: scale * (dy - n * by_mean - z * n * by_var)
    )


@mistakes(
    "1 / n stands before the whole bracket in your dx: then dy itself is multiplied by n, beside the two sums.", hint=4
)
def batch_norm_backward__all_divided(x, gamma, dy, epsilon=1e-5):
    n = len(x)
    return backward(
        x, gamma, dy, epsilon, lambda z, scale, dy, by_mean, by_var: scale * (dy / n - by_mean - z * by_var)
    )


@mistakes("Your dx is divided by var + epsilon; it is divided by the root of that.", hint=4)
def batch_norm_backward__no_root(x, gamma, dy, epsilon=1e-5):
    root = np.sqrt(x.var(axis=0) + epsilon)
    return backward(
        x, gamma, dy, epsilon, lambda z, scale, dy, by_mean, by_var: scale / root * (dy - by_mean - z * by_var)
    )


@mistakes("gamma is missing in your dx: y is gamma z + beta, so dz is gamma dy.", hint=4)
def batch_norm_backward__no_gamma(x, gamma, dy, epsilon=1e-5):
    ones = np.ones(gamma.shape)
    return backward(x, ones, dy, epsilon, lambda z, scale, dy, by_mean, by_var: scale * (dy - by_mean - z * by_var))


@mistakes("Your dx is the derivative by z: it is still to be divided by sqrt(var + epsilon).", hint=4)
def batch_norm_backward__by_z(x, gamma, dy, epsilon=1e-5):
    return backward(x, gamma, dy, epsilon, lambda z, scale, dy, by_mean, by_var: gamma * (dy - by_mean - z * by_var))


@mistakes("Epsilon is missing: sqrt(var + epsilon) as in the forward pass.", hint=2)
def batch_norm_backward__no_epsilon(x, gamma, dy, epsilon=1e-5):
    return backward(x, gamma, dy, 0.0, lambda z, scale, dy, by_mean, by_var: scale * (dy - by_mean - z * by_var))


@mistakes("Your variance is divided by n - 1; the forward pass divides by n.", hint=2)
def batch_norm_backward__unbiased(x, gamma, dy, epsilon=1e-5):
    z, scale = parts(x, epsilon, ddof=1)
    dx = gamma * scale * (dy - dy.mean(axis=0) - z * (z * dy).mean(axis=0))
    return dx, (z * dy).sum(axis=0), dy.sum(axis=0)


@mistakes("mean(x^2) - mean(x)^2 loses its digits where the mean is large: take the mean of (x - mu)^2.", hint=2)
def batch_norm_backward__difference_of_squares(x, gamma, dy, epsilon=1e-5):
    scale = 1 / np.sqrt((x**2).mean(axis=0) - x.mean(axis=0) ** 2 + epsilon)
    z = (x - x.mean(axis=0)) * scale
    dx = gamma * scale * (dy - dy.mean(axis=0) - z * (z * dy).mean(axis=0))
    return dx, (z * dy).sum(axis=0), dy.sum(axis=0)


@mistakes("Your dgamma is the sum of x dy; gamma multiplies z, so it is that of z dy.", hint=3)
def batch_norm_backward__gamma_by_x(x, gamma, dy, epsilon=1e-5):
    dx, _, dbeta = right(x, gamma, dy, epsilon)
    return dx, (x * dy).sum(axis=0), dbeta


@mistakes("Your dgamma is the sum of (x - mu) dy; z is that over sqrt(var + epsilon).", hint=3)
def batch_norm_backward__gamma_by_centred(x, gamma, dy, epsilon=1e-5):
    dx, _, dbeta = right(x, gamma, dy, epsilon)
    return dx, ((x - x.mean(axis=0)) * dy).sum(axis=0), dbeta


@mistakes(
    "Your dgamma and dbeta are summed over the features (axis 1); each feature has its own: sum over the samples.",
    hint=3,
)
def batch_norm_backward__over_features(x, gamma, dy, epsilon=1e-5):
    z, _ = parts(x, epsilon)
    return right(x, gamma, dy, epsilon)[0], (z * dy).sum(axis=1), dy.sum(axis=1)


@mistakes("Your dgamma and dbeta are averaged over the samples; a sum is due.", hint=3)
def batch_norm_backward__means(x, gamma, dy, epsilon=1e-5):
    dx, dgamma, dbeta = right(x, gamma, dy, epsilon)
    return dx, dgamma / len(x), dbeta / len(x)


@mistakes("The order is dx, dgamma, dbeta: the last two have changed places.", hint=1)
def batch_norm_backward__swapped(x, gamma, dy, epsilon=1e-5):
    dx, dgamma, dbeta = right(x, gamma, dy, epsilon)
    return dx, dbeta, dgamma


def with_means(by_mean, by_var, inside):
    """mean(dy) and mean(z dy) of dx are other ones than those over the samples; gamma is inside of them, or outside."""

    def batch_norm_backward__(x, gamma, dy, epsilon=1e-5):
        z, scale = parts(x, epsilon)
        dz = gamma * dy if inside else dy
        dx = scale * (dz - by_mean(dz) - z * by_var(z * dz))
        return (dx if inside else gamma * dx), (z * dy).sum(axis=0), dy.sum(axis=0)

    return batch_norm_backward__


def over_samples(a):
    return a.mean(axis=0)


def over_entries(a):
    return a.sum(axis=0) / a.size


def over_features(a):
    return a.mean(axis=1, keepdims=True)


for sentence, means in (
    ("The two means in your dx are taken over all entries; every feature has its own: axis=0.", (np.mean, np.mean)),
    ("Your mean(dy) is taken over all entries; every feature has its own: axis=0.", (np.mean, over_samples)),
    ("Your mean(z dy) is taken over all entries; every feature has its own: axis=0.", (over_samples, np.mean)),
    ("The sums in your dx are divided by the number of all entries; a mean over samples is divided by n.",
     (over_entries, over_entries)),
    ("The two means in your dx are taken over the features (axis 1); they are over the samples, axis 0.",
     (over_features, over_features)),
    ("Your mean(dy) is taken over the features (axis 1); it is over the samples, axis 0.",
     (over_features, over_samples)),
    ("Your mean(z dy) is taken over the features (axis 1); it is over the samples, axis 0.",
     (over_samples, over_features)),
):  # fmt: skip
    for inside in (False, True):
        mistakes(sentence, hint=4)(with_means(*means, inside))


def with_last_term(last):
    def batch_norm_backward__(x, gamma, dy, epsilon=1e-5):
        return backward(x, gamma, dy, epsilon, lambda z, scale, dy, by_mean, _: scale * (dy - by_mean - last(x, z, dy)))

    return batch_norm_backward__


for sentence, last in (
    ("The last term of your dx is mean(z^2 dy): z stands before the mean, z mean(z dy).",
     lambda x, z, dy: (z**2 * dy).mean(axis=0)),
    ("The last term of your dx is z mean(x dy): it is z mean(z dy).", lambda x, z, dy: z * (x * dy).mean(axis=0)),
    ("In the last term of your dx, z mean(z dy), one of the two z is x - mu.",
     lambda x, z, dy: z * ((x - x.mean(axis=0)) * dy).mean(axis=0)),
    ("The way through the variance is missing in your dx: the term z mean(z dy).", lambda x, z, dy: 0),
    ("The term z mean(z dy) has the wrong sign in your dx: both means are subtracted.",
     lambda x, z, dy: -z * (z * dy).mean(axis=0)),
    ("The last term of your dx is mean(z dy) without z in front of it.", lambda x, z, dy: (z * dy).mean(axis=0)),
    ("The last term of your dx is z mean(dy): it is the mean of the products, z mean(z dy).",
     lambda x, z, dy: z * dy.mean(axis=0)),
):  # fmt: skip
    mistakes(sentence, hint=4)(with_last_term(last))


@mistakes("Epsilon is always 1e-5 in your function; it is an argument.", hint=2)
def batch_norm_backward__epsilon_fixed(x, gamma, dy, epsilon=1e-5):
    return right(x, gamma, dy, 1e-5)


@mistakes("Your dgamma and dbeta are sums over all entries; every feature has its own: axis=0.", hint=3)
def batch_norm_backward__sums_of_all(x, gamma, dy, epsilon=1e-5):
    return right(x, gamma, dy, epsilon)[0], np.sum(parts(x, epsilon)[0] * dy), np.sum(dy)


def right(x, gamma, dy, epsilon):
    return backward(x, gamma, dy, epsilon, lambda z, scale, dy, by_mean, by_var: scale * (dy - by_mean - z * by_var))
