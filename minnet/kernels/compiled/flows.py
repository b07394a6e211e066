"""Runge-Kutta steps of polynomial equations, a trajectory at a time, with all its tangents.

Twelve stages of a hundred numbers stay in the first cache; in NumPy each of them would be an array over all
trajectories. These kernels, unlike the others, own some memory: the stages of one trajectory.
"""

import numpy as np

from minnet.kernels.compiled.cache import inner, kernel
from minnet.types import Array


@inner
def _terms(x, parent, factor, theta):
    theta[0] = 1.0
    for t in range(1, len(parent)):
        theta[t] = theta[parent[t]] * x[factor[t]]


@inner
def _slopes(x, parent, factor, theta, slope):
    slope[0] = 0.0
    for t in range(1, len(parent)):
        p, f = parent[t], factor[t]
        for i in range(len(x)):
            slope[t, i] = slope[p, i] * x[f]
        slope[t, f] += theta[p]


@inner
def _rate(theta, xi, dx):
    dx[:] = 0.0
    for t in range(len(theta)):
        for o in range(len(dx)):
            dx[o] += theta[t] * xi[t, o]


@inner
def _tangent_rate(S, xi, free, theta, slope, dS):
    """``dS = J S + F``."""
    T, I = slope.shape
    Q, F = S.shape[1], len(free)
    dS[:] = 0.0
    for o in range(I):
        for i in range(I):
            J = 0.0
            for t in range(T):
                J += slope[t, i] * xi[t, o]
            for q in range(Q):
                dS[o, q] += J * S[i, q]
    for f in range(F):
        dS[free[f, 1], Q - F + f] += theta[free[f, 0]]


@inner
def _moved(x, S, carry, h, weights, count, dx, dS, to_x, to_S):
    """``to = carry from + h sum_j weights[j] d[j]`` over the first stages."""
    I, Q = S.shape
    for o in range(I):
        to_x[o] = carry * x[o]
        for q in range(Q):
            to_S[o, q] = carry * S[o, q]
    for j in range(count):
        weight = h * weights[j]
        if weight != 0.0:
            for o in range(I):
                to_x[o] += weight * dx[j, o]
                for q in range(Q):
                    to_S[o, q] += weight * dS[j, o, q]


@kernel()
def monomials(x: Array, parent: Array, factor: Array, theta: Array, slope: Array) -> None:
    """Products of variables, each term from an earlier one, and their derivatives ``slope[n,t,i]``."""
    for n in range(len(x)):
        _terms(x[n], parent, factor, theta[n])
        _slopes(x[n], parent, factor, theta[n], slope[n])


@kernel(_nrt=True)
def polynomial_flow(
    x: Array, S: Array, parent: Array, factor: Array, xi: Array, free: Array,
    A: Array, b: Array, carry: float, h: float, steps: int, path: Array, tangents: Array,
) -> None:  # fmt: skip
    """Where trajectories and tangents are after 1, 2, ... times `steps` steps of length h."""
    N, I, Q = S.shape
    T, stages = len(parent), len(b)
    theta, slope = np.empty(T), np.empty((T, I))
    dx, dS = np.empty((stages, I)), np.empty((stages, I, Q))
    now_x, now_S, next_x, next_S = np.empty(I), np.empty((I, Q)), np.empty(I), np.empty((I, Q))
    for n in range(N):
        now_x[:], now_S[:] = x[n], S[n]
        for sample in range(len(path)):
            for _ in range(steps):
                for s in range(stages):
                    _moved(now_x, now_S, 1.0, h, A[s], s, dx, dS, next_x, next_S)
                    _terms(next_x, parent, factor, theta)
                    _rate(theta, xi, dx[s])
                    if Q:
                        _slopes(next_x, parent, factor, theta, slope)
                        _tangent_rate(next_S, xi, free, theta, slope, dS[s])
                _moved(now_x, now_S, carry, h, b, stages, dx, dS, next_x, next_S)
                now_x[:], now_S[:] = next_x, next_S
            path[sample, n], tangents[sample, n] = now_x, now_S
