"""One step of an optimizer's rule, on whole vectors."""

from minnet.kernels.formulas.rules import Rule
from minnet.types import Array


def update(rule: Rule, coefficients: tuple[float, ...], theta: Array, grad: Array, slots: Array) -> None:
    """One optimizer step in place: `theta` and `grad` (p,), `slots` (rule.slots, p)."""
    theta[...], remembered = rule.step(theta, grad, tuple(slots), *coefficients)
    for slot, value in zip(slots, remembered, strict=True):
        slot[...] = value
