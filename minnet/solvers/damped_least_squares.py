"""Least squares by damped steps, between Newton's and steepest descent: for networks, whose parameters are alike.

The half sum of squares ``C = |r|^2 / 2`` of residuals r(theta) has the gradient ``J^T r``, and, near a good fit, the
second derivative ``J^T J``. The step solves

    (J^T J + lambda I) v = -J^T r

with a damping lambda that falls after every success and rises after every failure: small, it is Gauss and Newton's
step, which doubles the correct digits; large, a short one downhill (Levenberg, Quart. Appl. Math. 2, 1944; Marquardt,
SIAM J. 11, 1963). All parameters are damped alike: weights are of a size, and those of a network that are of little
effect must not run away. Where unknowns have units, see `levenberg_marquardt.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy  # its linalg is loaded when first used

from minnet.errors import DataError, SettingError, check_range, is_number, is_whole
from minnet.solvers.minimum import (
    CALLER,
    NO_STEP,
    Minimum,
    checked_jacobian,
    checked_parameters,
    checked_residuals,
)  # fmt: skip
from minnet.types import Array

GEODESIC_STEP = 0.1  # of the finite difference along v
GEODESIC_LIMIT = 0.75  # of 2 |a| / |v|: beyond, the second-order correction is not to be trusted
HIGHEST = 1e12  # damping at which a step would no longer change theta


@dataclass(frozen=True)
class Damping:
    """How lambda begins, and what it is multiplied by.

    `start` and `floor` are parts of the largest diagonal entry of the first ``J^T J`` (Nielsen, IMM-REP-1999-05): a
    projected Jacobian may be of the order 1e-8, and against a fixed damping it would have no say. Rise slowly, fall
    fast: Transtrum and Sethna, arXiv:1201.5885, 2012.

    Raises
    ------
    SettingError
        `start` or `floor` is not positive, or `up` or `down` not above 1.
    """

    start: float = 1e-2
    up: float = 2.0
    down: float = 3.0
    floor: float = 1e-20

    def __post_init__(self) -> None:
        positive = (lambda value: 0 < value < np.inf), "positive and finite"
        above = (lambda value: 1 < value < np.inf), "above 1 and finite"
        check_range(
            "Damping",
            start=(self.start, *positive),
            floor=(self.floor, *positive),
            up=(self.up, *above),
            down=(self.down, *above),
        )


DAMPING = Damping()


def check_settings(owner: str, damping: Damping, geodesic: bool) -> None:
    """Raise `SettingError` for what a solver of this kind cannot use."""
    if not isinstance(damping, Damping):
        raise SettingError(f"{owner}: damping must be a Damping, such as Damping(start=1.0), not {damping!r}")
    if not isinstance(geodesic, bool):
        raise SettingError(f"{owner}: geodesic must be True or False, not {geodesic!r}")


def damped_least_squares(
    residuals: Callable[[Array], Array],
    jacobian: Callable[[Array], Array],
    theta: Array,
    *,
    iterations: int = 200,
    damping: Damping = DAMPING,
    geodesic: bool = False,
    tolerance: float = 0.0,
    after: Callable[[Array, float], bool] | None = None,
) -> Minimum:
    """Minimise ``|residuals(theta)|^2 / 2``.

    Parameters
    ----------
    residuals : callable
        theta (p,) -> r (m,).
    jacobian : callable
        theta (p,) -> dr/dtheta (m, p). Called only for a theta that `residuals` was last called with, or that it
        was called with when a step was last accepted.
    theta : array (p,)
        Where to begin; left as it is.
    iterations : int
        Most steps to try, accepted or not.
    damping : Damping
    geodesic : bool
        Bend each step along the curvature of the residuals: ``v + a / 2``, where a solves the same equations for
        their second derivative along v, a finite difference with step 0.1; steps with ``2 |a| > 0.75 |v|`` are
        refused (Transtrum, Machta and Sethna, Phys. Rev. E 83, 036701, 2011; arXiv:1207.4999, 2012).
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
        The residuals at the beginning are not all finite, or some are masked (`numpy.ma`).
    SettingError
        `iterations` or `tolerance` is out of its range.

    Examples
    --------
    >>> def residuals(theta):  # Rosenbrock's valley, its bottom at (1, 1)
    ...     return np.array([10 * (theta[1] - theta[0] ** 2), 1 - theta[0]])
    >>> def jacobian(theta):
    ...     return np.array([[-20 * theta[0], 10.0], [-1.0, 0.0]])
    >>> minimum = damped_least_squares(residuals, jacobian, np.array([-1.2, 1.0]), damping=Damping(start=1e-3))
    >>> isinstance(minimum, Minimum), minimum.theta.round(8).tolist()
    (True, [1.0, 1.0])
    """
    check_range(
        "damped_least_squares",
        iterations=(iterations, lambda n: is_whole(n) and n >= 0, "a whole number >= 0"),
        tolerance=(tolerance, lambda part: is_number(part) and part >= 0, ">= 0"),
    )
    theta = checked_parameters("damped_least_squares", theta)
    r = checked_residuals("damped_least_squares", residuals(theta))
    if not np.isfinite(r).all():
        raise DataError("damped_least_squares: the residuals at the first parameters are not all finite")
    J = checked_jacobian("damped_least_squares", jacobian(theta), r.size, theta.size)
    cost, strength = 0.5 * float(r @ r), damping.start
    scale = float(np.einsum("ij,ij->j", J, J).max(initial=0)) or 1.0
    for iteration in range(1, iterations + 1):
        reason = ""
        step = _step(residuals, theta, r, J, strength * scale, geodesic)
        tried = None if step is None else residuals(theta + step)
        new_cost = np.inf if tried is None else 0.5 * float(tried @ tried)
        if step is not None and tried is not None and new_cost < cost:
            if cost - new_cost <= tolerance * cost:
                reason = f"a step lowered the cost by less than {tolerance:g} of it"
            theta, r, cost = theta + step, tried, new_cost
            J = jacobian(theta)
            strength = max(strength / damping.down, damping.floor)
        else:
            strength *= damping.up
            if strength > HIGHEST:
                reason = NO_STEP
        if cost == 0:
            reason = "the residuals are zero"
        stop = after is not None and after(theta, cost)
        if stop or reason:
            return Minimum(theta, r, cost, iteration, reason or CALLER, strength)
    return Minimum(theta, r, cost, iterations, f"{iterations} iterations", strength)


def _step(
    residuals: Callable[[Array], Array], theta: Array, r: Array, J: Array, lam: float, geodesic: bool
) -> Array | None:
    """The step for a damping lambda; None if there is none, or if it should not be taken."""
    A = J.T @ J
    A[np.diag_indices_from(A)] += lam
    try:
        factor = scipy.linalg.cho_factor(A, overwrite_a=True, check_finite=False)
    except np.linalg.LinAlgError:
        return None  # not positive definite, for all its damping: rounding
    v = -scipy.linalg.cho_solve(factor, J.T @ r, check_finite=False)
    if not np.isfinite(v).all():
        return None
    if not geodesic:
        return v
    h = GEODESIC_STEP
    second = (2 / h) * ((residuals(theta + h * v) - r) / h - J @ v)
    a = -scipy.linalg.cho_solve(factor, J.T @ second, check_finite=False)
    if not np.isfinite(a).all() or 2 * np.linalg.norm(a) > GEODESIC_LIMIT * np.linalg.norm(v):
        return None
    return v + 0.5 * a
