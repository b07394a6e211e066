"""Several samples, one sample, two classes, scores of a thousand, a class that is nearly impossible."""

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
        arguments = {"scores": 2 * rng.normal(size=(n, c)), "labels": rng.integers(0, c, size=n)}
        yield Case("softmax_cross_entropy", arguments, about)
    large = {"scores": rng.normal(size=(3, 4)) + 1000, "labels": rng.integers(0, 4, size=3)}
    yield Case("softmax_cross_entropy", large, "large scores")
    far = {"scores": np.array([[0.0, 800.0, 1.0], [3.0, -900.0, 2.0]]), "labels": np.array([0, 1])}
    yield Case("softmax_cross_entropy", far, "probabilities that are nearly 0")
