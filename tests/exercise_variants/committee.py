"""Right solutions of `committee` in other styles, and the numbers of its text."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from minnet.numerics.active.strategies import Disagreement


def in_loops(predictions):
    return [max(column) - min(column) for column in zip(*predictions, strict=True)]


def by_pairs(predictions):
    return np.abs(predictions[:, None] - predictions).max(axis=(0, 1))


def sorted_first(predictions):
    ordered = np.sort(predictions.T, axis=1)
    return ordered[:, -1] - ordered[:, 0]


def by_minus_infinity(predictions, taken):
    by = np.ptp(predictions, axis=0)
    by[np.array(taken, int)] = -np.inf
    return np.argmax(by) if by.max() >= 0 else -1


def in_a_loop(predictions, taken):
    best, result = -1.0, -1
    for k, by in enumerate(in_loops(predictions)):
        if by > best and k not in taken:
            best, result = by, k
    return result


def among_the_free(predictions, taken):
    free = np.setdiff1d(np.arange(predictions.shape[1]), taken)
    return free[sorted_first(predictions)[free].argmax()] if free.size else -1


def by_masks(predictions, points, k, apart):
    by, chosen = np.ptp(predictions, axis=0), []
    while len(chosen) < k and (by >= 0).any():
        chosen.append(int(by.argmax()))
        by[np.sqrt(((points - points[chosen[-1]]) ** 2).sum(axis=1)) < apart] = -1
        by[chosen[-1]] = -1
    return chosen


def with_a_list_of_the_rest(predictions, points, k, apart):
    by, chosen = in_loops(predictions), []
    rest = list(range(len(by)))
    while rest and len(chosen) < k:
        chosen.append(max(rest, key=by.__getitem__))
        rest = [r for r in rest if r != chosen[-1] and math.dist(points[r], points[chosen[-1]]) >= apart]
    return np.array(chosen)


def with_all_distances(predictions, points, k, apart):
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    chosen = []
    for candidate in sorted(range(len(points)), key=lambda c: (-by_pairs(predictions)[c], c)):
        if (distances[candidate, chosen] >= apart).all():
            chosen.append(candidate)
    return tuple(chosen[:k])


VARIANTS = [
    {"disagreement": in_loops, "next_point": by_minus_infinity, "next_points": by_masks},
    {"disagreement": by_pairs, "next_point": in_a_loop, "next_points": with_a_list_of_the_rest},
    {"disagreement": sorted_first, "next_point": among_the_free, "next_points": with_all_distances},
]


def worked(disagreement, next_point, next_points):
    predictions = np.array([[1.0, 5, 2], [4, 5, 0], [2, 6, 1]])
    assert disagreement(predictions).tolist() == [3, 1, 2]
    assert [next_point(predictions, taken) for taken in ([], [0], [2, 0], [0, 1, 2])] == [0, 2, 1, -1]
    assert list(next_points(predictions, np.array([[0.0], [1.0], [0.5]]), 2, 0.8)) == [0, 1]
    assert next_point(np.array([[0.0, 1, 1], [1, 3, 3]]), []) == 1
    assert next_point(np.ones((2, 3)), [0]) == 1
    line = np.array([[3.0], [4], [5], [2], [9], [10], [6], [0], [12], [14]])
    assert list(next_points(np.array([np.zeros(10), np.arange(10.0, 0, -1)]), line, 5, 2.0)) == [0, 2, 4, 7, 8]
    assert list(next_points(np.zeros((2, 3)), np.array([[0.0, 0], [0.6, 0.7], [0.6, 0.8]]), 3, 1.0)) == [0, 2]


def against_minnet(disagreement, next_point, next_points):
    predictions = np.random.default_rng(0).normal(size=(4, 6))
    learner = SimpleNamespace(votes=lambda unit: predictions)
    assert disagreement(predictions) == pytest.approx(Disagreement().interest(learner, np.zeros((6, 2))))
