"""Levenberg-Marquardt: between Newton's step and a short one downhill.

A sum of squares of residuals, ``cost = sum(r^2) / 2`` with r (m,), is to become small by the choice of theta (p,). With
the Jacobian ``J[k, j] = dr_k / dtheta_j``, (m, p), the step v (p,) solves

    (J^T J + damping I) v = -J^T r,

I being the identity. A small damping makes it Gauss and Newton's step, which is fast near the minimum and may be far
too long elsewhere; a large one makes it short, and downhill (Levenberg, Quart. Appl. Math. 2, 1944; Marquardt, SIAM J.
11, 1963). So the damping is found on the way: it falls after a step that was good, and rises after one that was not.

Arrays that are given stay as they are.
"""

import numpy as np


def damped_step(r, J, damping):
    """The step v (p,) for residuals r (m,), Jacobian J (m, p) and a damping, a number above 0.

    A worked example: r = [2, 1], J = [[1], [3]], damping = 10. J^T J = 10 and J^T r = 5, so v = [-5 / 20] = [-0.25].
    """
    raise NotImplementedError("damped_step waits for you: what are the shapes of J^T J, I and J^T r?")


def levenberg_marquardt(residuals, jacobian, theta, damping, steps):
    """theta (p,) and the damping, a number, after so many steps tried, in this order.

    residuals and jacobian are functions: they take theta (p,) and return r (m,) and J (m, p). In each step

    - v is that of the function above, at theta, with the damping;
    - if the cost at theta + v is lower than at theta, the step is taken: theta + v becomes theta, and the damping is
      divided by 3;
    - otherwise it is refused: theta stays, and the damping is doubled. A cost that is the same is not lower.

    One step is one try, whether it is taken or not; steps is 1 or more. Where every step is refused, the theta that is
    returned may be the array that was given, as long as nothing is written into it.

    A worked example: one residual, ``theta - 4``, whose J is [[1]]; theta = [1], damping = 2. The first step is 3 / 3,
    and leads to theta = [2] and the damping 2 / 3; the second, 2 / (1 + 2/3) = 1.2, to [3.2] and 2 / 9.

    A refusal: one residual, ``arctan(theta)``, at theta = [10] with damping = 0.002. The first step, -6.942524, is
    taken, and leads to theta = [3.057476] and the damping 0.000667. The second, -12.1, would lead to -9.1, where the
    cost is higher, though lower than at 10: theta = [3.057476] stays, and the damping is 0.001333.
    """
    raise NotImplementedError("levenberg_marquardt waits for you: what has to be known to accept or refuse a step?")
