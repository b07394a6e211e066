"""Runge-Kutta steps of ``dx/dt = Theta(x) Xi``, for many trajectories at once, with tangent vectors.

Theta holds the terms of a library, Xi (t, o) their coefficients; `n` counts trajectories, `t` terms, `i` and `o`
variables, `q` tangents. A tangent is a column of the derivative of x by something: by the state it began with, or by a
coefficient ``Xi[t, o]``. It follows the linearised equations

    dS/dt = J S + F,   J[o,i] = sum_t d Theta[t] / dx[i] Xi[t,o],   F[o, of Xi[t,o]] = Theta[t]

in which only tangents by coefficients are driven (F). Of quotients, ``dx/dt = Theta(x) Xi / (1 + Theta(x) Below)``
entry by entry, J and F follow from the rule of quotients; the coefficient of term t below has the number T + t among T
terms. The steps solve for x and S together, so S is the exact derivative of what the steps make of x, not an
approximation of the flow's.
"""

from collections.abc import Callable

import numpy as np

from minnet.types import Array


def monomials(x: Array, parent: Array, factor: Array, theta: Array, slope: Array) -> None:
    """Products of variables, each term from an earlier one, and their derivatives ``slope[n,t,i]``.

    ``theta[n,0] = 1`` and ``theta[n,t] = theta[n,parent[t]] x[n,factor[t]]``.
    """
    theta[:, 0], slope[:, 0] = 1, 0
    for t in range(1, len(parent)):
        p, f = parent[t], factor[t]
        theta[:, t] = theta[:, p] * x[:, f]
        slope[:, t] = slope[:, p] * x[:, f, None]
        slope[:, t, f] += theta[:, p]


def polynomial_flow(
    x: Array, S: Array, parent: Array, factor: Array, xi: Array, below: Array, free: Array,
    A: Array, b: Array, carry: float, h: float, steps: int, path: Array, tangents: Array,
) -> None:  # fmt: skip
    """`library_flow` of monomials."""

    def library(x: Array) -> tuple[Array, Array]:
        theta, slope = np.empty((len(x), len(parent))), np.empty((len(x), len(parent), x.shape[1]))
        monomials(x, parent, factor, theta, slope)
        return theta, slope

    library_flow(library, x, S, xi, below, free, A, b, carry, h, steps, path, tangents)


def library_flow(
    library: Callable[[Array], tuple[Array, Array]], x: Array, S: Array, xi: Array, below: Array, free: Array,
    A: Array, b: Array, carry: float, h: float, steps: int, path: Array, tangents: Array,
) -> None:  # fmt: skip
    """Where trajectories and tangents are after 1, 2, ... times `steps` steps of length h.

    Parameters
    ----------
    library : callable
        x (n, i) -> terms (n, t) and their derivatives (n, t, i).
    x : array (n, i)
        Where to begin.
    S : array (n, i, q)
        Tangents there; the last ones belong to the coefficients that `free` lists. q may be 0.
    xi : array (t, i)
    below : array (t, i), or (0, i)
        Coefficients of the denominators, if there are any. No trajectory leads through 0 of a denominator: it ends as
        nan.
    free : array of int (f, 2)
        Term and variable of the coefficients to differentiate by.
    A, b : arrays (stages, stages), (stages,)
        An explicit Runge-Kutta method.
    carry : float
        Part of x and S that the end of a step has: 1, or 0 if Theta Xi is the next x itself (a map).
    path, tangents : arrays (samples, n, i), (samples, n, i, q)
        Written.
    """
    terms, rows = free[:, 0], free[:, 1]
    driven = np.arange(S.shape[2] - len(free), S.shape[2])
    T = len(xi)
    side = np.sign(1 + library(x[:1])[0] @ below) if len(below) else None  # of the poles

    def field(x: Array, S: Array) -> tuple[Array, Array]:
        theta, slope = library(x)
        if side is None:
            dS = np.einsum("nti,to->noi", slope, xi) @ S
            dS[:, rows, driven] += theta[:, terms]
            return theta @ xi, dS
        rate, J, D = quotient(theta, slope, xi, below)
        rate[side * D <= 0] = np.nan
        dS = J @ S
        dS[:, rows, driven] += theta[:, terms % T] * np.where(terms < T, 1, -rate[:, rows]) / D[:, rows]
        return rate, dS

    field_flow(field, x, S, A, b, carry, h, steps, path, tangents)


def quotient(theta: Array, slope: Array, xi: Array, below: Array) -> tuple[Array, Array, Array]:
    """Rates (n, o) of quotients, their derivatives (n, o, i), and denominators (n, o); of terms (n, t) and theirs."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # where a denominator is 0
        D = 1 + theta @ below
        rate = theta @ xi / D
        J = np.einsum("nti,to->noi", slope, xi) - rate[:, :, None] * np.einsum("nti,to->noi", slope, below)
        return rate, J / D[:, :, None], D


def field_flow(
    field: Callable[[Array, Array], tuple[Array, Array]], x: Array, S: Array,
    A: Array, b: Array, carry: float, h: float, steps: int, path: Array, tangents: Array,
) -> None:  # fmt: skip
    """`library_flow` of any equations: field gives the rates of x and S."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # a trajectory that blows up ends as inf or nan
        for sample in range(len(path)):
            for _ in range(steps):
                stages: list[tuple[Array, Array]] = []
                for s in range(len(b)):
                    stages.append(field(*_moved(x, S, h, A[s, :s], stages)))
                x, S = _moved(carry * x, carry * S, h, b, stages)
            path[sample], tangents[sample] = x, S


def _moved(x: Array, S: Array, h: float, weights: Array, stages: list[tuple[Array, Array]]) -> tuple[Array, Array]:
    for weight, (dx, dS) in zip(weights, stages, strict=True):
        if weight != 0:
            x, S = x + h * weight * dx, S + h * weight * dS
    return x, S
