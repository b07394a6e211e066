"""Sizes that divide and that do not, larger than all, one."""

import numpy as np

from minnet.exercises.case import Case


def batches(n, size, rng):
    order = rng.permutation(n)
    return [order[start : start + size] for start in range(0, n, size)]


def epoch_mean(means, sizes):
    return np.dot(means, sizes) / np.sum(sizes)


def cases(rng):
    for n, size, about in (
        (10, 3, "a ragged last batch"), (8, 4, "whole batches"), (5, 9, "a batch larger than all samples"),
        (4, 1, "batches of one"), (7, 7, "one batch"), (14, 5, "a last batch of more than half"),
    ):  # fmt: skip
        yield Case("batches", {"n": n, "size": size, "rng": np.random.default_rng(rng.integers(100))}, about)
    means = rng.normal(size=4)
    yield Case("epoch_mean", {"means": means, "sizes": np.array([5, 5, 5, 2])}, "a ragged last batch")
    yield Case("epoch_mean", {"means": means, "sizes": np.array([3, 3, 3, 3])}, "whole batches")
    yield Case("epoch_mean", {"means": rng.normal(size=3), "sizes": np.array([4, 2, 7])}, "batches of many sizes")
    yield Case("epoch_mean", {"means": rng.normal(size=1), "sizes": np.array([6])}, "one batch")
