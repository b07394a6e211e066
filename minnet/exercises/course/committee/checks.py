"""Ties, agreement, all candidates taken; points too near to the first, to the last, to one in the middle."""

import numpy as np

from minnet.exercises.case import Case


def disagreement(predictions):
    return predictions.max(axis=0) - predictions.min(axis=0)


def next_point(predictions, taken):
    free = [k for k in range(predictions.shape[1]) if k not in taken]
    by = disagreement(predictions)
    return max(free, key=lambda k: by[k], default=-1)


def next_points(predictions, points, k, apart):
    chosen = []
    for candidate in np.argsort(-disagreement(predictions), kind="stable"):
        near = [np.linalg.norm(points[candidate] - points[other]) < apart for other in chosen]
        if len(chosen) < k and not any(near):
            chosen.append(candidate)
    return np.array(chosen)


def votes(rng, members, spreads):
    """Predictions whose disagreement at each candidate is its spread."""
    shares = rng.uniform(0.1, 0.9, size=(members, len(spreads)))
    shares[:2] = [[0], [1]]
    return rng.normal(size=len(spreads)) + rng.permuted(shares, axis=0) * spreads


def placed(rng, points, k, apart, members=3):
    """A call of next_points whose candidates are at these points, those of most disagreement first, numbered anyhow."""
    points = np.array(points, float)
    n = len(points)
    spreads = np.arange(n, 0, -1) + rng.uniform(0, 0.5, size=n)
    while True:
        order = rng.permutation(n)
        places = points[order] + rng.integers(-5, 5, size=points.shape[1])
        arguments = {"predictions": votes(rng, members, spreads[order]), "points": places, "k": k, "apart": apart}
        chosen = next_points(**arguments)
        if len(chosen) < 2 or len(set(np.sign(np.diff(chosen)))) == 2:
            return arguments


def cases(rng):
    yield Case("disagreement", {"predictions": rng.normal(size=(3, 5))})
    for m, n, about in ((4, 4, "as many members as candidates"), (1, 3, "one member"), (5, 1, "one candidate")):
        yield Case("disagreement", {"predictions": rng.normal(size=(m, n))}, about)
    signs = rng.uniform(1, 2, size=(3, 5)) * [1, -1, 1, -1, 1]
    yield Case("disagreement", {"predictions": signs}, "predictions of either sign")
    yield Case("disagreement", {"predictions": 1e6 + rng.normal(size=(4, 3))}, "large predictions")
    for m, n in ((2, 7), (5, 9)):
        taken = [int(k) for k in rng.permutation(n)[:3]]
        yield Case("next_point", {"predictions": rng.normal(size=(m, n)), "taken": taken})
    predictions = votes(rng, 4, rng.permutation([5.0, 4, 3, 2, 1]))
    best = [int(k) for k in np.argsort(-disagreement(predictions))]
    yield Case("next_point", {"predictions": predictions, "taken": []}, "none taken")
    yield Case("next_point", {"predictions": predictions, "taken": [best[1], best[4], best[0]]}, "the best ones taken")
    ties = np.array([[1.0, 0, 3, 7], [2.0, 4, 7, 3], [1.0, 2, 5, 5]])
    yield Case("next_point", {"predictions": ties, "taken": []}, "ties")
    yield Case("next_point", {"predictions": ties, "taken": [1]}, "ties, one of them taken")
    same = np.tile(rng.integers(1, 9, size=5).astype(float), (3, 1))
    yield Case("next_point", {"predictions": same, "taken": [1, 0]}, "members that agree everywhere")
    yield Case("next_point", {"predictions": rng.normal(size=(1, 4)), "taken": [0, 2]}, "one member")
    yield Case("next_point", {"predictions": rng.normal(size=(3, 3)), "taken": [2, 0, 1]}, "all taken")
    alone = np.array([[0, 1.5, 1.5, 3], [0, 0, 2.5, 2.5], [0, 0, 0.5, 0.5]])[rng.permutation(3)].T
    alone = rng.permutation(alone) + rng.integers(-9, 9, size=3)
    yield Case("next_point", {"predictions": alone, "taken": []}, "two members apart, or two against two")
    anywhere = {"predictions": 0.1 * rng.normal(size=(3, 12)), "points": rng.normal(size=(12, 2)), "k": 6, "apart": 0.7}
    yield Case("next_points", anywhere)
    line = [[3], [4], [5], [2], [9], [10], [6], [0], [12], [14]]
    yield Case("next_points", placed(rng, line, 5, 2.0), "points on a line, some exactly `apart`")
    plane = [[0, 0], [0.8, 0.8], [0.65, -0.65], [-1, -1], [0.1, 2], [3, 0], [5, 5]]
    yield Case("next_points", placed(rng, plane, 4, 1.2), "points in a plane")
    between = [[0], [3], [1.5], [0.3], [8], [12]]
    yield Case("next_points", placed(rng, between, 4, 2.0), "points between others")
    yield Case("next_points", placed(rng, [[2], [0], [3], [4], [1]], 4, 1.5), "fewer points than k", 1e-9)
    yield Case("next_points", placed(rng, rng.normal(size=(4, 3)), 1, 0.5), "k = 1")
    yield Case("next_points", {"predictions": ties, "points": rng.normal(size=(4, 2)), "k": 3, "apart": 0.0}, "ties")
    alone = {"predictions": alone, "points": rng.normal(size=(3, 2)), "k": 2, "apart": 0.0}
    yield Case("next_points", alone, "two members apart, or two against two")
    agreed = {"predictions": same, "points": np.array([[0.0], [0.5], [1.0], [1.5], [2.0]]), "k": 3, "apart": 0.75}
    yield Case("next_points", agreed, "members that agree everywhere")
