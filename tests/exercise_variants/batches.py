"""Right solutions of `batches` in other styles, and the numbers of its text."""

import numpy as np
import pytest


def by_split(n, size, rng):
    return np.split(rng.permutation(n), np.arange(size, n, size))


def while_any_are_left(n, size, rng):
    order, result = rng.permutation(n), []
    while len(order):
        result.append(order[:size])
        order = order[size:]
    return result


def by_number(n, size, rng):
    order = rng.permutation(n)
    return tuple(order[k * size : min((k + 1) * size, n)] for k in range(-(-n // size)))


VARIANTS = [
    {"batches": by_split},
    {"batches": while_any_are_left},
    {"batches": by_number, "epoch_mean": lambda means, sizes: float(np.average(means, weights=sizes))},
    {"epoch_mean": lambda means, sizes: sum(m * s for m, s in zip(means, sizes, strict=True)) / sum(sizes)},
]


def worked(batches, epoch_mean):
    class Drawn:
        def permutation(self, n):
            return np.array([3, 1, 4, 0, 2])

    assert [batch.tolist() for batch in batches(5, 2, Drawn())] == [[3, 1], [4, 0], [2]]
    assert epoch_mean(np.array([1.0, 1, 4]), np.array([2, 2, 1])) == pytest.approx(1.6)
