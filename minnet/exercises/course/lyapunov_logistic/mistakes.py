"""How the exponent of the logistic map goes wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def f(r, x):
    return r * x * (1 - x)


def points(r, x, n, step=f):
    orbit = [x]
    for _ in range(n - 1):
        orbit.append(step(r, orbit[-1]))
    return np.array(orbit)


def slopes(r, x, n, transient=0):
    return r * (1 - 2 * points(r, x, n + transient)[transient:])


def log(x):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(x)


@mistakes("The orbit begins with f(x); its first point is x itself.", hint=2)
def logistic_orbit__without_the_start(r, x, n):
    return points(r, x, n + 1)[1:]


@mistakes("There is one point too many: the start is one of the n, so n - 1 iterations follow.", hint=2)
def logistic_orbit__one_more(r, x, n):
    return points(r, x, n + 1)


@mistakes("There is one point too few: x and n - 1 iterations make n points.", hint=2)
def logistic_orbit__one_less(r, x, n):
    return points(r, x, n)[: n - 1]


@mistakes("Every point after the first is f of the start: each is f of the one before it.", hint=2)
def logistic_orbit__from_the_start(r, x, n):
    return np.array([x] + [f(r, x)] * (n - 1))


@mistakes("The factor r is missing: the next point is r x (1 - x).", hint=2)
def logistic_orbit__without_r(r, x, n):
    return points(r, x, n, lambda r, x: x * (1 - x))


@mistakes("r multiplies x only, not x^2: r x - x^2 lacks the brackets of r x (1 - x).", hint=2)
def logistic_orbit__no_brackets(r, x, n):
    return points(r, x, n, lambda r, x: r * x - x**2)


@mistakes("The sign is wrong: x (1 - x), not x (x - 1).", hint=2)
def logistic_orbit__sign(r, x, n):
    return points(r, x, n, lambda r, x: r * x * (x - 1))


@mistakes("x is squared in your brackets: the next point is r x (1 - x).", hint=2)
def logistic_orbit__squared(r, x, n):
    return points(r, x, n, lambda r, x: r * x * (1 - x**2))


@mistakes("The orbit is in reverse order: it begins with x.", hint=2)
def logistic_orbit__reversed(r, x, n):
    return points(r, x, n)[::-1]


@mistakes("Only the last point is returned; all n are asked for.", hint=2)
def logistic_orbit__last(r, x, n):
    return points(r, x, n)[-1]


@mistakes(
    "The last point is never computed: your loop ends one iteration too early, and the 0 of the array is left.", hint=2
)
def logistic_orbit__last_is_zero(r, x, n):
    return np.append(points(r, x, n)[:-1], 0.0) if n > 1 else np.array([x])


def log_slope_of(slope, after=lambda logarithm: logarithm, log=np.log):
    def log_slope__(r, x):
        return after(log(slope(r, x)))

    return log_slope__


mistakes("NumPy warns of log(0) at x = 1/2: -inf is right there, and np.errstate(divide='ignore') says so.", hint=3)(
    log_slope_of(lambda r, x: np.abs(r * (1 - 2 * x)))
)

for sentence, slope, after in (
    ("A slope of 0 is skipped, or its logarithm replaced by 0: it is -inf.",
     lambda r, x: np.abs(r * (1 - 2 * x)), lambda logarithm: np.where(np.isinf(logarithm), 0.0, logarithm)),
    ("np.nan_to_num makes a finite number of -inf: -inf is the result at x = 1/2.",
     lambda r, x: np.abs(r * (1 - 2 * x)), np.nan_to_num),
    ("The slope is negative where x is above 1/2, and its logarithm nan: the absolute value is missing.",
     lambda r, x: r * (1 - 2 * x), None),
    ("The sign of the slope is wrong, and its absolute value is missing: where it is negative, the logarithm is nan.",
     lambda r, x: r * (2 * x - 1), None),
    ("The absolute value is taken of the logarithm; take it of the slope, before the logarithm.",
     lambda r, x: r * (1 - 2 * x), np.abs),
    ("The absolute value is taken of the logarithm as well: slopes below 1 have logarithms below 0.",
     lambda r, x: np.abs(r * (1 - 2 * x)), np.abs),
    ("The factor r is missing from your slope: it is r (1 - 2 x).",
     lambda r, x: np.abs(1 - 2 * x), None),
    ("Your slope is r - 2 x: the derivative of r x^2 is 2 r x.",
     lambda r, x: np.abs(r - 2 * x), None),
    ("Your slope is r - r x: the derivative of r x^2 is 2 r x.",
     lambda r, x: np.abs(r * (1 - x)), None),
    ("Your slope is r (1 - 2 x^2): the derivative of x^2 is 2 x.",
     lambda r, x: np.abs(r * (1 - 2 * x**2)), None),
    ("Your slope is r times 1 + 2 x: the derivative of - x^2 is - 2 x.",
     lambda r, x: np.abs(r * (1 + 2 * x)), None),
    ("That is the logarithm of f(x) itself; distances grow by its slope.",
     lambda r, x: np.abs(f(r, x)), None),
    ("That is |f'(x)|; its logarithm is asked for.",
     lambda r, x: np.abs(r * (1 - 2 * x)), "no logarithm"),
    ("The logarithm is to base 2: np.log is the natural one.",
     lambda r, x: np.abs(r * (1 - 2 * x)), lambda logarithm: logarithm / np.log(2)),
    ("The logarithm is to base 10: np.log is the natural one.",
     lambda r, x: np.abs(r * (1 - 2 * x)), lambda logarithm: logarithm / np.log(10)),
    ("The sign is wrong: that is the logarithm of 1 / |f'(x)|.",
     lambda r, x: np.abs(r * (1 - 2 * x)), np.negative),
):  # fmt: skip
    for logarithm in (log, np.log):  # whether NumPy warns at 1/2 is another question
        if after == "no logarithm":
            mistakes(sentence, hint=3)(log_slope_of(slope, log=lambda slope: slope))
        else:
            mistakes(sentence, hint=3)(log_slope_of(slope, after or (lambda result: result), logarithm))


@mistakes("np.log1p(s) is log(1 + s); the logarithm of the slope itself is asked for.", hint=3)
def log_slope__log1p(r, x):
    return np.log1p(np.abs(r * (1 - 2 * x)))


@mistakes("That is one number; the logarithm of every number in x is asked for, in the shape of x.", hint=3)
def log_slope__sum(r, x):
    return log(np.abs(r * (1 - 2 * x))).sum()


@mistakes("That is one number; the logarithm of every number in x is asked for, in the shape of x.", hint=3)
def log_slope__mean(r, x):
    return log(np.abs(r * (1 - 2 * x))).mean()


for small in (1e-300, 1e-16, 1e-15, 1e-12, 1e-10, 1e-9, 1e-8):
    mistakes("A small number is put in the place of a slope of 0, or added: at x = 1/2 the result is -inf.", hint=3)(
        log_slope_of(lambda r, x, small=small: np.maximum(np.abs(r * (1 - 2 * x)), small))
    )


@mistakes("The logarithms are added up; the exponent is their mean, per iteration.", hint=4)
def lyapunov_exponent__sum(r, x, n, transient=0):
    return log(np.abs(slopes(r, x, n, transient))).sum()


@mistakes("The logarithm of the mean slope is taken; the exponent is the mean of the logarithms.", hint=4)
def lyapunov_exponent__log_of_mean(r, x, n, transient=0):
    return log(np.abs(slopes(r, x, n, transient)).mean())


@mistakes("The factor r is missing from your slopes: they are r (1 - 2 x).", hint=4)
def lyapunov_exponent__without_r(r, x, n, transient=0):
    return log(np.abs(slopes(r, x, n, transient) / r)).mean()


@mistakes(
    "The logarithm is taken of the mean of the slopes, signs and all; it is the logarithms of |f'| that count.", hint=4
)
def lyapunov_exponent__log_of_mean_with_signs(r, x, n, transient=0):
    return log(np.abs(slopes(r, x, n, transient).mean()))


@mistakes(
    "That is the factor of one iteration, exp(lambda): the exponent is the mean of the logarithms itself.", hint=4
)
def lyapunov_exponent__exponential(r, x, n, transient=0):
    return np.exp(log(np.abs(slopes(r, x, n, transient))).mean())


@mistakes("You divide by n - 1; a mean of n logarithms is divided by n.", hint=4)
def lyapunov_exponent__over_n_minus_one(r, x, n, transient=0):
    return log(np.abs(slopes(r, x, n, transient))).sum() / (n - 1)


@mistakes("You divide by n - 1; a mean of n logarithms is divided by n.", hint=4)
def lyapunov_exponent__over_n_minus_one_without_numpy(r, x, n, transient=0):
    return float(log(np.abs(slopes(r, x, n, transient))).sum()) / (n - 1)


@mistakes("You divide by n - 1; a mean of n logarithms is divided by n.", hint=4)
def lyapunov_exponent__over_n_minus_one_or_one(r, x, n, transient=0):
    return log(np.abs(slopes(r, x, n, transient))).sum() / max(n - 1, 1)


@mistakes("Absolute values are taken of the logarithms: slopes below 1 have logarithms below 0.", hint=4)
def lyapunov_exponent__absolute_values(r, x, n, transient=0):
    return np.abs(log(np.abs(slopes(r, x, n, transient)))).mean()


@mistakes("|f'| is averaged without a logarithm.", hint=4)
def lyapunov_exponent__no_logarithm(r, x, n, transient=0):
    return np.abs(slopes(r, x, n, transient)).mean()


def product(log):
    def lyapunov_exponent__product(r, x, n, transient=0):
        return log(np.abs(np.prod(slopes(r, x, n, transient)))) / n

    return lyapunov_exponent__product


for logarithm in (log, np.log):
    mistakes(
        "Slopes are multiplied before the logarithm: after a thousand points the product is 0 as a float, and its "
        "logarithm -inf. Add logarithms.",
        hint=4,
    )(product(logarithm))


@mistakes("The transient is not left out: these points do not count.", hint=4)
def lyapunov_exponent__transient_counts(r, x, n, transient=0):
    return log(np.abs(slopes(r, x, n))).mean()


@mistakes("All points from x on count, those of the transient too: leave them out of the mean.", hint=4)
def lyapunov_exponent__all_points(r, x, n, transient=0):
    return log(np.abs(slopes(r, x, n + transient))).mean()


@mistakes("The sum is of n points, but it is divided by n + transient.", hint=4)
def lyapunov_exponent__divided_by_all(r, x, n, transient=0):
    return log(np.abs(slopes(r, x, n, transient))).sum() / (n + transient)


@mistakes("Only n - transient points are left: n are asked for after the transient, so iterate longer.", hint=4)
def lyapunov_exponent__transient_of_n(r, x, n, transient=0):
    return log(np.abs(slopes(r, x, n)[transient:])).mean()


@mistakes("The n points begin one iteration too late: with transient 0 the first of them is x itself.", hint=4)
def lyapunov_exponent__one_late(r, x, n, transient=0):
    return log(np.abs(slopes(r, x, n, transient + 1))).mean()


@mistakes("The n points begin one iteration too early: with transient 1 the first of them is f(x).", hint=4)
def lyapunov_exponent__one_early(r, x, n, transient=0):
    return log(np.abs(slopes(r, x, n, max(0, transient - 1)))).mean()


@mistakes("One point too many counts: n points, not n + 1.", hint=4)
def lyapunov_exponent__one_more(r, x, n, transient=0):
    return log(np.abs(slopes(r, x, n + 1, transient))).mean()


@mistakes("The slope at one point is taken n times: it is taken at every point of the orbit.", hint=4)
def lyapunov_exponent__at_the_first(r, x, n, transient=0):
    return log(np.abs(slopes(r, x, 1, transient))[0])


@mistakes("Only the last point counts: the logarithms of all n are averaged.", hint=4)
def lyapunov_exponent__at_the_last(r, x, n, transient=0):
    return log(np.abs(slopes(r, x, n, transient))[-1])


@mistakes("The n logarithms are returned one by one; their mean is asked for.", hint=4)
def lyapunov_exponent__of_each(r, x, n, transient=0):
    return log(np.abs(slopes(r, x, n, transient)))


@mistakes("The logarithms of the points themselves are averaged, not those of the slopes there.", hint=4)
def lyapunov_exponent__of_the_points(r, x, n, transient=0):
    return np.log(points(r, x, n + transient)[transient:]).mean()


@mistakes("The running mean after each of the n points is returned; only the last of these is asked for.", hint=4)
def lyapunov_exponent__running(r, x, n, transient=0):
    return np.cumsum(log(np.abs(slopes(r, x, n, transient)))) / np.arange(1, n + 1)
