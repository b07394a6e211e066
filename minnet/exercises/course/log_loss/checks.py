"""Scores of both signs, one sample, all of one class, large scores."""

import numpy as np

from minnet.exercises.case import Case


def log_loss(scores, labels):
    small = np.exp(-np.abs(scores))
    losses = np.maximum(scores, 0) + np.log1p(small) - labels * scores
    p = np.where(scores >= 0, 1, small) / (1 + small)
    return losses.mean(), (p - labels) / len(scores)


def cases(rng):
    for n, about in ((6, ""), (1, "one sample"), (9, "many samples")):
        labels = rng.permutation(np.arange(n) % 2) if n > 1 else np.ones(1, int)
        yield Case("log_loss", {"scores": 2 * rng.normal(size=n), "labels": labels}, about)
    yield Case("log_loss", {"scores": rng.normal(size=3), "labels": np.ones(3, int)}, "class 1 alone")
    yield Case("log_loss", {"scores": rng.normal(size=4), "labels": np.zeros(4, int)}, "class 0 alone")
    far = {"scores": np.array([800.0, -900.0, 750.0]), "labels": np.array([0, 1, 1])}
    yield Case("log_loss", far, "large scores")
    near = {"scores": np.array([750.0, 0.5, -900.0]), "labels": np.array([1, 0, 0])}
    yield Case("log_loss", near, "large scores of the right sign")
