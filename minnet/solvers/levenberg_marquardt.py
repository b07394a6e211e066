"""Levenberg-Marquardt with a trust region: least squares for unknowns that have units of their own.

Within a radius of theta, in which the linear model of the residuals is trusted, the step minimises ``|r + J v|``:

    (J^T J + lambda D^2) v = -J^T r,    |D v| <= radius

with lambda = 0 if Gauss and Newton's step is short enough, and as large as it takes if not. D has the longest columns
of J so far, so that nothing depends on the units of the unknowns (Moré, in Lecture Notes in Mathematics 630, 1978).
With the singular values of ``J D^-1``, the length of the step is known for every lambda at once.

The error of the model, the part of what it promises that it does not keep, grows like the square of the step; so the
radius is set to where it would be `TARGET`.
"""

from collections.abc import Callable

import numpy as np

from minnet.errors import DataError, check_range, is_number, is_whole
from minnet.names import explained
from minnet.solvers.minimum import (
    CALLER,
    NO_STEP,
    Minimum,
    checked_jacobian,
    checked_parameters,
    checked_residuals,
)  # fmt: skip
from minnet.types import Array

EPS = float(np.finfo(float).eps)
TARGET = 0.7  # of what a step promises that it does not keep; at 0.7, it still takes nearly a third of it
SHORTER, LONGER = 0.25, 2.0  # most that the radius changes by
KEPT = 1e-4  # of what was promised: with less, a step is refused


@explained("levenberg_marquardt(residuals, jacobian, theta)")
def levenberg_marquardt(
    residuals: Callable[[Array], Array],
    jacobian: Callable[[Array], Array],
    theta: Array,
    *,
    iterations: int = 1000,
    tolerance: float = 0.0,
    after: Callable[[Array, float], bool] | None = None,
) -> Minimum:
    """Minimise ``|residuals(theta)|^2 / 2``.

    Parameters
    ----------
    residuals : callable
        theta (p,) -> r (m,). Where they are not finite, steps are refused.
    jacobian : callable
        theta (p,) -> dr/dtheta (m, p). Called only for a theta that `residuals` was last called with.
    theta : array (p,)
        Where to begin; left as it is. Its units do not matter.
    iterations : int
        Most steps to try, accepted or not.
    tolerance : float
        Stop when a step lowers the cost by less than this fraction.
    after : callable, optional
        Called with theta and cost after every iteration; returning True ends the search.

    Returns
    -------
    Minimum

    Raises
    ------
    DataError
        The residuals or the Jacobian at the beginning are not all finite, or something is masked (`numpy.ma`).
    SettingError
        `iterations` or `tolerance` is out of its range.

    Examples
    --------
    A decay, of which neither scale is known:

    >>> t = np.arange(8.0)
    >>> y = 5e6 * np.exp(-0.3 * t)
    >>> minimum = levenberg_marquardt(
    ...     lambda theta: theta[0] * np.exp(-theta[1] * t) - y,
    ...     lambda theta: np.stack([np.exp(-theta[1] * t), -theta[0] * t * np.exp(-theta[1] * t)], axis=1),
    ...     [1.0, 1.0],
    ... )
    >>> minimum.theta.round(6).tolist()
    [5000000.0, 0.3]
    """
    check_range(
        "levenberg_marquardt",
        iterations=(iterations, lambda n: is_whole(n) and n >= 0, "a whole number >= 0"),
        tolerance=(tolerance, lambda part: is_number(part) and part >= 0, ">= 0"),
    )
    start = checked_parameters("levenberg_marquardt", theta)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # a step too far overflows, and is refused
        return _search(residuals, jacobian, start, iterations, tolerance, after)


def _search(
    residuals: Callable[[Array], Array], jacobian: Callable[[Array], Array], theta: Array, iterations: int,
    tolerance: float, after: Callable[[Array, float], bool] | None,
) -> Minimum:  # fmt: skip
    r, J = residuals(theta), jacobian(theta)
    r = checked_residuals("levenberg_marquardt", r)
    J = checked_jacobian("levenberg_marquardt", J, r.size, theta.size)
    if not (np.isfinite(r @ r) and np.isfinite(J).all()):
        raise DataError(
            "levenberg_marquardt: at the first parameters, the squares of residuals or the Jacobian are not all "
            "finite. Way out: other parameters to begin with, or residuals in larger units"
        )
    cost, lengths = 0.5 * float(r @ r), np.linalg.norm(J, axis=0)
    D = np.where(lengths > 0, lengths, 1.0)
    size = radius = float(np.linalg.norm(D * theta)) or 1.0
    noise = _noise(r, J, theta)
    least, reason = np.inf, "the residuals are zero" if cost == 0 else ""
    model = Model(J / D, r)
    for iteration in range(1, iterations + 1):
        if reason:
            return Minimum(theta, r, cost, iteration - 1, reason)
        u, free = model.step(radius)
        length, promised = float(np.linalg.norm(u)), model.promised(u)
        tried = theta + u / D
        new_r = np.asarray(residuals(tried), float)
        new_cost = 0.5 * float(new_r @ new_r)
        kept = (cost - new_cost) / promised if np.isfinite(new_cost) and promised > 0 else -np.inf
        at_rounding = promised <= noise and abs(cost - new_cost) <= noise
        if at_rounding and not promised < 0.5 * least:
            reason = NO_STEP
        elif at_rounding or kept > KEPT:  # at rounding, the cost tells nothing; the model's promise still does
            least, kept = (promised, 1.0) if at_rounding else (np.inf, kept)
            J = np.asarray(jacobian(tried), float)
            if np.isfinite(J).all():
                if cost - new_cost <= tolerance * cost and not at_rounding:
                    reason = f"a step lowered the cost by less than {tolerance:g} of it"
                theta, r, cost, D = tried, new_r, new_cost, np.maximum(D, np.linalg.norm(J, axis=0))
                model, noise, size = Model(J / D, r), _noise(r, J, theta), max(size, float(np.linalg.norm(D * theta)))
            else:
                kept = -np.inf
        error = max(abs(1 - kept), 1e-3)
        wished = length * min(max(float(np.sqrt(TARGET / error)), SHORTER), LONGER)
        radius = max(radius, wished) if free and wished > length else wished
        if cost == 0:
            reason = "the residuals are zero"
        elif radius <= EPS * size:
            reason = reason or NO_STEP
        if after is not None and after(theta, cost):
            reason = reason or CALLER
    return Minimum(theta, r, cost, iterations, reason or f"{iterations} iterations")


def _noise(r: Array, J: Array, theta: Array) -> float:
    """Rounding in the cost: residuals are differences of numbers as large as the terms of ``J theta``."""
    return 10 * EPS * float(np.abs(r) @ (np.abs(r) + np.abs(J) @ np.abs(theta)))


class Model:
    """``r + A u`` near u = 0, with the unknowns ``u = D v`` in units of their effect."""

    def __init__(self, A: Array, r: Array) -> None:
        U, self.s, self.V = np.linalg.svd(A, full_matrices=False)
        self.g = U.T @ r

    def step(self, radius: float) -> tuple[Array, bool]:
        """The best u with ``|u| <= radius``, but for a tenth; and whether it is the best of all."""
        solvable = self.s > EPS * max(self.V.shape) * self.s[0]
        newton = np.where(solvable, self.g / np.where(solvable, self.s, 1.0), 0.0)
        if np.linalg.norm(newton) <= 1.1 * radius:
            return -self.V.T @ newton, True
        low, high = 0.0, float(np.linalg.norm(self.s * self.g)) / radius
        damping = 1e-3 * high
        for _ in range(60):  # Newton's method for |u(damping)| = radius (Hebden 1973), between bounds
            q = self._damped(damping)
            length = float(np.linalg.norm(q))
            if abs(length - radius) <= 0.1 * radius:
                break
            low, high = (damping, high) if length > radius else (low, damping)
            slope = -float((q**2 / (self.s**2 + damping)).sum()) / length
            damping -= (length - radius) / radius * (length / slope)
            if not low < damping < high:
                damping = float(np.sqrt(low * high)) if low > 0 else 1e-3 * high
        return -self.V.T @ self._damped(damping), False

    def promised(self, u: Array) -> float:
        """By how much the cost of the model falls."""
        change = self.s * (self.V @ u)
        return -float(change @ self.g + 0.5 * change @ change)

    def _damped(self, damping: float) -> Array:
        return self.s * self.g / (self.s**2 + damping)
