"""Convex problems whose minimum, and the Hessian there, are known: quadratics, and logistic regression."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from minnet.errors import DataError, check_range
from minnet.types import Array


@dataclass(frozen=True)
class Problem:
    """A convex function of p variables, and where it is least.

    Attributes
    ----------
    name : str
    value, gradient : functions of an array (p,)
    hessian : array (p, p)
        At the minimum.
    minimum, start : array (p,)
    """

    name: str
    value: Callable[[Array], float]
    gradient: Callable[[Array], Array]
    hessian: Array
    minimum: Array
    start: Array

    @property
    def curvatures(self) -> Array:
        """Eigenvalues of the Hessian, ascending (p,)."""
        return np.linalg.eigvalsh(self.hessian)


def quadratic(condition: float, dimension: int, rng: np.random.Generator | None = None) -> Problem:
    """``f(x) = x^T A x / 2``, curvatures evenly spaced on a log scale from 1 / condition to 1.

    The eigenvectors are the axes, or, with an `rng`, random. In either case the path starts one unit from the minimum
    along each of them. The minimum is at 0: the path scales with its start, and no rounding ever stops it.

    Raises
    ------
    SettingError
        The condition is not above 1, or there are fewer than two dimensions.

    Examples
    --------
    >>> problem = quadratic(4, 2)
    >>> problem.hessian.tolist(), problem.gradient(problem.start).tolist()
    ([[0.25, 0.0], [0.0, 1.0]], [0.25, 1.0])
    """
    check_range(
        "quadratic", condition=(condition, lambda k: 1 < k < np.inf, "above 1"),
        dimension=(dimension, lambda d: d >= 2, "at least 2"),
    )  # fmt: skip
    curvatures = np.geomspace(1 / condition, 1, dimension)
    axes = np.eye(dimension) if rng is None else np.linalg.qr(rng.normal(size=(dimension, dimension)))[0]
    a = axes @ (curvatures[:, np.newaxis] * axes.T)
    kind = "axes" if rng is None else "rotated"
    return Problem(
        f"quadratic, {kind}", lambda x: float(x @ a @ x / 2), lambda x: a @ x, a, np.zeros(dimension), axes.sum(axis=1)
    )


def log_loss(x: Array, labels: Array, decay: float) -> tuple[Callable[[Array], float], Callable[[Array], Array]]:
    """``mean log(1 + exp(-s_n w.x_n)) + decay |w|^2 / 2`` of one sigmoid neuron, and its gradient, as functions of w.

    x (n, p) brings its own column of ones, where a bias is wanted; labels (n,) are 0 or 1, and s_n is -1 or 1.
    """
    signed_x = np.where(np.asarray(labels).ravel() > 0.5, 1.0, -1.0)[:, np.newaxis] * x
    transposed = np.ascontiguousarray(signed_x.T) / len(x)

    def value(w: Array) -> float:
        return float(np.logaddexp(0, -(signed_x @ w)).mean() + decay * (w @ w) / 2)

    def gradient(w: Array) -> Array:
        return decay * w - transposed @ expit(-(signed_x @ w))

    return value, gradient


def logistic(name: str, x: Array, labels: Array, decay: float, start: Array) -> Problem:
    """Logistic regression, `log_loss`, with its minimum by Newton's method.

    Raises
    ------
    DataError
        Newton's method finds no minimum: the classes can be separated, and nothing keeps the weights finite.
    """
    value, gradient = log_loss(x, labels, decay)

    def hessian(w: Array) -> Array:
        p = expit(x @ w)
        return (x.T * (p * (1 - p))) @ x / len(x) + decay * np.eye(x.shape[1])

    w = np.zeros(x.shape[1])
    for _ in range(50):
        curvature = hessian(w)
        step = np.linalg.solve(curvature, gradient(w)) if np.linalg.cond(curvature) < 1e13 else np.full(len(w), np.nan)
        w = w - step
        if not np.abs(step).max() > 1e-14 * np.abs(w).max():
            break
    if not np.abs(step).max() < 1e-10:
        raise DataError("logistic: there is no finite minimum; the classes are separable, so give a decay above 0")
    return Problem(name, value, gradient, hessian(w), w, start)


def largest_margin(x: Array, labels: Array) -> tuple[float, Array]:
    """The margin of separable data: the largest, over unit vectors u, of ``min_n s_n u.x_n``; and that u (p,).

    The weights of logistic regression grow without end along u; see Soudry et al., JMLR 19, 2018, theorem 3.

    Raises
    ------
    DataError
        The classes cannot be separated by a plane through the origin.
    """
    signed_x = np.where(np.asarray(labels).ravel() > 0.5, 1.0, -1.0)[:, np.newaxis] * x
    constraint = {"type": "ineq", "fun": lambda w: signed_x @ w - 1, "jac": lambda w: signed_x}
    solution = minimize(
        lambda w: w @ w / 2, signed_x.mean(axis=0), jac=lambda w: w, constraints=constraint, method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 1000},
    )  # fmt: skip
    if not (signed_x @ solution.x).min() > 1 - 1e-6:
        raise DataError("largest_margin: no plane through the origin separates the classes")
    length = float(np.linalg.norm(solution.x))
    return 1 / length, solution.x / length
