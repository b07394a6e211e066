"""Where a search for least squares has ended."""

from dataclasses import dataclass

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
