"""Runge-Kutta steps of polynomial equations, and of their quotients, a few trajectories at a time, with all tangents.

Twelve stages of a few hundred numbers stay in the first caches; in NumPy each of them would be an array over all
trajectories. `LANES` trajectories are led side by side, and are the last index l of every array here, so that one
instruction does the same for all of them; where fewer are left, the last is led more than once. Coefficients that are 0
cost nothing. The kernel, unlike others, owns some memory: the stages of these trajectories.
"""

import numpy as np

from minnet.kernels.compiled.cache import inner, kernel
from minnet.types import Array

LANES = 8
TANGENTS = 16  # that are led along at once


@inner
def _terms(x, parent, factor, theta):
    """Terms (t, l) at x (i, l)."""
    theta[0] = 1.0
    for t in range(1, len(parent)):
        p, f = parent[t], factor[t]
        for l in range(LANES):
            theta[t, l] = theta[p, l] * x[f, l]


@inner
def _slopes(x, parent, factor, theta, slope):
    """Their derivatives (t, i l)."""
    slope[0] = 0.0
    for t in range(1, len(parent)):
        p, f = parent[t], factor[t]
        for start in range(0, slope.shape[1], LANES):
            for l in range(LANES):
                slope[t, start + l] = slope[p, start + l] * x[f, l]
        for l in range(LANES):
            slope[t, f * LANES + l] += theta[p, l]


@inner
def _rate(theta, places, xi, dx):
    """``dx = Theta Xi``, of the coefficients that are not 0."""
    dx[:] = 0.0
    for k in range(len(places)):
        t, o = places[k, 0], places[k, 1]
        value = xi[t, o]
        for l in range(LANES):
            dx[o, l] += theta[t, l] * value


@inner
def _jacobian(places, xi, slope, J):
    """``J[o,i] = sum_t slope[t,i] xi[t,o]``, J (o, i l) and slope (t, i l)."""
    J[:] = 0.0
    for k in range(len(places)):
        t, o = places[k, 0], places[k, 1]
        value = xi[t, o]
        for m in range(J.shape[1]):
            J[o, m] += slope[t, m] * value


@inner
def _divided(theta, places, below, side, dx, D):
    """Rates dx (o, l), which become nan beyond a pole, and denominators D (o, l) of quotients."""
    _rate(theta, places, below, D)
    for o in range(len(dx)):
        for l in range(LANES):
            D[o, l] += 1.0
            dx[o, l] = dx[o, l] / D[o, l] if side[o] * D[o, l] > 0.0 else np.nan


@inner
def _divided_jacobian(places, below, slope, dx, D, J):
    """J (o, i l) of quotients, from that of their numerators."""
    I = J.shape[1] // LANES
    for k in range(len(places)):
        t, o = places[k, 0], places[k, 1]
        value = below[t, o]
        for i in range(I):
            for l in range(LANES):
                J[o, i * LANES + l] -= dx[o, l] * slope[t, i * LANES + l] * value
    for o in range(len(D)):
        for i in range(I):
            for l in range(LANES):
                J[o, i * LANES + l] /= D[o, l]


@inner
def _tangent_rate(S, J, depends, wide, dS):
    """``dS = J S`` for some tangents, S and dS (i, q l); `wide` (q l,) holds an entry of J once for each of them."""
    W = S.shape[1]
    dS[:] = 0.0
    for o in range(len(S)):
        for i in range(len(S)):
            if depends[o, i]:
                for start in range(0, W, LANES):
                    for l in range(LANES):
                        wide[start + l] = J[o, i * LANES + l]
                for m in range(W):
                    dS[o, m] += wide[m] * S[i, m]


@inner
def _moved(x, carry, h, weights, count, dx, to):
    """``to = carry x + h sum_j weights[j] dx[j]`` over the first stages, for arrays (i, m)."""
    I, M = x.shape
    for o in range(I):
        for m in range(M):
            to[o, m] = carry * x[o, m]
    for j in range(count):
        weight = h * weights[j]
        if weight != 0.0:
            for o in range(I):
                for m in range(M):
                    to[o, m] += weight * dx[j, o, m]


@inner
def _pattern(parent, factor, places, depends):
    """Which rates depend on which variables, beside those that do already."""
    for k in range(len(places)):
        t = places[k, 0]
        while factor[t] >= 0:
            depends[places[k, 1], factor[t]] = True
            t = parent[t]


@kernel()
def monomials(x: Array, parent: Array, factor: Array, theta: Array, slope: Array) -> None:
    """Products of variables, each term from an earlier one, and their derivatives ``slope[n,t,i]``."""
    for n in range(len(x)):
        theta[n, 0], slope[n, 0] = 1.0, 0.0
        for t in range(1, len(parent)):
            p, f = parent[t], factor[t]
            theta[n, t] = theta[n, p] * x[n, f]
            for i in range(x.shape[1]):
                slope[n, t, i] = slope[n, p, i] * x[n, f]
            slope[n, t, f] += theta[n, p]


@kernel(_nrt=True)
def polynomial_flow(
    x: Array, S: Array, parent: Array, factor: Array, xi: Array, below: Array, free: Array,
    A: Array, b: Array, carry: float, h: float, steps: int, path: Array, tangents: Array,
) -> None:  # fmt: skip
    """Where trajectories and tangents are after 1, 2, ... times `steps` steps of length h; quotients with `below`."""
    N, I, Q = S.shape
    T, F, stages = len(parent), len(free), len(b)
    places, lower, depends = np.argwhere(xi != 0), np.argwhere(below != 0), np.zeros((I, I), np.bool_)
    _pattern(parent, factor, places, depends)
    _pattern(parent, factor, lower, depends)
    is_quotient, D, side = len(below) > 0, np.empty((stages, I, LANES)), np.ones(I)
    theta, slope, J = np.empty((stages, T, LANES)), np.empty((T, I * LANES)), np.empty((stages, I, I * LANES))
    now_x, next_x, dx = np.empty((I, LANES)), np.empty((I, LANES)), np.empty((stages, I, LANES))
    blocks = (Q + TANGENTS - 1) // TANGENTS
    W = LANES * min(Q, TANGENTS)
    now_S, next_S, dS, wide = np.zeros((blocks, I, W)), np.empty((I, W)), np.empty((stages, I, W)), np.empty(W)
    for first in range(0, N, LANES):
        for l in range(LANES):
            n = min(first + l, N - 1)
            for i in range(I):
                now_x[i, l] = x[n, i]
                for q in range(Q):
                    now_S[q // TANGENTS, i, q % TANGENTS * LANES + l] = S[n, i, q]
        if is_quotient and first == 0:
            _terms(now_x, parent, factor, theta[0])
            _rate(theta[0], lower, below, D[0])
            for i in range(I):
                side[i] = np.sign(1.0 + D[0, i, 0])
        for sample in range(len(path)):
            for _ in range(steps):
                for s in range(stages):
                    _moved(now_x, 1.0, h, A[s], s, dx, next_x)
                    _terms(next_x, parent, factor, theta[s])
                    _rate(theta[s], places, xi, dx[s])
                    if is_quotient:
                        _divided(theta[s], lower, below, side, dx[s], D[s])
                    if Q:
                        _slopes(next_x, parent, factor, theta[s], slope)
                        _jacobian(places, xi, slope, J[s])
                        if is_quotient:
                            _divided_jacobian(lower, below, slope, dx[s], D[s], J[s])
                _moved(now_x, carry, h, b, stages, dx, next_x)
                now_x[:] = next_x
                for block in range(blocks):  # tangents know nothing of each other: these stay in the cache
                    for s in range(stages):
                        _moved(now_S[block], 1.0, h, A[s], s, dS, next_S)
                        _tangent_rate(next_S, J[s], depends, wide, dS[s])
                        for q in range(max(block * TANGENTS, Q - F), min((block + 1) * TANGENTS, Q)):
                            term, row, start = free[q - Q + F, 0], free[q - Q + F, 1], q % TANGENTS * LANES
                            for l in range(LANES):
                                if not is_quotient:
                                    dS[s, row, start + l] += theta[s, term, l]
                                elif term < T:
                                    dS[s, row, start + l] += theta[s, term, l] / D[s, row, l]
                                else:
                                    dS[s, row, start + l] -= theta[s, term - T, l] * dx[s, row, l] / D[s, row, l]
                    _moved(now_S[block], carry, h, b, stages, dS, next_S)
                    now_S[block] = next_S
            for l in range(min(LANES, N - first)):
                for i in range(I):
                    path[sample, first + l, i] = now_x[i, l]
                    for q in range(Q):
                        tangents[sample, first + l, i, q] = now_S[q // TANGENTS, i, q % TANGENTS * LANES + l]
