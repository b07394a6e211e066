"""The gradient of a penalty of weights, on slices of the whole vector."""

from minnet.kernels.formulas.penalties import slope
from minnet.types import Array


def penalty_gradient(l1: float, l2: float, ranges: Array, theta: Array, grad: Array) -> None:
    """Add to `grad` (p,) the derivative of ``l1 |w| + l2 w^2 / 2`` by the weights w, those of `theta` (p,) in the given
    ranges: int64 (r, 2), the first of each and the one after the last."""
    for first, stop in ranges:
        grad[first:stop] += slope(theta[first:stop], float(l1), float(l2))
