"""Activations of values and jets, on whole arrays."""

from typing import Any

from minnet.kernels.formulas import jets
from minnet.kernels.formulas.activations import Formula
from minnet.types import Array


def _directions(x: Array, order: int) -> tuple[Array, Any]:
    """First and second derivatives in a jet, one row per direction; second ones of a first-order jet are 0."""
    d = (len(x) - 1) // order
    return x[1 : 1 + d], x[1 + d :] if order == 2 else 0.0


def activation_forward(formula: Formula, a: float, x: Array, order: int, y: Array) -> None:
    """Carry a jet of the given order through an activation."""
    y[0] = formula.f(x[0], a)
    if order == 0:
        return
    x1, x2 = _directions(x, order)
    y1, y2 = _directions(y, order)
    f1 = formula.d1(x[0], y[0], a)
    y1[...] = jets.first(f1, x1)
    if order == 2:
        y2[...] = jets.second(f1, formula.d2(x[0], y[0], a), x1, x2)


def activation_backward(formula: Formula, a: float, x: Array, y: Array, dy: Array, order: int, dx: Array) -> None:
    """Carry cotangents of a jet back through an activation; `y` is what `activation_forward` gave for `x`."""
    f1 = formula.d1(x[0], y[0], a)
    dx[0] = f1 * dy[0]
    if order == 0:
        return
    x1, x2 = _directions(x, order)
    dx1, dx2 = _directions(dx, order)
    dy1, dy2 = _directions(dy, order)
    f2 = formula.d2(x[0], y[0], a)
    if order == 1:
        dx[0] += jets.value_cotangent_of_first(f2, x1, dy1).sum(axis=0)
        dx1[...] = jets.first(f1, dy1)
        return
    f3 = formula.d3(x[0], y[0], a)
    dx[0] += jets.value_cotangent(f2, f3, x1, x2, dy1, dy2).sum(axis=0)
    dx1[...] = jets.first_cotangent(f1, f2, x1, dy1, dy2)
    dx2[...] = jets.second_cotangent(f1, dy2)
