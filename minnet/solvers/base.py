"""What `fit` asks of a solver.

An optimizer is handed gradients, batch by batch. A solver is handed the whole problem, and asks for what it needs:
residuals and Jacobians, or losses at parameters of its own choice.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable

from minnet.names import Named
from minnet.solvers.problem import Problem
from minnet.types import Array


class Solver(Named, ABC):
    """Minimises a `Problem`; used as ``fit(..., optimizer=solver)``, an epoch being one of its iterations.

    Attributes
    ----------
    takes_l2 : bool
        Whether it heeds the l2 penalty of a problem: all that asks for residuals and Jacobian, or for losses and
        gradients, and nothing else, does.
    """

    takes_l2 = False

    @abstractmethod
    def solve(self, problem: Problem, iterations: int, after: Callable[[Array, float], bool]) -> tuple[Array, str]:
        """Parameters (p,) and the reason for the end.

        `after` must be called after each iteration with the best parameters so far and their loss; when it returns
        True, the solver ends.
        """
