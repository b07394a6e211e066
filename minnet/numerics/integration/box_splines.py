"""Box splines: the density of ``s = a_1 U_1 + ... + a_d U_d``, where the U_i are independent and uniform on [0, 1].

A function of a weighted sum, averaged over a cube, is an average over this density: an integral in d dimensions
becomes one in a single dimension. The density is a polynomial of degree d - 1 between neighbouring sums of some of the
a_i (its knots), and symmetric about half their sum.
"""

import numpy as np

from minnet.types import Array


def density(s: Array, a: Array) -> Array:
    """The density at s, by Micchelli's recurrence (de Boor, Hollig and Riemenschneider, Box Splines, 1993, I.36)::

        (d - 1) B(s | a) = sum_i  u B(s | a without a_i) + (1 - u) B(s - a_i | a without a_i),   u = s / sum(a)

    With one width it is ``1 / a``. On the support 0 <= u <= 1, so nothing is ever subtracted, and relative accuracy is
    kept however different the widths are.

    Parameters
    ----------
    s : array of any shape
    a : array (d, ...)
        Positive widths; each broadcasts against s.

    Returns
    -------
    array of s's shape

    Examples
    --------
    >>> density(np.array([0.25, 0.5, 1.0, 1.5]), np.array([1.0, 1.0])).tolist()
    [0.25, 0.5, 1.0, 0.5]
    """
    if len(a) == 1:
        return np.where((s >= 0) & (s < a[0]), 1 / a[0], 0.0)
    u = s / a.sum(axis=0)
    total = np.zeros(np.shape(s))
    for i in range(len(a)):
        others = np.delete(a, i, axis=0)
        total += u * density(s, others) + (1 - u) * density(s - a[i], others)
    return total / (len(a) - 1)


def subsets(d: int) -> Array:
    """All subsets of d directions, as rows (2^d, d) of zeros and ones.

    Examples
    --------
    >>> subsets(2).tolist()
    [[0, 0], [0, 1], [1, 0], [1, 1]]
    """
    return np.indices((2,) * d).reshape(d, -1).T
