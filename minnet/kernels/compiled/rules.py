"""The optimizers' rules as single loops, each a kernel that others call by its address (`calls.py`).

A rule of a user's own has none, and the NumPy kernel takes it.
"""

from functools import cache
from inspect import signature

import numpy as np

from minnet.kernels.compiled import overloads  # noqa: F401  (Numba must know the formulas before it compiles the loops)
from minnet.kernels.compiled.cache import kernel, reduction
from minnet.kernels.compiled.calls import address, beyond, call, first_numbers, loop, pointer
from minnet.kernels.compiled.tuning import tuned
from minnet.kernels.formulas import rules
from minnet.kernels.numpy import rules as plain
from minnet.types import Array

RULES = frozenset(rules.RULES)
"""Those that there are loops for."""


def update(
    rule: rules.Rule,
    coefficients: tuple[float, ...],
    theta: Array,
    grad: Array,
    slots: Array,
    clipnorm: float | None = None,
) -> None:
    """One optimizer step in place: `theta` and `grad` (p,), `slots` (rule.slots, p); by a gradient that is shortened to
    `clipnorm` first, where it is longer."""
    if rule not in RULES:
        return plain.update(rule, coefficients, theta, grad, slots, clipnorm)
    grad = plain.clipped(grad, clipnorm) if clipnorm else grad
    _update(update_loop(rule, theta.dtype), np.array(coefficients, theta.dtype), theta, grad, slots)


@kernel()
def _update(loop, c, theta, grad, slots):
    call(loop, (theta.size, pointer(c), pointer(theta), pointer(grad), pointer(slots)))


@cache
def update_loop(rule: rules.Rule, dtype: np.dtype) -> int:
    """Address of ``(n, c, theta, grad, slots)``, which takes a step with the coefficients c."""
    update = _LOOPS[rule.slots](rule.step, len(signature(rule.step).parameters) - len(("theta", "grad", "state")))
    return address(loop(update, f"update_{rule.step.__name__}"), dtype, "ipppp")


@cache
def clip_loop(dtype: np.dtype) -> int:
    """Address of ``(n, clipnorm, grad)``, which shortens a gradient whose norm is larger than that."""
    number = dtype.type

    def clip(n, clipnorm, grad):
        tuned()
        norm = np.sqrt(_square(n, grad))
        if norm > clipnorm:
            factor = number(clipnorm / norm)
            for p in range(n):
                grad[p] *= factor

    return address(loop(clip, "clip"), dtype, "idp")


@reduction
def _square(n, values):
    total = 0.0
    for m in range(n):
        total += np.float64(values[m]) * np.float64(values[m])
    return total


def _without_slots(step, count):
    def update(n, c, theta, grad, slots):
        tuned()
        coefficients = first_numbers(c, count)
        for p in range(n):
            theta[p], _ = step(theta[p], grad[p], (), *coefficients)

    return update


def _with_one(step, count):
    def update(n, c, theta, grad, u):
        tuned()
        coefficients = first_numbers(c, count)
        for p in range(n):
            theta[p], (u[p],) = step(theta[p], grad[p], (u[p],), *coefficients)

    return update


def _with_two(step, count):
    def update(n, c, theta, grad, slots):
        tuned()
        coefficients, u, v = first_numbers(c, count), slots, beyond(slots, n)
        for p in range(n):
            theta[p], (u[p], v[p]) = step(theta[p], grad[p], (u[p], v[p]), *coefficients)

    return update


def _with_three(step, count):
    def update(n, c, theta, grad, slots):
        tuned()
        coefficients, u, v, w = first_numbers(c, count), slots, beyond(slots, n), beyond(slots, 2 * n)
        for p in range(n):
            theta[p], (u[p], v[p], w[p]) = step(theta[p], grad[p], (u[p], v[p], w[p]), *coefficients)

    return update


_LOOPS = _without_slots, _with_one, _with_two, _with_three
