"""Data to learn from: sampled functions, and scikit-learn's classics.

Inputs come as (n,) for functions of one variable and (n, features) otherwise; targets as (n,). `rng` is an int or
a `numpy.random.Generator`; an int gives the very points that scikit-learn gives for it as `random_state`.
"""

from collections.abc import Callable

import numpy as np

from minnet.errors import check_range, is_whole
from minnet.types import Array

Rng = int | np.random.Generator | None


def gaussian(x: Array, mean: float = 0.0, std: float = 1.0) -> Array:
    """Normal density ``exp(-((x - mean) / std)^2 / 2) / (std sqrt(2 pi))``.

    >>> float(gaussian(np.array(0.0)).round(6))
    0.398942
    """
    check_range("gaussian", std=(std, lambda s: s > 0, "positive"))
    return np.exp(-(((x - mean) / std) ** 2) / 2) / (std * np.sqrt(2 * np.pi))


def sine(x: Array) -> Array:
    """``sin x``."""
    return np.sin(x)


def exp_sine(x: Array) -> Array:
    """``exp(sin x)``."""
    return np.exp(np.sin(x))


def sample(function: Callable[[Array], Array], low: float, high: float, n: int) -> tuple[Array, Array]:
    """`n` evenly spaced points x (n,) from `low` to `high`, both included, and the function's values (n,)."""
    check_range(
        "sample",
        n=(n, lambda n: is_whole(n) and n >= 1, "a whole number of at least 1"),
        high=(high, lambda high: low < high < np.inf, f"above low={low}"),
    )
    x = np.linspace(low, high, n)
    return x, function(x)


def blobs(n: int = 1000, *, centers: int = 2, features: int = 2, rng: Rng = None) -> tuple[Array, Array]:
    """Gaussian clouds, one per class: x (n, features), labels (n,)."""
    from sklearn.datasets import make_blobs

    return make_blobs(n_samples=n, n_features=features, centers=centers, random_state=_seed(rng))


def circles(n: int = 1000, *, noise: float = 0.1, factor: float = 0.3, rng: Rng = None) -> tuple[Array, Array]:
    """A circle (label 0) around one `factor` times as large (label 1): x (n, 2), labels (n,)."""
    from sklearn.datasets import make_circles

    return make_circles(n_samples=n, noise=noise, factor=factor, random_state=_seed(rng))


def moons(n: int = 1000, *, noise: float = 0.1, rng: Rng = None) -> tuple[Array, Array]:
    """Two half circles, one in the arms of the other: x (n, 2), labels (n,)."""
    from sklearn.datasets import make_moons

    return make_moons(n_samples=n, noise=noise, random_state=_seed(rng))


def digits() -> tuple[Array, Array]:
    """1797 handwritten digits of 8 x 8 pixels: x (1797, 64) from 0 to 1, labels (1797,) from 0 to 9."""
    from sklearn.datasets import load_digits

    x, labels = load_digits(return_X_y=True)
    return x / 16.0, labels


def split(x: Array, y: Array, *, test_size: float = 0.25, rng: Rng = None) -> tuple[Array, Array, Array, Array]:
    """Samples in random order, parted: x_train, x_test, y_train, y_test."""
    from sklearn.model_selection import train_test_split

    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=test_size, random_state=_seed(rng))
    return x_train, x_test, y_train, y_test


def standardize(train: Array, *others: Array) -> tuple[Array, ...]:
    """Every feature of `train` (n, features) to mean 0 and variance 1, and `others` by the same shift and scale."""
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(train)
    return tuple(scaler.transform(x) for x in (train, *others))


def _seed(rng: Rng) -> int | None:
    """scikit-learn takes an int, but no Generator."""
    return int(rng.integers(2**32)) if isinstance(rng, np.random.Generator) else rng
