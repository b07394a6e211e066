"""The Lyapunov exponent of the logistic map.

The map ``f(x) = r x (1 - x)`` takes x to the next x. Two points that are a little apart are, one iteration later,
|f'(x)| times as far apart, with the slope ``f'(x) = r (1 - 2 x)``. Along an orbit x_0, x_1, ... the slopes multiply, so
distances change like ``exp(lambda n)`` with

    lambda = (ln|f'(x_0)| + ln|f'(x_1)| + ... + ln|f'(x_(n-1))|) / n,

the Lyapunov exponent: below 0 neighbours meet (a cycle), above 0 they part (chaos). Logarithms are natural. Chaos parts
orbits that differ by rounding, too: ``r x (1 - x)`` and ``r (x - x^2)`` are both right, and for r = 4 and x = 0.3 they
differ by more than 1e-6 from some 35 points on. Orbits in the checks are so short, or so regular, that either will do.
Source: Strogatz, Nonlinear Dynamics and Chaos, section 10.5. An array that is given stays as it is.
"""

import numpy as np


def logistic_orbit(r, x, n):
    """The first n points of the orbit, an array (n,): x itself, f(x), f(f(x)), ...; r and x are numbers, n >= 1.

    A worked example: r = 3 and x = 0.5 give the 3 points 0.5, 0.75, 0.5625.
    """
    raise NotImplementedError("logistic_orbit waits for you: which point is the first, and which the last?")


def log_slope(r, x):
    """``ln|f'(x)|`` of every number in x, an array of any shape; r is a number.

    Where x is exactly 1/2, the slope is 0 and the result -inf, without a warning of NumPy.

    A worked example: for r = 4 the slopes at x = 0.25 and x = 0.75 are 2 and -2, both logarithms 0.693147.
    """
    raise NotImplementedError("log_slope waits for you: what is the derivative of r x (1 - x)?")


def lyapunov_exponent(r, x, n, transient=0):
    """The exponent, a number: the mean of ln|f'| over n points of the orbit that begins at x.

    Before these n points come `transient` other ones, which do not count: with 0 the first of the n is x itself, with 1
    it is f(x). n may be thousands; the product of so many slopes is 0 or inf as a float, the sum of their logarithms is
    an ordinary number. (No orbit in the checks meets 1/2.)

    A worked example: r = 3 and x = 0.75 have the slope -1.5, the next point, 0.5625, has -0.375. n = 2 gives
    (0.405465 - 0.980829) / 2 = -0.287682, and n = 1 with transient = 1 gives -0.980829. And at a fixed point, such as
    x = 0.6 for r = 2.5, where the slope is -0.5, it is -0.693147 for every n and every transient.
    """
    raise NotImplementedError("lyapunov_exponent waits for you: it takes an orbit, and the logarithms of its slopes.")
