"""How RMSProp goes wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def mean(s, g, rho):
    return rho * s + (1 - rho) * g**2


def step(theta, g, s, rate, rho, epsilon, new=mean, divisor=lambda s, epsilon: np.sqrt(s) + epsilon):
    """RMSProp with one thing changed."""
    s = new(s, g, rho)
    return theta - rate * g / divisor(s, epsilon), s


@mistakes("Your step uses the old s: s is made first, and theta moves with the new one.", hint=3)
def rmsprop_step__old_s(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    return theta - rate * g / (np.sqrt(s) + epsilon), mean(s, g, rho)


@mistakes("Epsilon stands beside the root, not under it: sqrt(s) + epsilon.", hint=3)
def rmsprop_step__epsilon_under_the_root(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    return step(theta, g, s, rate, rho, epsilon, divisor=lambda s, epsilon: np.sqrt(s + epsilon))


@mistakes("Epsilon is missing: where no gradient has come yet, 0 / 0 is nan.", hint=3)
def rmsprop_step__no_epsilon(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    return step(theta, g, s, rate, rho, epsilon, divisor=lambda s, epsilon: np.sqrt(s))


@mistakes("Epsilon is added to the quotient; it belongs to the divisor: g / (sqrt(s) + epsilon).", hint=3)
def rmsprop_step__brackets(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    s = mean(s, g, rho)
    return theta - rate * (g / np.sqrt(s) + epsilon), s


@mistakes("The root is missing: the step is divided by sqrt(s) + epsilon.", hint=3)
def rmsprop_step__no_root(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    return step(theta, g, s, rate, rho, epsilon, divisor=lambda s, epsilon: s + epsilon)


@mistakes("You multiply by sqrt(s) + epsilon, where you should divide.", hint=3)
def rmsprop_step__multiplied(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    return step(theta, g, s, rate, rho, epsilon, divisor=lambda s, epsilon: 1 / (np.sqrt(s) + epsilon))


@mistakes("Your s is a mean of the gradients, not of their squares.", hint=2)
def rmsprop_step__not_squared(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    return step(theta, g, s, rate, rho, epsilon, new=lambda s, g, rho: rho * s + (1 - rho) * g)


@mistakes("Your s is a mean of the gradients' sizes, |g|; their squares are due.", hint=2)
def rmsprop_step__sizes(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    return step(theta, g, s, rate, rho, epsilon, new=lambda s, g, rho: rho * s + (1 - rho) * np.abs(g))


@mistakes("rho and 1 - rho have changed places: the old mean counts rho, what is new 1 - rho.", hint=2)
def rmsprop_step__swapped(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    return step(theta, g, s, rate, 1 - rho, epsilon)


@mistakes("Your s adds up all squares, as AdaGrad does: the old s is to lose the part 1 - rho.", hint=2)
def rmsprop_step__adagrad(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    return step(theta, g, s, rate, rho, epsilon, new=lambda s, g, rho: s + g**2)


@mistakes("The new square counts whole in your s: it has the factor 1 - rho.", hint=2)
def rmsprop_step__without_factor(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    return step(theta, g, s, rate, rho, epsilon, new=lambda s, g, rho: rho * s + g**2)


@mistakes("Your old s counts whole, and grows: it has the factor rho.", hint=2)
def rmsprop_step__without_rho(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    return step(theta, g, s, rate, rho, epsilon, new=lambda s, g, rho: s + (1 - rho) * g**2)


@mistakes("1 - rho is squared too in your s: it is (1 - rho) g^2, only g is squared.", hint=2)
def rmsprop_step__factor_squared(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    return step(theta, g, s, rate, rho, epsilon, new=lambda s, g, rho: rho * s + ((1 - rho) * g) ** 2)


@mistakes("Your s forgets what came before: it is (1 - rho) g^2 alone, without rho s.", hint=2)
def rmsprop_step__forgets(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    return step(theta, g, s, rate, rho, epsilon, new=lambda s, g, rho: (1 - rho) * g**2)


@mistakes("One mean of all entries stands in your s: each parameter has an s of its own.", hint=2)
def rmsprop_step__one_for_all(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    return step(theta, g, s, rate, rho, epsilon, new=lambda s, g, rho: rho * s + (1 - rho) * np.mean(g**2))


@mistakes("The sum of all squares stands in your s: each parameter has an s of its own.", hint=2)
def rmsprop_step__norm(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    return step(theta, g, s, rate, rho, epsilon, new=lambda s, g, rho: rho * s + (1 - rho) * np.sum(g**2))


@mistakes("You divide s by 1 - rho, as Adam does in its first step: here s is used as it is.", hint=3)
def rmsprop_step__corrected(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    divided = step(theta, g, s, rate, rho, epsilon, divisor=lambda s, epsilon: np.sqrt(s / (1 - rho)) + epsilon)
    return divided[0], mean(s, g, rho)


@mistakes("You step uphill: the update is subtracted.", hint=3)
def rmsprop_step__uphill(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    return step(theta, g, s, -rate, rho, epsilon)


@mistakes("The rate is missing in your step.", hint=3)
def rmsprop_step__no_rate(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    return step(theta, g, s, 1.0, rho, epsilon)


@mistakes("Your step has g^2 in it: the square belongs to s, the step goes along g.", hint=3)
def rmsprop_step__along_the_square(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    s = mean(s, g, rho)
    return theta - rate * g**2 / (np.sqrt(s) + epsilon), s


@mistakes("You return the change of theta: add it to what theta was.", hint=3)
def rmsprop_step__change(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    moved, s = step(theta, g, s, rate, rho, epsilon)
    return moved - theta, s


@mistakes("Your step is g whole: it is divided by sqrt(s) + epsilon.", hint=3)
def rmsprop_step__plain(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    return step(theta, g, s, rate, rho, epsilon, divisor=lambda s, epsilon: 1)


@mistakes("The s that you return is as it came: the next step needs the new one.", hint=4)
def rmsprop_step__s_as_it_came(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    return step(theta, g, s, rate, rho, epsilon)[0], s.copy()


@mistakes("You return the root of s; the next step needs s itself.", hint=3)
def rmsprop_step__root_returned(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    theta, s = step(theta, g, s, rate, rho, epsilon)
    return theta, np.sqrt(s)


@mistakes("The order is theta, s.", hint=1)
def rmsprop_step__order(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    return step(theta, g, s, rate, rho, epsilon)[::-1]


@mistakes("Only theta is returned; the next step needs s as well.", hint=1)
def rmsprop_step__theta_alone(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    return step(theta, g, s, rate, rho, epsilon)[0]


@mistakes("theta or s is changed in place: *= and -= write into the arrays of the caller.", hint=3)
def rmsprop_step__in_place(theta, g, s, rate=0.001, rho=0.9, epsilon=1e-8):
    s *= rho
    s += (1 - rho) * g**2
    theta -= rate * g / (np.sqrt(s) + epsilon)
    return theta, s


def run(gradient, theta, steps, rate, rho, epsilon, step=step, start=0.0):
    s = np.full(theta.shape, start)
    for _ in range(steps):
        theta, s = step(theta, gradient(theta), s, rate, rho, epsilon)
    return theta


@mistakes("s begins at 0 anew in each of your steps: it goes on from step to step.", hint=4)
def rmsprop_descent__forgets(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    return run(gradient, theta, steps, rate, rho, epsilon, lambda theta, g, s, *settings: step(theta, g, 0, *settings))


@mistakes("The gradient is taken once, at the start: every step needs that at the theta it begins with.", hint=4)
def rmsprop_descent__one_gradient(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    g = gradient(theta)
    return run(lambda theta: g, theta, steps, rate, rho, epsilon)


@mistakes("Every step begins at the first theta again: it goes on from where the last one has led.", hint=4)
def rmsprop_descent__from_the_start(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    s = np.zeros(theta.shape)
    for _ in range(steps):
        moved, s = step(theta, gradient(theta), s, rate, rho, epsilon)
    return moved


@mistakes("s begins at 1 in your descent; it begins at 0.", hint=4)
def rmsprop_descent__from_one(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    return run(gradient, theta, steps, rate, rho, epsilon, start=1.0)


@mistakes("s begins with the square of the first gradient in your descent; it begins at 0.", hint=4)
def rmsprop_descent__from_first_gradient(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    return run(gradient, theta, steps, rate, rho, epsilon, start=gradient(theta) ** 2)


@mistakes(
    "The settings do not reach your steps: rate, rho and epsilon are the usual ones, whatever is asked for.", hint=4
)
def rmsprop_descent__usual_settings(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    return run(gradient, theta, steps, 0.001, 0.9, 1e-8)


@mistakes("Only the rate reaches your steps: rho and epsilon are the usual ones, whatever is asked for.", hint=4)
def rmsprop_descent__usual_rho(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    return run(gradient, theta, steps, rate, 0.9, 1e-8)


@mistakes("One step too many is made.", hint=4)
def rmsprop_descent__one_more(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    return run(gradient, theta, steps + 1, rate, rho, epsilon)


@mistakes("One step too few is made.", hint=4)
def rmsprop_descent__one_less(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    return run(gradient, theta, steps - 1, rate, rho, epsilon)


@mistakes("Your steps lead uphill: they are subtracted.", hint=3)
def rmsprop_descent__uphill(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    return run(gradient, theta, steps, -rate, rho, epsilon)


@mistakes("That is plain gradient descent: its steps are not divided by sqrt(s) + epsilon.", hint=3)
def rmsprop_descent__plain(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    return run(gradient, theta, steps, rate, rho, epsilon, lambda theta, g, s, rate, *_: (theta - rate * g, s))


@mistakes("Your s adds up all squares, as AdaGrad does: the old s is to lose the part 1 - rho.", hint=2)
def rmsprop_descent__adagrad(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    def adagrad(theta, g, s, rate, rho, epsilon):
        return step(theta, g, s, rate, rho, epsilon, new=lambda s, g, rho: s + g**2)

    return run(gradient, theta, steps, rate, rho, epsilon, adagrad)


@mistakes("Your steps use the old s: s is made first, and theta moves with the new one.", hint=3)
def rmsprop_descent__old_s(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    return run(gradient, theta, steps, rate, rho, epsilon, rmsprop_step__old_s)


@mistakes("Epsilon stands beside the root, not under it: sqrt(s) + epsilon.", hint=3)
def rmsprop_descent__epsilon_under_the_root(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    return run(gradient, theta, steps, rate, rho, epsilon, rmsprop_step__epsilon_under_the_root)


@mistakes("You divide s by 1 - rho^t, as Adam does: here s is used as it is.", hint=3)
def rmsprop_descent__corrected(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    s = 0.0
    for t in range(1, steps + 1):
        g = gradient(theta)
        s = mean(s, g, rho)
        theta = theta - rate * g / (np.sqrt(s / (1 - rho**t)) + epsilon)
    return theta


@mistakes("One step is made, whatever `steps` is: a return inside of the loop ends it.", hint=4)
def rmsprop_descent__one_step(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    return run(gradient, theta, 1, rate, rho, epsilon)


@mistakes("You return theta after every step; theta after the last one is asked for.", hint=4)
def rmsprop_descent__all(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    return np.array([run(gradient, theta, k + 1, rate, rho, epsilon) for k in range(steps)])


@mistakes("theta is returned together with s; theta alone is asked for.", hint=1)
def rmsprop_descent__with_s(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    s = np.zeros(theta.shape)
    for _ in range(steps):
        theta, s = step(theta, gradient(theta), s, rate, rho, epsilon)
    return theta, s


@mistakes("theta is changed in place: -= writes into the array of the caller. Begin with a copy.", hint=4)
def rmsprop_descent__in_place(gradient, theta, steps, rate=0.001, rho=0.9, epsilon=1e-8):
    theta[...] = run(gradient, theta, steps, rate, rho, epsilon)
    return theta
