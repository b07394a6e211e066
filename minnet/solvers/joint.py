"""Solvers on all parameters at once: Levenberg-Marquardt, and SciPy's L-BFGS."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from minnet.errors import check_range, is_whole
from minnet.solvers.base import Solver
from minnet.solvers.damped_least_squares import DAMPING, Damping, check_settings, damped_least_squares
from minnet.solvers.minimum import Minimum
from minnet.solvers.problem import Problem
from minnet.solvers.units import units_of
from minnet.types import Array


@dataclass(frozen=True)
class LevenbergMarquardt(Solver):
    """Levenberg-Marquardt on all parameters; see `minnet.solvers.damped_least_squares`.

    Each iteration costs a Jacobian (m, p) and a factorisation of a (p, p) matrix: made for hundreds of parameters.

    Parameters
    ----------
    geodesic : bool
        Second-order correction of the steps; worth its price with two hidden layers and more.
    damping : Damping

    Examples
    --------
    >>> import minnet as mn
    >>> net = mn.Network([mn.Dense(1, 1)], rng=0)  # a line, through three points
    >>> x, y, loss = [0.0, 1.0, 2.0], [1.0, 3.0, 5.0], mn.MeanSquaredError()
    >>> history = mn.fit(net, x, y, loss=loss, optimizer=LevenbergMarquardt(), epochs=9)
    >>> net.theta.round(6).tolist()
    [2.0, 1.0]
    """

    geodesic: bool = True
    damping: Damping = DAMPING
    takes_l2 = True

    def __post_init__(self) -> None:
        check_settings("LevenbergMarquardt", self.damping, self.geodesic)

    def solve(self, problem: Problem, iterations: int, after: Callable[[Array, float], bool]) -> tuple[Array, str]:
        minimum = self.search(problem, iterations, after)
        return minimum.theta, minimum.reason

    def search(self, problem: Problem, iterations: int, after: Callable[[Array, float], bool]) -> Minimum:
        """As `solve`, with all that is known of the end."""
        units = units_of(problem)
        minimum = damped_least_squares(
            lambda theta: problem.residuals(units.parameters * theta),
            lambda theta: problem.jacobian(units.parameters * theta) * units.parameters,
            units.start,
            iterations=iterations,
            damping=self.damping,
            geodesic=self.geodesic,
            after=lambda theta, cost: after(units.parameters * theta, cost),
        )
        return replace(minimum, theta=units.parameters * minimum.theta)


@dataclass(frozen=True)
class LBFGS(Solver):
    """Limited-memory quasi-Newton, by `scipy.optimize.minimize` (Liu and Nocedal, Math. Programming 45, 1989).

    Needs gradients alone, so it also serves networks too large for Levenberg-Marquardt.

    Parameters
    ----------
    memory : int
        Pairs of steps and gradients that the approximate second derivative is made of.

    Examples
    --------
    >>> import minnet as mn
    >>> net = mn.Network([mn.Dense(1, 1)], rng=0)
    >>> x, y, loss = [0.0, 1.0, 2.0], [1.0, 3.0, 5.0], mn.MeanSquaredError()
    >>> history = mn.fit(net, x, y, loss=loss, optimizer=LBFGS(), epochs=30)
    >>> net.theta.round(4).tolist()
    [2.0, 1.0]
    """

    memory: int = 20
    takes_l2 = True

    def __post_init__(self) -> None:
        check_range("LBFGS", memory=(self.memory, lambda n: is_whole(n) and n >= 1, "a whole number >= 1"))

    def solve(self, problem: Problem, iterations: int, after: Callable[[Array, float], bool]) -> tuple[Array, str]:
        from scipy.optimize import OptimizeResult, minimize

        units = units_of(problem)

        def loss_and_gradient(theta: Array) -> tuple[float, Array]:
            value, gradient = problem.loss_and_gradient(units.parameters * theta)
            return value / units.loss, gradient * (units.parameters / units.loss)

        def look(intermediate_result: OptimizeResult) -> None:  # SciPy goes by the name of the argument
            if after(units.parameters * intermediate_result.x, units.loss * float(intermediate_result.fun)):
                raise StopIteration

        result = minimize(
            loss_and_gradient,
            units.start,
            jac=True,
            method="L-BFGS-B",
            callback=look,
            options={"maxiter": iterations, "maxfun": 20 * iterations, "maxcor": self.memory, "ftol": 0, "gtol": 1e-15},
        )
        if result.nit == 0:  # the start was the minimum
            after(units.parameters * result.x, units.loss * float(result.fun))
        ended = "no step lowers the loss any more" if result.status == 2 else str(result.message).lower()
        return units.parameters * result.x, ended
