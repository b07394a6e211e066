"""Several samples, one sample, two classes, large scores, a class that is nearly impossible, scores far below 0."""

import numpy as np

from minnet.exercises.case import Case


def softmax_cross_entropy(scores, labels):
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(labels))
    slope = np.exp(log_p)
    slope[rows, labels] -= 1
    return -log_p[rows, labels].mean(), slope / len(labels)


def cases(rng):
    for n, c, about in ((5, 3, ""), (4, 4, "as many samples as classes"), (1, 3, "one sample"), (6, 2, "two classes")):
        labels = rng.permutation(np.append(np.arange(n - 1) % c, 1))
        yield Case("softmax_cross_entropy", {"scores": 2 * rng.normal(size=(n, c)), "labels": labels}, about)
    large = {"scores": rng.normal(size=(3, 4)) + 1000, "labels": rng.integers(0, 4, size=3)}
    yield Case("softmax_cross_entropy", large, "large scores")
    far = {"scores": np.array([[0.0, 1200.0, 1.0], [3.0, -1300.0, 2.0]]), "labels": np.array([0, 1])}
    yield Case("softmax_cross_entropy", far, "probabilities that are nearly 0")
    low = {"scores": rng.normal(size=(1, 3)) - 1200, "labels": np.array([2])}
    yield Case("softmax_cross_entropy", low, "scores far below 0")
    high = {"scores": rng.normal(size=(2, 3)) + 400, "labels": np.array([0, 2])}
    yield Case("softmax_cross_entropy", high, "scores of about 400")
