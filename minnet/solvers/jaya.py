"""Jaya: a population of points, each drawn towards the best and away from the worst.

``new = x + r_1 (best - |x|) - r_2 (worst - |x|)`` with r_1, r_2 uniform in [0, 1] for each coordinate; a new point
stands if it is better than the old (R. Venkata Rao, Int. J. Ind. Eng. Comput. 7, 2016). Nothing has to be tuned, no
derivative is needed, and valleys do not hold it as they hold a descent; the last digits are for another method.
"""

from collections.abc import Callable

import numpy as np

from minnet.checks import as_generator, as_real
from minnet.errors import SettingError, check_range, is_whole
from minnet.types import Array


def jaya(
    cost: Callable[[Array], float], bounds: Array, *, rng: np.random.Generator | int | None = None,
    population: int = 20, generations: int = 50,
) -> tuple[Array, float]:  # fmt: skip
    """Look for the least cost within bounds.

    Parameters
    ----------
    cost : callable
        Takes a point (d,), returns a number; infinite or NaN where there is none.
    bounds : array (d, 2)
        Lower and upper ends. A point that leaves them is put back on the end.
    rng : int, numpy.random.Generator or None
    population, generations : int
        Points, and how often each is moved.

    Returns
    -------
    array (d,), float
        The best point, and its cost.

    Raises
    ------
    SettingError
        Bounds are not pairs of finite numbers in ascending order, or there are fewer than 2 points or 1 generation.
    DataError
        Some bounds are masked (`numpy.ma`).

    Examples
    --------
    >>> point, cost = jaya(lambda x: float(np.sum((x - [1, 2]) ** 2)), [[-5, 5], [-5, 5]], rng=0, generations=100)
    >>> bool(np.abs(point - [1, 2]).max() < 1e-3)
    True
    """
    bounds = as_real(bounds, "jaya: bounds").astype(float)
    if bounds.ndim != 2 or bounds.shape[1] != 2 or not np.isfinite(bounds).all() or (np.diff(bounds) <= 0).any():
        raise SettingError(f"jaya: bounds must be pairs (low, high) of finite numbers, not {bounds.tolist()}")
    check_range(
        "jaya",
        population=(population, lambda n: is_whole(n) and n >= 2, "a whole number >= 2"),
        generations=(generations, lambda n: is_whole(n) and n >= 1, "a whole number >= 1"),
    )
    rng = as_generator(rng, "jaya")
    low, high = bounds.T
    points = rng.uniform(low, high, (population, len(bounds)))
    costs = np.array([_cost(cost, x) for x in points])
    for _ in range(generations):
        best, worst = points[np.argmin(costs)], points[np.argmax(costs)]
        r_1, r_2 = rng.random((2, *points.shape))
        moved = np.clip(points + r_1 * (best - np.abs(points)) - r_2 * (worst - np.abs(points)), low, high)
        new_costs = np.array([_cost(cost, x) for x in moved])
        better = new_costs < costs
        points[better], costs[better] = moved[better], new_costs[better]
    return points[np.argmin(costs)], float(costs.min())


def _cost(cost: Callable[[Array], float], x: Array) -> float:
    value = float(cost(x))
    return np.inf if np.isnan(value) else value
