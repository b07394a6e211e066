"""How Lorenz's equations, a Runge-Kutta step and Benettin's method go wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def equations(state, beta=8 / 3, **other):
    """Lorenz's equations, some of them others."""
    x, y, z = state
    usual = {"dx": 10 * (y - x), "dy": x * (28 - z) - y, "dz": x * y - beta * z}
    return np.array(list((usual | other).values()))


@mistakes("The first derivative has the wrong sign: 10 (y - x), not 10 (x - y).", hint=2)
def lorenz__sign_of_the_first(state):
    return equations(state, dx=10 * (state[0] - state[1]))


@mistakes("- y is missing in the second derivative: x (28 - z) - y.", hint=2)
def lorenz__without_y(state):
    return equations(state, dy=state[0] * (28 - state[2]))


@mistakes("The second derivative lacks brackets: x multiplies 28 and z alike, x (28 - z) - y.", hint=2)
def lorenz__no_brackets(state):
    x, y, z = state
    return equations(state, dy=x * 28 - z - y)


@mistakes("In the second derivative x multiplies 28 - z - y; y stands outside the brackets.", hint=2)
def lorenz__y_in_the_brackets(state):
    x, y, z = state
    return equations(state, dy=x * (28 - z - y))


@mistakes("8 // 3 is 2: in Python / divides, // cuts to a whole number.", hint=2)
def lorenz__beta_cut(state):
    return equations(state, beta=8 // 3)


@mistakes("The factor of z in the third derivative is 8/3, not 3/8.", hint=2)
def lorenz__beta_upside_down(state):
    return equations(state, beta=3 / 8)


@mistakes("The factor 8/3 of z is missing in the third derivative.", hint=2)
def lorenz__without_beta(state):
    return equations(state, beta=1)


@mistakes("(8/3) z is subtracted in the third derivative: yours is added.", hint=2)
def lorenz__sign_of_beta(state):
    return equations(state, beta=-8 / 3)


@mistakes("That is the state plus its derivatives, a step of length 1: the derivatives alone are asked for.", hint=2)
def lorenz__added_to_the_state(state):
    return state + equations(state)


@mistakes("A derivative overwrites x or y before the next line uses it: all three are taken at the old state.", hint=2)
def lorenz__one_after_the_other(state):
    x, y, z = state
    x = 10 * (y - x)
    y = x * (28 - z) - y
    return np.array([x, y, x * y - 8 / 3 * z])


def runge_kutta(f, x, h, at=(1 / 2, 1 / 2, 1), weights=(1, 2, 2, 1), over=6):
    slopes = [f(x)]
    for part in at:
        slopes.append(f(x + h * part * slopes[-1]))
    return x + h * sum(w * k for w, k in zip(weights, slopes, strict=True)) / over


@mistakes("That is Euler's step, x + h f(x): only k1 is used.", hint=3)
def rk4_step__euler(f, x, h):
    return x + h * f(x)


@mistakes("That is the midpoint step, x + h k2: k3 and k4 are not used.", hint=3)
def rk4_step__midpoint(f, x, h):
    return x + h * f(x + h / 2 * f(x))


@mistakes("That is Heun's step, from the slopes at both ends: two more are taken in the middle.", hint=3)
def rk4_step__heun(f, x, h):
    k1 = f(x)
    return x + h / 2 * (k1 + f(x + h * k1))


@mistakes("k2 and k3 are taken half a step on, at x + h k / 2: yours are a whole step on.", hint=3)
def rk4_step__whole_steps(f, x, h):
    return runge_kutta(f, x, h, at=(1, 1, 1))


@mistakes("k4 is taken a whole step on, at x + h k3: yours is half a step on.", hint=3)
def rk4_step__half_at_the_end(f, x, h):
    return runge_kutta(f, x, h, at=(1 / 2, 1 / 2, 1 / 2))


@mistakes("k3 is taken where k2 leads to; yours is taken where k1 does, so it is k2 again.", hint=3)
def rk4_step__third_from_the_first(f, x, h):
    k1 = f(x)
    k2 = f(x + h / 2 * k1)
    return x + h / 6 * (k1 + 4 * k2 + f(x + h * k2))


@mistakes("k4 is taken where k3 leads to; yours is taken where k2 does.", hint=3)
def rk4_step__fourth_from_the_second(f, x, h):
    k1 = f(x)
    k2 = f(x + h / 2 * k1)
    k3 = f(x + h / 2 * k2)
    return x + h / 6 * (k1 + 2 * k2 + 2 * k3 + f(x + h * k2))


@mistakes("k2, k3 and k4 start from one another's points: each is taken at x, the start, plus a part of h k.", hint=3)
def rk4_step__from_point_to_point(f, x, h):
    slopes, point = [f(x)], x
    for part in (1 / 2, 1 / 2, 1):
        point = point + h * part * slopes[-1]
        slopes.append(f(point))
    return x + h / 6 * (slopes[0] + 2 * slopes[1] + 2 * slopes[2] + slopes[3])


@mistakes("h is missing in the points where k2, k3 and k4 are taken.", hint=3)
def rk4_step__points_without_h(f, x, h):
    return runge_kutta(f, x, h, at=(0.5 / h, 0.5 / h, 1 / h))


@mistakes("The weighted sum of the slopes is not multiplied by h.", hint=3)
def rk4_step__sum_without_h(f, x, h):
    return runge_kutta(f, x, h, over=6 * h)


@mistakes("All four slopes count the same in yours; those in the middle count twice.", hint=3)
def rk4_step__equal_weights(f, x, h):
    return runge_kutta(f, x, h, weights=(1, 1, 1, 1), over=4)


@mistakes("All four slopes count the same in yours, and their sum is divided by 6; k2 and k3 count twice.", hint=3)
def rk4_step__weights_of_one(f, x, h):
    return runge_kutta(f, x, h, weights=(1, 1, 1, 1))


@mistakes("The weights 1, 2, 2, 1 add up to 6: the sum is divided by 6, not by 4.", hint=3)
def rk4_step__over_four(f, x, h):
    return runge_kutta(f, x, h, over=4)


@mistakes("The division by 6 is missing: the weights 1, 2, 2, 1 add up to 6.", hint=3)
def rk4_step__not_divided(f, x, h):
    return runge_kutta(f, x, h, over=1)


@mistakes("Only the change of x is returned; the new state is x plus that.", hint=3)
def rk4_step__without_x(f, x, h):
    return runge_kutta(f, x, h) - x


@mistakes("x is changed in place: += writes into the array of the caller. x + ... makes a new one.", hint=3)
def rk4_step__in_place(f, x, h):
    x += runge_kutta(f, x, h) - x
    return x


def length(v):
    return np.sqrt(np.sum(v * v))


def benettin(x, offset, h, steps, rounds, back, grown, length, step):
    """What is noted of each round."""
    d0, y, notes = length(offset), x + offset, []
    for _ in range(rounds):
        for _ in range(steps):
            x, y = step(equations, x, h), step(equations, y, h)
        d = length(y - x)
        notes.append(grown(d, d0))
        y = back(x, y, d0 / d, offset)
    return np.array(notes)


def per_time(notes, h, steps, rounds):
    return notes.sum() / (rounds * steps * h)


def exponent(
    back=lambda x, y, factor, offset: x + (y - x) * factor, grown=lambda d, d0: np.log(d / d0), length=length,
    step=runge_kutta, result=per_time,
):  # fmt: skip
    """Benettin's method with one thing changed."""

    def lyapunov_lorenz__(x, offset, h, steps, rounds):
        return result(benettin(x, offset, h, steps, rounds, back, grown, length, step), h, steps, rounds)

    return lyapunov_lorenz__


for sentence, change in {
    "The second state is never put back: from the second round on its distance is not d0 at the start of a round.":
        {"back": lambda x, y, factor, offset: y},
    "The second state is put back to x + offset, in the direction of the start: keep that to which it has turned.":
        {"back": lambda x, y, factor, offset: x + offset},
    "What you put in the place of the second state is its difference from the first: x is to be added.":
        {"back": lambda x, y, factor, offset: (y - x) * factor},
    "The second state is put back to the distance 1: (y - x) / d has the length 1, and d0 times that is due.":
        {"back": lambda x, y, factor, offset: x + (y - x) / length(y - x)},
    "The difference y - x is multiplied by d0 alone: the division by d is missing.":
        {"back": lambda x, y, factor, offset: x + (y - x) * length(offset)},
    "The difference is multiplied by d / d0 where d0 / d is due: it grows once more instead of coming back.":
        {"back": lambda x, y, factor, offset: x + (y - x) / factor},
    "The second state is put back on the other side of the first: the difference is y - x, and is added to x.":
        {"back": lambda x, y, factor, offset: x - (y - x) * factor},
    "The second state itself is scaled by d0 / d; what is scaled is its difference from the first, y - x.":
        {"back": lambda x, y, factor, offset: y * factor},
}.items():  # fmt: skip
    mistakes(sentence, hint=5)(exponent(**change))


@mistakes("The first state is put at d0 from the second: it is the second one that is put back.", hint=5)
def lyapunov_lorenz__first_put_back(x, offset, h, steps, rounds):
    d0, y, total = length(offset), x + offset, 0.0
    for _ in range(rounds):
        for _ in range(steps):
            x, y = runge_kutta(equations, x, h), runge_kutta(equations, y, h)
        total += np.log(length(y - x) / d0)
        x = y + (x - y) * d0 / length(y - x)
    return total / (rounds * steps * h)


@mistakes("Both states begin every round at the start again: the first goes on from where it is.", hint=5)
def lyapunov_lorenz__from_the_start(x, offset, h, steps, rounds):
    return exponent()(x, offset, h, steps, 1)


@mistakes("The second state is put back after every step; it is put back after every round of `steps` steps.", hint=5)
def lyapunov_lorenz__after_every_step(x, offset, h, steps, rounds):
    return exponent()(x, offset, h, 1, rounds * steps)


@mistakes("The distance is measured after the second state has been put back, when it is d0 again.", hint=4)
def lyapunov_lorenz__measured_too_late(x, offset, h, steps, rounds):
    return 0.0


for sentence, change in {
    "The factors d / d0 are added up, not their logarithms.":
        {"grown": lambda d, d0: d / d0},
    "The logarithm is taken of the mean factor; the mean is taken of the logarithms.":
        {"grown": lambda d, d0: d / d0, "result": lambda notes, h, steps, rounds: np.log(notes.mean()) / (steps * h)},
    "The logarithm is of d, not of d / d0: what counts is by how much it has grown.":
        {"grown": lambda d, d0: np.log(d)},
    "The sign is wrong: ln(d / d0), not ln(d0 / d).":
        {"grown": lambda d, d0: np.log(d0 / d)},
    "The logarithm is to base 2: np.log is the natural one.":
        {"grown": lambda d, d0: np.log2(d / d0)},
    "The logarithm is to base 10: np.log is the natural one.":
        {"grown": lambda d, d0: np.log10(d / d0)},
    "Your distance is the square of one: the root is missing.":
        {"length": lambda v: np.sum(v * v)},
    "Euler's steps are made; both states go by rk4_step.":
        {"step": rk4_step__euler},
    "Your exponent is per round; per unit of time it is divided by steps h as well.":
        {"result": lambda notes, h, steps, rounds: notes.mean()},
    "Your exponent is per step; per unit of time it is divided by h as well.":
        {"result": lambda notes, h, steps, rounds: notes.mean() / steps},
    "You divide by rounds h: a round is `steps` steps long.":
        {"result": lambda notes, h, steps, rounds: notes.mean() / h},
    "You divide by the time of one round: the sum is over all rounds.":
        {"result": lambda notes, h, steps, rounds: notes.sum() / (steps * h)},
    "The sum of the logarithms is not divided by the time, rounds steps h.":
        {"result": lambda notes, h, steps, rounds: notes.sum()},
    "Only the last round counts in yours; the logarithms of all rounds are added up.":
        {"result": lambda notes, h, steps, rounds: notes[-1] / (steps * h)},
    "Only the last logarithm is kept, and divided by the time of all rounds: += adds them up.":
        {"result": lambda notes, h, steps, rounds: notes[-1] / (rounds * steps * h)},
    "The last round is left out.":
        {"result": lambda notes, h, steps, rounds: notes[:-1].sum() / (rounds * steps * h)},
    "The exponents of the rounds are returned one by one; their mean is asked for.":
        {"result": lambda notes, h, steps, rounds: notes / (steps * h)},
}.items():  # fmt: skip
    mistakes(sentence, hint=4)(exponent(**change))
