"""Explicit Runge-Kutta methods with steps of one length, as their tables of coefficients; and iteration."""

from dataclasses import dataclass, field

import numpy as np
from scipy.integrate import DOP853

from minnet.types import Array


@dataclass(frozen=True)
class Method:
    """An explicit Runge-Kutta method: stage s begins at ``x + h sum_j A[s,j] d[j]``, the step ends at ``x + h b d``.

    A map is a method that does not carry x over: its step ends at ``h b d``.

    Attributes
    ----------
    name : str
    order : int
        The error of a step is of the order ``h^(order + 1)``.
    A, b : arrays (stages, stages), (stages,)
    carry : float
        Part of x that the end of a step has: 1, or 0 for a map.
    """

    name: str
    order: int
    A: Array = field(repr=False, compare=False)
    b: Array = field(repr=False, compare=False)
    carry: float = 1.0


EULER = Method("Euler", 1, np.zeros((1, 1)), np.ones(1))
ITERATION = Method("iteration", 0, np.zeros((1, 1)), np.ones(1), carry=0.0)

_HALVES = np.array([[0, 0, 0, 0], [1 / 2, 0, 0, 0], [0, 1 / 2, 0, 0], [0, 0, 1, 0]], float)
RK4 = Method("RK4", 4, _HALVES, np.array([1, 2, 2, 1]) / 6)

# The eighth-order solution of Dormand and Prince's DOP853, whose coefficients SciPy has.
RK8 = Method("RK8", 8, np.array(DOP853.A), np.array(DOP853.B))
