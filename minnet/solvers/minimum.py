"""Where a search for least squares has ended."""

from dataclasses import dataclass

from minnet.types import Array


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
    """

    theta: Array
    residuals: Array
    cost: float
    iterations: int
    reason: str
