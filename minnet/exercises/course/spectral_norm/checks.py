"""Matrices tall, wide and square, a convolution's kernel; no step, one, several."""

import numpy as np

from minnet.exercises.case import Case


def power_iteration(W, u):
    M = W.reshape(-1, W.shape[-1])
    v = M @ u
    u = M.T @ (v / np.linalg.norm(v))
    return u / np.linalg.norm(u)


def spectral_norm(W, u, steps=1):
    for _ in range(steps):
        u = power_iteration(W, u)
    sigma = np.linalg.norm(W.reshape(-1, W.shape[-1]) @ u)
    return W / sigma, sigma, u.copy()


def cases(rng):
    def drawn(*shape):
        u = rng.normal(size=shape[-1])
        return {"W": 2 * rng.normal(size=shape), "u": u / np.linalg.norm(u)}

    kinds = ((4, 3), ""), ((3, 3), "a square matrix"), ((2, 5), "more columns than rows"), ((3, 2, 4), "a kernel")
    for shape, about in (*kinds, ((4, 1), "one output")):
        yield Case("power_iteration", drawn(*shape), about)
    for (shape, about), steps in zip(kinds, (1, 3, 2, 4), strict=True):
        yield Case("spectral_norm", drawn(*shape) | {"steps": steps}, about or "one step")
    yield Case("spectral_norm", drawn(4, 3) | {"steps": 0}, "no step")
