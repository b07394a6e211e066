"""The energy of the harmonic oscillator, from a wave function, by Simpson.

In units in which Planck's constant, the mass and the frequency are 1, a state psi of the oscillator and its energy E
fulfil Schrödinger's equation

    -psi'' / 2 + x^2 psi / 2 = E psi,

and the exact energies are 1/2, 3/2, 5/2, ... If psi is known at points x alone, say from a network that has learnt it,
E is still to be had: integrate both sides over the interval, from its first point to its last, as they are or times
psi. Either way the second derivative goes, and something at the two ends is left of it, written ``[f] = f(last) -
f(first)``. It need not be 0, even where psi is 0 at both ends: for psi = cos on [-pi/2, pi/2], [psi'] is -2.

The points are evenly spaced and increase, and their number n is odd, 3 or more. psi is not normalised: a multiple of it
gives the same E. x, psi and first are (n,), and stay as they are; results are numbers.
"""

import numpy as np


def simpson(values, h):
    """Simpson's rule for values (n,) at points that are h apart: the weights are h / 3 times 1, 4, 2, 4, ..., 2, 4, 1.

    n is odd. A worked number: x^2 at 0, 1, 2 is 0, 1, 4, and (0 + 4 + 4) / 3 = 2.666667 is exact. With the points 3 and
    4 as well it is (0 + 4 + 8 + 36 + 16) / 3 = 21.333333.
    """
    raise NotImplementedError("simpson waits for you: which values have the weight 4, and which 2?")


def energy_integrated(x, psi, first):
    """Both sides integrated: ``E = (int x^2 psi dx - [psi']) / 2 / int psi dx``, where first is psi' at x.

    The integral of psi'' is [psi']. The integral of psi is not 0 here.

    A worked example: x = [-1, 0, 1], psi = [1, 2, 1], first = [2, 0, -2]. The integrals are 2/3 and 10/3, and [psi'] =
    -4, so E = (2/3 + 4) / 2 / (10/3) = 0.7.
    """
    raise NotImplementedError("energy_integrated waits for you: two integrals, and what first is at both ends.")


def energy_quotient(x, psi, first):
    """Both sides times psi, integrated, which is Rayleigh's quotient:

        E = (int (psi'^2 + x^2 psi^2) dx - [psi psi']) / 2 / int psi^2 dx,

    where first is psi' at x: by parts, the integral of psi psi'' is [psi psi'] less that of psi'^2. Errors of psi
    change it less than the formula above.

    In the same example the integrals are 8/3 + 2/3 and 6, and [psi psi'] = -4, so E = 22/3 / 2 / 6 = 0.611111.
    """
    raise NotImplementedError("energy_quotient waits for you: which integral stands below the line?")
