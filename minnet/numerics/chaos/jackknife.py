"""How sure a statistic of pairs is: it is computed again without each of a few stretches of the series.

A pair belongs to the stretches of both its points, and goes with either (J. N. Arvesen, Ann. Math. Statist. 40, 1969).
Means over the pairs of each stretch would seem surer than they are, by up to a factor of 2, as all of them share the
other points.
"""

import numpy as np

from minnet.types import Array


def leaving_out(table: Array) -> Array:
    """Sums (1 + s, ...) over pairs, from those of each two stretches (s, s, ...): of all, and without each stretch."""
    total, own = table.sum(axis=(0, 1)), np.moveaxis(np.diagonal(table), -1, 0)
    return np.concatenate([total[np.newaxis], total - table.sum(axis=0) - table.sum(axis=1) + own])


def variance(estimates: Array) -> float:
    """Of the first of them; the others (s,) leave out a stretch each."""
    others = estimates[1:]
    return float((len(others) - 1) / len(others) * ((others - others.mean()) ** 2).sum())


def beyond_chance(difference: Array) -> float:
    """The square of the first of them, less its variance, or 0."""
    return max(0.0, float(difference[0] ** 2) - variance(difference))
