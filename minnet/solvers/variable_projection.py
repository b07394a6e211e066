"""Variable projection: the output layer is never searched for, but solved for.

The outputs are linear in the parameters c of the last layer, ``y = Phi(alpha) c``, with a basis Phi that depends on
the parameters alpha of the layers before. For every alpha, the best c is a linear least-squares problem; what is left
to minimise is ``|r(alpha)|^2 / 2`` with ``r = Phi c(alpha) - t``, in half as many unknowns, and without the valleys
that c and alpha dig together (Golub and Pereyra, SIAM J. Numer. Anal. 10, 1973). Kaufman's Jacobian (BIT 15, 1975)
leaves out the small term in which the projection itself changes: ``J = (1 - Q Q^T) (dPhi/dalpha) c``, with Q an
orthonormal basis of Phi's columns; its ``J^T r`` is the gradient all the same.

Columns of Phi are nearly dependent, so c is kept from growing without bound by ``|rho c|^2 / 2``, which belongs to
what is minimised: as more rows of Phi, with targets of 0. Left out there, it would make the cost rise along the
gradient, and the search end early.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import scipy  # its linalg is loaded when first used

from minnet.errors import SettingError
from minnet.layers import Dense
from minnet.solvers.base import Solver
from minnet.solvers.damped_least_squares import DAMPING, Damping, check_settings, damped_least_squares
from minnet.solvers.joint import LevenbergMarquardt
from minnet.solvers.minimum import CALLER, NO_STEP, Minimum
from minnet.solvers.problem import Problem
from minnet.solvers.symmetry import start_apart
from minnet.solvers.units import centre_and_spread
from minnet.types import Array

RIDGE = 1e-13  # rho, times the weights of the samples
CANCELLATION = 1e7  # from here on the units are too much alike for a projection to begin with
JOINT = 100  # iterations on all parameters that move them apart, but at most a third of all: a portion, after which
PROGRESS = 0.9  # there is another if they are not, unless the cost is still more than this part of what it was


CREEPS = 10.0  # by which a portion should divide the cost; if not, the joint search may lead further


@dataclass(frozen=True)
class VariableProjection(Solver):
    """Levenberg-Marquardt on all layers but the last, which is solved for; the last layer must be `Dense`.

    With one hidden layer, it reaches errors of 1e-11 where searching for all parameters together ends at 1e-7.

    Best are units that begin apart from each other: ``Dense(1, n, weights="steep", bias="spread")`` after `Rescale`.
    With biases that begin at 0, tanh units are odd functions all: an even target on an interval symmetric about 0 gets
    a last layer of 0, which gives no gradient, and others huge weights that cancel. If biases begin so, or
    contributions ten million times as large as the targets cancel at the start, the first iterations, a hundred and as
    many more as bring the units apart, are on all parameters, unless these lead no further. From there on, iterations
    on all parameters are tried again where a hundred projected ones lower the loss by less than a factor of ten, and
    kept to while they lead further: fronts that are steep have projections with many shallow minima.

    Parameters
    ----------
    geodesic : bool
        See `damped_least_squares`.
    damping : Damping

    Examples
    --------
    >>> import minnet as mn
    >>> x = np.linspace(-1, 1, 40)
    >>> net = mn.Network([mn.Dense(1, 8, weights="steep", bias="spread"), mn.Tanh(), mn.Dense(8, 1)], rng=0)
    >>> history = mn.fit(net, x, np.exp(x), loss=mn.MeanSquaredError(), optimizer=VariableProjection(), epochs=50)
    >>> bool(abs(net(x)[:, 0] - np.exp(x)).max() < 1e-7)
    True
    """

    geodesic: bool = True
    damping: Damping = DAMPING

    def __post_init__(self) -> None:
        check_settings("VariableProjection", self.damping, self.geodesic)

    def solve(self, problem: Problem, iterations: int, after: Callable[[Array, float], bool]) -> tuple[Array, str]:
        projected, search = Projected(problem), Search(iterations, after)
        portion = max(1, min(JOINT, iterations // 3))
        before = np.inf

        def apart(theta: Array) -> bool:
            return 1 / CANCELLATION < projected.cancellation(theta[: projected.n_inner]) < CANCELLATION

        def until_apart(theta: Array, cost: float) -> bool:
            nonlocal before
            if search.look(theta, cost) or search.made % portion:
                return search.stopped
            creeps, before = cost > PROGRESS * before, cost
            return creeps or apart(theta)

        def on_all(theta: Array, most: int, damping: float, look: Look = search.look) -> Minimum:
            problem.net.theta = theta
            return LevenbergMarquardt(self.geodesic, replace(self.damping, start=damping)).search(problem, most, look)

        def on_inner(theta: Array, most: int, damping: float, look: Look = search.look) -> Minimum:
            minimum = damped_least_squares(
                projected.residuals,
                projected.jacobian,
                theta[: projected.n_inner],
                iterations=most,
                damping=replace(self.damping, start=damping),
                geodesic=self.geodesic,
                after=lambda alpha, cost: look(projected.complete(alpha), cost),
            )
            return replace(minimum, theta=projected.complete(minimum.theta))

        start, first = start_apart(problem), self.damping.start
        if iterations < 3 or (np.array_equal(start, problem.net.theta) and apart(start)):
            minimum = on_inner(start, iterations, first)
            return minimum.theta, minimum.reason
        return search.of_both(on_all(start, iterations, first, until_apart), first, on_all, on_inner, portion)


Look = Callable[[Array, float], bool]
Way = Callable[[Array, int, float], Minimum]


class Search:
    """Iterations of a joint and a projected search, and what is told of them: the best so far."""

    def __init__(self, iterations: int, after: Look) -> None:
        self.iterations, self.after = iterations, after
        self.made, self.stopped, self.best, self.best_cost = 0, False, np.empty(0), np.inf

    def look(self, theta: Array, cost: float) -> bool:
        """What solvers call after each iteration."""
        self.made += 1
        if cost <= self.best_cost:
            self.best, self.best_cost = theta.copy(), cost
        self.stopped = self.after(self.best, self.best_cost)
        return self.stopped

    def of_both(self, minimum: Minimum, first: float, joint: Way, projected: Way, portion: int) -> tuple[Array, str]:
        """Portions of the search that promises the lower cost after its next one, if it gains as much as in its last.

        What was found jointly may be projected, but a projection's last layer is too large to be searched with others:
        the joint search goes on from where it was itself.
        """
        found = [replace(minimum, damping=first), minimum]
        gains = [np.inf, np.inf if minimum.reason == CALLER else 1.0]  # by which the last portion has divided the cost
        while not self.stopped and self.made < self.iterations and self.best_cost > 0 and max(gains) > 1:
            if found[1].cost < found[0].cost:
                found[0] = replace(found[1], damping=first)
            k = int(found[1].cost / gains[1] < found[0].cost / gains[0] and gains[0] < CREEPS)
            before, made, most = found[k].cost, self.made, min(portion, self.iterations - self.made)
            found[k] = minimum = (projected, joint)[k](found[k].theta, most, found[k].damping)
            ended = self.made - made < most
            gains[k] = 1.0 if ended else before / max(minimum.cost, np.finfo(float).tiny)
        return self.best, minimum.reason if max(gains) > 1 else NO_STEP


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
        self.centre, _ = centre_and_spread(problem.target, problem.weight)  # of the targets; the ridge is not to pull
        self.target = problem.target.values.copy()
        self.target[0] -= self.centre
        self.memory: list[tuple[Array, Array, list[Array], Array]] = []  # of the last two: the best, and one tried

    def complete(self, alpha: Array) -> Array:
        """All parameters (p,): alpha, and the best last layer for it."""
        return self._solved(alpha)[0]

    def cancellation(self, alpha: Array) -> float:
        """How large the units' contributions to an output are, added up without signs, in units of the largest target:
        1e10 if ten digits of them cancel, 0 if the units are of no use."""
        W = self.complete(alpha)[self.n_inner : self.n_inner + self.last.W.size].reshape(self.last.W.shape)
        contributions = np.abs(self.last.x[0]).max(axis=0, initial=0) @ np.abs(W)
        targets = np.abs(self.target[0]).max(axis=0, initial=0)
        return float((contributions / np.where(targets > 0, targets, np.inf)).max(initial=0))

    def residuals(self, alpha: Array) -> Array:
        """r (m + o (h + 1),): for each output, those of the samples and those that keep c small."""
        return self._solved(alpha)[2]

    def jacobian(self, alpha: Array) -> Array:
        """Kaufman's approximation to dr/dalpha (m + o (h + 1), n_inner)."""
        theta, bases, _ = self._solved(alpha)
        full = self.problem.jacobian(theta)
        O = len(bases)
        n = len(full) // O
        rows = np.zeros((O, len(bases[0]), self.n_inner))
        rows[:, :n] = full[:, : self.n_inner].reshape(n, O, self.n_inner).swapaxes(0, 1)
        for o, Q in enumerate(bases):
            rows[o] -= Q @ (Q[:n].T @ rows[o, :n])
        return rows.reshape(-1, self.n_inner)

    def _solved(self, alpha: Array) -> tuple[Array, list[Array], Array]:
        """All parameters, the basis Q of each output, and the residuals."""
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
        scale, target = problem.scale.reshape(K * N, O), self.target.reshape(K * N, O)
        W, b = theta[self.n_inner : self.n_inner + H * O].reshape(H, O), theta[self.n_inner + H * O :]
        bases, r = [], np.empty((O, K * N + H + 1))
        for o in range(O):
            ridge = RIDGE * (np.linalg.norm(scale[:, o]) or 1.0) * np.eye(H + 1)  # all weights may be 0
            Phi = np.concatenate([scale[:, o, np.newaxis] * basis, ridge])
            t = np.concatenate([scale[:, o] * target[:, o], np.zeros(H + 1)])
            Q, R = scipy.linalg.qr(Phi, mode="economic", check_finite=False)
            c = scipy.linalg.solve_triangular(R, Q.T @ t, check_finite=False)
            W[:, o], b[o] = c[:H], c[H] + self.centre[o]
            r[o] = Phi @ c - t
            bases.append(Q)
        self.memory = [*self.memory[-1:], (np.array(alpha), theta, bases, r.ravel())]
        return theta, bases, r.ravel()
