"""The ways of optimizers over landscapes of two variables: Rosenbrock's, Beale's, Himmelblau's, and a saddle.

N. Provost and Z. Akakpo, "Adam Optimizer" (2023), explain the optimizers by their formulas and compare them at three
learning rates. Here each of six has the same grid of 25 to choose from, and what counts is from which step on it stays
within 1e-6, or 1e-12, of the least value. A path ends after 1000 steps in a row within 1e-12, or after 20 000 in all.

On Rosenbrock's valley momentum is the fastest, 405 steps, before Nesterov, 1426, and Adam, 1580; gradient descent needs
8445. On Beale's plateau Nesterov, Adam and momentum need 135 to 157 steps, gradient descent 518. On Himmelblau's bowl
the roles change: AdaGrad needs 13 and gradient descent 17, Adam and momentum ten times as many, and momentum ends in
another minimum. So the ranking is the landscape's. Common to all three: the plain methods leave the numbers at 9 to 15
of the 25 learning rates, the adaptive ones at none. RMSProp does not come to rest: it needs 6409 steps on Beale's
plateau and does not arrive in Rosenbrock's valley. On Himmelblau's bowl, one learning rate takes it exactly to (3, 2),
where the gradient is 0. Nor does Adam rest for ever: were its path in Rosenbrock's valley not ended, it would leave the
1e-6 again.

Beside the ridge of a saddle, ten times nearer costs gradient descent 116 steps more, momentum 23 and Nesterov 21, as
their companion matrices say, at a learning rate of 0.01. For the adaptive optimizers the distance does not matter.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from minnet.errors import check_range
from minnet.experiments.parts import setting
from minnet.numerics.descent.landscapes import LANDSCAPES, Landscape, settled, trajectory
from minnet.numerics.descent.rates import companion
from minnet.optimizers import SGD, AdaGrad, Adam, Optimizer, RMSProp
from minnet.presentation import Drawing, Table
from minnet.types import Array

PUBLISHED: dict[str, float] = {}  # the document has no such figures
MOMENTUM = 0.9
OPTIMIZERS: dict[str, Callable[[float], Optimizer]] = {
    "gradient descent": SGD,
    "momentum": lambda rate: SGD(rate, MOMENTUM),
    "Nesterov": lambda rate: SGD(rate, MOMENTUM, nesterov=True),
    "AdaGrad": AdaGrad,
    "RMSProp": RMSProp,
    "Adam": Adam,
}
GOALS = (1e-6, 1e-12)
STAY = 1000  # steps for which the last goal must hold before a path is ended
BOWLS = ("rosenbrock", "beale", "himmelblau")


@dataclass(frozen=True)
class Config:
    """How long the optimizers may take, and their learning rates."""

    steps: int = setting(20_000, "steps at most")
    lowest: float = setting(1e-5, "least learning rate of the grid")
    highest: float = setting(10.0, "largest learning rate of the grid")
    per_decade: int = setting(4, "learning rates in a factor of ten")
    saddle_rate: float = setting(0.01, "learning rate of all optimizers at the saddle")
    distances: tuple[float, ...] = setting((1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12), "starts beside the saddle's ridge")

    @classmethod
    def fast(cls) -> "Config":
        """Two thousand steps, one learning rate in each factor of ten, three starts at the saddle."""
        return cls(2000, per_decade=1, distances=(1e-2, 1e-4, 1e-6))

    def __post_init__(self) -> None:
        positive = (lambda value: 0 < value < np.inf), "positive"
        for name, values in (
            ("lowest", [self.lowest]),
            ("saddle_rate", [self.saddle_rate]),
            ("distances", self.distances),
        ):
            for value in values:
                check_range("optimizer-landscapes", **{name: (value, *positive)})
        above = (lambda value: self.lowest < value < np.inf), f"above lowest={self.lowest:g}"
        check_range("optimizer-landscapes", highest=(self.highest, *above))
        for name in ("steps", "per_decade"):
            check_range("optimizer-landscapes", **{name: (getattr(self, name), lambda n: n >= 1, "at least 1")})

    @property
    def rates(self) -> list[float]:
        """The grid of learning rates."""
        count = round(np.log10(self.highest / self.lowest) * self.per_decade)
        return [float(f"{rate:.3g}") for rate in np.geomspace(self.lowest, self.highest, count + 1)]


@dataclass(frozen=True)
class Best:
    """An optimizer on a landscape, with each goal's best learning rate of the grid.

    Attributes
    ----------
    steps : tuple of int or None
        Until it is and stays within each of `GOALS`; None where no learning rate gets there.
    rates : tuple of float
        The learning rates that take the fewest steps, or get furthest where none gets there.
    excess : tuple of float
        The least value seen with each, above the landscape's least.
    diverged : int
        How many learning rates of the grid lead out of the numbers.
    end : point
        Where the first goal's path ends.
    path : array (steps + 1, 2)
        The first goal's path.
    by_rate : array (goals, rates)
        Steps to each goal with every learning rate of the grid; NaN if it is not reached.
    """

    landscape: str
    optimizer: str
    steps: tuple[int | None, ...]
    rates: tuple[float, ...]
    excess: tuple[float, ...]
    diverged: int
    end: tuple[float, float]
    path: Array
    by_rate: Array


@dataclass(frozen=True)
class Escape:
    """Steps until ``|y| > 1`` on the saddle, for each start beside the ridge (starts,); NaN if it is not reached.

    `per_decade` is by how many steps a start ten times nearer takes longer, in theory; NaN where there is none.
    """

    optimizer: str
    steps: Array
    per_decade: float
    path: Array

    def measured(self, distances: tuple[float, ...]) -> float:
        """The same, between the first start and the last."""
        return float((self.steps[-1] - self.steps[0]) / np.log10(distances[0] / distances[-1]))


@dataclass(frozen=True)
class Result:
    config: Config
    best: list[Best]
    escapes: list[Escape]

    def metrics(self) -> list[dict[str, Any]]:
        """One record per landscape and optimizer, and one per optimizer at the saddle."""
        left_out = {"path", "by_rate"}
        records = [{k: v for k, v in asdict(best).items() if k not in left_out} for best in self.best]
        for escape in self.escapes:
            steps = [None if np.isnan(count) else int(count) for count in escape.steps]
            records.append({"landscape": "saddle", "optimizer": escape.optimizer, "steps": steps})
        return records

    def arrays(self) -> dict[str, Array]:
        """Paths (steps + 1, 2), and steps (goals, rates) by learning rate; at the saddle, steps (starts,)."""
        named: dict[str, Array] = {"rates": np.array(self.config.rates)}
        for best in self.best:
            name = f"{best.landscape}, {best.optimizer}"
            named |= {name: best.path, f"{name}, by rate": best.by_rate}
        for escape in self.escapes:
            name = f"saddle, {escape.optimizer}"
            named |= {name: escape.path, f"{name}, steps": escape.steps}
        return named


def run(
    config: Config,
    *,
    rng: int | np.random.Generator | None = None,
    progress: bool = False,
    checkpoints: Path | None = None,
) -> Result:
    """Follow every optimizer on every landscape, with every learning rate.

    Parameters
    ----------
    config : Config
    rng : int, numpy.random.Generator or None
        Not used: nothing here is random.
    progress : bool
        Say which landscape it is.
    checkpoints : Path, optional
        Not used.
    """
    best = []
    for name in BOWLS:
        if progress:
            print(f"optimizer-landscapes: {LANDSCAPES[name].name}", flush=True)
        best += [_search(LANDSCAPES[name], optimizer, config) for optimizer in OPTIMIZERS]
    return Result(config, best, [_escape(name, config) for name in OPTIMIZERS])


def _search(landscape: Landscape, optimizer: str, config: Config) -> Best:
    """Try every learning rate."""
    paths = [
        trajectory(landscape, OPTIMIZERS[optimizer](rate), landscape.start, config.steps, stop=_stays(landscape))
        for rate in config.rates
    ]
    taken = [[settled(landscape, path, goal) for path in paths] for goal in GOALS]
    by_rate = np.array([[np.nan if count is None else count for count in row] for row in taken])
    with np.errstate(over="ignore", invalid="ignore"):
        excess = np.array([np.nanmin(landscape.values(path)) for path in paths]) - landscape.least
    order = [int(np.lexsort((excess, np.nan_to_num(row, nan=np.inf)))[0]) for row in by_rate]
    path = paths[order[0]]
    return Best(
        landscape.name, optimizer, tuple(taken[goal][at] for goal, at in enumerate(order)),
        tuple(config.rates[at] for at in order), tuple(float(excess[at]) for at in order),
        sum(bool(np.isnan(path).any()) for path in paths), (float(path[-1, 0]), float(path[-1, 1])), path, by_rate,
    )  # fmt: skip


def _stays(landscape: Landscape) -> Callable[[float, float], bool]:
    """Whether the last `STAY` points, one after the other, were within the last goal."""
    count = 0

    def stays(x: float, y: float) -> bool:
        nonlocal count
        count = count + 1 if landscape.value(x, y) - landscape.least < GOALS[-1] else 0
        return count > STAY

    return stays


def _escape(name: str, config: Config) -> Escape:
    """Leave the saddle from x = 1 and every distance from the ridge."""
    saddle, rate = LANDSCAPES["saddle"], config.saddle_rate

    def left(x: float, y: float) -> bool:
        return abs(y) > 1

    paths = [
        trajectory(saddle, OPTIMIZERS[name](rate), (1.0, distance), config.steps, stop=left)
        for distance in config.distances
    ]
    steps = np.array([len(path) - 1 if abs(path[-1, 1]) > 1 else np.nan for path in paths])
    shown = paths[min(1, len(paths) - 1)]
    return Escape(name, steps, _steps_per_decade(name, rate), shown)


def _steps_per_decade(name: str, rate: float) -> float:
    """In the direction of curvature -2, y grows by the largest eigenvalue of the companion matrix each step."""
    if name not in ("gradient descent", "momentum", "Nesterov"):
        return np.nan
    momentum = 0.0 if name == "gradient descent" else MOMENTUM
    growth = np.abs(np.linalg.eigvals(companion(-2.0, rate, momentum, name == "Nesterov"))).max()
    return float(np.log(10) / np.log(growth))


def table(result: Result) -> Table:
    """Steps to the goals with the best learning rates; steps off the saddle's ridge."""
    rows: list[tuple[str, ...]] = []
    for best in result.best:
        cells = []
        for steps, rate, excess in zip(best.steps, best.rates, best.excess, strict=True):
            missed = f"not in {result.config.steps} (least {excess:.0e})"
            cells += [missed if steps is None else str(steps), f"{rate:g}"]
        diverged = f"{best.diverged} of {len(result.config.rates)}"
        rows.append((best.landscape, best.optimizer, *cells, diverged, f"({best.end[0]:.2f}, {best.end[1]:.2f})"))
    distances = result.config.distances
    for escape in result.escapes:
        ends = escape.steps[0], escape.steps[-1]
        from_far, from_near = ("not left" if np.isnan(steps) else f"{steps:.0f}" for steps in ends)
        theory = "" if np.isnan(escape.per_decade) else f"; theory {escape.per_decade:.1f}"
        per_decade = f"{escape.measured(distances):.1f} steps per factor 10{theory}"
        name, h = f"saddle, from {distances[0]:g} and {distances[-1]:g}", f"{result.config.saddle_rate:g}"
        rows.append((name, escape.optimizer, from_far, h, from_near, h, "-", per_decade))
    goals = [text for goal in GOALS for text in (f"steps to {goal:g}", "learning rate")]
    return Table(("landscape", "optimizer", *goals, "diverged", "ends at"), tuple(rows))


def figures(result: Result) -> list[Drawing]:
    """A map of every landscape with the ways on it; values against steps; steps against learning rates; the saddle."""
    from minnet.experiments.adam import landscape_drawings

    return landscape_drawings.draw(result)
