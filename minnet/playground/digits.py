"""Handwritten digits as a problem for a race: 64 pixels, ten classes."""

from functools import cache

import numpy as np

from minnet import datasets
from minnet.errors import SettingError
from minnet.losses import Loss
from minnet.mlp import mlp
from minnet.network import Network
from minnet.playground.classes import Classification
from minnet.playground.sampling import representative
from minnet.types import Array

PIXELS = 8  # along each side
CLASSES = 10


class Digits(Classification):
    """Images x (n, 64), each of a digit; what is drawn is what a network says of every image, and how sure it is."""

    kind = "digits"
    what = "digits"
    takes_features = False
    architecture = staticmethod(mlp)
    undrawn = (
        "The networks of this race have an input for each of 64 pixels, and their units answer to images, not to "
        "places in a plane. What is drawn are the weights from the pixels to each unit of the first layer: red where "
        "they are positive, blue where they are negative, the darker the larger. The X-ray shows each weight."
    )

    @property
    def input_names(self) -> tuple[str, ...]:
        return tuple(f"pixel in row {row}, column {column}" for row in range(PIXELS) for column in range(PIXELS))

    def picture(self, net: Network, loss: Loss) -> Array:
        """The likeliest class of every image, those of the test last, and its probability: (all, 2)."""
        outputs = net(self.everything()[0])
        return np.column_stack([self.classify(outputs, loss), self.probabilities(outputs, loss).max(axis=1)])


def confusion(said: Array, true: Array) -> Array:
    """How many samples of each class (rows) are said to be of each class (columns): whole numbers (10, 10).

    >>> confusion(np.array([3, 3, 5]), np.array([3, 8, 5]))[[3, 8, 5], [3, 3, 5]]
    array([1, 1, 1])
    """
    places = CLASSES * np.asarray(true, int) + np.asarray(said, int)
    return np.bincount(places, minlength=CLASSES**2).reshape(CLASSES, CLASSES)


def digits(points: int, noise: float, rng: np.random.Generator) -> Digits:
    """So many of scikit-learn's digits, of each class its share; noise is added to pixels from 0 to 1.

    Raises
    ------
    SettingError
        There are not so many.
    """
    x, y = _all()
    if points > len(x):
        raise SettingError(f"Points: there are {len(x)} digits; choose at most so many")
    order = rng.permutation(len(x))
    x, y = x[order], y[order]
    chosen = representative(x, y, CLASSES, points)
    x = x[chosen] + noise * rng.standard_normal((points, PIXELS**2))
    names = (*(f"pixel {number}" for number in range(PIXELS**2)), "digit")
    return Digits(x=x, y=y[chosen].astype(float), names=names, labels=tuple(map(str, range(CLASSES))))


@cache
def _all() -> tuple[Array, Array]:
    return datasets.digits()
