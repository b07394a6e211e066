"""Elementwise work as single loops: activations of jets, and the optimizers' rules.

A loop takes formulas as arguments, and Numba compiles one copy of it for each. Which copy runs is chosen by an
integer code: so one compiled function, kept on disk, serves all activations, and one all optimizers. An
activation or a rule of a user's own has no code, and the NumPy kernel takes it.
"""

import numpy as np
from numba import types
from numba.extending import overload

from minnet.kernels.compiled import teach  # noqa: F401  (Numba must know the formulas before it compiles the loops)
from minnet.kernels.compiled.borrow import borrow
from minnet.kernels.compiled.cache import INNER, inner, kernel
from minnet.kernels.compiled.tuning import tuned
from minnet.kernels.formulas import activations as act
from minnet.kernels.formulas import jets, rules
from minnet.kernels.numpy import elementwise as plain
from minnet.types import Array

ACTIVATIONS: dict[act.Formula, int] = {
    act.IDENTITY: 0,
    act.RELU: 1,
    act.LEAKY_RELU: 2,
    act.ABS: 3,
    act.ELU: 4,
    act.SIGMOID: 5,
    act.TANH: 6,
    act.SOFTPLUS: 7,
    act.SILU: 8,
    act.GELU: 9,
    act.SINE: 10,
    act.SMOOTH_ABS: 11,
}

RULES: dict[rules.Rule, int] = {
    rules.SGD: 0,
    rules.MOMENTUM: 1,
    rules.ADAGRAD: 2,
    rules.ADADELTA: 3,
    rules.RMSPROP: 4,
    rules.RMSPROP_MOMENTUM: 5,
    rules.ADAM: 6,
    rules.AMSGRAD: 7,
    rules.NADAM: 8,
    rules.RADAM: 9,
    rules.LION: 10,
    rules.AVERAGE: 11,
}


def activation_forward(formula: act.Formula, a: float, x: Array, order: int, y: Array) -> None:
    """Carry a jet of the given order through an activation."""
    if formula not in ACTIVATIONS:
        return plain.activation_forward(formula, a, x, order, y)
    code, a, x, y = ACTIVATIONS[formula], x.dtype.type(a), _rows(x), _rows(y)
    if order == 0:
        _forward(code, a, x, y)
    else:
        _forward_jet(code, a, x, order, np.empty((3, STRIP), x.dtype), y)


def activation_backward(formula: act.Formula, a: float, x: Array, y: Array, dy: Array, order: int, dx: Array) -> None:
    """Carry cotangents of a jet back through an activation; `y` is what `activation_forward` gave for `x`."""
    if formula not in ACTIVATIONS:
        return plain.activation_backward(formula, a, x, y, dy, order, dx)
    code, a, x, y, dy, dx = ACTIVATIONS[formula], x.dtype.type(a), _rows(x), _rows(y), _rows(dy), _rows(dx)
    if order == 0:
        _backward(code, a, x, y, dy, dx)
    else:
        _backward_jet(code, a, x, y, dy, order, np.empty((3, STRIP), x.dtype), dx)


def update(rule: rules.Rule, coefficients: tuple[float, ...], theta: Array, grad: Array, slots: Array) -> None:
    """One optimizer step in place: `theta` and `grad` (p,), `slots` (rule.slots, p)."""
    if rule not in RULES:
        return plain.update(rule, coefficients, theta, grad, slots)
    _update(RULES[rule], np.array(coefficients, theta.dtype), theta, grad, slots)


def _rows(x: Array) -> Array:
    """One row per order: where in the batch an element stands makes no difference here."""
    return x.reshape(len(x), -1)


@kernel()
def _forward(code, a, x, y):
    tuned()
    with_formulas(code, forward_loop, (a, x, y))


@kernel()
def _forward_jet(code, a, x, order, f, y):
    tuned()
    forward_jet(code, a, x, order, f, y)


@kernel()
def _backward(code, a, x, y, dy, dx):
    tuned()
    with_formulas(code, backward_loop, (a, x, y, dy, dx))


@kernel()
def _backward_jet(code, a, x, y, dy, order, f, dx):
    tuned()
    backward_jet(code, a, x, y, dy, order, f, dx)


@inner
def with_formulas(code, loop, rest):
    """Run a loop with the formulas of one activation."""
    if code == 0:
        loop(act.identity, act.identity_1, act.zero, act.zero, *rest)
    elif code == 1:
        loop(act.relu, act.relu_1, act.zero, act.zero, *rest)
    elif code == 2:
        loop(act.leaky_relu, act.leaky_relu_1, act.zero, act.zero, *rest)
    elif code == 3:
        loop(act.absolute, act.absolute_1, act.zero, act.zero, *rest)
    elif code == 4:
        loop(act.elu, act.elu_1, act.elu_2, act.elu_2, *rest)
    elif code == 5:
        loop(act.sigmoid, act.sigmoid_1, act.sigmoid_2, act.sigmoid_3, *rest)
    elif code == 6:
        loop(act.tanh, act.tanh_1, act.tanh_2, act.tanh_3, *rest)
    elif code == 7:
        loop(act.softplus, act.softplus_1, act.softplus_2, act.softplus_3, *rest)
    elif code == 8:
        loop(act.silu, act.silu_1, act.silu_2, act.silu_3, *rest)
    elif code == 9:
        loop(act.gelu, act.gelu_1, act.gelu_2, act.gelu_3, *rest)
    elif code == 10:
        loop(act.sine, act.sine_1, act.sine_2, act.sine_3, *rest)
    elif code == 11:
        loop(act.smooth_absolute, act.smooth_absolute_1, act.smooth_absolute_2, act.smooth_absolute_3, *rest)


@inner
def forward_loop(f, d1, d2, d3, a, x, y):
    tuned()
    for m in range(x.shape[1]):
        y[0, m] = f(x[0, m], a)


@inner
def backward_loop(f, d1, d2, d3, a, x, y, dy, dx):
    tuned()
    for m in range(x.shape[1]):
        dx[0, m] = d1(x[0, m], y[0, m], a) * dy[0, m]


@inner
def derivative_loop(f, d1, d2, d3, a, x, y, count, derivatives):
    """The first `count` derivatives at x (m,) into rows of `derivatives`."""
    tuned()
    for m in range(x.size):
        derivatives[0, m] = d1(x[m], y[m], a)
    if count > 1:
        for m in range(x.size):
            derivatives[1, m] = d2(x[m], y[m], a)
    if count > 2:
        for m in range(x.size):
            derivatives[2, m] = d3(x[m], y[m], a)


# Jets go through in strips: the derivatives of the activation at a few hundred numbers are worked out first, and are
# still in the first-level cache when the orders and directions, each in a loop of its own, ask for them.

STRIP = 512


@inner
def forward_jet(code, a, x, order, f, y):
    """Carry jets (k, m) forward through the activation with the given code; f (3, STRIP) is room for derivatives."""
    tuned()
    K, M = x.shape
    D = (K - 1) // order
    with_formulas(code, forward_loop, (a, x, y))
    for start in range(0, M, STRIP):
        N = min(STRIP, M - start)
        at = borrow(x, start, (N,)), borrow(y, start, (N,))
        with_formulas(code, derivative_loop, (a, *at, order, f))
        for d in range(1, 1 + D):
            x1, y1 = borrow(x, d * M + start, (N,)), borrow(y, d * M + start, (N,))
            for m in range(N):
                y1[m] = jets.first(f[0, m], x1[m])
            if order > 1:
                x2, y2 = borrow(x, (D + d) * M + start, (N,)), borrow(y, (D + d) * M + start, (N,))
                for m in range(N):
                    y2[m] = jets.second(f[0, m], f[1, m], x1[m], x2[m])


@inner
def backward_jet(code, a, x, y, dy, order, f, dx):
    """Carry cotangents of jets (k, m) back."""
    tuned()
    K, M = x.shape
    D = (K - 1) // order
    zero = x.dtype.type(0)
    for start in range(0, M, STRIP):
        N = min(STRIP, M - start)
        at = borrow(x, start, (N,)), borrow(y, start, (N,))
        with_formulas(code, derivative_loop, (a, *at, 1 + order, f))
        dx0, dy0 = borrow(dx, start, (N,)), borrow(dy, start, (N,))
        for m in range(N):
            dx0[m] = f[0, m] * dy0[m]
        for d in range(1, 1 + D):
            one = d * M + start
            x1, dx1, dy1 = borrow(x, one, (N,)), borrow(dx, one, (N,)), borrow(dy, one, (N,))
            if order == 1:
                for m in range(N):
                    dx0[m] += jets.value_cotangent(f[1, m], zero, x1[m], zero, dy1[m], zero)
                    dx1[m] = jets.first_cotangent(f[0, m], f[1, m], x1[m], dy1[m], zero)
                continue
            two = (D + d) * M + start
            x2, dx2, dy2 = borrow(x, two, (N,)), borrow(dx, two, (N,)), borrow(dy, two, (N,))
            for m in range(N):
                dx0[m] += jets.value_cotangent(f[1, m], f[2, m], x1[m], x2[m], dy1[m], dy2[m])
                dx1[m] = jets.first_cotangent(f[0, m], f[1, m], x1[m], dy1[m], dy2[m])
                dx2[m] = jets.second_cotangent(f[0, m], dy2[m])


def carry_forward(code, a, order, x, f, y):
    """Values (1, m) or jets (k, m) through the activation with the given code; without derivatives, order is None."""
    if order is None:
        with_formulas(code, forward_loop, (a, x, y))
    else:
        forward_jet(code, a, x, order, f, y)


def carry_backward(code, a, order, x, y, dy, f, dx):
    """Their cotangents back."""
    if order is None:
        with_formulas(code, backward_loop, (a, x, y, dy, dx))
    else:
        backward_jet(code, a, x, y, dy, order, f, dx)


# For Numba the choice is one of types, so that only what is needed is compiled.


@overload(carry_forward, jit_options=INNER)
def _carry_forward(code, a, order, x, f, y):
    if isinstance(order, types.NoneType):
        return lambda code, a, order, x, f, y: with_formulas(code, forward_loop, (a, x, y))
    return lambda code, a, order, x, f, y: forward_jet(code, a, x, order, f, y)


@overload(carry_backward, jit_options=INNER)
def _carry_backward(code, a, order, x, y, dy, f, dx):
    if isinstance(order, types.NoneType):
        return lambda code, a, order, x, y, dy, f, dx: with_formulas(code, backward_loop, (a, x, y, dy, dx))
    return lambda code, a, order, x, y, dy, f, dx: backward_jet(code, a, x, y, dy, order, f, dx)


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


@kernel()
def _update(code, c, theta, grad, s):
    tuned()
    apply_rule(code, c, theta, grad, s)


@inner
def apply_rule(code, c, theta, grad, s):
    """One step of the rule with the given code."""
    if code == 0:
        _update_0(rules.sgd, (c[0],), theta, grad)
    elif code == 1:
        _update_1(rules.momentum, (c[0], c[1], c[2], c[3], c[4]), theta, grad, s[0])
    elif code == 2:
        _update_1(rules.adagrad, (c[0], c[1]), theta, grad, s[0])
    elif code == 3:
        _update_2(rules.adadelta, (c[0], c[1], c[2], c[3]), theta, grad, s[0], s[1])
    elif code == 4:
        _update_1(rules.rmsprop, (c[0], c[1], c[2], c[3], c[4]), theta, grad, s[0])
    elif code == 5:
        _update_3(rules.rmsprop_momentum, (c[0], c[1], c[2], c[3], c[4], c[5], c[6]), theta, grad, s[0], s[1], s[2])
    elif code == 6:
        _update_2(rules.adam, (c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8]), theta, grad, s[0], s[1])
    elif code == 7:
        _update_3(rules.amsgrad, (c[0], c[1], c[2], c[3], c[4], c[5], c[6]), theta, grad, s[0], s[1], s[2])
    elif code == 8:
        _update_2(rules.nadam, (c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]), theta, grad, s[0], s[1])
    elif code == 9:
        _update_2(rules.radam, (c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]), theta, grad, s[0], s[1])
    elif code == 10:
        _update_1(rules.lion, (c[0], c[1], c[2], c[3], c[4], c[5]), theta, grad, s[0])
    elif code == 11:
        _update_0(rules.average, (c[0], c[1]), theta, grad)
