"""Right solutions of `log_loss` in other styles, the numbers of its text, and minnet's own log loss."""

import numpy as np
import pytest

import minnet as mn


def by_classes(scores, labels):
    losses = np.where(labels == 1, np.logaddexp(0, -scores), np.logaddexp(0, scores))
    p = np.exp(-np.logaddexp(0, -scores))
    return np.mean(losses), (p - labels) / scores.size


def in_a_loop(scores, labels):
    loss, slopes = 0.0, []
    for s, t in zip(scores, labels, strict=True):
        e = np.exp(-abs(s))
        p = (1 if s >= 0 else e) / (1 + e)
        loss += max(s, 0) + np.log1p(e) - t * s
        slopes.append((p - t) / len(scores))
    return loss / len(scores), slopes


def by_signs(scores, labels):
    sign = 2 * labels - 1
    return np.logaddexp(0, -sign * scores).mean(), -sign * np.exp(-np.logaddexp(0, sign * scores)) / len(labels)


VARIANTS = [{"log_loss": f} for f in (by_classes, in_a_loop, by_signs)]


def worked(log_loss):
    for label, value in ((1, 0.287682), (0, 1.386294)):
        assert log_loss(np.log([3.0]), np.array([label]))[0] == pytest.approx(value, abs=1e-6)
    loss, slopes = log_loss(np.log([3.0, 3.0]), np.array([1, 0]))
    assert loss == pytest.approx(0.836988, abs=1e-6)
    assert slopes == pytest.approx([-0.125, 0.375])


def against_minnet(log_loss):
    scores, labels = np.array([0.3, -1.2, 2.5]), np.array([1, 1, 0])
    value, cotangent = mn.BinaryCrossEntropy()(scores[:, None], labels[:, None])
    loss, slopes = log_loss(scores, labels)
    assert loss == pytest.approx(value)
    assert slopes == pytest.approx(cotangent.ravel())
