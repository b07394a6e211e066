"""How Lorenz's equations, a Runge-Kutta step and Benettin's method go wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def right(x, y, z, beta=8 / 3, y_plus=0.0, z_plus=0.0):
    return np.array([10 * (y - x), x * (28 - z) - y + y_plus, x * y - beta * z + z_plus])


def equations(state):
    x, y, z = state.tolist()
    return np.array([10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z])


def wrong_equations(derivatives):
    def lorenz__(state):
        return np.array(derivatives(*state))

    return lorenz__


for sentence, derivatives in {
    "The first derivative has the wrong sign: 10 (y - x), not 10 (x - y).":
        lambda x, y, z: right(x, y, z) * [-1, 1, 1],
    "The first derivative lacks brackets: 10 (y - x), where 10 multiplies x too.":
        lambda x, y, z: [10 * y - x, *right(x, y, z)[1:]],
    "The first derivative lacks brackets: 10 (y - x), where 10 multiplies y too.":
        lambda x, y, z: [y - 10 * x, *right(x, y, z)[1:]],
    "- y is missing in the second derivative: x (28 - z) - y.":
        lambda x, y, z: right(x, y, z, y_plus=y),
    "In the second derivative y is added in yours; it is subtracted: x (28 - z) - y.":
        lambda x, y, z: right(x, y, z, y_plus=2 * y),
    "In the second derivative z is added to 28 in yours; it is subtracted: x (28 - z) - y.":
        lambda x, y, z: right(x, y, z, y_plus=2 * x * z),
    "The second derivative lacks brackets: x multiplies 28 and z alike, x (28 - z) - y.":
        lambda x, y, z: right(x, y, z, y_plus=x * z - z),
    "In the second derivative x multiplies 28 - z - y; y stands outside the brackets.":
        lambda x, y, z: right(x, y, z, y_plus=y - x * y),
    "The product in the third derivative is x y, not x z.":
        lambda x, y, z: right(x, y, z, z_plus=x * z - x * y),
    "The third derivative lacks x y.":
        lambda x, y, z: right(x, y, z, z_plus=-x * y),
    "8 // 3 is 2: in Python / divides, // cuts to a whole number.":
        lambda x, y, z: right(x, y, z, beta=2),
    "The factor of z in the third derivative is 8/3, not 3/8.":
        lambda x, y, z: right(x, y, z, beta=3 / 8),
    "The factor 8/3 of z is missing in the third derivative.":
        lambda x, y, z: right(x, y, z, beta=1),
    "In the third derivative (8/3) z is added in yours; it is subtracted.":
        lambda x, y, z: right(x, y, z, beta=-8 / 3),
    "That is the state plus its derivatives, a step of length 1: the derivatives alone are asked for.":
        lambda x, y, z: np.array([x, y, z]) + right(x, y, z),
    "A derivative overwrites x before the next line uses it: all three are taken at the old state.":
        lambda x, y, z: [10 * (y - x), right(10 * (y - x), y, z)[1], right(10 * (y - x), y, z)[2]],
    "A derivative overwrites x or y before the next line uses it: all three are taken at the old state.":
        lambda x, y, z: [(X := 10 * (y - x)), (Y := right(X, y, z)[1]), right(X, Y, z)[2]],
}.items():  # fmt: skip
    mistakes(sentence, hint=2)(wrong_equations(derivatives))

for beta in (2.6, 2.66, 2.67, 2.666, 2.667, 2.6666, 2.6667, 2.7):
    mistakes("8/3 is rounded: write 8 / 3, and leave the division to Python.", hint=2)(
        wrong_equations(lambda x, y, z, beta=beta: right(x, y, z, beta))
    )


def runge_kutta(f, x, h, at=(1 / 2, 1 / 2, 1), sources=(0, 1, 2), weights=(1, 2, 2, 1), over=6, start=None):
    """A step whose slope k + 1 is taken where slope sources[k] leads to."""
    slopes = [f(x)]
    for part, source in zip(at, sources, strict=True):
        slopes.append(f((x if start is None else start) + h * part * slopes[source]))
    return x + h * sum(w * k for w, k in zip(weights, slopes, strict=True)) / over


def wrong_step(change):
    def rk4_step__(f, x, h):
        return change(f, x, h)

    return rk4_step__


for sentence, change in {
    "That is Euler's step, x + h f(x): only k1 is used.":
        lambda f, x, h: x + h * f(x),
    "That is the midpoint step, x + h k2: k3 and k4 are not used.":
        lambda f, x, h: x + h * f(x + h / 2 * f(x)),
    "That is Heun's step, from the slopes at both ends: two more are taken in the middle.":
        lambda f, x, h: runge_kutta(f, x, h, at=(1, 0, 0), weights=(1, 1, 0, 0), over=2),
    "k2 and k3 are taken half a step on, at x + h k / 2: yours are a whole step on.":
        lambda f, x, h: runge_kutta(f, x, h, at=(1, 1, 1)),
    "k4 is taken a whole step on, at x + h k3: yours is half a step on.":
        lambda f, x, h: runge_kutta(f, x, h, at=(1 / 2, 1 / 2, 1 / 2)),
    "k3 is taken half a step on, at x + h k2 / 2: yours is a whole step on.":
        lambda f, x, h: runge_kutta(f, x, h, at=(1 / 2, 1, 1)),
    "k3 is taken where k2 leads to; yours is taken where k1 does, so it is k2 again.":
        lambda f, x, h: runge_kutta(f, x, h, sources=(0, 0, 2)),
    "k4 is taken where k3 leads to; yours is taken where k2 does.":
        lambda f, x, h: runge_kutta(f, x, h, sources=(0, 1, 1)),
    "k3 and k4 are taken where k2 and k3 lead to; yours are taken where k1 does.":
        lambda f, x, h: runge_kutta(f, x, h, sources=(0, 0, 0)),
    "h is missing in the points where k2, k3 and k4 are taken.":
        lambda f, x, h: runge_kutta(f, x, h, at=(0.5 / h, 0.5 / h, 1 / h)),
    "The slopes are multiplied by h twice: once in k = h f(...), once more in the points.":
        lambda f, x, h: runge_kutta(f, x, h, at=(h / 2, h / 2, h)),
    "h / 2 and h are added to the state itself, as to a time: it is a part of h k that is added.":
        lambda f, x, h: x + h / 6 * (f(x) + 4 * f(x + h / 2) + f(x + h)),
    "k2, k3 and k4 are taken at h k / 2 and h k alone: x is to be added.":
        lambda f, x, h: runge_kutta(f, x, h, start=np.zeros(len(x))),
    "The weighted sum of the slopes is not multiplied by h.":
        lambda f, x, h: runge_kutta(f, x, h, over=6 * h),
    "The slopes are multiplied by h twice: once in k = h f(...), once more in the sum.":
        lambda f, x, h: runge_kutta(f, x, h, over=6 / h),
    "All four slopes count the same in yours; those in the middle count twice.":
        lambda f, x, h: runge_kutta(f, x, h, weights=(1, 1, 1, 1), over=4),
    "All four slopes count the same in yours, and their sum is divided by 6; k2 and k3 count twice.":
        lambda f, x, h: runge_kutta(f, x, h, weights=(1, 1, 1, 1)),
    "k3 counts twice, as k2 does: the weights are 1, 2, 2, 1.":
        lambda f, x, h: runge_kutta(f, x, h, weights=(1, 2, 1, 1)),
    "k2 counts twice, as k3 does: the weights are 1, 2, 2, 1.":
        lambda f, x, h: runge_kutta(f, x, h, weights=(1, 1, 2, 1)),
    "The weights 1, 2, 2, 1 add up to 6: the sum is divided by 6, not by 4.":
        lambda f, x, h: runge_kutta(f, x, h, over=4),
    "The division by 6 is missing: the weights 1, 2, 2, 1 add up to 6.":
        lambda f, x, h: runge_kutta(f, x, h, over=1),
    "Brackets are missing: only k4 is divided by 6; it is the whole sum that is.":
        lambda f, x, h: runge_kutta(f, x, h, weights=(1, 2, 2, 1 / 6), over=1),
    "Only the mean slope is returned; the new state is x plus h times that.":
        lambda f, x, h: (runge_kutta(f, x, h) - x) / h,
    "Only the change of x is returned; the new state is x plus that.":
        lambda f, x, h: runge_kutta(f, x, h) - x,
}.items():  # fmt: skip
    mistakes(sentence, hint=3)(wrong_step(change))


@mistakes("k2, k3 and k4 start from one another's points: each is taken at x, the start, plus a part of h k.", hint=3)
def rk4_step__from_point_to_point(f, x, h):
    slopes, point = [f(x)], x
    for part in (1 / 2, 1 / 2, 1):
        point = point + h * part * slopes[-1]
        slopes.append(f(point))
    return x + h / 6 * (slopes[0] + 2 * slopes[1] + 2 * slopes[2] + slopes[3])


@mistakes("x is changed in place: += writes into the array of the caller. x + ... makes a new one.", hint=3)
def rk4_step__in_place(f, x, h):
    x += runge_kutta(f, x, h) - x
    return x


def rk4(f, x, h):
    k1 = f(x)
    k2 = f(x + h / 2 * k1)
    k3 = f(x + h / 2 * k2)
    return x + h / 6 * (k1 + 2 * k2 + 2 * k3 + f(x + h * k3))


def euler(f, x, h):
    return x + h * f(x)


def length(v):
    return np.sqrt(np.sum(v * v))


def exponent(
    back=lambda x, y, factor, offset, old: x + (y - x) * factor, begin=np.add, grown=lambda d, d0: np.log(d / d0),
    length=length, step=rk4, first_step=None, notes_of="rounds",
    result=lambda notes, h, steps, rounds: sum(notes) / (rounds * steps * h),
    called=lambda x, offset, h, steps, rounds: (x, offset, h, steps, rounds),
):  # fmt: skip
    """Benettin's method with one thing changed."""

    def lyapunov_lorenz__(x, offset, h, steps, rounds):
        x, offset, h, steps, rounds = called(x, offset, h, steps, rounds)
        d0, y, notes = length(offset), begin(x, offset), []
        for _ in range(rounds):
            old = x
            for k in range(steps):
                x, y = (first_step or step)(equations, x, h), step(equations, y, h)
                if notes_of == "steps" or k == steps - 1:
                    notes.append(grown(length(y - x), d0))
            y = back(x, y, d0 / length(y - x), offset, old)
        return result(notes, h, steps, rounds)

    return lyapunov_lorenz__


for sentence, change in {
    "The second state is never put back: from the second round on its distance is not d0 at the start of a round.":
        {"back": lambda x, y, factor, offset, old: y},
    "The second state is never put back: yours is the growth from the first distance to the last.":
        {"called": lambda x, offset, h, steps, rounds: (x, offset, h, steps * rounds, 1)},
    "The second state is put back to x + offset, in the direction of the start: keep that to which it has turned.":
        {"back": lambda x, y, factor, offset, old: x + offset},
    "What is added to x is offset d0 / d, in the direction of the start: the present difference y - x is due.":
        {"back": lambda x, y, factor, offset, old: x + offset * factor},
    "What is added to x is offset over d, in the direction of the start: d0 (y - x) over d is due.":
        {"back": lambda x, y, factor, offset, old: x + offset / length(y - x)},
    "What you put in the place of the second state is its difference from the first: x is to be added.":
        {"back": lambda x, y, factor, offset, old: (y - x) * factor},
    "The second state is put back to the distance 1: (y - x) / d has the length 1, and d0 times that is due.":
        {"back": lambda x, y, factor, offset, old: x + (y - x) / length(y - x)},
    "The difference y - x is multiplied by d0 alone: the division by d is missing.":
        {"back": lambda x, y, factor, offset, old: x + (y - x) * length(offset)},
    "The difference is multiplied by d / d0 where d0 / d is due: it grows once more instead of coming back.":
        {"back": lambda x, y, factor, offset, old: x + (y - x) / factor},
    "The second state is put back on the other side of the first: the difference is y - x, and is added to x.":
        {"back": lambda x, y, factor, offset, old: x - (y - x) * factor},
    "Each component of the difference is multiplied by that of offset: it is the length d0 of offset that is due.":
        {"back": lambda x, y, factor, offset, old: x + (y - x) / length(y - x) * offset},
    "The second state itself is scaled by d0 / d; what is scaled is its difference from the first, y - x.":
        {"back": lambda x, y, factor, offset, old: y * factor},
    "The second state is put back near where it was itself, y + ...: it is put back near the first, x + ....":
        {"back": lambda x, y, factor, offset, old: y + (y - x) * factor},
    "The second state is put back near where the first was before the round; the first has moved on.":
        {"back": lambda x, y, factor, offset, old: old + (y - x) * factor},
    "The first state is put at d0 from the second: it is the second one that is put back.":
        {"called": lambda x, offset, h, steps, rounds: (x + offset, -offset, h, steps, rounds)},
    "Both states begin every round at the start again: the first goes on from where it is.":
        {"called": lambda x, offset, h, steps, rounds: (x, offset, h, steps, 1)},
    "The second state is put back after every step; it is put back after every round of `steps` steps.":
        {"called": lambda x, offset, h, steps, rounds: (x, offset, h, 1, rounds * steps)},
}.items():  # fmt: skip
    mistakes(sentence, hint=5)(exponent(**change))

for sentence, change in {
    "The distance is measured after the second state has been put back, when it is d0 again.":
        {"grown": lambda d, d0: 0.0},
    "The second state begins at x + offset; yours begins at offset.":
        {"begin": lambda x, offset: offset},
    "A round is one long step in yours, of steps h; it is `steps` steps of h.":
        {"called": lambda x, offset, h, steps, rounds: (x, offset, h * steps, 1, rounds)},
    "A logarithm is added after every step, and each has the growth since the round began: add one per round.":
        {"notes_of": "steps"},
    "The first state stands still: both make every step.":
        {"first_step": lambda f, x, h: x},
    "steps and rounds have changed places: the second state is put back after every `steps` steps.":
        {"called": lambda x, offset, h, steps, rounds: (x, offset, h, rounds, steps)},
    "Euler's steps are made; both states go by rk4_step.":
        {"step": euler},
    "The factors d / d0 are added up, not their logarithms.":
        {"grown": lambda d, d0: d / d0},
    "The logarithm is taken of the mean factor; the mean is taken of the logarithms.":
        {"grown": lambda d, d0: d / d0,
         "result": lambda notes, h, steps, rounds: np.log(sum(notes) / rounds) / (steps * h)},
    "The logarithm is taken of the sum of the factors; it is the logarithms that are added up.":
        {"grown": lambda d, d0: d / d0,
         "result": lambda notes, h, steps, rounds: np.log(sum(notes)) / (rounds * steps * h)},
    "The factors are multiplied; it is their logarithms that are added up.":
        {"grown": lambda d, d0: d / d0,
         "result": lambda notes, h, steps, rounds: np.prod(notes) / (rounds * steps * h)},
    "The logarithm is of d, not of d / d0: what counts is by how much it has grown.":
        {"grown": lambda d, d0: np.log(d)},
    "The sign is wrong: ln(d / d0), not ln(d0 / d).":
        {"grown": lambda d, d0: np.log(d0 / d)},
    "Absolute values are taken of the logarithms: where a distance has shrunk, its logarithm is below 0.":
        {"grown": lambda d, d0: np.abs(np.log(d / d0))},
    "The logarithm is to base 2: np.log is the natural one.":
        {"grown": lambda d, d0: np.log2(d / d0)},
    "The logarithm is to base 10: np.log is the natural one.":
        {"grown": lambda d, d0: np.log10(d / d0)},
    "Your distance is the square of one: the root is missing.":
        {"length": lambda v: np.sum(v * v)},
    "Your exponent is per round; per unit of time it is divided by steps h as well.":
        {"result": lambda notes, h, steps, rounds: sum(notes) / rounds},
    "Your exponent is per step; per unit of time it is divided by h as well.":
        {"result": lambda notes, h, steps, rounds: sum(notes) / rounds / steps},
    "You divide by rounds h: a round is `steps` steps long.":
        {"result": lambda notes, h, steps, rounds: sum(notes) / rounds / h},
    "You divide by the time of one round: the sum is over all rounds.":
        {"result": lambda notes, h, steps, rounds: sum(notes) / (steps * h)},
    "You divide by h alone: the time of all rounds is rounds steps h.":
        {"result": lambda notes, h, steps, rounds: sum(notes) / h},
    "The sum of the logarithms is not divided by the time, rounds steps h.":
        {"result": lambda notes, h, steps, rounds: sum(notes)},
    "Only the last round counts in yours; the logarithms of all rounds are added up.":
        {"result": lambda notes, h, steps, rounds: notes[-1] / (steps * h)},
    "Only the last logarithm is kept, and divided by the time of all rounds: += adds them up.":
        {"result": lambda notes, h, steps, rounds: notes[-1] / (rounds * steps * h)},
    "The last round is left out.":
        {"result": lambda notes, h, steps, rounds: sum(notes[:-1]) / (rounds * steps * h)},
    "The exponents of the rounds are returned one by one; their mean is asked for.":
        {"result": lambda notes, h, steps, rounds: np.array(notes) / (steps * h)},
}.items():  # fmt: skip
    mistakes(sentence, hint=4)(exponent(**change))
