"""Where a search for least squares has ended."""

from dataclasses import dataclass
from typing import Any

from minnet.checks import as_real, check_not_masked
from minnet.errors import ShapeError
from minnet.types import Array

NO_STEP, CALLER = "no step lowers the cost any more", "stopped by the caller"  # reasons for the end


@dataclass(frozen=True)
class Minimum:
    """Where a search for parameters theta with least ``|r(theta)|^2 / 2`` ended.

    Attributes
    ----------
    theta : array (p,)
    residuals : array (m,)
    cost : float
        Half the sum of their squares.
    iterations : int
        Steps tried.
    reason : str
        Why it ended.
    damping : float
        Where it is, in the units of `Damping.start`, for a search that goes on from here; 0 of a search without.
    """

    theta: Array
    residuals: Array
    cost: float
    iterations: int
    reason: str
    damping: float = 0.0


def checked_parameters(owner: str, theta: Any) -> Array:
    """Parameters (p,) to begin with, as floats; a `ShapeError` or `DtypeError` if they are not that."""
    start = as_real(theta, f"{owner}: theta").astype(float)
    if start.ndim != 1:
        raise ShapeError(f"{owner}: theta has shape {start.shape}; it is a vector (p,)")
    return start


def checked_residuals(owner: str, residuals: Any) -> Array:
    """What a user's function gives at the first parameters, (m,); an error if it is something else."""
    check_not_masked(residuals, f"{owner}: the residuals")
    r = as_real(residuals, f"{owner}: the residuals").astype(float)
    if r.ndim != 1 or not r.size:
        raise ShapeError(f"{owner}: the residuals have shape {r.shape}; they are a vector (m,)")
    return r


def checked_jacobian(owner: str, jacobian: Any, m: int, p: int) -> Array:
    """Their derivatives (m, p); an error if they are something else."""
    check_not_masked(jacobian, f"{owner}: the Jacobian")
    J = as_real(jacobian, f"{owner}: the Jacobian").astype(float)
    if J.shape != (m, p):
        raise ShapeError(f"{owner}: the Jacobian has shape {J.shape}; of {m} residuals by {p} parameters, ({m}, {p})")
    return J
