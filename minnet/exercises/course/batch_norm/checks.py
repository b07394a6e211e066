"""Batches of several shapes, two samples, a feature that does not vary, a large epsilon, large means."""

import numpy as np

from minnet.exercises.case import Case


def batch_norm(x, gamma, beta, epsilon=1e-5):
    mu = x.mean(axis=0)
    var = ((x - mu) ** 2).mean(axis=0)
    return gamma * (x - mu) / np.sqrt(var + epsilon) + beta, mu, var


def batch_norm_backward(x, gamma, dy, epsilon=1e-5):
    mu = x.mean(axis=0)
    scale = 1 / np.sqrt(((x - mu) ** 2).mean(axis=0) + epsilon)
    z = (x - mu) * scale
    dx = gamma * scale * (dy - dy.mean(axis=0) - z * (z * dy).mean(axis=0))
    return dx, (z * dy).sum(axis=0), dy.sum(axis=0)


def cases(rng):
    drawn = []
    for n, i, about in ((5, 3, ""), (3, 3, "as many samples as features"), (2, 4, "two samples"),
                        (6, 1, "one feature")):  # fmt: skip
        x = 1 + rng.uniform(1, 2, size=i) * rng.normal(size=(n, i))
        drawn.append((x, {"epsilon": 0.2} if n == 2 else {}, about))
    drawn.append((drawn[0][0], {"epsilon": 0.5}, "a large epsilon"))
    still = drawn[0][0].copy()
    still[:, 1] = 2.0
    drawn.append((still, {"epsilon": 0.01}, "a feature that does not vary"))
    drawn.append((rng.normal(size=(4, 2)) + 1e6, {}, "means of a million"))
    for function, of_outputs in (("batch_norm", "beta"), ("batch_norm_backward", "dy")):
        for x, setting, about in drawn:
            gamma = rng.uniform(0.5, 2, size=x.shape[1])
            other = rng.normal(size=x.shape[1] if of_outputs == "beta" else x.shape)
            arguments = {"x": x, "gamma": gamma, of_outputs: other} | setting
            yield Case(function, arguments, about, 1e-7 if x.max() > 1e5 else 1e-9)
