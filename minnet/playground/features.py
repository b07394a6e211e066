"""What a network is given of a point in the plane: its coordinates, or columns that are computed from them."""

from collections.abc import Callable, Sequence

import numpy as np

from minnet.types import Array

COORDINATES = ("x1", "x2")
FEATURES: dict[str, tuple[str, Callable[[Array, Array], Array]]] = {
    "x1": ("{0}", lambda a, b: a),
    "x2": ("{1}", lambda a, b: b),
    "x1^2": ("{0}²", lambda a, b: a**2),
    "x2^2": ("{1}²", lambda a, b: b**2),
    "x1*x2": ("{0} · {1}", lambda a, b: a * b),
    # samples lie between about -1.5 and 1.5, where sin x itself is hardly bent
    "sin(pi*x1)": ("sin π{0}", lambda a, b: np.sin(np.pi * a)),
    "sin(pi*x2)": ("sin π{1}", lambda a, b: np.sin(np.pi * b)),
}
"""By their names in an address: how they are written with the names of the coordinates, and the columns (n,)."""


def columns(x: Array, features: Sequence[str]) -> Array:
    """Columns (n, features) of points x (n, 2).

    >>> columns(np.array([[2.0, 3.0]]), ("x1", "x2^2", "x1*x2"))
    array([[2., 9., 6.]])
    """
    return np.column_stack([FEATURES[name][1](x[:, 0], x[:, 1]) for name in features])


def written(features: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """What columns are called where the coordinates have these two names.

    >>> written(("x1", "x2^2", "x1*x2"), ("u", "v"))
    ('u', 'v²', 'u · v')
    """
    return tuple(FEATURES[name][0].replace("{0}", names[0]).replace("{1}", names[1]) for name in features)
