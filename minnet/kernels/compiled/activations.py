"""Activations of values and jets as single loops.

A loop takes formulas as arguments, and Numba compiles one copy of it for each. Which copy runs is chosen by an integer
code: so one compiled function, kept on disk, serves all activations. An activation of a user's own has no code, and the
NumPy kernel takes it.
"""

import numpy as np
from numba import types
from numba.extending import overload

from minnet.kernels.compiled import overloads  # noqa: F401  (Numba must know the formulas before it compiles the loops)
from minnet.kernels.compiled.cache import INNER, inner, kernel
from minnet.kernels.compiled.dispatch import by_code
from minnet.kernels.compiled.sharing import shared
from minnet.kernels.compiled.tuning import tuned
from minnet.kernels.compiled.views import view
from minnet.kernels.compiled.work_queue import report_done, take_group
from minnet.kernels.formulas import activations as act
from minnet.kernels.formulas import jets
from minnet.kernels.numpy import activations as plain
from minnet.types import Array

ACTIVATIONS: dict[act.Formula, int] = {formula: code for code, formula in enumerate(act.FORMULAS)}


TOGETHER = 1 << 17  # numbers that one thread takes at a time


def activation_forward(formula: act.Formula, a: float, x: Array, order: int, y: Array) -> None:
    """Carry a jet of the given order through an activation."""
    if formula not in ACTIVATIONS:
        return plain.activation_forward(formula, a, x, order, y)
    code, a, x, y = ACTIVATIONS[formula], x.dtype.type(a), _rows(x), _rows(y)
    if order == 0:
        shared(-(-x.size // TOGETHER), lambda queue: _forward(queue, code, a, x, y))
    else:
        _forward_jet(code, a, x, order, np.empty((3, STRIP), x.dtype), y)


def activation_backward(formula: act.Formula, a: float, x: Array, y: Array, dy: Array, order: int, dx: Array) -> None:
    """Carry cotangents of a jet back through an activation; `y` is what `activation_forward` gave for `x`."""
    if formula not in ACTIVATIONS:
        return plain.activation_backward(formula, a, x, y, dy, order, dx)
    code, a, x, y, dy, dx = ACTIVATIONS[formula], x.dtype.type(a), _rows(x), _rows(y), _rows(dy), _rows(dx)
    if order == 0:
        shared(-(-x.size // TOGETHER), lambda queue: _backward(queue, code, a, x, y, dy, dx))
    else:
        _backward_jet(code, a, x, y, dy, order, np.empty((3, STRIP), x.dtype), dx)


def _rows(x: Array) -> Array:
    """One row per order: where in the batch an element stands makes no difference here."""
    return x.reshape(len(x), -1)


@kernel()
def _forward(queue, code, a, x, y):
    tuned()
    group = take_group(queue)
    while group >= 0:
        start, shape = group * TOGETHER, (1, min(TOGETHER, x.size - group * TOGETHER))
        with_formulas(code, forward_loop, (a, view(x, start, shape), view(y, start, shape)))
        report_done(queue)
        group = take_group(queue)


@kernel()
def _forward_jet(code, a, x, order, f, y):
    tuned()
    forward_jet(code, a, x, order, f, y)


@kernel()
def _backward(queue, code, a, x, y, dy, dx):
    tuned()
    group = take_group(queue)
    while group >= 0:
        start, shape = group * TOGETHER, (1, min(TOGETHER, x.size - group * TOGETHER))
        parts = view(x, start, shape), view(y, start, shape), view(dy, start, shape), view(dx, start, shape)
        with_formulas(code, backward_loop, (a, *parts))
        report_done(queue)
        group = take_group(queue)


@kernel()
def _backward_jet(code, a, x, y, dy, order, f, dx):
    tuned()
    backward_jet(code, a, x, y, dy, order, f, dx)


def _with_formulas():
    """``with_formulas(code, loop, rest)``: run a loop with the formulas of one activation."""
    codes, parts = range(len(act.FORMULAS)), ("f", "d1", "d2", "d3")
    functions = {f"{part}_{code}": getattr(act.FORMULAS[code], part) for code in codes for part in parts}
    calls = [f"loop({', '.join(f'{part}_{code}' for part in parts)}, *rest)" for code in codes]
    return inner(by_code("with_formulas", "loop, rest", calls, functions))


with_formulas = _with_formulas()


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
    """Carry jets (k, m) forward through the activation with the given code; f (3, STRIP) is memory for derivatives."""
    tuned()
    K, M = x.shape
    D = (K - 1) // order
    with_formulas(code, forward_loop, (a, x, y))
    for start in range(0, M, STRIP):
        N = min(STRIP, M - start)
        at = view(x, start, (N,)), view(y, start, (N,))
        with_formulas(code, derivative_loop, (a, *at, order, f))
        for d in range(1, 1 + D):
            x1, y1 = view(x, d * M + start, (N,)), view(y, d * M + start, (N,))
            for m in range(N):
                y1[m] = jets.first(f[0, m], x1[m])
            if order > 1:
                x2, y2 = view(x, (D + d) * M + start, (N,)), view(y, (D + d) * M + start, (N,))
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
        at = view(x, start, (N,)), view(y, start, (N,))
        with_formulas(code, derivative_loop, (a, *at, 1 + order, f))
        dx0, dy0 = view(dx, start, (N,)), view(dy, start, (N,))
        for m in range(N):
            dx0[m] = f[0, m] * dy0[m]
        for d in range(1, 1 + D):
            one = d * M + start
            x1, dx1, dy1 = view(x, one, (N,)), view(dx, one, (N,)), view(dy, one, (N,))
            if order == 1:
                for m in range(N):
                    dx0[m] += jets.value_cotangent(f[1, m], zero, x1[m], zero, dy1[m], zero)
                    dx1[m] = jets.first_cotangent(f[0, m], f[1, m], x1[m], dy1[m], zero)
                continue
            two = (D + d) * M + start
            x2, dx2, dy2 = view(x, two, (N,)), view(dx, two, (N,)), view(dy, two, (N,))
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
