"""Which samples are drawn when there are too many: they show the data in small, whatever order the data are in."""

import numpy as np

from minnet.types import Array


def representative(x: Array, y: Array, classes: int, most: int) -> Array:
    """Indices of at most `most` samples, ascending; all of them if they are no more.

    Every second or tenth sample would not do: in data that alternate, these are all of one class. Classes get their
    shares of `most`, and one sample at least; samples of a class are drawn at random. Those of a curve are drawn one
    from each of `most` stretches of x that hold equally many; the first and the last sample along x are among them.

    Parameters
    ----------
    x : array (n, i)
    y : array (n,)
        Classes, counted from 0; or values of a curve.
    classes : int
        0 for a curve.
    most : int
        At least as large as `classes`, and 2.

    Returns
    -------
    array (min(n, most),) of int
    """
    n = len(x)
    if n <= most:
        return np.arange(n)
    rng = np.random.default_rng(0)  # the same samples whenever the same race is drawn
    if not classes:
        ends = np.linspace(0, n, most + 1).astype(int)
        chosen = rng.integers(ends[:-1], ends[1:])
        chosen[[0, -1]] = 0, n - 1
        return np.sort(np.argsort(x[:, 0], kind="stable")[chosen])
    counts = np.bincount(y.astype(int), minlength=classes)
    members = (np.flatnonzero(y == label) for label in range(classes))
    drawn = [rng.choice(each, size, replace=False) for each, size in zip(members, shares(counts, most), strict=True)]
    return np.sort(np.concatenate(drawn))


def drawn(groups: Array, count: int, rng: np.random.Generator) -> Array:
    """So many samples, drawn at random, of each group its share and one at least: booleans (n,).

    Parameters
    ----------
    groups : array (n,) of int
        Counted from 0.
    count : int
        Less than n.
    """
    chosen = np.zeros(len(groups), bool)
    for group, most in enumerate(shares(np.bincount(groups), count)):
        chosen[rng.permutation(np.flatnonzero(groups == group))[:most]] = True
    return chosen


def shares(counts: Array, total: int) -> Array:
    """Whole numbers with the sum `total` in proportion to `counts`, whose sum is larger; 1 at least where one counts.

    >>> shares(np.array([250, 250]), 100), shares(np.array([990, 10, 0]), 50)
    (array([50, 50]), array([49,  1,  0]))
    """
    quotas = total * counts / counts.sum()
    parts = np.minimum(counts, 1)
    while parts.sum() < total:
        parts[np.argmax(quotas - parts)] += 1
    return parts
