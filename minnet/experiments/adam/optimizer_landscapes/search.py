"""Every optimizer on a landscape with every learning rate, and off the ridge of the saddle."""

from collections.abc import Callable

import numpy as np

from minnet.experiments.adam.optimizer_landscapes.result import (
    GOALS,
    MOMENTUM,
    OPTIMIZERS,
    STAY,
    Best,
    Config,
    Escape,
)
from minnet.numerics.descent.landscapes import LANDSCAPES, Landscape, settled, trajectory
from minnet.numerics.descent.rates import companion


def search(landscape: Landscape, optimizer: str, config: Config) -> Best:
    """Try every learning rate."""
    paths = [
        trajectory(landscape, OPTIMIZERS[optimizer](rate), landscape.start, config.steps, stop=_stays(landscape))
        for rate in config.rates
    ]
    steps = [[settled(landscape, path, goal) for path in paths] for goal in GOALS]
    by_rate = np.array([[np.nan if count is None else count for count in row] for row in steps])
    with np.errstate(over="ignore", invalid="ignore"):
        excess = np.array([np.nanmin(landscape.values(path)) for path in paths]) - landscape.least
    order = [int(np.lexsort((excess, np.nan_to_num(row, nan=np.inf)))[0]) for row in by_rate]
    path = paths[order[0]]
    return Best(
        landscape.name, optimizer, tuple(steps[goal][at] for goal, at in enumerate(order)),
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


def escape(name: str, config: Config) -> Escape:
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
