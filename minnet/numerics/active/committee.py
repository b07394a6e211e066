"""A committee: networks of one kind that have learnt the same data from different starts.

Levenberg and Marquardt's search ends in one of many minima, most of them poor, and which one it will be shows early.
So many starts are made, the worse ones are given up after few iterations, and only those that are left go the long
way. When data are added, members go on from where they are, and some new starts may take their places.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from itertools import cycle

import numpy as np

from minnet.errors import check_range, is_whole
from minnet.jet import Jet
from minnet.kernels.blas import one_blas_thread
from minnet.losses import Loss, MeanSquaredError, Sobolev
from minnet.names import Named
from minnet.numerics.active.models import Model
from minnet.progress import tqdm
from minnet.solvers import Damping, Problem, damped_least_squares
from minnet.solvers.variable_projection import Projected
from minnet.types import Array

ENOUGH = 1e-16  # half the mean square of residuals, in units of the values' variance
PATIENCE, PROGRESS = 500, 0.9  # a search ends that has not brought the cost down to this part in so many iterations
START_DAMPING, MIDDLE_DAMPING, LAST_DAMPING = 1e-2, 1e-4, 1e-8  # at a random start; nearly there; to leave a minimum
KEEP_ONE_IN = 3  # one start in three goes on after the first iterations


@dataclass(frozen=True)
class Effort(Named):
    """How much work goes into a committee.

    Parameters
    ----------
    members : int
    starts : int
        New networks of the first training.
    fresh : int
        New networks of every later one.
    first, between, last : int
        Iterations before the worse starts are given up; for each epsilon after the first; and for the last one.
    """

    members: int = 3
    starts: int = 24
    fresh: int = 6
    first: int = 60
    between: int = 100
    last: int = 5000

    def __post_init__(self) -> None:
        for field in fields(self):
            least = 0 if field.name == "fresh" else self.members if field.name == "starts" else 1
            condition = f"a whole number >= {least}"
            value = getattr(self, field.name)
            check_range("Effort", **{field.name: (value, lambda n, least=least: is_whole(n) and n >= least, condition)})


@dataclass(frozen=True)
class Data:
    """Data as networks take them: x (n, d) in [-1, 1] and values (n, 1) of order one; a Jet with all gradients if at
    least one is known."""

    x: Array
    target: "Array | Jet"

    @property
    def loss(self) -> Loss:
        return Sobolev() if isinstance(self.target, Jet) else MeanSquaredError()


@dataclass(frozen=True)
class Committee:
    """Parameters (m, p) of the members and their costs (m,), the best fitted first."""

    model: Model
    thetas: Array
    costs: Array

    def predict(self, x: Array) -> Array:
        """Outputs (m, n) at x (n, d) in [-1, 1]."""
        net = self.model.network(x.shape[1], self.model.epsilons[-1], None)
        rows = []
        for theta in self.thetas:
            net.theta = theta
            rows.append(net(x)[:, 0])
        return np.array(rows)

    def in_other_units(self, factor: float, shift: float) -> "Committee":
        """Members whose outputs are those of these times a factor, plus a shift: their last layers are others."""
        h = self.model.network(1, self.model.epsilons[-1], None).layers[-1].n_parameters - 1
        thetas = self.thetas.copy()
        thetas[:, -h - 1 :] *= factor
        thetas[:, -1] += shift
        return Committee(self.model, thetas, factor**2 * self.costs)


def train(
    model: Model,
    data: Data,
    former: Committee | None,
    effort: Effort,
    *,
    rng: np.random.Generator,
    progress: bool = False,
) -> Committee:
    """A committee for the data: former members, if any, and new starts, of which the best fitted are kept."""
    n_starts = effort.starts if former is None else effort.fresh
    epsilons = model.epsilons
    bar = tqdm(desc=f"{len(data.x)} points", unit="iteration", delay=1, leave=False, disable=not progress)

    def search(
        pool: list[tuple[Array, float]], epsilon: float, iterations: int, damping: float
    ) -> list[tuple[Array, float]]:
        minima = [_search(model, data, theta, epsilon, iterations, damping, bar.update) for theta, _ in pool]
        return sorted(minima, key=lambda minimum: minimum[1])

    with one_blas_thread(), bar:
        dimension = data.x.shape[1]
        starts = [(model.network(dimension, epsilons[0], rng).theta.copy(), np.inf) for _ in range(n_starts)]
        pool = search(starts, epsilons[0], effort.first, START_DAMPING)[
            : max(effort.members, -(-n_starts // KEEP_ONE_IN))
        ]
        for position, epsilon in enumerate(epsilons[1:-1]):
            if position == len(epsilons) // 2 - 1:
                pool = pool[: effort.members]
            pool = search(pool, epsilon, effort.between, MIDDLE_DAMPING)
        continued = [] if former is None else list(zip(former.thetas, former.costs, strict=True))
        pool = search(pool[: effort.members] + continued, epsilons[-1], effort.last, LAST_DAMPING)[: effort.members]
    return Committee(model, np.array([theta for theta, _ in pool]), np.array([cost for _, cost in pool]))


def _search(
    model: Model,
    data: Data,
    theta: Array,
    epsilon: float,
    iterations: int,
    damping: float,
    tick: Callable[[], object],
) -> tuple[Array, float]:
    """Parameters and cost after a search from theta.

    It goes on in turns, on all parameters and with the last layer projected out: where one of the two creeps, the other
    often finds a way. It ends when a turn led no further.
    """
    net, loss = model.network(data.x.shape[1], epsilon, None), data.loss
    problem = Problem(net, data.x, loss.prepare(data.target, len(data.x), (1,), net.dtype, "values"), None, loss)
    spaces: tuple[Whole | Projected, ...] = (Whole(problem), Projected(problem))
    previous, cost, turns = np.inf, np.inf, cycle(spaces)
    costs: list[float] = []

    def stop(theta: Array, cost: float) -> bool:
        tick()
        costs.append(cost)
        return cost < ENOUGH or (len(costs) > PATIENCE and cost > PROGRESS * costs[-PATIENCE])

    while iterations > 0 and cost >= ENOUGH and (cost <= PROGRESS * previous or np.isinf(previous)):
        space = next(turns)
        costs.clear()
        minimum = damped_least_squares(
            space.residuals, space.jacobian, theta[: space.n_inner], iterations=iterations,
            damping=Damping(start=damping), geodesic=True, after=stop,
        )  # fmt: skip
        theta, previous, cost = space.complete(minimum.theta).copy(), cost, minimum.cost
        iterations, damping = iterations - minimum.iterations, LAST_DAMPING
    return theta, cost


class Whole:
    """All parameters, as `Projected` has the inner ones."""

    def __init__(self, problem: Problem) -> None:
        self.residuals, self.jacobian, self.n_inner = problem.residuals, problem.jacobian, problem.net.n_parameters

    def complete(self, theta: Array) -> Array:
        return theta
