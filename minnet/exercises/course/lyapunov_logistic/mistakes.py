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


@mistakes("Only the last point is returned; all n are asked for.", hint=2)
def logistic_orbit__last(r, x, n):
    return points(r, x, n)[-1]


@mistakes("NumPy warns of log(0) at x = 1/2: -inf is right there, and np.errstate(divide='ignore') says so.", hint=3)
def log_slope__warns(r, x):
    return np.log(np.abs(r * (1 - 2 * x)))


@mistakes("A small number is added before the logarithm: at x = 1/2 the result is -inf, no finite number.", hint=3)
def log_slope__guarded(r, x):
    return np.log(np.abs(r * (1 - 2 * x)) + 1e-12)


@mistakes("A slope of 0 is skipped, or replaced: its logarithm is -inf.", hint=3)
def log_slope__zero_skipped(r, x):
    slope = np.abs(r * (1 - 2 * x))
    return np.where(slope > 0, log(slope), 0.0)


@mistakes("The slope is negative where x is above 1/2, and its logarithm nan: the absolute value is missing.", hint=3)
def log_slope__no_absolute_value(r, x):
    return np.log(r * (1 - 2 * x))


@mistakes("The absolute value is taken of the logarithm; take it of the slope, before the logarithm.", hint=3)
def log_slope__absolute_value_outside(r, x):
    return np.abs(np.log(r * (1 - 2 * x)))


@mistakes("The absolute value is taken of the logarithm as well: slopes below 1 have logarithms below 0.", hint=3)
def log_slope__two_absolute_values(r, x):
    return np.abs(log(np.abs(r * (1 - 2 * x))))


@mistakes("The factor r is missing from your slope: it is r (1 - 2 x).", hint=3)
def log_slope__without_r(r, x):
    return log(np.abs(1 - 2 * x))


@mistakes("Your slope is r - 2 x: the derivative of r x^2 is 2 r x.", hint=3)
def log_slope__r_minus_two_x(r, x):
    return np.log(np.abs(r - 2 * x))


@mistakes("Your slope is r (1 - x): 1 - x depends on x too, so there is a second part, -r x.", hint=3)
def log_slope__half_of_the_product_rule(r, x):
    return np.log(np.abs(r * (1 - x)))


@mistakes("That is the logarithm of f(x) itself; distances grow by its slope.", hint=3)
def log_slope__of_the_value(r, x):
    return log(np.abs(f(r, x)))


@mistakes("That is |f'(x)|; its logarithm is asked for.", hint=3)
def log_slope__no_logarithm(r, x):
    return np.abs(r * (1 - 2 * x))


@mistakes("The logarithm is to base 2: np.log is the natural one.", hint=3)
def log_slope__base_two(r, x):
    return log(np.abs(r * (1 - 2 * x))) / np.log(2)


@mistakes("The logarithm is to base 10: np.log is the natural one.", hint=3)
def log_slope__base_ten(r, x):
    return log(np.abs(r * (1 - 2 * x))) / np.log(10)


@mistakes("The logarithms are added up; the exponent is their mean, per iteration.", hint=4)
def lyapunov_exponent__sum(r, x, n, transient=0):
    return log(np.abs(slopes(r, x, n, transient))).sum()


@mistakes("The logarithm of the mean slope is taken; the exponent is the mean of the logarithms.", hint=4)
def lyapunov_exponent__log_of_mean(r, x, n, transient=0):
    return log(np.abs(slopes(r, x, n, transient)).mean())


@mistakes("|f'| is averaged without a logarithm.", hint=4)
def lyapunov_exponent__no_logarithm(r, x, n, transient=0):
    return np.abs(slopes(r, x, n, transient)).mean()


@mistakes(
    "Slopes are multiplied before the logarithm: after thousands of points the product is 0 as a float, and its "
    "logarithm -inf. Add logarithms.",
    hint=4,
)
def lyapunov_exponent__product(r, x, n, transient=0):
    return log(np.abs(np.prod(slopes(r, x, n, transient)))) / n


@mistakes(
    "Slopes are multiplied before the logarithm: after thousands of points the product is 0 as a float, and NumPy "
    "warns of log(0). Add logarithms.",
    hint=4,
)
def lyapunov_exponent__product_with_a_warning(r, x, n, transient=0):
    return np.log(np.abs(np.prod(slopes(r, x, n, transient)))) / n


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
