"""One step of an optimizer's rule, on whole vectors."""

import numpy as np

from minnet.kernels.formulas.rules import Rule
from minnet.types import Array


def update(
    rule: Rule, coefficients: tuple[float, ...], theta: Array, grad: Array, slots: Array, clipnorm: float | None = None
) -> None:
    """One optimizer step in place: `theta` and `grad` (p,), `slots` (rule.slots, p); by a gradient that is shortened to
    `clipnorm` first, where it is longer."""
    step = rule.step(theta, clipped(grad, clipnorm) if clipnorm else grad, tuple(slots), *map(float, coefficients))
    theta[...], remembered = step
    for slot, value in zip(slots, remembered, strict=True):
        slot[...] = value


def clipped(grad: Array, clipnorm: float) -> Array:
    """A gradient of at most this norm; itself, where it is short enough."""
    norm = float(np.linalg.norm(grad.astype(float)))  # in float32, squares of long gradients overflow
    return grad * grad.dtype.type(clipnorm / norm) if norm > clipnorm else grad
