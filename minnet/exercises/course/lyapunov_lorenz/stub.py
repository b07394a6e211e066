"""The Lyapunov exponent of Lorenz's equations, by Benettin.

Lorenz's equations (J. Atmos. Sci. 20, 1963) with their usual constants are

    dx/dt = 10 (y - x),    dy/dt = x (28 - z) - y,    dz/dt = x y - (8/3) z.

Two states at a small distance d0 part like ``d0 exp(lambda t)``, but not for long: the attractor is bounded. So
Benettin, Galgani and Strelcyn (Phys. Rev. A 14, 1976) follow both for a short time, note by which factor the distance d
has grown, put the second one back to the distance d0 from the first, in the direction in which it now lies, and go on.
After m such rounds of time tau the exponent is ``(ln(d_1 / d0) + ... + ln(d_m / d0)) / (m tau)``; ln is natural.

Arrays that are given stay as they are. (Chaos makes much of rounding, too: the checks look at a few steps, in which any
right order of operations will do.)
"""

import numpy as np


def lorenz(state):
    """The derivatives (dx/dt, dy/dt, dz/dt), an array (3,), at a state (x, y, z), an array (3,).

    A worked example: at (1, 2, 3) they are (10, 23, -6).
    """
    raise NotImplementedError("lorenz waits for you: three lines, one for each variable.")


def rk4_step(f, x, h):
    """The state after a step of length h from x, an array (d,), by the classical Runge-Kutta method.

    f takes a state, and returns its derivative, both arrays (d,). With

        k1 = f(x),    k2 = f(x + h k1 / 2),    k3 = f(x + h k2 / 2),    k4 = f(x + h k3)

    the step leads to ``x + h (k1 + 2 k2 + 2 k3 + k4) / 6``, a new array: x is as before when it is over.

    A worked number: f(x) = x at x = [1] with h = 1 has k = [1], [1.5], [1.75], [2.75], and leads to [2.708333].
    """
    raise NotImplementedError("rk4_step waits for you: four slopes, each at a point that the one before it leads to.")


def lyapunov_lorenz(x, offset, h, steps, rounds):
    """The exponent, a number, per unit of time.

    The first state begins at x, an array (3,), the second one at x + offset, where offset (3,) has the length d0 (the
    root of the sum of squares). A round is `steps` Runge-Kutta steps of length h of both. At its end the second state
    is put back to the distance d0 from the first, which is nowhere put back. There are `rounds` rounds, at least 1.

    A worked example: x = (0, 0, 0) stands still, and along z distances shrink like exp(-8 t / 3). So offset =
    (0, 0, 0.001) with h = 0.01, steps = 10, rounds = 3 gives -2.666667. From x = (1, 2, 12) with offset =
    (0.3, 0.4, 0), h = 0.05 and steps = 2, one round makes 1.189461 of the distance 0.5, so that the exponent is
    8.666474; with rounds = 2 it is 8.719014.
    """
    raise NotImplementedError("lyapunov_lorenz waits for you: what is measured after a round, and what is put back?")
