"""Variable projection: the output layer is never searched for, but solved for.

The outputs are linear in the parameters c of the last layer, ``y = Phi(alpha) c``, with a basis Phi that depends on
the parameters alpha of the layers before. For every alpha, the best c is a linear least-squares problem; what is left
to minimise is ``|r(alpha)|^2 / 2`` with ``r = Phi c(alpha) - t``, in half as many unknowns, and without the valleys
that c and alpha dig together (Golub and Pereyra, SIAM J. Numer. Anal. 10, 1973). Kaufman's Jacobian (BIT 15, 1975)
leaves out the small term in which the projection itself changes: ``J = (1 - Q Q^T) (dPhi/dalpha) c``, with Q an
orthonormal basis of Phi's columns; its ``J^T r`` is the gradient all the same.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy  # its linalg is loaded when first used

from minnet.errors import SettingError
from minnet.layers import Dense
from minnet.solvers.base import Solver
from minnet.solvers.levenberg_marquardt import DAMPING, Damping, check_settings, levenberg_marquardt
from minnet.solvers.problem import Problem
from minnet.types import Array

RIDGE = 1e-13  # of the basis: its columns are nearly dependent, and coefficients must not grow without bound


@dataclass(frozen=True)
class VariableProjection(Solver):
    """Levenberg-Marquardt on all layers but the last, which is solved for; the last layer must be `Dense`.

    With one hidden layer, it reaches errors of 1e-11 where searching for all parameters together ends at 1e-7, if its
    units begin apart from each other: ``Dense(1, n, weights="steep", bias="spread")`` after `Rescale`. With biases that
    begin at 0, tanh units are odd functions all, and an even target on an interval symmetric about 0 leaves them so:
    its part of every output weight is 0, and with it the gradient of every bias.

    Parameters
    ----------
    geodesic : bool
        See `levenberg_marquardt`.
    damping : Damping
    """

    geodesic: bool = True
    damping: Damping = DAMPING

    def __post_init__(self) -> None:
        check_settings("VariableProjection", self.damping, self.geodesic)

    def solve(self, problem: Problem, iterations: int, after: Callable[[Array, float], bool]) -> tuple[Array, str]:
        projected = Projected(problem)

        def look(alpha: Array, cost: float) -> bool:
            return after(projected.complete(alpha), cost)

        minimum = levenberg_marquardt(
            projected.residuals,
            projected.jacobian,
            problem.net.theta[: projected.n_inner],
            iterations=iterations,
            damping=self.damping,
            geodesic=self.geodesic,
            after=look,
        )
        return projected.complete(minimum.theta), minimum.reason


class Projected:
    """Residuals and Jacobian as functions of the inner parameters alpha."""

    def __init__(self, problem: Problem) -> None:
        last = problem.net.layers[-1]
        if type(last) is not Dense:
            raise SettingError(f"VariableProjection needs a Dense layer at the end of the network, not {last}")
        self.problem, self.last = problem, last
        self.n_inner = problem.net.n_parameters - last.n_parameters
        if self.n_inner == 0:
            raise SettingError("VariableProjection needs parameters before the last layer; this network has none")
        self.memory: list[tuple[Array, Array, list[Array], Array]] = []  # of the last two: the best, and one tried

    def complete(self, alpha: Array) -> Array:
        """All parameters (p,): alpha, and the best last layer for it."""
        return self._solved(alpha)[0]

    def residuals(self, alpha: Array) -> Array:
        """r (m,)."""
        return self._solved(alpha)[2].ravel()

    def jacobian(self, alpha: Array) -> Array:
        """Kaufman's approximation to dr/dalpha (m, n_inner)."""
        theta, bases, _ = self._solved(alpha)
        full = self.problem.jacobian(theta)
        rows = full[:, : self.n_inner].reshape(-1, len(bases), self.n_inner)
        for o, Q in enumerate(bases):
            rows[:, o] -= Q @ (Q.T @ rows[:, o])
        return rows.reshape(-1, self.n_inner)

    def _solved(self, alpha: Array) -> tuple[Array, list[Array], Array]:
        """All parameters, the basis Q of each output, and the residuals (k n, o)."""
        for index, (known, theta, bases, r) in enumerate(self.memory):
            if np.array_equal(known, alpha):
                self.memory.append(self.memory.pop(index))
                return theta, bases, r
        problem, (H, O) = self.problem, self.last.W.shape
        theta = np.concatenate([alpha, np.zeros(self.last.n_parameters)])
        problem.outputs(theta)
        K, N, _ = self.last.x.shape
        constant = np.zeros((K, N, 1))
        constant[0] = 1  # the bias moves only values
        basis = np.concatenate([self.last.x, constant], axis=2).reshape(K * N, H + 1)
        scale, target = problem.scale.reshape(K * N, O), problem.target.values.reshape(K * N, O)
        W, b = theta[self.n_inner : self.n_inner + H * O].reshape(H, O), theta[self.n_inner + H * O :]
        bases, r = [], np.empty((K * N, O))
        for o in range(O):
            weighted = scale[:, o, np.newaxis] * basis
            t = scale[:, o] * target[:, o]
            ridge = RIDGE * (np.linalg.norm(scale[:, o]) or 1.0) * np.eye(H + 1)  # all weights may be 0
            Q, R = scipy.linalg.qr(np.concatenate([weighted, ridge]), mode="economic", check_finite=False)
            Q = Q[: K * N]
            c = scipy.linalg.solve_triangular(R, Q.T @ t, check_finite=False)
            W[:, o], b[o] = c[:H], c[H]
            r[:, o] = weighted @ c - t
            bases.append(Q)
        self.memory = [*self.memory[-1:], (np.array(alpha), theta, bases, r)]
        return theta, bases, r
