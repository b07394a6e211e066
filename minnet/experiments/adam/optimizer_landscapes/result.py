"""Settings of the experiment, its optimizers and goals, and the records of what is measured."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from minnet.errors import SettingError, check_range
from minnet.experiments.parts import check_settings, setting
from minnet.optimizers import SGD, AdaGrad, Adam, Optimizer, RMSProp
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
        check_range("optimizer-landscapes", lowest=(self.lowest, *positive), saddle_rate=(self.saddle_rate, *positive))
        for distance in self.distances:
            check_range("optimizer-landscapes", distances=(distance, *positive))
        if len(set(self.distances)) < 2:
            raise SettingError(
                f"optimizer-landscapes: distances={self.distances} is one start at the saddle, and the escape is "
                "measured from one to another; give two at least"
            )
        above = (lambda value: self.lowest < value < np.inf), f"above lowest={self.lowest:g}"
        check_range("optimizer-landscapes", highest=(self.highest, *above))
        check_settings("optimizer-landscapes", self, steps=1, per_decade=1)

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
        How many learning rates of the grid diverge.
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
        arrays: dict[str, Array] = {"rates": np.array(self.config.rates)}
        for best in self.best:
            name = f"{best.landscape}, {best.optimizer}"
            arrays |= {name: best.path, f"{name}, by rate": best.by_rate}
        for escape in self.escapes:
            name = f"saddle, {escape.optimizer}"
            arrays |= {name: escape.path, f"{name}, steps": escape.steps}
        return arrays
