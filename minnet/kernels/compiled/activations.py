"""Activations of values and jets as single loops.

There is a loop for each formula and each of three purposes: forward, backward, and derivatives for jets. Each is a
kernel for itself, compiled when it is first needed, and others call it by its address (`calls.py`). An activation of a
user's own has none, and the NumPy kernel takes it.
"""

from functools import cache

import numpy as np

from minnet.kernels.compiled import overloads  # noqa: F401  (Numba must know the formulas before it compiles the loops)
from minnet.kernels.compiled.cache import kernel
from minnet.kernels.compiled.calls import address, beyond, call, loop, pointer
from minnet.kernels.compiled.sharing import shared
from minnet.kernels.compiled.tuning import tuned
from minnet.kernels.compiled.work_queue import report_done, take_group
from minnet.kernels.formulas import activations as act
from minnet.kernels.formulas import jets
from minnet.kernels.numpy import activations as plain
from minnet.types import Array

ACTIVATIONS = frozenset(act.FORMULAS)
"""Those that there are loops for."""

TOGETHER = 1 << 17  # numbers that one thread takes at a time
STRIP = 512  # of a jet


def activation_forward(formula: act.Formula, a: float, x: Array, order: int, y: Array) -> None:
    """Carry a jet of the given order through an activation."""
    if formula not in ACTIVATIONS:
        return plain.activation_forward(formula, a, x, order, y)
    forward = forward_loop(formula, x.dtype)
    a, x, y = x.dtype.type(a), _rows(x), _rows(y)
    if order == 0:
        shared(-(-x.size // TOGETHER), lambda queue: _forward(queue, forward, a, x, y))
    else:
        loops = forward_jet(x.dtype), forward, derivative_loop(formula, x.dtype)
        _forward_jet(*loops, a, x, order, np.empty(3 * STRIP, x.dtype), y)


def activation_backward(formula: act.Formula, a: float, x: Array, y: Array, dy: Array, order: int, dx: Array) -> None:
    """Carry cotangents of a jet back through an activation; `y` is what `activation_forward` gave for `x`."""
    if formula not in ACTIVATIONS:
        return plain.activation_backward(formula, a, x, y, dy, order, dx)
    a, x, y, dy, dx = x.dtype.type(a), _rows(x), _rows(y), _rows(dy), _rows(dx)
    if order == 0:
        backward = backward_loop(formula, x.dtype)
        shared(-(-x.size // TOGETHER), lambda queue: _backward(queue, backward, a, x, y, dy, dx))
    else:
        loops = backward_jet(x.dtype), derivative_loop(formula, x.dtype)
        _backward_jet(*loops, a, x, y, dy, order, np.empty(3 * STRIP, x.dtype), dx)


def _rows(x: Array) -> Array:
    """One row per order: where in the batch an element stands makes no difference here."""
    return x.reshape(len(x), -1)


@cache
def forward_loop(formula: act.Formula, dtype: np.dtype) -> int:
    """Address of ``(a, n, x, y)``, which fills y with the activation of n numbers x."""
    f = formula.f

    def forward(a, n, x, y):
        tuned()
        for m in range(n):
            y[m] = f(x[m], a)

    return address(loop(forward, f"forward_{f.__name__}"), dtype, "nipp")


@cache
def backward_loop(formula: act.Formula, dtype: np.dtype) -> int:
    """Address of ``(a, n, x, y, dy)``, which carries n cotangents back, in place: dy becomes dx."""
    d1 = formula.d1

    def backward(a, n, x, y, dy):
        tuned()
        for m in range(n):
            dy[m] = d1(x[m], y[m], a) * dy[m]

    return address(loop(backward, f"backward_{formula.f.__name__}"), dtype, "nippp")


@cache
def derivative_loop(formula: act.Formula, dtype: np.dtype) -> int:
    """Address of ``(a, n, x, y, count, f)``: the first `count` derivatives at n numbers x, STRIP numbers apart in f."""
    d1, d2, d3 = formula.d1, formula.d2, formula.d3

    def derivatives(a, n, x, y, count, f):
        tuned()
        for m in range(n):
            f[m] = d1(x[m], y[m], a)
        if count > 1:
            for m in range(n):
                f[STRIP + m] = d2(x[m], y[m], a)
        if count > 2:
            for m in range(n):
                f[2 * STRIP + m] = d3(x[m], y[m], a)

    return address(loop(derivatives, f"derivatives_{formula.f.__name__}"), dtype, "nippip")


@kernel()
def _forward(queue, forward, a, x, y):
    group = take_group(queue)
    while group >= 0:
        start = group * TOGETHER
        n = min(TOGETHER, x.size - start)
        call(forward, (a, n, beyond(pointer(x), start), beyond(pointer(y), start)))
        report_done(queue)
        group = take_group(queue)


@kernel()
def _backward(queue, backward, a, x, y, dy, dx):
    group = take_group(queue)
    while group >= 0:
        start = group * TOGETHER
        n = min(TOGETHER, x.size - start)
        cotangents, values = beyond(pointer(dy), start), beyond(pointer(dx), start)
        for m in range(n):
            values[m] = cotangents[m]
        call(backward, (a, n, beyond(pointer(x), start), beyond(pointer(y), start), values))
        report_done(queue)
        group = take_group(queue)


@kernel()
def _forward_jet(jet, forward, derivatives, a, x, order, f, y):
    call(jet, (forward, derivatives, a, order, len(x), x.shape[1], pointer(x), pointer(f), pointer(y)))


@kernel()
def _backward_jet(jet, derivatives, a, x, y, dy, order, f, dx):
    for k in range(len(dy)):
        for m in range(dy.shape[1]):
            dx[k, m] = dy[k, m]
    call(jet, (derivatives, a, order, len(x), x.shape[1], pointer(x), pointer(y), pointer(f), pointer(dx)))


# Jets (k, m) go through in strips: the derivatives of the activation at a few hundred numbers are worked out first, and
# are still in the first-level cache when the orders and directions, each in a loop of its own, ask for them.


@cache
def forward_jet(dtype: np.dtype) -> int:
    """Address of ``(forward, derivatives, a, order, K, M, x, f, y)``, which carries a jet through the activation that
    the two loops belong to; f (3, STRIP) is memory for derivatives."""
    return address(loop(_forward_strips, "forward_jet"), dtype, "iiniiippp")


@cache
def backward_jet(dtype: np.dtype) -> int:
    """Address of ``(derivatives, a, order, K, M, x, y, f, dy)``, which carries its cotangents back, in place."""
    return address(loop(_backward_strips, "backward_jet"), dtype, "iniiipppp")


def _forward_strips(forward, derivatives, a, order, K, M, x, f, y):
    tuned()
    D = (K - 1) // order
    call(forward, (a, M, x, y))
    f1, f2 = f, beyond(f, STRIP)
    for start in range(0, M, STRIP):
        n = min(STRIP, M - start)
        call(derivatives, (a, n, beyond(x, start), beyond(y, start), order, f))
        for d in range(1, 1 + D):
            one, two = d * M + start, (D + d) * M + start
            x1, y1 = beyond(x, one), beyond(y, one)
            for m in range(n):
                y1[m] = jets.first(f1[m], x1[m])
            if order > 1:
                x2, y2 = beyond(x, two), beyond(y, two)
                for m in range(n):
                    y2[m] = jets.second(f1[m], f2[m], x1[m], x2[m])


def _backward_strips(derivatives, a, order, K, M, x, y, f, dy):
    tuned()
    D = (K - 1) // order
    f1, f2, f3 = f, beyond(f, STRIP), beyond(f, 2 * STRIP)
    for start in range(0, M, STRIP):
        n = min(STRIP, M - start)
        call(derivatives, (a, n, beyond(x, start), beyond(y, start), 1 + order, f))
        dy0 = beyond(dy, start)
        for m in range(n):
            dy0[m] = f1[m] * dy0[m]
        for d in range(1, 1 + D):
            one, two = d * M + start, (D + d) * M + start
            x1, dy1 = beyond(x, one), beyond(dy, one)
            if order == 1:
                for m in range(n):
                    dy0[m] += jets.value_cotangent_of_first(f2[m], x1[m], dy1[m])
                    dy1[m] = jets.first(f1[m], dy1[m])
                continue
            x2, dy2 = beyond(x, two), beyond(dy, two)
            for m in range(n):
                dy0[m] += jets.value_cotangent(f2[m], f3[m], x1[m], x2[m], dy1[m], dy2[m])
                dy1[m] = jets.first_cotangent(f1[m], f2[m], x1[m], dy1[m], dy2[m])
                dy2[m] = jets.second_cotangent(f1[m], dy2[m])
