"""How Adam goes wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def step(theta, g, m, v, t, rate, beta_1, beta_2, epsilon, **change):
    """Adam with one thing changed."""
    m = change.get("new_m", beta_1 * m + (1 - beta_1) * g)
    v = change.get("new_v", beta_2 * v + (1 - beta_2) * g**2)
    t = t + change.get("later", 0)
    m_hat = m / (1 - beta_1**t) if change.get("correct_m", True) else m
    v_hat = v / (1 - beta_2**t) if change.get("correct_v", True) else v
    divisor = change.get("divisor", lambda v: np.sqrt(v) + epsilon)(v_hat)
    sign = change.get("sign", -1)
    kept = (m_hat, v_hat) if change.get("keep_corrected", False) else (m, v)
    return theta + sign * rate * m_hat / divisor, *kept


@mistakes("Your m is not corrected for its start at zero: at t = 1 you step by 0.1 g where the formula has g.", hint=3)
def adam__m_not_corrected(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    return step(theta, g, m, v, t, rate, beta_1, beta_2, epsilon, correct_m=False)


@mistakes("Your v is not corrected for its start at zero: at t = 1 it is 0.001 g^2 where the formula has g^2.", hint=3)
def adam__v_not_corrected(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    return step(theta, g, m, v, t, rate, beta_1, beta_2, epsilon, correct_v=False)


@mistakes("Neither m nor v is corrected for its start at zero: divide by 1 - beta^t.", hint=3)
def adam__not_corrected(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    return step(theta, g, m, v, t, rate, beta_1, beta_2, epsilon, correct_m=False, correct_v=False)


@mistakes("t is 1 at the first step already: you correct with t + 1.", hint=3)
def adam__one_step_late(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    return step(theta, g, m, v, t, rate, beta_1, beta_2, epsilon, later=1)


@mistakes("You return the corrected means; the next step needs m and v themselves.", hint=4)
def adam__corrected_returned(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    return step(theta, g, m, v, t, rate, beta_1, beta_2, epsilon, keep_corrected=True)


@mistakes("Your v is a mean of the gradients, not of their squares.", hint=2)
def adam__v_without_square(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    return step(theta, g, m, v, t, rate, beta_1, beta_2, epsilon, new_v=beta_2 * v + (1 - beta_2) * g)


@mistakes("In your m the betas have changed places: the old mean counts 0.9, the new gradient 0.1.", hint=2)
def adam__betas_of_m_swapped(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    return step(theta, g, m, v, t, rate, beta_1, beta_2, epsilon, new_m=(1 - beta_1) * m + beta_1 * g)


@mistakes("beta_1 belongs to m and beta_2 to v: yours have changed places.", hint=2)
def adam__betas_swapped(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    return step(theta, g, m, v, t, rate, beta_2, beta_1, epsilon)


@mistakes("Your m lacks the factor 1 - beta_1 of the new gradient: that is momentum, not a mean.", hint=2)
def adam__m_without_factor(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    return step(theta, g, m, v, t, rate, beta_1, beta_2, epsilon, new_m=beta_1 * m + g)


@mistakes("You step uphill: the update is subtracted.", hint=4)
def adam__uphill(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    return step(theta, g, m, v, t, rate, beta_1, beta_2, epsilon, sign=1)


@mistakes("Epsilon stands beside the root, not under it: sqrt(v_hat) + epsilon.", hint=4)
def adam__epsilon_under_the_root(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    return step(theta, g, m, v, t, rate, beta_1, beta_2, epsilon, divisor=lambda v: np.sqrt(v + epsilon))


@mistakes("The root is missing: the step is divided by sqrt(v_hat) + epsilon.", hint=4)
def adam__no_root(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    return step(theta, g, m, v, t, rate, beta_1, beta_2, epsilon, divisor=lambda v: v + epsilon)


@mistakes("Epsilon is missing: where no gradient has come yet, 0 / 0 is nan.", hint=4)
def adam__no_epsilon(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    return step(theta, g, m, v, t, rate, beta_1, beta_2, epsilon, divisor=np.sqrt)


@mistakes("Your step is the gradient over sqrt(v_hat): that is RMSProp. Adam's goes along m_hat.", hint=4)
def adam__gradient_instead_of_m(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    theta = step(theta, g, m, v, t, rate, 0.0, beta_2, epsilon)[0]
    return theta, *step(theta, g, m, v, t, rate, beta_1, beta_2, epsilon)[1:]


@mistakes("m, v and theta are changed in place: += and m[...] = write into the arrays of the caller.", hint=4)
def adam__in_place(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    m *= beta_1
    m += (1 - beta_1) * g
    v *= beta_2
    v += (1 - beta_2) * g**2
    theta -= rate * m / (1 - beta_1**t) / (np.sqrt(v / (1 - beta_2**t)) + epsilon)
    return theta, m, v
