"""The optimizers' rules as single loops; as with activations, an integer code chooses the rule.

A rule of a user's own has no code, and the NumPy kernel takes it.
"""

from inspect import signature

import numpy as np

from minnet.kernels.compiled import overloads  # noqa: F401  (Numba must know the formulas before it compiles the loops)
from minnet.kernels.compiled.cache import inner, kernel
from minnet.kernels.compiled.dispatch import by_code
from minnet.kernels.compiled.tuning import tuned
from minnet.kernels.formulas import rules
from minnet.kernels.numpy import rules as plain
from minnet.types import Array

RULES: dict[rules.Rule, int] = {rule: code for code, rule in enumerate(rules.RULES)}


def update(rule: rules.Rule, coefficients: tuple[float, ...], theta: Array, grad: Array, slots: Array) -> None:
    """One optimizer step in place: `theta` and `grad` (p,), `slots` (rule.slots, p)."""
    if rule not in RULES:
        return plain.update(rule, coefficients, theta, grad, slots)
    _update(RULES[rule], np.array(coefficients, theta.dtype), theta, grad, slots)


@inner
def _update_0(step, c, theta, grad):
    tuned()
    for p in range(theta.size):
        theta[p], _ = step(theta[p], grad[p], (), *c)


@inner
def _update_1(step, c, theta, grad, u):
    tuned()
    for p in range(theta.size):
        theta[p], (u[p],) = step(theta[p], grad[p], (u[p],), *c)


@inner
def _update_2(step, c, theta, grad, u, v):
    tuned()
    for p in range(theta.size):
        theta[p], (u[p], v[p]) = step(theta[p], grad[p], (u[p], v[p]), *c)


@inner
def _update_3(step, c, theta, grad, u, v, w):
    tuned()
    for p in range(theta.size):
        theta[p], (u[p], v[p], w[p]) = step(theta[p], grad[p], (u[p], v[p], w[p]), *c)


def _apply_rule():
    """``apply_rule(code, c, theta, grad, s)``: one step of the rule with the given code."""
    functions, calls = {loop.__name__: loop for loop in (_update_0, _update_1, _update_2, _update_3)}, []
    for code, rule in enumerate(rules.RULES):
        count = len(signature(rule.step).parameters) - len(("theta", "grad", "state"))
        coefficients = "".join(f"c[{i}], " for i in range(count))
        slots = "".join(f", s[{i}]" for i in range(rule.slots))
        functions[f"step_{code}"] = rule.step
        calls.append(f"_update_{rule.slots}(step_{code}, ({coefficients}), theta, grad{slots})")
    return inner(by_code("apply_rule", "c, theta, grad, s", calls, functions))


apply_rule = _apply_rule()


@kernel()
def _update(code, c, theta, grad, s):
    tuned()
    apply_rule(code, c, theta, grad, s)
