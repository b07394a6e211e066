"""Functions of two variables on which the paths of optimizers can be seen, and those paths.

Values and gradients are plain formulas of x and y, numbers or arrays of any shape.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet.errors import DivergenceError, SettingError, ShapeError
from minnet.optimizers import Optimizer
from minnet.training import TrainState
from minnet.types import Array


@dataclass(frozen=True)
class Landscape:
    """A function of x and y.

    Attributes
    ----------
    name : str
    value : function of x and y
    gradient : function of x and y
        Both partial derivatives.
    minima : tuple of points
        All global minima; none where the function has no least value.
    least : float
        The value there; -inf if there is none.
    start : point
        Where optimizers usually begin.
    low, high : points
        Corners of what is usually drawn.
    """

    name: str
    value: Callable[[Any, Any], Any]
    gradient: Callable[[Any, Any], tuple[Any, Any]]
    minima: tuple[tuple[float, float], ...]
    least: float
    start: tuple[float, float]
    low: tuple[float, float]
    high: tuple[float, float]

    def values(self, points: Array) -> Array:
        """Values at points (..., 2); where a path has left all bounds, infinite or not a number."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self.value(points[..., 0], points[..., 1])


def _squared(a: Array) -> Array:
    """Infinite where ``a**2`` of a Python float would raise an OverflowError."""
    return a * a


def rosenbrock(x: Array, y: Array) -> Array:
    """``(1 - x)^2 + 100 (y - x^2)^2`` (Rosenbrock, Computer Journal 3, 1960): a bent valley; its floor hardly falls."""
    return _squared(1 - x) + 100 * _squared(y - x * x)


def rosenbrock_gradient(x: Array, y: Array) -> tuple[Array, Array]:
    offset = y - x * x
    return -2 * (1 - x) - 400 * x * offset, 200 * offset


def beale(x: Array, y: Array) -> Array:
    """``sum_i (c_i - x (1 - y^i))^2``, c = 1.5, 2.25, 2.625 (Beale, 1958; Moré, Garbow and Hillstrom, ACM TOMS 7, 1981,
    problem 5): a plateau with steep corners."""
    return _squared(1.5 - x * (1 - y)) + _squared(2.25 - x * (1 - y * y)) + _squared(2.625 - x * (1 - y * y * y))


def beale_gradient(x: Array, y: Array) -> tuple[Array, Array]:
    square, cube = y * y, y * y * y
    r1, r2, r3 = 1.5 - x * (1 - y), 2.25 - x * (1 - square), 2.625 - x * (1 - cube)
    derivative_x = -2 * (r1 * (1 - y) + r2 * (1 - square) + r3 * (1 - cube))
    return derivative_x, 2 * x * (r1 + 2 * r2 * y + 3 * r3 * square)


def himmelblau(x: Array, y: Array) -> Array:
    """``(x^2 + y - 11)^2 + (x + y^2 - 7)^2`` (Himmelblau, Applied nonlinear programming, 1972): four equal minima."""
    return _squared(x * x + y - 11) + _squared(x + y * y - 7)


def himmelblau_gradient(x: Array, y: Array) -> tuple[Array, Array]:
    first, second = x * x + y - 11, x + y * y - 7
    return 4 * x * first + 2 * second, 2 * first + 4 * y * second


def saddle(x: Array, y: Array) -> Array:
    """``x^2 - y^2``: down to the ridge along x, and off it along y, without end."""
    return x * x - y * y


def saddle_gradient(x: Array, y: Array) -> tuple[Array, Array]:
    return 2 * x, -2 * y


LANDSCAPES = {
    "rosenbrock": Landscape(
        "Rosenbrock", rosenbrock, rosenbrock_gradient, ((1.0, 1.0),), 0.0, (-1.2, 1.0), (-2.0, -1.0), (2.0, 3.0)
    ),
    "beale": Landscape("Beale", beale, beale_gradient, ((3.0, 0.5),), 0.0, (1.0, 1.0), (-4.5, -4.5), (4.5, 4.5)),
    "himmelblau": Landscape(
        "Himmelblau", himmelblau, himmelblau_gradient,
        ((3.0, 2.0), (-2.805118086952745, 3.131312518250573), (-3.779310253377747, -3.283185991286170),
         (3.584428340330492, -1.848126526964404)),
        0.0, (0.0, 0.0), (-5.0, -5.0), (5.0, 5.0),
    ),
    "saddle": Landscape(
        "Saddle", saddle, saddle_gradient, (), -np.inf, (1.0, 1e-4), (-1.5, -1.5), (1.5, 1.5)
    ),
}  # fmt: skip
"""By the names of their functions."""


def trajectory(
    function: Landscape,
    optimizer: Optimizer,
    start: tuple[float, float] | Array,
    steps: int,
    *,
    stop: Callable[[float, float], bool] | None = None,
) -> Array:
    """The path of an optimizer: points (steps + 1, 2), the start first.

    From where it overflows, points are NaN. If ``stop(x, y)`` is true of a point, that is the last one, and
    there may be fewer.

    Raises
    ------
    ShapeError
        The start is not a point of two coordinates.
    SettingError
        `steps` is negative.

    Examples
    --------
    >>> from minnet import SGD
    >>> trajectory(LANDSCAPES["saddle"], SGD(0.25), (1.0, 1.0), 2).tolist()
    [[1.0, 1.0], [0.5, 1.5], [0.25, 2.25]]
    """
    theta = np.array(start, dtype=float)
    if theta.shape != (2,):
        raise ShapeError(f"trajectory: start must be a point (2,), not of shape {theta.shape}")
    if steps < 0:
        raise SettingError(f"trajectory: steps={steps!r} is out of range; steps must be >= 0")
    state, grad = TrainState(theta, optimizer), np.empty(2)
    points = np.full((steps + 1, 2), np.nan)
    points[0] = x, y = theta.tolist()
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(1, steps + 1):
            if stop is not None and stop(x, y):
                return points[:t]
            grad[:] = function.gradient(*theta.tolist())
            try:
                state.apply(grad)
            except DivergenceError:
                break
            x, y = state.evaluated().tolist()
            points[t] = x, y
    return points


def settled(function: Landscape, points: Array, goal: float) -> int | None:
    """The first of points (steps + 1, 2) from which on the function stays less than `goal` above its least value.

    None if it is not so at the last point. A path that only passes through is not counted.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        unsettled = np.flatnonzero(~(function.values(points) - function.least < goal))
    first = int(unsettled[-1]) + 1 if len(unsettled) else 0
    return first if first < len(points) else None
